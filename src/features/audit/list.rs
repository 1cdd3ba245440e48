//! The page of the log. Each page that is shown is itself an entry, written with the answer; the chain is held for that entry alone.

use super::diff::{Changed, changed};
use super::filter::{self, Asked};
use super::verification::{Outcome, outcome};
use crate::domain::access::Action;
use crate::domain::ids::PacketId;
use crate::store::audit::checks;
use crate::store::audit::page::{self, Choices, Line};
use crate::store::{Change, Db};
use crate::web::error::AppError;
use crate::web::session::SignedIn;
use crate::web::view::{self, Frame, Section};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{Days, SecondsFormat, Utc};

const PAGE: usize = 50;
/// More people than this are typed and not chosen.
const PEOPLE: i64 = 500;

struct Row {
    seq: i64,
    /// The one line that says it all, for copying and for searching.
    line: String,
    at: String,
    who: String,
    role: String,
    address: String,
    action: String,
    subject: String,
    /// Where the subject has a page.
    link: Option<String>,
    pill: &'static str,
    result: String,
    changes: Vec<Changed>,
    more: usize,
}

struct Chip {
    name: &'static str,
    value: String,
    without: String,
}

struct Preset {
    label: &'static str,
    href: String,
}

#[derive(Template)]
#[template(path = "audit/list.html")]
struct Page {
    frame: Frame,
    asked: Asked,
    choices: Choices,
    chips: Vec<Chip>,
    presets: Vec<Preset>,
    rows: Vec<Row>,
    newer: Option<String>,
    older: Option<String>,
    newest: String,
    is_first: bool,
    export: String,
    outcome: Outcome,
}

fn row(line: Line) -> Row {
    let at = line.at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let former = || format!("former user {}", line.person.simple().to_string().get(..6).unwrap_or_default());
    let who = line.email.clone().unwrap_or_else(former);
    let address = line.address.clone().unwrap_or_else(|| "–".to_owned());
    let text =
        format!("{at} · {who} · {} · {address} → {} · {} · {}", line.role, line.action, line.subject, line.result);
    let about_packet = line.action.starts_with("packet.").then(|| line.subject.parse::<PacketId>().ok()).flatten();
    let (changes, more) = changed(line.diff.as_ref());
    Row {
        seq: line.seq,
        line: text,
        at,
        who,
        role: line.role,
        address,
        action: line.action,
        link: about_packet.map(|packet| format!("/packets/{packet}")),
        subject: line.subject,
        pill: match line.result.as_str() {
            "success" => "ready",
            "started" => "info",
            "broken_off" => "warning",
            _ => "critical",
        },
        result: line.result,
        changes,
        more,
    }
}

fn presets(asked: &Asked) -> Vec<Preset> {
    let today = Utc::now().date_naive();
    let since = |label, days| {
        let from = today.checked_sub_days(Days::new(days)).unwrap_or(today).to_string();
        let bare = Asked { to: String::new(), ..asked.clone() };
        Preset { label, href: bare.address("/audit", "from", Some(("from", &from))) }
    };
    vec![since("Today", 0), since("7 days", 6), since("30 days", 29), since("1 year", 364)]
}

/// The page.
pub async fn list(signed_in: SignedIn, db: web::Data<Db>, asked: web::Query<Asked>) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::AuditView)?;
    let asked = asked.into_inner();
    let (filter, reach, words) = (asked.filter()?, asked.reach(), asked.clone());
    let (found, choices, checks) = db
        .write(permit, super::SUBJECT, move |tx| {
            let found = page::page(tx, &filter, reach, PAGE)?;
            let told = words.told(filter.people(tx)?.as_deref());
            let seen = (found, page::choices(tx, PEOPLE)?, checks::newest(tx, 1)?);
            Ok::<_, AppError>(Change::to(seen).diff(serde_json::Value::Null, told))
        })
        .await?;
    let to = |name, line: Option<&Line>| {
        line.map(|line| asked.address("/audit", "", Some((name, filter::key(line.key()).as_str()))))
    };
    let page = Page {
        frame: Frame::new(&signed_in.actor, &signed_in.team, Section::Audit),
        choices,
        chips: asked
            .parts()
            .into_iter()
            .map(|(name, value)| Chip { name, value: value.to_owned(), without: asked.address("/audit", name, None) })
            .collect(),
        presets: presets(&asked),
        newer: to("newer", found.lines.first().filter(|_| found.has_newer)),
        older: to("older", found.lines.last().filter(|_| found.has_older)),
        newest: asked.address("/audit", "", None),
        is_first: reach == page::Reach::Newest,
        export: asked.address("/audit/export.csv", "", None),
        rows: found.lines.into_iter().map(row).collect(),
        outcome: outcome(checks.into_iter().next()),
        asked,
    };
    Ok(view::page(StatusCode::OK, &page)?)
}
