//! Work in the hands of a worker: claimed with a lease and a fence, renewed, and given back, failed or finished. A worker that lost its
//! lease can no longer write.

use super::{Progress, announce};
use crate::domain::ids::{TeamId, WorkId};
use crate::domain::work::{ATTEMPTS, LEASE, Work, WorkState, backoff};
use crate::store::schema::{work, work_steps};
use crate::store::{Db, GlobalTx, StoreError, WriteTx};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Double, Integer, Jsonb, Nullable, Text, Uuid as SqlUuid};
use std::time::Duration;
use uuid::Uuid;

/// A piece of work in the hands of one worker.
#[derive(Clone, Debug)]
pub struct Claim {
    pub id: WorkId,
    pub team: TeamId,
    pub work: Work,
    /// This try, from 1.
    pub attempt: i32,
    fence: i64,
}

#[derive(QueryableByName)]
struct Claimed {
    #[diesel(sql_type = SqlUuid)]
    team_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Jsonb)]
    task: serde_json::Value,
    #[diesel(sql_type = Integer)]
    attempts: i32,
    #[diesel(sql_type = BigInt)]
    fence: i64,
}

/// Leases that ran out: their workers are gone, and the work goes back.
const HAND_BACK_EXPIRED: &str = "UPDATE work SET state = 'waiting', due_at = now(), lease_until = NULL, updated_at = now() \
    WHERE state = 'running' AND lease_until < now()";

/// The oldest due work of each team, teams with the least running work first: one team's thousand packets do not keep another's one
/// waiting. The walk over teams reads one index entry a team.
const CLAIM: &str = "WITH RECURSIVE waiting_teams AS ( \
        (SELECT team_id FROM work WHERE state = 'waiting' ORDER BY team_id LIMIT 1) \
        UNION ALL \
        SELECT (SELECT w.team_id FROM work w WHERE w.state = 'waiting' AND w.team_id > t.team_id ORDER BY w.team_id LIMIT 1) \
        FROM waiting_teams t WHERE t.team_id IS NOT NULL), \
    candidates AS ( \
        SELECT c.team_id, c.id, c.due_at, (SELECT count(*) FROM work r WHERE r.team_id = t.team_id AND r.state = 'running') AS running \
        FROM waiting_teams t CROSS JOIN LATERAL (SELECT w.team_id, w.id, w.due_at FROM work w \
            WHERE w.team_id = t.team_id AND w.state = 'waiting' AND w.due_at <= now() ORDER BY w.due_at, w.id LIMIT 4) c \
        WHERE t.team_id IS NOT NULL ORDER BY running, c.due_at LIMIT 16), \
    chosen AS ( \
        SELECT w.team_id, w.id FROM work w JOIN candidates c ON c.team_id = w.team_id AND c.id = w.id \
        WHERE w.state = 'waiting' ORDER BY c.running, c.due_at LIMIT 1 FOR UPDATE OF w SKIP LOCKED) \
    UPDATE work w SET state = 'running', attempts = w.attempts + 1, fence = w.fence + 1, worker = $1, failure = NULL, \
        lease_until = now() + make_interval(secs => $2), updated_at = now() \
    FROM chosen c WHERE w.team_id = c.team_id AND w.id = c.id \
    RETURNING w.team_id, w.id, w.task, w.attempts, w.fence";

/// Claims the next piece of work for `worker`, or nothing where none is due.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn claim(db: &Db, worker: String) -> Result<Option<Claim>, StoreError> {
    db.global(move |tx| {
        tx.pin_claims()?;
        diesel::sql_query(HAND_BACK_EXPIRED).execute(tx.conn())?;
        let row: Option<Claimed> = diesel::sql_query(CLAIM)
            .bind::<Text, _>(&worker)
            .bind::<Double, _>(LEASE.as_secs_f64())
            .get_result(tx.conn())
            .optional()?;
        let Some(row) = row else { return Ok(None) };
        let (id, team) = (WorkId(row.id), TeamId(row.team_id));
        match serde_json::from_value(row.task) {
            Ok(work) => Ok(Some(Claim { id, team, work, attempt: row.attempts, fence: row.fence })),
            Err(error) => {
                fail(tx, row.team_id, row.id, &format!("This version does not know this kind of work: {error}"))?;
                Ok(None)
            }
        }
    })
    .await
}

