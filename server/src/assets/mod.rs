//! The files that browsers load: the widget, the inbox, the demo shop and the start page.
//!
//! `cargo xtask build` makes them; the binary carries them (EXTENSIONS, dist). Without them everything compiles and
//! `/` says how to make them.

mod dist;
mod page;
mod policy;
mod serve;

use crate::PocketPing;
use crate::http::{ApiError, GateLayer, Path, observe};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serve::{Audience, file};

impl PocketPing {
    /// The widget's files: `/pocketping.js`, `/pocketping.mjs`, `/pocketping-chat.mjs`, `/widget/…` and `/chunks/…`. For a router's root:
    /// `.merge(pp.assets())`.
    ///
    /// They may be loaded by pages of any origin; names with a hash in them are cached for ever.
    pub fn assets(&self) -> Router {
        Router::new()
            .route("/pocketping.js", get(at_own_path))
            .route("/pocketping.mjs", get(at_own_path))
            .route("/pocketping-chat.mjs", get(at_own_path))
            .route("/widget/{*path}", get(at_own_path))
            .route("/chunks/{*path}", get(at_own_path))
            .method_not_allowed_fallback(wrong_method)
            .layer(GateLayer::for_others(self))
            .layer(from_fn_with_state(self.clone(), observe))
    }

    /// The operators' page at `/inbox`, with strict security headers. For a router's root: `.merge(pp.inbox())`.
    /// It expects this server's [`router`](Self::router) at `/pocketping`.
    pub fn inbox(&self) -> Router {
        let index = async |headers: HeaderMap| file("inbox/index.html", &headers, Audience::Inbox);
        let inner = async |Path(path): Path<String>, headers: HeaderMap| {
            file(&format!("inbox/{path}"), &headers, Audience::Inbox)
        };
        Router::new()
            .route("/inbox", get(index))
            .route("/inbox/", get(index))
            .route("/inbox/{*path}", get(inner))
            .method_not_allowed_fallback(wrong_method)
            .layer(GateLayer::for_others(self))
            .layer(from_fn_with_state(self.clone(), observe))
    }

    /// The demo shop: its page at `/`, its other files wherever nothing else is. For a router's root, last:
    /// `.merge(pp.demo())`.
    pub fn demo(&self) -> Router {
        let shop = async |uri: Uri, headers: HeaderMap| {
            let path = uri.path().trim_start_matches('/');
            let path = path.strip_prefix("demo/").unwrap_or(path);
            let path = if path.is_empty() { "index.html" } else { path };
            if path == "index.html" && !dist::has("demo/index.html") {
                return page::not_built().into_response();
            }
            file(&format!("demo/{path}"), &headers, Audience::Page)
        };
        Router::new()
            .route("/", get(shop))
            .fallback(shop)
            .method_not_allowed_fallback(wrong_method)
            .layer(GateLayer::for_others(self))
            .layer(from_fn_with_state(self.clone(), observe))
    }

    /// A page at `/` that says that the server runs, with the script tag to copy and links to inbox and documentation. It
    /// needs [`router`](Self::router) where [`Builder::public_url`](crate::Builder::public_url) says, and shows nothing that
    /// not everybody may know. For a router's root: `.merge(pp.start_page())`.
    pub fn start_page(&self) -> Router {
        let start = async |State(pp): State<PocketPing>, headers: HeaderMap| {
            if dist::has("pocketping.js") {
                page::start(&headers, pp.config()).into_response()
            } else {
                page::not_built().into_response()
            }
        };
        Router::new()
            .route("/", get(start))
            .fallback(async || ApiError::no_route())
            .method_not_allowed_fallback(wrong_method)
            .layer(GateLayer::for_others(self))
            .layer(from_fn_with_state(self.clone(), observe))
            .with_state(self.clone())
    }
}

async fn at_own_path(uri: Uri, headers: HeaderMap) -> Response {
    file(uri.path().trim_start_matches('/'), &headers, Audience::AnySite)
}

async fn wrong_method() -> ApiError {
    ApiError::wrong_method()
}
