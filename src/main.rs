//! The command line: one line a subcommand; prints errors and sets the exit status. No work is done here.

use quayside::cli;
use quayside::reading::sandbox;
use std::process::ExitCode;

fn main() -> ExitCode {
    // Before anything else: where the reader is not installed beside this program, this program is the reader.
    if std::env::args_os().nth(1).is_some_and(|word| word == sandbox::SUBCOMMAND) {
        return cli::read_file::run();
    }
    cli::run()
}
