//! What an address asks of the list: a filter and an order that can be sent to somebody else or kept as a view, and the page of it.

use crate::domain::ids::{PacketId, UserId};
use crate::domain::packet::check::RULES;
use crate::domain::packet::decision::Decision;
use crate::domain::packet::document::Kind;
use crate::domain::packet::result::Verdict;
use crate::domain::packet::search::{code_word, kind_word, wanted};
use crate::domain::packet::state::PacketState;
use crate::domain::trade::party;
use crate::store::packets::list::{COUNTED, Decided, Filter, Key, Order, Owner, Reach, Total};
use crate::web::error::AppError;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use serde::Deserialize;

/// The word for what a person has still to look at: blocked or to review.
pub const OPEN: &str = "open";
/// The word for the one who asks.
pub const ME: &str = "me";
/// The word for packets that are not decided.
pub const UNDECIDED: &str = "none";
/// The word for packets that nobody has.
pub const NOBODY: &str = "nobody";
/// The most days ahead that can be asked for.
const DAYS_MOST: u64 = 3_650;

/// The words of the address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// What is searched for.
    pub q: String,
    pub verdict: String,
    /// `approved`, `rejected`, or `none` for what is not decided.
    pub decision: String,
    pub state: String,
    /// `me`, `nobody`, or a person's id.
    pub owner: String,
    pub client: String,
    /// The kind of a document.
    pub kind: String,
    /// The code of a finding.
    pub code: String,
    /// Days from today within which it arrives.
    pub arrives: String,
    /// The first day on which it was added.
    pub from: String,
    /// The last one.
    pub to: String,
    pub order: String,
    /// The last packet of the page before.
    pub after: String,
    /// The first packet of the page after.
    pub before: String,
    /// How many fit, as the first page counted them.
    pub of: String,
    /// What was done last with many packets.
    pub batch: String,
}

fn refuse(text: &str, what: &str) -> AppError {
    AppError::Request(format!("{text:?} is no {what}."))
}

/// The value of a word, where one is given.
fn of_word<T>(text: &str, what: &str, from_word: impl Fn(&str) -> Option<T>) -> Result<Option<T>, AppError> {
    match text {
        "" => Ok(None),
        text => from_word(text).map(Some).ok_or_else(|| refuse(text, what)),
    }
}

