//! The words by which packets are found, filled in the transaction that changes what they hold, and taken again for packets whose words
//! were taken by older rules. What a word is, `domain::packet::search` says.

use super::schema::{files, packet_words, packets, pages, runs};
use super::{Db, StoreError, WriteTx};
use crate::domain::ids::{PacketId, TeamId};
use crate::domain::packet::document::{Document, Field, Kind};
use crate::domain::packet::result::PacketResult;
use crate::domain::packet::search::{Place, VERSION, Words};
use crate::domain::packet::state::RunState;
use crate::domain::trade::party;
use diesel::prelude::*;
use diesel::sql_types::{Array, Text, Uuid as SqlUuid};
use uuid::Uuid;

/// Takes the words of a packet anew: name, files, and what its last finished run read.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub(in crate::store) fn take(tx: &mut WriteTx<'_>, packet: PacketId) -> Result<(), StoreError> {
    Ok(index(tx.conn(), packet.0)?)
}

/// Takes the words of at most `batch` packets of a team that have none by today's rules. Gives how many there were: fewer than
/// `batch` were the last ones that nobody else is at.
///
/// # Errors
/// [`StoreError`] where the database fails.
pub async fn rebuild(db: &Db, team: TeamId, batch: i64) -> Result<usize, StoreError> {
    db.global(move |tx| {
        tx.pin_team(team)?;
        let waiting: Vec<Uuid> = packets::table
            .filter(packets::words_version.lt(VERSION))
            .select(packets::id)
            .limit(batch)
            .for_update()
            .skip_locked()
            .load(tx.conn())?;
        for packet in &waiting {
            index(tx.conn(), *packet)?;
        }
        Ok(waiting.len())
    })
    .await
}

type PageText = (Uuid, i32, String);

fn index(conn: &mut PgConnection, packet: Uuid) -> QueryResult<()> {
    let name: String = packets::table.filter(packets::id.eq(packet)).select(packets::name).first(conn)?;
    let uploaded: Vec<(Uuid, String, String)> =
        files::table.filter(files::packet_id.eq(packet)).select((files::id, files::name, files::sha256)).load(conn)?;
    let run: Option<(Uuid, Option<serde_json::Value>)> = runs::table
        .filter(runs::packet_id.eq(packet).and(runs::state.eq(RunState::Done.as_str())))
        .order(runs::number.desc())
        .select((runs::id, runs::result))
        .first(conn)
        .optional()?;
    let mut words = Words::default();
    words.add(&name, Place::Name);
    let mut said = Said::default();
    let result = run.as_ref().and_then(|(_, result)| result.clone());
    let result: Option<PacketResult> = result.and_then(|result| serde_json::from_value(result).ok());
    if let Some(result) = &result {
        words.add_result(result);
        said = Said::of(result);
    }
    uploaded.iter().for_each(|(_, name, _)| words.add(name, Place::File));
    if let Some((run, _)) = run {
        let read: Vec<PageText> = pages::table
            .filter(pages::run_id.eq(run))
            .order((pages::file_id, pages::number))
            .select((pages::file_id, pages::number, pages::text))
            .load(conn)?;
        for (file, number, text) in read {
            let sha256 = uploaded.iter().find(|(id, ..)| *id == file).map(|(_, _, sha256)| sha256.as_str());
            words.add(&text, Place::Text(kind_at(result.as_ref(), sha256, number)));
        }
    }
    diesel::update(packets::table.filter(packets::id.eq(packet)))
        .set((
            packets::words_version.eq(VERSION),
            packets::client.eq(said.client),
            packets::client_key.eq(said.client_key),
            packets::numbers.eq(said.numbers),
            packets::route.eq(said.route),
        ))
        .execute(conn)?;
    replace(conn, packet, words)
}

/// The kind of the document that a page belongs to.
fn kind_at(result: Option<&PacketResult>, sha256: Option<&str>, number: i32) -> Option<Kind> {
    let number = u32::try_from(number).ok()?;
    let has = |document: &&Document| Some(document.sha256.as_str()) == sha256 && document.pages.contains(&number);
    result?.documents.iter().find(has).map(|document| document.kind)
}

fn replace(conn: &mut PgConnection, packet: Uuid, words: Words) -> QueryResult<()> {
    const ADD: &str = "INSERT INTO packet_words (packet_id, word, places) SELECT $1, w.* FROM unnest($2, $3) w";
    diesel::delete(packet_words::table.filter(packet_words::packet_id.eq(packet))).execute(conn)?;
    let (found, places): (Vec<String>, Vec<String>) = words.into_rows().unzip();
    diesel::sql_query(ADD)
        .bind::<SqlUuid, _>(packet)
        .bind::<Array<Text>, _>(found)
        .bind::<Array<Text>, _>(places)
        .execute(conn)
        .map(drop)
}

/// What a list says of a packet beside its verdict.
#[derive(Default)]
struct Said {
    client: Option<String>,
    client_key: Option<String>,
    numbers: Option<String>,
    route: Option<String>,
}

impl Said {
    fn of(result: &PacketResult) -> Self {
        let client = all(result, &[Field::ImporterName, Field::BuyerName, Field::ConsigneeName]);
        let client = client.into_iter().find(|name| !party::names_nobody(name));
        let client_key = client.as_deref().map(party::words).map(|words| words.join(" "));
        let from = first(result, &[Field::PortOfLoading, Field::AirportOfDeparture]);
        let to = first(result, &[Field::PortOfDischarge, Field::AirportOfDestination]);
        let route = match (from, to) {
            (Some(from), Some(to)) => Some(format!("{from} to {to}")),
            (from, to) => from.or(to),
        };
        let mut numbers: Vec<String> = all(result, &[Field::InvoiceNumber, Field::ContainerNumbers, Field::Mrn]);
        let more = numbers.len().saturating_sub(2);
        numbers.truncate(2);
        let mut numbers = numbers.join(" · ");
        if more > 0 {
            numbers.push_str(&format!(" and {more} more"));
        }
        Self { client, client_key, numbers: Some(numbers).filter(|numbers| !numbers.is_empty()), route }
    }
}

/// The values of fields, in their order, each once.
fn all(result: &PacketResult, fields: &[Field]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for field in fields {
        for value in result.documents.iter().flat_map(|document| document.values(*field)) {
            if !found.contains(value) {
                found.push(value.clone());
            }
        }
    }
    found
}

/// The first value of the first field that any document has.
pub(in crate::store) fn first(result: &PacketResult, fields: &[Field]) -> Option<String> {
    all(result, fields).into_iter().next()
}
