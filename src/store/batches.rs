//! What was done with many packets at once: done for each packet that allows it, kept with what each was before, and taken back where
//! nobody changed it since.

use super::schema::{batch_packets, batches, decisions as steps, packets};
use super::{Change, ReadTx, StoreError, WriteTx, decisions, queue, runs};
use crate::domain::ids::{BatchId, PacketId, RunId, UserId};
use crate::domain::packet::batch::Task;
use crate::domain::packet::decision::{PacketRefused, Step};
use crate::domain::packet::result::Verdict;
use crate::domain::work::Work;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::json;
use uuid::Uuid;

/// What is to be done, and by whom.
#[derive(Clone, Copy, Debug)]
pub struct Batch {
    pub id: BatchId,
    pub task: Task,
    /// Whom packets are given to.
    pub owner: Option<UserId>,
    pub by: UserId,
}

/// A batch as it ended.
#[derive(Clone, Debug)]
pub struct Ended {
    pub task: Task,
    pub is_undone: bool,
    pub done: usize,
    /// The packets that were left as they were: id, name, and why.
    pub refused: Vec<(PacketId, String, String)>,
}

/// What one packet is at the moment that its turn comes.
struct Before {
    owner: Option<UserId>,
    run: RunId,
    verdict: Option<Verdict>,
}

fn hold(tx: &mut WriteTx<'_>, packet: PacketId) -> Result<Before, StoreError> {
    let (owner, run, verdict): (Option<Uuid>, Uuid, Option<String>) = packets::table
        .filter(packets::id.eq(packet.0))
        .select((packets::owner_id, packets::run_id, packets::verdict))
        .for_update()
        .first(tx.conn())?;
    let verdict = verdict.as_deref().and_then(Verdict::from_word);
    Ok(Before { owner: owner.map(UserId), run: RunId(run), verdict })
}

fn each(tx: &mut WriteTx<'_>, batch: Batch, packet: PacketId, before: &Before) -> Result<Change<()>, StoreError> {
    match batch.task {
        Task::Assign => decisions::assign(tx, packet, batch.owner, before.owner),
        Task::Delete => decisions::bin(tx, packet, Some(batch.by)),
        Task::Approve if before.verdict != Some(Verdict::Ready) => Err(PacketRefused::NotReady.into()),
        Task::Approve => decisions::decide(tx, packet, Some(before.run), Step::Approve, None, batch.by),
        Task::Check => {
            let run = RunId::fresh();
            runs::add(tx, packet, run, Some(batch.by))?;
            queue::add(tx, &Work::CheckPacket { packet, run })?;
            Ok(Change::to(()).diff(json!({ "run": before.run }), json!({ "run": run })))
        }
    }
}

/// The sentence of a packet that is left as it is; a fault ends the whole batch.
fn left(error: StoreError) -> Result<String, StoreError> {
    match error {
        StoreError::Packet(refused) => Ok(refused.to_string()),
        StoreError::Conflict(_) => Ok(PacketRefused::Checking.to_string()),
        fault => Err(fault),
    }
}

/// Does it with each packet that allows it. Every packet has an entry of its own in the log.
///
/// # Errors
/// [`StoreError::NotFound`] for a packet that the team has not; then nothing is done with any.
pub fn run(tx: &mut WriteTx<'_>, batch: Batch, all: &[PacketId]) -> Result<Change<()>, StoreError> {
    diesel::insert_into(batches::table)
        .values((
            batches::id.eq(batch.id.0),
            batches::task.eq(batch.task.as_str()),
            batches::owner_id.eq(batch.owner.map(|owner| owner.0)),
            batches::created_by.eq(batch.by.0),
        ))
        .execute(tx.conn())?;
    // Always in the same order: two batches over the same packets wait for each other and never in a circle.
    let all: std::collections::BTreeSet<PacketId> = all.iter().copied().collect();
    let (mut told, mut rows) = (Vec::new(), Vec::new());
    for packet in all {
        let before = hold(tx, packet)?;
        let refused = match each(tx, batch, packet, &before) {
            Ok(change) => {
                told.push((packet.to_string(), change));
                None
            }
            Err(error) => Some(left(error)?),
        };
        rows.push((
            batch_packets::batch_id.eq(batch.id.0),
            batch_packets::packet_id.eq(packet.0),
            batch_packets::owner_before.eq(before.owner.map(|owner| owner.0)),
            batch_packets::refused.eq(refused),
        ));
    }
    let (done, refused) = (told.len(), rows.len().saturating_sub(told.len()));
    diesel::insert_into(batch_packets::table).values(rows).execute(tx.conn())?;
    let facts = json!({ "task": batch.task, "packets": done, "left": refused });
    Ok(Change::to(()).diff(json!(null), facts).with(told))
}

