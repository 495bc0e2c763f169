//! The program as it is called: its arguments, the commands of an operator, and serving.

mod arguments;
mod commands;
mod error;
mod serve;

use self::arguments::{ClockCommand, Command};
pub use self::{arguments::Arguments, error::StartError};
use super::config::Settings;

/// Does what the arguments say.
///
/// # Errors
/// [`StartError`], before anything is served.
pub async fn run(arguments: Arguments) -> Result<(), StartError> {
    log_to_stderr();
    let settings = Settings::load(arguments.config.as_deref())?;
    match arguments.command {
        None => serve::until_stopped(&settings).await,
        Some(Command::Check) => commands::check(&settings).await,
        Some(Command::Clock(ClockCommand::Confirm)) => commands::confirm_clock(&settings).await,
        Some(Command::ReplayErasures(terms)) => commands::replay_erasures(&settings, terms).await,
    }
}

/// The level comes from `RUST_LOG`; what serves nobody but its own authors stays quiet.
fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,sqlx=warn"));
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in one process (tests) keeps the first one's subscriber.
    let _ = subscriber.try_init();
}
