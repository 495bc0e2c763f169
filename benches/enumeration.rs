//! Whether the time of an answer tells which addresses have an account: 1,000 runs of each action that takes an address,
//! for each kind of address, while the server has nothing else to do, and again while others use it.
//!
//! # What is measured
//!
//! What an outsider sees: the time from sending the request to the end of the answer. So the even pace is on: these
//! answers leave at multiples of 100 ms. Each held answer waits without work, so several connections ask at the same
//! time; fewer where each request costs a hash. The limits are on too, because they are part of the work. Each request
//! comes from a network of its own, and the settings (printed in each line) allow more requests for one address and for
//! the whole site than the defaults do.
//!
//! # How it is compared
//!
//! The runs of all kinds of addresses are in one random order, so a machine that gets slower slows all of them. The
//! runs for unknown addresses are twice as many. Split into halves at random, they are a pair of identical cases;
//! 20 such pairs show how far apart two cases are by chance alone. The pairs so come from the same minutes as the cases,
//! and not from minutes before, in which the machine may have been quieter. Limited sign-ins are refused openly and cost
//! no hash, so they are compared with limited sign-ins for unknown addresses.
//!
//! Two differences are estimated, each with its 95 % interval:
//!
//! - of the means, with Welch's interval. With 1,000 runs a mean is as good as normal. It sees if more answers of one
//!   kind miss their multiple of 100 ms and take the next, which a median does not see;
//! - of the medians of the delays, with the interval of a bootstrap, because their density is not known. A delay is the
//!   time from the multiple of 100 ms to the answer. Its median sees a small shift of every answer, which disappears in
//!   the spread of the means. (The median of the whole times would jump by 100 ms while half of the answers take the
//!   next multiple.)
//!
//! A case passes if both intervals lie within the noise: within the farthest reach of the intervals of the 20 pairs, to
//! both sides, because which half of a pair comes first is arbitrary. Even identical cases fail this once in some 50
//! times, and there are 72 cases. So a case that fails is measured again, in as many runs and with new
//! addresses, and the mean of both differences has to lie within the wider noise of both. Chance hardly fails that, and a
//! real difference does.
//!
//! ```text
//! ./scripts/bench --bench enumeration                            # 1,000 runs for each case
//! ./scripts/bench --bench enumeration -- --runs 100              # a quick look; with fewer runs chance fails some
//! ./scripts/bench --bench enumeration -- --only sign_in          # one action
//! ```

#![expect(clippy::expect_used, reason = "a benchmark that cannot go on has nothing to say")]

#[path = "http/mod.rs"]
mod http;

#[path = "enumeration/addresses.rs"]
mod addresses;
#[path = "enumeration/cases.rs"]
mod cases;
#[path = "enumeration/others.rs"]
mod others;
#[path = "enumeration/runs.rs"]
mod runs;
#[path = "enumeration/verdict.rs"]
mod verdict;

use std::{collections::BTreeSet, process::ExitCode};

use clap::Parser;
use rand::{SeedableRng, rngs::SmallRng};
use serde::Serialize;

use self::{
    addresses::Addresses,
    cases::{Action, Form, Kind},
    http::{
        browser::Connections,
        report::print,
        seed::Seed,
        server::{Server, Settings},
    },
    others::Others,
    runs::{Samples, Site},
    verdict::{Estimate, Noise, Round},
};

/// The settings that differ from the defaults.
const SETTINGS: [(&str, &str); 9] = [
    ("SIGNET_LIMITS__FAILED_PROOFS", "60000 per 1m"),
    ("SIGNET_LIMITS__FAILED_PROOFS_PER_ADDRESS", "60 per 1d"),
    ("SIGNET_LIMITS__FAILURES_BEFORE_WAITING", "100"),
    ("SIGNET_LIMITS__LETTERS_PER_ADDRESS", "40 per 1d"),
    ("SIGNET_LIMITS__UNSOLICITED_LETTERS", "60000 per 1m"),
    ("SIGNET_LIMITS__LETTERS_PER_USER", "60000 per 1m"),
    ("SIGNET_LIMITS__ACTIONS_PER_USER", "60000 per 1m"),
    ("SIGNET_LIMITS__REQUESTS_PER_IP", "1000 per 6s"),
    ("RUST_LOG", "warn"),
];

