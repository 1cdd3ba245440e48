//! One page of the log under any filter, newest first, by key and never by offset: in both directions each entry is met once, also
//! while others are being added.

use super::kinds::{self, Kind};
use super::{END, Filter};
use crate::domain::audit::topic;
use crate::store::{ReadTx, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bytea, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

/// The place of an entry in the order of pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, QueryableByName)]
pub struct Key {
    #[diesel(sql_type = Timestamptz)]
    pub at: DateTime<Utc>,
    #[diesel(sql_type = BigInt)]
    pub seq: i64,
}

/// Which page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    #[default]
    Newest,
    /// The next ones older than this.
    Older(Key),
    /// The next ones newer than this.
    Newer(Key),
}

impl Reach {
    /// Where the page begins. Never outside the window: an index would be walked from there, past all that the window leaves out.
    fn key(self, (from, until): (DateTime<Utc>, DateTime<Utc>)) -> Key {
        match self {
            Self::Older(key) if key.at < until => key,
            Self::Newest | Self::Older(_) => Key { at: until, seq: i64::MAX },
            Self::Newer(key) if key.at >= from => key,
            Self::Newer(_) => Key { at: from, seq: i64::MIN },
        }
    }

    const fn is_newer(self) -> bool {
        matches!(self, Self::Newer(_))
    }

    /// Comparison and order of the query.
    const fn words(self) -> (&'static str, &'static str) {
        if self.is_newer() { (">", "ASC") } else { ("<", "DESC") }
    }

    /// A window as far as this page can lie in it.
    fn within(self, (from, until): (DateTime<Utc>, DateTime<Utc>)) -> (DateTime<Utc>, DateTime<Utc>) {
        match self {
            Self::Newest => (from, until),
            Self::Older(key) => (from, until.min(key.at.checked_add_signed(TimeDelta::microseconds(1)).unwrap_or(END))),
            Self::Newer(key) => (from.max(key.at), until),
        }
    }
}

/// An entry as people read it.
#[derive(Clone, Debug, PartialEq, QueryableByName)]
pub struct Line {
    #[diesel(sql_type = BigInt)]
    pub seq: i64,
    #[diesel(sql_type = Timestamptz)]
    pub at: DateTime<Utc>,
    /// The person's pseudonym: what is left after an erasure.
    #[diesel(sql_type = SqlUuid)]
    pub person: Uuid,
    #[diesel(sql_type = Text)]
    pub role: String,
    #[diesel(sql_type = Text)]
    pub action: String,
    #[diesel(sql_type = Text)]
    pub subject: String,
    #[diesel(sql_type = Text)]
    pub result: String,
    #[diesel(sql_type = Nullable<Jsonb>)]
    pub diff: Option<serde_json::Value>,
    #[diesel(sql_type = Bytea)]
    pub hash: Vec<u8>,
    #[diesel(sql_type = Nullable<Text>)]
    pub email: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub address: Option<String>,
}

impl Line {
    pub const fn key(&self) -> Key {
        Key { at: self.at, seq: self.seq }
    }
}

/// A page, newest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    pub lines: Vec<Line>,
    pub has_older: bool,
    pub has_newer: bool,
}

/// The page of a filter.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn page(tx: &mut ReadTx<'_>, filter: &Filter, reach: Reach, size: usize) -> Result<Page, StoreError> {
    let mut keys = keys(tx, filter, reach, size.saturating_add(1))?;
    let more = keys.len() > size;
    keys.truncate(size);
    let lines = lines(tx.conn(), &keys)?;
    let (has_older, has_newer) = match reach {
        Reach::Newest => (more, false),
        Reach::Older(_) => (more, true),
        Reach::Newer(_) => (true, more),
    };
    Ok(Page { lines, has_older, has_newer })
}

