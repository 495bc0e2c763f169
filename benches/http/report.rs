//! One line of JSON for each figure.

use std::{fs, thread};

use serde::Serialize;

use super::server::Settings;

/// A figure, and the circumstances in which it was measured.
#[derive(Serialize)]
struct Line<'a, T> {
    bench: &'a str,
    #[serde(flatten)]
    figure: &'a T,
    machine: String,
    cores: usize,
    /// How many processes were running or waiting over the last minute.
    load_average: f64,
    database: &'a str,
    settings: &'a Settings,
}

/// Prints the line of a figure. Its fields come first.
pub fn print<T: Serialize>(bench: &str, figure: &T, settings: &Settings) {
    let line = Line {
        bench,
        figure,
        machine: machine(),
        cores: thread::available_parallelism().map_or(0, usize::from),
        load_average: load_average(),
        database: "sqlite",
        settings,
    };
    println!("{}", serde_json::to_string(&line).expect("a line"));
}

fn machine() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    model.map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, name)| name.trim().to_owned())
}

fn load_average() -> f64 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or(0.0)
}
