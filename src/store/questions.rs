//! Questions to importers: kept in the transaction that puts their letters into the outbox, told in the packet's history, and in the log
//! without their words.

use super::schema::{outbox, packets, questions, users};
use super::{Change, ReadTx, StoreError, WriteTx};
use crate::domain::ids::{MailId, PacketId, QuestionId, UserId};
use crate::domain::mail::MailState;
use crate::domain::packet::decision::PacketRefused;
use crate::domain::packet::question::Question;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::json;
use uuid::Uuid;

/// The most questions that a packet's page tells of: the newest.
const SHOWN: i64 = 200;

/// The word of the conflict that the form was sent before: its question is on its way.
pub const SENT: &str = "question.sent";
/// The word of the conflict that somebody asked the same meanwhile.
pub const MEANWHILE: &str = "question.meanwhile";

/// A question as the page tells of it.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: QuestionId,
    /// The key of the finding; nothing for the packet as a whole.
    pub finding: Option<String>,
    pub title: Option<String>,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub name: String,
    pub at: DateTime<Utc>,
    /// Where its letter stands; nothing once the outbox has forgotten that it left.
    pub state: Option<MailState>,
}

type Row =
    (Uuid, Option<String>, Option<String>, String, String, String, Option<String>, DateTime<Utc>, Option<String>);

/// The questions about a packet, oldest first.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn list(tx: &mut ReadTx<'_>, packet: PacketId) -> Result<Vec<Entry>, StoreError> {
    let mut rows: Vec<Row> = questions::table
        .left_join(users::table.on(users::id.eq(questions::created_by)))
        .left_join(outbox::table.on(outbox::id.eq(questions::mail_id)))
        .filter(questions::packet_id.eq(packet.0))
        .order((questions::created_at.desc(), questions::id.desc()))
        .limit(SHOWN)
        .select((
            questions::id,
            questions::finding,
            questions::title,
            questions::recipient,
            questions::subject,
            questions::body,
            users::name.nullable(),
            questions::created_at,
            outbox::state.nullable(),
        ))
        .load(tx.conn())?;
    rows.reverse();
    let entry = |(id, finding, title, to, subject, text, name, at, state): Row| Entry {
        id: QuestionId(id),
        finding,
        title,
        to,
        subject,
        text,
        name: name.unwrap_or_default(),
        at,
        state: state.as_deref().and_then(MailState::from_word),
    };
    Ok(rows.into_iter().map(entry).collect())
}

/// The address that was asked last: about this packet, or else about another one of its client.
///
/// # Errors
/// [`StoreError::NotFound`] where the team has no such packet.
pub fn asked_last(tx: &mut ReadTx<'_>, packet: PacketId) -> Result<Option<String>, StoreError> {
    let client: Option<String> =
        packets::table.filter(packets::id.eq(packet.0)).select(packets::client_key).first(tx.conn())?;
    let newest = || questions::table.order(questions::created_at.desc()).select(questions::recipient).limit(1);
    let own: Option<String> = newest().filter(questions::packet_id.eq(packet.0)).first(tx.conn()).optional()?;
    match (own, client.filter(|client| !client.is_empty())) {
        (None, Some(client)) => Ok(newest().filter(questions::client_key.eq(client)).first(tx.conn()).optional()?),
        (own, _) => Ok(own),
    }
}

/// Keeps a question whose letter is in the outbox. `seen` is how often the same had been asked when its form was drawn.
///
/// # Errors
/// [`StoreError::NotFound`] where the team has no such packet, [`StoreError::Packet`] where it is in the bin, [`StoreError::Conflict`]
/// with [`SENT`] or [`MEANWHILE`].
pub fn add(
    tx: &mut WriteTx<'_>,
    packet: PacketId,
    question: &Question,
    letter: MailId,
    seen: i64,
    by: UserId,
) -> Result<Change<()>, StoreError> {
    let (client, deleted): (Option<String>, Option<DateTime<Utc>>) = packets::table
        .filter(packets::id.eq(packet.0))
        .select((packets::client_key, packets::deleted_at))
        .for_update()
        .first(tx.conn())?;
    if deleted.is_some() {
        return Err(PacketRefused::InBin.into());
    }
    let sent: i64 = questions::table.filter(questions::id.eq(question.id.0)).count().get_result(tx.conn())?;
    if sent > 0 {
        return Err(StoreError::Conflict(SENT.to_owned()));
    }
    let about = question.about.as_ref();
    let finding = about.map(|about| about.finding.as_str());
    let asked: i64 = questions::table
        .filter(questions::packet_id.eq(packet.0).and(questions::finding.is_not_distinct_from(finding)))
        .count()
        .get_result(tx.conn())?;
    if asked > seen {
        return Err(StoreError::Conflict(MEANWHILE.to_owned()));
    }
    diesel::insert_into(questions::table)
        .values((
            questions::id.eq(question.id.0),
            questions::packet_id.eq(packet.0),
            questions::finding.eq(finding),
            questions::code.eq(about.map(|about| about.code.as_str())),
            questions::title.eq(about.map(|about| about.title.as_str())),
            questions::recipient.eq(question.to.as_str()),
            questions::subject.eq(&question.subject),
            questions::body.eq(&question.text),
            questions::mail_id.eq(letter.0),
            questions::client_key.eq(client),
            questions::created_by.eq(by.0),
        ))
        .execute(tx.conn())?;
    let facts = json!({
        "question": question.id,
        "to": question.to.as_str(),
        "code": about.map(|about| &about.code),
        "letters": question.text.chars().count(),
        "sha256": question.digest(),
    });
    Ok(Change::to(()).diff(json!(null), facts))
}
