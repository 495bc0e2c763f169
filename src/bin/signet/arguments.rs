//! The arguments of the process: what to do, and with which settings file.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use signet::{
    domain::{operator::OperatorReason, time::Span},
    server::config,
};

/// Everything that happens to an account after registration. Without a command, Signet serves the site until a
/// signal stops it (SIGTERM, SIGHUP or Ctrl-C).
#[derive(Debug, PartialEq, Eq, Parser)]
#[command(name = "signet", version, disable_help_subcommand = true)]
pub struct Arguments {
    /// What to do instead of serving.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// A TOML file of settings. It overrides Leptos.toml, and environment variables override both.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// The commands of an operator.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Search the database for rows that break a rule, and list them.
    Check,
    /// Make a list of passwords that are known from data breaches, or check one. Reads no settings.
    #[command(subcommand)]
    Breached(BreachedCommand),
    /// Tell Signet about this machine's clock.
    #[command(subcommand)]
    Clock(ClockCommand),
    /// Bring the tables up to date. A process does this when it starts, unless its role on PostgreSQL may not change
    /// the tables.
    Migrate,
    /// Look at the account of an address, or act on it.
    #[command(subcommand)]
    User(UserCommand),
    /// Erase again whoever was erased after the backup that the database was restored from.
    ReplayErasures(Terms),
}

/// The options of `replay-erasures`.
#[derive(Args, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Accept this ledger of erasures, although the database has used another ledger.
    #[arg(long)]
    pub adopt: bool,
    /// Skip entries that are missing from the ledger, or that were made with a key that is lost. Signet does not
    /// erase their accounts again.
    #[arg(long)]
    pub incomplete: bool,
    /// Erase no closed account before this time has passed, such as 14d. The restore has closed the accounts of
    /// people who came back after the backup, and they need time to open them again.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub postpone: Option<Span>,
}

/// What an operator may tell Signet about the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Subcommand)]
pub enum ClockCommand {
    /// Confirm that the clock is right. Deletions that waited for this continue.
    Confirm,
}

/// What an operator may do with an account. What changes it is recorded in its security log with the reason, and a
/// letter tells its owner.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum UserCommand {
    /// Print what Signet knows of the account, without secrets.
    Show {
        /// The address of the account.
        address: String,
    },
    /// End every session and every API token.
    SignOut(Because),
    /// Forget the browsers from which the owner has signed in, so that a letter tells of the next sign-in from each.
    ForgetDevices(Because),
    /// Close the account. Signet erases it after the grace period, unless its owner or an operator keeps it.
    ScheduleDeletion(Because),
    /// Keep an account that was to be erased.
    CancelDeletion(Because),
}

/// The account that a command changes, and why.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct Because {
    /// The address of the account.
    pub address: String,
    /// Why: one line of at most 200 characters, which the owner of the account reads too.
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    pub reason: OperatorReason,
}

/// What an operator may do with lists of breached passwords.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum BreachedCommand {
    /// Make a list for the setting `password.breached_file`.
    Build {
        /// The public list: lines `HASH:COUNT` with SHA-1 hashes, sorted by hash. `-` reads the standard input.
        file: PathBuf,
        /// The list to write, which appears when it is complete.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Compare a whole list with its checksum.
    Verify {
        /// The list.
        file: PathBuf,
    },
}

fn reason(text: &str) -> Result<OperatorReason, &'static str> {
    OperatorReason::parse(text).ok_or("accepted: one line of 1 to 200 visible characters")
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
        let [file, out] = ["hashes.txt", "list"].map(PathBuf::from);
        let build = Some(Command::Breached(BreachedCommand::Build { file, out }));
        let (address, reason) = ("ada@example.com".to_owned(), OperatorReason::parse("You asked.").unwrap());
        let sign_out = Some(Command::User(UserCommand::SignOut(Because { address, reason })));
        let cases = [
            (&[][..], None, None),
            (&["--config", "x.toml"], None, Some("x.toml")),
            (&["--config=x.toml"], None, Some("x.toml")),
            (&["clock", "confirm"], confirm.clone(), None),
            (&["check"], Some(Command::Check), None),
            (&["user", "sign-out", "--reason", "You asked.", "ada@example.com"], sign_out, None),
            (&["breached", "build", "hashes.txt", "--out", "list"], build, None),
            (&["replay-erasures", "--config", "x.toml"], replay(Terms::default()), Some("x.toml")),
            (&["replay-erasures", "--postpone", "14d"], replay(postponed), None),
            (&["replay-erasures", "--adopt", "--incomplete"], replay(all), None),
            (&["--config", "x.toml", "clock", "confirm"], confirm.clone(), Some("x.toml")),
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
            (&["user", "sign-out", "ada@example.com", "--reason", " "], " "),
            (&["replay-erasures", "--postpone", "soon"], "soon"),
        ];
        for (given, wrong) in cases {
            let said = read(given).unwrap_err();
            assert!(said.use_stderr(), "{given:?}");
            assert!(said.to_string().contains(&format!("'{wrong}")), "{given:?}: {said}");
        }
    }

    #[test]
    fn a_list_is_made_only_where_the_operator_says() {
        let said = read(&["breached", "build", "hashes.txt"]).unwrap_err().to_string();
        assert!(said.contains("required") && said.contains("--out <FILE>"), "{said}");
    }

    #[test]
    fn what_changes_an_account_needs_a_reason() {
        for command in ["sign-out", "forget-devices", "schedule-deletion", "cancel-deletion"] {
            let said = read(&["user", command, "ada@example.com"]).unwrap_err().to_string();
            assert!(said.contains("required") && said.contains("--reason <TEXT>"), "{said}");
        }
        assert!(read(&["user", "show", "ada@example.com"]).is_ok());
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
