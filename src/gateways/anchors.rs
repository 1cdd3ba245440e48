//! Where the anchors of the audit log lie: in the object store and in a folder of this machine, both out of the database's reach. It
//! knows days and bytes, nothing of chains.

use super::objects::{ObjectError, Objects};
use bytes::Bytes;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

const UNDER: &str = "audit/anchors";

/// Why an anchor could not be kept or found.
#[derive(Debug, thiserror::Error)]
pub enum AnchorError {
    #[error(transparent)]
    Objects(#[from] ObjectError),
    #[error("{path}: {why}")]
    Folder { path: PathBuf, why: std::io::Error },
}

/// Both places.
#[derive(Clone)]
pub struct Anchors {
    objects: Objects,
    folder: PathBuf,
}

impl Anchors {
    /// The anchors of an installation; `folder` is made when the first one is kept.
    pub const fn new(objects: Objects, folder: PathBuf) -> Self {
        Self { objects, folder }
    }

    /// Keeps the anchor of a day in both places; when this returns, it is durable.
    ///
    /// # Errors
    /// [`AnchorError`]; it may stand in one place then, and keeping it again is right.
    pub async fn keep(&self, day: NaiveDate, bytes: Vec<u8>) -> Result<(), AnchorError> {
        let (folder, name, copy) = (self.folder.clone(), file(day), bytes.clone());
        let written = tokio::task::spawn_blocking(move || write(&folder, &name, &copy)).await;
        let failed = |why| AnchorError::Folder { path: self.folder.clone(), why };
        written.map_err(std::io::Error::other).and_then(|written| written).map_err(failed)?;
        self.objects.put(&format!("{UNDER}/{}", file(day)), Bytes::from(bytes)).await?;
        Ok(())
    }

    /// Every anchor that either place holds, oldest first; both copies where they differ.
    ///
    /// # Errors
    /// [`AnchorError`].
    pub async fn all(&self) -> Result<Vec<(NaiveDate, Vec<u8>)>, AnchorError> {
        let folder = self.folder.clone();
        let read = tokio::task::spawn_blocking(move || read(&folder)).await;
        let failed = |why| AnchorError::Folder { path: self.folder.clone(), why };
        let here = read.map_err(std::io::Error::other).and_then(|read| read).map_err(failed)?;
        let mut all: Vec<(NaiveDate, Vec<u8>)> = here.clone().into_iter().collect();
        for name in self.objects.names(UNDER).await? {
            let Some(day) = day(&name) else { continue };
            let bytes = self.objects.get(&format!("{UNDER}/{name}")).await?.to_vec();
            if here.get(&day) != Some(&bytes) {
                all.push((day, bytes));
            }
        }
        all.sort();
        Ok(all)
    }
}

fn file(day: NaiveDate) -> String {
    format!("{day}.json")
}

fn day(name: &str) -> Option<NaiveDate> {
    name.strip_suffix(".json")?.parse().ok()
}

/// Written beside and moved into place: there is never half an anchor.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let beside = folder.join(format!(".{name}.{}", std::process::id()));
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&beside, folder.join(name))?;
    std::fs::File::open(folder)?.sync_all()
}

fn read(folder: &Path) -> std::io::Result<BTreeMap<NaiveDate, Vec<u8>>> {
    let mut found = BTreeMap::new();
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(found),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        if let Some(day) = entry.file_name().to_str().and_then(day) {
            found.insert(day, std::fs::read(entry.path())?);
        }
    }
    Ok(found)
}
