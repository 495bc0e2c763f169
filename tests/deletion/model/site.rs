//! The site under test, on a real database, with the browsers and mailboxes of the people who use it.

use std::collections::HashMap;

use serde_json::json;
use signet::{
    domain::{
        deletion::Strategy,
        error::Refusal,
        language::Language,
        mail_token::Purpose,
        providers::{AskFor, AttemptRequest},
        time::{Span, Timestamp},
    },
    server::{
        crypto::{
            api_token::ApiToken,
            session_token::{DeviceToken, SessionToken},
        },
        lifecycle::{self, ClockGuard, Error, Lifecycle, RequestOrigin, Viewer, confirm_clock, providers::Finished},
    },
    testing::{
        TestApp, TestDb,
        provider::{Callback, TestProvider},
    },
};

use super::{
    names::Names,
    state::{ADDRESSES, About, BROWSERS, Outcome, PROVIDERS, State},
    step::{Step, Time},
};

/// The result of an action of the site.
pub type Done = Result<String, Error>;

pub struct Site {
    pub app: TestApp,
    providers: Vec<TestProvider>,
    /// The session token in each browser. Its session may have ended.
    pub browsers: [Option<SessionToken>; BROWSERS],
    /// The secrets of the API tokens, in the order in which they were created.
    pub secrets: Vec<ApiToken>,
    /// The tokens in the letters that have arrived.
    pub mail: HashMap<(Purpose, String), String>,
    pub names: Names,
    /// The number of the last event that the test has read.
    pub events_seen: i64,
}

impl Site {
    /// Opens a new site with two providers of its own.
    pub async fn open(db: TestDb, strategy: Strategy) -> Self {
        let home = TestApp::on(db, |_| {});
        let mut providers = Vec::new();
        for _ in PROVIDERS {
            providers.push(TestProvider::start(&home.clock).await);
        }
        let listed = providers.iter().zip(PROVIDERS).map(|(provider, id)| provider.settings(id)).collect();
        let app = home.again(|settings| {
            settings.providers = listed;
            // A life repeats what it likes, and the model knows no limits.
            settings.limits.enabled = false;
            settings.deletion.strategy = strategy;
        });
        Self {
            app,
            providers,
            browsers: [const { None }; BROWSERS],
            secrets: Vec::new(),
            mail: HashMap::new(),
            names: Names::default(),
            events_seen: 0,
        }
    }

    /// Carries out on the site the step that the model has just taken. `state` is the model after the step.
    pub async fn step(&mut self, state: &State, step: &Step) -> Outcome {
        let done = match step {
            Step::Time(time) => self.time(time).await,
            Step::Anybody(browser, deed) => self.anybody(state, *browser, deed).await,
            Step::Person(browser, deed) => self.person(state, *browser, deed).await,
            Step::Program(token, session) => self.program(*token, *session).await,
            Step::Worker(worker) => self.worker(worker).await,
        };
        match done {
            Ok(answer) => Ok(answer),
            Err(Error::Refused(refusal)) => Err(refusal),
            Err(error) => panic!("{error}"),
        }
    }

    async fn time(&mut self, time: &Time) -> Done {
        let clock = &self.app.clock;
        match *time {
            Time::Pass(seconds) => clock.advance(Span::seconds(u32::try_from(seconds).unwrap())),
            Time::Leap(seconds) => clock.leap(Timestamp(clock.now().0 + seconds), Span::NONE),
            Time::Confirm => _ = confirm_clock(&self.life().db, clock).await?,
            Time::Restart => self.app.lifecycle.watch = ClockGuard::begin(clock),
        }
        Ok(String::new())
    }

    /// A program revokes a session with an API token. If no token of this number was created, this refuses.
    async fn program(&self, token: usize, session: usize) -> Done {
        let Some(secret) = self.secrets.get(token) else { return Err(Refusal::SignInRequired.into()) };
        let viewer = self.life().api_viewer(&source(0), secret).await?.ok_or(Refusal::SignInRequired)?;
        let session = self.names.id("session", session);
        self.life().revoke_session_by_token(&source(0), &viewer, &session).await?;
        Ok(String::new())
    }

    pub const fn life(&self) -> &Lifecycle {
        &self.app.lifecycle
    }

    /// The person who is signed in with a browser. Asking does not count as using the session.
    pub async fn viewer(&self, browser: usize) -> Option<Viewer> {
        let token = self.browsers[browser].as_ref()?;
        self.life().visitor(token, None).await.unwrap().map(|(viewer, _)| viewer)
    }

    /// The token in a letter that has arrived. If no such letter has arrived, a forged token.
    pub fn letter(&self, state: &State, purpose: Purpose, letter: usize) -> String {
        let name = match state.received(purpose, letter) {
            Some(About::Link(id)) => format!("link {id}"),
            Some(About::Change(id)) => format!("change {id}"),
            None => return format!("v1.{}.{}.AAAA", purpose.word(), "0".repeat(32)),
        };
        self.mail.get(&(purpose, name.clone())).unwrap_or_else(|| panic!("no letter about {name} arrived")).clone()
    }

    /// Sends the browser to a provider. There the person of this number gives consent, and the browser returns with
    /// the provider's answer.
    pub async fn travel(
        &self,
        (browser, viewer): (usize, Option<&Viewer>),
        provider: usize,
        person: usize,
        ask: AskFor,
    ) -> Result<Finished, Error> {
        let (there, id, source) = (&self.providers[provider], PROVIDERS[provider], source(browser));
        there.claim("sub", json!(format!("person-{person}")));
        there.claim("email", json!(ADDRESSES[person]));
        let secret = self
            .life()
            .begin_provider(&source, viewer, AttemptRequest { provider: id, ask, return_to: "/dashboard" })
            .await?;
        let url = self.life().provider_redirect(&secret, id).await?.url.unwrap();
        let Callback { code, state, iss } = there.approve(&url);
        let callback = lifecycle::providers::Callback {
            provider: id,
            state: &state,
            code: Some(&code),
            error: None,
            iss: Some(&iss),
        };
        self.life().finish_provider(&source, viewer, Some(&secret), callback).await.outcome
    }
}

/// The origin of a browser's requests. Each browser has a device token of its own.
pub fn source(browser: usize) -> RequestOrigin {
    let device = DeviceToken::from_random([u8::try_from(browser).unwrap(); 32]);
    let ip = Some([198, 51, 100, 1].into());
    RequestOrigin { ip, user_agent: "a test".to_owned(), device: Some(device), request: 7, language: Language::English }
}
