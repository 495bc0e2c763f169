//! What is left when a process dies between two statements.
