//! The cases: the action, the account, the fields.

use signet::{
    server::lifecycle::Action,
    testing::{Fields, OTHER_PASSWORD, PASSWORD, WRONG_PASSWORD},
};

use super::scene::{ADA, By, Given, NEWER, TAKEN, TOKEN_ID};

/// One case.
#[derive(Debug)]
pub struct Case {
    /// The action.
    pub action: Action,
    /// The account before the action.
    pub given: Given,
    /// The acting visitor.
    pub by: By,
    /// The name of the endpoint.
    pub call: &'static str,
    /// The form; `{…}` stands for the token of that name.
    pub fields: Fields<'static>,
    /// A form that must be refused.
    pub wrong: Option<Fields<'static>>,
}

const fn case(
    action: Action,
    (by, given): (By, Given),
    call: &'static str,
    fields: Fields<'static>,
    wrong: Option<Fields<'static>>,
) -> Case {
    Case { action, given, by, call, fields, wrong }
}

use Action as A;
use By::{Owner, Stranger, Worker};
use Given::{Active, Changed, Closed, Due, Linked, Nothing, Unverified, WithoutPassword};

const DEAD: Option<Fields<'static>> = Some(&[("token", "v1.verify.x.y")]);

/// Every action's richest cases.
pub const CASES: [Case; 30] = [
    case(
        A::SignUp,
        (Stranger, Nothing),
        "sign_up",
        &[("email", ADA), ("password", PASSWORD)],
        Some(&[("email", ADA), ("password", "password1234")]),
    ),
    case(A::SignUp, (Stranger, Active), "sign_up", &[("email", ADA), ("password", PASSWORD)], None),
    case(A::UpdateProfile, (Owner, Active), "update_profile", &[("name", "Ada")], Some(&[("name", "A\u{202e}da")])),
    case(A::VerifyEmail, (Owner, Unverified), "verify_email", &[("token", "{verify}")], DEAD),
    case(
        A::SignIn,
        (Stranger, Active),
        "sign_in",
        &[("email", ADA), ("password", PASSWORD)],
        Some(&[("email", ADA), ("password", WRONG_PASSWORD)]),
    ),
    case(A::SignOut, (Owner, Active), "sign_out", &[], None),
    case(
        A::RequestPasswordReset,
        (Stranger, Active),
        "request_password_reset",
        &[("email", ADA)],
        Some(&[("email", "ada")]),
    ),
    case(
        A::ResetPassword,
        (Stranger, Active),
        "reset_password",
        &[("token", "{reset}"), ("new_password", OTHER_PASSWORD)],
        Some(&[("token", "v1.reset.x.y"), ("new_password", OTHER_PASSWORD)]),
    ),
    case(
        A::RequestEmailChange,
        (Owner, Active),
        "request_email_change",
        &[("new_email", NEWER)],
        Some(&[("new_email", "ada")]),
    ),
    case(A::RequestEmailChange, (Owner, Active), "request_email_change", &[("new_email", TAKEN)], None),
    case(A::ConfirmEmailChange, (Owner, Active), "confirm_email_change", &[("token", "{confirm}")], DEAD),
    case(A::CancelEmailChange, (Owner, Active), "cancel_email_change", &[], None),
    case(A::CancelEmailChange, (Stranger, Active), "cancel_email_change_by_link", &[("token", "{cancel}")], DEAD),
    case(A::UndoEmailChange, (Stranger, Changed), "undo_email_change", &[("token", "{undo}")], DEAD),
    case(
        A::ChangePassword,
        (Owner, Active),
        "change_password",
        &[("current_password", PASSWORD), ("new_password", OTHER_PASSWORD)],
        Some(&[("current_password", WRONG_PASSWORD), ("new_password", OTHER_PASSWORD)]),
    ),
    case(
        A::SetPassword,
        (Owner, WithoutPassword),
        "set_password",
        &[("new_password", OTHER_PASSWORD)],
        Some(&[("new_password", "password1234")]),
    ),
    case(
        A::UnlinkProvider,
        (Owner, Linked),
        "unlink_provider",
        &[("provider", "acme")],
        Some(&[("provider", "bravo")]),
    ),
    case(
        A::ConfirmSudo,
        (Owner, Active),
        "confirm_sudo",
        &[("password", PASSWORD)],
        Some(&[("password", WRONG_PASSWORD)]),
    ),
    case(A::RequestExport, (Owner, Active), "request_export", &[], None),
    case(
        A::RevokeSession,
        (Owner, Active),
        "revoke_session",
        &[("session", "{session}")],
        Some(&[("session", "00000000000000000000000000000000")]),
    ),
    case(A::RevokeOtherSessions, (Owner, Active), "revoke_other_sessions", &[], None),
    case(A::DisownEvent, (Owner, Active), "disown_event", &[("event", "{event}")], Some(&[("event", "0")])),
    case(
        A::CreateApiToken,
        (Owner, Active),
        "create_api_token",
        &[("name", "backup"), ("scope", "read"), ("expires", "7")],
        Some(&[("name", ""), ("scope", "read"), ("expires", "7")]),
    ),
    case(A::RevokeApiToken, (Owner, Active), "revoke_api_token", &[("id", TOKEN_ID)], Some(&[("id", "nothing")])),
    case(A::RevokeAllApiTokens, (Owner, Active), "revoke_all_api_tokens", &[], None),
    case(
        A::ScheduleDeletion,
        (Owner, Active),
        "schedule_deletion",
        &[("confirmation", ADA)],
        Some(&[("confirmation", "eve@example.com")]),
    ),
    case(A::ScheduleDeletion, (Owner, Unverified), "schedule_deletion", &[("confirmation", ADA)], None),
    case(A::CancelDeletion, (Owner, Closed), "cancel_deletion", &[], None),
    case(A::CancelDeletion, (Stranger, Closed), "keep_account", &[("token", "{keep}")], DEAD),
    case(A::ExecuteDeletion, (Worker, Due), "", &[], None),
];
