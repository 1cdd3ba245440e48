//! What the finished runs of a packet came to: score and verdict as they were judged last while each run was the newest. The results
//! themselves are `runs`' business, and are not read for this.

use super::column::Stored;
use super::schema::runs;
use super::{ReadTx, StoreError};
use crate::domain::ids::{PacketId, RunId};
use crate::domain::packet::result::Verdict;
use crate::domain::packet::state::RunState;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// What one run came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scored {
    pub run: RunId,
    pub number: i32,
    /// 0 to 100, with the waivers of its time counted in.
    pub score: i16,
    pub verdict: Verdict,
    pub at: DateTime<Utc>,
}

/// The finished runs of a packet, newest first, at most `limit`.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn newest(tx: &mut ReadTx<'_>, packet: PacketId, limit: i64) -> Result<Vec<Scored>, StoreError> {
    type Row = (Uuid, i32, i16, Stored<Verdict>, DateTime<Utc>);
    let judged = runs::score.is_not_null().and(runs::verdict.is_not_null());
    let done = runs::state.eq(RunState::Done.as_str()).and(runs::finished_at.is_not_null()).and(judged);
    let rows: Vec<Row> = runs::table
        .filter(runs::packet_id.eq(packet.0).and(done))
        .order(runs::number.desc())
        .limit(limit)
        .select((
            runs::id,
            runs::number,
            runs::score.assume_not_null(),
            runs::verdict.assume_not_null(),
            runs::finished_at.assume_not_null(),
        ))
        .load(tx.conn())?;
    let scored =
        |(run, number, score, verdict, at): Row| Scored { run: RunId(run), number, score, verdict: verdict.0, at };
    Ok(rows.into_iter().map(scored).collect())
}
