//! What a process was called with: what it is to do, and by which file.

use std::path::PathBuf;

/// How the program is called, for whoever called it otherwise.
pub const USAGE: &str = "signet [--config FILE] [check | clock confirm | replay-erasures]";

/// What the process is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Serve until asked to stop.
    Serve,
    /// Look through the database for what must not be.
    Check,
    /// Note an operator's word that this machine's clock is right.
    ConfirmClock,
    /// Erase again whoever was erased after the backup that the database was restored from.
    ReplayErasures,
}

/// The arguments, read.
#[derive(Debug, PartialEq, Eq)]
pub struct Arguments {
    /// What to do.
    pub command: Command,
    /// The file of settings, if one is named.
    pub config: Option<PathBuf>,
}

impl Arguments {
    /// Reads the arguments of a process, without its name.
    ///
    /// # Errors
    /// The first argument that cannot be used.
    pub fn read(mut given: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut words = Vec::new();
        let mut config = None;
        while let Some(word) = given.next() {
            match word.as_str() {
                "--config" if config.is_none() => config = Some(given.next().ok_or(word)?.into()),
                _ => words.push(word),
            }
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let command = match words[..] {
            [] => Command::Serve,
            ["check"] => Command::Check,
            ["clock", "confirm"] => Command::ConfirmClock,
            ["replay-erasures"] => Command::ReplayErasures,
            [wrong, ..] => return Err(wrong.to_owned()),
        };
        Ok(Self { command, config })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(given: &[&str]) -> Result<Arguments, String> {
        Arguments::read(given.iter().map(|word| (*word).to_owned()))
    }

    #[test]
    fn a_command_and_a_file_are_read_in_any_order() {
        let cases = [
            (&[][..], Command::Serve, None),
            (&["--config", "x.toml"], Command::Serve, Some("x.toml")),
            (&["clock", "confirm"], Command::ConfirmClock, None),
            (&["check"], Command::Check, None),
            (&["replay-erasures", "--config", "x.toml"], Command::ReplayErasures, Some("x.toml")),
            (&["--config", "x.toml", "clock", "confirm"], Command::ConfirmClock, Some("x.toml")),
            (&["clock", "confirm", "--config", "x.toml"], Command::ConfirmClock, Some("x.toml")),
        ];
        for (given, command, config) in cases {
            assert_eq!(read(given), Ok(Arguments { command, config: config.map(PathBuf::from) }), "{given:?}");
        }
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        let cases = [
            (&["--config"][..], "--config"),
            (&["--port", "1"], "--port"),
            (&["--config", "x", "y"], "y"),
            (&["--config", "x", "--config", "y"], "--config"),
            (&["clock"], "clock"),
            (&["clock", "confirm", "now"], "clock"),
            (&["check", "x"], "check"),
        ];
        for (given, wrong) in cases {
            assert_eq!(read(given), Err(wrong.to_owned()), "{given:?}");
        }
    }
}
