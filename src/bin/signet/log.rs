//! The log: lines of text on stderr, and not too many that are alike.
//!
//! Each refused request is worth a warning, and a stranger can send thousands a second. So the disk would fill with
//! warnings if each were written (checklist V14.2.4). All errors are written, because a stranger cannot cause one.

use std::{
    collections::HashMap,
    env::VarError,
    fmt, io,
    num::NonZeroU32,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tracing::{Event, Level, Metadata, Subscriber, callsite::Identifier};
use tracing_subscriber::{
    EnvFilter,
    fmt::{FmtContext, FormatEvent, FormatFields, format},
    registry::LookupSpan,
};

use super::failure::Failure;

/// How many warnings of one place in the program are written at once.
const AT_ONCE: u32 = 10;
/// How long it takes until one more of that place is written.
const EVERY: Duration = Duration::from_secs(1);

/// Writes what happens to stderr. The level comes from `RUST_LOG`; messages that help only the authors of a crate are
/// hidden.
///
/// # Errors
/// [`Failure::Log`] if `RUST_LOG` cannot be read: the operator would look for lines that are not there.
pub fn begin() -> Result<(), Failure> {
    #[expect(clippy::disallowed_methods, reason = "the library that reads this variable does not say what was in it")]
    let filter = match std::env::var(EnvFilter::DEFAULT_ENV) {
        Ok(text) => EnvFilter::try_new(&text).map_err(|_| Failure::Log(text))?,
        Err(VarError::NotPresent) => EnvFilter::new("info,sqlx=warn"),
        Err(VarError::NotUnicode(text)) => return Err(Failure::Log(text.display().to_string())),
    };
    tracing_subscriber::fmt().event_format(Bounded::new()).with_env_filter(filter).with_writer(io::stderr).init();
    Ok(())
}

/// The usual lines, without those warnings that are too many.
struct Bounded {
    line: format::Format,
    places: Option<DefaultKeyedRateLimiter<Identifier>>,
    left_out: Mutex<HashMap<Identifier, u64>>,
}

impl Bounded {
    fn new() -> Self {
        let quota = Quota::with_period(EVERY).zip(NonZeroU32::new(AT_ONCE));
        let places = quota.map(|(quota, burst)| RateLimiter::keyed(quota.allow_burst(burst)));
        Self { line: format::Format::default(), places, left_out: Mutex::default() }
    }

    /// How many lines of this place were left out before this one; `None` if this one is left out too.
    fn left_out(&self, place: &Metadata<'_>) -> Option<u64> {
        let places = self.places.as_ref().filter(|_| *place.level() == Level::WARN);
        let Some(places) = places else { return Some(0) };
        let mut left_out = self.left_out.lock().unwrap_or_else(PoisonError::into_inner);
        let count = left_out.entry(place.callsite()).or_default();
        if places.check_key(&place.callsite()).is_ok() {
            return Some(std::mem::take(count));
        }
        *count += 1;
        None
    }
}

impl<S, N> FormatEvent<S, N> for Bounded
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: format::Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        // The subscriber then writes an empty text, which is nothing.
        let Some(left_out) = self.left_out(event.metadata()) else { return Ok(()) };
        if left_out > 0 {
            writeln!(writer, "{left_out} more warnings like the next one are not listed")?;
        }
        self.line.format_event(context, writer, event)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, text: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(text);
            Ok(text.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What is written while `act` runs.
    fn written(act: impl FnOnce()) -> String {
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).event_format(Bounded::new());
        tracing::subscriber::with_default(subscriber.with_writer(move || writer.clone()).finish(), act);
        let bytes = lines.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    fn warn(number: u32) {
        tracing::warn!(number, "alike");
    }

    #[test]
    fn warnings_of_one_place_are_bounded_and_no_others() {
        let text = written(|| {
            (0..1_000).for_each(warn);
            tracing::warn!("of another place");
            (0..1_000).for_each(|number| tracing::error!(number, "failed"));
            (0..1_000).for_each(|number| tracing::info!(number, "happened"));
        });
        let count = |word: &str| text.lines().filter(|line| line.contains(word)).count();
        // A slow machine takes a second, in which one more place comes free.
        assert!((10..20).contains(&count("alike")), "{}", count("alike"));
        assert_eq!([count("of another place"), count("failed"), count("happened")], [1, 1_000, 1_000]);
    }

    #[test]
    fn the_next_line_says_how_many_were_left_out() {
        let text = written(|| {
            (0..100).for_each(warn);
            std::thread::sleep(EVERY);
            warn(100);
        });
        let lines: Vec<_> = text.lines().collect();
        let last = lines.iter().position(|line| line.contains("number=100")).unwrap();
        assert_eq!(lines[last - 1], "90 more warnings like the next one are not listed");
    }
}
