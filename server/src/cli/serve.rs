//! `pocketping serve`.

use super::connection;
use super::database::Waiting;
use super::demo::{self, Handle};
use super::failure::Failure;
use super::options::ServeOptions;
use super::stop;
use super::token::{Token, token};
use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::serve::ListenerExt;
use pocketping_server::PocketPing;
use std::future::IntoFuture;
use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::{interval, sleep, timeout};
use tower_http::trace::TraceLayer;
use tracing_subscriber::EnvFilter;

/// How long requests and sockets may take to end after a signal.
const DRAIN: Duration = Duration::from_secs(7);
/// How long hooks may then take: together less than the ten seconds of the promise.
const FLUSH: Duration = Duration::from_secs(2);

/// Runs the server until a signal.
///
/// # Errors
/// When an option cannot be used, or the address is taken.
pub(super) fn serve(options: ServeOptions) -> Result<(), Failure> {
    log_to_stderr();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::because("cannot start", error))?;
    let done = runtime.block_on(run(options));
    runtime.shutdown_timeout(Duration::from_millis(200));
    done
}

async fn run(options: ServeOptions) -> Result<(), Failure> {
    let waiting = match options.unsafe_no_sync {
        true => Waiting::ForNothing,
        false => Waiting::ForTheDisk,
    };
    let storage = options.database.open(waiting).await?;
    let files = options.database.open_files(options.files.as_deref())?;
    let token = token(options.operator_token, options.database.token_file().as_deref())?;
    let mut builder = PocketPing::builder()
        .storage_arc(storage)
        .files_arc(files)
        .public_url(options.public_url)
        .operator_token(token.text.clone())
        .rate_limit(options.rate_limit)
        .allowed_origins(options.allowed_origins)
        .trusted_proxies(options.trusted_proxies);
    if let Some(days) = options.retention_days {
        builder = builder.retention(Duration::from_secs(u64::from(days) * 24 * 3600));
    }
    let welcome = options
        .welcome_message
        .or_else(|| options.demo.then(|| demo::WELCOME.to_owned()));
    if let Some(text) = welcome {
        builder = builder.welcome_message(text);
    }
    let handle = Handle::default();
    if options.demo {
        builder = demo::with_offer(builder, handle.clone());
    }
    let pp = builder.build()?;
    handle.get_or_init(|| pp.clone());

    let listener = TcpListener::bind(options.listen)
        .await
        .map_err(|error| Failure::because(&format!("cannot listen on {}", options.listen), error))?;
    let address = listener
        .local_addr()
        .map_err(|error| Failure::because("cannot listen", error))?;
    announce(address, options.demo, &token);
    let cleaning = tokio::spawn(clean_up_every_hour(pp.clone()));
    let served = serve_until_stopped(listener, app(&pp, options.demo), &pp).await;
    cleaning.abort();
    served
}

/// Removes what is kept no longer, also on a server that nobody visits.
async fn clean_up_every_hour(pp: PocketPing) {
    let mut hours = interval(Duration::from_secs(3600));
    loop {
        hours.tick().await;
        match pp.erase_old().await {
            Ok(0) => {}
            Ok(erased) => tracing::info!(erased, "old conversations are gone"),
            Err(error) => tracing::warn!(%error, "old conversations could not be erased"),
        }
        match pp.clean_up().await {
            Ok(0) => {}
            Ok(removed) => tracing::info!(removed, "files that nobody needed are gone"),
            Err(error) => tracing::warn!(%error, "files that nobody needs could not be removed"),
        }
    }
}

/// Everything that the binary serves.
fn app(pp: &PocketPing, demo: bool) -> Router {
    let root = if demo { pp.demo() } else { pp.start_page() };
    let trace = TraceLayer::new_for_http().make_span_with(|request: &Request| {
        // The route and not the address, which may hold the id of a session: those are secrets.
        let route = request
            .extensions()
            .get::<MatchedPath>()
            .map_or("", MatchedPath::as_str);
        tracing::debug_span!("request", method = %request.method(), route)
    });
    Router::new()
        .nest("/pocketping", pp.router())
        .merge(pp.health())
        .merge(pp.assets())
        .merge(pp.inbox())
        .merge(root)
        .layer(trace)
}

async fn serve_until_stopped(listener: TcpListener, app: Router, pp: &PocketPing) -> Result<(), Failure> {
    let (stopping, stopped) = watch::channel(false);
    let server = pp.clone();
    let signal = async move {
        if let Err(error) = stop::requested().await {
            tracing::error!(%error, "signals cannot be received");
            std::future::pending::<()>().await;
        }
        tracing::info!("stopping");
        server.shutdown();
        stopping.send_replace(true);
    };
    let listener = listener.tap_io(|stream| connection::prepare(stream, connection::PATIENCE));
    let serving = axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(signal);
    let drained = async {
        let served = serving.into_future().await;
        pp.sockets_closed().await;
        served
    };
    let too_late = async {
        let mut stopped = stopped;
        // An error means that the sender is gone, and with it the server.
        if stopped.wait_for(|stopped| *stopped).await.is_ok() {
            sleep(DRAIN).await;
        }
    };
    tokio::select! {
        served = drained => served.map_err(|error| Failure::because("the server ended", error))?,
        () = too_late => tracing::warn!("some connections did not end in time"),
    }
    if timeout(FLUSH, pp.flush()).await.is_err() {
        tracing::warn!("some hooks did not end in time");
    }
    Ok(())
}

/// Says where to go. The first line is for programs that wait for it.
fn announce(address: SocketAddr, demo: bool, token: &Token) {
    let mut text = format!("listening on http://{address}\n");
    if demo {
        text.push_str(&format!("demo:  http://{address}/\n"));
    }
    if token.made {
        text.push_str(&format!("inbox: http://{address}/inbox#token={}\n", token.text));
        text.push_str(&format!("operator token: {}\n", token.text));
    } else {
        // A token that was given is a secret of somebody who knows it.
        text.push_str(&format!("inbox: http://{address}/inbox\n"));
    }
    // Whoever closed our output does not want to know.
    std::io::stdout().write_all(text.as_bytes()).ok();
}

fn log_to_stderr() {
    let mut filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    // At `trace` the sockets' library prints whole frames: texts and the ids of sessions.
    if let Ok(no_frames) = "tungstenite=info".parse() {
        filter = filter.add_directive(no_frames);
    }
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
}
