//! Packets by e-mail: looks into the folder of each team's address and makes a packet of each message, once. A message is put away only
//! after its packet is stored: whoever dies between finds it again, and knows it. What could become no packet is told on the page Work.

use super::arriving::{self, Refused};
use super::kept;
use super::limits::UploadLimits;
use super::names;
use crate::domain::access::{Action, Actor, Denied};
use crate::domain::ids::{PacketId, RunId, TeamId};
use crate::domain::limits::PACKET_MAILBOX;
use crate::domain::mailbox::{Envelope, MailRefused, refused_key};
use crate::domain::secret::Secret;
use crate::gateways::maildir::{MailFolder, Maildir, Unopened};
use crate::gateways::objects::Objects;
use crate::gateways::sealed::TeamObjects;
use crate::reading::envelope::{HEAD_BYTES, envelope};
use crate::store::mailboxes::{self, Became};
use crate::store::packets::{File, NewPacket};
use crate::store::{Change, Db, StoreError, team_keys};
use crate::web::error::AppError;
use crate::web::limits::{counted, take};
use serde_json::json;
use std::ffi::{OsStr, OsString};
use std::io::{Read, Seek};
use std::os::unix::ffi::OsStrExt;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use tokio_util::io::ReaderStream;
use uuid::Uuid;

/// How often to look: mail servers take longer.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// At most so many messages of one address in a round: every team has its turn.
const AT_ONCE: usize = 20;

/// Why a message was left where it is, to be looked at again.
#[derive(Debug, thiserror::Error)]
pub enum MailInError {
    #[error(transparent)]
    App(#[from] AppError),
    #[error("The folder of an address cannot be used: {0}")]
    Folder(#[from] std::io::Error),
}

impl From<StoreError> for MailInError {
    fn from(error: StoreError) -> Self {
        Self::App(error.into())
    }
}

impl From<Denied> for MailInError {
    fn from(denied: Denied) -> Self {
        Self::App(denied.into())
    }
}

/// What takes packets out of the mail server's folder. Any number of processes may do this at once.
#[derive(Clone)]
pub struct MailIn {
    pub db: Db,
    pub objects: Objects,
    /// Keys the count of what comes.
    pub secret: Secret,
    pub folder: MailFolder,
    pub limits: UploadLimits,
}

/// One message in the folder of a team.
struct Delivered {
    team: TeamId,
    maildir: Maildir,
    name: OsString,
}

impl Delivered {
    /// The name of its file, as a page can show it.
    fn shown(&self) -> String {
        names::file_name(&self.name.to_string_lossy())
    }

    async fn away(&self, put: fn(&Maildir, &OsStr) -> std::io::Result<()>) -> Result<(), MailInError> {
        let (maildir, name) = (self.maildir.clone(), self.name.clone());
        Ok(spawn_blocking(move || put(&maildir, &name)).await.map_err(std::io::Error::other)??)
    }
}

impl MailIn {
    /// Looks until `stop` says so.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        loop {
            // A message that is broken off in the middle is found again.
            tokio::select! {
                taken = self.take_all() => if let Err(error) = taken {
                    tracing::warn!(%error, "the addresses for packets cannot be read; looking again");
                },
                _ = stop.wait_for(|stop| *stop) => return,
            }
            if timeout(LOOK_AGAIN, stop.wait_for(|stop| *stop)).await.is_ok() {
                return;
            }
        }
    }

    /// Looks once into the folder of every address. Gives how many messages were put away.
    ///
    /// # Errors
    /// [`MailInError`] where the addresses cannot be read; what fails for one message or one team is logged, and the others are taken.
    pub async fn take_all(&self) -> Result<usize, MailInError> {
        let mut taken = 0usize;
        for (team, word) in mailboxes::all(&self.db).await? {
            let folder = self.folder.clone();
            let looked = spawn_blocking(move || {
                let maildir = folder.open(&word)?;
                let names = maildir.delivered(AT_ONCE)?;
                Ok::<_, std::io::Error>((maildir, names))
            });
            let (maildir, names) = match looked.await.map_err(std::io::Error::other).flatten() {
                Ok(looked) => looked,
                Err(error) => {
                    tracing::warn!(%team, %error, "the folder of an address cannot be used");
                    continue;
                }
            };
            for name in names {
                let delivered = Delivered { team, maildir: maildir.clone(), name };
                match self.take(&delivered).await {
                    Ok(()) => taken = taken.saturating_add(1),
                    Err(MailInError::App(AppError::Wait(wait))) => {
                        tracing::warn!(%team, %wait, "too many packets by e-mail; the others wait");
                        break;
                    }
                    Err(error) => tracing::warn!(%team, %error, "a message was left where it is"),
                }
            }
        }
        Ok(taken)
    }

