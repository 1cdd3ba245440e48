//! The addresses to which teams have packets sent, and what came there. The messages themselves are files of packets.

use super::schema::{arrived_mails, mailboxes, teams};
use super::{Change, Db, ReadTx, StoreError, WriteTx};
use crate::domain::ids::{PacketId, TeamId, UserId};
use crate::domain::mailbox::Word;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::json;
use uuid::Uuid;

/// The word of the team's address; nothing where it takes no e-mails.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn word(tx: &mut ReadTx<'_>) -> Result<Option<Word>, StoreError> {
    let word: Option<String> = mailboxes::table.select(mailboxes::word).first(tx.conn()).optional()?;
    Ok(word.as_deref().and_then(Word::parse))
}

/// Gives the team another address, or none, where it still has the one that the form was drawn from.
///
/// # Errors
/// [`StoreError::Conflict`] where somebody changed it meanwhile.
pub fn set(
    tx: &mut WriteTx<'_>,
    seen: Option<&Word>,
    next: Option<&Word>,
    by: UserId,
) -> Result<Change<()>, StoreError> {
    let before = word(tx)?;
    if before.as_ref() != seen {
        return Err(StoreError::Conflict("mailboxes_word".to_owned()));
    }
    // Of two who do this at once the second finds nothing to remove, or the key taken.
    let removed = diesel::delete(mailboxes::table.filter(mailboxes::word.eq(before.as_ref().map_or("", Word::as_str))))
        .execute(tx.conn())?;
    if removed == 0 && before.is_some() {
        return Err(StoreError::Conflict("mailboxes_word".to_owned()));
    }
    if let Some(next) = next {
        diesel::insert_into(mailboxes::table)
            .values((mailboxes::word.eq(next.as_str()), mailboxes::created_by.eq(by.0)))
            .execute(tx.conn())?;
    }
    let told = |word: Option<&Word>| json!({ "mailbox": word.map(Word::start) });
    Ok(Change::to(()).diff(told(before.as_ref()), told(next)))
}

/// The addresses of all teams that stand.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn all(db: &Db) -> Result<Vec<(TeamId, Word)>, StoreError> {
    db.global(|tx| {
        tx.pin_upkeep()?;
        let stands = teams::deletes_at.is_null().or(teams::deletes_at.gt(diesel::dsl::now));
        let rows: Vec<(Uuid, String)> = mailboxes::table
            .inner_join(teams::table.on(teams::id.eq(mailboxes::team_id)))
            .filter(stands)
            .order(mailboxes::team_id)
            .select((mailboxes::team_id, mailboxes::word))
            .load(tx.conn())?;
        Ok(rows.into_iter().filter_map(|(team, word)| Some((TeamId(team), Word::parse(&word)?))).collect())
    })
    .await
}

/// What became of a message.
pub enum Became<'a> {
    Packet(PacketId),
    Refused(&'a str),
}

/// True where a message of this key came before.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn knows(tx: &mut ReadTx<'_>, key: &str) -> Result<bool, StoreError> {
    let known = arrived_mails::table.filter(arrived_mails::key.eq(key));
    Ok(diesel::select(diesel::dsl::exists(known)).get_result(tx.conn())?)
}

/// Keeps what became of a message.
///
/// # Errors
/// [`StoreError::Conflict`] where one of this key came before.
pub fn arrived(
    tx: &mut WriteTx<'_>,
    key: &str,
    name: &str,
    sender: Option<&str>,
    became: &Became<'_>,
) -> Result<(), StoreError> {
    let (packet, refused) = match became {
        Became::Packet(packet) => (Some(packet.0), None),
        Became::Refused(sentence) => (None, Some(*sentence)),
    };
    diesel::insert_into(arrived_mails::table)
        .values((
            arrived_mails::key.eq(key),
            arrived_mails::packet_id.eq(packet),
            arrived_mails::name.eq(name),
            arrived_mails::sender.eq(sender),
            arrived_mails::refused.eq(refused),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// True, with the sender where the message names one, for a packet that came by e-mail.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn sender(tx: &mut ReadTx<'_>, packet: PacketId) -> Result<Option<Option<String>>, StoreError> {
    let of = arrived_mails::table.filter(arrived_mails::packet_id.eq(packet.0));
    Ok(of.select(arrived_mails::sender).first(tx.conn()).optional()?)
}

/// What was delivered and became no packet.
pub struct RefusedMail {
    pub key: String,
    /// The name of its file.
    pub name: String,
    pub sender: Option<String>,
    pub sentence: String,
    pub at: DateTime<Utc>,
}

/// What was refused since a moment, the newest first, at most `limit`.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn refused(tx: &mut ReadTx<'_>, since: DateTime<Utc>, limit: i64) -> Result<Vec<RefusedMail>, StoreError> {
    type Row = (String, String, Option<String>, Option<String>, DateTime<Utc>);
    let rows: Vec<Row> = arrived_mails::table
        .filter(arrived_mails::refused.is_not_null().and(arrived_mails::created_at.ge(since)))
        .order((arrived_mails::created_at.desc(), arrived_mails::key))
        .limit(limit)
        .select((
            arrived_mails::key,
            arrived_mails::name,
            arrived_mails::sender,
            arrived_mails::refused,
            arrived_mails::created_at,
        ))
        .load(tx.conn())?;
    let row = |(key, name, sender, sentence, at): Row| RefusedMail {
        key,
        name,
        sender,
        sentence: sentence.unwrap_or_default(),
        at,
    };
    Ok(rows.into_iter().map(row).collect())
}
