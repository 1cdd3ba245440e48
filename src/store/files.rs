//! The files of a packet through time: those that came later, versions, those left out of the checks, and the same bytes in other
//! packets. How a packet is made with its first files is `packets`.

use super::packets::File;
use super::schema::{files, packets, users};
use super::{Change, ReadTx, StoreError, WriteTx};
use crate::domain::ids::{FileId, PacketId, UserId};
use crate::domain::packet::decision::PacketRefused;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A file as it once came to a packet.
#[derive(Clone, Debug)]
pub struct Version {
    pub file: File,
    /// Its place among the files; all versions of one have the same.
    pub position: i32,
    pub at: DateTime<Utc>,
    /// Who uploaded it.
    pub by: Option<String>,
    pub replaces: Option<FileId>,
    /// True where there is a newer one.
    pub is_replaced: bool,
    pub aside_at: Option<DateTime<Utc>>,
}

impl Version {
    /// True where it takes part in the checks.
    pub const fn is_checked(&self) -> bool {
        !self.is_replaced && self.aside_at.is_none()
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = files, check_for_backend(diesel::pg::Pg))]
struct Row {
    id: Uuid,
    name: String,
    sha256: String,
    size_bytes: i64,
    object_key: String,
    position: i32,
    created_at: DateTime<Utc>,
    replaces: Option<Uuid>,
    replaced_at: Option<DateTime<Utc>>,
    aside_at: Option<DateTime<Utc>>,
}

/// Every version of every file of a packet, by place and then oldest first.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn all(tx: &mut ReadTx<'_>, packet: PacketId) -> Result<Vec<Version>, StoreError> {
    let rows: Vec<(Row, Option<String>)> = files::table
        .left_join(users::table.on(users::id.nullable().eq(files::created_by)))
        .filter(files::packet_id.eq(packet.0))
        .order((files::position, files::created_at, files::id))
        .select((Row::as_select(), users::name.nullable()))
        .load(tx.conn())?;
    let version = |(row, by): (Row, Option<String>)| Version {
        file: File {
            id: FileId(row.id),
            name: row.name,
            sha256: row.sha256,
            size_bytes: row.size_bytes,
            object_key: row.object_key,
        },
        position: row.position,
        at: row.created_at,
        by,
        replaces: row.replaces.map(FileId),
        is_replaced: row.replaced_at.is_some(),
        aside_at: row.aside_at,
    };
    Ok(rows.into_iter().map(version).collect())
}

/// For each replaced version the newest one of its file.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn newest_versions(tx: &mut ReadTx<'_>, packet: PacketId) -> Result<BTreeMap<FileId, FileId>, StoreError> {
    let rows: Vec<(Uuid, Option<Uuid>)> = files::table
        .filter(files::packet_id.eq(packet.0).and(files::replaces.is_not_null()))
        .order(files::created_at)
        .select((files::id, files::replaces))
        .load(tx.conn())?;
    let mut newest: BTreeMap<FileId, FileId> = BTreeMap::new();
    for (new, old) in rows {
        let (new, Some(old)) = (FileId(new), old.map(FileId)) else { continue };
        newest.values_mut().filter(|file| **file == old).for_each(|file| *file = new);
        newest.insert(old, new);
    }
    Ok(newest)
}

fn told(file: &File) -> serde_json::Value {
    json!({ "file": file.name, "sha256": file.sha256, "bytes": file.size_bytes })
}

/// Adds files to a packet that the caller holds.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn add(tx: &mut WriteTx<'_>, packet: PacketId, new: &[File], by: Option<UserId>) -> Result<Change<()>, StoreError> {
    let last: Option<i32> = files::table
        .filter(files::packet_id.eq(packet.0))
        .select(diesel::dsl::max(files::position))
        .first(tx.conn())?;
    for (file, place) in new.iter().zip(1i32..) {
        insert(tx, packet, file, last.unwrap_or(0).saturating_add(place), None, by)?;
    }
    count(tx, packet)?;
    Ok(Change::to(()).diff(serde_json::Value::Null, json!({ "added": new.iter().map(told).collect::<Vec<_>>() })))
}

