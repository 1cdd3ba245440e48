//! TLS without a proxy: versions 1.2 and 1.3, with a certificate that is read anew when its file changes. It issues no certificate.

use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

/// How often the files are looked at, at most.
const LOOK: Duration = Duration::from_secs(10);

/// The files of a certificate, PEM both: the chain with the server's own first, and its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// Why TLS cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("{} cannot be read: {why}. It has to be a PEM file that this process may read.", .path.display())]
    File { path: PathBuf, why: String },
    #[error("The key in {} does not belong to the certificate in {}: {why}.", .0.key.display(), .0.certificate.display(), why = .1)]
    Pair(TlsFiles, rustls::Error),
    #[error("TLS cannot be set up: {0}")]
    Setup(#[from] rustls::Error),
}

impl TlsFiles {
    fn read(&self, provider: &CryptoProvider) -> Result<CertifiedKey, TlsError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |why: rustls::pki_types::pem::Error| TlsError::File { path, why: why.to_string() }
        };
        let chain: Result<Vec<_>, _> =
            CertificateDer::pem_file_iter(&self.certificate).map_err(failed(&self.certificate))?.collect();
        let chain = chain.map_err(failed(&self.certificate))?;
        if chain.is_empty() {
            let why = "there is no certificate in it".to_owned();
            return Err(TlsError::File { path: self.certificate.clone(), why });
        }
        let key = PrivateKeyDer::from_pem_file(&self.key).map_err(failed(&self.key))?;
        CertifiedKey::from_der(chain, key, provider).map_err(|error| TlsError::Pair(self.clone(), error))
    }

    /// When either file was last written.
    fn written(&self) -> Option<(SystemTime, SystemTime)> {
        let at = |path: &Path| std::fs::metadata(path).and_then(|facts| facts.modified()).ok();
        Some((at(&self.certificate)?, at(&self.key)?))
    }
}

/// The certificate in force.
#[derive(Debug)]
struct Renewed {
    files: TlsFiles,
    provider: Arc<CryptoProvider>,
    held: Mutex<Held>,
}

#[derive(Debug)]
struct Held {
    key: Arc<CertifiedKey>,
    written: Option<(SystemTime, SystemTime)>,
    looked: Instant,
}

impl Renewed {
    fn new(files: TlsFiles, provider: Arc<CryptoProvider>) -> Result<Self, TlsError> {
        let written = files.written();
        let key = Arc::new(files.read(&provider)?);
        let held = Mutex::new(Held { key, written, looked: Instant::now() });
        Ok(Self { files, provider, held })
    }

    /// The certificate, read anew where its files have changed. New files that do not fit leave the old certificate in force.
    fn current(&self, now: Instant) -> Arc<CertifiedKey> {
        let mut held = self.held.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if now.saturating_duration_since(held.looked) >= LOOK {
            held.looked = now;
            let written = self.files.written();
            if written != held.written {
                match self.files.read(&self.provider) {
                    Ok(key) => {
                        tracing::info!("the TLS certificate was renewed");
                        (held.key, held.written) = (Arc::new(key), written);
                    }
                    // Both files are seldom written at once: the next look may find the pair.
                    Err(error) => tracing::warn!(%error, "the TLS certificate stays the old one"),
                }
            }
        }
        held.key.clone()
    }
}

impl ResolvesServerCert for Renewed {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current(Instant::now()))
    }
}

/// The TLS side of the server.
///
/// # Errors
/// [`TlsError`] where the files are no certificate with its key.
pub fn config(files: TlsFiles) -> Result<ServerConfig, TlsError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(provider.clone())
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?;
    Ok(builder.with_no_client_auth().with_cert_resolver(Arc::new(Renewed::new(files, provider)?)))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use std::fs;

    fn made(folder: &Path, name: &str) -> TlsFiles {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let files =
            TlsFiles { certificate: folder.join(format!("{name}.pem")), key: folder.join(format!("{name}.key")) };
        fs::write(&files.certificate, made.cert.pem()).unwrap();
        fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
        files
    }

    fn provider() -> Arc<CryptoProvider> {
        Arc::new(rustls::crypto::aws_lc_rs::default_provider())
    }

    #[test]
    fn a_renewed_certificate_is_served_without_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let (first, second) = (made(folder.path(), "a"), made(folder.path(), "b"));
        let renewed = Renewed::new(first.clone(), provider()).unwrap();
        let own = |key: &CertifiedKey| key.cert.first().unwrap().to_vec();
        let before = own(&renewed.current(Instant::now()));

        fs::copy(&second.certificate, &first.certificate).unwrap();
        let later = SystemTime::now() + Duration::from_secs(5);
        fs::File::options().append(true).open(&first.certificate).unwrap().set_modified(later).unwrap();
        let half = renewed.current(Instant::now() + 2 * LOOK);
        assert_eq!(own(&half), before, "a certificate without its key is not served");

        fs::copy(&second.key, &first.key).unwrap();
        let whole = renewed.current(Instant::now() + 4 * LOOK);
        assert_ne!(own(&whole), before);
    }

    #[test]
    fn files_that_are_no_certificate_with_its_key_are_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let (good, other) = (made(folder.path(), "a"), made(folder.path(), "b"));
        let said = |files: TlsFiles| config(files).unwrap_err().to_string();
        let missing = said(TlsFiles { key: folder.path().join("none.key"), ..good.clone() });
        assert!(missing.contains("none.key"), "{missing}");
        let mixed = said(TlsFiles { key: other.key, ..good.clone() });
        assert!(mixed.contains("b.key") && mixed.contains("a.pem"), "{mixed}");
        fs::write(folder.path().join("empty.pem"), "").unwrap();
        let empty = said(TlsFiles { certificate: folder.path().join("empty.pem"), ..good });
        assert!(empty.contains("empty.pem"), "{empty}");
    }
}
