//! `quayside read-file`, hidden: the child process that reads one file for its parent. People never call it.

use crate::reading::sandbox::child;
use std::process::ExitCode;

/// Reads the job that standard input brings and answers on standard output.
pub fn run() -> ExitCode {
    match child::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
