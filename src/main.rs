//! The command line: one line a subcommand; prints errors and sets the exit status. No work is done here.

fn main() -> std::process::ExitCode {
    quayside::cli::run()
}
