//! The arguments of the process: what to do, and with which settings file.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use signet::{domain::time::Span, server::config};

/// Everything that happens to an account after registration. Without a command: serves until
/// it is asked to stop.
#[derive(Debug, PartialEq, Eq, Parser)]
#[command(name = "signet", version, disable_help_subcommand = true)]
pub struct Arguments {
    /// What to do instead of serving.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// A file of settings: they go over those of Leptos.toml, and the environment's over both.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// What an operator may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Look through the database for what must not be in it, and name it.
    Check,
    /// What this machine's clock says.
    #[command(subcommand)]
    Clock(ClockCommand),
    /// Erase again whoever was erased after the backup that the database was restored from.
    ReplayErasures(Terms),
}

/// How a restored database is to be dealt with.
#[derive(Args, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Go on with this ledger of erasures, although the database has carried out what another one holds.
    #[arg(long)]
    pub adopt: bool,
    /// Pass over erasures that are missing from the ledger, or that are told by a key that is lost.
    #[arg(long)]
    pub incomplete: bool,
    /// Erase no closed account before so much time has passed, such as 14d: whoever has come back
    /// since the backup is closed again in it.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub postpone: Option<Span>,
}

/// What an operator may say of the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Subcommand)]
pub enum ClockCommand {
    /// Note that it is right: deletions that waited for this go on.
    Confirm,
}

fn time(text: &str) -> Result<Span, &'static str> {
    config::span(text).ok_or("accepted: whole seconds, minutes, hours or days, such as 90s, 15m, 24h or 14d")
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, error::ErrorKind};

    use super::*;

    fn read(given: &[&str]) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from(["signet"].iter().chain(given))
    }

    #[test]
    fn a_command_and_a_file_are_read_in_any_order() {
        let confirm = Some(Command::Clock(ClockCommand::Confirm));
        let replay = |terms| Some(Command::ReplayErasures(terms));
        let postponed = Terms { postpone: Some(Span::days(14)), ..Terms::default() };
        let all = Terms { adopt: true, incomplete: true, postpone: None };
        let cases = [
            (&[][..], None, None),
            (&["--config", "x.toml"], None, Some("x.toml")),
            (&["--config=x.toml"], None, Some("x.toml")),
            (&["clock", "confirm"], confirm, None),
            (&["check"], Some(Command::Check), None),
            (&["replay-erasures", "--config", "x.toml"], replay(Terms::default()), Some("x.toml")),
            (&["replay-erasures", "--postpone", "14d"], replay(postponed), None),
            (&["replay-erasures", "--adopt", "--incomplete"], replay(all), None),
            (&["--config", "x.toml", "clock", "confirm"], confirm, Some("x.toml")),
            (&["clock", "confirm", "--config", "x.toml"], confirm, Some("x.toml")),
        ];
        for (given, command, config) in cases {
            let expected = Arguments { command, config: config.map(PathBuf::from) };
            assert_eq!(read(given).unwrap(), expected, "{given:?}");
        }
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        let cases = [
            (&["--config"][..], "--config"),
            (&["--port", "1"], "--port"),
            (&["--config", "x", "y"], "y"),
            (&["--config", "x", "--config", "y"], "--config"),
            (&["clock", "now"], "now"),
            (&["clock", "confirm", "now"], "now"),
            (&["check", "x"], "x"),
            (&["serve"], "serve"),
            (&["replay-erasures", "--postpone", "soon"], "soon"),
        ];
        for (given, wrong) in cases {
            let said = read(given).unwrap_err();
            assert!(said.use_stderr(), "{given:?}");
            assert!(said.to_string().contains(&format!("'{wrong}")), "{given:?}: {said}");
        }
    }

    #[test]
    fn help_names_every_command_and_what_it_does() {
        Arguments::command().debug_assert();
        let help = read(&["--help"]).unwrap_err();
        assert_eq!((help.kind(), help.exit_code()), (ErrorKind::DisplayHelp, 0));
        for part in ["check", "clock", "replay-erasures", "--config <FILE>", "Erase again whoever was erased"] {
            assert!(help.to_string().contains(part), "{part}: {help}");
        }
        assert_eq!(read(&["clock"]).unwrap_err().exit_code(), 2);
    }
}
