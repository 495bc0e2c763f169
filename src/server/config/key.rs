//! Every key that a file or the environment may set, and what its value looks like.

/// One key of the settings.
#[derive(Debug)]
pub struct Key {
    /// Section and name: "sudo.ttl".
    pub name: &'static str,
    /// What its value looks like.
    pub form: Form,
    /// Whether the value may hold a password, and is never repeated whole.
    pub is_secret: bool,
}

/// What a value looks like.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// A span of time in whole seconds, at least one.
    Span,
    /// A list of spans, no two alike.
    Spans,
    /// A whole number.
    Number {
        /// The least.
        min: u32,
        /// The most.
        max: u32,
    },
    /// A text, checked where it is used.
    Text {
        /// What it is, for "… is not".
        what: &'static str,
        /// What is accepted.
        accepted: &'static str,
    },
}

/// What every link begins with.
pub const BASE_URL: Key = text(
    "server.base_url",
    "the address of a site",
    "http:// or https:// with a host and perhaps a port, without a path, such as \"https://example.com\"",
);
/// Whose word about the visitor's address is taken.
pub const TRUSTED_PROXIES: Key = text(
    "server.trusted_proxies",
    "a list of addresses",
    "IP addresses and networks, such as [\"127.0.0.1\", \"10.0.0.0/8\"]",
);
/// Where the SQLite database, the development mailbox and the development key are.
pub const DATA_DIR: Key = text("server.data_dir", "a folder", "the path of a folder, such as \"data\"");
/// Where what the process counts can be read.
pub const METRICS: Key =
    text("server.metrics", "an address to listen at", "an IP address and a port, such as \"127.0.0.1:9464\"");
/// The database; may hold a password.
pub const DATABASE_URL: Key = Key {
    is_secret: true,
    ..text("database.url", "a database", "sqlite://PATH or postgres://USER:PASSWORD@HOST/NAME")
};
/// Where letters go; may hold a password.
pub const MAIL_TRANSPORT: Key = Key {
    is_secret: true,
    ..text(
        "mail.transport",
        "a way for letters",
        "\"mailbox\" in development, smtp://USER:PASSWORD@HOST:587 or smtps://USER:PASSWORD@HOST:465, \
         with special characters in user and password percent-encoded",
    )
};
/// Who letters are from.
pub const MAIL_FROM: Key = text("mail.from", "a sender", "a sender, such as \"Signet <no-reply@example.com>\"");
/// How long a confirmation lasts.
pub const SUDO_TTL: Key = key("sudo.ttl", Form::Span);
/// What executing a deletion does.
pub const STRATEGY: Key = text("deletion.strategy", "a strategy", "\"anonymize\", \"soft_delete\" or \"hard_delete\"");
/// From asking for a deletion to executing it.
pub const GRACE_PERIOD: Key = key("deletion.grace_period", Form::Span);
/// How long before it the reminders go out.
pub const REMINDERS: Key = key("deletion.reminders", Form::Spans);
/// The ledger of erasures; may hold a password.
pub const LEDGER: Key = Key {
    is_secret: true,
    ..text("deletion.ledger", "a database", "sqlite://PATH or postgres://USER:PASSWORD@HOST/NAME")
};
/// How long the new address can confirm a change.
pub const EMAIL_CHANGE_TTL: Key = key("email_change.ttl", Form::Span);
/// How long the old address can take a change back.
pub const UNDO_WINDOW: Key = key("email_change.undo_window", Form::Span);
/// How long a session lives without being used.
pub const SESSION_IDLE: Key = key("session.idle", Form::Span);
/// How long a session lives at all.
pub const SESSION_ABSOLUTE: Key = key("session.absolute", Form::Span);
/// Fewest characters of a password. ASVS V6.2.1 asks for 8 at least; more than 64 would refuse what V6.2.9 wants accepted.
pub const MIN_LENGTH: Key = number("password.min_length", 8, 64);
/// Most characters of a password. ASVS V6.2.9 asks for 64 at least.
pub const MAX_LENGTH: Key = number("password.max_length", 64, 1_024);
/// How many passwords are hashed at a time.
pub const THREADS: Key = number("password.threads", 1, 256);
/// Memory of one hash in KiB: argon2 itself wants 8 KiB a lane; more than a GiB for one sign-in is a slip of the finger.
pub const ARGON2_M: Key = number("password.argon2.m", 128, 1_048_576);
/// Passes over that memory.
pub const ARGON2_T: Key = number("password.argon2.t", 1, 64);
/// Lanes of that memory.
pub const ARGON2_P: Key = number("password.argon2.p", 1, 16);

