//! What attackers without an account can do to the server's time and to its disk.
//!
//! # A crowd
//!
//! 200 clients from 200 addresses sign in at the same moment, several times, while one client asks for `/healthz` and
//! another opens pages. Their answers are compared with those of the same server a moment before, when it was idle. The
//! benchmark fails if one of these answers is anything but the page.
//!
//! # The disk
//!
//! Attackers from one network, and from 1,000, send what needs no account, as fast as the server answers: wrong
//! passwords, requests for reset links, sign-ups, dead links, forged answers of a provider, addresses of no page. The server ends after each
//! attack, so that everything is in the one file of its database; the benchmark measures how much this file and the ledger's have
//! grown. A file of SQLite grows by pages of 4,096 bytes.
//!
//! The growth of a day is the sum of four parts, which stand in the line with their reasons:
//!
//! - `accepted`: bytes of the database for each request that the limits let through, times the number that they let
//!   through in a day. On the first day twice as many get through, because a full burst comes before the steady rate.
//! - `listed`: entries of refused requests in the security log; `refusals_per_ip` bounds them.
//! - `refused`: bytes for each further refused request, times the number that this server refuses in a day. For this
//!   part the limits have one place, which does not come free again, so that each request is refused.
//! - the lines of the program's log, as they came in the second half of the attack.
//!
//! `before` is the same attack on the same server without limits, as if it went on for a day. Rows that the sweep
//! removes later are counted too: the figure says how fast the files grow, and not how large they get.
//!
//! ```text
//! ./scripts/bench --bench attack
//! ./scripts/bench --bench attack -- --seconds 1      # a quick look
//! ```

#![expect(clippy::expect_used, reason = "a benchmark that cannot go on has nothing to say")]

#[path = "http/mod.rs"]
mod http;

#[path = "attack/attacks.rs"]
mod attacks;
#[path = "attack/crowd.rs"]
mod crowd;
#[path = "attack/disk.rs"]
mod disk;
#[path = "attack/growth.rs"]
mod growth;

use std::{process::ExitCode, time::Duration};

use clap::Parser;

/// What a run of the benchmark does.
#[derive(Parser)]
struct Arguments {
    /// How often the crowd comes.
    #[arg(long, default_value_t = 5)]
    crowds: usize,
    /// How long each attack on the disk lasts.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Cargo says this to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let is_alive = runtime.block_on(async {
        let is_alive = crowd::measure(arguments.crowds).await;
        disk::measure(Duration::from_secs(arguments.seconds)).await;
        is_alive
    });
    if is_alive { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
