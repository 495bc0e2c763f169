//! What the process writes into its log, for tests that look for something in it.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use tracing::{Level, subscriber::DefaultGuard};

/// Everything that this thread has logged since the test began to listen, at every level.
pub struct Logged {
    lines: Lines,
    _listening: DefaultGuard,
}

impl Logged {
    /// Begins to listen.
    pub fn listen() -> Self {
        let lines = Lines::default();
        let writer = lines.clone();
        let listener = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_max_level(Level::TRACE)
            .with_writer(move || writer.clone())
            .finish();
        Self { lines, _listening: tracing::subscriber::set_default(listener) }
    }

    /// The lines.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.lines.0.lock().unwrap()).into_owned()
    }

    /// Panics if a line contains one of these secrets.
    pub fn says_none_of<'a>(&self, secrets: impl IntoIterator<Item = &'a str>) {
        let text = self.text();
        for secret in secrets {
            assert!(!text.contains(secret), "the log says {secret}");
        }
    }
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