fn fail(tx: &mut GlobalTx<'_>, team: Uuid, id: Uuid, failure: &str) -> Result<(), StoreError> {
    diesel::update(work::table.find((team, id)))
        .set((
            work::state.eq(WorkState::Failed.as_str()),
            work::failure.eq(failure),
            work::updated_at.eq(diesel::dsl::now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

impl Claim {
    /// Says that the worker lives and how far it is; false where the work is no longer its own.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub async fn renew(&self, db: &Db, progress: Option<Progress>) -> Result<bool, StoreError> {
        let claim = self.clone();
        db.global(move |tx| {
            const RENEW: &str = "UPDATE work SET lease_until = now() + make_interval(secs => $3), updated_at = now(), \
                progress = coalesce($4, progress) WHERE team_id = app_team() AND id = $1 AND fence = $2 AND state = 'running'";
            tx.pin_team(claim.team)?;
            let progress = progress.and_then(|progress| serde_json::to_value(progress).ok());
            let renewed = diesel::sql_query(RENEW)
                .bind::<SqlUuid, _>(claim.id.0)
                .bind::<BigInt, _>(claim.fence)
                .bind::<Double, _>(LEASE.as_secs_f64())
                .bind::<Nullable<Jsonb>, _>(progress)
                .execute(tx.conn())?;
            Ok(renewed == 1)
        })
        .await
    }

    /// What an earlier try has already done of a step.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub async fn step(&self, db: &Db, step: String) -> Result<Option<serde_json::Value>, StoreError> {
        let claim = self.clone();
        db.global(move |tx| {
            tx.pin_team(claim.team)?;
            let found =
                work_steps::table.find((claim.team.0, claim.id.0, step)).select(work_steps::output).first(tx.conn());
            Ok(found.optional()?)
        })
        .await
    }

    /// Keeps what a step gave, so that it is never done twice.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the work is no longer this worker's.
    pub async fn keep(&self, db: &Db, step: String, output: serde_json::Value) -> Result<(), StoreError> {
        let claim = self.clone();
        db.global(move |tx| {
            tx.pin_team(claim.team)?;
            claim.hold(tx.conn())?;
            diesel::insert_into(work_steps::table)
                .values((work_steps::work_id.eq(claim.id.0), work_steps::step.eq(step), work_steps::output.eq(output)))
                .on_conflict_do_nothing()
                .execute(tx.conn())?;
            Ok(())
        })
        .await
    }

    /// True where no try is left: the next failure is the last word.
    pub fn is_last(&self) -> bool {
        self.attempt >= ATTEMPTS
    }

    /// True where the tries were used up by workers that died: nobody should die of it again.
    pub fn is_poison(&self) -> bool {
        self.attempt > ATTEMPTS
    }

    /// Gives the work back before it is done: at once when the worker stops (which is no failure), later after a failure.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub async fn hand_back(&self, db: &Db, failure: Option<String>, chance: f64) -> Result<(), StoreError> {
        let claim = self.clone();
        db.global(move |tx| {
            const BACK: &str = "UPDATE work SET state = 'waiting', due_at = now() + make_interval(secs => $3), lease_until = NULL, \
                failure = $4, attempts = attempts - $5, updated_at = now() \
                WHERE team_id = app_team() AND id = $1 AND fence = $2 AND state = 'running'";
            tx.pin_team(claim.team)?;
            let wait = if failure.is_some() { backoff(claim.attempt, chance) } else { Duration::ZERO };
            diesel::sql_query(BACK)
                .bind::<SqlUuid, _>(claim.id.0)
                .bind::<BigInt, _>(claim.fence)
                .bind::<Double, _>(wait.as_secs_f64())
                .bind::<Nullable<Text>, _>(&failure)
                .bind::<Integer, _>(i32::from(failure.is_none()))
                .execute(tx.conn())?;
            announce(tx.conn())?;
            Ok(())
        })
        .await
    }

    /// Leaves the work in the queue as failed, for a person to see, in the transaction that stores why.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the work is no longer this worker's: nothing of the transaction stays.
    pub fn fail(&self, tx: &mut WriteTx<'_>, failure: &str) -> Result<(), StoreError> {
        self.hold(tx.conn())?;
        diesel::update(work::table.find((self.team.0, self.id.0)))
            .set((
                work::state.eq(WorkState::Failed.as_str()),
                work::failure.eq(failure),
                work::lease_until.eq(None::<DateTime<Utc>>),
                work::updated_at.eq(diesel::dsl::now),
            ))
            .execute(tx.conn())?;
        Ok(())
    }

    /// Takes the work off the queue, in the transaction that stores what it gave.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the work is no longer this worker's: nothing of the transaction stays.
    pub fn finish(&self, tx: &mut WriteTx<'_>) -> Result<(), StoreError> {
        self.hold(tx.conn())?;
        diesel::delete(work::table.find((self.team.0, self.id.0))).execute(tx.conn())?;
        Ok(())
    }

    fn hold(&self, conn: &mut PgConnection) -> Result<(), StoreError> {
        let held: Option<Uuid> = work::table
            .find((self.team.0, self.id.0))
            .filter(work::fence.eq(self.fence).and(work::state.eq(WorkState::Running.as_str())))
            .select(work::id)
            .for_update()
            .first(conn)
            .optional()?;
        held.map(drop).ok_or_else(|| StoreError::Conflict("work.fence".to_owned()))
    }
}
