//! The outbox: letters on their way, added in the transaction that makes them true, claimed with a lease and a fence like work. A letter
//! that left loses its words; one that could not leave keeps the mail server's answer.

use super::column::Stored;
use super::queue::announce;
use super::schema::outbox;
use super::{Db, GlobalTx, ReadTx, StoreError, WriteTx};
use crate::domain::account::Email;
use crate::domain::ids::MailId;
use crate::domain::mail::{ATTEMPTS, LEASE, MailKind, MailState, SealedLetter, backoff};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bytea, Double, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

fn insert(conn: &mut PgConnection, letter: &SealedLetter) -> QueryResult<()> {
    diesel::insert_into(outbox::table)
        .values((
            outbox::id.eq(letter.id.0),
            outbox::team_id.eq(letter.team.map(|team| team.0)),
            outbox::kind.eq(letter.kind.as_str()),
            outbox::recipient.eq(letter.to.as_str()),
            outbox::sealed.eq(&letter.sealed),
            outbox::useless_after.eq(letter.useless_after),
        ))
        .execute(conn)?;
    announce(conn)
}

/// Adds a letter that concerns the team of the transaction.
///
/// # Errors
/// [`StoreError`] where the database fails, or the letter is another team's.
pub fn add(tx: &mut WriteTx<'_>, letter: &SealedLetter) -> Result<(), StoreError> {
    Ok(insert(tx.conn(), letter)?)
}

/// Adds a letter to a person, which concerns no team.
pub(in crate::store) fn add_personal(tx: &mut GlobalTx<'_>, letter: &SealedLetter) -> Result<(), StoreError> {
    tx.pin_mail()?;
    Ok(insert(tx.conn(), letter)?)
}

/// Adds a letter to a person in a transaction of its own, where nothing else becomes true with it.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn post(db: &Db, letter: SealedLetter) -> Result<(), StoreError> {
    db.global(move |tx| add_personal(tx, &letter)).await
}

/// A letter in the hands of one sender.
#[derive(Clone, Debug)]
pub struct Claim {
    pub id: MailId,
    pub to: String,
    pub kind: MailKind,
    pub sealed: Vec<u8>,
    pub attempt: i32,
    /// The moment of its use is over.
    pub is_useless: bool,
    fence: i64,
}

#[derive(QueryableByName)]
struct Claimed {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    recipient: String,
    #[diesel(sql_type = Nullable<Bytea>)]
    sealed: Option<Vec<u8>>,
    #[diesel(sql_type = Integer)]
    attempts: i32,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    useless_after: Option<DateTime<Utc>>,
    #[diesel(sql_type = Timestamptz)]
    updated_at: DateTime<Utc>,
    #[diesel(sql_type = BigInt)]
    fence: i64,
}

/// Leases that ran out: their senders are gone. Letters that left a month ago are forgotten.
const HAND_BACK_EXPIRED: &str = "UPDATE outbox SET state = 'waiting', due_at = now(), lease_until = NULL, updated_at = now() \
    WHERE state = 'running' AND lease_until < now()";
const FORGET: &str = "DELETE FROM outbox WHERE state = 'sent' AND updated_at < now() - interval '30 days'";
const CLAIM: &str = "WITH chosen AS (SELECT id FROM outbox WHERE state = 'waiting' AND due_at <= now() \
        ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED) \
    UPDATE outbox o SET state = 'running', attempts = o.attempts + 1, fence = o.fence + 1, \
        lease_until = now() + make_interval(secs => $1), updated_at = now() \
    FROM chosen c WHERE o.id = c.id \
    RETURNING o.id, o.kind, o.recipient, o.sealed, o.attempts, o.useless_after, o.updated_at, o.fence";

/// Claims the next letter, or nothing where none is due.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn claim(db: &Db) -> Result<Option<Claim>, StoreError> {
    db.global(|tx| {
        tx.pin_mail()?;
        diesel::sql_query(HAND_BACK_EXPIRED).execute(tx.conn())?;
        diesel::sql_query(FORGET).execute(tx.conn())?;
        let row: Option<Claimed> =
            diesel::sql_query(CLAIM).bind::<Double, _>(LEASE.as_secs_f64()).get_result(tx.conn()).optional()?;
        Ok(row.map(|row| Claim {
            id: MailId(row.id),
            to: row.recipient,
            kind: MailKind::from_word(&row.kind).unwrap_or(MailKind::Alarm),
            sealed: row.sealed.unwrap_or_default(),
            attempt: row.attempts,
            is_useless: row.useless_after.is_some_and(|end| end <= row.updated_at),
            fence: row.fence,
        }))
    })
    .await
}

