//! The reader as a program of its own: what the hidden subcommand does, without the database's client library. It links no more
//! than it needs, so it starts in a fraction of the time that the whole program takes.

use std::process::ExitCode;

fn main() -> ExitCode {
    quayside::cli::read_file::run()
}
