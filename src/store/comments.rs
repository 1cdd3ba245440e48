//! Comments on packets, and who was told of a mention: each person once for each comment.

use super::schema::{comments, mentions, packets, users};
use super::{Change, ReadTx, StoreError, WriteTx};
use crate::domain::ids::{CommentId, PacketId, UserId};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::json;
use uuid::Uuid;

/// A comment as the page shows it.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: CommentId,
    pub body: String,
    pub version: i32,
    pub by: UserId,
    pub name: String,
    pub at: DateTime<Utc>,
    pub is_edited: bool,
    pub is_removed: bool,
}

type Row = (Uuid, String, i32, Uuid, Option<String>, DateTime<Utc>, Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// The comments of a packet, oldest first.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn list(tx: &mut ReadTx<'_>, packet: PacketId) -> Result<Vec<Entry>, StoreError> {
    let rows: Vec<Row> = comments::table
        .left_join(users::table.on(users::id.eq(comments::created_by)))
        .filter(comments::packet_id.eq(packet.0))
        .order((comments::created_at, comments::id))
        .select((
            comments::id,
            comments::body,
            comments::version,
            comments::created_by,
            users::name.nullable(),
            comments::created_at,
            comments::edited_at,
            comments::removed_at,
        ))
        .load(tx.conn())?;
    let entry = |(id, body, version, by, name, at, edited, removed): Row| Entry {
        id: CommentId(id),
        body,
        version,
        by: UserId(by),
        name: name.unwrap_or_default(),
        at,
        is_edited: edited.is_some(),
        is_removed: removed.is_some(),
    };
    Ok(rows.into_iter().map(entry).collect())
}

/// Adds a comment.
///
/// # Errors
/// [`StoreError::NotFound`] where the team has no such packet.
pub fn add(
    tx: &mut WriteTx<'_>,
    packet: PacketId,
    id: CommentId,
    body: &str,
    by: UserId,
) -> Result<Change<()>, StoreError> {
    let _: Uuid = packets::table.filter(packets::id.eq(packet.0)).select(packets::id).first(tx.conn())?;
    diesel::insert_into(comments::table)
        .values((
            comments::id.eq(id.0),
            comments::packet_id.eq(packet.0),
            comments::body.eq(body),
            comments::created_by.eq(by.0),
        ))
        .execute(tx.conn())?;
    Ok(Change::to(()).diff(json!(null), json!({ "comment": id, "letters": body.chars().count() })))
}

/// Changes the words of one's own comment, or removes it, by somebody who saw its version `seen`.
///
/// # Errors
/// [`StoreError::NotFound`] where there is no such comment of this person, [`StoreError::Conflict`] where it was changed meanwhile.
pub fn change(
    tx: &mut WriteTx<'_>,
    packet: PacketId,
    (id, seen): (CommentId, i32),
    body: Option<&str>,
    by: UserId,
) -> Result<Change<()>, StoreError> {
    let own = comments::table.filter(
        comments::id
            .eq(id.0)
            .and(comments::packet_id.eq(packet.0))
            .and(comments::created_by.eq(by.0))
            .and(comments::removed_at.is_null()),
    );
    let version: i32 = own.select(comments::version).for_update().first(tx.conn())?;
    if version != seen {
        return Err(StoreError::Conflict("comment.meanwhile".to_owned()));
    }
    let row = comments::table.filter(comments::id.eq(id.0));
    let next = comments::version.eq(version.saturating_add(1));
    match body {
        Some(body) => diesel::update(row)
            .set((comments::body.eq(body), comments::edited_at.eq(diesel::dsl::now), next))
            .execute(tx.conn())?,
        None => diesel::update(row)
            .set((comments::body.eq(""), comments::removed_at.eq(diesel::dsl::now), next))
            .execute(tx.conn())?,
    };
    let before = json!({ "comment": id, "version": version, "removed": false });
    let after = json!({ "comment": id, "version": version.saturating_add(1), "removed": body.is_none() });
    Ok(Change::to(()).diff(before, after))
}

/// Notes that a person was told of a comment. True the first time.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn mention(tx: &mut WriteTx<'_>, comment: CommentId, user: UserId) -> Result<bool, StoreError> {
    let added = diesel::insert_into(mentions::table)
        .values((mentions::comment_id.eq(comment.0), mentions::user_id.eq(user.0)))
        .on_conflict_do_nothing()
        .execute(tx.conn())?;
    Ok(added > 0)
}
