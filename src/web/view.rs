//! How pages are answered, and the frame that every page of a signed-in person has.

use crate::domain::access::{Action, Actor};
use crate::domain::ids::TeamId;
use crate::domain::team::days_left;
use crate::store::accounts::Team;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// What a page says to do where no tariff is loaded.
pub const LOAD_A_TARIFF: &str = "Whoever runs the server loads one with quayside admin import-tariff.";

/// The place in the rail that a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Home,
    Packets,
    Work,
    Rules,
    Account,
    Members,
    Settings,
    Teams,
    Audit,
    Clients,
}

/// The countdown of a team that is to be deleted.
pub struct Ending {
    pub days: i64,
    pub when: When,
    /// The person who looks may keep it.
    pub may_keep: bool,
}

impl Ending {
    fn new(at: DateTime<Utc>, now: DateTime<Utc>, may_keep: bool) -> Self {
        Self { days: days_left(at, now), when: When::new(at, now), may_keep }
    }
}

/// What the frame of a page shows.
pub struct Frame {
    pub team: String,
    pub is_demo: bool,
    pub email: String,
    pub role: &'static str,
    pub in_home: bool,
    pub in_packets: bool,
    pub in_work: bool,
    pub in_rules: bool,
    pub in_account: bool,
    pub in_members: bool,
    pub in_settings: bool,
    pub in_teams: bool,
    pub may_settle: bool,
    pub ending: Option<Ending>,
    /// The person's other teams, for going there.
    pub others: Vec<(TeamId, String)>,
    pub in_audit: bool,
    pub in_clients: bool,
    pub may_see_work: bool,
    pub may_see_audit: bool,
    pub may_create: bool,
    /// False where the person wants no keys but the browser's own.
    pub listens_to_keys: bool,
}

impl Frame {
    /// The frame for an actor in a section.
    pub fn new(actor: &Actor, team: &Team, section: Section) -> Self {
        Self {
            team: team.name.clone(),
            is_demo: team.is_demo,
            email: actor.email().to_owned(),
            role: actor.role().label(),
            in_home: section == Section::Home,
            in_packets: section == Section::Packets,
            in_work: section == Section::Work,
            in_rules: section == Section::Rules,
            in_account: section == Section::Account,
            in_members: section == Section::Members,
            in_settings: section == Section::Settings,
            in_teams: section == Section::Teams,
            may_settle: actor.may(Action::TeamSettings),
            ending: team.deletes_at.map(|at| Ending::new(at, Utc::now(), actor.may(Action::TeamKeep))),
            others: team.others.clone(),
            in_audit: section == Section::Audit,
            in_clients: section == Section::Clients,
            may_see_work: actor.may(Action::WorkView),
            may_see_audit: actor.may(Action::AuditView),
            may_create: actor.may(Action::PacketCreate),
            listens_to_keys: team.listens_to_keys,
        }
    }
}

/// What was done last, as the address that a form led to says it. Each page has its own words for it.
#[derive(Deserialize)]
pub struct Done {
    #[serde(default)]
    pub done: String,
}

/// A template as an answer.
///
/// # Errors
/// The template's own.
pub fn page(status: StatusCode, template: &impl Template) -> Result<HttpResponse, askama::Error> {
    Ok(HttpResponse::build(status).content_type("text/html; charset=utf-8").body(template.render()?))
}

/// Where to go after a form, as the browser (303) or htmx wants to be told.
pub fn go_to(request: &HttpRequest, path: &str) -> HttpResponse {
    if is_htmx(request) {
        HttpResponse::Ok().insert_header(("HX-Redirect", path)).finish()
    } else {
        HttpResponse::SeeOther().insert_header(("Location", path)).finish()
    }
}

/// True where htmx asks for a piece of a page.
pub fn is_htmx(request: &HttpRequest) -> bool {
    request.headers().contains_key("HX-Request") && !request.headers().contains_key("HX-Boosted")
}

/// A moment as people say it, and exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    pub words: String,
    pub exact: String,
    /// For the `datetime` attribute.
    pub machine: String,
}

impl When {
    /// `at`, seen from `now`.
    pub fn new(at: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        let passed = now.signed_duration_since(at);
        let words = match (passed.num_seconds(), passed.num_minutes(), passed.num_hours(), passed.num_days()) {
            (_, _, hours, days) if days < -1 => format!("in {} days", hours.abs().saturating_add(12) / 24),
            (_, _, hours, _) if hours < -1 => format!("in {} h", hours.abs()),
            (seconds, ..) if seconds < -60 => format!("in {} min", passed.num_minutes().abs()),
            (seconds, ..) if seconds < 60 => "now".to_owned(),
            (_, minutes, ..) if minutes < 60 => format!("{minutes} min ago"),
            (_, _, hours, _) if hours < 24 => format!("{hours} h ago"),
            (.., days) if days < 7 => format!("{days} d ago"),
            _ => at.format("%-d %b %Y").to_string(),
        };
        Self {
            words,
            exact: at.format("%Y-%m-%d %H:%M:%S UTC").to_string(),
            machine: at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        }
    }
}

/// A size as people write it.
pub fn size_words(bytes: i64) -> String {
    let (unit, shift) = match bytes {
        b if b < 1024 => return format!("{b} bytes"),
        b if b < 1024 * 1024 => ("kB", 10),
        _ => ("MB", 20),
    };
    let tenths = bytes.saturating_mul(10) >> shift;
    format!("{}.{} {unit}", tenths / 10, tenths % 10)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn moments_are_told_as_people_tell_them() {
        let now: DateTime<Utc> = "2026-05-23T14:21:08Z".parse().unwrap();
        for (at, words) in [
            ("2026-05-23T14:21:00Z", "now"),
            ("2026-05-23T14:19:00Z", "2 min ago"),
            ("2026-05-23T11:00:00Z", "3 h ago"),
            ("2026-05-20T11:00:00Z", "3 d ago"),
            ("2026-04-20T11:00:00Z", "20 Apr 2026"),
            ("2026-05-23T14:26:08Z", "in 5 min"),
            ("2026-05-23T20:26:08Z", "in 6 h"),
            ("2026-05-30T14:26:08Z", "in 7 days"),
            ("2026-05-30T14:21:07Z", "in 7 days"),
        ] {
            assert_eq!(When::new(at.parse().unwrap(), now).words, words);
        }
    }

    #[test]
    fn sizes_have_one_decimal() {
        assert_eq!([size_words(12), size_words(4534), size_words(209_715_200)], ["12 bytes", "4.4 kB", "200.0 MB"]);
    }
}
