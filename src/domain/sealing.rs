//! The one way in which small secrets are sealed: AES-256 in GCM under a key, with a new nonce each time and a label that binds them to
//! their place. Which key that is, is the caller's: `secret` makes one for each purpose, `keys` holds the installation's master keys.

use aes_gcm::aead::{Aead, KeyInit, OsRng, Payload, rand_core::RngCore};
use aes_gcm::{Aes256Gcm, Nonce};

/// Bytes of every key here.
pub const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;

/// Why something could not be sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("what was sealed cannot be opened with this installation's secret")]
pub struct SealBroken;

/// Seals `text`: the nonce first, then what AES made of it. It opens under the same key and label only.
///
/// # Errors
/// [`SealBroken`] where the operating system has no randomness to give.
pub fn seal(key: &[u8; KEY_BYTES], label: &[u8], text: &[u8]) -> Result<Vec<u8>, SealBroken> {
    let mut nonce = [0u8; NONCE_BYTES];
    OsRng.try_fill_bytes(&mut nonce).map_err(|_| SealBroken)?;
    let payload = Payload { msg: text, aad: label };
    let sealed = Aes256Gcm::new(key.into()).encrypt(Nonce::from_slice(&nonce), payload).map_err(|_| SealBroken)?;
    Ok([nonce.as_slice(), &sealed].concat())
}

/// Opens what [`seal`] sealed.
///
/// # Errors
/// [`SealBroken`] where it was sealed otherwise, or changed since.
pub fn open(key: &[u8; KEY_BYTES], label: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SealBroken> {
    let (nonce, text) = sealed.split_at_checked(NONCE_BYTES).ok_or(SealBroken)?;
    let payload = Payload { msg: text, aad: label };
    Aes256Gcm::new(key.into()).decrypt(Nonce::from_slice(nonce), payload).map_err(|_| SealBroken)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::domain::keys::MasterKeys;
    use crate::domain::secret::Secret;

    #[test]
    fn what_is_stored_opens_as_it_always_did() {
        // Made by another program from what the two files promise: with the secret for a purpose, and under the secret's master key.
        let secret = Secret::new(b"the secret of an installation...");
        let of_a_purpose = "000102030405060708090a0bc12ac4d140a37c6de1d1352cef49461f22c2b292e8";
        let opened = secret.open("quayside.totp/1", b"label", &hex::decode(of_a_purpose).unwrap());
        assert_eq!(opened.unwrap(), b"words");
        let of_the_master = "06736563726574000102030405060708090a0b40d8c7e85de2dfb83d6d19b5db83fda742641b4ab0";
        let keys = MasterKeys::from_secret(b"the secret of an installation...");
        assert_eq!(keys.open("place", &hex::decode(of_the_master).unwrap()).unwrap(), b"words");
    }

    #[test]
    fn nothing_is_sealed_the_same_way_twice() {
        let key = [7; KEY_BYTES];
        assert_ne!(seal(&key, b"label", b"words").unwrap(), seal(&key, b"label", b"words").unwrap());
    }
}
