//! The table of limits in docs/SECURITY.md is printed from the settings.

use std::{fmt::Write, fs, path::Path};

use signet::{
    domain::{
        limits::{FIRST_WAIT, LONGEST_WAIT, Limit},
        time::Span,
    },
    server::config::Settings,
    testing::{settings, temporary_folder},
};

use crate::printed;

const ABOVE: &str = "<!-- limits -->\n";
const BELOW: &str = "<!-- /limits -->";
const RENEW: &str = "the limits in docs/SECURITY.md are not those of the settings; renew them and look at what has changed:\n\
     SIGNET_WRITE_DOCS=1 cargo test --features ssr,failpoints,testing --test it the_page_of_limits";

#[test]
fn the_page_of_limits_says_what_the_settings_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/SECURITY.md");
    let page = fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(ABOVE).expect("the line above the table");
    let (printed, after) = rest.split_once(BELOW).expect("the line below the table");
    let folder = temporary_folder();
    let fresh = table(&settings(folder.path()));
    if printed::is_to_be_written() {
        fs::write(&path, format!("{before}{ABOVE}{fresh}{BELOW}{after}")).unwrap();
        return;
    }
    assert!(printed == fresh, "{RENEW}");
}

fn table(settings: &Settings) -> String {
    let mut rows =
        String::from("| setting `limits.…` | at once | then one more every | fewer than |\n|---|---|---|---|\n");
    let rates = Limit::ALL.iter().copied().filter(|limit| *limit != Limit::FailedProofsPerSession);
    for limit in rates {
        let rate = settings.limits.rate(limit);
        let (interval, period) = (millis(rate.interval()), millis(seconds(rate.period)));
        let most = 2 * rate.count;
        writeln!(rows, "| `{}` | {} | {interval} | {most} in {period} |", limit.word(), rate.count).unwrap();
    }
    let in_a_session = settings.limits.failed_proofs_per_session;
    writeln!(
        rows,
        "| `failed_proofs_per_session` | after {in_a_session} wrong passwords in a row the session ends | | {in_a_session} in a row |"
    )
    .unwrap();
    let failures = settings.limits.failures();
    let (first, longest) = (millis(seconds(FIRST_WAIT)), millis(seconds(LONGEST_WAIT)));
    writeln!(
        rows,
        "| `failures_before_waiting`, `failures_in_a_row` | from {} wrong passwords in a row: wait {first}, doubling up to {longest} | | {} in a row |",
        failures.wait_from, failures.most
    )
    .unwrap();
    rows
}

fn seconds(span: Span) -> i64 {
    i64::from(span.as_seconds()) * 1_000
}

/// "30 s", "8 h", "200 ms".
fn millis(millis: i64) -> String {
    let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1_000, "s"), (1, "ms")];
    let (unit, name) = units.into_iter().find(|(unit, _)| millis % unit == 0).unwrap();
    format!("{} {name}", millis / unit)
}
