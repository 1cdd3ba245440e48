//! Waivers of findings, and what the packet's own row says once they are counted in.

use super::schema::{packets, runs, users, waivers};
use super::{ReadTx, StoreError, WriteTx};
use crate::domain::ids::{PacketId, UserId, WaiverId};
use crate::domain::packet::decision::PacketRefused;
use crate::domain::packet::result::{PacketResult, Severity};
use crate::domain::packet::state::PacketState;
use crate::domain::packet::waiver::{Waiver, judge};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// A waiver with the name of who gave it.
#[derive(Clone, Debug)]
pub struct Entry {
    pub waiver: Waiver,
    pub name: String,
}

type Row = (Uuid, String, String, Option<NaiveDate>, Uuid, DateTime<Utc>, Option<String>);

/// The waivers of a packet that nobody took back, with those whose time may be over.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn list(tx: &mut ReadTx<'_>, packet: PacketId) -> Result<Vec<Entry>, StoreError> {
    let rows: Vec<Row> = waivers::table
        .left_join(users::table.on(users::id.eq(waivers::created_by)))
        .filter(waivers::packet_id.eq(packet.0).and(waivers::ended_at.is_null()))
        .order(waivers::created_at)
        .select((
            waivers::id,
            waivers::finding,
            waivers::reason,
            waivers::until,
            waivers::created_by,
            waivers::created_at,
            users::name.nullable(),
        ))
        .load(tx.conn())?;
    let entry = |(id, finding, reason, until, by, at, name): Row| Entry {
        waiver: Waiver { id: WaiverId(id), finding, reason, until, by: UserId(by), at },
        name: name.unwrap_or_default(),
    };
    Ok(rows.into_iter().map(entry).collect())
}

fn today() -> NaiveDate {
    Utc::now().date_naive()
}

/// A result as it is judged today.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn judged(tx: &mut ReadTx<'_>, packet: PacketId, result: PacketResult) -> Result<PacketResult, StoreError> {
    let standing: Vec<Waiver> = list(tx, packet)?.into_iter().map(|entry| entry.waiver).collect();
    Ok(judge(result, &standing, today()))
}

/// Adds a waiver to a packet that the caller holds.
///
/// # Errors
/// [`StoreError::Packet`] where the finding is waived already.
pub fn add(tx: &mut WriteTx<'_>, packet: PacketId, waiver: &Waiver, code: &str) -> Result<(), StoreError> {
    let same = list(tx, packet)?.into_iter().find(|entry| entry.waiver.finding == waiver.finding);
    match same {
        Some(same) if same.waiver.holds(today()) => return Err(PacketRefused::AlreadyWaived.into()),
        Some(over) => end(tx, over.waiver.id, None)?,
        None => {}
    }
    diesel::insert_into(waivers::table)
        .values((
            waivers::id.eq(waiver.id.0),
            waivers::packet_id.eq(packet.0),
            waivers::finding.eq(&waiver.finding),
            waivers::code.eq(code),
            waivers::reason.eq(&waiver.reason),
            waivers::until.eq(waiver.until),
            waivers::created_by.eq(waiver.by.0),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Ends a waiver, by a person or by time.
///
/// # Errors
/// [`StoreError::Packet`] where it has ended already.
pub fn end(tx: &mut WriteTx<'_>, waiver: WaiverId, by: Option<UserId>) -> Result<(), StoreError> {
    let ended = diesel::update(waivers::table.filter(waivers::id.eq(waiver.0).and(waivers::ended_at.is_null())))
        .set((waivers::ended_at.eq(diesel::dsl::now), waivers::ended_by.eq(by.map(|user| user.0))))
        .execute(tx.conn())?;
    if ended == 0 { Err(PacketRefused::NotWaived.into()) } else { Ok(()) }
}

/// Holds a packet until the transaction ends, and gives its result as it is judged now.
///
/// # Errors
/// [`StoreError::NotFound`] where the team has no such packet, [`StoreError::Packet`] while it is being checked.
pub fn hold(tx: &mut WriteTx<'_>, packet: PacketId) -> Result<PacketResult, StoreError> {
    let (run, state): (Uuid, String) = packets::table
        .filter(packets::id.eq(packet.0))
        .select((packets::run_id, packets::state))
        .for_update()
        .first(tx.conn())?;
    if state != PacketState::Checked.as_str() {
        return Err(PacketRefused::Checking.into());
    }
    let result: Option<serde_json::Value> =
        runs::table.filter(runs::id.eq(run)).select(runs::result).first(tx.conn())?;
    let result = result.and_then(|result| serde_json::from_value(result).ok()).ok_or(StoreError::NotFound)?;
    judged(tx, packet, result)
}

/// Writes score, verdict and counts of a judged result into the packet's row, and what it came to into that of its run.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn settle(tx: &mut WriteTx<'_>, packet: PacketId, judged: &PacketResult) -> Result<(), StoreError> {
    let count = |severity| {
        let standing = judged.findings.iter().filter(|finding| finding.waiver.is_none());
        i32::try_from(standing.filter(|finding| finding.severity == severity).count()).unwrap_or(i32::MAX)
    };
    let (score, verdict) = (i16::from(judged.packet.score), judged.packet.verdict.as_str());
    let run: Uuid = diesel::update(packets::table.filter(packets::id.eq(packet.0)))
        .set((
            packets::score.eq(score),
            packets::verdict.eq(verdict),
            packets::criticals.eq(count(Severity::Critical)),
            packets::warnings.eq(count(Severity::Warning)),
        ))
        .returning(packets::run_id)
        .get_result(tx.conn())?;
    diesel::update(runs::table.filter(runs::id.eq(run)))
        .set((runs::score.eq(score), runs::verdict.eq(verdict)))
        .execute(tx.conn())?;
    Ok(())
}
