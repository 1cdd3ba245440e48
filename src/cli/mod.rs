//! The subcommands: arguments in, a call down, text out. No rule of the trade lives here.

mod admin;
mod audit;
mod check;
pub mod demo;
mod ground;
mod list_files;
mod lists;
mod migrate;
pub mod read_file;
mod seed;
mod seed_packets;
mod serve;
mod time_audit;
mod time_packets;
mod work;

use crate::store::embedded;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// The workbench of a customs brokerage: packets checked with proof.
///
/// Settings come from the environment; .env.example lists them.
#[derive(Parser)]
#[command(name = "quayside", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the web server, with workers inside.
    Serve,
    /// Run workers only, beside servers on the same database.
    Work(work::Arguments),
    /// Check the documents of one packet and print what does not agree.
    Check(check::Arguments),
    /// Bring the database up to this version.
    Migrate,
    /// Make a demo team with invented, checked packets and a user for each role.
    Demo(demo::Arguments),
    /// Found teams and load the lists of the trade, from the machine that runs Quayside.
    Admin(admin::Arguments),
    /// Check the chains of the audit log.
    Audit(audit::Arguments),
}

/// Why a subcommand ended early; the sentence is printed and the exit status is 2.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Config(#[from] crate::config::ConfigError),
    #[error(transparent)]
    Embedded(#[from] embedded::EmbeddedError),
    #[error(transparent)]
    Migrate(#[from] crate::store::migrate::MigrateError),
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
    #[error(transparent)]
    Objects(#[from] crate::gateways::objects::ObjectError),
    #[error(transparent)]
    Mail(#[from] crate::gateways::mail::MailSetup),
    #[error(transparent)]
    Worker(#[from] crate::worker::WorkerError),
    #[error(transparent)]
    Import(#[from] lists::ImportError),
    #[error("{what}: {why}")]
    System { what: String, why: std::io::Error },
    #[error("{0}")]
    Said(String),
}

fn system(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Failure {
    let what = what.into();
    move |why| Failure::System { what, why }
}

/// Runs the program.
pub fn run() -> ExitCode {
    // PostgreSQL's process starts here and does not come back.
    let arguments: Vec<String> = std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect();
    if let [_, word, rest @ ..] = arguments.as_slice()
        && word == embedded::SUBCOMMAND
    {
        eprintln!("{}", embedded::become_server(rest));
        return ExitCode::from(2);
    }
    let done = match Cli::parse().command {
        Command::Serve => serve::run(),
        Command::Work(arguments) => work::run(&arguments),
        Command::Check(arguments) => return check::run(&arguments),
        Command::Migrate => migrate::run(),
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Admin(arguments) => admin::run(&arguments),
        Command::Audit(arguments) => return ended(audit::run(&arguments)),
    };
    ended(done.map(|()| ExitCode::SUCCESS))
}

fn ended(done: Result<ExitCode, Failure>) -> ExitCode {
    match done {
        Ok(status) => status,
        Err(failure) => {
            eprintln!("quayside: {failure}");
            ExitCode::from(2)
        }
    }
}
