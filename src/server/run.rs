//! Starts the process and ends it cleanly.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum_server::{Handle, Server, accept::NoDelayAcceptor};
use leptos::config::{LeptosOptions, get_configuration};
use secrecy::ExposeSecret;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

use super::{
    arguments::{Arguments, ClockCommand, Command},
    clock::Clock,
    commands,
    config::{Environment, MailTransport, SettingError, Settings},
    crypto::random::Random,
    http::metrics,
    jobs::Jobs,
    lifecycle::{self, Lifecycle},
    mail::{self, Smtp, Transport},
    router::router,
    state::{AppState, mailbox},
    store::{Db, StoreError},
};
use crate::domain::deletion::erasure::ledger::Standing;

/// How long a client may take over the headers of a request (checklist A56); the same as for
/// the rest of it.
const HEADERS_LIMIT: Duration = Duration::from_secs(10);
/// How long the end waits for requests that are under way: a little longer than one may take.
const END_LIMIT: Duration = Duration::from_secs(12);

/// The pause before it is looked again whether the database has become older than its ledger.
const LEDGER_PAUSE: Duration = Duration::from_secs(15);

/// Why the process cannot start, in one line.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
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
    /// The ledger of erasures cannot be used: nobody can tell what would be served.
    #[error("deletion.ledger: {0}")]
    Ledger(lifecycle::Error),
    /// The database did not do what it was asked to.
    #[error("database.url: {0}")]
    Action(lifecycle::Error),
    /// The ledger that says who was erased is not this one.
    #[error(
        "deletion.ledger: the database has carried out what another ledger of erasures holds, and knows nothing of \
         this one; accepted: that ledger, or `signet replay-erasures --adopt` to go on with this one"
    )]
    AnotherLedger,
    /// The ledger was put back as an old copy, and written to since.
    #[error(
        "deletion.ledger: {0} erasures that the database lacks are missing from the ledger; accepted: its newest copy, \
         or `signet replay-erasures --incomplete` to pass over them"
    )]
    EntriesMissing(usize),
    /// Who was erased may be back in a database that was restored.
    #[error(
        "the database is older than its ledger of erasures ({carried_out} of {held}): \
         people who were erased may be in it; run `signet replay-erasures` first"
    )]
    OlderThanLedger {
        /// Entries that the database has carried out.
        carried_out: i64,
        /// Entries that the ledger holds.
        held: i64,
    },
    /// Nobody can tell whom entries of the ledger are about.
    #[error(
        "SIGNET_SECRET_KEY: {0} entries of the ledger of erasures were made with a key that is not in it; \
         accepted: the same keys and that one after them, or `signet replay-erasures --incomplete` to pass over them"
    )]
    KeyMissing(usize),
    /// A date that is moved away comes no nearer again.
    #[error("--postpone: this machine's clock was found ahead; set it right, or run `signet clock confirm` first")]
    ClockAhead,
    /// `signet check` has found something.
    #[error("found in the database, and must not be: {0} (of each kind 20 are named at most)")]
    Breaches(usize),
    /// It cannot be checked.
    #[error("database.url: not a database of this version of Signet; start it once, it is brought up to date then")]
    NotMigrated,
    /// Something of the operating system's.
    #[error("{0}: {1}")]
    Io(&'static str, #[source] std::io::Error),
}

impl From<lifecycle::Error> for StartError {
    fn from(error: lifecycle::Error) -> Self {
        if error.is_of_ledger() { Self::Ledger(error) } else { Self::Action(error) }
    }
}

/// Does what the arguments say.
///
/// # Errors
/// [`StartError`], before anything is served.
pub async fn run(arguments: Arguments) -> Result<(), StartError> {
    log_to_stderr();
    let settings = Settings::load(arguments.config.as_deref())?;
    match arguments.command {
        None => serve_until_stopped(&settings).await,
        Some(Command::Check) => commands::check(&settings).await,
        Some(Command::Clock(ClockCommand::Confirm)) => commands::confirm_clock(&settings).await,
        Some(Command::ReplayErasures(terms)) => commands::replay_erasures(&settings, terms).await,
    }
}

/// Serves until asked to stop (SIGTERM or Ctrl-C), then ends what is under way.
async fn serve_until_stopped(settings: &Settings) -> Result<(), StartError> {
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
    let jobs = settings.worker.then(|| Arc::new(Jobs::start(lifecycle.clone(), transport)));
    if let Some(listener) = counts {
        tokio::spawn(axum::serve(listener, metrics::router(lifecycle.clone())).into_future());
    }
    tokio::spawn(lifecycle.clone().watch_ledger(LEDGER_PAUSE));
    let state =
        AppState::new(settings, lifecycle.clone(), leptos, jobs.as_ref().map(Arc::downgrade).unwrap_or_default());

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

/// Passes databases that hold nobody who was erased.
pub(super) fn refuse_doubtful(standing: Standing) -> Result<(), StartError> {
    match standing {
        Standing::New | Standing::Current => Ok(()),
        Standing::Stranger => Err(StartError::AnotherLedger),
        Standing::Behind { carried_out, held } => Err(StartError::OlderThanLedger { carried_out, held }),
    }
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
