//! Section `limits`: how often callers may do what costs the site or its users something.

use serde::Deserialize;

use super::{
    Environment,
    error::SettingError,
    value::{flag, number, rate},
};
use crate::domain::limits::{FAILURES_KEPT, FailuresInARow, Limit, Rate};

/// The limits. Except for the first they are counted in the database, so they hold across processes and restarts.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Whether the limits hold. Only development may switch them off.
    #[serde(deserialize_with = "flag")]
    pub enabled: bool,
    /// Requests that may change something, from one network (an IPv4 address, or 64 bits of an IPv6 address): a
    /// page sends a handful, a flood thousands. Counted in memory, for each process.
    #[serde(deserialize_with = "rate")]
    pub requests_per_ip: Rate,
    /// Wrong passwords for one address from browsers that its account does not know: a person mistypes a few times,
    /// a program guesses (ASVS V6.3.1).
    #[serde(deserialize_with = "rate")]
    pub failed_proofs_per_address: Rate,
    /// Wrong passwords for one address from one browser that its account knows, so that strangers cannot lock out
    /// the owner.
    #[serde(deserialize_with = "rate")]
    pub failed_proofs_per_device: Rate,
    /// Wrong passwords in a row in one session; one more ends it, because its user does not know the password.
    #[serde(deserialize_with = "number::<_, _, 1, 100>")]
    pub failed_proofs_per_session: u32,
    /// Wrong passwords from one network, for any addresses, from browsers that the accounts do not know.
    #[serde(deserialize_with = "rate")]
    pub failed_proofs_per_ip: Rate,
    /// Wrong passwords on the whole site from browsers that the accounts do not know: a guesser with many networks.
    #[serde(deserialize_with = "rate")]
    pub failed_proofs: Rate,
    /// Letters to one address that anyone can cause: one, and two more for letters that were lost.
    #[serde(deserialize_with = "rate")]
    pub letters_per_address: Rate,
    /// More such letters for a browser that the account knows, so that strangers cannot use up the owner's.
    #[serde(deserialize_with = "rate")]
    pub letters_per_device: Rate,
    /// Letters that a signed-in person asks for: a confirmation again, or a change of the address.
    #[serde(deserialize_with = "rate")]
    pub letters_per_user: Rate,
    /// Mailed codes that a signed-in person asks for; each works for ten minutes.
    #[serde(deserialize_with = "rate")]
    pub codes_per_user: Rate,
    /// Sign-ups from one network: as many as a small office makes at once.
    #[serde(deserialize_with = "rate")]
    pub sign_ups_per_ip: Rate,
    /// Sign-ups from one network over a day.
    #[serde(deserialize_with = "rate")]
    pub sign_ups_per_ip_daily: Rate,
    /// Requests for a reset link from one network.
    #[serde(deserialize_with = "rate")]
    pub resets_per_ip: Rate,
    /// Requests for a reset link from one network over a day.
    #[serde(deserialize_with = "rate")]
    pub resets_per_ip_daily: Rate,
    /// Letters on the whole site that anyone can cause; more of them wait, so that others are sent in time.
    #[serde(deserialize_with = "rate")]
    pub unsolicited_letters: Rate,
    /// Mailed links that do not work, from one network: a person opens an old letter, a program guesses.
    #[serde(deserialize_with = "rate")]
    pub dead_links_per_ip: Rate,
    /// Ways to a provider begun from one network: each is a row.
    #[serde(deserialize_with = "rate")]
    pub provider_attempts_per_ip: Rate,
    /// Requests to one provider for a token, so that a flood here does not become one there.
    #[serde(deserialize_with = "rate")]
    pub provider_calls: Rate,
    /// Exports that a person asks for: each reads everything about the account.
    #[serde(deserialize_with = "rate")]
    pub exports_per_user: Rate,
    /// Downloads of an export.
    #[serde(deserialize_with = "rate")]
    pub downloads_per_user: Rate,
    /// Requests of a program with one API token: two a second.
    #[serde(deserialize_with = "rate")]
    pub api_requests_per_token: Rate,
    /// Sessions that a program ends with one API token, so that a stolen one does not keep its owner out.
    #[serde(deserialize_with = "rate")]
    pub api_revocations_per_token: Rate,
    /// Wrong API tokens from one network: a program that was not told of a new one, or a guesser.
    #[serde(deserialize_with = "rate")]
    pub wrong_api_tokens_per_ip: Rate,
    /// Actions of one signed-in person: more than a person clicks.
    #[serde(deserialize_with = "rate")]
    pub actions_per_user: Rate,
    /// How many API tokens a person creates.
    #[serde(deserialize_with = "rate")]
    pub api_tokens_per_user: Rate,
    /// Refusals in the security log of one account, so that a stranger cannot fill it; one more entry says that
    /// there were more.
    #[serde(deserialize_with = "rate")]
    pub refusals_per_user: Rate,
    /// Refusals in the security log that concern no account, from one network.
    #[serde(deserialize_with = "rate")]
    pub refusals_per_ip: Rate,
    /// From how many wrong passwords in a row for one address a browser that its account does not know has to wait:
    /// 30 seconds, then twice as long each time, up to an hour.
    #[serde(deserialize_with = "number::<_, _, 1, 100>")]
    pub failures_before_waiting: u32,
    /// After how many wrong passwords in a row for one address no browser that its account does not know may try
    /// again, until a reset link is used. NIST SP 800-63B-4 §3.2.2 allows 100 at most.
    #[serde(deserialize_with = "number::<_, _, 1, 100>")]
    pub failures_in_a_row: u32,
}

