//! The folder into which a mail server delivers: one Maildir for each address. It knows files and folders, nothing of what a message
//! says. Nothing that lies there is trusted: links are not followed, and only plain files are opened.

mod clearing;

use crate::domain::mailbox::Word;
use std::ffi::{OsStr, OsString};
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The folders of a Maildir, and the one beside them for what was refused.
const FOLDERS: [&str; 4] = ["tmp", "new", DONE, REFUSED];
const DONE: &str = "cur";
const REFUSED: &str = "refused";
/// At most so many names of a folder are looked at in one round; the others wait for the next.
const NAMES_MAX: usize = 5_000;

/// The folder with a Maildir for each address.
#[derive(Clone, Debug)]
pub struct MailFolder(pub PathBuf);

/// The Maildir of one address.
#[derive(Clone, Debug)]
pub struct Maildir(PathBuf);

/// Why something that was delivered cannot be read.
#[derive(Debug)]
pub enum Unopened {
    /// It is a link, a folder or something else.
    NoFile,
    /// This process may not.
    Closed,
    /// Another process has taken it away.
    Gone,
    Fault(io::Error),
}

impl MailFolder {
    /// Where the messages of an address lie.
    pub fn of(&self, word: &Word) -> PathBuf {
        self.0.join(word.as_str())
    }

    /// The Maildir of an address; its folders are made where they are missing, open to the group that mail server and Quayside share.
    ///
    /// # Errors
    /// Where a folder cannot be made, or something else lies in its place.
    pub fn open(&self, word: &Word) -> io::Result<Maildir> {
        let own = self.of(word);
        made(&own)?;
        FOLDERS.iter().try_for_each(|folder| made(&own.join(folder)))?;
        Ok(Maildir(own))
    }
}

fn made(folder: &Path) -> io::Result<()> {
    match fs::symlink_metadata(folder) {
        Ok(found) if found.is_dir() => Ok(()),
        Ok(_) => Err(io::Error::new(io::ErrorKind::NotADirectory, format!("{} is no folder", folder.display()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => match fs::create_dir(folder) {
            Ok(()) => fs::set_permissions(folder, Permissions::from_mode(0o2770)),
            // Another process was quicker.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(error),
        },
        Err(error) => Err(error),
    }
}

impl Maildir {
    /// What was delivered and waits, the oldest names first, at most `most`.
    ///
    /// # Errors
    /// Where the folder cannot be read.
    pub fn delivered(&self, most: usize) -> io::Result<Vec<OsString>> {
        let entries = fs::read_dir(self.0.join("new"))?.take(NAMES_MAX);
        let mut names: Vec<OsString> = entries.map(|entry| Ok(entry?.file_name())).collect::<io::Result<_>>()?;
        // Names with a dot in front are no messages: mail servers and shared disks keep their own things under them.
        names.retain(|name| !name.as_bytes().starts_with(b"."));
        names.sort();
        names.truncate(most);
        Ok(names)
    }

    /// Opens what was delivered under a name, and says how many bytes it has.
    ///
    /// # Errors
    /// [`Unopened`].
    pub fn read(&self, name: &OsStr) -> Result<(fs::File, u64), Unopened> {
        let path = self.0.join("new").join(name);
        // Without blocking: a pipe would wait for a writer who never comes.
        let flags = nix::fcntl::OFlag::O_NOFOLLOW | nix::fcntl::OFlag::O_NONBLOCK;
        let opened = fs::symlink_metadata(&path).and_then(|found| match found.is_file() {
            true => fs::OpenOptions::new().read(true).custom_flags(flags.bits()).open(&path).map(Some),
            false => Ok(None),
        });
        let file = match opened {
            Ok(Some(file)) => file,
            Ok(None) => return Err(Unopened::NoFile),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(Unopened::Gone),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Err(Unopened::Closed),
            Err(error) => return Err(Unopened::Fault(error)),
        };
        let found = file.metadata().map_err(Unopened::Fault)?;
        if found.is_file() { Ok((file, found.len())) } else { Err(Unopened::NoFile) }
    }

    /// Puts away what became a packet.
    ///
    /// # Errors
    /// Where it cannot be moved; that another process has done so is no error.
    pub fn done(&self, name: &OsStr) -> io::Result<()> {
        self.put(name, DONE)
    }

    /// Puts away what was refused.
    ///
    /// # Errors
    /// Where it cannot be moved; that another process has done so is no error.
    pub fn refuse(&self, name: &OsStr) -> io::Result<()> {
        self.put(name, REFUSED)
    }

    fn put(&self, name: &OsStr, folder: &str) -> io::Result<()> {
        match fs::rename(self.0.join("new").join(name), self.0.join(folder).join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn links_folders_and_pipes_are_no_messages_and_are_not_followed() {
        let home = tempfile::tempdir().unwrap();
        let maildir = MailFolder(home.path().to_owned()).open(&Word::fresh()).unwrap();
        let new = maildir.0.join("new");
        fs::write(home.path().join("secret"), "From: a").unwrap();
        std::os::unix::fs::symlink(home.path().join("secret"), new.join("1")).unwrap();
        fs::create_dir(new.join("2")).unwrap();
        nix::unistd::mkfifo(&new.join("3"), nix::sys::stat::Mode::S_IRWXU).unwrap();
        fs::write(new.join("4"), "From: a").unwrap();
        fs::write(new.join(".hidden"), "").unwrap();
        let names = maildir.delivered(9).unwrap();
        assert_eq!(names, ["1", "2", "3", "4"]);
        for name in names.iter().take(3) {
            assert!(matches!(maildir.read(name), Err(Unopened::NoFile)), "{name:?}");
            maildir.refuse(name).unwrap();
        }
        assert_eq!(maildir.read(OsStr::new("4")).unwrap().1, 7);
        maildir.done(OsStr::new("4")).unwrap();
        maildir.done(OsStr::new("4")).unwrap();
        assert!(matches!(maildir.read(OsStr::new("4")), Err(Unopened::Gone)));
        assert!(maildir.delivered(9).unwrap().is_empty());
    }

    #[test]
    fn a_link_in_the_place_of_a_folder_is_refused() {
        let home = tempfile::tempdir().unwrap();
        let word = Word::fresh();
        std::os::unix::fs::symlink("/tmp", home.path().join(word.as_str())).unwrap();
        assert!(MailFolder(home.path().to_owned()).open(&word).is_err());
    }
}
