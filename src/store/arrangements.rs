//! How people arranged the files of packets, and the history of that. Rows are only added: the newest of a file stands, and who
//! arranges says which one they saw.

use super::schema::{arrangements, files, packets, users};
use super::{ReadTx, StoreError, WriteTx};
use crate::domain::ids::{FileId, PacketId, UserId};
use crate::domain::packet::arrangement::{Arranged, Arrangement, ReadAs};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// A step in the history of a file.
#[derive(Clone, Debug)]
pub struct Entry {
    pub file: FileId,
    /// Counts the steps of the file, from 1.
    pub number: i32,
    /// Nothing where the file is as it was read.
    pub arrangement: Option<Arrangement>,
    /// The documents as the reader saw them before anybody arranged the file.
    pub read: Vec<ReadAs>,
    /// What was done.
    pub step: String,
    pub by: UserId,
    /// The person's name.
    pub name: String,
    pub at: DateTime<Utc>,
}

impl Entry {
    /// For the documents of the file, where somebody's arrangement of it stands.
    pub fn arranged(&self) -> Option<Arranged> {
        let told = Arranged { number: self.number, read: self.read.clone(), by: self.by, at: self.at };
        self.arrangement.is_some().then_some(told)
    }
}

/// A step to be.
#[derive(Clone, Debug)]
pub struct NewStep {
    pub packet: PacketId,
    pub file: FileId,
    /// Nothing lets the file be as it was read.
    pub arrangement: Option<Arrangement>,
    pub read: Vec<ReadAs>,
    pub step: String,
    pub by: UserId,
}

type Row = (Uuid, i32, Option<serde_json::Value>, serde_json::Value, String, Uuid, DateTime<Utc>, Option<String>);

fn entry(row: Row) -> Option<Entry> {
    let (file, number, arrangement, read, step, by, at, name) = row;
    let arrangement = arrangement.map(serde_json::from_value).transpose().ok()?;
    let read = serde_json::from_value(read).ok()?;
    Some(Entry {
        file: FileId(file),
        number,
        arrangement,
        read,
        step,
        by: UserId(by),
        name: name.unwrap_or_default(),
        at,
    })
}

/// Everything that was ever arranged in a packet, oldest first.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn history(tx: &mut ReadTx<'_>, packet: PacketId) -> Result<Vec<Entry>, StoreError> {
    let rows: Vec<Row> = arrangements::table
        .left_join(users::table.on(users::id.eq(arrangements::created_by)))
        .filter(arrangements::packet_id.eq(packet.0))
        .order((arrangements::created_at, arrangements::number))
        .select((
            arrangements::file_id,
            arrangements::number,
            arrangements::arrangement,
            arrangements::read,
            arrangements::step,
            arrangements::created_by,
            arrangements::created_at,
            users::name.nullable(),
        ))
        .load(tx.conn())?;
    Ok(rows.into_iter().filter_map(entry).collect())
}

/// The newest step of a file.
pub fn newest(history: &[Entry], file: FileId) -> Option<&Entry> {
    history.iter().filter(|entry| entry.file == file).max_by_key(|entry| entry.number)
}

/// Adds a step to the history of a file, by somebody who saw `seen` as the number of its newest one, 0 for none. Of two people at once the
/// second is told.
///
/// # Errors
/// [`StoreError::NotFound`] where the packet or the file is not the team's, [`StoreError::Conflict`] with [`MEANWHILE`] where somebody
/// else was faster.
pub fn add(tx: &mut WriteTx<'_>, new: &NewStep, seen: i32) -> Result<(), StoreError> {
    let _: Uuid =
        packets::table.filter(packets::id.eq(new.packet.0)).select(packets::id).for_update().first(tx.conn())?;
    let _: Uuid = files::table
        .filter(files::packet_id.eq(new.packet.0).and(files::id.eq(new.file.0)))
        .select(files::id)
        .first(tx.conn())?;
    let last: Option<i32> = arrangements::table
        .filter(arrangements::file_id.eq(new.file.0))
        .select(diesel::dsl::max(arrangements::number))
        .first(tx.conn())?;
    let last = last.unwrap_or(0);
    if last != seen {
        return Err(StoreError::Conflict(MEANWHILE.to_owned()));
    }
    let json = |value: serde_json::Result<serde_json::Value>| {
        value.map_err(|error| StoreError::Query(diesel::result::Error::SerializationError(error.into())))
    };
    diesel::insert_into(arrangements::table)
        .values((
            arrangements::packet_id.eq(new.packet.0),
            arrangements::file_id.eq(new.file.0),
            arrangements::number.eq(last.saturating_add(1)),
            arrangements::arrangement.eq(new.arrangement.as_ref().map(serde_json::to_value).map(json).transpose()?),
            arrangements::read.eq(json(serde_json::to_value(&new.read))?),
            arrangements::step.eq(&new.step),
            arrangements::created_by.eq(new.by.0),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The conflict of two people who arrange the same file.
pub const MEANWHILE: &str = "arrangement.meanwhile";
