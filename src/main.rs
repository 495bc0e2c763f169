//! The program: everything is in the library.

use std::process::ExitCode;

/// Serves until asked to stop; says in one line why it cannot.
#[tokio::main]
async fn main() -> ExitCode {
    match signet::server::run::run(std::env::args().skip(1)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("signet: {error}");
            ExitCode::FAILURE
        }
    }
}