/// The keys of the next `wanted` entries, nearest first.
fn keys(tx: &mut ReadTx<'_>, filter: &Filter, reach: Reach, wanted: usize) -> Result<Vec<Key>, StoreError> {
    let people = filter.people(tx)?;
    let conn = tx.conn();
    if people.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let window = reach.within(filter.window());
    let by_kind = people.is_some() || filter.action.is_some() || filter.result.is_some();
    // An identity as a subject has few entries: all of them are looked at. A word as a subject has too many for that.
    let few = filter.subject.as_deref().is_some_and(|subject| topic(subject).is_empty());
    if !by_kind || few {
        return Ok(straight(conn, filter, people.as_deref(), window, reach, wanted)?);
    }
    let mut kinds = kinds::find(conn, filter, people.as_deref(), window)?;
    if !reach.is_newer() {
        kinds.reverse();
    }
    let mut found: Vec<Key> = Vec::new();
    let mut months = kinds.chunk_by(|one, other| one.month == other.month);
    // The nearest month mostly has a page of them; where it has not, twice as many months are looked at together.
    let mut together = 1usize;
    while found.len() < wanted {
        let batch: Vec<&Kind> = months.by_ref().take(together).flatten().collect();
        if batch.is_empty() {
            break;
        }
        let missing = wanted.saturating_sub(found.len());
        found.extend(of_kinds(conn, filter, people.is_some(), &batch, window, reach, missing)?);
        together = together.saturating_mul(2);
    }
    Ok(found)
}

/// Down the index of times, or of one subject.
fn straight(
    conn: &mut PgConnection,
    filter: &Filter,
    people: Option<&[Uuid]>,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
    reach: Reach,
    wanted: usize,
) -> QueryResult<Vec<Key>> {
    let ((than, order), key) = (reach.words(), reach.key((from, until)));
    let text = format!(
        "SELECT at, seq FROM audit_entries WHERE team_id = app_team() AND at >= $1 AND at < $2 AND (at, seq) {than} ($3, $4) \
         AND ($5::text IS NULL OR subject = $5) AND ($6::uuid[] IS NULL OR person = ANY($6)) \
         AND ($7::text IS NULL OR action = $7) AND ($8::text IS NULL OR result = $8) ORDER BY at {order}, seq {order} LIMIT $9"
    );
    diesel::sql_query(text)
        .bind::<Timestamptz, _>(from)
        .bind::<Timestamptz, _>(until)
        .bind::<Timestamptz, _>(key.at)
        .bind::<BigInt, _>(key.seq)
        .bind::<Nullable<Text>, _>(&filter.subject)
        .bind::<Nullable<Array<SqlUuid>>, _>(people)
        .bind::<Nullable<Text>, _>(&filter.action)
        .bind::<Nullable<Text>, _>(&filter.result)
        .bind::<BigInt, _>(i64::try_from(wanted).unwrap_or(i64::MAX))
        .load(conn)
}

