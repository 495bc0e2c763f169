//! How many bytes a day attackers without an account can make the server store, with limits and without.

use std::{collections::BTreeMap, path::Path, time::Duration};

use serde::Serialize;
use signet::{domain::limits::Limit, server::config::Limits, testing::settings};

use crate::{
    attacks::{Attack, Attacker, DAY, a_day, count},
    growth::{Growth, Measured},
    http::{report::print, server::Settings},
};

/// The networks of the large attacker.
const MANY: u64 = 1_000;
/// The number of the small attacker's network.
const ONE: u64 = 5_000;
/// Why a number is not bounded by a limit.
const ANSWERED: &str = "as many as this server answered";
/// Limits whose places do not come free again while the benchmark lasts.
const FROZEN: [(&str, &str); 9] = [
    ("SIGNET_LIMITS__FAILED_PROOFS", "1 per 30d"),
    ("SIGNET_LIMITS__FAILED_PROOFS_PER_IP", "1 per 30d"),
    ("SIGNET_LIMITS__SIGN_UPS_PER_IP", "1 per 30d"),
    ("SIGNET_LIMITS__SIGN_UPS_PER_IP_DAILY", "1 per 30d"),
    ("SIGNET_LIMITS__RESETS_PER_IP", "1 per 30d"),
    ("SIGNET_LIMITS__RESETS_PER_IP_DAILY", "1 per 30d"),
    ("SIGNET_LIMITS__DEAD_LINKS_PER_IP", "1 per 30d"),
    ("SIGNET_LIMITS__PROVIDER_ATTEMPTS_PER_IP", "1 per 30d"),
    ("SIGNET_LIMITS__REFUSALS_PER_IP", "5 per 30d"),
];

/// One part of what a day adds to the database.
#[derive(Serialize)]
struct Part {
    /// How many were measured: requests, or entries of the security log.
    measured: u64,
    seconds: f64,
    bytes: f64,
    bytes_each: f64,
    a_day: f64,
    because: String,
}

#[derive(Serialize)]
struct Total {
    figure: &'static str,
    attack: &'static str,
    networks: u64,
    accepted: Part,
    listed: Part,
    refused: Part,
    /// Bytes of the log in a second.
    log_a_second: f64,
    megabytes_a_day: f64,
    before: Part,
    before_log_a_second: f64,
    before_megabytes_a_day: f64,
    /// How many times as much it was without limits.
    ratio: f64,
}

/// What was measured, for each attack.
struct Measurements {
    /// What the limits let through, of the large attacker.
    accepted: BTreeMap<Attack, Growth>,
    /// Refusals that the security log lists.
    listed: Growth,
    /// Further refusals, by the number of the attacker's networks.
    refused: BTreeMap<(Attack, u64), Growth>,
    /// The same attacks without limits.
    before: BTreeMap<Attack, Growth>,
}

/// Prints the figures.
pub async fn measure(lasts: Duration) {
    let many = Attacker { first: 0, networks: MANY, lasts };
    let accepted = of_each(Settings::new(), many).await;
    let (listed, refused) = refused(many).await;
    let before = of_each(Settings::from([("SIGNET_LIMITS__ENABLED", "false".to_owned())]), many).await;
    let measured = Measurements { accepted, listed, refused, before };
    let limits = settings(Path::new("")).limits;
    for attack in Attack::ALL {
        for networks in [1, MANY] {
            print("attack", &figure(attack, networks, &measured, &limits), &Settings::new());
        }
    }
}

/// What each attack leaves.
async fn of_each(settings: Settings, attacker: Attacker) -> BTreeMap<Attack, Growth> {
    let mut server = Measured::start(settings).await;
    let mut all = BTreeMap::new();
    for attack in Attack::ALL {
        all.insert(attack, server.under(attack, attacker).await);
    }
    server.stop().await;
    all
}

