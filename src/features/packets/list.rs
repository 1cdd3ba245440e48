//! The list of packets: counts that are links, the newest first, the next page by key.

use super::limits::UploadLimits;
use super::upload::DropZone;
use crate::domain::access::Action;
use crate::domain::ids::PacketId;
use crate::domain::packet::result::Verdict;
use crate::domain::packet::state::PacketState;
use crate::store::packets::{After, Counts, Packet};
use crate::store::{Db, packets};
use crate::web::error::AppError;
use crate::web::session::SignedIn;
use crate::web::view::{self, Frame, Section, When};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;

const PAGE: i64 = 50;

/// What the address asks for.
#[derive(Deserialize)]
pub struct Asked {
    verdict: Option<String>,
    /// The key of the last packet of the page before: its time in microseconds and its id.
    after: Option<String>,
}

struct Row {
    id: PacketId,
    name: String,
    route: String,
    pill: &'static str,
    verdict: &'static str,
    findings: String,
    score: String,
    transport: String,
    eta: String,
    documents: String,
    owner: String,
    checked: When,
}

struct Stat {
    href: &'static str,
    class: &'static str,
    count: i64,
    label: &'static str,
    current: bool,
}

#[derive(Template)]
#[template(path = "packets/list.html")]
struct Page {
    frame: Frame,
    drop: DropZone,
    stats: Vec<Stat>,
    rows: Vec<Row>,
    is_filtered: bool,
    is_moving: bool,
    here: String,
    next: Option<String>,
    total: i64,
}

fn plural(count: i32, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

fn row(packet: Packet, now: DateTime<Utc>, me: Option<&str>) -> Row {
    let findings = [(packet.criticals, "critical"), (packet.warnings, "warning")];
    let counted = findings.iter().filter_map(|(count, word)| match (count.unwrap_or(0), *word) {
        (0, _) => None,
        (count, "critical") => Some(format!("{count} critical")),
        (count, word) => Some(plural(count, word)),
    });
    let checked = packet.state == PacketState::Checked;
    let (pill, verdict) = super::show::verdict_words(packet.state, packet.verdict, packet.decision);
    Row {
        id: packet.id,
        name: packet.name,
        route: packet.route.unwrap_or_default(),
        pill,
        verdict,
        findings: if checked { counted.collect::<Vec<_>>().join(", ") } else { String::new() },
        score: packet.score.filter(|_| checked).map(|score| score.to_string()).unwrap_or_default(),
        transport: packet.transport.unwrap_or_default(),
        eta: packet.eta.map(|eta| eta.format("%-d %b %Y").to_string()).unwrap_or_default(),
        documents: packet.document_count.unwrap_or(packet.file_count).to_string(),
        owner: packet
            .owner
            .map(|owner| if Some(owner.as_str()) == me { "You".to_owned() } else { owner })
            .unwrap_or_default(),
        checked: When::new(packet.updated_at, now),
    }
}

fn stats(counts: &Counts, verdict: Option<Verdict>) -> Vec<Stat> {
    let stat =
        |of: Option<Verdict>, href, class, count, label| Stat { href, class, count, label, current: of == verdict };
    vec![
        stat(None, "/packets", "", counts.all, "all packets"),
        stat(Some(Verdict::Blocked), "/packets?verdict=blocked", "critical", counts.blocked, "blocked"),
        stat(Some(Verdict::Review), "/packets?verdict=review", "warning", counts.review, "to review"),
        stat(Some(Verdict::Ready), "/packets?verdict=ready", "ready", counts.ready, "ready"),
    ]
}

fn after(text: &str) -> Option<After> {
    let (micros, id) = text.split_once('_')?;
    Some(After { created_at: DateTime::from_timestamp_micros(micros.parse().ok()?)?, id: id.parse().ok()? })
}

/// The page.
pub async fn list(
    signed_in: SignedIn,
    db: web::Data<Db>,
    limits: web::Data<UploadLimits>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketView)?;
    let verdict = asked.verdict.as_deref().and_then(Verdict::from_word);
    let from = asked.after.as_deref().and_then(after);
    let (mut found, counts) = db
        .read(&permit, move |tx| {
            Ok::<_, AppError>((packets::list(tx, verdict, None, from, PAGE.saturating_add(1))?, packets::counts(tx)?))
        })
        .await?;
    let shown = usize::try_from(PAGE).unwrap_or(50);
    let more = found.len() > shown;
    found.truncate(shown);
    let filter = verdict.map(|verdict| format!("verdict={verdict}"));
    let link = |key: Option<String>| {
        let parts: Vec<String> = filter.clone().into_iter().chain(key).collect();
        if parts.is_empty() { "/packets".to_owned() } else { format!("/packets?{}", parts.join("&")) }
    };
    let last = found.last().filter(|_| more);
    let next = last.map(|last| link(Some(format!("after={}_{}", last.created_at.timestamp_micros(), last.id))));
    let here = link(asked.after.clone().filter(|_| from.is_some()).map(|key| format!("after={key}")));
    let (now, me) = (Utc::now(), Some(signed_in.actor.name()));
    let page = Page {
        frame: Frame::new(&signed_in.actor, &signed_in.team, Section::Packets),
        drop: DropZone::new(&limits),
        stats: stats(&counts, verdict),
        is_moving: found.iter().any(|packet| packet.state == PacketState::Checking),
        rows: found.into_iter().map(|packet| row(packet, now, me)).collect(),
        is_filtered: verdict.is_some() || from.is_some(),
        here,
        next,
        total: counts.all,
    };
    Ok(view::page(StatusCode::OK, &page)?)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_a_page_survives_its_own_address_and_nothing_else_is_one() {
        let id = PacketId::fresh();
        let key = format!("{}_{id}", 1_700_000_000_123_456i64);
        let read = after(&key).unwrap();
        assert_eq!((read.created_at.timestamp_micros(), read.id), (1_700_000_000_123_456, id));
        for bad in ["", "_", "x_y", "1", "99999999999999999999_00000000-0000-0000-0000-000000000000"] {
            assert_eq!(after(bad), None, "{bad}");
        }
    }
}