/// What a run of the benchmark does.
#[derive(Parser)]
struct Arguments {
    /// How often each case is measured.
    #[arg(long, default_value_t = 1_000)]
    runs: usize,
    /// Only this form.
    #[arg(long)]
    only: Option<String>,
    /// Cargo says this to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

/// The line of one case.
#[derive(Serialize)]
struct Figure {
    action: &'static str,
    case: &'static str,
    compared_with: &'static str,
    load: &'static str,
    runs: usize,
    at_once: usize,
    median_us: i64,
    difference_us: i64,
    interval_us: [i64; 2],
    noise_us: [i64; 2],
    difference_of_delays_us: i64,
    interval_of_delays_us: [i64; 2],
    noise_of_delays_us: [i64; 2],
    within: bool,
}

/// A benchmark under way.
struct Bench {
    site: Site,
    others: Others,
    addresses: Addresses,
    settings: Settings,
    random: SmallRng,
}

/// One kind of address in one action.
struct Case {
    form: Form,
    action: Action,
    kind: Kind,
    noise: Noise,
    rounds: Vec<Round>,
    estimates: [Estimate; 2],
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    if runtime.block_on(measure(&arguments)) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Measures everything; `false` if a case is not within the noise.
async fn measure(arguments: &Arguments) -> bool {
    let folder = tempfile::tempdir().expect("a folder");
    let settings: Settings = SETTINGS.map(|(name, value)| (name, value.to_owned())).into();
    let seed = Seed::begin().await;
    let addresses = Addresses::seed(&seed, arguments.runs).await;
    let known = seed.known();
    let _provider = seed.finish(folder.path()).await;
    let server = Server::start(folder.path(), &settings, &known).await;
    let site = Site::new(&server.url);
    let others = Others::new(Connections::to(&server.url));
    let random = SmallRng::seed_from_u64(1);
    let mut bench = Bench { site, others, addresses, settings, random };
    let mut all_within = true;
    for form in Form::ALL.into_iter().filter(|form| arguments.only.as_ref().is_none_or(|only| only == form.word())) {
        all_within &= bench.form(form, false).await;
        all_within &= bench.form(form, true).await;
    }
    server.stop().await;
    all_within
}

impl Bench {
    /// Measures every kind of address in one form; `false` if a case is not within the noise.
    async fn form(&mut self, form: Form, is_busy: bool) -> bool {
        let samples = self.sample(form, form.kinds(), is_busy).await;
        let mut cases = Vec::new();
        for (action, kind) in form.cases() {
            let rounds = vec![Round::of(&samples, action, kind)];
            let noise = Noise::of(&rounds[0].baseline, &mut self.random);
            let estimates = Estimate::of(&rounds, &mut self.random);
            cases.push(Case { form, action, kind, noise, rounds, estimates });
        }
        self.measure_again(&mut cases, is_busy).await;
        for case in &cases {
            print("enumeration", &case.figure(is_busy), &self.settings);
        }
        cases.iter().all(Case::is_within)
    }

    /// Measures once more what is not within the noise.
    async fn measure_again(&mut self, cases: &mut [Case], is_busy: bool) {
        let mut failed: Vec<_> = cases.iter_mut().filter(|case| !case.is_within()).collect();
        let Some(form) = failed.first().map(|case| case.form) else { return };
        let kinds: BTreeSet<Kind> =
            failed.iter().flat_map(|case| [case.kind, case.action.baseline(case.kind)]).collect();
        let samples = self.sample(form, &kinds.into_iter().collect::<Vec<_>>(), is_busy).await;
        for case in &mut failed {
            let round = Round::of(&samples, case.action, case.kind);
            case.noise = case.noise.or(Noise::of(&round.baseline, &mut self.random));
            case.rounds.push(round);
            case.estimates = Estimate::of(&case.rounds, &mut self.random);
        }
    }

    /// Sends the form for addresses of these kinds.
    async fn sample(&mut self, form: Form, kinds: &[Kind], is_busy: bool) -> Samples {
        let jobs = self.addresses.jobs(form, kinds, &mut self.random);
        let _busy = is_busy.then(|| self.others.begin());
        let samples = self.site.run(form, jobs).await;
        samples.assert_alike();
        samples
    }
}

impl Case {
    fn is_within(&self) -> bool {
        self.noise.holds(&self.estimates)
    }

    fn figure(&self, is_busy: bool) -> Figure {
        let [means, delays] = self.estimates;
        Figure {
            action: self.action.word(),
            case: self.kind.word(),
            compared_with: self.action.baseline(self.kind).word(),
            load: if is_busy { others::WORDS } else { "none" },
            runs: self.rounds.iter().map(|round| round.case.len()).sum(),
            at_once: self.form.at_once(),
            median_us: verdict::whole(verdict::median(&self.rounds[0].baseline)),
            difference_us: verdict::whole(means.difference),
            interval_us: means.interval().map(verdict::whole),
            noise_us: [-self.noise.means, self.noise.means].map(verdict::whole),
            difference_of_delays_us: verdict::whole(delays.difference),
            interval_of_delays_us: delays.interval().map(verdict::whole),
            noise_of_delays_us: [-self.noise.delays, self.noise.delays].map(verdict::whole),
            within: self.is_within(),
        }
    }
}
