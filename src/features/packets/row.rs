//! A packet as one line of a list: its words, and where a search found it.

use super::show::verdict_words;
use crate::domain::ids::{PacketId, UserId};
use crate::domain::packet::search::Place;
use crate::domain::packet::state::PacketState;
use crate::domain::packet::written::figure;
use crate::store::packets::Packet;
use crate::store::packets::list::COUNTED;
use crate::web::view::When;
use chrono::{DateTime, NaiveDate, Utc};

/// A word of a search and where it stands.
pub struct Hit {
    pub word: String,
    pub place: String,
}

/// A packet as a line of a list.
pub struct Row {
    pub id: PacketId,
    pub name: String,
    pub route: String,
    pub client: String,
    pub pill: &'static str,
    pub verdict: &'static str,
    pub findings: String,
    pub score: String,
    pub transport: String,
    pub numbers: String,
    pub eta: String,
    pub arrives: String,
    pub documents: String,
    pub owner: String,
    pub added: When,
    pub hits: Vec<Hit>,
}

fn plural(count: i32, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

/// `214`, `1,000+`.
pub fn counted(count: i64) -> String {
    let most = figure(&COUNTED.to_string());
    if count > COUNTED { format!("{most}+") } else { figure(&count.to_string()) }
}

/// How far a day is from today, where that is worth saying.
fn days_away(day: NaiveDate, today: NaiveDate) -> String {
    match day.signed_duration_since(today).num_days() {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        days @ 2..=14 => format!("in {days} days"),
        -1 => "yesterday".to_owned(),
        days @ -14..=-2 => format!("{} days ago", days.abs()),
        _ => String::new(),
    }
}

/// A packet as a line, seen at a moment by somebody.
pub fn row(packet: Packet, now: DateTime<Utc>, me: Option<UserId>) -> Row {
    let findings = [(packet.criticals, "critical"), (packet.warnings, "warning")];
    let some = findings.iter().filter_map(|(count, word)| match (count.unwrap_or(0), *word) {
        (0, _) => None,
        (count, "critical") => Some(format!("{count} critical")),
        (count, word) => Some(plural(count, word)),
    });
    let checked = packet.state == PacketState::Checked;
    let (pill, verdict) = verdict_words(packet.state, packet.verdict, packet.decision);
    let is_mine = packet.owner_id.is_some() && packet.owner_id == me;
    Row {
        id: packet.id,
        name: packet.name,
        route: packet.route.unwrap_or_default(),
        client: packet.client.unwrap_or_default(),
        pill,
        verdict,
        findings: if checked { some.collect::<Vec<_>>().join(", ") } else { String::new() },
        score: packet.score.filter(|_| checked).map(|score| score.to_string()).unwrap_or_default(),
        transport: packet.transport.unwrap_or_default(),
        numbers: packet.numbers.unwrap_or_default(),
        eta: packet.eta.map(|eta| eta.format("%-d %b %Y").to_string()).unwrap_or_default(),
        arrives: packet.eta.map(|eta| days_away(eta, now.date_naive())).unwrap_or_default(),
        documents: packet.document_count.unwrap_or(packet.file_count).to_string(),
        owner: if is_mine { "You".to_owned() } else { packet.owner.unwrap_or_default() },
        added: When::new(packet.created_at, now),
        hits: Vec::new(),
    }
}

/// A word by which a packet was found.
pub fn hit((word, places): (String, Vec<Place>)) -> Hit {
    // Letters say themselves; a number is read more easily as it is printed.
    let word = if word.chars().any(|c| c.is_ascii_digit()) { word.to_uppercase() } else { word };
    let place = places.into_iter().take(2).map(Place::label).collect::<Vec<_>>().join(", ");
    Hit { word, place }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn days_of_arrival_are_told_where_they_are_near() {
        let today: NaiveDate = "2026-05-23".parse().unwrap();
        for (day, words) in [
            ("2026-05-23", "today"),
            ("2026-05-24", "tomorrow"),
            ("2026-05-22", "yesterday"),
            ("2026-05-30", "in 7 days"),
            ("2026-05-20", "3 days ago"),
            ("2026-07-20", ""),
        ] {
            assert_eq!(days_away(day.parse().unwrap(), today), words);
        }
        assert_eq!([counted(214), counted(1_000), counted(1_001)], ["214", "1,000", "1,000+"]);
    }
}