impl Claim {
    async fn end(&self, db: &Db, state: MailState, answer: String, wait: f64) -> Result<(), StoreError> {
        // What left, or never will, has no more use for its words: they open accounts. A failed letter to a team keeps them, for
        // another try.
        const END: &str = "UPDATE outbox SET state = $3, answer = $4, lease_until = NULL, updated_at = now(), \
            due_at = now() + make_interval(secs => $5), \
            sealed = CASE WHEN $3 = 'sent' OR ($3 = 'failed' AND team_id IS NULL) THEN NULL ELSE sealed END \
            WHERE id = $1 AND fence = $2 AND state = 'running'";
        let claim = self.clone();
        db.global(move |tx| {
            tx.pin_mail()?;
            diesel::sql_query(END)
                .bind::<SqlUuid, _>(claim.id.0)
                .bind::<BigInt, _>(claim.fence)
                .bind::<Text, _>(state.as_str())
                .bind::<Text, _>(answer)
                .bind::<Double, _>(wait)
                .execute(tx.conn())?;
            Ok(())
        })
        .await
    }

    /// The letter left; `answer` is what the server said.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub async fn sent(&self, db: &Db, answer: String) -> Result<(), StoreError> {
        self.end(db, MailState::Sent, answer, 0.0).await
    }

    /// The letter will not leave.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub async fn failed(&self, db: &Db, answer: String) -> Result<(), StoreError> {
        self.end(db, MailState::Failed, answer, 0.0).await
    }

    /// The letter is tried again later, or was tried for the last time; false where no try is left.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub async fn again(&self, db: &Db, answer: String, chance: f64) -> Result<bool, StoreError> {
        if self.attempt >= ATTEMPTS {
            self.failed(db, answer).await?;
            return Ok(false);
        }
        self.end(db, MailState::Waiting, answer, backoff(self.attempt, chance).as_secs_f64()).await?;
        Ok(true)
    }
}

/// A letter that did not leave, as its team's page shows it.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: MailId,
    pub kind: MailKind,
    pub to: Email,
    pub attempts: i32,
    pub answer: String,
    pub updated_at: DateTime<Utc>,
}

/// The team's failed letters, newest first, at most `limit`.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn failed(tx: &mut ReadTx<'_>, limit: i64) -> Result<Vec<Entry>, StoreError> {
    type Row = (Uuid, Stored<MailKind>, String, i32, Option<String>, DateTime<Utc>);
    let rows: Vec<Row> = outbox::table
        .filter(outbox::state.eq(MailState::Failed.as_str()))
        .order((outbox::updated_at.desc(), outbox::id))
        .limit(limit)
        .select((outbox::id, outbox::kind, outbox::recipient, outbox::attempts, outbox::answer, outbox::updated_at))
        .load(tx.conn())?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, kind, to, attempts, answer, updated_at)| {
            let to = Email::parse(&to).ok()?;
            Some(Entry { id: MailId(id), kind: kind.0, to, attempts, answer: answer.unwrap_or_default(), updated_at })
        })
        .collect())
}

/// Lets a failed letter of the team be tried again.
///
/// # Errors
/// [`StoreError::NotFound`] where there is no such failed letter.
pub fn retry(tx: &mut WriteTx<'_>, id: MailId) -> Result<(), StoreError> {
    let woken = diesel::update(outbox::table.find(id.0))
        .filter(outbox::state.eq(MailState::Failed.as_str()).and(outbox::sealed.is_not_null()))
        .set((
            outbox::state.eq(MailState::Waiting.as_str()),
            outbox::attempts.eq(0),
            outbox::due_at.eq(diesel::dsl::now),
            outbox::updated_at.eq(diesel::dsl::now),
        ))
        .execute(tx.conn())?;
    announce(tx.conn())?;
    if woken == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}

/// How many letters stand in each state, for the metrics.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn depth(db: &Db) -> Result<Vec<(MailState, i64)>, StoreError> {
    db.global(|tx| {
        tx.pin_mail()?;
        let rows: Vec<(Stored<MailState>, i64)> =
            outbox::table.group_by(outbox::state).select((outbox::state, diesel::dsl::count_star())).load(tx.conn())?;
        Ok(rows.into_iter().map(|(state, count)| (state.0, count)).collect())
    })
    .await
}
