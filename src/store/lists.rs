//! The lists of the trade that all teams share: tariff, ports, carriers, each in editions with the day from which they are in force. The
//! owner's role loads them; the application reads what a packet asks for.

use super::schema::{carriers, list_editions, places, tariff_lines};
use super::{ReadTx, StoreError};
use crate::domain::packet::check::lists::{List, Lists, Wanted};
use crate::domain::packet::result::ListsUsed;
use crate::domain::trade::port::Place;
use crate::domain::trade::scac::Carrier;
use crate::domain::trade::tariff::{Line, Tariff};
use crate::domain::words::words;
use chrono::NaiveDate;
use diesel::prelude::*;
use uuid::Uuid;

/// Rows of one statement: each has three values, and PostgreSQL takes 65,535.
const BATCH: usize = 2000;

words! {
    /// Which list.
    Kind { Tariff = "tariff", Ports = "ports", Carriers = "carriers" }
}

/// An edition to be.
#[derive(Clone, Debug)]
pub struct NewEdition {
    pub valid_from: NaiveDate,
    /// Of the file, lower-case hexadecimal.
    pub sha256: String,
    /// The name of the file.
    pub source: String,
}

/// A line that a list keeps.
pub trait Entry: Sized {
    /// The list that it is a line of.
    const KIND: Kind;
    /// Stores lines; one that is there already stays as it is.
    ///
    /// # Errors
    /// What the database refuses.
    fn insert(conn: &mut PgConnection, edition: Uuid, lines: &[Self]) -> QueryResult<usize>;
}

impl Entry for Line {
    const KIND: Kind = Kind::Tariff;

    fn insert(conn: &mut PgConnection, edition: Uuid, lines: &[Self]) -> QueryResult<usize> {
        use tariff_lines::{code, description, edition_id, table};
        let row = |line: &Self| {
            (edition_id.eq(edition), code.eq(line.code.clone()), description.eq(line.description.clone()))
        };
        let rows: Vec<_> = lines.iter().map(row).collect();
        diesel::insert_into(table).values(rows).on_conflict_do_nothing().execute(conn)
    }
}

impl Entry for Place {
    const KIND: Kind = Kind::Ports;

    fn insert(conn: &mut PgConnection, edition: Uuid, lines: &[Self]) -> QueryResult<usize> {
        use places::{code, edition_id, name, table};
        let row = |place: &Self| (edition_id.eq(edition), code.eq(place.code.clone()), name.eq(place.name.clone()));
        let rows: Vec<_> = lines.iter().map(row).collect();
        diesel::insert_into(table).values(rows).on_conflict_do_nothing().execute(conn)
    }
}

impl Entry for Carrier {
    const KIND: Kind = Kind::Carriers;

    fn insert(conn: &mut PgConnection, edition: Uuid, lines: &[Self]) -> QueryResult<usize> {
        use carriers::{code, edition_id, name, table};
        let row =
            |carrier: &Self| (edition_id.eq(edition), code.eq(carrier.code.clone()), name.eq(carrier.name.clone()));
        let rows: Vec<_> = lines.iter().map(row).collect();
        diesel::insert_into(table).values(rows).on_conflict_do_nothing().execute(conn)
    }
}

/// What came of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Imported<T> {
    /// So many lines were stored, and what the filling gave.
    New { lines: usize, filled: T },
    /// The same file was loaded before, as an edition in force from this day.
    Before(NaiveDate),
}

/// Loads an edition as the owner, in one transaction. `fill` hands over one line after another; what it refuses undoes everything.
///
/// # Errors
/// What `fill` refuses; [`StoreError`] where the database fails.
pub fn import<L: Entry, T, E: From<StoreError>>(
    owner_url: &str,
    edition: &NewEdition,
    fill: impl FnOnce(&mut dyn FnMut(L) -> Result<(), StoreError>) -> Result<T, E>,
) -> Result<Imported<T>, E> {
    let mut conn = PgConnection::establish(owner_url).map_err(|_| StoreError::Unavailable)?;
    let before: Option<NaiveDate> = list_editions::table
        .filter(list_editions::list.eq(L::KIND.as_str()).and(list_editions::sha256.eq(&edition.sha256)))
        .select(list_editions::valid_from)
        .first(&mut conn)
        .optional()
        .map_err(StoreError::from)?;
    if let Some(day) = before {
        return Ok(Imported::Before(day));
    }
    let stored = conn.transaction(|conn| store(conn, edition, fill).map_err(Undone::By));
    stored.map_err(|undone| match undone {
        Undone::By(refusal) => refusal,
        Undone::Database(error) => StoreError::from(error).into(),
    })
}