fn insert(
    tx: &mut WriteTx<'_>,
    packet: PacketId,
    file: &File,
    position: i32,
    replaces: Option<FileId>,
    by: Option<UserId>,
) -> Result<(), StoreError> {
    diesel::insert_into(files::table)
        .values((
            files::id.eq(file.id.0),
            files::packet_id.eq(packet.0),
            files::position.eq(position),
            files::name.eq(&file.name),
            files::sha256.eq(&file.sha256),
            files::size_bytes.eq(file.size_bytes),
            files::object_key.eq(&file.object_key),
            files::created_by.eq(by.map(|user| user.0)),
            files::replaces.eq(replaces.map(|file| file.0)),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// How many files of a packet are checked, as its lists show it.
fn count(tx: &mut WriteTx<'_>, packet: PacketId) -> Result<i64, StoreError> {
    let checked = files::packet_id.eq(packet.0).and(files::replaced_at.is_null()).and(files::aside_at.is_null());
    let count: i64 = files::table.filter(checked).count().get_result(tx.conn())?;
    diesel::update(packets::table.filter(packets::id.eq(packet.0)))
        .set(packets::file_count.eq(i32::try_from(count).unwrap_or(i32::MAX)))
        .execute(tx.conn())?;
    Ok(count)
}

/// Puts a newer version in the place of a file, which stays as an older one.
///
/// # Errors
/// [`StoreError::NotFound`] where the packet has no such file, [`StoreError::Packet`] where it has a newer version already.
pub fn replace(
    tx: &mut WriteTx<'_>,
    packet: PacketId,
    old: FileId,
    new: &File,
    by: Option<UserId>,
) -> Result<Change<()>, StoreError> {
    let before = version(tx, packet, old)?;
    diesel::update(files::table.filter(files::id.eq(old.0)))
        .set(files::replaced_at.eq(diesel::dsl::now))
        .execute(tx.conn())?;
    insert(tx, packet, new, before.position, Some(old), by)?;
    count(tx, packet)?;
    Ok(Change::to(()).diff(told(&before.file), told(new)))
}

/// The newest version of a file that somebody acts on.
fn version(tx: &mut WriteTx<'_>, packet: PacketId, file: FileId) -> Result<Version, StoreError> {
    let found = all(tx, packet)?.into_iter().find(|version| version.file.id == file).ok_or(StoreError::NotFound)?;
    if found.is_replaced { Err(PacketRefused::ReplacedMeanwhile.into()) } else { Ok(found) }
}

/// Leaves a file out of the checks, or takes it into them again where nobody does.
///
/// # Errors
/// [`StoreError::NotFound`] where the packet has no such file, [`StoreError::Packet`] where it is so already, is replaced, or is the only
/// one that is checked.
pub fn set_aside(
    tx: &mut WriteTx<'_>,
    packet: PacketId,
    file: FileId,
    by: Option<UserId>,
) -> Result<Change<()>, StoreError> {
    let before = version(tx, packet, file)?;
    match (by, before.aside_at) {
        (Some(_), Some(_)) => return Err(PacketRefused::AsideAlready.into()),
        (None, None) => return Err(PacketRefused::NotAside.into()),
        _ => {}
    }
    diesel::update(files::table.filter(files::id.eq(file.0)))
        .set((files::aside_at.eq(by.map(|_| Utc::now())), files::aside_by.eq(by.map(|user| user.0))))
        .execute(tx.conn())?;
    if count(tx, packet)? == 0 {
        return Err(PacketRefused::LastFile.into());
    }
    let told = |checked: bool| json!({ "file": before.file.name, "sha256": before.file.sha256, "checked": checked });
    Ok(Change::to(()).diff(told(by.is_some()), told(by.is_none())))
}

/// The same bytes as a file of this packet, in another packet that is not in the bin.
#[derive(Clone, Debug)]
pub struct Twin {
    /// The name of the file in this packet.
    pub name: String,
    pub packet: PacketId,
    pub packet_name: String,
    pub at: DateTime<Utc>,
    /// Who uploaded it there.
    pub by: Option<String>,
}

type TwinRow = (String, Uuid, String, DateTime<Utc>, Option<String>);

/// Where the checked files of a packet are found once more, newest first, at most `limit` of them.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn twins(tx: &mut ReadTx<'_>, packet: PacketId, limit: i64) -> Result<Vec<Twin>, StoreError> {
    let others = diesel::alias!(files as others);
    let same = others
        .field(files::team_id)
        .eq(files::team_id)
        .and(others.field(files::sha256).eq(files::sha256))
        .and(others.field(files::packet_id).ne(files::packet_id));
    let rows: Vec<TwinRow> = files::table
        .inner_join(others.on(same))
        .inner_join(
            packets::table.on(packets::team_id.eq(files::team_id).and(packets::id.eq(others.field(files::packet_id)))),
        )
        .left_join(users::table.on(users::id.nullable().eq(others.field(files::created_by))))
        .filter(files::packet_id.eq(packet.0).and(files::replaced_at.is_null()).and(files::aside_at.is_null()))
        .filter(packets::deleted_at.is_null())
        .order((others.field(files::created_at).desc(), others.field(files::id)))
        .limit(limit)
        .select((
            files::name,
            others.field(files::packet_id),
            packets::name,
            others.field(files::created_at),
            users::name.nullable(),
        ))
        .load(tx.conn())?;
    let twin =
        |(name, packet, packet_name, at, by): TwinRow| Twin { name, packet: PacketId(packet), packet_name, at, by };
    Ok(rows.into_iter().map(twin).collect())
}
