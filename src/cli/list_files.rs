//! Lists of the trade for one check, straight from their publishers' files: only what the packet prints is kept. Loaded lists are the
//! business of `lists`.

use crate::domain::packet::check::lists::{List, Lists, Wanted};
use crate::domain::trade::tariff::{self, Tariff};
use crate::reading::lists::{self, ListError};
use std::convert::Infallible;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

/// The arguments.
#[derive(clap::Args)]
pub struct ListFiles {
    /// The tariff to judge by: the USITC's export, CSV or JSON.
    #[arg(long, value_name = "FILE")]
    tariff: Option<PathBuf>,
    /// UN/LOCODE to judge ports by, CSV.
    #[arg(long, value_name = "FILE")]
    ports: Option<PathBuf>,
    /// The carrier list to judge carriers' codes by, CSV.
    #[arg(long, value_name = "FILE")]
    carriers: Option<PathBuf>,
}

impl ListFiles {
    /// What the files say of what a packet prints; a sentence where one cannot be used.
    pub fn find(&self, wanted: &Wanted) -> Result<Lists, String> {
        let mut found = Lists::default();
        if let Some(path) = &self.tariff {
            let mut kept = Vec::new();
            let done = lists::tariff(open(path)?, |line| {
                if wanted.subheadings.contains(tariff::subheading(&line.code)) {
                    kept.push(line);
                }
                Ok(())
            });
            found.tariff = Some(Tariff::new(called(path), said(path, done.map(|_| kept))?));
        }
        if let Some(path) = &self.ports {
            let mut kept = Vec::new();
            let done = lists::ports(open(path)?, |place| {
                if wanted.ports.contains(&place.code) {
                    kept.push(place);
                }
                Ok(())
            });
            found.ports = Some(List { edition: called(path), found: said(path, done.map(|_| kept))? });
        }
        if let Some(path) = &self.carriers {
            let mut kept = Vec::new();
            let done = lists::carriers(open(path)?, |carrier| {
                if wanted.carriers.contains(&carrier.code) {
                    kept.push(carrier);
                }
                Ok(())
            });
            found.carriers = Some(List { edition: called(path), found: said(path, done.map(|_| kept))? });
        }
        Ok(found)
    }
}

fn open(path: &Path) -> Result<BufReader<File>, String> {
    File::open(path).map(BufReader::new).map_err(|error| format!("{}: {error}", path.display()))
}

/// An edition that has no day goes by the name of its file.
fn called(path: &Path) -> String {
    path.file_name().map(|name| format!("in {}", name.to_string_lossy())).unwrap_or_default()
}

fn said<T>(path: &Path, done: Result<T, ListError<Infallible>>) -> Result<T, String> {
    done.map_err(|error| format!("{}: {error}", path.display()))
}
