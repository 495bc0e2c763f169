//! The tables of the manifest, in the order of their migrations.

use super::{
    Class::{Credential, Identifies, Operational, Refers},
    Column, Export,
    Fate::{self, Cleared, Kept, RowRemoved, Set},
    Table,
};

const OWNER: &str = "the account itself; it stands under account.id";
const LINK: &str = "part of the secret of a mailed link";
const CLOSED: &str = "empty for as long as an account can make an export";
const MINUTES: &str = "of a step under way, gone within minutes";
const THEIRS: &str = "an address that never was this account's is masked";
const COUNT: &str = "a count that says nothing about anybody";
const LOG: &str = "what happened to an account, not to whom";
const ENDED: Fate = Set("when an account ended, not whose");
const RAISED: Fate = Set("raised by one, so that nothing made before is good any more");
const SOFT: Fate = Kept("the strategy keeps the data for whoever runs the site");

/// In the export at this place, as a whole.
const fn at(place: &'static str) -> Export {
    Export::Exported(place)
}

/// In the export at this place, except for the part that the reason names.
const fn part(place: &'static str, reason: &'static str) -> Export {
    Export::InPart(place, reason)
}

/// Not in the export.
const fn out(reason: &'static str) -> Export {
    Export::Omitted(reason)
}

/// A column of rows that only a hard deletion removes.
const fn column(name: &'static str, class: super::Class, export: Export, anonymize: Fate) -> Column {
    Column { name, class, export, anonymize, soft_delete: SOFT, hard_delete: RowRemoved }
}

/// The same, for a column that a soft deletion clears too.
const fn spent(name: &'static str, class: super::Class, export: Export) -> Column {
    Column { name, class, export, anonymize: Cleared, soft_delete: Cleared, hard_delete: RowRemoved }
}

/// A column of the account's row that the deletion writes.
const fn mark(name: &'static str, export: Export, anonymize: Fate, soft_delete: Fate) -> Column {
    Column { name, class: Operational, export, anonymize, soft_delete, hard_delete: RowRemoved }
}

/// A column of rows that every deletion except a soft one removes.
const fn personal(name: &'static str, class: super::Class, export: Export) -> Column {
    Column { name, class, export, anonymize: RowRemoved, soft_delete: SOFT, hard_delete: RowRemoved }
}

/// A column of rows that every deletion removes.
const fn gone(name: &'static str, class: super::Class, export: Export) -> Column {
    Column { name, class, export, anonymize: RowRemoved, soft_delete: RowRemoved, hard_delete: RowRemoved }
}

/// A column of rows that belong to no account.
const fn nobodys(name: &'static str) -> Column {
    let kept = Kept("it says nothing about anybody");
    let export = out("it says nothing about anybody");
    Column { name, class: Operational, export, anonymize: kept, soft_delete: kept, hard_delete: kept }
}

/// A column of rows that belong to no account, in which Signet counts deletions.
const fn counted(name: &'static str) -> Column {
    let raised = Set("raised by one");
    let export = out("it says nothing about anybody");
    Column { name, class: Operational, export, anonymize: raised, soft_delete: raised, hard_delete: raised }
}

/// A column of rows whose key is a keyed hash of an address, a network or an account. No deletion can find them, and
/// the sweep removes them when their time is over.
const fn hashed(name: &'static str) -> Column {
    let kept = Kept("it stands under a keyed hash, from which no person can be found, and goes by itself");
    let export = out("it stands under a keyed hash, so it cannot be found for a person");
    Column { name, class: Operational, export, anonymize: kept, soft_delete: kept, hard_delete: kept }
}

