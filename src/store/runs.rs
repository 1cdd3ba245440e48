//! Runs: each reading and checking of a packet, its result, and the pages that it read.

use super::column::Stored;
use super::schema::{packets, pages, runs};
use super::{ReadTx, StoreError, WriteTx, decisions, waivers, words};
use crate::domain::ids::{FileId, PacketId, RunId, UserId};
use crate::domain::packet::arrangement::Turn;
use crate::domain::packet::decision::PacketRefused;
use crate::domain::packet::document::Field;
use crate::domain::packet::result::PacketResult;
use crate::domain::packet::state::{PacketState, RunState};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// The first row of a run.
pub(in crate::store) fn insert(
    tx: &mut WriteTx<'_>,
    packet: PacketId,
    run: RunId,
    number: i32,
    by: Option<UserId>,
) -> Result<(), StoreError> {
    diesel::insert_into(runs::table)
        .values((
            runs::id.eq(run.0),
            runs::packet_id.eq(packet.0),
            runs::number.eq(number),
            runs::state.eq(RunState::Waiting.as_str()),
            runs::requested_by.eq(by.map(|user| user.0)),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// A new run of a packet that is not being checked.
///
/// # Errors
/// [`StoreError::NotFound`] for an unknown packet, [`StoreError::Conflict`] where a run is under way.
pub fn add(tx: &mut WriteTx<'_>, packet: PacketId, run: RunId, by: Option<UserId>) -> Result<(), StoreError> {
    let (state, deleted): (Stored<PacketState>, Option<DateTime<Utc>>) = packets::table
        .filter(packets::id.eq(packet.0))
        .select((packets::state, packets::deleted_at))
        .for_update()
        .first(tx.conn())?;
    if deleted.is_some() {
        return Err(PacketRefused::InBin.into());
    }
    if state.0 == PacketState::Checking {
        return Err(StoreError::Conflict("packet.checking".to_owned()));
    }
    begin(tx, packet, run, by)
}

/// A new run of a packet, whatever is under way: what was begun before goes to its end and is the packet's no more.
///
/// # Errors
/// [`StoreError::NotFound`] for an unknown packet.
pub fn renew(tx: &mut WriteTx<'_>, packet: PacketId, run: RunId, by: Option<UserId>) -> Result<(), StoreError> {
    let _: Uuid = packets::table.filter(packets::id.eq(packet.0)).select(packets::id).for_update().first(tx.conn())?;
    begin(tx, packet, run, by)
}

fn begin(tx: &mut WriteTx<'_>, packet: PacketId, run: RunId, by: Option<UserId>) -> Result<(), StoreError> {
    let last: Option<i32> =
        runs::table.filter(runs::packet_id.eq(packet.0)).select(diesel::dsl::max(runs::number)).first(tx.conn())?;
    insert(tx, packet, run, last.unwrap_or(0).saturating_add(1), by)?;
    diesel::update(packets::table.filter(packets::id.eq(packet.0)))
        .set((
            packets::state.eq(PacketState::Checking.as_str()),
            packets::run_id.eq(run.0),
            packets::updated_at.eq(diesel::dsl::now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The state and result of a run.
#[derive(Clone, Debug)]
pub struct Run {
    pub id: RunId,
    pub packet: PacketId,
    pub number: i32,
    pub state: RunState,
    pub created_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    pub result: Option<PacketResult>,
    pub failure: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = runs, check_for_backend(diesel::pg::Pg))]
struct RunRow {
    id: Uuid,
    packet_id: Uuid,
    number: i32,
    #[diesel(deserialize_as = Stored<RunState>)]
    state: RunState,
    created_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    result: Option<serde_json::Value>,
    failure: Option<String>,
}

impl From<RunRow> for Run {
    fn from(row: RunRow) -> Self {
        Self {
            id: RunId(row.id),
            packet: PacketId(row.packet_id),
            number: row.number,
            state: row.state,
            created_at: row.created_at,
            finished_at: row.finished_at,
            result: row.result.and_then(|result| serde_json::from_value(result).ok()),
            failure: row.failure,
        }
    }
}

/// One run.
///
/// # Errors
/// [`StoreError::NotFound`] where the team has none of this id.
pub fn find(tx: &mut ReadTx<'_>, id: RunId) -> Result<Run, StoreError> {
    let row: RunRow = runs::table.filter(runs::id.eq(id.0)).select(RunRow::as_select()).first(tx.conn())?;
    Ok(row.into())
}

/// The newest run of a packet that came to its end, whatever is under way.
///
/// # Errors
/// [`StoreError::NotFound`] where the packet is unknown or was never read.
pub fn newest_done(tx: &mut ReadTx<'_>, packet: PacketId) -> Result<Run, StoreError> {
    let row: RunRow = runs::table
        .filter(runs::packet_id.eq(packet.0).and(runs::state.eq(RunState::Done.as_str())))
        .order(runs::number.desc())
        .select(RunRow::as_select())
        .first(tx.conn())?;
    Ok(row.into())
}

/// A page as it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    pub file: FileId,
    pub number: i32,
    /// Points.
    pub width: f32,
    /// Points.
    pub height: f32,
    /// The word of the text source.
    pub source: String,
    pub sheet: Option<String>,
    pub text: String,
    /// The cells of a sheet.
    pub grid: Option<Vec<Vec<String>>>,
    /// How it was turned before it was read.
    pub turn: Turn,
}

/// Stores what a run gave, and what the list shows of it.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn save_result(tx: &mut WriteTx<'_>, run: RunId, result: &PacketResult, read: &[Page]) -> Result<(), StoreError> {
    let value = serde_json::to_value(result)
        .map_err(|error| StoreError::Query(diesel::result::Error::SerializationError(error.into())))?;
    let packet: Uuid = diesel::update(runs::table.filter(runs::id.eq(run.0)))
        .set((
            runs::state.eq(RunState::Done.as_str()),
            runs::finished_at.eq(diesel::dsl::now),
            runs::result.eq(value),
            runs::score.eq(i16::from(result.packet.score)),
            runs::verdict.eq(result.packet.verdict.as_str()),
            runs::failure.eq(None::<String>),
        ))
        .returning(runs::packet_id)
        .get_result(tx.conn())?;
    // Sixteen rows of ten values keep a statement small however many pages there are.
    for chunk in read.chunks(16) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|page| {
                (
                    pages::run_id.eq(run.0),
                    pages::file_id.eq(page.file.0),
                    pages::number.eq(page.number),
                    pages::width.eq(page.width),
                    pages::height.eq(page.height),
                    pages::source.eq(&page.source),
                    pages::sheet.eq(&page.sheet),
                    // PostgreSQL's text holds no NUL.
                    pages::text.eq(page.text.replace('\0', "")),
                    pages::grid.eq(page.grid.as_ref().and_then(|grid| serde_json::to_value(grid).ok())),
                    pages::turn.eq(i16::from(page.turn.quarters()).saturating_mul(90)),
                )
            })
            .collect();
        diesel::insert_into(pages::table).values(rows).on_conflict_do_nothing().execute(tx.conn())?;
    }
    // A run that another has overtaken tells the packet nothing.
    let current = diesel::update(packets::table.filter(packets::id.eq(packet).and(packets::run_id.eq(run.0))))
        .set((
            packets::state.eq(PacketState::Checked.as_str()),
            packets::updated_at.eq(diesel::dsl::now),
            packets::document_count.eq(i32::try_from(result.documents.len()).unwrap_or(i32::MAX)),
            packets::transport.eq(words::first(result, &[Field::BlNumber, Field::AwbNumber])),
            packets::eta
                .eq(words::first(result, &[Field::Eta, Field::FlightDate])
                    .and_then(|date| date.parse::<NaiveDate>().ok())),
        ))
        .execute(tx.conn())?;
    if current == 0 {
        return Ok(());
    }
    let judged = waivers::judged(tx, PacketId(packet), result.clone())?;
    waivers::settle(tx, PacketId(packet), &judged)?;
    if let Some(ground) = decisions::ground(tx, PacketId(packet))? {
        let then = find(tx, ground)?.result.map(|then| then.findings);
        if then.as_ref() != Some(&result.findings) {
            decisions::reopen_by_itself(tx, PacketId(packet), FOUND_ELSE)?;
        }
    }
    words::take(tx, PacketId(packet))
}

/// Why a new run reopens a packet.
const FOUND_ELSE: &str = "A new run found something else than the one that was decided on.";

/// Marks a run, and its packet, as failed; a person can let it be tried again.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn save_failure(tx: &mut WriteTx<'_>, run: RunId, failure: &str) -> Result<(), StoreError> {
    let packet: Uuid = diesel::update(runs::table.filter(runs::id.eq(run.0)))
        .set((
            runs::state.eq(RunState::Failed.as_str()),
            runs::finished_at.eq(diesel::dsl::now),
            runs::failure.eq(failure),
        ))
        .returning(runs::packet_id)
        .get_result(tx.conn())?;
    set_state(tx, PacketId(packet), run, PacketState::Failed)
}

/// Sends a failed run back to waiting.
///
/// # Errors
/// [`StoreError::NotFound`] where the run is unknown.
pub fn reopen(tx: &mut WriteTx<'_>, run: RunId) -> Result<(), StoreError> {
    let packet: Uuid = diesel::update(runs::table.filter(runs::id.eq(run.0)))
        .set((runs::state.eq(RunState::Waiting.as_str()), runs::failure.eq(None::<String>)))
        .returning(runs::packet_id)
        .get_result(tx.conn())?;
    set_state(tx, PacketId(packet), run, PacketState::Checking)
}

fn set_state(tx: &mut WriteTx<'_>, packet: PacketId, run: RunId, state: PacketState) -> Result<(), StoreError> {
    diesel::update(packets::table.filter(packets::id.eq(packet.0).and(packets::run_id.eq(run.0))))
        .set((packets::state.eq(state.as_str()), packets::updated_at.eq(diesel::dsl::now)))
        .execute(tx.conn())?;
    Ok(())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = pages, check_for_backend(diesel::pg::Pg))]
