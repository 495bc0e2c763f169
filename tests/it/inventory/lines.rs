//! The lines.

use signet::{
    domain::{api_tokens::Scope, paths},
    server::lifecycle::{Action as A, Admits},
};

use super::{
    ANY,
    Door::{self, Link, Open, Rule, Way},
    Kind, Line, Session,
};

/// Every route.
pub const LINES: [Line; 80] = [
    page(paths::HOME, "...r"),
    page(paths::REGISTER, ".dsr"),
    page(paths::REGISTER_EMAIL, ".dsr"),
    page(paths::LOG_IN, ".dsr"),
    page(paths::RESET_PASSWORD, "...r"),
    page(paths::RESET_LINK, "...r"),
    page(paths::VERIFY_LINK, "...r"),
    page(paths::DASHBOARD, "l.sr"),
    page(paths::SETTINGS, "l..r"),
    page(paths::PROFILE, "l.sr"),
    page(paths::EMAIL, "l..r"),
    page(paths::PASSWORD, "l.sr"),
    page(paths::PROVIDERS, "l.sr"),
    page(paths::SESSIONS, "l.sr"),
    page(paths::SIGN_OUT_OTHERS, "l.sr"),
    page(paths::EXPORT, "l.sr"),
    page(paths::API_TOKENS, "l.sr"),
    page(paths::REVOKE_ALL_TOKENS, "l.sr"),
    page(paths::SECURITY_LOG, "l.sr"),
    page(paths::DISOWN, "l.sr"),
    page(paths::DELETE, "l..r"),
    page(paths::CONFIRM_CHANGE_LINK, "l..r"),
    page(paths::CANCEL_CHANGE_LINK, "...r"),
    page(paths::UNDO_CHANGE_LINK, "...r"),
    page(paths::KEEP_LINK, "...r"),
    page(paths::SUDO, "l..r"),
    page(paths::REACTIVATE, "lss."),
    page(paths::PROVIDER, "...r"),
    // With an attempt's cookie this page signs in, links or begins sudo mode: `sign_in_with_provider` and its neighbours
    // test that. Without one it does nothing.
    page(paths::PROVIDER_CALLBACK, "lssr").beginning(),
    other("POST", paths::PROVIDER_CALLBACK, Kind::Redirect),
    page(paths::CHANGE_PASSWORD, "pppr"),
    form("/api/cancel_deletion", Rule(A::CancelDeletion), &[]).renewing(),
    form("/api/cancel_email_change", Rule(A::CancelEmailChange), &[]),
    form("/api/cancel_email_change_by_link", Link, &["token"]),
    form("/api/change_password", Rule(A::ChangePassword), &["current_password", "new_password", "revoke_api_tokens"])
        .renewing(),
    // The link is another person's concern only if it works: `mail_links` and `restrictions` test that.
    form("/api/confirm_email_change", Rule(A::ConfirmEmailChange), &["token"]),
    form("/api/confirm_sudo", Rule(A::ConfirmSudo), &["password", "return_to"]).renewing(),
    form("/api/confirm_sudo_by_code", Way(A::ConfirmSudo, Admits::Active), &["code", "return_to"]).renewing(),
    form("/api/continue_with_provider", Open, &["provider", "ask", "return_to"]),
    form("/api/create_api_token", Rule(A::CreateApiToken), &["name", "scope", "expires", "once"]),
    form("/api/disown_event", Rule(A::DisownEvent), &["event", "kind", "before"]),
    form("/api/keep_account", Link, &["token"]),
    form("/api/request_email_change", Rule(A::RequestEmailChange), &["new_email"]),
    form("/api/request_export", Rule(A::RequestExport), &[]),
    form("/api/request_password_reset", Open, &["email"]),
    form("/api/request_sudo_code", Way(A::ConfirmSudo, Admits::Active), &["return_to"]),
    form("/api/resend_confirmation", Way(A::SignUp, Admits::NotClosed), &[]),
    form("/api/reset_password", Link, &["token", "new_password", "unlink"]),
    form("/api/revoke_all_api_tokens", Rule(A::RevokeAllApiTokens), &[]),
    form("/api/revoke_api_token", Rule(A::RevokeApiToken), &["id"]),
    form("/api/revoke_other_sessions", Rule(A::RevokeOtherSessions), &[]),
    form("/api/revoke_session", Rule(A::RevokeSession), &["session"]),
    form("/api/schedule_deletion", Rule(A::ScheduleDeletion), &["confirmation"]),
    form("/api/set_password", Rule(A::SetPassword), &["new_password"]),
    form("/api/sign_in", Open, &["email", "password", "return_to"]).beginning(),
    form("/api/sign_out", Open, &[]),
    form("/api/sign_up", Open, &["email", "password"]),
    form("/api/sign_up_with_provider", Open, &["email"]),
    form("/api/undo_email_change", Link, &["token"]),
    form("/api/unlink_provider", Rule(A::UnlinkProvider), &["provider"]),
    form("/api/update_profile", Rule(A::UpdateProfile), &["name"]),
    form("/api/verify_email", Link, &["token", "password"]).beginning(),
    form(paths::EXPORT_DOWNLOAD, Rule(A::DownloadExport), &["export"]),
    api("GET", "/api/v1/me", Some(Scope::Read)),
    api("GET", "/api/v1/sessions", Some(Scope::Read)),
    api("DELETE", "/api/v1/sessions/{id}", Some(Scope::Write)),
    api("GET", "/api/v1/events", Some(Scope::Read)),
    api("GET", "/api/v1/openapi.json", None),
    other(ANY, paths::API, Kind::Nothing),
    other(ANY, "/api/v1/", Kind::Nothing),
    other(ANY, paths::API_REST, Kind::Nothing),
    other("GET", paths::LIVE, Kind::Stream),
    other("GET", paths::HEALTHZ, Kind::Health),
    other("GET", paths::READYZ, Kind::Health),
    other("GET", "/favicon.svg", Kind::File),
    other(ANY, "/pkg", Kind::File),
    other(ANY, "/pkg/", Kind::File),
    other(ANY, "/pkg/{*__private__axum_nest_tail_param}", Kind::File),
    other("GET", paths::MAILBOX, Kind::Mailbox),
    other("GET", paths::MAILBOX_LIST, Kind::Mailbox),
];

const fn page(path: &'static str, arrive: &'static str) -> Line {
    other("GET", path, Kind::Page(arrive))
}

const fn form(path: &'static str, door: Door, fields: &'static [&'static str]) -> Line {
    other("POST", path, Kind::Form(door, fields))
}

const fn api(method: &'static str, path: &'static str, scope: Option<Scope>) -> Line {
    other(method, path, Kind::Api(scope))
}

const fn other(method: &'static str, path: &'static str, kind: Kind) -> Line {
    Line { method, path, kind, session: Session::Kept }
}

impl Line {
    const fn renewing(self) -> Self {
        Self { session: Session::Renewed, ..self }
    }

    const fn beginning(self) -> Self {
        Self { session: Session::Begun, ..self }
    }
}