fn day(text: &str) -> Result<Option<NaiveDate>, AppError> {
    let day = |text: &str| text.parse().ok().filter(|_| text.len() == 10);
    of_word(text, "day. Write it as 2026-05-23", day)
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

/// The key of a packet in an address.
pub fn key(key: &Key) -> String {
    format!("{}~{}", key.id, key.value)
}

fn read_key(order: Order, text: &str) -> Option<Key> {
    let (id, value) = text.split_once('~')?;
    order.key(value, id.parse::<PacketId>().ok()?)
}

/// A count in an address.
pub fn of(total: Total) -> String {
    format!("{}{}", total.count, if total.is_least { "+" } else { "" })
}

fn read_of(text: &str) -> Option<Total> {
    let (digits, is_least) = text.strip_suffix('+').map_or((text, false), |digits| (digits, true));
    let count = digits.parse().ok().filter(|count| (0..=COUNTED).contains(count))?;
    Some(Total { count, is_least })
}

impl Asked {
    /// The same without white space around its words.
    #[must_use]
    pub fn trimmed(mut self) -> Self {
        let words = [
            &mut self.q,
            &mut self.verdict,
            &mut self.decision,
            &mut self.state,
            &mut self.owner,
            &mut self.client,
            &mut self.kind,
            &mut self.code,
            &mut self.arrives,
            &mut self.from,
            &mut self.to,
            &mut self.order,
        ];
        for word in words {
            *word = word.trim().replace('\0', "");
        }
        self
    }

    /// The filter, for the person who asks, on a day.
    ///
    /// # Errors
    /// [`AppError::Request`] with a sentence for a word that means nothing.
    pub fn filter(&self, me: Option<UserId>, today: NaiveDate) -> Result<Filter, AppError> {
        let verdicts = match self.verdict.as_str() {
            OPEN => vec![Verdict::Blocked, Verdict::Review],
            word => of_word(word, "verdict", Verdict::from_word)?.into_iter().collect(),
        };
        let decision = |word: &str| match word {
            UNDECIDED => Some(Decided::Not),
            word => Decision::from_word(word).map(Decided::As),
        };
        // A verdict is what waits for a person; what was decided waits no more.
        let waits = (!verdicts.is_empty()).then_some(Decided::Not);
        let owner = |word: &str| match word {
            ME => Some(me.map_or(Owner::Nobody, Owner::Person)),
            NOBODY => Some(Owner::Nobody),
            id => id.parse().ok().map(Owner::Person),
        };
        let client = |name: &str| Some(party::words(name).join(" ")).filter(|words| !words.is_empty());
        let kind = of_word(&self.kind, "kind of document", Kind::from_word)?.map(kind_word);
        let known = |code: &str| RULES.iter().find(|rule| rule.code == code).map(|rule| code_word(rule.code));
        let code = of_word(&self.code, "code of a finding", known)?;
        let days = |text: &str| {
            let days = text.parse().ok().filter(|days| *days <= DAYS_MOST)?;
            Some((today, today.checked_add_days(Days::new(days))?))
        };
        let next = |day: NaiveDate| day.checked_add_days(Days::new(1)).unwrap_or(day);
        let looked_for = wanted(&self.q);
        if looked_for.is_empty() && !self.q.is_empty() {
            return Err(AppError::Request("Search for at least two letters or digits.".to_owned()));
        }
        Ok(Filter {
            verdicts,
            decided: of_word(&self.decision, "decision", decision)?.or(waits),
            state: of_word(&self.state, "state", PacketState::from_word)?,
            owner: of_word(&self.owner, "person", owner)?,
            client: of_word(&self.client, "name", client)?,
            marks: kind.into_iter().chain(code).collect(),
            arrives: of_word(&self.arrives, "number of days", days)?,
            from: day(&self.from)?.map(midnight),
            until: day(&self.to)?.map(next).map(midnight),
            wanted: looked_for,
            only: None,
        })
    }

    /// The order.
    pub fn order(&self) -> Order {
        Order::from_word(&self.order).unwrap_or(Order::Newest)
    }

    /// The page.
    pub fn reach(&self) -> Reach {
        let after = read_key(self.order(), &self.after).map(Reach::After);
        after.or_else(|| read_key(self.order(), &self.before).map(Reach::Before)).unwrap_or_default()
    }

    /// How many fit, where this is no first page and the one before it said so.
    pub fn told_total(&self) -> Option<Total> {
        read_of(&self.of).filter(|_| self.reach() != Reach::First)
    }

    /// What is set of the filter, by name.
    pub fn parts(&self) -> Vec<(&'static str, &str)> {
        let all: [(&'static str, &str); 11] = [
            ("q", &self.q),
            ("verdict", &self.verdict),
            ("decision", &self.decision),
            ("state", &self.state),
            ("owner", &self.owner),
            ("client", &self.client),
            ("kind", &self.kind),
            ("code", &self.code),
            ("arrives", &self.arrives),
            ("from", &self.from),
            ("to", &self.to),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// True where something of the filter is set that a short form does not show.
    pub fn has_more(&self) -> bool {
        self.parts().iter().any(|(name, _)| !matches!(*name, "q" | "verdict" | "owner"))
    }

    /// The filter and the order as the query of an address, without one part, and with others.
    fn query_of(&self, without: &str, with: &[(&str, &str)]) -> String {
        let order = Some(("order", self.order().as_str())).filter(|(_, order)| *order != Order::Newest.as_str());
        let kept = self.parts().into_iter().chain(order).filter(|(name, _)| *name != without);
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(kept.chain(with.iter().copied())).finish()
    }

    /// The filter and the order, as a view keeps them.
    pub fn query(&self) -> String {
        self.query_of("", &[])
    }

    /// An address with this filter and order, without one part, and with others.
    pub fn address(&self, path: &str, without: &str, with: &[(&str, &str)]) -> String {
        let query = self.query_of(without, with);
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// The filter as an entry of the log names it.
    pub fn told(&self) -> serde_json::Value {
        let words = self.parts().into_iter().map(|(name, value)| (name.to_owned(), value.into()));
        words.collect::<serde_json::Map<_, _>>().into()
    }
}

/// The words of a query that was kept.
impl std::str::FromStr for Asked {
    type Err = AppError;
    fn from_str(query: &str) -> Result<Self, AppError> {
        let asked = actix_web::web::Query::<Self>::from_query(query);
        let asked = asked.map_err(|_| AppError::Request("That filter could not be read.".to_owned()))?;
        let asked = Self {
            after: String::new(),
            before: String::new(),
            of: String::new(),
            batch: String::new(),
            ..asked.into_inner()
        };
        Ok(asked.trimmed())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        "2026-05-23".parse().unwrap()
    }

    #[test]
    fn an_address_holds_the_whole_filter_and_gives_it_back() {
        let query = "q=MSKU+1234565&verdict=open&decision=approved&state=checked&owner=me&client=Atlas+Apparel%2C+Inc.&kind=isf\
            &code=match.seller&arrives=7&from=2026-05-01&to=2026-05-23&order=-score";
        let asked: Asked = query.parse().unwrap();
        assert_eq!(asked.query(), query);
        let me = UserId::fresh();
        let filter = asked.filter(Some(me), today()).unwrap();
        assert_eq!(filter.verdicts, [Verdict::Blocked, Verdict::Review]);
        assert_eq!(filter.decided, Some(Decided::As(Decision::Approved)));
        assert_eq!(filter.owner, Some(Owner::Person(me)));
        assert_eq!(filter.client.as_deref(), Some("ATLAS APPAREL"), "legal forms make no difference");
        assert_eq!(filter.marks, ["kind:isf", "code:match.seller"]);
        assert_eq!(filter.arrives.unwrap().1.to_string(), "2026-05-30");
        assert_eq!(filter.until.unwrap().to_rfc3339(), "2026-05-24T00:00:00+00:00", "the last day counts");
        assert_eq!(asked.order(), Order::ScoreLast);
        let without = asked.address("/packets", "q", &[("after", "x")]);
        assert!(without.starts_with("/packets?verdict=open&") && without.ends_with("&order=-score&after=x"));
        assert_eq!(Asked::default().address("/packets", "", &[]), "/packets");
    }

    #[test]
    fn a_page_that_follows_says_what_the_first_one_counted() {
        let packet = PacketId::fresh();
        for total in [Total { count: 374, is_least: false }, Total { count: 1_000, is_least: true }] {
            let follows = Asked { after: format!("{packet}~2026-05-23T00:00:00Z"), of: of(total), ..Asked::default() };
            assert_eq!(follows.told_total(), Some(total));
            let first = Asked { after: String::new(), ..follows };
            assert_eq!(first.told_total(), None, "a first page counts for itself");
        }
        for nonsense in ["", "+", "x", "-1", "1001", "10+0", "99999999999999999999"] {
            assert_eq!(read_of(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn a_word_that_means_nothing_is_refused_with_a_sentence() {
        for (query, sentence) in [
            ("verdict=green", "\"green\" is no verdict."),
            ("owner=olga", "is no person"),
            ("decision=maybe", "is no decision"),
            ("from=yesterday", "Write it as 2026-05-23"),
            ("from=%2B26-05-2301", "is no day"),
            ("arrives=soon", "is no number of days"),
            ("arrives=99999", "is no number of days"),
            ("code=drop", "is no code"),
            ("kind=letter", "is no kind"),
            ("q=%20-%20", "at least two letters"),
        ] {
            let asked: Asked = query.parse().unwrap();
            let refused = asked.filter(None, today()).unwrap_err().to_string();
            assert!(refused.contains(sentence), "{query}: {refused}");
        }
    }

    #[test]
    fn the_key_of_a_page_survives_its_own_address_and_nothing_else_is_one() {
        let id = PacketId::fresh();
        for (order, value) in [
            (Order::Newest, "2026-05-23T14:21:08.123456Z"),
            (Order::Eta, "infinity"),
            (Order::EtaLast, "-infinity"),
            (Order::Eta, "2026-05-23"),
            (Order::Score, "101"),
            (Order::Name, "a~b & c"),
        ] {
            let known = Key { value: value.to_owned(), id };
            assert_eq!(read_key(order, &key(&known)), Some(known));
        }
        for (order, bad) in [
            (Order::Newest, "yesterday"),
            (Order::Newest, "+99999-05-23T14:21:08Z"),
            (Order::Eta, "--infinity"),
            (Order::Eta, "99999-01-01"),
            (Order::Score, "99999"),
            (Order::Name, "a\0b"),
        ] {
            assert_eq!(read_key(order, &format!("{id}~{bad}")), None, "{bad}");
        }
        assert_eq!(read_key(Order::Name, "x~y"), None);
    }
}