/// Every table of Signet's own, with every column.
pub const TABLES: [Table; 17] = [
    Table {
        name: "signet_users",
        about: "Accounts, one row each. One whose address is never confirmed goes after seven days, with its events.",
        columns: USERS,
    },
    Table { name: "signet_sessions", about: "Browsers that are signed in.", columns: SESSIONS },
    Table {
        name: "signet_known_devices",
        about: "Browsers that an account has signed in from, so that a new one can be told to its owner.",
        columns: KNOWN_DEVICES,
    },
    Table {
        name: "signet_mail_links",
        about: "Links to confirm an address, to reset a password or to keep a closed account that were mailed and still work.",
        columns: MAIL_LINKS,
    },
    Table {
        name: "signet_email_changes",
        about: "Changes of address, from the request to the end of the time in which they can be taken back.",
        columns: EMAIL_CHANGES,
    },
    Table {
        name: "signet_events",
        about: "The security log: what happened to an account. Nothing changes an event. Only a hard deletion removes those of an account; a refusal that belongs to no account goes after 30 days.",
        columns: EVENTS,
    },
    Table {
        name: "signet_event_context",
        about: "What is personal about an event. An event that nobody was behind has none.",
        columns: EVENT_CONTEXT,
    },
    Table {
        name: "signet_letters",
        about: "Mail that is to be sent; a row goes when it was, and 30 days after Signet has given it up. The goodbye letter belongs to no account: its row goes when it is sent or given up.",
        columns: LETTERS,
    },
    Table { name: "signet_identities", about: "Accounts of providers that are ways in.", columns: IDENTITIES },
    Table {
        name: "signet_provider_attempts",
        about: "People on their way to a provider and back. Gone after ten minutes.",
        columns: PROVIDER_ATTEMPTS,
    },
    Table { name: "signet_sudo_codes", about: "Mailed codes for sudo mode, for ten minutes.", columns: SUDO_CODES },
    Table {
        name: "signet_replaced_tokens",
        about: "Tokens that sessions had before sudo mode began, for a browser that did not get the new one. They work for 30 seconds more.",
        columns: REPLACED_TOKENS,
    },
    Table { name: "signet_api_tokens", about: "Tokens of programs.", columns: API_TOKENS },
    Table {
        name: "signet_exports",
        about: "Copies of their data that people have asked for. The copy itself is a file, named by the id.",
        columns: EXPORTS,
    },
    Table {
        name: "signet_clock",
        about: "When an operator last said that the clock is right, and since when and how far it is in doubt.",
        columns: CLOCK,
    },
    Table {
        name: "signet_erasure_ledgers",
        about: "How many entries of which ledger of erasures this database has carried out.",
        columns: ERASURE_LEDGERS,
    },
    Table {
        name: "signet_limits",
        about: "How often something has happened lately, under a keyed hash of what is counted and for whom. A row goes when it counts nothing any more, after 90 days at the latest.",
        columns: LIMITS,
    },
];

const USERS: &[Column] = &[
    column("id", Refers, at("account.id"), Kept("other rows refer to it; it was drawn at random")),
    column("email", Identifies, at("account.email"), Cleared),
    column("email_key", Identifies, out("the email once more, in the form it is compared in"), Cleared),
    column("email_verified_at", Identifies, at("account.email_verified_at"), Cleared),
    column("name", Identifies, at("account.name"), Cleared),
    spent("password_hash", Credential, part("account.has_password", "a secret: only whether there is one")),
    column("password_stamp", Operational, out("a count of changes, to compare with"), Kept(COUNT)),
    mark("security_stamp", out("a count of changes, to compare with"), RAISED, RAISED),
    column("created_at", Operational, at("account.created_at"), Kept("when there was an account, not whose")),
    column("deletion_scheduled_at", Operational, out(CLOSED), Kept("when an account was closed, not whose")),
    column("delete_at", Operational, out(CLOSED), Kept("when an account was to end, not whose")),
    mark("deleted_at", out(CLOSED), ENDED, ENDED),
    mark("anonymized_at", out(CLOSED), ENDED, Kept("empty: it was not anonymized")),
    column("deletion_grace", Operational, out(CLOSED), Kept("how much time an account had, not whose")),
    column("hard_deleted_at", Operational, out(CLOSED), Kept("empty wherever the row stays")),
    spent("deletion_retry_at", Operational, out(CLOSED)),
    column("language", Identifies, at("account.language"), Cleared),
];

