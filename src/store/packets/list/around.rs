//! What stands around the list: where the words of a search were found, and what can be chosen to narrow it.

use super::question::Question;
use crate::domain::ids::{PacketId, UserId};
use crate::domain::packet::search::{Place, Wanted};
use crate::store::statement::Statement;
use crate::store::{ReadTx, StoreError};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Uuid as SqlUuid};
use std::collections::BTreeMap;
use uuid::Uuid;

#[derive(QueryableByName)]
struct Hit {
    #[diesel(sql_type = SqlUuid)]
    packet_id: Uuid,
    #[diesel(sql_type = Text)]
    word: String,
    #[diesel(sql_type = Text)]
    places: String,
}

/// The words by which packets were found, each with its places.
pub type Hits = BTreeMap<PacketId, Vec<(String, Vec<Place>)>>;

/// Where the words stand that were looked for: for each packet the words as they are kept, each with its places.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn hits(tx: &mut ReadTx<'_>, packets: &[PacketId], wanted: &[Wanted]) -> Result<Hits, StoreError> {
    /// Of words that begin alike, that many are shown.
    const OF_EACH: i64 = 3;
    let mut found = Hits::new();
    if wanted.is_empty() {
        return Ok(found);
    }
    let mut question = Question::default();
    let each: Vec<String> = wanted
        .iter()
        .map(|wanted| {
            let has = question.has(wanted);
            format!(
                "(SELECT w.word, w.places FROM packet_words w WHERE w.team_id = app_team() AND w.packet_id = k.id AND {has} \
                 ORDER BY w.word LIMIT {OF_EACH})"
            )
        })
        .collect();
    let ids = packets.iter().map(|packet| format!("('{packet}'::uuid)")).collect::<Vec<_>>();
    if ids.is_empty() {
        return Ok(found);
    }
    let text = format!(
        "SELECT k.id AS packet_id, h.word, h.places FROM (VALUES {}) k(id) CROSS JOIN LATERAL ({}) h",
        ids.join(", "),
        each.join(" UNION ALL ")
    );
    for hit in question.ask::<Hit>(tx.conn(), text)? {
        let places = hit.places.split(' ').filter_map(Place::from_word).collect();
        let hits = found.entry(PacketId(hit.packet_id)).or_default();
        if !hits.iter().any(|(word, _)| *word == hit.word) {
            hits.push((hit.word, places));
        }
    }
    Ok(found)
}

#[derive(QueryableByName)]
struct Client {
    #[diesel(sql_type = Text)]
    client: String,
}

/// The names of the team's clients, at most `limit`, each as one of its packets prints it.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn clients(tx: &mut ReadTx<'_>, limit: i64) -> Result<Vec<String>, StoreError> {
    // One look into the index for each client, however many packets it has.
    const CLIENTS: &str = "WITH RECURSIVE c AS ( \
            (SELECT client_key, client FROM packets WHERE team_id = app_team() AND deleted_at IS NULL AND client_key > '' ORDER BY client_key LIMIT 1) \
            UNION ALL SELECT n.client_key, n.client FROM c CROSS JOIN LATERAL (SELECT p.client_key, p.client FROM packets p \
                WHERE p.team_id = app_team() AND p.deleted_at IS NULL AND p.client_key > c.client_key ORDER BY p.client_key LIMIT 1) n) \
        SELECT client FROM c WHERE client IS NOT NULL LIMIT $1";
    let found: Vec<Client> = Statement::kept(CLIENTS).with(limit.into_sql::<BigInt>()).load(tx.conn())?;
    Ok(found.into_iter().map(|client| client.client).collect())
}

#[derive(QueryableByName)]
struct Person {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    name: String,
}

/// Who can have packets: the team's people by name, at most `limit`.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub fn owners(tx: &mut ReadTx<'_>, limit: i64) -> Result<Vec<(UserId, String)>, StoreError> {
    const OWNERS: &str = "SELECT u.id, u.name FROM memberships m JOIN users u ON u.id = m.user_id \
        WHERE m.team_id = app_team() ORDER BY u.name, u.id LIMIT $1";
    let found: Vec<Person> = Statement::kept(OWNERS).with(limit.into_sql::<BigInt>()).load(tx.conn())?;
    Ok(found.into_iter().map(|person| (UserId(person.id), person.name)).collect())
}
