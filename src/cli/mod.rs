//! The command line: arguments in, a call down, text out. Each subcommand has its own file; none does the work itself.

mod check;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// The workbench of a customs brokerage.
#[derive(Debug, Parser)]
#[command(name = "quayside", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check the documents of one packet: files, or a folder of files.
    Check(check::Check),
}

/// Runs the command line and gives the exit status: 2 for bad usage.
pub fn run() -> ExitCode {
    match Arguments::parse().command {
        Command::Check(check) => check.run(),
    }
}