struct PageRow {
    file_id: Uuid,
    number: i32,
    width: f32,
    height: f32,
    source: String,
    sheet: Option<String>,
    text: String,
    grid: Option<serde_json::Value>,
    turn: i16,
}

/// One page that a run read, where it read it.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn page(tx: &mut ReadTx<'_>, run: RunId, file: FileId, number: i32) -> Result<Option<Page>, StoreError> {
    let row: Option<PageRow> = pages::table
        .filter(pages::run_id.eq(run.0).and(pages::file_id.eq(file.0)).and(pages::number.eq(number)))
        .select(PageRow::as_select())
        .first(tx.conn())
        .optional()?;
    Ok(row.map(|row| Page {
        file: FileId(row.file_id),
        number: row.number,
        width: row.width,
        height: row.height,
        source: row.source,
        sheet: row.sheet,
        text: row.text,
        grid: row.grid.and_then(|grid| serde_json::from_value(grid).ok()),
        turn: Turn::from_word(&row.turn.to_string()).unwrap_or_default(),
    }))
}

/// A page of a file as a run read it, without what stands on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    pub number: u32,
    /// The word of the text source.
    pub source: String,
    pub sheet: Option<String>,
}

/// The pages of a file that a run read, in order.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn outlines(tx: &mut ReadTx<'_>, run: RunId, file: FileId) -> Result<Vec<Outline>, StoreError> {
    let rows: Vec<(i32, String, Option<String>)> = pages::table
        .filter(pages::run_id.eq(run.0).and(pages::file_id.eq(file.0)))
        .order(pages::number)
        .select((pages::number, pages::source, pages::sheet))
        .load(tx.conn())?;
    let outline = |(number, source, sheet): (i32, String, Option<String>)| {
        u32::try_from(number).ok().map(|number| Outline { number, source, sheet })
    };
    Ok(rows.into_iter().filter_map(outline).collect())
}
