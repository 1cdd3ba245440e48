//! A form with files on its way in, whoever sends it, and the packets that are made of it. Each file is `kept` as it comes; who may send
//! it, and what they are answered, is `upload`'s and `api`'s.

use super::kept::{self, told};
use super::limits::UploadLimits;
use super::names::{NAME_MAX, file_name, packet_name};
use crate::domain::access::Actor;
use crate::domain::ids::{PacketId, RunId};
use crate::domain::packet::pile::{PILES_MAX, Pile, folder, is_left_by_a_system, piles};
use crate::domain::work::Work;
use crate::gateways::sealed::TeamObjects;
use crate::store::packets::{File, NewPacket};
use crate::store::{Change, StoreError, WriteTx, packets, queue};
use crate::web::error::AppError;
use actix_multipart::{Field, Multipart};
use futures_util::StreamExt;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Why files were not taken. The sentences are for the page; a system that sends has no page to load again.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("The upload broke off before it was complete. Choose the files again.")]
    Broken,
    #[error("This form is too old. Load the page again.")]
    Key,
    #[error("The packet's name is too long. Use at most {NAME_MAX} characters.")]
    Name,
    /// A part with another name than the form's.
    #[error("The form has a part that does not belong to it. Load the page again.")]
    Part(String),
    #[error("Choose at least one file.")]
    Nothing,
    #[error("More than {0} files. Send at most {0} files for one shipment.")]
    Many(usize),
    #[error("More than {PILES_MAX} folders with files. Send at most {PILES_MAX} shipments at once.")]
    Folders,
    #[error("{name} is larger than {most}. Split it, or scan it at a lower resolution.")]
    Large { name: String, most: String },
    #[error(transparent)]
    App(AppError),
}

impl<E: Into<AppError>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::App(error.into())
    }
}

/// The parts of a form as they arrive, with what is already in the object store.
pub struct Arriving<'a> {
    objects: &'a TeamObjects,
    limits: &'a UploadLimits,
    takes_key: bool,
    takes_folders: bool,
    /// The key of the form; a fresh one where none came.
    pub key: Uuid,
    pub name: Option<String>,
    pub files: Vec<File>,
    /// The folder in which each of them came.
    folders: Vec<String>,
}

impl<'a> Arriving<'a> {
    /// Nothing has come yet.
    pub fn new(objects: &'a TeamObjects, limits: &'a UploadLimits) -> Self {
        let (files, folders) = (Vec::new(), Vec::new());
        Self { objects, limits, takes_key: true, takes_folders: false, key: Uuid::new_v4(), name: None, files, folders }
    }

    /// The same where each of several folders is a packet of its own.
    #[must_use]
    pub fn with_folders(self) -> Self {
        Self { takes_folders: true, ..self }
    }

    /// The same from a sender without a form: a part `key` does not belong to it.
    #[must_use]
    pub fn without_key(self) -> Self {
        Self { takes_key: false, ..self }
    }

    /// Takes the whole form.
    ///
    /// # Errors
    /// [`Refused`]; what came until then is still to be forgotten.
    pub async fn take(&mut self, mut body: Multipart) -> Result<(), Refused> {
        while let Some(field) = body.next().await {
            let field = field.map_err(|_| Refused::Broken)?;
            match field.name() {
                Some("key") if self.takes_key => {
                    self.key = small_text(field).await?.parse().map_err(|_| Refused::Key)?
                }
                Some("name") => {
                    let name = small_text(field).await?;
                    if name.trim().chars().count() > NAME_MAX {
                        return Err(Refused::Name);
                    }
                    self.name = Some(name);
                }
                Some("files") => self.take_file(field).await?,
                other => return Err(Refused::Part(other.unwrap_or_default().to_owned())),
            }
        }
        match self.files.len() {
            0 => Err(Refused::Nothing),
            count if count > self.limits.files && piles(&self.folders).len() == 1 => {
                Err(Refused::Many(self.limits.files))
            }
            _ => Ok(()),
        }
    }

    async fn take_file(&mut self, field: Field) -> Result<(), Refused> {
        let sent = field.content_disposition().and_then(|disposition| disposition.get_filename()).unwrap_or_default();
        let (name, folder) = (file_name(sent), if self.takes_folders { folder(sent) } else { String::new() });
        if self.takes_folders && is_left_by_a_system(sent) {
            return passed_over(field).await;
        }
        if name.is_empty() {
            // The browser sends an empty part where nothing was chosen.
            return Ok(());
        }
        let beside = self.folders.iter().filter(|other| **other == folder).count();
        if beside >= self.limits.files {
            return Err(Refused::Many(self.limits.files));
        }
        if beside == 0 && self.folders.iter().collect::<BTreeSet<_>>().len() >= PILES_MAX {
            return Err(Refused::Folders);
        }
        self.files.push(kept::keep(self.objects, self.limits, name, field).await?);
        self.folders.push(folder);
        Ok(())
    }

    /// Removes what is stored for a packet that will not be.
    pub async fn forget(&self) {
        kept::forget(self.objects, &self.files).await;
    }

    /// The packets of what came: one, or one for each of several folders. Sent again, the form makes the same keys.
    pub fn packets(&self, by: &Actor) -> Vec<NewPacket> {
        let piles = piles(&self.folders);
        if piles.len() < 2 {
            return vec![self.packet(by)];
        }
        let packet = |(pile, upload_key): (Pile, Uuid)| {
            let files: Vec<File> = pile.files.iter().filter_map(|index| self.files.get(*index).cloned()).collect();
            let name = packet_name(pile.name.as_deref(), &files);
            NewPacket { id: PacketId::fresh(), run: RunId::fresh(), name, upload_key, created_by: by.user(), files }
        };
        piles.into_iter().zip(keys(self.key)).map(packet).collect()
    }

    /// The packet of what came.
    pub fn packet(&self, by: &Actor) -> NewPacket {
        NewPacket {
            id: PacketId::fresh(),
            run: RunId::fresh(),
            name: packet_name(self.name.as_deref(), &self.files),
            upload_key: self.key,
            created_by: by.user(),
            files: self.files.clone(),
        }
    }
}

/// The keys of the packets that one form makes: the form's own, and those that follow from it.
pub fn keys(form: Uuid) -> Vec<Uuid> {
    let of = |index: usize| {
        let digest = Sha256::new().chain_update(form).chain_update(index.to_string()).finalize();
        let mut bytes = [0u8; 16];
        bytes.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
        if index == 0 { form } else { uuid::Builder::from_custom_bytes(bytes).into_uuid() }
    };
    (0..PILES_MAX).map(of).collect()
}

/// Reads what is not kept.
async fn passed_over(mut field: Field) -> Result<(), Refused> {
    while let Some(piece) = field.next().await {
        piece.map_err(|_| Refused::Broken)?;
    }
    Ok(())
}

/// Stores a packet, and the work of checking it.
///
/// # Errors
/// [`StoreError::Conflict`] where the same form made a packet before.
pub fn store(tx: &mut WriteTx<'_>, packet: &NewPacket) -> Result<Change<()>, StoreError> {
    packets::add(tx, packet)?;
    queue::add(tx, &Work::CheckPacket { packet: packet.id, run: packet.run })?;
    Ok(Change::to(()).diff(serde_json::Value::Null, told(&packet.files)))
}

async fn small_text(mut field: Field) -> Result<String, Refused> {
    match field.bytes(1024).await {
        Ok(Ok(bytes)) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Ok(Err(_)) => Err(Refused::Broken),
        Err(_) => Err(Refused::Name),
    }
}
