//! The keys under which files and secrets are kept: a master key of the installation wraps a key for each team, and each object has
//! a key of its own made from its team's. Where wrapped keys lie is `store::team_keys`; streams are sealed in `gateways::sealed`, small
//! things by `sealing`. Unlike what `secret` seals, what is sealed here names its key, so that keys can change.

use super::ids::TeamId;
use super::sealing::{self, KEY_BYTES};
use aes_gcm::Aes256Gcm;
use aes_gcm::aead::KeyInit;
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretBox};
use sha2::Sha256;
use uuid::Uuid;

type Bytes32 = SecretBox<[u8; KEY_BYTES]>;

/// What was sealed cannot be opened, or a key cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("It was changed after it was sealed, or sealed for another place.")]
    Changed,
    #[error("It was sealed under the master key {0:?}, which is not among the keys of this installation.")]
    Unknown(String),
    #[error(
        "A list of keys is id=key, separated by commas, the newest first; an id is 1 to 32 letters, digits or dashes, and a key is 64 hexadecimal digits."
    )]
    Garbled,
    #[error("It could not be sealed.")]
    Failed,
}

/// A key made from another for one purpose.
fn derived(key: &[u8], purpose: &str, salt: &[u8]) -> Bytes32 {
    // Every length is a valid HMAC key; the fallback is never taken.
    let mut mac =
        <Hmac<Sha256> as Mac>::new_from_slice(key).unwrap_or_else(|_| <Hmac<Sha256> as Mac>::new(&Default::default()));
    mac.update(&u64::try_from(purpose.len()).unwrap_or(u64::MAX).to_be_bytes());
    mac.update(purpose.as_bytes());
    mac.update(salt);
    SecretBox::new(Box::new(mac.finalize().into_bytes().into()))
}

/// The master keys of an installation, the newest first. Only the newest seals; all open.
pub struct MasterKeys(Vec<(String, Bytes32)>);

impl MasterKeys {
    /// The one key that the installation's secret makes.
    pub fn from_secret(secret: &[u8]) -> Self {
        Self(vec![("secret".to_owned(), derived(secret, "quayside.master/1", &[]))])
    }

    /// The keys of a setting, `2026-11=64 hexadecimal digits, …`, the newest first; `older` still opens what it sealed.
    ///
    /// # Errors
    /// [`KeyError::Garbled`].
    pub fn parse(text: &str, older: Self) -> Result<Self, KeyError> {
        let mut keys = Vec::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (id, digits) = part.split_once('=').ok_or(KeyError::Garbled)?;
            let plain = !id.is_empty() && id.len() <= 32 && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
            let bytes: Option<[u8; KEY_BYTES]> = hex::decode(digits).ok().and_then(|bytes| bytes.try_into().ok());
            let twice = keys.iter().any(|(known, _)| known == id) || id == "secret";
            let bytes = bytes.filter(|_| plain && !twice).ok_or(KeyError::Garbled)?;
            keys.push((id.to_owned(), SecretBox::new(Box::new(bytes))));
        }
        keys.extend(older.0);
        Ok(Self(keys))
    }

    /// The id of the key that seals.
    pub fn newest(&self) -> &str {
        self.0.first().map(|(id, _)| id.as_str()).unwrap_or_default()
    }

    /// Seals a small secret for one place: `context` says which, and it opens nowhere else.
    ///
    /// # Errors
    /// [`KeyError::Failed`].
    pub fn seal(&self, context: &str, secret: &[u8]) -> Result<Vec<u8>, KeyError> {
        let (id, key) = self.0.first().ok_or(KeyError::Failed)?;
        let sealed = sealing::seal(key.expose_secret(), context.as_bytes(), secret).map_err(|_| KeyError::Failed)?;
        let length = u8::try_from(id.len()).map_err(|_| KeyError::Failed)?;
        Ok([&[length], id.as_bytes(), &sealed].concat())
    }

    /// Opens what [`MasterKeys::seal`] sealed for the same place.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>, KeyError> {
        let (id, sealed) = Self::id(sealed).ok_or(KeyError::Changed)?;
        let found = self.0.iter().find(|(known, _)| known == id);
        let (_, key) = found.ok_or_else(|| KeyError::Unknown(id.to_owned()))?;
        sealing::open(key.expose_secret(), context.as_bytes(), sealed).map_err(|_| KeyError::Changed)
    }

    /// The id of the key that something was sealed under, and the rest of it.
    fn id(sealed: &[u8]) -> Option<(&str, &[u8])> {
        let (length, rest) = sealed.split_first()?;
        let (id, rest) = rest.split_at_checked(usize::from(*length))?;
        Some((std::str::from_utf8(id).ok()?, rest))
    }

    /// True where something was sealed under the newest key.
    pub fn is_current(&self, sealed: &[u8]) -> bool {
        Self::id(sealed).is_some_and(|(id, _)| id == self.newest())
    }

    /// A new key for a team, and the same wrapped, as it is stored.
    ///
    /// # Errors
    /// [`KeyError::Failed`].
    pub fn new_team_key(&self, team: TeamId) -> Result<(TeamKey, Vec<u8>), KeyError> {
        let bytes: [u8; KEY_BYTES] = rand::random();
        let key = TeamKey { id: Uuid::now_v7(), bytes: SecretBox::new(Box::new(bytes)) };
        let wrapped = self.seal(&key.context(team), &bytes)?;
        Ok((key, wrapped))
    }

    /// A team's key as it was stored.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn team_key(&self, team: TeamId, id: Uuid, wrapped: &[u8]) -> Result<TeamKey, KeyError> {
        let mut key = TeamKey { id, bytes: SecretBox::new(Box::new([0; KEY_BYTES])) };
        let bytes: [u8; KEY_BYTES] =
            self.open(&key.context(team), wrapped)?.try_into().map_err(|_| KeyError::Changed)?;
        key.bytes = SecretBox::new(Box::new(bytes));
        Ok(key)
    }

    /// A team's stored key, wrapped under the newest master key.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn wrapped_anew(&self, team: TeamId, id: Uuid, wrapped: &[u8]) -> Result<Vec<u8>, KeyError> {
        let key = self.team_key(team, id, wrapped)?;
        self.seal(&key.context(team), key.bytes.expose_secret())
    }
}

