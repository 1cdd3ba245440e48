//! What people decide about packets: approval and its end, who works on which, and the bin.

use super::schema::{decisions, packets, runs, users};
use super::{Change, ReadTx, StoreError, WriteTx, members, waivers};
use crate::domain::access::Action;
use crate::domain::ids::{PacketId, RunId, UserId};
use crate::domain::packet::decision::{Decision, PacketRefused, Step, judge};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::Uuid as SqlUuid;
use serde_json::json;
use uuid::Uuid;

/// A step in the history of a packet.
#[derive(Clone, Debug)]
pub struct Entry {
    pub step: Step,
    pub reason: Option<String>,
    /// Nobody where a new run reopened the packet.
    pub name: Option<String>,
    /// The number of the run that it was taken on.
    pub run: i32,
    pub at: DateTime<Utc>,
}

type Row = (String, Option<String>, Option<String>, i32, DateTime<Utc>);

/// Every step that was taken, oldest first.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn history(tx: &mut ReadTx<'_>, packet: PacketId) -> Result<Vec<Entry>, StoreError> {
    let rows: Vec<Row> = decisions::table
        .inner_join(runs::table.on(runs::team_id.eq(decisions::team_id).and(runs::id.eq(decisions::run_id))))
        .left_join(users::table.on(users::id.nullable().eq(decisions::created_by)))
        .filter(decisions::packet_id.eq(packet.0))
        .order((decisions::created_at, decisions::id))
        .select((decisions::step, decisions::reason, users::name.nullable(), runs::number, decisions::created_at))
        .load(tx.conn())?;
    let entry =
        |(step, reason, name, run, at): Row| Some(Entry { step: Step::from_word(&step)?, reason, name, run, at });
    Ok(rows.into_iter().filter_map(entry).collect())
}

fn held(tx: &mut WriteTx<'_>, packet: PacketId) -> Result<(RunId, Option<Decision>, bool), StoreError> {
    let (run, decision, deleted): (Uuid, Option<String>, Option<DateTime<Utc>>) = packets::table
        .filter(packets::id.eq(packet.0))
        .select((packets::run_id, packets::decision, packets::deleted_at))
        .for_update()
        .first(tx.conn())?;
    Ok((RunId(run), decision.as_deref().and_then(Decision::from_word), deleted.is_some()))
}

/// Holds a packet of which something is to be changed.
///
/// # Errors
/// [`StoreError::NotFound`] where the team has none such, [`StoreError::Packet`] where it is decided or in the bin.
pub fn need_open(tx: &mut WriteTx<'_>, packet: PacketId) -> Result<(), StoreError> {
    match held(tx, packet)? {
        (_, _, true) => Err(PacketRefused::InBin.into()),
        (_, Some(_), _) => Err(PacketRefused::Decided.into()),
        (_, None, _) => Ok(()),
    }
}

