//! Delivers letters to a mail server over SMTP.
//!
//! Keeps a connection for the next letter, but only after a complete dialogue. If an error, a timeout or a
//! cancelled caller cuts the dialogue short, the connection is dropped with its future. Otherwise a server that
//! still waits for the rest of a message would take the next letter for it, and deliver that to the wrong person.

use std::{
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use lettre::{
    Message,
    transport::smtp::{
        self,
        authentication::DEFAULT_MECHANISMS,
        client::{AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters},
        extension::ClientId,
    },
};
use tokio::time::timeout;
use url::Url;

use super::{
    Letter,
    error::MailError,
    message::{self, Sender},
    plan::{Plan, Security, SettingError},
};
use crate::{domain::time::Timestamp, server::tls::Authorities};

/// Longest time to send one letter, from the first packet to the server's last reply: while a worker waits for a
/// silent server, other letters wait too.
pub const SEND_LIMIT: Duration = Duration::from_secs(19);
/// Longest time until a new connection is ready for a letter.
const CONNECT_LIMIT: Duration = Duration::from_secs(9);
/// Longest wait for one of the server's addresses. It leaves time for another one if the first (often IPv6) does
/// not answer.
const ADDRESS_LIMIT: Duration = Duration::from_secs(4);
/// Longest wait for a kept connection to answer a check.
const CHECK_LIMIT: Duration = Duration::from_secs(2);
/// Longest time to keep an unused connection; servers close theirs after minutes.
const KEEP_LIMIT: Duration = Duration::from_secs(30);
/// The most connections to keep.
const KEEP_COUNT: usize = 4;

/// A mail server.
#[derive(Clone)]
pub struct Smtp {
    server: Arc<Server>,
}

struct Server {
    plan: Plan,
    tls: TlsParameters,
    sender: Sender,
    hello: ClientId,
    limit: Duration,
    idle: Mutex<Vec<Idle>>,
}

struct Idle {
    connection: AsyncSmtpConnection,
    since: Instant,
}

impl Smtp {
    /// Prepares for the server at `url` (setting `mail.transport`), with letters from `from` (`mail.from`). Sends
    /// nothing yet. The host of `base_url` identifies this side in the SMTP dialogue and in message ids. The server
    /// needs a certificate of `authorities`, if it has to speak TLS.
    ///
    /// # Errors
    /// [`SettingError`] names the setting that cannot be used.
    pub fn new(url: &str, from: &str, base_url: &str, authorities: &Authorities) -> Result<Self, SettingError> {
        let plan = Plan::read(url)?;
        let tls = trusting(&plan.host, authorities).map_err(|_| SettingError::Transport)?;
        Self::planned((plan, tls), from, base_url, SEND_LIMIT)
    }

    /// Whether the server at `url` has to speak TLS.
    #[must_use]
    pub fn speaks_tls(url: &str) -> bool {
        Plan::read(url).is_ok_and(|plan| plan.security != Security::Plain)
    }

    fn planned(
        (plan, tls): (Plan, TlsParameters),
        from: &str,
        base_url: &str,
        limit: Duration,
    ) -> Result<Self, SettingError> {
        let person = from.parse().map_err(|_| SettingError::From(from.to_owned()))?;
        let base = Url::parse(base_url).ok();
        let host = base.as_ref().and_then(Url::host_str);
        let host = host.ok_or_else(|| SettingError::BaseUrl(base_url.to_owned()))?.to_owned();
        let server =
            Server { hello: hello(&host), sender: Sender { person, host }, idle: Mutex::default(), plan, tls, limit };
        Ok(Self { server: Arc::new(server) })
    }

    /// Sends one letter, or gives up after [`SEND_LIMIT`].
    pub(super) async fn send(&self, letter: &Letter, id: &str, now: Timestamp) -> Result<(), MailError> {
        let message = message::build(letter, id, now, &self.server.sender)?;
        let sent = timeout(self.server.limit, self.server.deliver(&message)).await;
        sent.unwrap_or_else(|_| Err(MailError::Timeout(self.server.plan.place())))
    }
}

impl Server {
    async fn deliver(&self, message: &Message) -> Result<(), MailError> {
        let mut connection = self.connection().await?;
        let sent = connection.send(message.envelope(), &message.formatted()).await;
        match sent {
            Ok(_) => {
                self.keep(connection);
                Ok(())
            }
            Err(error) => Err(match error.status() {
                Some(code) => {
                    let text = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
                    MailError::of_answer(code.into(), &text)
                }
                None => MailError::broken(self.plan.place(), &error),
            }),
        }
    }

    async fn connection(&self) -> Result<AsyncSmtpConnection, MailError> {
        while let Some(mut connection) = self.take_idle() {
            if timeout(CHECK_LIMIT, connection.test_connected()).await == Ok(true) {
                return Ok(connection);
            }
        }
        let connected = timeout(CONNECT_LIMIT, self.connect()).await;
        let place = || self.plan.place();
        let connected = connected.map_err(|_| MailError::Timeout(place()))?;
        connected.map_err(|error| MailError::unreachable(place(), &error))
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, smtp::Error> {
        let address = (self.plan.host.as_str(), self.plan.port);
        let from_the_start = (self.plan.security == Security::Tls).then(|| self.tls.clone());
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(address, Some(ADDRESS_LIMIT), &self.hello, from_the_start, None)
                .await?;
        if self.plan.security == Security::StartTls {
            // Fails if the server does not offer STARTTLS: then send neither letter nor password.
            connection.starttls(self.tls.clone(), &self.hello).await?;
        }
        if let Some(credentials) = &self.plan.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(connection)
    }

    fn take_idle(&self) -> Option<AsyncSmtpConnection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|idle| idle.since.elapsed() < KEEP_LIMIT);
        idle.pop().map(|idle| idle.connection)
    }

    fn keep(&self, connection: AsyncSmtpConnection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < KEEP_COUNT {
            idle.push(Idle { connection, since: Instant::now() });
        }
    }
}

/// TLS with `host`, which needs a certificate of `authorities` for that name.
fn trusting(host: &str, authorities: &Authorities) -> Result<TlsParameters, smtp::Error> {
    let mut tls = TlsParameters::builder(host.to_owned()).certificate_store(CertificateStore::None);
    for certificate in authorities.certificates() {
        tls = tls.add_root_certificate(Certificate::from_der(certificate.to_vec())?);
    }
    tls.build()
}

/// The name with which this side introduces itself: the public host, not the machine's name.
fn hello(host: &str) -> ClientId {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse();
    match address {
        Ok(IpAddr::V4(address)) => ClientId::Ipv4(address),
        Ok(IpAddr::V6(address)) => ClientId::Ipv6(address),
        Err(_) => ClientId::Domain(host.to_owned()),
    }
}

#[cfg(test)]
mod tests;
