//! The content of an export. `docs/export.schema.json` describes it for readers; a test compares the two with the
//! manifest.

use secrecy::zeroize::Zeroizing;
use serde::Serialize;

use super::others::{OwnAddresses, is_strangers, network};
use crate::{
    domain::{
        api_tokens::IssuedToken,
        deletion::erasure,
        export::Export,
        language::Language,
        time::{Timestamp, rfc3339},
        user::User,
    },
    server::store::{
        Exported, ExportedChange, ExportedEvent, ExportedLetter, ExportedLink, ExportedSession, LinkedIdentity,
    },
};

/// The kind of the document.
pub const SCHEMA: &str = "signet.export";
/// The version of the format. A reader of one version may meet new fields, but never other meanings.
pub const SCHEMA_VERSION: u32 = 1;

/// The whole document. Instants are RFC 3339, in UTC.
#[derive(Serialize)]
pub struct Document {
    schema: &'static str,
    schema_version: u32,
    generated_at: String,
    account: Account,
    sessions: Vec<Session>,
    known_devices: KnownDevices,
    identities: Vec<Identity>,
    email_changes: Vec<EmailChange>,
    mail_links: Vec<MailLink>,
    events: Vec<LogLine>,
    letters: Vec<Letter>,
    api_tokens: Vec<ApiToken>,
    exports: Vec<ExportLine>,
    omissions: Vec<Omission>,
}

#[derive(Serialize)]
struct Account {
    id: String,
    email: String,
    email_verified_at: Option<String>,
    name: Option<String>,
    has_password: bool,
    language: Option<&'static str>,
    created_at: String,
}

#[derive(Serialize)]
struct Session {
    id: String,
    ip: Option<String>,
    user_agent: String,
    created_at: String,
    last_seen_at: String,
    looked_at: Option<String>,
    sudo_at: Option<String>,
}

#[derive(Serialize)]
struct KnownDevices {
    count: usize,
    first_seen_at: Vec<String>,
}

#[derive(Serialize)]
struct Identity {
    provider: String,
    subject: String,
    email: Option<String>,
    linked_at: String,
    last_used_at: Option<String>,
}

#[derive(Serialize)]
struct EmailChange {
    old_email: String,
    new_email: String,
    state: String,
    requested_at: String,
    expires_at: String,
    confirmed_at: Option<String>,
    undo_until: Option<String>,
}

#[derive(Serialize)]
struct MailLink {
    purpose: String,
    email: String,
    created_at: String,
    expires_at: String,
}

#[derive(Serialize)]
struct LogLine {
    at: String,
    event: String,
    actor: String,
    failure: Option<String>,
    session_id: Option<String>,
    ip: Option<String>,
    user_agent: Option<String>,
    detail: Option<String>,
}

#[derive(Serialize)]
struct Letter {
    kind: String,
    recipient: String,
    other: Option<String>,
    at: Option<String>,
    device: Option<String>,
    provider: Option<String>,
    language: Option<String>,
    created_at: String,
    due_at: String,
    failed_at: Option<String>,
}

#[derive(Serialize)]
struct ApiToken {
    name: String,
    scope: &'static str,
    hint: String,
    created_at: String,
    expires_at: String,
    last_used_at: Option<String>,
}

#[derive(Serialize)]
struct ExportLine {
    state: &'static str,
    requested_at: String,
    ready_at: Option<String>,
    expires_at: Option<String>,
}

#[derive(Serialize)]
struct Omission {
    section: &'static str,
    field: &'static str,
    reason: &'static str,
}

impl Document {
    /// The JSON of the document, with no more events than make it `most` bytes long.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn into_json(mut self, most: usize) -> serde_json::Result<Zeroizing<Vec<u8>>> {
        loop {
            // The only unencrypted copy; `Zeroizing` wipes it from memory.
            let json = Zeroizing::new(serde_json::to_vec_pretty(&self)?);
            if json.len() <= most || self.events.is_empty() {
                return Ok(json);
            }
            // The oldest are first.
            self.events.drain(..self.events.len().div_ceil(2));
        }
    }

    /// The document made from the found rows, as of `now`.
    #[must_use]
    pub fn of(found: Exported, now: Timestamp) -> Self {
        let own = OwnAddresses::of(&found);
        Self {
            schema: SCHEMA,
            schema_version: SCHEMA_VERSION,
            generated_at: rfc3339(now),
            account: Account::of(found.user),
            sessions: found.sessions.into_iter().map(Session::of).collect(),
            known_devices: KnownDevices {
                count: found.devices.len(),
                first_seen_at: found.devices.into_iter().map(rfc3339).collect(),
            },
            identities: found.identities.into_iter().map(Identity::of).collect(),
            email_changes: found.changes.into_iter().map(|change| EmailChange::of(change, &own)).collect(),
            mail_links: found.links.into_iter().map(MailLink::of).collect(),
            events: found.events.into_iter().map(|event| LogLine::of(event, &own)).collect(),
            letters: found.letters.into_iter().map(|letter| Letter::of(letter, &own)).collect(),
            api_tokens: found.api_tokens.into_iter().map(ApiToken::of).collect(),
            exports: found.export.into_iter().map(|export| ExportLine::of(&export)).collect(),
            omissions: erasure::omissions().map(Omission::of).collect(),
        }
    }
}

