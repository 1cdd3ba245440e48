//! The anchor of a day: the last link of every team's chain, signed, to be kept where the database cannot reach. Where anchors lie is
//! `gateways::anchors`.

use super::{ChainKey, put};
use crate::domain::ids::TeamId;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use hmac::Mac;
use serde::{Deserialize, Serialize};

const FORMAT: &str = "quayside.audit.anchor/1";

/// The last link of one team's chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    pub team: TeamId,
    pub seq: i64,
    /// Hexadecimal.
    pub hash: String,
}

/// The heads of all chains at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    format: String,
    pub day: NaiveDate,
    pub at: DateTime<Utc>,
    pub heads: Vec<Head>,
    /// HMAC-SHA256 over everything above, hexadecimal.
    signature: String,
}

impl Anchor {
    /// The signed anchor of a day.
    pub fn new(key: &ChainKey, day: NaiveDate, at: DateTime<Utc>, heads: Vec<Head>) -> Self {
        let mut anchor = Self { format: FORMAT.to_owned(), day, at, heads, signature: String::new() };
        anchor.signature = hex::encode(anchor.mac(key).finalize().into_bytes());
        anchor
    }

    fn mac(&self, key: &ChainKey) -> hmac::Hmac<sha2::Sha256> {
        let mut mac = key.mac(&self.format);
        put(&mut mac, self.day.to_string().as_bytes());
        put(&mut mac, self.at.to_rfc3339_opts(SecondsFormat::Micros, true).as_bytes());
        for head in &self.heads {
            put(&mut mac, head.team.0.as_bytes());
            put(&mut mac, &head.seq.to_be_bytes());
            put(&mut mac, head.hash.as_bytes());
        }
        mac
    }

    /// An anchor as it was kept; nothing where it was not signed by this installation or changed after that.
    pub fn read(key: &ChainKey, bytes: &[u8]) -> Option<Self> {
        let anchor: Self = serde_json::from_slice(bytes).ok()?;
        let signature = hex::decode(&anchor.signature).ok()?;
        let holds = anchor.format == FORMAT && anchor.mac(key).verify_slice(&signature).is_ok();
        holds.then_some(anchor)
    }

    /// As it is kept: one JSON object.
    ///
    /// # Errors
    /// The encoder's own.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec_pretty(self)
    }

    /// The head of one team.
    pub fn of(&self, team: TeamId) -> Option<&Head> {
        self.heads.iter().find(|head| head.team == team)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn an_anchor_that_was_changed_or_signed_elsewhere_is_none() {
        let key = ChainKey::new(b"key");
        let head = Head { team: TeamId(uuid::Uuid::nil()), seq: 41, hash: "ab".into() };
        let (day, at) = ("2026-05-23".parse().unwrap(), "2026-05-23T14:21:08Z".parse().unwrap());
        let anchor = Anchor::new(&key, day, at, vec![head]);
        let bytes = anchor.to_bytes().unwrap();
        assert_eq!(Anchor::read(&key, &bytes), Some(anchor));
        assert_eq!(Anchor::read(&ChainKey::new(b"other"), &bytes), None);
        let text = String::from_utf8(bytes).unwrap();
        for (from, to) in
            [("41", "40"), ("2026-05-23\"", "2026-05-24\""), ("\"ab\"", "\"ac\""), ("anchor/1", "anchor/2")]
        {
            assert!(text.contains(from));
            assert_eq!(Anchor::read(&key, text.replace(from, to).as_bytes()), None, "{from}");
        }
        assert_eq!(Anchor::read(&key, b"{}"), None);
    }
}
