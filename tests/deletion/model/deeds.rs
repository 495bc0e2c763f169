//! Carries out the steps of people on the site.

use signet::{
    domain::{
        api_tokens::Typed,
        error::Refusal,
        event_detail::Detail,
        mail_token::Purpose,
        providers::AskFor,
        security_log::{Event, Group},
    },
    server::lifecycle::{Error, Viewer, providers::Finished},
    testing::people::password_change,
};

use super::{
    site::{Done, Site, source},
    state::{ADDRESSES, NAMES, PASSWORDS, PROVIDERS, State},
    step::{Anybody, Person},
};

impl Site {
    pub async fn anybody(&mut self, state: &State, browser: usize, deed: &Anybody) -> Done {
        let (life, source) = (self.life(), source(browser));
        match *deed {
            Anybody::SignUp { address, password } => {
                life.sign_up(&source, ADDRESSES[address], PASSWORDS[password].into()).await?;
            }
            Anybody::SignIn { .. } | Anybody::SignInAt { .. } => return self.sign_in(browser, deed).await,
            Anybody::AskForReset { address } => life.request_password_reset(&source, ADDRESSES[address]).await?,
            Anybody::Verify { letter, password } => {
                let (viewer, password) = (self.viewer(browser).await, Some(PASSWORDS[password].into()));
                let token = self.letter(state, Purpose::VerifyEmail, letter);
                let signed_in = life.verify_email(&source, viewer.as_ref(), &token, password).await?;
                self.browsers[browser] = Some(signed_in.token);
            }
            Anybody::Reset { letter, password, unlink } => {
                let token = self.letter(state, Purpose::ResetPassword, letter);
                let ticked: Vec<_> = PROVIDERS.iter().filter(|_| unlink).map(|id| (*id).to_owned()).collect();
                let reset = life.reset_password(&source, &token, PASSWORDS[password].into(), &ticked).await?;
                return Ok(reset.was_closed.to_string());
            }
            Anybody::CancelChange { letter } => {
                let token = self.letter(state, Purpose::CancelEmailChange, letter);
                life.cancel_email_change_by_link(&source, &token).await?;
            }
            Anybody::UndoChange { letter } => {
                let token = self.letter(state, Purpose::UndoEmailChange, letter);
                return Ok(life.undo_email_change(&source, &token).await?.email.to_string());
            }
            Anybody::KeepByLink { letter } => {
                let token = self.letter(state, Purpose::KeepAccount, letter);
                life.keep_account(&source, &token).await?;
            }
        }
        Ok(String::new())
    }

    async fn sign_in(&mut self, browser: usize, deed: &Anybody) -> Done {
        let previous = self.viewer(browser).await;
        let signed_in = match *deed {
            Anybody::SignIn { address, password } => {
                let (address, password) = (ADDRESSES[address], PASSWORDS[password].into());
                self.life().sign_in(&source(browser), previous.as_ref(), address, password).await?
            }
            Anybody::SignInAt { provider, person } => {
                let who = (browser, previous.as_ref());
                match self.travel(who, provider, person, AskFor::SignIn).await? {
                    Finished::SignedIn(signed_in) => signed_in,
                    _ => panic!("asked to sign in"),
                }
            }
            _ => panic!("not about signing in: {deed:?}"),
        };
        self.browsers[browser] = Some(signed_in.token);
        Ok(format!("{:?}", signed_in.status))
    }

    /// Carries out a step of a signed-in person. Without a live session it refuses, as every server function does.
    pub async fn person(&mut self, state: &State, browser: usize, deed: &Person) -> Done {
        let viewer = self.viewer(browser).await.ok_or(Refusal::SignInRequired)?;
        match deed {
            Person::OpenPage => self.open_page(browser, &viewer).await,
            Person::ConfirmSudo { .. }
            | Person::ConfirmSudoAt { .. }
            | Person::ChangePassword { .. }
            | Person::SetPassword { .. }
            | Person::Keep => self.under_a_new_token(browser, &viewer, deed).await,
            Person::CreateToken { may_write, days } => self.create_token(browser, &viewer, *may_write, *days).await,
            Person::AskForChange { .. } | Person::ConfirmChange { .. } | Person::CancelChange | Person::Resend => {
                self.address(state, browser, &viewer, deed).await
            }
            _ => self.belongings(browser, &viewer, deed).await,
        }
    }

    /// Opens a page. The site records the use of the session in the background, so this waits until the row shows
    /// it.
    async fn open_page(&self, browser: usize, viewer: &Viewer) -> Done {
        let token = self.browsers[browser].as_ref().unwrap();
        assert!(self.life().viewer(token).await?.is_some());
        let seen_at = format!("SELECT last_seen_at FROM signet_sessions WHERE id = '{}'", viewer.session.id);
        while self.life().policy.session.wants_touch(&viewer.session, self.app.now())
            && self.app.rows(&seen_at).await != [self.app.now().0.to_string()]
        {
            tokio::task::yield_now().await;
        }
        Ok(String::new())
    }

