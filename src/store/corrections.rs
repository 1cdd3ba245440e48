//! Corrections of what was read, and their history. Rows are only added: the newest of a place stands, and who corrects says which one
//! they saw.

use super::schema::{corrections, files, packets, users};
use super::{ReadTx, StoreError, WriteTx};
use crate::domain::ids::{CorrectionId, FileId, PacketId, UserId};
use crate::domain::packet::correction::{Correction, Place, Seen, Spot};
use crate::domain::packet::document::{Field, Value};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// What somebody does to a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// The document says this; nothing where it does not print the field.
    Say(Option<Value>),
    /// The reading stands again.
    TakeBack,
}

/// A correction to be.
#[derive(Clone, Debug)]
pub struct NewCorrection {
    pub packet: PacketId,
    pub spot: Spot,
    pub step: Step,
    pub reason: String,
    pub by: UserId,
    /// What the person saw.
    pub seen: Option<Seen>,
}

/// A step in the history of a value.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: CorrectionId,
    /// Where it is in the newest version of its file.
    pub spot: Spot,
    /// The version that it was made on.
    pub of: FileId,
    /// Counts the steps of the value, from 1.
    pub number: i32,
    pub step: Step,
    pub reason: String,
    pub by: UserId,
    /// The person's name.
    pub name: String,
    pub at: DateTime<Utc>,
    pub seen: Option<Seen>,
}

type Row = (
    Uuid,
    Uuid,
    i32,
    String,
    Option<i32>,
    i32,
    bool,
    Option<serde_json::Value>,
    String,
    Uuid,
    DateTime<Utc>,
    Option<String>,
    Option<serde_json::Value>,
);

fn entry(row: Row) -> Option<Entry> {
    let (id, file, page, field, line, number, is_back, value, reason, by, at, name, seen) = row;
    let place = Place { file: FileId(file), page: u32::try_from(page).ok()? };
    let line = line.map(usize::try_from).transpose().ok()?;
    let (of, spot) = (place.file, Spot { place, field: Field::from_word(&field)?, line });
    let value = value.map(serde_json::from_value).transpose().ok()?;
    let step = if is_back { Step::TakeBack } else { Step::Say(value) };
    let (name, seen) = (name.unwrap_or_default(), seen.and_then(|seen| serde_json::from_value(seen).ok()));
    Some(Entry { id: CorrectionId(id), spot, of, number, step, reason, by: UserId(by), name, at, seen })
}

/// Everything that was ever corrected in a packet, oldest first. What was said of an older version of a file is told of the newest.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn history(tx: &mut ReadTx<'_>, packet: PacketId) -> Result<Vec<Entry>, StoreError> {
    let rows: Vec<Row> = corrections::table
        .left_join(users::table.on(users::id.eq(corrections::created_by)))
        .filter(corrections::packet_id.eq(packet.0))
        .order((corrections::created_at, corrections::number))
        .select((
            corrections::id,
            corrections::file_id,
            corrections::page,
            corrections::field,
            corrections::line,
            corrections::number,
            corrections::is_back,
            corrections::value,
            corrections::reason,
            corrections::created_by,
            corrections::created_at,
            users::name.nullable(),
            corrections::seen,
        ))
        .load(tx.conn())?;
    let newest = super::files::newest_versions(tx, packet)?;
    let mut entries: Vec<Entry> = rows.into_iter().filter_map(entry).collect();
    for entry in &mut entries {
        entry.spot.place.file = newest.get(&entry.of).copied().unwrap_or(entry.of);
    }
    Ok(entries)
}

/// The newest step of a value.
pub fn newest(history: &[Entry], spot: Spot) -> Option<&Entry> {
    history.iter().filter(|entry| entry.spot == spot).max_by_key(|entry| entry.number)
}

/// The corrections that stand.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn standing(tx: &mut ReadTx<'_>, packet: PacketId) -> Result<Vec<Correction>, StoreError> {
    let history = history(tx, packet)?;
    let stands = |entry: &&Entry| newest(&history, entry.spot).is_some_and(|newest| newest.id == entry.id);
    let correction = |entry: &Entry| match &entry.step {
        Step::Say(value) => Some(Correction {
            id: entry.id,
            spot: entry.spot,
            value: value.clone(),
            reason: entry.reason.clone(),
            by: entry.by,
            at: entry.at,
            seen: entry.seen.clone(),
            is_older: entry.of != entry.spot.place.file,
        }),
        Step::TakeBack => None,
    };
    Ok(history.iter().filter(stands).filter_map(correction).collect())
}

/// Adds a step to the history of a value, by somebody who saw `seen` as the number of its newest one, 0 for none. Of two people at once the second is told.
///
/// # Errors
/// [`StoreError::NotFound`] where the packet or the file is not the team's, [`StoreError::Conflict`] with [`MEANWHILE`] where somebody
/// else was faster.
pub fn add(tx: &mut WriteTx<'_>, new: &NewCorrection, seen: i32) -> Result<(), StoreError> {
    let _: Uuid =
        packets::table.filter(packets::id.eq(new.packet.0)).select(packets::id).for_update().first(tx.conn())?;
    let Spot { place, field, line } = new.spot;
    let _: Uuid = files::table
        .filter(files::packet_id.eq(new.packet.0).and(files::id.eq(place.file.0)))
        .select(files::id)
        .first(tx.conn())?;
    let before = history(tx, new.packet)?;
    let last = newest(&before, new.spot).map_or(0, |entry| entry.number);
    if last != seen {
        return Err(StoreError::Conflict(MEANWHILE.to_owned()));
    }
    let (is_back, value) = match &new.step {
        Step::Say(value) => (false, value.as_ref().and_then(|value| serde_json::to_value(value).ok())),
        Step::TakeBack => (true, None),
    };
    diesel::insert_into(corrections::table)
        .values((
            corrections::id.eq(CorrectionId::fresh().0),
            corrections::packet_id.eq(new.packet.0),
            corrections::file_id.eq(place.file.0),
            corrections::page.eq(i32::try_from(place.page).unwrap_or(i32::MAX)),
            corrections::field.eq(field.as_str()),
            corrections::line.eq(line.and_then(|line| i32::try_from(line).ok())),
            corrections::number.eq(last.saturating_add(1)),
            corrections::is_back.eq(is_back),
            corrections::value.eq(value),
            corrections::reason.eq(&new.reason),
            corrections::created_by.eq(new.by.0),
            corrections::seen.eq(new.seen.as_ref().and_then(|seen| serde_json::to_value(seen).ok())),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The conflict of two people who correct the same value.
pub const MEANWHILE: &str = "correction.meanwhile";
