//! The audit entry and the chain that binds each entry to the one before it. Storage is `store::audit`.
//!
//! An entry names a person by a pseudonym only; who that was stands beside the chain, so that a person can be erased and the chain
//! still verifies.

pub mod anchor;
pub mod fault;
pub mod walk;

use super::ids::TeamId;
use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, Utc};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use uuid::Uuid;

/// The secret that keys the chain: without it nobody can compute a new hash for a changed entry.
#[derive(Clone)]
pub struct ChainKey(Vec<u8>);

impl ChainKey {
    /// A key from secret bytes.
    pub fn new(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }

    fn mac(&self, domain: &str) -> Hmac<Sha256> {
        // Every length is a valid HMAC key; the fallback is never taken.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).unwrap_or_else(|_| Hmac::new(&Default::default()));
        put(&mut mac, domain.as_bytes());
        mac
    }

    /// The pseudonym of a person in a team, whatever the address.
    pub fn person(&self, team: TeamId, user: Option<Uuid>, email: &str) -> Uuid {
        self.pseudonym(team, user, email, "")
    }

    /// The pseudonym of a person at an address in a team.
    pub fn pseudonym(&self, team: TeamId, user: Option<Uuid>, email: &str, address: &str) -> Uuid {
        let mut mac = self.mac("quayside.audit.identity/1");
        put(&mut mac, team.0.as_bytes());
        put(&mut mac, user.unwrap_or(Uuid::nil()).as_bytes());
        put(&mut mac, email.as_bytes());
        put(&mut mac, address.as_bytes());
        let bytes = mac.finalize().into_bytes();
        let mut id = [0u8; 16];
        for (to, from) in id.iter_mut().zip(bytes.iter()) {
            *to = *from;
        }
        uuid::Builder::from_custom_bytes(id).into_uuid()
    }
}

impl std::fmt::Debug for ChainKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ChainKey(secret)")
    }
}

/// What is written for one action, without the names of people.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub team: TeamId,
    /// From 1, without gaps, in each team.
    pub seq: i64,
    pub at: DateTime<Utc>,
    /// The pseudonym of who acted.
    pub identity: Uuid,
    pub role: String,
    pub action: String,
    pub subject: String,
    /// `success`, or the code of the refusal.
    pub result: String,
    /// Before and after.
    pub diff: Option<serde_json::Value>,
}

impl Entry {
    /// The hash that binds this entry to the hash of the one before.
    pub fn hash(&self, key: &ChainKey, before: &[u8]) -> Vec<u8> {
        let mut mac = key.mac("quayside.audit.entry/1");
        put(&mut mac, self.team.0.as_bytes());
        put(&mut mac, &self.seq.to_be_bytes());
        put(&mut mac, self.at.to_rfc3339_opts(SecondsFormat::Micros, true).as_bytes());
        put(&mut mac, self.identity.as_bytes());
        for text in [&self.role, &self.action, &self.subject, &self.result] {
            put(&mut mac, text.as_bytes());
        }
        // serde_json sorts the keys of an object, and so does jsonb: the same value has the same text.
        put(&mut mac, self.diff.as_ref().map(ToString::to_string).unwrap_or_default().as_bytes());
        put(&mut mac, before);
        mac.finalize().into_bytes().to_vec()
    }
}

/// The subject of an entry where it is a word of the program and no identity: such subjects are few, and each has many entries. Empty for
/// the others.
pub fn topic(subject: &str) -> &str {
    let plain = |c: char| c.is_ascii_lowercase() || c == ' ';
    let fits = subject.len() <= 32 && subject.trim() == subject && subject.chars().all(plain);
    if fits { subject } else { "" }
}

/// The first day of the month, in UTC, that a moment lies in.
pub fn month(at: DateTime<Utc>) -> NaiveDate {
    let day = at.date_naive();
    day.with_day(1).unwrap_or(day)
}

/// Length first, so that no two different entries feed the same bytes.
fn put(mac: &mut Hmac<Sha256>, bytes: &[u8]) {
    mac.update(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
    mac.update(bytes);
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            team: TeamId(Uuid::nil()),
            seq: 7,
            at: "2026-05-23T14:21:08Z".parse().unwrap(),
            identity: Uuid::nil(),
            role: "operator".into(),
            action: "packet.create".into(),
            subject: "INV-4421".into(),
            result: "success".into(),
            diff: None,
        }
    }

    #[test]
    fn every_part_of_an_entry_and_the_one_before_it_change_its_hash() {
        let key = ChainKey::new(b"key");
        let base = entry().hash(&key, b"before");
        let changed = [
            Entry { seq: 8, ..entry() },
            Entry { at: "2026-05-23T14:21:09Z".parse().unwrap(), ..entry() },
            Entry { identity: Uuid::max(), ..entry() },
            Entry { role: "owner".into(), ..entry() },
            Entry { subject: "INV-4422".into(), ..entry() },
            Entry { role: "operatorpacket".into(), action: ".create".into(), ..entry() },
            Entry { diff: Some(serde_json::json!({"a": 1})), ..entry() },
        ];
        for other in changed {
            assert_ne!(other.hash(&key, b"before"), base, "{other:?}");
        }
        assert_ne!(entry().hash(&key, b"other"), base);
        assert_ne!(entry().hash(&ChainKey::new(b"other"), b"before"), base);
        assert_eq!(entry().hash(&key, b"before"), base);
    }

    #[test]
    fn a_topic_is_a_word_and_no_identity_number_or_address() {
        for (subject, topic_of) in [
            ("session", "session"),
            ("audit log", "audit log"),
            ("", ""),
            (" session", ""),
            ("INV-4421", ""),
            ("otto@atlas.example", ""),
            ("0192f0c1-7c1e-7bbd-8d6c-8d1f2a3b4c5d", ""),
            ("a subject of more than thirty-two letters", ""),
        ] {
            assert_eq!(topic(subject), topic_of, "{subject:?}");
        }
    }

    #[test]
    fn a_key_never_shows_itself() {
        assert_eq!(format!("{:?}", ChainKey::new(b"very secret")), "ChainKey(secret)");
    }
}
