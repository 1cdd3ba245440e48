//! The secret of the installation, and the keys that are made of it: one for each purpose, so that none opens what another closed.
//! What it seals goes with it: keys that change one after the other are `keys`', how sealing is done `sealing`'s. Where the secret is
//! kept is the roof's business.

use super::sealing::{self, KEY_BYTES};
use hmac::{Hmac, Mac};
use sha2::Sha256;

pub use super::sealing::SealBroken;

/// The secret. It shows itself nowhere.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(secret)")
    }
}

impl Secret {
    /// The secret of some bytes.
    pub fn new(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }

    /// A keyed digest of `parts` for one purpose; without the secret nobody can compute it.
    pub fn digest(&self, purpose: &str, parts: &[&[u8]]) -> Vec<u8> {
        self.keyed(purpose, parts).to_vec()
    }

    fn keyed(&self, purpose: &str, parts: &[&[u8]]) -> [u8; KEY_BYTES] {
        // Every length is a valid HMAC key; the fallback is never taken.
        let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(&self.0)
            .unwrap_or_else(|_| <Hmac<Sha256> as hmac::digest::KeyInit>::new(&Default::default()));
        for part in std::iter::once(purpose.as_bytes()).chain(parts.iter().copied()) {
            // Length first, so that no two different lists feed the same bytes.
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// Closes `text` so that only this installation opens it, for the same purpose and under the same label.
    ///
    /// # Errors
    /// [`SealBroken`] where the operating system has no randomness to give.
    pub fn seal(&self, purpose: &str, label: &[u8], text: &[u8]) -> Result<Vec<u8>, SealBroken> {
        sealing::seal(&self.keyed(purpose, &[]), label, text)
    }

    /// Opens what [`Secret::seal`] closed.
    ///
    /// # Errors
    /// [`SealBroken`] where it was closed otherwise, or changed since.
    pub fn open(&self, purpose: &str, label: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SealBroken> {
        sealing::open(&self.keyed(purpose, &[]), label, sealed)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_the_same_secret_purpose_and_label_only() {
        let secret = Secret::new(b"one");
        let mut sealed = secret.seal("mail", b"label", b"words").unwrap();
        assert_eq!(secret.open("mail", b"label", &sealed).unwrap(), b"words");
        assert_ne!(secret.seal("mail", b"label", b"words").unwrap(), sealed, "never the same twice");
        assert_eq!(secret.open("other", b"label", &sealed), Err(SealBroken));
        assert_eq!(secret.open("mail", b"other", &sealed), Err(SealBroken));
        assert_eq!(Secret::new(b"two").open("mail", b"label", &sealed), Err(SealBroken));
        assert_eq!(secret.open("mail", b"label", b"short"), Err(SealBroken));
        *sealed.last_mut().unwrap() ^= 1;
        assert_eq!(secret.open("mail", b"label", &sealed), Err(SealBroken));
    }

    #[test]
    fn a_digest_depends_on_the_secret_the_purpose_and_every_part() {
        let digest = |secret: &[u8], purpose: &str, parts: &[&[u8]]| Secret::new(secret).digest(purpose, parts);
        let base = digest(b"one", "code", &[b"ab", b"c"]);
        assert_eq!(base, digest(b"one", "code", &[b"ab", b"c"]));
        for other in [
            digest(b"two", "code", &[b"ab", b"c"]),
            digest(b"one", "mail", &[b"ab", b"c"]),
            digest(b"one", "code", &[b"a", b"bc"]),
            digest(b"one", "code", &[b"ab"]),
        ] {
            assert_ne!(base, other);
        }
        assert_eq!(format!("{:?}", Secret::new(b"very secret")), "Secret(secret)");
    }
}
