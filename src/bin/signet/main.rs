//! The program: a host of the library. It makes the decisions that only a host may make: the arguments, where the
//! log goes, when to end, and the text on stdout and stderr.

mod arguments;
mod breached;
mod commands;
mod failure;
mod log;
mod users;

use std::{path::Path, process::ExitCode};

use clap::Parser;
use leptos::config::{LeptosOptions, get_configuration};
use rustix::{fs::Mode, process::umask};
use signet::server::{
    config::Settings,
    serve::{Site, StartError},
};
use tokio::signal::unix::{SignalKind, signal};

use self::{
    arguments::{Arguments, ClockCommand, Command},
    failure::Failure,
};

/// Serves until asked to stop; if it cannot, says why in one line.
#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("signet: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Does what the arguments say.
async fn run(arguments: Arguments) -> Result<(), Failure> {
    keep_files_private();
    log::begin()?;
    // The setting may name a list that does not exist yet, or that is damaged.
    if let Some(Command::Breached(command)) = &arguments.command {
        return breached::carry_out(command);
    }
    let settings = Settings::load(arguments.config.as_deref())?;
    let done = match arguments.command {
        None | Some(Command::Breached(_)) => serve(&settings).await,
        Some(Command::Check) => commands::check(&settings).await,
        Some(Command::Clock(ClockCommand::Confirm)) => commands::confirm_clock(&settings).await,
        Some(Command::Migrate) => commands::migrate(&settings).await,
        Some(Command::User(command)) => users::carry_out(&settings, command).await,
        Some(Command::ReplayErasures(terms)) => commands::replay_erasures(&settings, terms).await,
    };
    done.map_err(|failure| failure.naming(&settings))
}

/// Files that the process makes are for its own user only, also in a folder that others may enter: the database, its
/// log, the ledger, exports and letters.
fn keep_files_private() {
    umask(Mode::RWXG | Mode::RWXO);
}

/// Serves until asked to stop (SIGTERM, Ctrl-C, or a terminal that closes).
async fn serve(settings: &Settings) -> Result<(), Failure> {
    let site = Site::start(settings, leptos_options()?).await?;
    // The program listens for signals before it announces that it serves.
    let stop = stop_signal()?;
    println!("Signet is ready at {}", settings.server.base_url);
    Ok(site.serve_until(stop).await?)
}

/// The settings of Leptos: its table in `Leptos.toml`, overridden by `LEPTOS_*`.
fn leptos_options() -> Result<LeptosOptions, Failure> {
    let file = Path::new("Leptos.toml").exists().then_some("Leptos.toml");
    get_configuration(file)
        .map(|configuration| configuration.leptos_options)
        .map_err(|error| Failure::Leptos(error.to_string()))
}

fn stop_signal() -> Result<impl Future<Output = ()>, StartError> {
    let listen = |kind| signal(kind).map_err(|error| StartError::Io("cannot listen for signals", error));
    let (mut terminate, mut interrupt) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    let mut hang_up = listen(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            _ = hang_up.recv() => {}
        }
    })
}