/// Keys of every table `[[provider]]`, by their names in it.
pub const PROVIDER_NAME: Key =
    text("name", "a name for a button", "1 to 64 characters on one line, such as \"Example\"");
pub const PROVIDER_KIND: Key = text("kind", "a kind of provider", "\"oidc\" or \"github\"");
pub const PROVIDER_ISSUER: Key =
    text("issuer", "an issuer", "an https:// URL without query and fragment; http:// on this machine only");
pub const PROVIDER_CLIENT_ID: Key =
    text("client_id", "a client identifier", "the printable ASCII text that the provider gave");
pub const PROVIDER_CLIENT_SECRET: Key = Key {
    is_secret: true,
    ..text("client_secret", "a client secret", "the printable ASCII text that the provider gave")
};

/// Every key of a provider but its `id`.
pub const PROVIDER: [&Key; 5] =
    [&PROVIDER_NAME, &PROVIDER_KIND, &PROVIDER_ISSUER, &PROVIDER_CLIENT_ID, &PROVIDER_CLIENT_SECRET];

/// Every key there is, those of the providers aside.
pub const ALL: [&Key; 22] = [
    &BASE_URL,
    &TRUSTED_PROXIES,
    &DATA_DIR,
    &METRICS,
    &DATABASE_URL,
    &MAIL_TRANSPORT,
    &MAIL_FROM,
    &SUDO_TTL,
    &STRATEGY,
    &GRACE_PERIOD,
    &REMINDERS,
    &LEDGER,
    &EMAIL_CHANGE_TTL,
    &UNDO_WINDOW,
    &SESSION_IDLE,
    &SESSION_ABSOLUTE,
    &MIN_LENGTH,
    &MAX_LENGTH,
    &THREADS,
    &ARGON2_M,
    &ARGON2_T,
    &ARGON2_P,
];

/// A key whose value is no secret.
const fn key(name: &'static str, form: Form) -> Key {
    Key { name, form, is_secret: false }
}

/// A key with a text.
const fn text(name: &'static str, what: &'static str, accepted: &'static str) -> Key {
    key(name, Form::Text { what, accepted })
}

/// A key with a number from `min` to `max`.
const fn number(name: &'static str, min: u32, max: u32) -> Key {
    key(name, Form::Number { min, max })
}

impl Key {
    /// The environment variable that sets the key: "`SIGNET_SUDO__TTL`".
    pub fn variable(&self) -> String {
        format!("SIGNET_{}", self.name.replace('.', "__").to_ascii_uppercase())
    }

    /// The first part of the name.
    pub fn section(&self) -> &'static str {
        self.name.split('.').next().unwrap_or(self.name)
    }
}

impl Form {
    /// What the value should have been, for "… is not".
    pub const fn what(self) -> &'static str {
        match self {
            Self::Span => "a span of time",
            Self::Spans => "a list of different spans of time",
            Self::Number { .. } => "a number in range",
            Self::Text { what, .. } => what,
        }
    }

    /// What is accepted.
    pub fn accepted(self) -> String {
        match self {
            Self::Span => "a number above 0 with s, m, h or d, such as \"15m\"".to_owned(),
            Self::Spans => "numbers above 0 with s, m, h or d, such as [\"3d\", \"1d\"]".to_owned(),
            Self::Number { min, max } => format!("a whole number from {min} to {max}"),
            Self::Text { accepted, .. } => accepted.to_owned(),
        }
    }
}
