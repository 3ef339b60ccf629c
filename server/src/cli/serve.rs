//! `pocketping serve`.

use super::database::Waiting;
use super::demo::{self, Handle};
use super::failure::Failure;
use super::listener::Server;
use super::log::log_to_stderr;
use super::options::ServeOptions;
use super::print;
use super::settings::{Settings, apply};
use super::stop;
use super::token::{Token, token};
use axum::Router;
use pocketping_server::{Clock, PocketPing, SystemClock};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::{interval, sleep, timeout};

/// How long requests and sockets may take to end after a signal.
const DRAIN: Duration = Duration::from_secs(7);
/// How long hooks may then take: together less than the ten seconds of the promise.
const FLUSH: Duration = Duration::from_secs(2);
/// How long a change of office hours is waited for at a time: meanwhile the clock may be set, or the machine sleep.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Runs the server until a signal.
///
/// # Errors
/// When an option cannot be used, or the address is taken.
pub(super) fn serve(options: ServeOptions) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::because("cannot start", error))?;
    let done = runtime.block_on(run(options));
    runtime.shutdown_timeout(Duration::from_millis(200));
    done
}

async fn run(options: ServeOptions) -> Result<(), Failure> {
    let mut settings = Settings::read(options.flags.given());
    let (builder, own) = apply(&mut settings);
    let Some(own) = own.filter(|_| settings.problems().is_empty()) else {
        return Err(Failure::from(settings.problems()));
    };
    log_to_stderr(own.log_format);
    for name in settings.strange_variables() {
        tracing::warn!(name, "an environment variable looks like an option and is none");
    }
    let waiting = match options.unsafe_no_sync {
        true => Waiting::ForNothing,
        false => Waiting::ForTheDisk,
    };
    let storage = own.database.open(waiting).await?;
    let files = own.files.open(&own.database).await?;
    let token = token(own.operator_token, own.database.token_file().as_deref())?;
    let mut builder = builder
        .storage_arc(storage)
        .files_arc(files)
        .operator_token(token.text.clone());
    if own.demo && !own.has_welcome {
        builder = builder.welcome_message(demo::WELCOME);
    }
    let handle = Handle::default();
    if own.demo {
        builder = demo::with_offer(builder, handle.clone());
    }
    let pp = builder.build()?;
    handle.get_or_init(|| pp.clone());

    let (listener, address) = listen(own.listen).await?;
    let metrics = match own.metrics_listen {
        Some(address) => Some(listen(address).await?),
        None => None,
    };
    announce(
        address,
        metrics.as_ref().map(|(_, address)| *address),
        own.demo,
        &token,
    );
    let metering = metrics.map(|(listener, _)| {
        let app = pp.metrics_for_anybody();
        tokio::spawn(async move { axum::serve(listener, app).await })
    });
    let cleaning = tokio::spawn(clean_up_every_hour(pp.clone()));
    let dismissing = tokio::spawn(dismiss_every_half_minute(pp.clone()));
    let telling = tokio::spawn(tell_when_hours_change(pp.clone()));
    serve_until_stopped(Server {
        listener,
        app: app(&pp, own.demo),
        pp,
        header_timeout: own.header_timeout,
    })
    .await;
    cleaning.abort();
    dismissing.abort();
    telling.abort();
    if let Some(metering) = metering {
        metering.abort();
    }
    Ok(())
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Failure> {
    let failed = |error| Failure::because(&format!("cannot listen on {address}"), error);
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
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

/// Lets visitors and operators leave of whom nothing was heard for long.
async fn dismiss_every_half_minute(pp: PocketPing) {
    let mut half_minutes = interval(Duration::from_secs(30));
    loop {
        half_minutes.tick().await;
        if let Err(error) = pp.dismiss_inactive().await {
            tracing::warn!(%error, "visitors who left silently could not be noted");
        }
        if let Err(error) = pp.settle_presence().await {
            tracing::warn!(%error, "operators who left silently could not be noted");
        }
    }
}

/// Tells open widgets when office hours begin and end.
async fn tell_when_hours_change(pp: PocketPing) {
    loop {
        let pause = match pp.settle_reachability().await {
            Ok(Some(change)) => change.since(SystemClock.now()).min(LONGEST_WAIT),
            Ok(None) => return,
            Err(error) => {
                tracing::warn!(%error, "that office hours have changed could not be told");
                LONGEST_WAIT
            }
        };
        sleep(pause).await;
    }
}

/// Everything that the binary serves.
fn app(pp: &PocketPing, demo: bool) -> Router {
    let root = if demo { pp.demo() } else { pp.start_page() };
    Router::new()
        .nest("/pocketping", pp.router())
        .merge(pp.health())
        .merge(pp.assets())
        .merge(pp.inbox())
        .merge(pp.metrics_for_operators())
        .merge(root)
}

async fn serve_until_stopped(server: Server) {
    let (stopping, stopped) = watch::channel(false);
    let pp = server.pp.clone();
    let ending = pp.clone();
    let signal = async move {
        if let Err(error) = stop::requested().await {
            tracing::error!(%error, "signals cannot be received");
            std::future::pending::<()>().await;
        }
        tracing::info!("stopping");
        ending.shutdown();
        stopping.send_replace(true);
    };
    let drained = async {
        server.serve_until(signal).await;
        pp.sockets_closed().await;
    };
    let too_late = async {
        let mut stopped = stopped;
        // An error means that the sender is gone, and with it the server.
        if stopped.wait_for(|stopped| *stopped).await.is_ok() {
            sleep(DRAIN).await;
        }
    };
    tokio::select! {
        () = drained => {}
        () = too_late => tracing::warn!("some connections did not end in time"),
    }
    if timeout(FLUSH, pp.flush()).await.is_err() {
        tracing::warn!("some hooks did not end in time");
    }
}

/// Says where to go. The first line is for programs that wait for it.
fn announce(address: SocketAddr, metrics: Option<SocketAddr>, demo: bool, token: &Token) {
    let mut text = format!("listening on http://{address}\n");
    if demo {
        text.push_str(&format!("demo:  http://{address}/\n"));
    }
    if let Some(metrics) = metrics {
        text.push_str(&format!("metrics: http://{metrics}/metrics\n"));
    }
    if token.made {
        text.push_str(&format!("inbox: http://{address}/inbox#token={}\n", token.text));
        text.push_str(&format!("operator token: {}\n", token.text));
    } else {
        // A token that was given is a secret of somebody who knows it.
        text.push_str(&format!("inbox: http://{address}/inbox\n"));
    }
    print(&text);
}
