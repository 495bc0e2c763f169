//! The attacks: what each sends, and how often the limits let it through.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use signet::{
    domain::limits::Limit,
    server::config::Limits,
    testing::{PASSWORD, PROVIDER, WRONG_PASSWORD},
};
use tokio::task::JoinSet;

use crate::http::browser::{Answer, Browser, Connections, OTHER_HOST};

/// The seconds of a day.
pub const DAY: f64 = 86_400.0;
/// How many connections an attacker uses.
const AT_ONCE: u64 = 64;

/// What an attacker without an account sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Attack {
    /// Sign-ins with a wrong password, each for another address.
    WrongPassword,
    /// Requests for a reset link, each for another address.
    Reset,
    /// Sign-ups, each with another address.
    SignUp,
    /// Forged links.
    DeadLink,
    /// Answers of a provider that no browser has asked for.
    Callback,
    /// Ways to a provider, and back with a forged code.
    Attempt,
    /// Pages of another host, which the server refuses before it looks for more.
    OtherHost,
}

/// The answers to an attack.
#[derive(Clone, Copy, Debug, Default)]
pub struct Answers {
    pub accepted: u64,
    /// Too many, or the server was too busy.
    pub refused: u64,
    pub seconds: f64,
}

/// Where an attack comes from, and how long it lasts.
#[derive(Clone, Copy)]
pub struct Attacker {
    /// The number of the first network.
    pub first: u64,
    /// How many networks there are.
    pub networks: u64,
    pub lasts: Duration,
}

impl Attack {
    pub const ALL: [Self; 7] = [
        Self::WrongPassword,
        Self::Reset,
        Self::SignUp,
        Self::DeadLink,
        Self::Callback,
        Self::Attempt,
        Self::OtherHost,
    ];

    pub const fn word(self) -> &'static str {
        match self {
            Self::WrongPassword => "wrong passwords",
            Self::Reset => "requests for reset links",
            Self::SignUp => "sign-ups",
            Self::DeadLink => "dead links",
            Self::Callback => "forged answers of a provider without an attempt",
            Self::Attempt => "ways to a provider with a forged answer",
            Self::OtherHost => "requests for another host",
        }
    }

    /// The limits of one network, and those of the whole site.
    const fn limits(self) -> (&'static [Limit], &'static [Limit]) {
        match self {
            Self::WrongPassword => (&[Limit::FailedProofsPerIp], &[Limit::FailedProofs]),
            Self::Reset => (&[Limit::ResetsPerIp, Limit::ResetsPerIpDaily], &[]),
            Self::SignUp => (&[Limit::SignUpsPerIp, Limit::SignUpsPerIpDaily], &[]),
            Self::DeadLink => (&[Limit::DeadLinksPerIp], &[]),
            Self::Callback => (&[Limit::RequestsPerIp], &[]),
            Self::Attempt => (&[Limit::ProviderAttemptsPerIp], &[]),
            Self::OtherHost => (&[], &[]),
        }
    }

    /// Whether its requests are all refused in the end. The gate against floods counts in the memory of one process.
    pub const fn can_be_used_up(self) -> bool {
        !matches!(self, Self::Callback | Self::OtherHost)
    }

    /// Whether the security log lists its refusals.
    pub const fn is_listed(self) -> bool {
        !matches!(self, Self::Callback | Self::OtherHost)
    }

    /// Whether the security log lists its requests as refusals, also those that the limits let through.
    pub const fn is_a_refusal(self) -> bool {
        matches!(self, Self::WrongPassword | Self::Reset | Self::DeadLink | Self::Attempt)
    }

    /// How many requests of `networks` the limits let through in a day, and why; `None` without a limit.
    pub fn allowed(self, limits: &Limits, networks: u64) -> Option<(f64, String)> {
        let (each, all) = self.limits();
        let of_network = each.iter().map(|limit| (*limit, count(networks), "for each network"));
        let of_site = all.iter().map(|limit| (*limit, 1.0, "for the whole site"));
        let allowed = of_network.chain(of_site).map(|(limit, times, whose)| {
            let a_day = a_day(limits, limit);
            (a_day * times, format!("{} {whose}: {a_day:.0} a day", limit.word()))
        });
        allowed.min_by(|one, other| one.0.total_cmp(&other.0))
    }

    /// Sends it once.
    async fn send(self, browser: &mut Browser, number: u64) -> Result<Answer, reqwest::Error> {
        let email = format!("attack{number:012}@example.com");
        match self {
            Self::WrongPassword => browser.post("sign_in", &[("email", &email), ("password", WRONG_PASSWORD)]).await,
            Self::Reset => browser.post("request_password_reset", &[("email", &email)]).await,
            Self::SignUp => browser.post("sign_up", &[("email", &email), ("password", PASSWORD)]).await,
            Self::DeadLink => {
                let token = format!("v1.cancel.{number:032x}.x");
                browser.post("cancel_email_change_by_link", &[("token", &token)]).await
            }
            Self::Callback => browser.open(&format!("/users/auth/{PROVIDER}/callback?state=x{number}&code=y")).await,
            Self::Attempt => attempt(browser).await,
            Self::OtherHost => browser.open("/").await,
        }
    }
}

