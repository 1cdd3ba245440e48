//! Objects that only their team's key opens: sealed piece by piece on the way into the store, opened piece by piece on the way out, in
//! bounded memory (AES-256-GCM in the STREAM construction). It knows nothing of where keys are kept.
//!
//! An object is `QS1`, a zero, the id of the team's key, a salt, and pieces of 64 KiB, each with its tag. Each piece is bound to the
//! object's address and to its place, and the last one says that it is: nothing can be changed, moved, cut off or put elsewhere.

use super::objects::{Incoming, ObjectError, Objects};
use crate::domain::ids::FileId;
use crate::domain::keys::{TeamKey, TeamKeys};
use aes_gcm::Aes256Gcm;
use aes_gcm::aead::Payload;
use aes_gcm::aead::stream::{DecryptorBE32, EncryptorBE32};
use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, BoxStream, StreamExt, TryStreamExt};
use uuid::Uuid;

const MARK: &[u8; 4] = b"QS1\0";
const SALT: usize = 16;
const HEAD: usize = MARK.len() + 16 + SALT;
const PIECE: usize = 64 * 1024;
const TAG: usize = 16;
/// Of the nonce's twelve bytes the STREAM construction uses five; every object has its own key, so the others may be anything.
const NONCE: [u8; 7] = [0; 7];

/// The objects of one team.
#[derive(Clone)]
pub struct TeamObjects {
    objects: Objects,
    keys: TeamKeys,
}

impl TeamObjects {
    pub const fn new(objects: Objects, keys: TeamKeys) -> Self {
        Self { objects, keys }
    }

    /// The address of a file.
    pub fn file(&self, id: FileId) -> String {
        format!("teams/{}/sealed/files/{id}", self.keys.team)
    }

    /// The address of a page drawn from a file.
    pub fn page(&self, id: FileId, name: &str) -> String {
        format!("teams/{}/sealed/pages/{id}/{name}", self.keys.team)
    }

    /// What was stored before objects were sealed lies elsewhere. The address comes from the database, not from the store.
    fn is_sealed(&self, address: &str) -> bool {
        address.starts_with(&format!("teams/{}/sealed/", self.keys.team))
    }

    /// Begins an object that arrives in pieces.
    ///
    /// # Errors
    /// [`ObjectError`].
    pub async fn begin(&self, address: &str) -> Result<Sealing, ObjectError> {
        let key = self.keys.keys.first().ok_or(ObjectError::NoKey)?;
        let mut incoming = self.objects.begin(address).await?;
        let (pieces, head) = Pieces::new(key, address);
        incoming.write(head).await?;
        Ok(Sealing { incoming, pieces })
    }

    /// Keeps an object that is whole in memory.
    ///
    /// # Errors
    /// [`ObjectError`].
    pub async fn put(&self, address: &str, bytes: Bytes) -> Result<(), ObjectError> {
        let key = self.keys.keys.first().ok_or(ObjectError::NoKey)?;
        let (mut pieces, head) = Pieces::new(key, address);
        let mut sealed = BytesMut::from(head.as_ref());
        for piece in pieces.add(&bytes)? {
            sealed.extend_from_slice(&piece);
        }
        sealed.extend_from_slice(&pieces.end()?);
        self.objects.put(address, sealed.freeze()).await
    }

    /// An object in pieces.
    ///
    /// # Errors
    /// [`ObjectError`]; one that was changed breaks off with [`ObjectError::Changed`].
    pub async fn stream(&self, address: &str) -> Result<BoxStream<'static, Result<Bytes, ObjectError>>, ObjectError> {
        let raw = self.objects.stream(address).await?;
        if !self.is_sealed(address) {
            return Ok(raw);
        }
        let opening =
            Opening { raw, held: BytesMut::new(), address: address.to_owned(), keys: self.keys.clone(), open: None };
        Ok(stream::try_unfold(Some(opening), |opening| async {
            let Some(mut opening) = opening else { return Ok(None) };
            let (piece, last) = opening.next().await?;
            Ok(Some((piece, (!last).then_some(opening))))
        })
        .boxed())
    }

    /// A whole object, for small ones.
    ///
    /// # Errors
    /// [`ObjectError`].
    pub async fn get(&self, address: &str) -> Result<Bytes, ObjectError> {
        let pieces: Vec<Bytes> = self.stream(address).await?.try_collect().await?;
        Ok(pieces.concat().into())
    }

    /// Removes an object; one that is gone already is no error.
    ///
    /// # Errors
    /// [`ObjectError::Unavailable`].
    pub async fn remove(&self, address: &str) -> Result<(), ObjectError> {
        self.objects.remove(address).await
    }
}

