//! Packets and their files. What was read in them is `runs`; many of them at once are `list`.

pub mod list;
pub mod seed;

use super::column::Stored;
use super::schema::{files, packets, users};
use super::{ReadTx, StoreError, WriteTx, runs, words};
use crate::domain::ids::{FileId, PacketId, RunId, UserId};
use crate::domain::packet::decision::Decision;
use crate::domain::packet::result::Verdict;
use crate::domain::packet::state::PacketState;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// A file as it was uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub id: FileId,
    pub name: String,
    /// Lower-case hexadecimal.
    pub sha256: String,
    pub size_bytes: i64,
    /// Where its bytes are in the object store.
    pub object_key: String,
}

/// A packet to be.
pub struct NewPacket {
    pub id: PacketId,
    pub run: RunId,
    pub name: String,
    /// The key that came with the form.
    pub upload_key: Uuid,
    pub created_by: Option<UserId>,
    pub files: Vec<File>,
}

/// Stores a packet with its files and its first run.
///
/// # Errors
/// [`StoreError::Conflict`] where the same form made a packet before; see [`find_by_upload_keys`].
pub fn add(tx: &mut WriteTx<'_>, packet: &NewPacket) -> Result<(), StoreError> {
    let by = packet.created_by.map(|user| user.0);
    diesel::insert_into(packets::table)
        .values((
            packets::id.eq(packet.id.0),
            packets::name.eq(&packet.name),
            packets::state.eq(PacketState::Checking.as_str()),
            packets::upload_key.eq(packet.upload_key),
            packets::created_by.eq(by),
            packets::run_id.eq(packet.run.0),
            packets::file_count.eq(i32::try_from(packet.files.len()).unwrap_or(i32::MAX)),
        ))
        .execute(tx.conn())?;
    let rows: Vec<_> = packet
        .files
        .iter()
        .zip(1i32..)
        .map(|(file, position)| {
            (
                files::id.eq(file.id.0),
                files::packet_id.eq(packet.id.0),
                files::position.eq(position),
                files::name.eq(&file.name),
                files::sha256.eq(&file.sha256),
                files::size_bytes.eq(file.size_bytes),
                files::object_key.eq(&file.object_key),
                files::created_by.eq(by),
            )
        })
        .collect();
    diesel::insert_into(files::table).values(rows).execute(tx.conn())?;
    words::take(tx, packet.id)?;
    runs::insert(tx, packet.id, packet.run, 1, packet.created_by)
}

/// The packets that a form made, which may have made several: each has a key that follows from the form's.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn find_by_upload_keys(tx: &mut ReadTx<'_>, keys: &[Uuid]) -> Result<Vec<PacketId>, StoreError> {
    let rows: Vec<(Uuid, Uuid)> = packets::table
        .filter(packets::upload_key.eq_any(keys))
        .select((packets::upload_key, packets::id))
        .load(tx.conn())?;
    let of = |key: &Uuid| rows.iter().find(|(known, _)| known == key).map(|(_, id)| PacketId(*id));
    Ok(keys.iter().filter_map(of).collect())
}

/// A packet as a list and its own page show it.
#[derive(Clone, Debug)]
pub struct Packet {
    pub id: PacketId,
    pub name: String,
    pub state: PacketState,
    pub run: RunId,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub created_by: Option<UserId>,
    /// Who works on it.
    pub owner_id: Option<UserId>,
    pub owner: Option<String>,
    pub decision: Option<Decision>,
    pub is_deleted: bool,
    pub file_count: i32,
    pub document_count: Option<i32>,
    pub score: Option<i16>,
    pub verdict: Option<Verdict>,
    pub criticals: Option<i32>,
    pub warnings: Option<i32>,
    pub transport: Option<String>,
    pub eta: Option<NaiveDate>,
    /// The importer, buyer or consignee.
    pub client: Option<String>,
    /// Invoice and containers, in one line.
    pub numbers: Option<String>,
    pub route: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = packets, check_for_backend(diesel::pg::Pg))]
struct Row {
    id: Uuid,
    name: String,
    #[diesel(deserialize_as = Stored<PacketState>)]
    state: PacketState,
    run_id: Uuid,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    created_by: Option<Uuid>,
    file_count: i32,
    document_count: Option<i32>,
    score: Option<i16>,
    verdict: Option<String>,
    criticals: Option<i32>,
    warnings: Option<i32>,
    transport: Option<String>,
    eta: Option<NaiveDate>,
    client: Option<String>,
    numbers: Option<String>,
    route: Option<String>,
    owner_id: Option<Uuid>,
    decision: Option<String>,
    deleted_at: Option<DateTime<Utc>>,
}

impl From<(Row, Option<String>)> for Packet {
    fn from((row, owner): (Row, Option<String>)) -> Self {
        Self {
            id: PacketId(row.id),
            name: row.name,
            state: row.state,
            run: RunId(row.run_id),
            created_at: row.created_at,
            updated_at: row.updated_at,
            created_by: row.created_by.map(UserId),
            owner_id: row.owner_id.map(UserId),
            owner,
            decision: row.decision.as_deref().and_then(Decision::from_word),
            is_deleted: row.deleted_at.is_some(),
            file_count: row.file_count,
            document_count: row.document_count,
            score: row.score,
            verdict: row.verdict.as_deref().and_then(Verdict::from_word),
            criticals: row.criticals,
            warnings: row.warnings,
            transport: row.transport,
            eta: row.eta,
            client: row.client,
            numbers: row.numbers,
            route: row.route,
        }
    }
}

/// One packet.
///
/// # Errors
/// [`StoreError::NotFound`] where the team has none of this id.
pub fn find(tx: &mut ReadTx<'_>, id: PacketId) -> Result<Packet, StoreError> {
    let row: (Row, Option<String>) = packets::table
        .left_join(users::table.on(users::id.nullable().eq(packets::owner_id)))
        .filter(packets::id.eq(id.0))
        .select((Row::as_select(), users::name.nullable()))
        .first(tx.conn())?;
    Ok(row.into())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = files, check_for_backend(diesel::pg::Pg))]
struct FileRow {
    id: Uuid,
    name: String,
    sha256: String,
    size_bytes: i64,
    object_key: String,
}

impl From<FileRow> for File {
    fn from(row: FileRow) -> Self {
        Self {
            id: FileId(row.id),
            name: row.name,
            sha256: row.sha256,
            size_bytes: row.size_bytes,
            object_key: row.object_key,
        }
    }
}

/// The files of a packet that are checked, in the order in which they came.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn files_of(tx: &mut ReadTx<'_>, packet: PacketId) -> Result<Vec<File>, StoreError> {
    let rows: Vec<FileRow> = files::table
        .filter(files::packet_id.eq(packet.0).and(files::replaced_at.is_null()).and(files::aside_at.is_null()))
        .order(files::position)
        .select(FileRow::as_select())
        .load(tx.conn())?;
    Ok(rows.into_iter().map(File::from).collect())
}

/// One file of a packet, whichever version of it.
///
/// # Errors
/// [`StoreError::NotFound`] where the packet has none of this id.
pub fn file(tx: &mut ReadTx<'_>, packet: PacketId, id: FileId) -> Result<File, StoreError> {
    let row: FileRow = files::table
        .filter(files::packet_id.eq(packet.0).and(files::id.eq(id.0)))
        .select(FileRow::as_select())
        .first(tx.conn())?;
    Ok(row.into())
}