fn store<L: Entry, T, E: From<StoreError>>(
    conn: &mut PgConnection,
    edition: &NewEdition,
    fill: impl FnOnce(&mut dyn FnMut(L) -> Result<(), StoreError>) -> Result<T, E>,
) -> Result<Imported<T>, E> {
    let id = Uuid::now_v7();
    diesel::insert_into(list_editions::table)
        .values((
            list_editions::id.eq(id),
            list_editions::list.eq(L::KIND.as_str()),
            list_editions::valid_from.eq(edition.valid_from),
            list_editions::sha256.eq(&edition.sha256),
            list_editions::source.eq(&edition.source),
            list_editions::line_count.eq(0),
        ))
        .execute(conn)
        .map_err(StoreError::from)?;
    let mut waiting: Vec<L> = Vec::with_capacity(BATCH);
    let mut lines = 0usize;
    let filled = fill(&mut |line| {
        waiting.push(line);
        if waiting.len() == BATCH {
            lines = lines.saturating_add(L::insert(conn, id, &waiting)?);
            waiting.clear();
        }
        Ok(())
    })?;
    lines = lines.saturating_add(L::insert(conn, id, &waiting).map_err(StoreError::from)?);
    diesel::update(list_editions::table.filter(list_editions::id.eq(id)))
        .set(list_editions::line_count.eq(i32::try_from(lines).unwrap_or(i32::MAX)))
        .execute(conn)
        .map_err(StoreError::from)?;
    Ok(Imported::New { lines, filled })
}

/// Keeps the refusal of an import apart from a failure of the transaction itself.
enum Undone<E> {
    By(E),
    Database(diesel::result::Error),
}

impl<E> From<diesel::result::Error> for Undone<E> {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error)
    }
}

/// The edition of a list that is in force on a day: the newest that had begun, or the first where none had; without a day the newest.
fn in_force(tx: &mut ReadTx<'_>, kind: Kind, day: Option<NaiveDate>) -> Result<Option<(Uuid, NaiveDate)>, StoreError> {
    let editions = || {
        list_editions::table
            .filter(list_editions::list.eq(kind.as_str()))
            .select((list_editions::id, list_editions::valid_from))
    };
    let newest = (list_editions::valid_from.desc(), list_editions::imported_at.desc());
    let begun = editions()
        .filter(list_editions::valid_from.le(day.unwrap_or(NaiveDate::MAX)))
        .order(newest)
        .first(tx.conn())
        .optional()?;
    match begun {
        Some(edition) => Ok(Some(edition)),
        None => Ok(editions()
            .order((list_editions::valid_from.asc(), list_editions::imported_at.desc()))
            .first(tx.conn())
            .optional()?),
    }
}

/// How an edition is called where a result rests on it.
fn called(valid_from: NaiveDate) -> String {
    format!("in force from {valid_from}")
}

/// What the lists in force say of what a packet prints.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn find(tx: &mut ReadTx<'_>, wanted: &Wanted) -> Result<Lists, StoreError> {
    let mut lists = Lists::default();
    if let Some((edition, day)) = in_force(tx, Kind::Tariff, wanted.day)? {
        let rows: Vec<(String, String)> = tariff_lines::table
            .filter(tariff_lines::edition_id.eq(edition))
            .filter(tariff_lines::subheading.eq_any(&wanted.subheadings))
            .select((tariff_lines::code, tariff_lines::description))
            .load(tx.conn())?;
        let lines = rows.into_iter().map(|(code, description)| Line { code, description });
        lists.tariff = Some(Tariff::new(called(day), lines));
    }
    if let Some((edition, day)) = in_force(tx, Kind::Ports, wanted.day)? {
        let rows: Vec<(String, String)> = places::table
            .filter(places::edition_id.eq(edition).and(places::code.eq_any(&wanted.ports)))
            .select((places::code, places::name))
            .load(tx.conn())?;
        let found = rows.into_iter().map(|(code, name)| Place { code, name }).collect();
        lists.ports = Some(List { edition: called(day), found });
    }
    if let Some((edition, day)) = in_force(tx, Kind::Carriers, wanted.day)? {
        let rows: Vec<(String, String)> = carriers::table
            .filter(carriers::edition_id.eq(edition).and(carriers::code.eq_any(&wanted.carriers)))
            .select((carriers::code, carriers::name))
            .load(tx.conn())?;
        let found = rows.into_iter().map(|(code, name)| Carrier { code, name }).collect();
        lists.carriers = Some(List { edition: called(day), found });
    }
    Ok(lists)
}

/// The newest edition of each list.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn newest(tx: &mut ReadTx<'_>) -> Result<ListsUsed, StoreError> {
    let mut edition = |kind| Ok::<_, StoreError>(in_force(tx, kind, None)?.map(|(_, day)| called(day)));
    Ok(ListsUsed { tariff: edition(Kind::Tariff)?, ports: edition(Kind::Ports)?, carriers: edition(Kind::Carriers)? })
}