/// What refusals leave: those that the security log lists, and all further ones. Places come free so slowly that a
/// request is either refused or not, as long as the benchmark lasts.
async fn refused(many: Attacker) -> (Growth, BTreeMap<(Attack, u64), Growth>) {
    let mut server = Measured::start(FROZEN.map(|(name, rate)| (name, rate.to_owned())).into()).await;
    let mut listed = Growth::default();
    loop {
        let more = server.under(Attack::Reset, many).await;
        if more.grown.entries == 0 {
            break;
        }
        listed = listed.and(more);
    }
    let mut all = BTreeMap::new();
    for attack in Attack::ALL {
        for attacker in [many, Attacker { first: ONE, networks: 1, ..many }] {
            let mut left = server.under(attack, attacker).await;
            while left.answers.accepted > 0 && attack.can_be_used_up() {
                left = server.under(attack, attacker).await;
            }
            all.insert((attack, attacker.networks), left);
        }
    }
    server.stop().await;
    (listed, all)
}

fn figure(attack: Attack, networks: u64, all: &Measurements, limits: &Limits) -> Total {
    let (without, let_through, refusals) =
        (&all.before[&attack], &all.accepted[&attack], &all.refused[&(attack, networks)]);
    let (listed, of_entries) = listed(&all.listed, if attack.is_listed() { networks } else { 0 }, limits);
    let before = Part::of(without, without.answers.accepted, 0.0, None);
    let allowed = attack.allowed(limits, networks).filter(|(allowed, _)| *allowed < before.a_day);
    // The part `listed` has the entries of refusals, so they are not counted here.
    let apart = if attack.is_a_refusal() { count(let_through.grown.entries) * of_entries } else { 0.0 };
    let (a_day, because) = allowed.unwrap_or((before.a_day, ANSWERED.to_owned()));
    let accepted = Part::of(let_through, let_through.answers.accepted, apart, Some((a_day, because)));
    let refused = Part::of(refusals, refusals.answers.refused, 0.0, None);
    let log_a_second = let_through.log_a_second.max(refusals.log_a_second);
    let megabytes = [&accepted, &listed, &refused].map(Part::megabytes).iter().sum::<f64>() + log_a_second * DAY / 1e6;
    let before_megabytes = before.megabytes() + without.log_a_second * DAY / 1e6;
    Total {
        figure: "bytes a day",
        attack: attack.word(),
        networks,
        log_a_second: rounded(log_a_second),
        megabytes_a_day: rounded(megabytes),
        before_log_a_second: rounded(without.log_a_second),
        before_megabytes_a_day: rounded(before_megabytes),
        ratio: rounded(before_megabytes / megabytes),
        accepted,
        listed,
        refused,
        before,
    }
}

/// What a day of listed refusals adds, and the bytes of one.
fn listed(measured: &Growth, networks: u64, limits: &Limits) -> (Part, f64) {
    let a_day = a_day(limits, Limit::RefusalsPerIp);
    let because = match networks {
        0 => "the security log has no entry of them".to_owned(),
        _ => format!("refusals_per_ip for each network: {a_day:.0} a day"),
    };
    let part = Part::of(measured, measured.grown.entries, 0.0, Some((a_day * count(networks), because)));
    let each = part.bytes_each;
    (part, each)
}

impl Part {
    /// What was measured, without the bytes of another part, and how often it happens in a day. Without a limit it goes on
    /// as it was measured.
    fn of(growth: &Growth, measured: u64, apart: f64, limit: Option<(f64, String)>) -> Self {
        let bytes = (count(growth.grown.database) - apart).max(0.0);
        let goes_on = count(measured) / growth.answers.seconds * DAY;
        let (a_day, because) = limit.unwrap_or((goes_on, ANSWERED.to_owned()));
        Self {
            measured,
            seconds: rounded(growth.answers.seconds),
            bytes: bytes.round(),
            bytes_each: rounded(bytes / count(measured.max(1))),
            a_day: a_day.round(),
            because,
        }
    }

    fn megabytes(&self) -> f64 {
        self.bytes_each * self.a_day / 1e6
    }
}

fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
