//! Files in the object store: kept as they arrive, hashed on their way in bounded memory, and forgotten where no packet comes of them.
//! What a packet is made of is `arriving`'s.

use super::arriving::Refused;
use super::limits::UploadLimits;
use crate::domain::ids::FileId;
use crate::gateways::sealed::TeamObjects;
use crate::store::packets::File;
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use sha2::{Digest, Sha256};

/// Keeps a file that arrives in pieces, hashed on its way.
///
/// # Errors
/// [`Refused`] where it is too large or breaks off; nothing of it stays.
pub async fn keep<E>(
    objects: &TeamObjects,
    limits: &UploadLimits,
    name: String,
    mut pieces: impl Stream<Item = Result<Bytes, E>> + Unpin,
) -> Result<File, Refused> {
    let id = FileId::fresh();
    let object_key = objects.file(id);
    let mut incoming = objects.begin(&object_key).await?;
    let (mut size, mut hash) = (0u64, Sha256::new());
    while let Some(piece) = pieces.next().await {
        let Ok(piece) = piece else {
            incoming.abort().await;
            return Err(Refused::Broken);
        };
        size = size.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        if size > limits.reading.file_bytes {
            incoming.abort().await;
            return Err(Refused::Large { name, most: limits.file() });
        }
        hash.update(&piece);
        incoming.write(piece).await?;
    }
    incoming.finish().await?;
    let size_bytes = i64::try_from(size).unwrap_or(i64::MAX);
    Ok(File { id, name, sha256: hex::encode(hash.finalize()), size_bytes, object_key })
}

/// Removes what is stored for a packet that will not be.
pub async fn forget(objects: &TeamObjects, files: &[File]) {
    for file in files {
        if let Err(error) = objects.remove(&file.object_key).await {
            tracing::warn!(%error, file.id = %file.id, "a file of a refused upload could not be removed");
        }
    }
}

/// Files for the audit log.
pub fn told(files: &[File]) -> Vec<serde_json::Value> {
    let told = |file: &File| serde_json::json!({ "file": file.name, "sha256": file.sha256, "bytes": file.size_bytes });
    files.iter().map(told).collect()
}
