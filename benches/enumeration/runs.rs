//! Sends the form of a run, and keeps how long the answer took.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use signet::testing::{PASSWORD, WRONG_PASSWORD};

use crate::{
    addresses::Job,
    cases::{Action, Form, Kind},
    http::browser::{Answer, Browser, Connections, address},
};

/// The most connections that a form uses.
const MOST: usize = 24;
/// How often a run is tried, if the server is too busy to do it.
const TRIES: usize = 20;

/// The runs that are left.
type Jobs = Arc<Mutex<Vec<Job>>>;

/// The measured site.
pub struct Site {
    url: String,
    /// How many client addresses were used.
    clients: Arc<AtomicU32>,
    /// Those who ask, for each form: a signed-in browser goes on.
    askers: BTreeMap<Form, Vec<Asker>>,
}

/// The answers.
#[derive(Default)]
pub struct Samples {
    /// How long they took, in microseconds.
    times: BTreeMap<(Action, Kind), Vec<f64>>,
    /// What they say, apart from addresses and numbers.
    said: BTreeMap<(Action, Kind), (u16, String)>,
}

/// One connection that asks.
struct Asker {
    form: Form,
    browser: Browser,
    /// The address of the browser's account.
    account: Option<String>,
    clients: Arc<AtomicU32>,
}

/// The accounts that ask for other addresses.
pub fn verified_addresses() -> Vec<String> {
    (0..MOST).map(|number| format!("asking{number:06}@example.com")).collect()
}

/// The unverified accounts that do.
pub fn unverified_addresses() -> Vec<String> {
    (0..MOST).map(|number| format!("unsure{number:06}@example.com")).collect()
}

impl Site {
    pub fn new(url: &str) -> Self {
        Self { url: url.to_owned(), clients: Arc::default(), askers: BTreeMap::new() }
    }

    /// Does all jobs, several at a time.
    pub async fn run(&mut self, form: Form, jobs: Vec<Job>) -> Samples {
        let askers = match self.askers.remove(&form) {
            Some(askers) => askers,
            None => self.new_askers(form).await,
        };
        let jobs = Arc::new(Mutex::new(jobs));
        let tasks: Vec<_> = askers.into_iter().map(|asker| tokio::spawn(asker.work_off(Arc::clone(&jobs)))).collect();
        let mut all = Samples::default();
        for task in tasks {
            let (asker, samples) = task.await.expect("an asker");
            self.askers.entry(form).or_default().push(asker);
            all.add(samples);
        }
        all
    }

    async fn new_askers(&self, form: Form) -> Vec<Asker> {
        let mut askers = Vec::new();
        for number in 0..form.at_once() {
            let browser = Browser::new(&Connections::to(&self.url), address(0));
            let account = match form {
                Form::Change => Some(verified_addresses().swap_remove(number)),
                Form::Correct => Some(unverified_addresses().swap_remove(number)),
                _ => None,
            };
            let mut asker = Asker { form, browser, account, clients: Arc::clone(&self.clients) };
            asker.sign_in().await;
            askers.push(asker);
        }
        askers
    }
}

impl Asker {
    async fn sign_in(&mut self) {
        let Some(email) = self.account.clone() else { return };
        self.move_on();
        self.browser.must("sign_in", &[("email", &email), ("password", PASSWORD)]).await;
    }

    async fn work_off(mut self, jobs: Jobs) -> (Self, Samples) {
        if self.form == Form::Change {
            self.move_on();
            self.browser.must("confirm_sudo", &[("password", PASSWORD)]).await;
        }
        let mut samples = Samples::default();
        while let Some(Job { kind, email }) = take(&jobs) {
            for action in self.form.actions() {
                let answer = self.ask(*action, &email).await;
                samples.keep((*action, kind), &email, &answer);
            }
        }
        if let Some(email) = self.account.clone().filter(|_| self.form == Form::Correct) {
            // Leaves the last address as it was.
            self.move_on();
            self.browser.must("request_email_change", &[("new_email", &email)]).await;
        }
        (self, samples)
    }

    /// Sends one form from a client address of its own.
    async fn ask(&mut self, action: Action, email: &str) -> Answer {
        for _ in 0..TRIES {
            self.move_on();
            if matches!(self.form, Form::SignIn | Form::Reset | Form::SignUp) {
                self.browser.cookies.clear();
            }
            let sent = match action {
                Action::SignIn => self.browser.post("sign_in", &[("email", email), ("password", WRONG_PASSWORD)]).await,
                Action::SignUp => self.browser.post("sign_up", &[("email", email), ("password", PASSWORD)]).await,
                Action::RequestPasswordReset => self.browser.post("request_password_reset", &[("email", email)]).await,
                Action::RequestEmailChange | Action::CorrectEmail => {
                    self.browser.post("request_email_change", &[("new_email", email)]).await
                }
                Action::ResendConfirmation => self.browser.post("resend_confirmation", &[]).await,
            };
            match sent {
                Ok(answer) if answer.status != 503 => return answer,
                Ok(busy) => eprintln!("{}: {} {}", action.word(), busy.status, busy.body),
                Err(error) => eprintln!("{}: {error}", action.word()),
            }
        }
        panic!("{}: the server does not answer", action.word());
    }

    fn move_on(&mut self) {
        self.browser.ip = address(self.clients.fetch_add(1, Ordering::Relaxed));
    }
}

impl Samples {
    pub fn times(&self, action: Action, kind: Kind) -> &[f64] {
        self.times.get(&(action, kind)).map_or(&[], Vec::as_slice)
    }

    /// Fails if the text or the status tells a kind of address apart.
    pub fn assert_alike(&self) {
        for ((action, kind), said) in &self.said {
            let expected = &self.said[&(*action, action.baseline(*kind))];
            assert_eq!(said, expected, "{}: {} addresses get another answer", action.word(), kind.word());
        }
    }

    fn keep(&mut self, case: (Action, Kind), email: &str, answer: &Answer) {
        let text: String = answer.body.replace(email, "").chars().filter(|letter| !letter.is_ascii_digit()).collect();
        let said = (answer.status, text);
        let first = self.said.entry(case).or_insert_with(|| said.clone());
        assert_eq!(*first, said, "{}: two answers for {email} differ", case.0.word());
        self.times.entry(case).or_default().push(answer.took.as_secs_f64() * 1e6);
    }

    fn add(&mut self, other: Self) {
        self.said.extend(other.said);
        for (case, times) in other.times {
            self.times.entry(case).or_default().extend(times);
        }
    }
}

fn take(jobs: &Jobs) -> Option<Job> {
    jobs.lock().unwrap_or_else(PoisonError::into_inner).pop()
}
