//! `signet breached`: makes and checks lists of passwords that are known from data breaches.

use std::{
    fs::File,
    io::{self, BufReader},
    path::Path,
};

use signet::server::crypto::breached::{
    BreachedList, ListError,
    build::{BuildError, build},
};

use super::{arguments::BreachedCommand, failure::Failure};

/// Does what an operator asks of a list. Reads the public list as a stream, however large it is.
///
/// # Errors
/// [`Failure::NotBuilt`], [`Failure::List`].
pub fn carry_out(command: &BreachedCommand) -> Result<(), Failure> {
    match command {
        BreachedCommand::Build { file, out } => {
            let count =
                make(file, out).map_err(|error| Failure::NotBuilt { path: file.display().to_string(), error })?;
            println!("Wrote {count} breached passwords to {}.", out.display());
        }
        BreachedCommand::Verify { file } => {
            let failure = |error: ListError| Failure::List { path: file.display().to_string(), error };
            let count = BreachedList::verify(file).map_err(failure)?;
            println!("{} is complete: {count} breached passwords.", file.display());
        }
    }
    Ok(())
}

fn make(file: &Path, out: &Path) -> Result<u64, BuildError> {
    if file == Path::new("-") {
        return build(io::stdin().lock(), out);
    }
    build(BufReader::with_capacity(1 << 20, File::open(file)?), out)
}
