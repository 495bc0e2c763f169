//! Starts the process and ends it cleanly.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use axum_server::{Handle, Server, accept::NoDelayAcceptor};
use leptos::config::{LeptosOptions, get_configuration};
use secrecy::ExposeSecret;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

use super::{
    clock::Clock,
    config::{Environment, MailTransport, SettingError, Settings},
    crypto::random::Random,
    jobs::Jobs,
    lifecycle::Lifecycle,
    mail::{self, Smtp, Transport},
    router::router,
    state::{AppState, mailbox},
    store::{Db, StoreError},
};

/// How long a client may take over the headers of a request (checklist A56); the same as for
/// the rest of it.
const HEADERS_LIMIT: Duration = Duration::from_secs(10);
/// How long the end waits for requests that are under way: a little longer than one may take.
const END_LIMIT: Duration = Duration::from_secs(12);

/// Why the process cannot start, in one line.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Not the one option there is.
    #[error("{0}: unknown option; accepted: --config FILE")]
    Option(String),
    /// A setting is wrong.
    #[error("{0}")]
    Setting(#[from] SettingError),
    /// A mail setting is wrong.
    #[error("{0}")]
    Mail(#[from] mail::SettingError),
    /// Leptos' own table is wrong.
    #[error("Leptos.toml: {0}")]
    Leptos(String),
    /// The development mailbox would be open to everybody.
    #[error(
        "LEPTOS_SITE_ADDR: {0} can be reached from other machines, but the environment is development; \
         accepted: 127.0.0.1:PORT, or SIGNET_ENVIRONMENT=production"
    )]
    NotLoopback(SocketAddr),
    /// The database cannot be opened.
    #[error("database.url: {0}")]
    Database(#[from] StoreError),
    /// Something of the operating system's.
    #[error("{0}: {1}")]
    Io(&'static str, #[source] std::io::Error),
}

/// Serves until asked to stop (SIGTERM or Ctrl-C), then ends what is under way.
///
/// # Errors
/// [`StartError`], before anything is served.
pub async fn run(arguments: impl Iterator<Item = String>) -> Result<(), StartError> {
    log_to_stderr();
    let settings = Settings::load(config_file(arguments)?.as_deref())?;
    let leptos = leptos_options()?;
    if settings.environment == Environment::Development && !leptos.site_addr.ip().is_loopback() {
        return Err(StartError::NotLoopback(leptos.site_addr));
    }
    let listener = TcpListener::bind(leptos.site_addr)
        .await
        .map_err(|error| StartError::Io("cannot listen at site-addr", error))?;
    let db = Db::open(settings.database.url.expose_secret()).await?;
    let lifecycle = Lifecycle::new(&settings, db.clone(), Clock::System, Random::System);
    let transport = Arc::new(transport(&settings)?);
    let jobs = Arc::new(Jobs::start(lifecycle.clone(), transport));
    let state = AppState::new(&settings, lifecycle, leptos, Arc::downgrade(&jobs));

    // Listened for before anybody is told that there is something to stop.
    let stop = stop_signal()?;
    println!("Signet is ready at {}", settings.server.base_url);
    serve(listener, state, stop).await?;
    if let Some(jobs) = Arc::into_inner(jobs) {
        jobs.stop().await;
    }
    db.close().await;
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
    state: AppState,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), StartError> {
    let handle = Handle::new();
    let (ending, site) = (handle.clone(), Arc::clone(&state.site));
    tokio::spawn(async move {
        stop.await;
        // They would not end by themselves.
        site.streams.end();
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

/// The file named by `--config FILE`, the only option.
fn config_file(mut arguments: impl Iterator<Item = String>) -> Result<Option<PathBuf>, StartError> {
    let Some(option) = arguments.next() else { return Ok(None) };
    match (option.as_str(), arguments.next(), arguments.next()) {
        ("--config", Some(file), None) => Ok(Some(file.into())),
        _ => Err(StartError::Option(option)),
    }
}

/// Leptos' own settings: its table in `Leptos.toml`, and `LEPTOS_*` over it.
fn leptos_options() -> Result<LeptosOptions, StartError> {
    let file = std::path::Path::new("Leptos.toml").exists().then_some("Leptos.toml");
    get_configuration(file)
        .map(|configuration| configuration.leptos_options)
        .map_err(|error| StartError::Leptos(error.to_string()))
}

/// The level comes from `RUST_LOG`; what serves nobody but its own authors stays quiet.
fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,sqlx=warn,apalis=warn"));
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in one process (tests) keeps the first one's subscriber.
    let _ = subscriber.try_init();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<Option<PathBuf>, String> {
        config_file(arguments.iter().map(|a| (*a).to_owned())).map_err(|error| error.to_string())
    }

    #[test]
    fn the_one_option_is_read_and_others_are_named() {
        assert_eq!(parsed(&[]), Ok(None));
        assert_eq!(parsed(&["--config", "x.toml"]), Ok(Some("x.toml".into())));
        for wrong in [&["--config"][..], &["--port", "1"], &["--config", "x", "y"]] {
            let message = parsed(wrong).unwrap_err();
            assert!(message.contains("accepted: --config FILE"), "{message}");
        }
    }
}
