//! Measures a running server over HTTP, the way browsers use it: cookies, forms, the header `Origin`.
//!
//! [`seed`] makes a database with accounts, [`server`] starts the program on it with the settings of the benchmark,
//! [`browser`] sends requests, and [`report`] prints a line for each figure. A figure alone says little about another
//! machine, so each benchmark compares with something that it has measured in the same run.

pub mod browser;
pub mod report;
pub mod seed;
pub mod server;
