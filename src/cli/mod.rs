//! The subcommands: arguments in, a call down, text out. No rule of the trade lives here.

pub mod read_file;