impl std::fmt::Debug for MasterKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(id, _)| id)).finish()
    }
}

/// A key of one team.
#[derive(Debug)]
pub struct TeamKey {
    pub id: Uuid,
    bytes: Bytes32,
}

impl Clone for TeamKey {
    fn clone(&self) -> Self {
        Self { id: self.id, bytes: SecretBox::new(Box::new(*self.bytes.expose_secret())) }
    }
}

impl TeamKey {
    fn context(&self, team: TeamId) -> String {
        format!("quayside.team-key/1 {team} {}", self.id)
    }

    /// The cipher of one object; its salt is new for every object, so no two objects share a key.
    pub fn of_object(&self, salt: &[u8]) -> Aes256Gcm {
        Aes256Gcm::new(derived(self.bytes.expose_secret(), "quayside.object/1", salt).expose_secret().into())
    }
}

/// The keys of one team, the newest first. Only the newest seals.
#[derive(Clone, Debug)]
pub struct TeamKeys {
    pub team: TeamId,
    pub keys: Vec<TeamKey>,
}

impl TeamKeys {
    /// The key of an id.
    pub fn find(&self, id: Uuid) -> Option<&TeamKey> {
        self.keys.iter().find(|key| key.id == id)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hex_key(digit: char) -> String {
        digit.to_string().repeat(64)
    }

    #[test]
    fn a_new_master_key_seals_and_the_old_ones_still_open() {
        let old = MasterKeys::from_secret(b"the secret");
        let before = old.seal("place", b"value").unwrap();
        let keys = MasterKeys::parse(&format!("2026-11={}", hex_key('a')), old).unwrap();
        let after = keys.seal("place", b"value").unwrap();
        assert_eq!(keys.open("place", &before).unwrap(), b"value");
        assert_eq!(keys.open("place", &after).unwrap(), b"value");
        assert_eq!((keys.is_current(&before), keys.is_current(&after)), (false, true));
        let without = MasterKeys::from_secret(b"the secret");
        assert_eq!(without.open("place", &after), Err(KeyError::Unknown("2026-11".to_owned())));
    }

    #[test]
    fn a_wrapped_key_opens_for_its_own_team_and_its_own_id_only() {
        let keys = MasterKeys::from_secret(b"the secret");
        let (team, other) = (TeamId::fresh(), TeamId::fresh());
        let (key, wrapped) = keys.new_team_key(team).unwrap();
        assert!(keys.team_key(team, key.id, &wrapped).is_ok());
        assert_eq!(keys.team_key(other, key.id, &wrapped).unwrap_err(), KeyError::Changed);
        assert_eq!(keys.team_key(team, Uuid::now_v7(), &wrapped).unwrap_err(), KeyError::Changed);
        let again = keys.wrapped_anew(team, key.id, &wrapped).unwrap();
        assert_ne!(again, wrapped);
        assert!(keys.team_key(team, key.id, &again).is_ok());
    }

    #[test]
    fn a_list_of_keys_that_is_none_is_refused() {
        let good = hex_key('a');
        for bad in [
            "a",
            "a=",
            &format!("={good}"),
            &format!("a b={good}"),
            &format!("secret={good}"),
            &format!("a={good},a={good}"),
        ] {
            assert_eq!(MasterKeys::parse(bad, MasterKeys::from_secret(b"x")).unwrap_err(), KeyError::Garbled, "{bad}");
        }
    }

    #[test]
    fn no_key_shows_itself() {
        let keys = MasterKeys::parse(&format!("a={}", hex_key('7')), MasterKeys::from_secret(b"x")).unwrap();
        let (key, _) = keys.new_team_key(TeamId::fresh()).unwrap();
        let shown = format!("{keys:?} {key:?}");
        assert!(!shown.contains("77777777") && shown.contains("REDACTED"), "{shown}");
    }

    proptest! {
        #[test]
        fn what_was_changed_does_not_open(value in proptest::collection::vec(any::<u8>(), 0..80), at in any::<prop::sample::Index>(), flip in 1u8..) {
            let keys = MasterKeys::from_secret(b"the secret");
            let mut sealed = keys.seal("place", &value).unwrap();
            prop_assert_eq!(keys.open("place", &sealed).unwrap(), value);
            prop_assert!(keys.open("elsewhere", &sealed).is_err());
            let at = at.index(sealed.len());
            *sealed.get_mut(at).unwrap() ^= flip;
            prop_assert!(keys.open("place", &sealed).is_err());
        }

        #[test]
        fn nothing_that_is_opened_makes_it_fail(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
            let _ = MasterKeys::from_secret(b"x").open("place", &bytes);
        }
    }
}
