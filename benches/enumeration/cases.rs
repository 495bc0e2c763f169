//! The forms that take an address, and the kinds of addresses.

/// An action whose answer is timed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    SignIn,
    RequestPasswordReset,
    RequestEmailChange,
    CorrectEmail,
    ResendConfirmation,
    SignUp,
}

/// What one run sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// A sign-in with a wrong password.
    SignIn,
    /// A request for a reset link.
    Reset,
    /// A verified account in sudo mode asks for this address.
    Change,
    /// An unverified account corrects its address to this one, and asks for its letter again.
    Correct,
    /// A sign-up. It makes accounts for unknown addresses, so it comes last.
    SignUp,
}

/// What stands behind an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// No account.
    Unknown,
    /// A verified account.
    Existing,
    /// An account that waits for the confirmation of its address.
    Waiting,
    /// An account without a password, which signs in with a provider.
    ProviderOnly,
    /// An account whose deletion is scheduled.
    Scheduled,
    /// The address of an account that was erased.
    Erased,
    /// A verified account whose address has used up its limit.
    Limited,
    /// No account, and the address has used up its limit.
    LimitedUnknown,
}

impl Action {
    pub const fn word(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::RequestPasswordReset => "request_password_reset",
            Self::RequestEmailChange => "request_email_change",
            Self::CorrectEmail => "request_email_change of an unverified account",
            Self::ResendConfirmation => "resend_confirmation",
            Self::SignUp => "sign_up",
        }
    }

    /// The kind of addresses with which this one is compared. Limited sign-ins are refused openly.
    pub const fn baseline(self, kind: Kind) -> Kind {
        match (self, kind) {
            (Self::SignIn, Kind::Limited | Kind::LimitedUnknown) => Kind::LimitedUnknown,
            _ => Kind::Unknown,
        }
    }
}

impl Form {
    /// In an order in which no form spoils the addresses of a later one.
    pub const ALL: [Self; 5] = [Self::SignIn, Self::Reset, Self::Change, Self::Correct, Self::SignUp];

    pub const fn word(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Reset => "reset",
            Self::Change => "change",
            Self::Correct => "correct",
            Self::SignUp => "sign_up",
        }
    }

    pub const fn actions(self) -> &'static [Action] {
        match self {
            Self::SignIn => &[Action::SignIn],
            Self::Reset => &[Action::RequestPasswordReset],
            Self::Change => &[Action::RequestEmailChange],
            Self::Correct => &[Action::CorrectEmail, Action::ResendConfirmation],
            Self::SignUp => &[Action::SignUp],
        }
    }

    pub const fn kinds(self) -> &'static [Kind] {
        const ALL: [Kind; 8] = [
            Kind::Unknown,
            Kind::Existing,
            Kind::Waiting,
            Kind::ProviderOnly,
            Kind::Scheduled,
            Kind::Erased,
            Kind::Limited,
            Kind::LimitedUnknown,
        ];
        match self {
            Self::SignIn => &ALL,
            _ => ALL.split_at(7).0,
        }
    }

    /// Each action with each kind of address that is compared with another.
    pub fn cases(self) -> impl Iterator<Item = (Action, Kind)> {
        let all = self.actions().iter().flat_map(move |action| self.kinds().iter().map(|kind| (*action, *kind)));
        all.filter(|(action, kind)| action.baseline(*kind) != *kind)
    }

    /// How many connections ask at the same time. Each waits for most of its 100 ms, unless the request costs a hash.
    pub const fn at_once(self) -> usize {
        match self {
            Self::SignIn | Self::SignUp => 8,
            _ => 24,
        }
    }
}

impl Kind {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Existing => "existing",
            Self::Waiting => "waiting",
            Self::ProviderOnly => "provider-only",
            Self::Scheduled => "scheduled",
            Self::Erased => "erased",
            Self::Limited => "limited",
            Self::LimitedUnknown => "limited unknown",
        }
    }

    /// How many times as many runs this kind gets: those of a baseline are also the pairs of identical cases.
    pub const fn share(self) -> usize {
        match self {
            Self::Unknown | Self::LimitedUnknown => 2,
            _ => 1,
        }
    }

    /// An address of this kind; all addresses have the same length.
    pub fn address(self, number: usize) -> String {
        let name = match self {
            Self::Unknown => "nobody",
            Self::Existing => "member",
            Self::Waiting => "waiter",
            Self::ProviderOnly => "no-pwd",
            Self::Scheduled => "closed",
            Self::Erased => "erased",
            Self::Limited => "capped",
            Self::LimitedUnknown => "nocapd",
        };
        format!("{name}{number:06}@example.com")
    }
}