/// How many places a limit has in a day, after the first burst.
pub fn a_day(limits: &Limits, limit: Limit) -> f64 {
    let rate = limits.rate(limit);
    f64::from(rate.count) * DAY / f64::from(rate.period.as_seconds())
}

impl Attacker {
    /// Attacks with all connections until the time is over and each network has sent a request.
    pub async fn send(self, url: &str, attack: Attack) -> Answers {
        let (begun, sent) = (Instant::now(), Arc::new(AtomicU64::new(0)));
        let mut connections = JoinSet::new();
        for _ in 0..AT_ONCE {
            connections.spawn(self.send_on(Connections::to(url), attack, Arc::clone(&sent)));
        }
        let mut all = Answers::default();
        for answers in connections.join_all().await {
            all.accepted += answers.accepted;
            all.refused += answers.refused;
        }
        Answers { seconds: begun.elapsed().as_secs_f64(), ..all }
    }

    async fn send_on(self, mut connection: Connections, attack: Attack, sent: Arc<AtomicU64>) -> Answers {
        let (begun, mut answers) = (Instant::now(), Answers::default());
        if attack == Attack::OtherHost {
            connection.url = connection.url.replace("127.0.0.1", OTHER_HOST);
        }
        while begun.elapsed() < self.lasts || sent.load(Ordering::Relaxed) < self.networks {
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let network = self.first + sent.fetch_add(1, Ordering::Relaxed) % self.networks;
            let mut browser = Browser::new(&connection, address(network));
            match attack.send(&mut browser, number).await {
                Ok(answer) if matches!(answer.status, 429 | 503) => answers.refused += 1,
                Ok(_) => answers.accepted += 1,
                Err(error) => eprintln!("{}: {error}", attack.word()),
            }
        }
        answers
    }
}

/// No two requests of a run name the same address.
static NUMBER: AtomicU64 = AtomicU64::new(0);

/// Goes to the provider, and comes back with the right `state` and a code that the provider has not given.
async fn attempt(browser: &mut Browser) -> Result<Answer, reqwest::Error> {
    let fields = [("provider", PROVIDER), ("ask", "sign_in"), ("return_to", "")];
    let begun = browser.post("continue_with_provider", &fields).await?;
    if begun.status != 200 {
        return Ok(begun);
    }
    let page = browser.open(&format!("/users/auth/{PROVIDER}")).await?;
    let state = page.body.split_once("state=").map_or("", |(_, rest)| rest.split(['&', '"']).next().unwrap_or(""));
    browser.open(&format!("/users/auth/{PROVIDER}/callback?state={state}&code=forged")).await?;
    Ok(begun)
}

/// An address in network number `number`: half of them are IPv4, each in a /24 of its own, and half a /64 of IPv6.
fn address(number: u64) -> IpAddr {
    let [.., a, b] = number.to_be_bytes();
    if number.is_multiple_of(2) {
        Ipv4Addr::new(11, a, b, 1).into()
    } else {
        Ipv6Addr::new(0x2001, 0xdb8, u16::from(a), u16::from(b), 0, 0, 0, 1).into()
    }
}

/// A count as a factor.
#[expect(clippy::cast_precision_loss, reason = "counts of requests and bytes are small")]
pub const fn count(number: u64) -> f64 {
    number as f64
}
