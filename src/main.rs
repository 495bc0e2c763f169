//! The program: everything is in the library.

use std::process::ExitCode;

use clap::Parser;
use signet::server::cli::{self, Arguments};

/// Serves until asked to stop; says in one line why it cannot.
#[tokio::main]
async fn main() -> ExitCode {
    match cli::run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("signet: {error}");
            ExitCode::FAILURE
        }
    }
}
