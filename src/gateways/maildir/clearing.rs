//! The clearing of Maildirs: messages that were put away go after some days, for they hold clients' papers. Only what Quayside put away
//! itself is touched: plain files in the two folders that it moves to, of addresses as it makes them, and never through a link.

use super::{DONE, MailFolder, REFUSED};
use crate::domain::mailbox::{REFUSED_DAYS, TAKEN_DAYS, Word};
use chrono::{DateTime, Duration, Utc};
use nix::dir::Dir;
use nix::errno::Errno;
use nix::fcntl::{AtFlags, OFlag, openat};
use nix::sys::stat::{FileStat, Mode, SFlag, fstatat};
use nix::unistd::{UnlinkatFlags, unlinkat};
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::fd::AsFd;

/// At most so many files of a folder go in one round; the others wait for the next.
const AT_ONCE: usize = 5_000;
/// At most so many names of a folder are looked at in one round: far more than come to one address before they are old.
const LOOKED_AT: usize = 500_000;
/// A folder itself and no link to one.
const FOLDER: OFlag = OFlag::O_DIRECTORY.union(OFlag::O_NOFOLLOW).union(OFlag::O_CLOEXEC);

impl MailFolder {
    /// Removes the messages that were put away too long ago, of addresses that are gone as well. Gives how many.
    ///
    /// # Errors
    /// Where something cannot be read or removed; everything else is cleared all the same.
    pub fn clear(&self, now: DateTime<Utc>) -> io::Result<usize> {
        let root = fs::File::open(&self.0)?;
        let (mut cleared, mut fault) = (0usize, None);
        for entry in fs::read_dir(&self.0)? {
            let name = entry?.file_name();
            if name.to_str().and_then(Word::parse).is_none() {
                continue;
            }
            for (folder, days) in [(DONE, TAKEN_DAYS), (REFUSED, REFUSED_DAYS)] {
                match clear_folder(&root, &name, folder, now - Duration::days(days)) {
                    Ok(count) => cleared = cleared.saturating_add(count),
                    // A link or a file in the place of a folder is none of ours.
                    Err(Errno::ELOOP | Errno::ENOTDIR | Errno::ENOENT) => {}
                    Err(error) => fault = Some(error.into()),
                }
            }
        }
        fault.map_or(Ok(cleared), Err)
    }
}

/// Removes the plain files of one folder of an address that changed before a moment: moving a file there changes it.
fn clear_folder(root: impl AsFd, address: &OsStr, folder: &str, before: DateTime<Utc>) -> Result<usize, Errno> {
    let own = openat(root, address, FOLDER, Mode::empty())?;
    let folder = openat(own, folder, FOLDER, Mode::empty())?;
    let mut cleared = 0usize;
    for entry in Dir::openat(&folder, ".", FOLDER, Mode::empty())?.iter().take(LOOKED_AT) {
        let entry = entry?;
        let name = entry.file_name();
        // Names with a dot in front are the mail server's own.
        if name.to_bytes().starts_with(b".") {
            continue;
        }
        let gone = match fstatat(&folder, name, AtFlags::AT_SYMLINK_NOFOLLOW) {
            Ok(found) if is_file(&found) && found.st_ctime < before.timestamp() => {
                unlinkat(&folder, name, UnlinkatFlags::NoRemoveDir)
            }
            Ok(_) => continue,
            Err(error) => Err(error),
        };
        match gone {
            Ok(()) => cleared = cleared.saturating_add(1),
            // Another process was quicker.
            Err(Errno::ENOENT) => {}
            Err(error) => return Err(error),
        }
        if cleared >= AT_ONCE {
            break;
        }
    }
    Ok(cleared)
}

fn is_file(found: &FileStat) -> bool {
    SFlag::from_bits_truncate(found.st_mode).intersection(SFlag::S_IFMT) == SFlag::S_IFREG
}
