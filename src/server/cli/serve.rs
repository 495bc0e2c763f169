//! Serves the site: starts what belongs to the process and ends it cleanly.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum_server::{Handle, Server, accept::NoDelayAcceptor};
use leptos::config::{LeptosOptions, get_configuration};
use secrecy::ExposeSecret;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

use super::error::{StartError, refuse_doubtful};
use crate::server::{
    clock::Clock,
    config::{Environment, MailTransport, Settings},
    crypto::random::Random,
    http::{metrics, state::HttpState},
    jobs::Jobs,
    lifecycle::Lifecycle,
    mail::{Smtp, Transport},
    router::router,
    state::{AppState, mailbox},
    store::Db,
};

/// How long a client may take over the headers of a request (checklist A56); the same as for
/// the rest of it.
const HEADERS_LIMIT: Duration = Duration::from_secs(10);
/// How long the end waits for requests that are under way: a little longer than one may take.
const END_LIMIT: Duration = Duration::from_secs(12);

/// The pause before it is looked again whether the database has become older than its ledger.
const LEDGER_PAUSE: Duration = Duration::from_secs(15);

/// Serves until asked to stop (SIGTERM or Ctrl-C), then ends what is under way.
pub(super) async fn until_stopped(settings: &Settings) -> Result<(), StartError> {
    let leptos = leptos_options()?;
    if settings.environment == Environment::Development && !leptos.site_addr.ip().is_loopback() {
        return Err(StartError::NotLoopback(leptos.site_addr));
    }
    let listener = TcpListener::bind(leptos.site_addr)
        .await
        .map_err(|error| StartError::Io("cannot listen at site-addr", error))?;
    let counts = match settings.server.metrics {
        Some(addr) => Some(TcpListener::bind(addr).await.map_err(|error| StartError::Io("server.metrics", error))?),
        None => None,
    };
    let db = Db::open(settings.database.url.expose_secret()).await?;
    let lifecycle = Lifecycle::new(settings, db, Clock::System, Random::System);
    refuse_doubtful(lifecycle.join_ledger().await?)?;
    // Before anything is done by it.
    lifecycle.clock_ahead().await?;
    if settings.environment == Environment::Production && settings.deletion.ledger.is_none() {
        tracing::warn!("deletion.ledger is not set: a restored data_dir, or another process's, cannot be told by it");
    }
    let transport = Arc::new(transport(settings)?);
    let jobs = settings.worker.then(|| Arc::new(Jobs::start(&lifecycle, &transport)));
    if let Some(listener) = counts {
        tokio::spawn(axum::serve(listener, metrics::router(lifecycle.clone())).into_future());
    }
    tokio::spawn(lifecycle.clone().watch_ledger(LEDGER_PAUSE));
    let workers = jobs.as_ref().map(Arc::downgrade).unwrap_or_default();
    let state = HttpState::new(AppState::new(settings, lifecycle.clone(), leptos, workers));

    // Listened for before anybody is told that there is something to stop.
    let stop = stop_signal()?;
    fail::fail_point!("serving");
    println!("Signet is ready at {}", settings.server.base_url);
    serve(listener, state, stop).await?;
    if let Some(jobs) = jobs.and_then(Arc::into_inner) {
        jobs.stop().await;
    }
    lifecycle.close().await;
    Ok(())
}

fn transport(settings: &Settings) -> Result<Transport, StartError> {
    Ok(match &settings.mail.transport {
        MailTransport::Mailbox => Transport::Mailbox(mailbox(settings)),
        MailTransport::Smtp(url) => {
            let from = &settings.mail.from;
            Transport::Smtp(Smtp::new(url.expose_secret(), from, &settings.server.base_url)?)
        }
    })
}

async fn serve(
    listener: TcpListener,
    state: HttpState,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), StartError> {
    let handle = Handle::new();
    let (ending, streams) = (handle.clone(), Arc::clone(&state.streams));
    tokio::spawn(async move {
        stop.await;
        // They would not end by themselves.
        streams.end();
        ending.graceful_shutdown(Some(END_LIMIT));
    });
    // Leptos answers in several small writes. Without TCP_NODELAY each waits for the
    // client's delayed ACK: 763 instead of 13,309 pages a second (docs/adr).
    let mut server = Server::<SocketAddr>::from_listener(listener).acceptor(NoDelayAcceptor::new());
    server.http_builder().http1().header_read_timeout(HEADERS_LIMIT);
    server
        .first_request_timeout(HEADERS_LIMIT)
        .handle(handle)
        .serve(router(state).into_make_service_with_connect_info::<SocketAddr>())
        .await
        .map_err(|error| StartError::Io("serving ended", error))
}

fn stop_signal() -> Result<impl Future<Output = ()>, StartError> {
    let listen = |kind| signal(kind).map_err(|error| StartError::Io("cannot listen for signals", error));
    let (mut terminate, mut interrupt) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Leptos' own settings: its table in `Leptos.toml`, and `LEPTOS_*` over it.
fn leptos_options() -> Result<LeptosOptions, StartError> {
    let file = std::path::Path::new("Leptos.toml").exists().then_some("Leptos.toml");
    get_configuration(file)
        .map(|configuration| configuration.leptos_options)
        .map_err(|error| StartError::Leptos(error.to_string()))
}