fn write(
    tx: &mut WriteTx<'_>,
    packet: PacketId,
    run: RunId,
    step: Step,
    reason: Option<&str>,
    by: Option<UserId>,
) -> Result<(), StoreError> {
    diesel::insert_into(decisions::table)
        .values((
            decisions::id.eq(Uuid::now_v7()),
            decisions::packet_id.eq(packet.0),
            decisions::run_id.eq(run.0),
            decisions::step.eq(step.as_str()),
            decisions::reason.eq(reason),
            decisions::created_by.eq(by.map(|user| user.0)),
        ))
        .execute(tx.conn())?;
    let decision = step.leaves();
    diesel::update(packets::table.filter(packets::id.eq(packet.0)))
        .set((
            packets::decision.eq(decision.map(Decision::as_str)),
            packets::decided_run.eq(decision.map(|_| run.0)),
            packets::updated_at.eq(diesel::dsl::now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Takes a step, by somebody who looked at the run `seen`.
///
/// # Errors
/// [`StoreError::NotFound`] where the team has no such packet, [`StoreError::Packet`] where the step may not be.
pub fn decide(
    tx: &mut WriteTx<'_>,
    packet: PacketId,
    seen: Option<RunId>,
    step: Step,
    reason: Option<String>,
    by: UserId,
) -> Result<Change<()>, StoreError> {
    let (run, before, is_deleted) = held(tx, packet)?;
    if is_deleted {
        return Err(PacketRefused::InBin.into());
    }
    let result = waivers::hold(tx, packet)?;
    if seen != Some(run) {
        return Err(PacketRefused::CheckedMeanwhile.into());
    }
    judge(step, before, &result)?;
    write(tx, packet, run, step, reason.as_deref(), Some(by))?;
    let facts = json!({ "decision": step.leaves(), "reason": reason, "run": run, "score": result.packet.score });
    Ok(Change::to(()).diff(json!({ "decision": before }), facts))
}

/// Reopens a decided packet whose ground has changed. True where it was decided.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn reopen_by_itself(tx: &mut WriteTx<'_>, packet: PacketId, why: &str) -> Result<bool, StoreError> {
    let (run, decision, _) = held(tx, packet)?;
    if decision.is_some() {
        write(tx, packet, run, Step::Reopen, Some(why), None)?;
    }
    Ok(decision.is_some())
}

/// The run that a decision stands on, where the packet is decided.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn ground(tx: &mut ReadTx<'_>, packet: PacketId) -> Result<Option<RunId>, StoreError> {
    let run: Option<Uuid> =
        packets::table.filter(packets::id.eq(packet.0)).select(packets::decided_run).first(tx.conn())?;
    Ok(run.map(RunId))
}

/// Gives a packet to a member, or to nobody, by somebody who saw `seen` as its owner.
///
/// # Errors
/// [`StoreError::NotFound`] where the team has no such packet, [`StoreError::Packet`] where the owner changed meanwhile or may not work.
pub fn assign(
    tx: &mut WriteTx<'_>,
    packet: PacketId,
    owner: Option<UserId>,
    seen: Option<UserId>,
) -> Result<Change<()>, StoreError> {
    let (_, _, is_deleted) = held(tx, packet)?;
    if is_deleted {
        return Err(PacketRefused::InBin.into());
    }
    let before: Option<Uuid> =
        packets::table.filter(packets::id.eq(packet.0)).select(packets::owner_id).first(tx.conn())?;
    if before.map(UserId) != seen {
        return Err(PacketRefused::OwnedMeanwhile.into());
    }
    if let Some(owner) = owner {
        let works = match members::find(tx, owner) {
            Ok(member) => member.suspended_at.is_none() && member.role.may(Action::PacketDecide),
            Err(StoreError::NotFound) => false,
            Err(error) => return Err(error),
        };
        if !works {
            return Err(PacketRefused::NoWorker.into());
        }
    }
    diesel::update(packets::table.filter(packets::id.eq(packet.0)))
        .set(packets::owner_id.eq(owner.map(|user| user.0)))
        .execute(tx.conn())?;
    Ok(Change::to(()).diff(json!({ "owner": before }), json!({ "owner": owner })))
}

#[derive(QueryableByName)]
struct Claimed {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// Gives somebody the oldest packet that was checked, is nobody's and is not decided. Two people who claim at once get two packets.
///
/// # Errors
/// [`StoreError::Packet`] where there is none.
pub fn claim_next(tx: &mut WriteTx<'_>, by: UserId) -> Result<Change<PacketId>, StoreError> {
    const CLAIM: &str = "WITH next AS (SELECT team_id, id FROM packets \
            WHERE owner_id IS NULL AND decision IS NULL AND deleted_at IS NULL AND state <> 'checking' \
            ORDER BY created_at, id LIMIT 1 FOR UPDATE SKIP LOCKED) \
        UPDATE packets p SET owner_id = $1 FROM next n WHERE p.team_id = n.team_id AND p.id = n.id RETURNING p.id";
    let claimed: Option<Claimed> =
        diesel::sql_query(CLAIM).bind::<SqlUuid, _>(by.0).get_result(tx.conn()).optional()?;
    let id = claimed.ok_or(PacketRefused::NothingToClaim)?.id;
    let facts = json!({ "packet": id, "owner": by });
    Ok(Change::to(PacketId(id)).diff(json!({ "packet": id, "owner": null }), facts))
}

/// Everybody who may be given a packet: id and name.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn workers(tx: &mut ReadTx<'_>) -> Result<Vec<(UserId, String)>, StoreError> {
    const SHOWN: i64 = 500;
    let works = |member: &members::Entry| member.suspended_at.is_none() && member.role.may(Action::PacketDecide);
    Ok(members::list(tx, SHOWN)?.into_iter().filter(works).map(|member| (member.user, member.name)).collect())
}

/// Takes every packet from a member who leaves.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub(in crate::store) fn unassign(tx: &mut WriteTx<'_>, user: UserId) -> Result<(), StoreError> {
    diesel::update(packets::table.filter(packets::owner_id.eq(user.0)))
        .set(packets::owner_id.eq(None::<Uuid>))
        .execute(tx.conn())?;
    Ok(())
}

/// Puts a packet into the bin, or takes it out.
///
/// # Errors
/// [`StoreError::NotFound`] where the team has no such packet, [`StoreError::Packet`] where it is there already.
pub fn bin(tx: &mut WriteTx<'_>, packet: PacketId, by: Option<UserId>) -> Result<Change<()>, StoreError> {
    let (_, _, was) = held(tx, packet)?;
    match (was, by) {
        (true, Some(_)) => return Err(PacketRefused::InBin.into()),
        (false, None) => return Err(PacketRefused::NotInBin.into()),
        _ => {}
    }
    let binned = diesel::update(packets::table.filter(packets::id.eq(packet.0)));
    match by {
        Some(by) => {
            binned.set((packets::deleted_at.eq(diesel::dsl::now), packets::deleted_by.eq(by.0))).execute(tx.conn())?
        }
        None => binned
            .set((packets::deleted_at.eq(None::<DateTime<Utc>>), packets::deleted_by.eq(None::<Uuid>)))
            .execute(tx.conn())?,
    };
    Ok(Change::to(()).diff(json!({ "deleted": was }), json!({ "deleted": !was })))
}

/// A packet in the bin.
#[derive(Clone, Debug)]
pub struct Binned {
    pub id: PacketId,
    pub name: String,
    pub by: Option<String>,
    pub at: DateTime<Utc>,
}

/// What is in the bin, newest first, at most `limit`.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn binned(tx: &mut ReadTx<'_>, only: Option<PacketId>, limit: i64) -> Result<Vec<Binned>, StoreError> {
    let mut query = packets::table
        .left_join(users::table.on(users::id.nullable().eq(packets::deleted_by)))
        .filter(packets::deleted_at.is_not_null())
        .order((packets::deleted_at.desc(), packets::id.desc()))
        .limit(limit)
        .select((packets::id, packets::name, users::name.nullable(), packets::deleted_at.assume_not_null()))
        .into_boxed();
    if let Some(only) = only {
        query = query.filter(packets::id.eq(only.0));
    }
    let rows: Vec<(Uuid, String, Option<String>, DateTime<Utc>)> = query.load(tx.conn())?;
    Ok(rows.into_iter().map(|(id, name, by, at)| Binned { id: PacketId(id), name, by, at }).collect())
}
