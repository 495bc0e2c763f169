//! Serves the site inside the process of its host: starts the parts of the site and ends them cleanly. The host
//! decides when to start and to stop, where the log goes, and what to print.

mod connections;
mod error;
mod request_head;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum_server::{Handle, Server};
use leptos::config::LeptosOptions;
use secrecy::ExposeSecret;
use tokio::net::TcpListener;

use self::connections::Door;
pub use self::error::{StartError, ensure_ledger_current};
use crate::domain::time::Span;
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

/// How long a stopping server waits for open requests: a little longer than a request may take.
const END_LIMIT: Duration = Duration::from_secs(12);

/// The pause between two comparisons of the database with the ledger. A comparison shows whether somebody has
/// restored a backup while the process runs.
const LEDGER_PAUSE: Duration = Duration::from_secs(15);

/// A site whose parts have started. The background tasks run. The socket accepts connections, which wait until the
/// host calls [`Site::serve_until`].
pub struct Site {
    listener: TcpListener,
    state: HttpState,
    lifecycle: Lifecycle,
    jobs: Option<Arc<Jobs>>,
}

impl Site {
    /// Starts the parts of a site.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn start(settings: &Settings, leptos: LeptosOptions) -> Result<Self, StartError> {
        if settings.environment == Environment::Development && !leptos.site_addr.ip().is_loopback() {
            return Err(StartError::NotLoopback(leptos.site_addr));
        }
        let listener = listen("LEPTOS_SITE_ADDR", leptos.site_addr).await?;
        let counts = match settings.server.metrics {
            Some(address) => Some(listen("server.metrics", address).await?),
            None => None,
        };
        let lifecycle = lifecycle(settings).await.map_err(|error| error.naming(settings))?;
        let transport = Arc::new(transport(settings)?);
        let jobs = settings.worker.then(|| Arc::new(Jobs::start(&lifecycle, &transport)));
        if let Some(listener) = counts {
            tokio::spawn(axum::serve(listener, metrics::router(lifecycle.clone())).into_future());
        }
        tokio::spawn(lifecycle.clone().watch_ledger(LEDGER_PAUSE));
        let workers = jobs.as_ref().map(Arc::downgrade).unwrap_or_default();
        let state = HttpState::new(AppState::new(settings, lifecycle.clone(), leptos, workers));
        fail::fail_point!("serving");
        Ok(Self { listener, state, lifecycle, jobs })
    }

    /// Serves until `stop` completes, then waits for open requests and stops the workers.
    ///
    /// # Errors
    /// [`StartError::Io`].
    pub async fn serve_until(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<(), StartError> {
        let handle = Handle::new();
        let (ending, streams) = (handle.clone(), Arc::clone(&self.state.streams));
        tokio::spawn(async move {
            stop.await;
            // Streams would not end by themselves.
            streams.end();
            ending.graceful_shutdown(Some(END_LIMIT));
        });
        serve(self.listener, self.state, handle).await?;
        if let Some(jobs) = self.jobs.and_then(Arc::into_inner) {
            jobs.stop().await;
        }
        self.lifecycle.close().await;
        Ok(())
    }
}

async fn listen(setting: &'static str, address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|error| StartError::Listen { setting, address, error })
}

/// Opens the database and returns the actions on it. Fails if the database may contain erased accounts.
async fn lifecycle(settings: &Settings) -> Result<Lifecycle, StartError> {
    let db = Db::open(settings.database_url().expose_secret()).await?;
    let lifecycle = Lifecycle::new(settings, db, Clock::System, Random::System);
    ensure_ledger_current(lifecycle.join_ledger().await?)?;
    lifecycle.note_issuers().await?;
    // Read a recorded jump of the clock before an action or a worker uses the clock.
    lifecycle.clock_ahead().await?;
    if settings.environment == Environment::Production && settings.deletion.ledger.is_none() {
        tracing::warn!(
            "deletion.ledger is not set, so the ledger is a file in data_dir: Signet cannot detect a data_dir that was \
             restored from a backup, and a process with another data_dir has another ledger"
        );
    }
    Ok(lifecycle)
}

fn transport(settings: &Settings) -> Result<Transport, StartError> {
    Ok(match &settings.mail.transport {
        MailTransport::Mailbox => Transport::Mailbox(mailbox(settings)),
        MailTransport::Smtp(url) => {
            let from = settings.mail.sender(&settings.server, &settings.site.name);
            let base_url = &settings.server.base_url;
            Transport::Smtp(Smtp::new(url.expose_secret(), &from, base_url, &settings.authorities)?)
        }
    })
}

async fn serve(listener: TcpListener, state: HttpState, handle: Handle<SocketAddr>) -> Result<(), StartError> {
    // Leptos answers in several small writes. Without TCP_NODELAY each of them waits for the client's delayed ACK,
    // and the server renders 763 instead of 13,309 pages a second (docs/adr).
    // `Door` sets it, and keeps one client from using up the connections.
    let settings = &state.app.site.server;
    let seconds = |span: Span| Duration::from_secs(span.as_seconds().into());
    let (header_timeout, keep_alive) = (seconds(settings.header_timeout), seconds(settings.keep_alive));
    let door = Door::new(&settings.trusted_proxies, header_timeout);
    // HTTP/2 without TLS is for proxies, and they speak HTTP/1.1 too. A client that reaches this port could open 200
    // streams on one connection, let each wait for an answer that it does not read, and so use up files and memory.
    let mut server = Server::<SocketAddr>::from_listener(listener).acceptor(door).http1_only();
    // hyper counts from the end of the answer before; `Door` counts from the first byte of a request.
    server.http_builder().http1().header_read_timeout(keep_alive);
    server
        .first_request_timeout(header_timeout)
        .handle(handle)
        .serve(router(state).into_make_service_with_connect_info::<SocketAddr>())
        .await
        .map_err(|error| StartError::Io("serving ended", error))
}
