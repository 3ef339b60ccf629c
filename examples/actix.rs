//! PocketPing inside of an actix-web application: `cargo run -p pocketping-examples --bin actix`.
//!
//! actix-web has requests and bodies of its own. So each request goes over an HTTP connection in memory to hyper, which
//! serves any `tower::Service`: everything works that way, WebSockets and server-sent events too. The chat runs on tokio's
//! threads; actix-web's workers only pass bytes on.

use actix_web::body::SizedStream;
use actix_web::error::{ErrorBadGateway, ErrorInternalServerError};
use actix_web::web::{Data, Payload};
use actix_web::{App, Error, HttpRequest, HttpResponse, HttpServer, rt, web};
use axum::Router;
use axum::extract::connect_info::IntoMakeServiceWithConnectInfo;
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use http::{StatusCode, header};
use http_body_util::{BodyDataStream, Either, Empty, StreamBody};
use hyper::body::{Body, Frame, Incoming};
use hyper::upgrade::Upgraded;
use hyper::{client, server};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use pocketping_server::PocketPing;
use std::io;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, ReadHalf, WriteHalf, duplex, split};
use tokio::runtime::Handle;
use tower::Service;

/// Bytes that a connection in memory holds in each direction.
const ROOM: usize = 64 * 1024;
/// These are about one connection, and each server says them itself.
const OF_THE_CONNECTION: [header::HeaderName; 5] = [
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::EXPECT,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let pp = PocketPing::builder()
        .operator_token("choose-a-long-secret")
        .welcome_message("Hello! How can we help?")
        .build()?;
    let app = Router::new()
        .nest("/pocketping", pp.router())
        .merge(pp.assets())
        .merge(pp.inbox());
    let chat = Data::new(Chat {
        services: app.into_make_service_with_connect_info(),
        runtime: Handle::current(),
    });
    let application = move || {
        App::new()
            .app_data(Data::clone(&chat))
            .route("/", web::get().to(async || "A page of the application's own"))
            .default_service(web::to(pass_on))
    };
    let address = std::env::args().nth(1).unwrap_or("127.0.0.1:3000".to_owned());
    let server = HttpServer::new(application).bind(address)?;
    for address in server.addrs() {
        println!("listening on http://{address}");
    }
    Ok(server.run().await?)
}

/// The chat, and where it runs.
struct Chat {
    services: IntoMakeServiceWithConnectInfo<Router, SocketAddr>,
    runtime: Handle,
}

impl Chat {
    /// Serves one connection of this peer.
    fn serve(&self, connection: DuplexStream, peer: SocketAddr) {
        let mut services = self.services.clone();
        self.runtime.spawn(async move {
            let Ok(service) = services.call(peer).await;
            let served = server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(connection), TowerToHyperService::new(service))
                .with_upgrades();
            if let Err(error) = served.await {
                // Clients go away all the time.
                eprintln!("a connection ended: {error}");
            }
        });
    }
}

/// Answers a request as the chat does.
async fn pass_on(request: HttpRequest, payload: Payload, chat: Data<Chat>) -> Result<HttpResponse, Error> {
    let peer = request
        .peer_addr()
        .ok_or_else(|| ErrorInternalServerError("who is calling is not known"))?;
    let (near, far) = duplex(ROOM);
    chat.serve(far, peer);
    // After an upgrade what follows the request is no body any more.
    let wants_upgrade = request.headers().contains_key("upgrade");
    let (body, frames) = match wants_upgrade {
        true => (Either::Left(Empty::<Bytes>::new()), Some(payload)),
        false => (Either::Right(StreamBody::new(payload.map_ok(Frame::data))), None),
    };
    let answer = exchange(near, of_actix(&request, wants_upgrade, body)?).await?;
    match frames {
        Some(frames) if answer.status() == StatusCode::SWITCHING_PROTOCOLS => upgraded(answer, frames).await,
        _ => to_actix(answer, *request.method() == actix_web::http::Method::HEAD),
    }
}

/// Sends a request over a connection.
async fn exchange<B>(
    connection: DuplexStream,
    request: http::Request<B>,
) -> Result<http::Response<Incoming>, Error>
where
    B: Body + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let (mut sender, connection) = client::conn::http1::handshake(TokioIo::new(connection))
        .await
        .map_err(ErrorBadGateway)?;
    rt::spawn(async move {
        if let Err(error) = connection.with_upgrades().await {
            eprintln!("a request ended: {error}");
        }
    });
    sender.send_request(request).await.map_err(ErrorBadGateway)
}

/// The request in hyper's types.
fn of_actix<B>(request: &HttpRequest, wants_upgrade: bool, body: B) -> Result<http::Request<B>, Error> {
    let mut passed = http::Request::builder()
        .method(request.method().as_str())
        .uri(request.uri().to_string());
    for (name, value) in request.headers() {
        let of_this = match name.as_str() {
            "connection" | "upgrade" => !wants_upgrade,
            "expect" | "transfer-encoding" => true,
            _ => false,
        };
        if !of_this {
            passed = passed.header(name.as_str(), value.as_bytes());
        }
    }
    passed.body(body).map_err(ErrorInternalServerError)
}

/// The answer's status and headers in actix-web's types.
fn head_of(answer: &http::Response<Incoming>) -> Result<actix_web::HttpResponseBuilder, Error> {
    let status = answer.status().as_u16().try_into().map_err(ErrorBadGateway)?;
    let mut head = HttpResponse::build(status);
    for (name, value) in answer.headers() {
        if !OF_THE_CONNECTION.contains(name) {
            head.append_header((name.as_str(), value.as_bytes()));
        }
    }
    Ok(head)
}

fn to_actix(answer: http::Response<Incoming>, is_head: bool) -> Result<HttpResponse, Error> {
    let mut head = head_of(&answer)?;
    // The answer to HEAD has the length of what it does not have.
    let said = answer.headers().get(header::CONTENT_LENGTH);
    let said = said.and_then(|length| length.to_str().ok()?.parse().ok());
    let body = answer.into_body();
    let length = if is_head { said } else { body.size_hint().exact() };
    let pieces = BodyDataStream::new(body);
    Ok(match length {
        Some(length) => head.body(SizedStream::new(length, pieces)),
        None => head.streaming(pieces),
    })
}

/// The answer to a request that became a WebSocket: from here on bytes go both ways.
async fn upgraded(answer: http::Response<Incoming>, frames: Payload) -> Result<HttpResponse, Error> {
    let mut head = head_of(&answer)?;
    let connection = hyper::upgrade::on(answer).await.map_err(ErrorBadGateway)?;
    let (read, write) = split(TokioIo::new(connection));
    rt::spawn(take_in(frames, write));
    Ok(head.upgrade("websocket").streaming(give_out(read)))
}

async fn take_in(mut frames: Payload, mut write: WriteHalf<TokioIo<Upgraded>>) {
    while let Some(Ok(piece)) = frames.next().await {
        if write.write_all(&piece).await.is_err() {
            return;
        }
    }
    // The client has gone; when the chat has gone too there is nobody to tell.
    write.shutdown().await.ok();
}

fn give_out(read: ReadHalf<TokioIo<Upgraded>>) -> impl Stream<Item = io::Result<Bytes>> {
    stream::try_unfold(read, async |mut read| {
        let mut piece = BytesMut::with_capacity(ROOM);
        let bytes = read.read_buf(&mut piece).await?;
        Ok((bytes > 0).then(|| (piece.freeze(), read)))
    })
}