    async fn take(&self, delivered: &Delivered) -> Result<(), MailInError> {
        let (maildir, name) = (delivered.maildir.clone(), delivered.name.clone());
        let most = self.limits.reading.file_bytes;
        let read = spawn_blocking(move || {
            let (mut file, size) = maildir.read(&name)?;
            let mut head = Vec::new();
            if size <= most {
                (&mut file).take(HEAD_BYTES).read_to_end(&mut head).map_err(Unopened::Fault)?;
                file.rewind().map_err(Unopened::Fault)?;
            }
            Ok((file, size, envelope(&head)))
        });
        let (file, said) = match read.await.map_err(std::io::Error::other)? {
            Ok((_, size, _)) if size > most => {
                return self.refuse(delivered, MailRefused::TooLarge(self.limits.file())).await;
            }
            Ok((_, _, None)) => return self.refuse(delivered, MailRefused::NoMessage).await,
            Ok((file, _, Some(said))) => (file, said),
            Err(Unopened::NoFile) => return self.refuse(delivered, MailRefused::NoFile).await,
            Err(Unopened::Closed) => return self.refuse(delivered, MailRefused::Closed).await,
            Err(Unopened::Gone) => return Ok(()),
            Err(Unopened::Fault(error)) => return Err(error.into()),
        };
        if said.message_id.is_none() || !self.knows(delivered.team, said.key("")).await? {
            self.spend(delivered.team).await?;
            let objects = TeamObjects::new(self.objects.clone(), team_keys::of(&self.db, delivered.team).await?);
            let title = said.title();
            let pieces = ReaderStream::new(tokio::fs::File::from_std(file));
            let kept = match kept::keep(&objects, &self.limits, eml(&title), pieces).await {
                Ok(kept) => kept,
                // It grew while it was read.
                Err(Refused::Large { most, .. }) => return self.refuse(delivered, MailRefused::TooLarge(most)).await,
                Err(Refused::App(error)) => return Err(error.into()),
                Err(other) => return Err(std::io::Error::other(other.to_string()).into()),
            };
            if let Err(error) = self.store(delivered.team, &said, &kept).await {
                kept::forget(&objects, &[kept]).await;
                if !matches!(&error, StoreError::Conflict(key) if key == "arrived_mails_pkey") {
                    return Err(error.into());
                }
            }
        }
        delivered.away(Maildir::done).await
    }

    async fn knows(&self, team: TeamId, key: String) -> Result<bool, MailInError> {
        let permit = Actor::system(team).permit(Action::PacketView)?;
        Ok(self.db.read(&permit, move |tx| mailboxes::knows(tx, &key)).await?)
    }

    async fn spend(&self, team: TeamId) -> Result<(), MailInError> {
        take(&self.db, vec![counted(&self.secret, PACKET_MAILBOX, &team.to_string())]).await?;
        Ok(())
    }

    async fn store(&self, team: TeamId, said: &Envelope, kept: &File) -> Result<(), StoreError> {
        let actor = Actor::system(team);
        let permit = actor.permit(Action::PacketCreate).map_err(|_| StoreError::NotFound)?;
        let (key, said) = (said.key(&kept.sha256), said.clone());
        if self.knows(team, key.clone()).await.unwrap_or(false) {
            return Err(StoreError::Conflict("arrived_mails_pkey".to_owned()));
        }
        let packet = NewPacket {
            id: PacketId::fresh(),
            run: RunId::fresh(),
            name: said.title(),
            upload_key: Uuid::new_v4(),
            created_by: None,
            files: vec![kept.clone()],
        };
        self.db
            .write(permit, packet.id, move |tx| {
                let change = arriving::store(tx, &packet)?;
                let (title, became) = (said.title(), Became::Packet(packet.id));
                mailboxes::arrived(tx, &key, &title, said.sender.as_deref(), &became)?;
                let told =
                    json!({ "sender": said.sender, "message_id": said.message_id, "files": kept::told(&packet.files) });
                Ok::<_, StoreError>(change.diff(serde_json::Value::Null, told))
            })
            .await
    }

    /// First told, then put away: whoever dies between tells it once all the same.
    async fn refuse(&self, delivered: &Delivered, refused: MailRefused) -> Result<(), MailInError> {
        let key = refused_key(delivered.name.as_bytes());
        if !self.knows(delivered.team, key.clone()).await? {
            self.spend(delivered.team).await?;
            let permit = Actor::system(delivered.team).permit(Action::PacketCreate)?;
            let (name, sentence) = (delivered.shown(), refused.to_string());
            let told = json!({ "mail": name, "refused": sentence });
            let stored = self.db.write(permit, "mail", move |tx| {
                mailboxes::arrived(tx, &key, &name, None, &Became::Refused(&sentence))?;
                Ok::<_, StoreError>(Change::to(()).diff(serde_json::Value::Null, told).ended("refused"))
            });
            match stored.await {
                Err(StoreError::Conflict(key)) if key == "arrived_mails_pkey" => {}
                other => other?,
            }
        }
        delivered.away(Maildir::refuse).await
    }
}

/// The name of a message's file.
fn eml(title: &str) -> String {
    let plain: String = title.chars().map(|c| if matches!(c, '/' | '\\') { '-' } else { c }).take(120).collect();
    names::file_name(&format!("{}.eml", plain.trim()))
}