const SESSIONS: &[Column] = &[
    gone("id", Refers, at("sessions[].id")),
    gone("user_id", Refers, out(OWNER)),
    gone("token_hash", Credential, out("made from a secret")),
    gone("ip", Identifies, at("sessions[].ip")),
    gone("user_agent", Identifies, at("sessions[].user_agent")),
    gone("created_at", Identifies, at("sessions[].created_at")),
    gone("last_seen_at", Identifies, at("sessions[].last_seen_at")),
    gone("sudo_at", Operational, at("sessions[].sudo_at")),
    gone("looked_at", Identifies, at("sessions[].looked_at")),
];

const KNOWN_DEVICES: &[Column] = &[
    gone("user_id", Refers, out(OWNER)),
    gone("device_hash", Credential, part("known_devices.count", "made from a secret: only how many there are")),
    gone("first_seen_at", Identifies, at("known_devices.first_seen_at[]")),
];

const MAIL_LINKS: &[Column] = &[
    gone("id", Credential, out(LINK)),
    gone("user_id", Refers, out(OWNER)),
    gone("purpose", Operational, at("mail_links[].purpose")),
    gone("email", Identifies, at("mail_links[].email")),
    gone("stamp", Operational, out("a count of changes, to compare with")),
    gone("device_hash", Credential, out("made from a secret")),
    gone("created_at", Identifies, at("mail_links[].created_at")),
    gone("expires_at", Operational, at("mail_links[].expires_at")),
];

const EMAIL_CHANGES: &[Column] = &[
    gone("id", Credential, out(LINK)),
    gone("user_id", Refers, out(OWNER)),
    gone("old_email", Identifies, at("email_changes[].old_email")),
    gone("new_email", Identifies, part("email_changes[].new_email", THEIRS)),
    gone("state", Operational, at("email_changes[].state")),
    gone("stamp", Operational, out("a count of changes, to compare with")),
    gone("requested_at", Identifies, at("email_changes[].requested_at")),
    gone("expires_at", Operational, at("email_changes[].expires_at")),
    gone("confirmed_at", Identifies, at("email_changes[].confirmed_at")),
    gone("undo_until", Operational, at("email_changes[].undo_until")),
    gone("position", Operational, out("the order that the list has")),
];

const EVENTS: &[Column] = &[
    column("id", Operational, out("a number in the log of the whole site; the list has its order"), Kept(LOG)),
    column(
        "at",
        Operational,
        part("events[].at", "of a longer log only the newest 100,000 events, and no more than fit into 32 MiB"),
        Kept(LOG),
    ),
    column("user_id", Refers, out(OWNER), Kept("leads to the row that says nothing about anybody any more")),
    column("actor", Operational, at("events[].actor"), Kept(LOG)),
    column("event", Operational, at("events[].event"), Kept(LOG)),
    column("failure", Operational, at("events[].failure"), Kept(LOG)),
    column("session_id", Refers, at("events[].session_id"), Kept("the session is gone; it was drawn at random")),
    column(
        "request",
        Operational,
        out("the number of the request in the server's own log"),
        Kept("the server's own log has its own end"),
    ),
];

const EVENT_CONTEXT: &[Column] = &[
    personal("event_id", Refers, out("joins the two halves of an event")),
    personal("user_id", Refers, out(OWNER)),
    personal(
        "ip",
        Identifies,
        part("events[].ip", "of somebody not signed in, who may be somebody else, only the network"),
    ),
    personal(
        "user_agent",
        Identifies,
        part("events[].user_agent", "not of somebody not signed in, who may be somebody else"),
    ),
    personal("detail", Identifies, part("events[].detail", THEIRS)),
];

const LETTERS: &[Column] = &[
    gone("id", Operational, out("a name within the program")),
    gone("user_id", Refers, out(OWNER)),
    gone("kind", Operational, at("letters[].kind")),
    gone("recipient", Identifies, part("letters[].recipient", THEIRS)),
    gone("link_id", Credential, out(LINK)),
    gone("other", Identifies, part("letters[].other", THEIRS)),
    gone("at", Identifies, at("letters[].at")),
    gone("device", Identifies, at("letters[].device")),
    gone("created_at", Operational, at("letters[].created_at")),
    gone("due_at", Operational, at("letters[].due_at")),
    gone("attempts", Operational, out("how often sending it has failed")),
    gone("claimed_until", Operational, out("keeps two workers from sending it")),
    gone("failed_at", Operational, at("letters[].failed_at")),
    gone("provider", Identifies, at("letters[].provider")),
    gone("api_token", Identifies, out("what the letter says of a token, which stands under api_tokens")),
    gone("awaited", Operational, out("which letters are sent first")),
    gone("unsolicited", Operational, out("which letters are sent first")),
    gone("reason", Identifies, out("an operator's reason, which stands in the event too")),
    gone("language", Operational, at("letters[].language")),
];

