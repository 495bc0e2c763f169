//! Maps paths to screens.

use leptos::prelude::*;
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

use super::{
    api_tokens::ApiTokens,
    dashboard::Dashboard,
    deletion::{delete::Delete, keep::Keep, reactivate::Reactivate},
    document::document,
    email_change::{
        confirm_email_change::ConfirmEmailChange,
        email::Email,
        stop_email_change::{CancelEmailChange, UndoEmailChange},
    },
    export::Export,
    home::Home,
    mailbox::MailboxPage,
    not_found::NotFound,
    overview::Overview,
    password::{change::Password, reset::Reset, reset_request::ResetRequest},
    profile::Profile,
    providers::{continue_to::ContinueTo, linked::Providers, register_email::RegisterEmail},
    questions::{Disown, RevokeAllTokens, SignOutOthers},
    registration::{confirm::Confirm, register::Register},
    security_log::page::SecurityLogPage,
    sessions::Sessions,
    sign_in::LogIn,
    sudo::Sudo,
};

/// The site. `server::http::access` decides who may open which page; a test compares the two lists.
pub fn app() -> impl IntoView {
    document(|| {
        view! {
            <Router>
                <Routes fallback=NotFound>
                    <Route path=path!("/") view=Home ssr=SsrMode::Async />
                    <Route path=path!("/users/register") view=Register ssr=SsrMode::Async />
                    <Route path=path!("/users/register/email") view=RegisterEmail ssr=SsrMode::Async />
                    <Route path=path!("/users/log-in") view=LogIn ssr=SsrMode::Async />
                    <Route path=path!("/users/reset-password") view=ResetRequest ssr=SsrMode::Async />
                    <Route path=path!("/users/reset-password/:token") view=Reset ssr=SsrMode::Async />
                    <Route path=path!("/users/confirm/:token") view=Confirm ssr=SsrMode::Async />
                    <Route path=path!("/dashboard") view=Dashboard ssr=SsrMode::Async />
                    <Route path=path!("/users/settings") view=Overview ssr=SsrMode::Async />
                    <Route path=path!("/users/settings/profile") view=Profile ssr=SsrMode::Async />
                    <Route path=path!("/users/settings/email") view=Email ssr=SsrMode::Async />
                    <Route path=path!("/users/settings/password") view=Password ssr=SsrMode::Async />
                    <Route path=path!("/users/settings/providers") view=Providers ssr=SsrMode::Async />
                    <Route path=path!("/users/settings/sessions") view=Sessions ssr=SsrMode::Async />
                    <Route
                        path=path!("/users/settings/sessions/sign-out-others")
                        view=SignOutOthers
                        ssr=SsrMode::Async
                    />
                    <Route path=path!("/users/settings/export") view=Export ssr=SsrMode::Async />
                    <Route path=path!("/users/settings/api-tokens") view=ApiTokens ssr=SsrMode::Async />
                    <Route
                        path=path!("/users/settings/api-tokens/revoke-all")
                        view=RevokeAllTokens
                        ssr=SsrMode::Async
                    />
                    <Route path=path!("/users/settings/security-log") view=SecurityLogPage ssr=SsrMode::Async />
                    <Route path=path!("/users/settings/security-log/disown") view=Disown ssr=SsrMode::Async />
                    <Route path=path!("/users/settings/delete") view=Delete ssr=SsrMode::Async />
                    <Route
                        path=path!("/users/settings/confirm-email/:token")
                        view=ConfirmEmailChange
                        ssr=SsrMode::Async
                    />
                    <Route
                        path=path!("/users/email-change/cancel/:token")
                        view=CancelEmailChange
                        ssr=SsrMode::Async
                    />
                    <Route path=path!("/users/email-change/undo/:token") view=UndoEmailChange ssr=SsrMode::Async />
                    <Route path=path!("/users/keep/:token") view=Keep ssr=SsrMode::Async />
                    <Route path=path!("/users/sudo") view=Sudo ssr=SsrMode::Async />
                    <Route path=path!("/users/reactivate") view=Reactivate ssr=SsrMode::Async />
                    <Route path=path!("/users/auth/:provider") view=ContinueTo ssr=SsrMode::Async />
                </Routes>
            </Router>
        }
        .into_any()
    })
}

/// The page for every address without a route.
pub fn not_found() -> impl IntoView {
    document(|| view! { <NotFound /> }.into_any())
}

/// The development mailbox.
pub fn mailbox() -> impl IntoView {
    document(|| view! { <MailboxPage /> }.into_any())
}
