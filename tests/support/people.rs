//! What people and the worker do, called straight on the lifecycle: no pages, no cookies,
//! no questions asked. For tests that need many accounts soon.

use std::sync::{Arc, Mutex};

use signet::{
    domain::mail_token::Purpose,
    server::{
        crypto::session_token::{DeviceToken, SessionToken},
        lifecycle::{Lifecycle, RequestOrigin, Viewer, outbox::SendOutcome},
        mail::{Letter, Transport},
    },
};

/// Everybody's password.
pub const PASSWORD: &str = "plum Tractor violet 91";

/// The one browser there is.
pub fn source() -> RequestOrigin {
    RequestOrigin {
        ip: Some([198, 51, 100, 1].into()),
        user_agent: "a test".to_owned(),
        device: Some(DeviceToken::from_random([1; 32])),
        request: 7,
    }
}

/// Who has this session.
pub async fn viewer(life: &Lifecycle, token: &SessionToken) -> Viewer {
    life.viewer(token).await.unwrap().unwrap()
}

/// Sends all that is due, as the worker does.
pub async fn delivered(life: &Lifecycle) -> Vec<Letter> {
    let kept: Arc<Mutex<Vec<Letter>>> = Arc::default();
    let transport = Transport::Kept(Arc::clone(&kept));
    while life.send_letter(&transport).await.unwrap() != SendOutcome::Nothing {}
    kept.lock().unwrap().clone()
}

/// Sends all that is due; the token in the letter to `email` for `purpose`.
pub async fn link(life: &Lifecycle, email: &str, purpose: Purpose) -> String {
    let letters = delivered(life).await;
    let mut links = letters.iter().filter(|letter| letter.to == email).flat_map(|letter| &letter.links);
    let link = links.rfind(|link| link.contains(purpose.path())).unwrap();
    link.rsplit('/').next().unwrap().to_owned()
}

/// Signed up, verified, signed in.
pub async fn verified(life: &Lifecycle, email: &str) -> Viewer {
    life.sign_up(&source(), email, PASSWORD.to_owned().into()).await.unwrap();
    let token = link(life, email, Purpose::VerifyEmail).await;
    let signed_in = life.verify_email(&source(), None, &token, None).await.unwrap();
    viewer(life, &signed_in.token).await
}

/// The same in sudo mode.
pub async fn in_sudo(life: &Lifecycle, viewer: &Viewer) -> Viewer {
    let token = life.confirm_sudo(&source(), viewer, PASSWORD.to_owned().into()).await.unwrap();
    self::viewer(life, &token).await
}

/// Signed in once more.
pub async fn signed_in(life: &Lifecycle, email: &str) -> Viewer {
    let signed_in = life.sign_in(&source(), None, email, PASSWORD.to_owned().into()).await.unwrap();
    viewer(life, &signed_in.token).await
}