const IDENTITIES: &[Column] = &[
    gone("id", Operational, out("a name within the program")),
    gone("user_id", Refers, out(OWNER)),
    gone("provider", Identifies, at("identities[].provider")),
    gone("subject", Identifies, at("identities[].subject")),
    gone("email", Identifies, at("identities[].email")),
    gone("stamp", Operational, out("a count of changes, to compare with")),
    gone("no_auth_time", Operational, out("a property of the provider")),
    gone("issuer", Operational, out("a setting of this site")),
    gone("linked_at", Identifies, at("identities[].linked_at")),
    gone("last_used_at", Identifies, at("identities[].last_used_at")),
];

const PROVIDER_ATTEMPTS: &[Column] = &[
    gone("id", Credential, out("made from a secret")),
    gone("provider", Identifies, out(MINUTES)),
    gone("ask", Operational, out(MINUTES)),
    gone("user_id", Refers, out(OWNER)),
    gone("session_id", Refers, out(MINUTES)),
    gone("return_to", Identifies, out(MINUTES)),
    gone("started_at", Identifies, out(MINUTES)),
    gone("expires_at", Operational, out(MINUTES)),
];

const SUDO_CODES: &[Column] = &[
    gone("user_id", Refers, out(OWNER)),
    gone("id", Credential, out("part of what the code is made from")),
    gone("session_id", Refers, out(MINUTES)),
    gone("created_at", Identifies, out(MINUTES)),
    gone("expires_at", Operational, out(MINUTES)),
    gone("tries", Operational, out(MINUTES)),
    gone("window_until", Operational, out(MINUTES)),
];

const REPLACED_TOKENS: &[Column] = &[
    gone("token_hash", Credential, out("made from a secret")),
    gone("user_id", Refers, out(OWNER)),
    gone("session_id", Refers, out(MINUTES)),
    gone("device_hash", Credential, out("made from a secret")),
    gone("stamp", Operational, out("a count of changes, to compare with")),
    gone("code_id", Credential, out("part of what the code is made from")),
    gone("code_expires_at", Operational, out(MINUTES)),
    gone("expires_at", Operational, out(MINUTES)),
];

const API_TOKENS: &[Column] = &[
    gone("id", Operational, out("a name within the program")),
    gone("user_id", Refers, out(OWNER)),
    gone("name", Identifies, at("api_tokens[].name")),
    gone("scope", Operational, at("api_tokens[].scope")),
    gone("token_hash", Credential, out("made from a secret")),
    gone("hint", Identifies, at("api_tokens[].hint")),
    gone("created_at", Identifies, at("api_tokens[].created_at")),
    gone("expires_at", Operational, at("api_tokens[].expires_at")),
    gone("last_used_at", Identifies, at("api_tokens[].last_used_at")),
];

const EXPORTS: &[Column] = &[
    gone("id", Refers, out("the name of the file on the server")),
    gone("user_id", Refers, out(OWNER)),
    gone("state", Operational, at("exports[].state")),
    gone("requested_at", Identifies, at("exports[].requested_at")),
    gone("ready_at", Operational, at("exports[].ready_at")),
    gone("expires_at", Operational, at("exports[].expires_at")),
    gone("claimed_until", Operational, out("keeps two workers from preparing it")),
];

const CLOCK: &[Column] = &[nobodys("id"), nobodys("confirmed_at"), nobodys("doubted_at"), nobodys("ahead")];

const ERASURE_LEDGERS: &[Column] = &[nobodys("id"), counted("entries")];

const LIMITS: &[Column] = &[hashed("key"), hashed("empty_at"), hashed("failures"), hashed("expires_at")];