/// The nearest of some kinds, each down its own index.
fn of_kinds(
    conn: &mut PgConnection,
    filter: &Filter,
    by_person: bool,
    kinds: &[&Kind],
    window: (DateTime<Utc>, DateTime<Utc>),
    reach: Reach,
    wanted: usize,
) -> QueryResult<Vec<Key>> {
    let ((than, order), key) = (reach.words(), reach.key(window));
    // The subject is compared as an expression: its own index would lead past all other kinds of its entries.
    let person = if by_person { "person = k.person AND" } else { "" };
    let text = format!(
        "SELECT x.at, x.seq FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[]) \
            k(person, action, result, from_at, until_at) \
         CROSS JOIN LATERAL (SELECT at, seq FROM audit_entries WHERE team_id = app_team() AND {person} action = k.action AND result = k.result \
            AND at >= k.from_at AND at < k.until_at AND at >= $10 AND at < $11 AND (at, seq) {than} ($6, $7) \
            AND ($8::text IS NULL OR subject || '' = $8) \
            ORDER BY at {order}, seq {order} LIMIT $9) x \
         ORDER BY x.at {order}, x.seq {order} LIMIT $9"
    );
    let windows = || kinds.iter().map(|kind| kind.window(window));
    // The months of all kinds once more: only their partitions are planned for.
    let (from, until) = (windows().map(|(from, _)| from).min(), windows().map(|(_, until)| until).max());
    diesel::sql_query(text)
        .bind::<Array<SqlUuid>, _>(kinds.iter().map(|kind| kind.person).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(kinds.iter().map(|kind| kind.action.as_str()).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(kinds.iter().map(|kind| kind.result.as_str()).collect::<Vec<_>>())
        .bind::<Array<Timestamptz>, _>(windows().map(|(from, _)| from).collect::<Vec<_>>())
        .bind::<Array<Timestamptz>, _>(windows().map(|(_, until)| until).collect::<Vec<_>>())
        .bind::<Timestamptz, _>(key.at)
        .bind::<BigInt, _>(key.seq)
        .bind::<Nullable<Text>, _>(&filter.subject)
        .bind::<BigInt, _>(i64::try_from(wanted).unwrap_or(i64::MAX))
        .bind::<Timestamptz, _>(from.unwrap_or(window.0))
        .bind::<Timestamptz, _>(until.unwrap_or(window.1))
        .load(conn)
}

/// The entries of keys, newest first, with the names beside the chain.
fn lines(conn: &mut PgConnection, keys: &[Key]) -> QueryResult<Vec<Line>> {
    const LINES: &str = "SELECT e.seq, e.at, e.person, e.role, e.action, e.subject, e.result, e.diff, e.hash, i.email, i.address \
        FROM unnest($1::timestamptz[], $2::bigint[]) k(at, seq) \
        JOIN audit_entries e ON e.team_id = app_team() AND e.at = k.at AND e.seq = k.seq AND e.at >= $3 AND e.at <= $4 \
        LEFT JOIN audit_identities i ON i.team_id = e.team_id AND i.id = e.identity_id ORDER BY e.at DESC, e.seq DESC";
    let (Some(first), Some(last)) = (keys.iter().min(), keys.iter().max()) else { return Ok(Vec::new()) };
    diesel::sql_query(LINES)
        .bind::<Array<Timestamptz>, _>(keys.iter().map(|key| key.at).collect::<Vec<_>>())
        .bind::<Array<BigInt>, _>(keys.iter().map(|key| key.seq).collect::<Vec<_>>())
        .bind::<Timestamptz, _>(first.at)
        .bind::<Timestamptz, _>(last.at)
        .load(conn)
}

/// What the log can be filtered by: the words that it holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    pub people: Vec<String>,
    pub actions: Vec<String>,
    pub results: Vec<String>,
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    word: String,
}

/// The words of a team's log, people up to `people` of them.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn choices(tx: &mut ReadTx<'_>, people: i64) -> Result<Choices, StoreError> {
    // One look into the index for each address, however often it occurs.
    const PEOPLE: &str = "WITH RECURSIVE p AS ( \
            (SELECT email FROM audit_identities WHERE team_id = app_team() AND email IS NOT NULL ORDER BY email LIMIT 1) \
            UNION ALL SELECT (SELECT i.email FROM audit_identities i WHERE i.team_id = app_team() AND i.email > p.email ORDER BY i.email LIMIT 1) \
            FROM p WHERE p.email IS NOT NULL) \
        SELECT email AS word FROM p WHERE email IS NOT NULL LIMIT $1";
    let words = |rows: Vec<Word>| rows.into_iter().map(|row| row.word).collect();
    let mut of = |column: &str| {
        let text = format!(
            "SELECT DISTINCT {column} AS word FROM audit_kinds WHERE team_id = app_team() AND person = $1 ORDER BY 1"
        );
        diesel::sql_query(text).bind::<SqlUuid, _>(kinds::ANYBODY).load(tx.conn()).map(words)
    };
    let (actions, results) = (of("action")?, of("result")?);
    let people = diesel::sql_query(PEOPLE).bind::<BigInt, _>(people).load(tx.conn()).map(words)?;
    Ok(Choices { people, actions, results })
}
