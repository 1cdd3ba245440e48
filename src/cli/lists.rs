//! `quayside admin import-…`: loads a list of the trade from its publisher's file, as the owner's role. The words of progress go to
//! standard error, what came of it to standard output.

use super::ground::Owner;
use super::{Failure, system};
use crate::config::Config;
use crate::domain::trade::port::Place;
use crate::domain::trade::scac::Carrier;
use crate::domain::trade::tariff::Line;
use crate::reading::lists::{self, ListError, Tally};
use crate::store::StoreError;
use crate::store::lists::{Entry, Imported, NewEdition, import};
use chrono::{NaiveDate, Utc};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// The arguments of every import.
#[derive(clap::Args)]
pub struct Arguments {
    /// The publisher's file.
    file: PathBuf,
    /// The day from which the list is in force, YYYY-MM-DD; today where none is given.
    #[arg(long, value_name = "DATE")]
    valid_from: Option<NaiveDate>,
}

/// Why nothing was loaded; the database is as it was.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    List(#[from] ListError<StoreError>),
}

/// Loads the export of the tariff, a text table or JSON.
pub fn tariff(arguments: &Arguments) -> Result<(), Failure> {
    load::<Line>(arguments, "tariff lines", |from, keep| lists::tariff(from, keep))
}

/// Loads UN/LOCODE.
pub fn ports(arguments: &Arguments) -> Result<(), Failure> {
    load::<Place>(arguments, "ports and places", |from, keep| lists::ports(from, keep))
}

/// Loads a list of carriers.
pub fn carriers(arguments: &Arguments) -> Result<(), Failure> {
    load::<Carrier>(arguments, "carriers", |from, keep| lists::carriers(from, keep))
}

/// A reading of a file, handing each line to its keeper.
type Reading<L> =
    fn(&mut dyn BufRead, &mut dyn FnMut(L) -> Result<(), StoreError>) -> Result<Tally, ListError<StoreError>>;

fn load<L: Entry>(arguments: &Arguments, what: &str, read: Reading<L>) -> Result<(), Failure> {
    let path = &arguments.file;
    let edition = NewEdition {
        valid_from: arguments.valid_from.unwrap_or_else(|| Utc::now().date_naive()),
        sha256: sha256(path)?,
        source: path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
    };
    let owner = Owner::new(&Config::from_env()?)?;
    let mut from = BufReader::new(Watched::open(path)?);
    let imported = import::<L, Tally, ImportError>(owner.url(), &edition, |keep| Ok(read(&mut from, keep)?))?;
    match imported {
        Imported::Before(day) => println!("Nothing changed: this file is loaded already, in force from {day}."),
        Imported::New { lines, filled } => {
            for fault in &filled.faults {
                eprintln!("Line {}: {}. It was left out.", fault.line, fault.why);
            }
            if filled.left_out > 0 {
                eprintln!("{} lines were left out.", filled.left_out);
            }
            println!("Loaded {lines} {what}, in force from {}.", edition.valid_from);
        }
    }
    Ok(())
}

fn sha256(path: &Path) -> Result<String, Failure> {
    let named = || format!("reading {}", path.display());
    let mut file = File::open(path).map_err(system(named()))?;
    let mut hash = Sha256::new();
    io::copy(&mut file, &mut hash).map_err(system(named()))?;
    Ok(hex::encode(hash.finalize()))
}

/// A file that tells on standard error how far it was read, every tenth.
struct Watched {
    file: File,
    size: u64,
    read: u64,
    told: u64,
}

impl Watched {
    fn open(path: &Path) -> Result<Self, Failure> {
        let named = || format!("reading {}", path.display());
        let file = File::open(path).map_err(system(named()))?;
        let size = file.metadata().map_err(system(named()))?.len();
        Ok(Self { file, size, read: 0, told: 0 })
    }
}

impl Read for Watched {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(into)?;
        self.read = self.read.saturating_add(u64::try_from(count).unwrap_or(0));
        let tenth = self.read.saturating_mul(10).checked_div(self.size).unwrap_or(10).min(10);
        if tenth > self.told {
            self.told = tenth;
            eprintln!("{} % read", tenth.saturating_mul(10));
        }
        Ok(count)
    }
}
