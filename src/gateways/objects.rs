//! The object store: files as they were uploaded, and the page images drawn from them. A local folder by default, any bucket by URL.
//! It knows keys and bytes, nothing of packets.

use bytes::Bytes;
use futures_util::stream::{BoxStream, StreamExt};
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt, WriteMultipart};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use url::Url;

/// Parts of this size are sent while the next one fills: the memory of an upload is a few of them. S3 wants at least 5 MiB.
const PART_BYTES: usize = 5 * 1024 * 1024;
/// How many parts may be on their way at once.
const PARTS_IN_FLIGHT: usize = 2;

/// Why an object could not be kept or found.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    #[error("That file is not in the store.")]
    NotFound,
    #[error("That file was changed in the store, or is not whole any more.")]
    Changed,
    #[error("The key that opens that file is not in the database.")]
    NoKey,
    #[error("That file is too large to be sealed.")]
    TooLarge,
    #[error("The file store cannot be reached at the moment.")]
    Unavailable(#[source] object_store::Error),
}

impl From<object_store::Error> for ObjectError {
    fn from(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { .. } => Self::NotFound,
            other => Self::Unavailable(other),
        }
    }
}

/// A store of objects under one prefix.
#[derive(Clone)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    prefix: Key,
}

impl Objects {
    /// The store in a local folder, which is made where it is missing. What is acknowledged is on disk.
    ///
    /// # Errors
    /// [`ObjectError::Unavailable`] where the folder cannot be used.
    pub fn in_folder(folder: &Path) -> Result<Self, ObjectError> {
        // Other accounts of the machine have no business with clients' papers.
        let closed = std::fs::Permissions::from_mode(0o700);
        std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::set_permissions(folder, closed))
            .map_err(|error| object_store::Error::Generic { store: "folder", source: error.into() })?;
        let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true).with_automatic_cleanup(true);
        Ok(Self { store: Arc::new(store), prefix: Key::default() })
    }

    /// The store of a URL; keys, region and endpoint of a bucket come from its vendor's usual variables in `settings`.
    ///
    /// # Errors
    /// [`ObjectError::Unavailable`] where the URL or the settings do not make a store.
    pub fn at(url: &Url, settings: impl Iterator<Item = (String, String)>) -> Result<Self, ObjectError> {
        if url.scheme() == "file"
            && let Ok(folder) = url.to_file_path()
        {
            return Self::in_folder(&folder);
        }
        // The vendors' variables are upper case, the options lower case.
        let options = settings.map(|(name, value)| (name.to_lowercase(), value));
        let vendor = |name: &str| ["aws_", "google_", "azure_"].iter().any(|start| name.starts_with(start));
        let options = options.filter(|(name, _)| vendor(name) || name == "allow_http");
        let (store, prefix) = object_store::parse_url_opts(url, options)?;
        Ok(Self { store: Arc::from(store), prefix })
    }

    fn key(&self, key: &str) -> Key {
        key.split('/').fold(self.prefix.clone(), |path, part| path.join(part))
    }

    /// Begins an object that arrives in pieces.
    ///
    /// # Errors
    /// [`ObjectError::Unavailable`].
    pub async fn begin(&self, key: &str) -> Result<Incoming, ObjectError> {
        let upload = self.store.put_multipart(&self.key(key)).await?;
        Ok(Incoming { upload: WriteMultipart::new_with_chunk_size(upload, PART_BYTES) })
    }

    /// Keeps an object that is whole in memory.
    ///
    /// # Errors
    /// [`ObjectError::Unavailable`].
    pub async fn put(&self, key: &str, bytes: Bytes) -> Result<(), ObjectError> {
        self.store.put(&self.key(key), bytes.into()).await?;
        Ok(())
    }

    /// An object in pieces.
    ///
    /// # Errors
    /// [`ObjectError`].
    pub async fn stream(&self, key: &str) -> Result<BoxStream<'static, Result<Bytes, ObjectError>>, ObjectError> {
        let found = self.store.get(&self.key(key)).await?;
        Ok(found.into_stream().map(|piece| piece.map_err(ObjectError::from)).boxed())
    }

    /// A whole object, for small ones.
    ///
    /// # Errors
    /// [`ObjectError`].
    pub async fn get(&self, key: &str) -> Result<Bytes, ObjectError> {
        Ok(self.store.get(&self.key(key)).await?.bytes().await?)
    }

    /// The names of the objects right under a key.
    ///
    /// # Errors
    /// [`ObjectError::Unavailable`].
    pub async fn names(&self, under: &str) -> Result<Vec<String>, ObjectError> {
        let found = self.store.list_with_delimiter(Some(&self.key(under))).await?;
        Ok(found.objects.iter().filter_map(|object| object.location.filename()).map(str::to_owned).collect())
    }

    /// Removes an object; one that is gone already is no error.
    ///
    /// # Errors
    /// [`ObjectError::Unavailable`].
    pub async fn remove(&self, key: &str) -> Result<(), ObjectError> {
        match self.store.delete(&self.key(key)).await.map_err(ObjectError::from) {
            Ok(()) | Err(ObjectError::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// An object that is still arriving. Until [`Incoming::finish`] there is nothing under its key.
pub struct Incoming {
    upload: WriteMultipart,
}

impl Incoming {
    /// Adds a piece, waiting while enough parts are on their way.
    ///
    /// # Errors
    /// [`ObjectError::Unavailable`].
    pub async fn write(&mut self, piece: Bytes) -> Result<(), ObjectError> {
        self.upload.wait_for_capacity(PARTS_IN_FLIGHT).await?;
        self.upload.put(piece);
        Ok(())
    }

    /// Makes the object whole and durable.
    ///
    /// # Errors
    /// [`ObjectError::Unavailable`]; nothing stays under the key.
    pub async fn finish(self) -> Result<(), ObjectError> {
        self.upload.finish().await?;
        Ok(())
    }

    /// Throws away what came so far.
    pub async fn abort(self) {
        if let Err(error) = self.upload.abort().await {
            tracing::warn!(%error, "an abandoned upload could not be cleared");
        }
    }
}