impl Limits {
    /// The rate of `limit`. The wrong passwords of a session do not run out with time; their rate is that of counting
    /// them for as long as they are remembered.
    #[must_use]
    pub const fn rate(&self, limit: Limit) -> Rate {
        match limit {
            Limit::RequestsPerIp => self.requests_per_ip,
            Limit::FailedProofsPerAddress => self.failed_proofs_per_address,
            Limit::FailedProofsPerDevice => self.failed_proofs_per_device,
            Limit::FailedProofsPerSession => Rate { count: self.failed_proofs_per_session, period: FAILURES_KEPT },
            Limit::FailedProofsPerIp => self.failed_proofs_per_ip,
            Limit::FailedProofs => self.failed_proofs,
            Limit::LettersPerAddress => self.letters_per_address,
            Limit::LettersPerDevice => self.letters_per_device,
            Limit::LettersPerUser => self.letters_per_user,
            Limit::CodesPerUser => self.codes_per_user,
            Limit::SignUpsPerIp => self.sign_ups_per_ip,
            Limit::SignUpsPerIpDaily => self.sign_ups_per_ip_daily,
            Limit::ResetsPerIp => self.resets_per_ip,
            Limit::ResetsPerIpDaily => self.resets_per_ip_daily,
            Limit::UnsolicitedLetters => self.unsolicited_letters,
            Limit::DeadLinksPerIp => self.dead_links_per_ip,
            Limit::ProviderAttemptsPerIp => self.provider_attempts_per_ip,
            Limit::ProviderCalls => self.provider_calls,
            Limit::ExportsPerUser => self.exports_per_user,
            Limit::DownloadsPerUser => self.downloads_per_user,
            Limit::ApiRequestsPerToken => self.api_requests_per_token,
            Limit::ApiRevocationsPerToken => self.api_revocations_per_token,
            Limit::WrongApiTokensPerIp => self.wrong_api_tokens_per_ip,
            Limit::ActionsPerUser => self.actions_per_user,
            Limit::ApiTokensPerUser => self.api_tokens_per_user,
            Limit::RefusalsPerUser => self.refusals_per_user,
            Limit::RefusalsPerIp => self.refusals_per_ip,
        }
    }

    /// How failures in a row are answered.
    #[must_use]
    pub const fn failures(&self) -> FailuresInARow {
        FailuresInARow { wait_from: self.failures_before_waiting, most: self.failures_in_a_row }
    }

    /// Refuses, in production, to run without limits.
    pub(super) fn check(&self, environment: Environment) -> Result<(), SettingError> {
        if self.enabled || environment == Environment::Development {
            return Ok(());
        }
        Err(SettingError::new("limits.enabled", "false: production needs the limits".to_owned(), "true"))
    }
}
