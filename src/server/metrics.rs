//! The counters of the process for Prometheus. They contain numbers only, and never identify a user.

use std::sync::Arc;

use prometheus_client::{
    encoding::text::encode,
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};

use crate::domain::limits::Limit;

/// The counters. Cheap to clone; clones count together.
#[derive(Clone)]
pub struct Metrics {
    /// Deletions that this process has executed.
    pub deletions_executed: Counter,
    /// Accounts in the database whose deletion is due.
    pub deletions_due: Gauge,
    /// Letters in the database that are due.
    pub letters_due: Gauge,
    /// Requests that a limit has stopped, and letters that it delays, by limit.
    limited: Family<Vec<(&'static str, &'static str)>, Counter>,
    /// Refusals that the security log does not list one by one.
    pub refusals_not_listed: Counter,
    /// Requests to this process with an API token that is malformed, unknown, revoked or expired.
    pub api_tokens_refused: Counter,
    registry: Arc<Registry>,
}

impl Default for Metrics {
    fn default() -> Self {
        let (deletions_executed, deletions_due, letters_due) = (Counter::default(), Gauge::default(), Gauge::default());
        let mut registry = Registry::with_prefix("signet");
        // The encoder appends `_total` to a counter's name.
        let executed = "Deletions that this process has executed";
        registry.register("deletions_executed", executed, deletions_executed.clone());
        registry.register("deletions_due", "Accounts due for deletion and not erased yet", deletions_due.clone());
        registry.register("letters_due", "Letters due and not sent yet", letters_due.clone());
        let api_tokens_refused = Counter::default();
        registry.register(
            "api_tokens_refused",
            "Requests with an API token that does not work",
            api_tokens_refused.clone(),
        );
        let (limited, refusals_not_listed) = (Family::default(), Counter::default());
        registry.register("limited", "Requests that a limit has stopped or delayed", limited.clone());
        let not_listed = "Refusals that the security log does not list one by one";
        registry.register("refusals_not_listed", not_listed, refusals_not_listed.clone());
        let metrics = Self {
            deletions_executed,
            deletions_due,
            letters_due,
            limited,
            refusals_not_listed,
            api_tokens_refused,
            registry: registry.into(),
        };
        // A limit that has stopped nothing yet reads zero, so that an alarm can be set on it.
        for limit in Limit::ALL {
            metrics.of(*limit);
        }
        metrics
    }
}

impl Metrics {
    /// Counts that `limit` has stopped or delayed something.
    pub fn count_limited(&self, limit: Limit) {
        self.of(limit).inc();
    }

    fn of(&self, limit: Limit) -> Counter {
        self.limited.get_or_create_owned(&vec![("limit", limit.word())])
    }

    /// All counters in the text form of `OpenMetrics`.
    ///
    /// # Errors
    /// None in practice: the encoder only writes into a string.
    pub fn render(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_count_together_and_all_of_it_is_told() {
        let metrics = Metrics::default();
        metrics.clone().deletions_executed.inc();
        metrics.deletions_due.set(7);
        let text = metrics.render().expect("text");
        for line in ["signet_deletions_executed_total 1", "signet_deletions_due 7", "signet_letters_due 0"] {
            assert!(text.lines().any(|told| told == line), "{line}: {text}");
        }
    }
}
