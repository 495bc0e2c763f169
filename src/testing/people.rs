//! What people and the worker do, called straight on the lifecycle: no pages, no cookies, no checks. For tests that
//! need many accounts quickly.

use std::sync::{Arc, Mutex};

use secrecy::SecretString;

use crate::{
    domain::{language::Language, mail_token::Purpose, password::PasswordChange},
    server::{
        crypto::session_token::{DeviceToken, SessionToken},
        lifecycle::{Lifecycle, RequestOrigin, Viewer, outbox::SendOutcome},
        mail::{Letter, Transport},
    },
};

/// The password of every person.
pub const PASSWORD: &str = "plum Tractor violet 91";

/// The origin of every request: all people share one browser.
pub fn source() -> RequestOrigin {
    RequestOrigin {
        ip: Some([198, 51, 100, 1].into()),
        user_agent: "a test".to_owned(),
        device: Some(DeviceToken::from_random([1; 32])),
        request: 7,
        language: Language::English,
    }
}

/// The form for changing the password, without the box for the API tokens.
#[must_use]
pub fn password_change(current: &str, new: &str) -> PasswordChange<SecretString> {
    PasswordChange { current: current.into(), new: new.into(), revokes_api_tokens: false }
}

/// The viewer of this session.
pub async fn viewer(life: &Lifecycle, token: &SessionToken) -> Viewer {
    life.viewer(token).await.unwrap().unwrap()
}

/// Sends every due letter, as the worker does.
pub async fn delivered(life: &Lifecycle) -> Vec<Letter> {
    let kept: Arc<Mutex<Vec<Letter>>> = Arc::default();
    let transport = Transport::Kept(Arc::clone(&kept));
    while life.send_letter(&transport).await.unwrap() != SendOutcome::Nothing {}
    kept.lock().unwrap().clone()
}

/// Sends every due letter; returns the token in the letter to `email` for `purpose`.
pub async fn link(life: &Lifecycle, email: &str, purpose: Purpose) -> String {
    let letters = delivered(life).await;
    let mut links = letters.iter().filter(|letter| letter.to == email).flat_map(|letter| &letter.links);
    let link = links.rfind(|link| link.contains(purpose.path())).unwrap();
    link.rsplit('/').next().unwrap().to_owned()
}

/// A person who is signed up, verified and signed in.
pub async fn verified(life: &Lifecycle, email: &str) -> Viewer {
    life.sign_up(&source(), email, PASSWORD.to_owned().into()).await.unwrap();
    let token = link(life, email, Purpose::VerifyEmail).await;
    let signed_in = life.verify_email(&source(), None, &token, None).await.unwrap();
    viewer(life, &signed_in.token).await
}

/// The same viewer in sudo mode.
pub async fn in_sudo(life: &Lifecycle, viewer: &Viewer) -> Viewer {
    let token = life.confirm_sudo(&source(), viewer, PASSWORD.to_owned().into()).await.unwrap();
    self::viewer(life, &token).await
}

/// Signs in once more.
pub async fn signed_in(life: &Lifecycle, email: &str) -> Viewer {
    let signed_in = life.sign_in(&source(), None, email, PASSWORD.to_owned().into()).await.unwrap();
    viewer(life, &signed_in.token).await
}