    async fn under_a_new_token(&mut self, browser: usize, viewer: &Viewer, deed: &Person) -> Done {
        let (life, source) = (self.life(), source(browser));
        let (token, answer) = match *deed {
            Person::ConfirmSudo { password } => {
                (life.confirm_sudo(&source, viewer, PASSWORDS[password].into()).await?, String::new())
            }
            Person::ConfirmSudoAt { provider, person } => {
                match self.travel((browser, Some(viewer)), provider, person, AskFor::Sudo).await? {
                    Finished::SudoConfirmed(token) => (token, String::new()),
                    _ => panic!("asked to confirm"),
                }
            }
            Person::ChangePassword { current, new } => {
                let change = password_change(PASSWORDS[current], PASSWORDS[new]);
                let changed = life.change_password(&source, viewer, change).await?;
                (changed.token, changed.others_ended.to_string())
            }
            Person::SetPassword { new } => {
                let set = life.set_password(&source, viewer, PASSWORDS[new].into()).await?;
                (set.token, set.others_ended.to_string())
            }
            _ => (life.cancel_deletion(&source, viewer).await?, String::new()),
        };
        self.browsers[browser] = Some(token);
        Ok(answer)
    }

    async fn create_token(&mut self, browser: usize, viewer: &Viewer, may_write: bool, days: i64) -> Done {
        let (scope, expires) = (if may_write { "write" } else { "read" }, days.to_string());
        let typed = Typed { name: "backup", scope, expires: &expires };
        let secret = self.life().create_api_token(&source(browser), viewer, typed).await?;
        self.secrets.push(secret);
        Ok(String::new())
    }

    async fn address(&self, state: &State, browser: usize, viewer: &Viewer, deed: &Person) -> Done {
        let (life, source) = (self.life(), source(browser));
        match *deed {
            Person::AskForChange { address } => {
                Ok(life.request_email_change(&source, viewer, ADDRESSES[address]).await?.to_string())
            }
            Person::ConfirmChange { letter } => {
                let token = self.letter(state, Purpose::ConfirmEmailChange, letter);
                Ok(life.confirm_email_change(&source, viewer, &token).await?.to_string())
            }
            Person::CancelChange => life.cancel_email_change(&source, viewer).await.map(nothing),
            _ => life.resend_confirmation(&source, viewer).await.map(nothing),
        }
    }

    async fn belongings(&self, browser: usize, viewer: &Viewer, deed: &Person) -> Done {
        let (life, names, source) = (self.life(), &self.names, source(browser));
        match *deed {
            Person::SignOut => life.sign_out(&source, viewer).await.map(nothing),
            Person::Rename { name } => life.update_profile(&source, viewer, NAMES[name]).await.map(nothing),
            Person::Link { provider, person } => {
                self.travel((browser, Some(viewer)), provider, person, AskFor::Link).await.map(|_| String::new())
            }
            Person::Unlink { provider } => {
                life.unlink_provider(&source, viewer, PROVIDERS[provider]).await.map(nothing)
            }
            Person::RevokeToken { token } => {
                life.revoke_api_token(&source, viewer, &names.id("token", token)).await.map(nothing)
            }
            Person::RevokeAllTokens => Ok(life.revoke_all_api_tokens(&source, viewer).await?.to_string()),
            Person::RevokeSession { session } => {
                life.revoke_session(&source, viewer, &names.id("session", session)).await.map(nothing)
            }
            Person::RevokeOthers => Ok(life.revoke_other_sessions(&source, viewer).await?.to_string()),
            Person::Disown { provider } => {
                let event = self.latest_linking(viewer, provider).await?;
                Ok(life.disown_event(&source, viewer, &event).await?.to_string())
            }
            Person::AskForExport => life.request_export(&source, viewer).await.map(nothing),
            Person::Download { export } => {
                let download = life.download_export(&source, viewer, &names.id("export", export)).await?;
                assert!(download.json.starts_with(b"{"));
                Ok(String::new())
            }
            Person::Close { typed } => {
                Ok(life.schedule_deletion(&source, viewer, ADDRESSES[typed]).await?.delete_at.0.to_string())
            }
            _ => panic!("not about belongings: {deed:?}"),
        }
    }

    /// The number of the latest event in the viewer's log by which they linked the provider. If there is none, a
    /// number that no event has.
    async fn latest_linking(&self, viewer: &Viewer, provider: usize) -> Result<String, Error> {
        let log = self.life().list_events(viewer, None, Some(Group::Providers)).await?;
        let linking = log.entries.iter().find(|entry| {
            let is_done = entry.event == Event::ProviderLinked && entry.failure.is_none();
            let is_theirs = |detail: &Detail| detail.to_string() == PROVIDERS[provider];
            is_done && entry.detail.as_ref().is_some_and(is_theirs)
        });
        Ok(linking.map_or_else(|| "0".to_owned(), |entry| entry.id.to_string()))
    }
}

fn nothing((): ()) -> String {
    String::new()
}