fn at(second: i64) -> String {
    rfc3339(Timestamp(second))
}

impl Account {
    fn of(user: User) -> Self {
        Self {
            id: user.id.to_string(),
            email: user.email.to_string(),
            email_verified_at: user.email_verified_at.map(rfc3339),
            name: user.name.map(|name| name.as_str().to_owned()),
            has_password: user.has_password,
            language: user.language.map(Language::word),
            created_at: rfc3339(user.created_at),
        }
    }
}

impl Session {
    fn of(row: ExportedSession) -> Self {
        Self {
            id: row.id,
            ip: row.ip,
            user_agent: row.user_agent,
            created_at: at(row.created_at),
            last_seen_at: at(row.last_seen_at),
            looked_at: row.looked_at.map(at),
            sudo_at: row.sudo_at.map(at),
        }
    }
}

impl Identity {
    fn of(row: LinkedIdentity) -> Self {
        Self {
            provider: row.provider.to_string(),
            subject: row.subject.as_str().to_owned(),
            email: row.email,
            linked_at: rfc3339(row.linked_at),
            last_used_at: row.last_used_at.map(rfc3339),
        }
    }
}

impl EmailChange {
    fn of(row: ExportedChange, own: &OwnAddresses) -> Self {
        Self {
            new_email: own.shown(&row.new_email),
            old_email: row.old_email,
            state: row.state,
            requested_at: at(row.requested_at),
            expires_at: at(row.expires_at),
            confirmed_at: row.confirmed_at.map(at),
            undo_until: row.undo_until.map(at),
        }
    }
}

impl MailLink {
    fn of(row: ExportedLink) -> Self {
        Self { purpose: row.purpose, email: row.email, created_at: at(row.created_at), expires_at: at(row.expires_at) }
    }
}

impl LogLine {
    fn of(row: ExportedEvent, own: &OwnAddresses) -> Self {
        let is_strangers = is_strangers(&row);
        let ip = row.ip.as_deref();
        Self {
            ip: ip.and_then(|ip| if is_strangers { network(ip) } else { Some(ip.to_owned()) }),
            user_agent: row.user_agent.filter(|_| !is_strangers),
            detail: row.detail.map(|detail| detail.text_with(|address| own.shown(address))),
            at: at(row.at),
            event: row.event,
            actor: row.actor,
            failure: row.failure,
            session_id: row.session_id,
        }
    }
}

impl Letter {
    fn of(row: ExportedLetter, own: &OwnAddresses) -> Self {
        Self {
            recipient: own.shown(&row.recipient),
            other: row.other.map(|other| own.shown(&other)),
            kind: row.kind,
            at: row.at.map(at),
            device: row.device,
            provider: row.provider,
            language: row.language,
            created_at: at(row.created_at),
            due_at: at(row.due_at),
            failed_at: row.failed_at.map(at),
        }
    }
}

impl ApiToken {
    fn of(token: IssuedToken) -> Self {
        Self {
            name: token.name.as_str().to_owned(),
            scope: token.scope.word(),
            hint: token.hint,
            created_at: rfc3339(token.created_at),
            expires_at: rfc3339(token.expires_at),
            last_used_at: token.last_used_at.map(rfc3339),
        }
    }
}

impl ExportLine {
    fn of(export: &Export) -> Self {
        Self {
            state: export.state.word(),
            requested_at: rfc3339(export.requested_at),
            ready_at: export.ready_at.map(rfc3339),
            expires_at: export.expires_at.map(rfc3339),
        }
    }
}

impl Omission {
    const fn of(omission: erasure::Omission) -> Self {
        Self { section: omission.section, field: omission.column, reason: omission.reason }
    }
}
