//! Many packets at once: the list under any filter and in any order, by key and never by offset, with a bounded count. What is in the
//! bin is in no list.

mod around;
mod question;
mod row;
mod search;
mod terms;

pub use around::{Hits, clients, hits, owners};
pub use row::Listed;

use crate::domain::ids::{PacketId, UserId};
use crate::domain::packet::decision::Decision;
use crate::domain::packet::result::Verdict;
use crate::domain::packet::search::Wanted;
use crate::domain::packet::state::PacketState;
use crate::domain::words::words;
use crate::store::{ReadTx, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use question::Question;
use search::Search;
use terms::Terms;

/// More packets than this are not counted.
pub const COUNTED: i64 = 1_000;

/// Bytes of the longest name that a page can begin with.
const NAME_MOST: usize = 1_000;

/// Packets of the team that are not in the bin.
const HERE: &str = "p.team_id = app_team() AND p.deleted_at IS NULL";
/// The column of the person who has a packet.
const OWNER: &str = "owner_id";

words! {
    /// The order of the list.
    Order {
        Newest = "newest",
        Oldest = "oldest",
        /// What arrives first; what has no date stands last in either direction.
        Eta = "eta",
        EtaLast = "-eta",
        /// The lowest score first; what has none stands last in either direction.
        Score = "score",
        ScoreLast = "-score",
        Name = "name",
        NameLast = "-name",
    }
}

impl Order {
    /// The column, its type, and whether it runs down.
    const fn column(self) -> (&'static str, &'static str, bool) {
        match self {
            Self::Newest => ("created_at", "timestamptz", true),
            Self::Oldest => ("created_at", "timestamptz", false),
            Self::Eta => ("eta_first", "date", false),
            Self::EtaLast => ("eta_last", "date", true),
            Self::Score => ("score_first", "smallint", false),
            Self::ScoreLast => ("score_last", "smallint", true),
            Self::Name => ("name_order", "text", false),
            Self::NameLast => ("name_order", "text", true),
        }
    }

    /// A key of this order, where the text is one.
    pub fn key(self, value: &str, id: PacketId) -> Option<Key> {
        let is_one = match self.column().1 {
            "timestamptz" => value.parse::<DateTime<Utc>>().is_ok() && value.starts_with(|c: char| c.is_ascii_digit()),
            "date" => {
                matches!(value, "infinity" | "-infinity") || value.len() == 10 && value.parse::<NaiveDate>().is_ok()
            }
            "smallint" => value.parse::<i16>().is_ok(),
            _ => !value.contains('\0') && value.len() <= NAME_MOST,
        };
        is_one.then(|| Key { value: value.to_owned(), id })
    }
}

/// The place of a packet in an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    pub value: String,
    pub id: PacketId,
}

/// Which page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    #[default]
    First,
    After(Key),
    Before(Key),
}

/// Who has a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    Nobody,
    Person(UserId),
}

/// Whether a packet was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    Not,
    As(Decision),
}

/// What the list is narrowed to. Everything that is set must fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Any of these; none is all.
    pub verdicts: Vec<Verdict>,
    pub decided: Option<Decided>,
    pub state: Option<PacketState>,
    pub owner: Option<Owner>,
    /// The words of a client's name that tell it from others.
    pub client: Option<String>,
    /// Words that a packet has exactly: kinds of its documents and codes of its findings.
    pub marks: Vec<String>,
    /// The first and the last day of arrival.
    pub arrives: Option<(NaiveDate, NaiveDate)>,
    pub from: Option<DateTime<Utc>>,
    /// Not this moment any more.
    pub until: Option<DateTime<Utc>>,
    pub wanted: Vec<Wanted>,
    /// Only these.
    pub only: Option<Vec<PacketId>>,
}

/// How many packets fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    pub count: i64,
    /// There are more than these.
    pub is_least: bool,
}

impl Total {
    /// A count up to [`COUNTED`] and one, as [`counts`] gives it.
    pub const fn of(count: i64) -> Self {
        if count > COUNTED { Self { count: COUNTED, is_least: true } } else { Self { count, is_least: false } }
    }
}

/// A page of the list.
#[derive(Clone, Debug, Default)]
pub struct Page {
    pub listed: Vec<Listed>,
    pub has_before: bool,
    pub has_after: bool,
}

/// The page of a filter in an order.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn page(
    tx: &mut ReadTx<'_>,
    filter: &Filter,
    order: Order,
    reach: &Reach,
    size: usize,
) -> Result<Page, StoreError> {
    let terms = Terms::of(tx.conn(), filter)?;
    let search = Search::new(filter, terms.as_ref(), order, reach, size.saturating_add(1));
    let found = search.find(tx.conn())?;
    Ok(search.page(found.rows, size))
}

/// The same, and how many packets fit.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn counted_page(
    tx: &mut ReadTx<'_>,
    filter: &Filter,
    order: Order,
    reach: &Reach,
    size: usize,
) -> Result<(Page, Total), StoreError> {
    let terms = Terms::of(tx.conn(), filter)?;
    let search = Search::new(filter, terms.as_ref(), order, reach, size.saturating_add(1)).counting();
    let found = search.find(tx.conn())?;
    let total = match found.total {
        Some(total) => total,
        None => search.total(tx.conn())?,
    };
    Ok((search.page(found.rows, size), total))
}

/// The next packets of a filter in an order behind a place, at most `size`, for a file of all of them; none at the end.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn next(
    tx: &mut ReadTx<'_>,
    filter: &Filter,
    order: Order,
    after: Option<Key>,
    size: usize,
) -> Result<Vec<Listed>, StoreError> {
    let reach = after.map_or(Reach::First, Reach::After);
    let terms = Terms::of(tx.conn(), filter)?;
    let found = Search::new(filter, terms.as_ref(), order, &reach, size).find(tx.conn())?;
    Ok(found.rows.into_iter().map(|row| row.listed(order)).collect())
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many packets fit each of some filters without words, up to [`COUNTED`] and one, in one query that pages ask again and again.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn counts(tx: &mut ReadTx<'_>, filters: &[Filter]) -> Result<Vec<i64>, StoreError> {
    let mut question = Question::default();
    let most = COUNTED.saturating_add(1);
    let each: Vec<String> = filters
        .iter()
        .enumerate()
        .map(|(at, filter)| {
            let conditions = question.conditions(filter);
            format!(
                "SELECT {at} AS at, count(*) AS count FROM (SELECT 1 FROM packets p WHERE {conditions} LIMIT {most}) c"
            )
        })
        .collect();
    let text = format!("SELECT count FROM ({}) each ORDER BY at", each.join(" UNION ALL "));
    let counts: Vec<Count> = question.ask_again(tx.conn(), text)?;
    Ok(counts.into_iter().map(|count| count.count).collect())
}