/// True where nobody decided about the packet, or took it out of the bin and put it back, after the batch did. What a batch did bears
/// the time of its transaction.
fn is_last(tx: &mut WriteTx<'_>, packet: PacketId, task: Task, at: DateTime<Utc>) -> Result<bool, StoreError> {
    let last: Option<DateTime<Utc>> = match task {
        Task::Delete => packets::table.filter(packets::id.eq(packet.0)).select(packets::deleted_at).first(tx.conn())?,
        Task::Approve | Task::Assign | Task::Check => steps::table
            .filter(steps::packet_id.eq(packet.0))
            .select(diesel::dsl::max(steps::created_at))
            .first(tx.conn())?,
    };
    Ok(last == Some(at))
}

/// Takes back what a batch did, packet by packet, where nobody changed it since.
///
/// # Errors
/// [`StoreError::NotFound`] where the team has no such batch, [`StoreError::Packet`] where it was taken back or cannot be.
pub fn undo(tx: &mut WriteTx<'_>, id: BatchId, by: UserId) -> Result<Change<()>, StoreError> {
    type Row = (String, Option<Uuid>, DateTime<Utc>, Option<DateTime<Utc>>);
    let (task, owner, at, undone): Row = batches::table
        .filter(batches::id.eq(id.0))
        .select((batches::task, batches::owner_id, batches::created_at, batches::undone_at))
        .for_update()
        .first(tx.conn())?;
    let task = Task::from_word(&task).ok_or(StoreError::NotFound)?;
    if undone.is_some() || !task.can_be_undone() {
        return Err(PacketRefused::Undone.into());
    }
    let rows: Vec<(Uuid, Option<Uuid>)> = batch_packets::table
        .filter(batch_packets::batch_id.eq(id.0).and(batch_packets::refused.is_null()))
        .order(batch_packets::packet_id)
        .select((batch_packets::packet_id, batch_packets::owner_before))
        .load(tx.conn())?;
    let (mut told, mut left_over) = (Vec::new(), 0usize);
    for (packet, owner_before) in rows {
        let packet = PacketId(packet);
        let now = hold(tx, packet)?;
        let taken = match task {
            Task::Assign => decisions::assign(tx, packet, owner_before.map(UserId), owner.map(UserId)),
            Task::Delete | Task::Approve if !is_last(tx, packet, task, at)? => {
                Err(PacketRefused::ChangedMeanwhile.into())
            }
            Task::Delete => decisions::bin(tx, packet, None),
            Task::Approve | Task::Check => {
                decisions::decide(tx, packet, Some(now.run), Step::Reopen, Some(TAKEN_BACK.to_owned()), by)
            }
        };
        match taken {
            Ok(change) => told.push((packet.to_string(), change)),
            Err(error) => {
                left_over = left_over.saturating_add(1);
                let why = left(error)?;
                let one = batch_packets::batch_id.eq(id.0).and(batch_packets::packet_id.eq(packet.0));
                diesel::update(batch_packets::table.filter(one))
                    .set(batch_packets::refused.eq(why))
                    .execute(tx.conn())?;
            }
        }
    }
    diesel::update(batches::table.filter(batches::id.eq(id.0)))
        .set(batches::undone_at.eq(diesel::dsl::now))
        .execute(tx.conn())?;
    let facts = json!({ "undone": task, "packets": told.len(), "left": left_over });
    Ok(Change::to(()).diff(json!(null), facts).with(told))
}

/// Why packets that were approved together are open again.
const TAKEN_BACK: &str = "The approval of several packets at once was taken back.";

/// What a batch does.
///
/// # Errors
/// [`StoreError::NotFound`] where the team has no such batch.
pub fn task(tx: &mut ReadTx<'_>, id: BatchId) -> Result<Task, StoreError> {
    let task: String = batches::table.filter(batches::id.eq(id.0)).select(batches::task).first(tx.conn())?;
    Task::from_word(&task).ok_or(StoreError::NotFound)
}

/// How a batch ended.
///
/// # Errors
/// [`StoreError::NotFound`] where the team has no such batch.
pub fn ended(tx: &mut ReadTx<'_>, id: BatchId) -> Result<Ended, StoreError> {
    let task = task(tx, id)?;
    let undone: Option<DateTime<Utc>> =
        batches::table.filter(batches::id.eq(id.0)).select(batches::undone_at).first(tx.conn())?;
    let rows: Vec<(Uuid, String, Option<String>)> = batch_packets::table
        .inner_join(packets::table.on(packets::id.eq(batch_packets::packet_id)))
        .filter(batch_packets::batch_id.eq(id.0))
        .order((packets::name, packets::id))
        .select((packets::id, packets::name, batch_packets::refused))
        .load(tx.conn())?;
    let all = rows.len();
    let refused: Vec<_> = rows.into_iter().filter_map(|(id, name, why)| Some((PacketId(id), name, why?))).collect();
    Ok(Ended { task, is_undone: undone.is_some(), done: all.saturating_sub(refused.len()), refused })
}
