//! The accounts of the benchmark, and which address each run asks about.

use std::{collections::BTreeMap, iter::repeat_n};

use rand::{rngs::SmallRng, seq::SliceRandom};
use signet::{
    domain::{
        limits::Rate,
        providers::{AskFor, AttemptRequest},
        time::Span,
    },
    server::lifecycle::{Lifecycle, RequestOrigin, deletion::Execution, providers::Callback},
    testing::{PASSWORD, PROVIDER, WRONG_PASSWORD, people},
};

use crate::{
    cases::{Form, Kind},
    http::seed::{Seed, verified},
    others, runs,
};

/// How many runs of a form ask about the same address at most, if they leave no trace: signing in has to meet hashes at
/// full cost, and making those takes long.
const ASKED: usize = 10;
/// How many runs a form may have of one kind: idle, busy, and one repetition.
const ROUNDS: usize = 3;

/// Hands out addresses.
pub struct Addresses {
    runs: usize,
    handed_out: BTreeMap<(Form, Kind), usize>,
}

/// One run: what kind of address it asks about, and which.
pub struct Job {
    pub kind: Kind,
    pub email: String,
}

impl Addresses {
    /// Makes the accounts.
    pub async fn seed(seed: &Seed, runs: usize) -> Self {
        let all = Self { runs, handed_out: BTreeMap::new() };
        let (cheap, full) = (seed.process(|_| {}), seed.process_at_full_cost());
        all.erase(seed, &cheap).await;
        seed.arrive();
        let (costly, rest) = (0..all.hashed(), all.hashed()..runs);
        for (process, numbers) in [(&full, costly), (&cheap, rest)] {
            let emails = |kind: Kind| numbers.clone().map(|number| kind.address(number)).collect::<Vec<_>>();
            verified(process, &emails(Kind::Existing)).await;
            verified(process, &emails(Kind::Limited)).await;
            sign_up(process, &emails(Kind::Waiting)).await;
            schedule(process, &emails(Kind::Scheduled)).await;
            come_through_provider(seed, process, &emails(Kind::ProviderOnly)).await;
        }
        sign_up(&cheap, &(runs..runs * (ROUNDS + 1)).map(|number| Kind::Waiting.address(number)).collect::<Vec<_>>())
            .await;
        verified(&full, &others::addresses()).await;
        verified(&full, &runs::verified_addresses()).await;
        sign_up(&full, &runs::unverified_addresses()).await;
        all.use_up_limits(seed).await;
        all
    }

    /// The runs of a form, in random order.
    pub fn jobs(&mut self, form: Form, kinds: &[Kind], random: &mut SmallRng) -> Vec<Job> {
        let runs = self.runs;
        let each = kinds.iter().flat_map(|kind| repeat_n(*kind, runs * kind.share()));
        let mut jobs: Vec<_> = each.map(|kind| Job { kind, email: self.next(form, kind) }).collect();
        jobs.shuffle(random);
        jobs
    }

    /// An address about which this form has not asked, or as seldom as about the others of its kind.
    fn next(&mut self, form: Form, kind: Kind) -> String {
        let count = self.handed_out.entry((form, kind)).or_default();
        let index = *count;
        *count += 1;
        let runs = self.runs;
        kind.address(match (form, kind) {
            (Form::SignIn, kind) => index % (self.hashed() * kind.share()),
            // An unverified account loses the address that another one takes, also if it has just taken it itself. Signing
            // up makes an account: the address is then of another kind.
            (Form::Correct, Kind::Waiting | Kind::Unknown | Kind::Erased)
            | (Form::SignUp, Kind::Unknown | Kind::Erased) => index,
            (Form::SignUp, Kind::Waiting) => runs * ROUNDS + index % runs,
            (_, kind) => index % (runs * kind.share()),
        })
    }

    /// How many accounts of a kind have a hash at full cost.
    const fn hashed(&self) -> usize {
        self.runs.div_ceil(ASKED)
    }

    /// Accounts that were erased some days ago.
    async fn erase(&self, seed: &Seed, process: &Lifecycle) {
        let emails: Vec<_> = (0..self.runs * ROUNDS).map(|number| Kind::Erased.address(number)).collect();
        schedule(process, &emails).await;
        seed.clock.advance(Span::days(15));
        for _ in &emails {
            let execution = process.execute_deletion().await.expect("an execution");
            assert_eq!(execution, Execution::Executed, "every account is due");
        }
        people::delivered(process).await;
    }

    /// Takes all places of an address, with a rate of which one place is all.
    async fn use_up_limits(&self, seed: &Seed) {
        let strict = seed.process(|settings| {
            let (once, often) =
                (Rate { count: 1, period: Span::days(1) }, Rate { count: 1_000_000, period: Span::hours(1) });
            settings.limits.enabled = true;
            (settings.limits.letters_per_address, settings.limits.failed_proofs_per_address) = (once, once);
            settings.limits.failed_proofs = often;
        });
        let origin = RequestOrigin::worker();
        for email in (0..self.runs).map(|number| Kind::Limited.address(number)) {
            strict.request_password_reset(&origin, &email).await.expect("the usual answer");
        }
        for kind in [Kind::Limited, Kind::LimitedUnknown] {
            for number in 0..self.hashed() * kind.share() {
                let wrong =
                    strict.sign_in(&origin, None, &kind.address(number), WRONG_PASSWORD.to_owned().into()).await;
                assert!(wrong.is_err(), "the password is wrong");
            }
        }
    }
}

async fn sign_up(process: &Lifecycle, emails: &[String]) {
    for email in emails {
        process.sign_up(&people::source(), email, PASSWORD.to_owned().into()).await.expect("signed up");
    }
    people::delivered(process).await;
}

async fn schedule(process: &Lifecycle, emails: &[String]) {
    for email in emails {
        let viewer = people::verified(process, email).await;
        let viewer = people::in_sudo(process, &viewer).await;
        process.schedule_deletion(&people::source(), &viewer, email).await.expect("scheduled");
    }
}

async fn come_through_provider(seed: &Seed, process: &Lifecycle, emails: &[String]) {
    for email in emails {
        seed.provider.claim("sub", email.as_str().into());
        seed.provider.claim("email", email.as_str().into());
        let request = AttemptRequest { provider: PROVIDER, ask: AskFor::SignIn, return_to: "" };
        let secret = process.begin_provider(&people::source(), None, request).await.expect("begun");
        let redirect = process.provider_redirect(&secret, PROVIDER).await.expect("a redirect");
        let consent = seed.provider.approve(&redirect.url.expect("an address"));
        let callback = Callback {
            provider: PROVIDER,
            state: &consent.state,
            code: Some(&consent.code),
            error: None,
            iss: Some(&consent.iss),
        };
        let ended = process.finish_provider(&people::source(), None, Some(&secret), callback).await;
        assert!(ended.outcome.is_ok(), "signed in with the provider");
    }
}
