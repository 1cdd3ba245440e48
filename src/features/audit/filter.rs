//! What an address asks of the log: a filter that can be sent to somebody else, and the page of it.

use crate::store::audit::Filter;
use crate::store::audit::page::{Key, Reach};
use crate::web::error::AppError;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use serde::Deserialize;
use uuid::Uuid;

/// The words of the address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub user: String,
    pub subject: String,
    pub action: String,
    pub result: String,
    /// A day, or a moment as RFC 3339.
    pub from: String,
    /// A day, which counts to its end, or a moment.
    pub to: String,
    /// The last entry of the page before.
    pub older: String,
    /// The first entry of the page after.
    pub newer: String,
}

fn moment(text: &str, end_of_day: bool) -> Result<Option<DateTime<Utc>>, AppError> {
    if text.is_empty() {
        return Ok(None);
    }
    let day = text.parse::<NaiveDate>().ok().and_then(|day| day.checked_add_days(Days::new(u64::from(end_of_day))));
    let moment = day.map(|day| day.and_time(NaiveTime::MIN).and_utc()).or_else(|| text.parse().ok());
    let refused = || AppError::Request(format!("{text:?} is no day. Write it as 2026-05-23."));
    moment.map(Some).ok_or_else(refused)
}

/// The key of an entry in an address: microseconds and number.
pub fn key(key: Key) -> String {
    format!("{}_{}", key.at.timestamp_micros(), key.seq)
}

fn read_key(text: &str) -> Option<Key> {
    let (micros, seq) = text.split_once('_')?;
    Some(Key { at: DateTime::from_timestamp_micros(micros.parse().ok()?)?, seq: seq.parse().ok()? })
}

impl Asked {
    /// The filter.
    ///
    /// # Errors
    /// [`AppError::Request`] for a time that is none.
    pub fn filter(&self) -> Result<Filter, AppError> {
        let word = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        Ok(Filter {
            user: word(&self.user).map(|email| email.to_lowercase()),
            subject: word(&self.subject),
            action: word(&self.action),
            result: word(&self.result),
            from: moment(self.from.trim(), false)?,
            until: moment(self.to.trim(), true)?,
        })
    }

    /// The page.
    pub fn reach(&self) -> Reach {
        let older = read_key(&self.older).map(Reach::Older);
        older.or_else(|| read_key(&self.newer).map(Reach::Newer)).unwrap_or_default()
    }

    /// What is set of the filter, by name.
    pub fn parts(&self) -> Vec<(&'static str, &str)> {
        let all: [(&'static str, &str); 6] = [
            ("user", &self.user),
            ("subject", &self.subject),
            ("action", &self.action),
            ("result", &self.result),
            ("from", &self.from),
            ("to", &self.to),
        ];
        all.into_iter().map(|(name, value)| (name, value.trim())).filter(|(_, value)| !value.is_empty()).collect()
    }

    /// The filter as the log's own entry names it: the people looked for by their pseudonyms, for no name may stand in the chain.
    pub fn told(&self, people: Option<&[Uuid]>) -> serde_json::Value {
        let words =
            self.parts().into_iter().filter(|(name, _)| *name != "user").map(|(name, value)| (name, value.into()));
        let people = people.map(|people| ("people", people.iter().map(Uuid::to_string).collect()));
        words.chain(people).map(|(name, value)| (name.to_owned(), value)).collect::<serde_json::Map<_, _>>().into()
    }

    /// An address with this filter without one part, and with another.
    pub fn address(&self, path: &str, without: &str, with: Option<(&str, &str)>) -> String {
        let kept = self.parts().into_iter().filter(|(name, _)| *name != without);
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(kept.chain(with)).finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_the_whole_filter_and_gives_it_back() {
        let asked = Asked {
            user: " Olga@Atlas.example ".into(),
            action: "packet.create".into(),
            from: "2026-05-23".into(),
            to: "2026-05-23".into(),
            ..Asked::default()
        };
        let filter = asked.filter().unwrap();
        assert_eq!(filter.user.as_deref(), Some("olga@atlas.example"));
        assert_eq!((filter.until.unwrap() - filter.from.unwrap()).num_hours(), 24, "the last day counts");
        let address = asked.address("/audit", "action", Some(("older", "1_2")));
        assert_eq!(address, "/audit?user=Olga%40Atlas.example&from=2026-05-23&to=2026-05-23&older=1_2");
        assert_eq!(Asked::default().address("/audit", "", None), "/audit");
        let wrong = Asked { from: "yesterday".into(), ..Asked::default() }.filter().unwrap_err();
        assert!(wrong.to_string().contains("2026-05-23"), "{wrong}");
    }

    #[test]
    fn the_key_of_a_page_survives_its_own_address_and_nothing_else_is_one() {
        let at = DateTime::from_timestamp_micros(1_700_000_000_123_456).unwrap();
        assert_eq!(read_key(&key(Key { at, seq: 7 })), Some(Key { at, seq: 7 }));
        for bad in ["", "_", "x_y", "1", "99999999999999999999_1"] {
            assert_eq!(read_key(bad), None, "{bad}");
        }
    }
}