/// Plain bytes on their way to sealed pieces.
struct Pieces {
    sealer: EncryptorBE32<Aes256Gcm>,
    address: String,
    held: BytesMut,
}

impl Pieces {
    fn new(key: &TeamKey, address: &str) -> (Self, Bytes) {
        let salt: [u8; SALT] = rand::random();
        let sealer = EncryptorBE32::from_aead(key.of_object(&salt), &NONCE.into());
        let head = [MARK.as_slice(), key.id.as_bytes(), &salt].concat();
        (Self { sealer, address: address.to_owned(), held: BytesMut::new() }, head.into())
    }

    /// The pieces that are full by now. One byte more than a piece has to be there: the last piece is sealed as the last.
    fn add(&mut self, bytes: &[u8]) -> Result<Vec<Bytes>, ObjectError> {
        self.held.extend_from_slice(bytes);
        let mut sealed = Vec::new();
        while self.held.len() > PIECE {
            let piece = self.held.split_to(PIECE);
            let payload = Payload { msg: &piece, aad: self.address.as_bytes() };
            sealed.push(self.sealer.encrypt_next(payload).map_err(|_| ObjectError::TooLarge)?.into());
        }
        Ok(sealed)
    }

    fn end(self) -> Result<Bytes, ObjectError> {
        let payload = Payload { msg: &self.held, aad: self.address.as_bytes() };
        Ok(self.sealer.encrypt_last(payload).map_err(|_| ObjectError::TooLarge)?.into())
    }
}

/// An object that is still arriving. Until [`Sealing::finish`] there is nothing under its address.
pub struct Sealing {
    incoming: Incoming,
    pieces: Pieces,
}

impl Sealing {
    /// Adds a piece, waiting while enough parts are on their way.
    ///
    /// # Errors
    /// [`ObjectError`].
    pub async fn write(&mut self, piece: Bytes) -> Result<(), ObjectError> {
        for sealed in self.pieces.add(&piece)? {
            self.incoming.write(sealed).await?;
        }
        Ok(())
    }

    /// Makes the object whole and durable.
    ///
    /// # Errors
    /// [`ObjectError`]; nothing stays under the address.
    pub async fn finish(mut self) -> Result<(), ObjectError> {
        let last = self.pieces.end()?;
        self.incoming.write(last).await?;
        self.incoming.finish().await
    }

    /// Throws away what came so far.
    pub async fn abort(self) {
        self.incoming.abort().await;
    }
}

/// Sealed bytes on their way to plain pieces.
struct Opening {
    raw: BoxStream<'static, Result<Bytes, ObjectError>>,
    held: BytesMut,
    address: String,
    keys: TeamKeys,
    open: Option<DecryptorBE32<Aes256Gcm>>,
}

impl Opening {
    /// Fills up to `wanted` bytes, fewer where the object ends.
    async fn fill(&mut self, wanted: usize) -> Result<(), ObjectError> {
        while self.held.len() < wanted {
            let Some(bytes) = self.raw.next().await else { break };
            self.held.extend_from_slice(&bytes?);
        }
        Ok(())
    }

    /// The next piece, and whether it is the last.
    async fn next(&mut self) -> Result<(Bytes, bool), ObjectError> {
        let mut opener = match self.open.take() {
            Some(opener) => opener,
            None => {
                self.fill(HEAD).await?;
                self.opener()?
            }
        };
        // One byte of the piece behind tells that this one is not the last.
        self.fill(PIECE + TAG + 1).await?;
        let last = self.held.len() <= PIECE + TAG;
        let sealed = self.held.split_to(self.held.len().min(PIECE + TAG));
        let payload = Payload { msg: &sealed, aad: self.address.as_bytes() };
        if last {
            let piece = opener.decrypt_last(payload).map_err(|_| ObjectError::Changed)?;
            return Ok((piece.into(), true));
        }
        let piece = opener.decrypt_next(payload).map_err(|_| ObjectError::Changed)?;
        self.open = Some(opener);
        Ok((piece.into(), false))
    }

    fn opener(&mut self) -> Result<DecryptorBE32<Aes256Gcm>, ObjectError> {
        if self.held.len() < HEAD {
            return Err(ObjectError::Changed);
        }
        let head = self.held.split_to(HEAD);
        let (mark, rest) = head.split_at_checked(MARK.len()).ok_or(ObjectError::Changed)?;
        let (id, salt) = rest.split_at_checked(16).ok_or(ObjectError::Changed)?;
        let id = Uuid::from_slice(id).map_err(|_| ObjectError::Changed)?;
        if mark != MARK {
            return Err(ObjectError::Changed);
        }
        let key = self.keys.find(id).ok_or(ObjectError::NoKey)?;
        Ok(DecryptorBE32::from_aead(key.of_object(salt), &NONCE.into()))
    }
}
