//! How far the reading is: by file and page, alive until the result is there. Leaving the page and coming back changes nothing.

use super::twins::{self, TwinView};
use crate::domain::access::Action;
use crate::domain::ids::PacketId;
use crate::domain::packet::state::PacketState;
use crate::domain::work::{Work, WorkState};
use crate::store::files::Twin;
use crate::store::packets::{File, Packet};
use crate::store::queue::{self, Entry, FileProgress};
use crate::store::{Db, ReadTx, files, packets};
use crate::web::error::AppError;
use crate::web::session::SignedIn;
use crate::web::view::{self, Frame, Section, When, is_htmx};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::Utc;

struct Step {
    name: String,
    size: String,
    words: String,
    /// 0 to 100.
    share: u32,
    pill: &'static str,
}

#[derive(Template)]
#[template(path = "packets/progress.html", blocks = ["steps"])]
pub struct Page {
    frame: Frame,
    id: PacketId,
    name: String,
    since: When,
    headline: String,
    failure: Option<String>,
    steps: Vec<Step>,
    twins: Vec<TwinView>,
    /// What was chosen on the page behind it: `?…`, or nothing.
    query: String,
}

/// What the page shows, from one transaction.
pub struct Facts {
    pub packet: Packet,
    pub files: Vec<File>,
    pub work: Option<Entry>,
    twins: Vec<Twin>,
}

/// Loads what the page shows.
///
/// # Errors
/// [`AppError`] where the packet is not the team's.
pub fn facts(tx: &mut ReadTx<'_>, id: PacketId) -> Result<Facts, AppError> {
    let packet = packets::find(tx, id)?;
    let key = Work::CheckPacket { packet: id, run: packet.run }.key();
    let work = queue::find_by_key(tx, &key)?;
    let twins = files::twins(tx, id, twins::SHOWN)?;
    Ok(Facts { files: packets::files_of(tx, id)?, work, twins, packet })
}

fn step(file: File, progress: Option<&FileProgress>) -> Step {
    let (words, share, pill) = match progress {
        Some(FileProgress { finished: true, .. }) => ("Read".to_owned(), 100, "ready"),
        Some(FileProgress { done, total: Some(total), .. }) => {
            let share = done.saturating_mul(100).checked_div(*total).unwrap_or(0);
            (format!("Page {} of {total}", done.saturating_add(1).min(*total)), share, "info")
        }
        Some(_) | None => ("Waiting".to_owned(), 0, "quiet"),
    };
    Step { name: file.name, size: view::size_words(file.size_bytes), words, share, pill }
}

/// A query with its mark, where there is one.
fn with_mark(query: &str) -> String {
    if query.is_empty() { String::new() } else { format!("?{query}") }
}

impl Page {
    /// The page of the facts.
    pub fn new(signed_in: &SignedIn, facts: Facts, query: &str) -> Self {
        let progress = facts.work.as_ref().and_then(|work| work.progress.clone()).unwrap_or_default();
        let state = facts.work.as_ref().map(|work| work.state);
        let failed = facts.packet.state == PacketState::Failed || state == Some(WorkState::Failed);
        let headline = match state {
            _ if failed => "The documents could not be checked",
            Some(WorkState::Running) => "Reading the documents",
            _ => "Waiting for a free reader",
        };
        let failure = facts.work.and_then(|work| work.failure);
        Self {
            frame: Frame::new(&signed_in.actor, &signed_in.team, Section::Packets),
            id: facts.packet.id,
            query: with_mark(query),
            name: facts.packet.name,
            twins: twins::views(facts.twins),
            since: When::new(facts.packet.updated_at, Utc::now()),
            headline: headline.to_owned(),
            failure: failure.filter(|_| failed),
            steps: facts.files.into_iter().enumerate().map(|(at, file)| step(file, progress.files.get(at))).collect(),
        }
    }
}

/// The living part of the page, or word that the result is there.
pub async fn show(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    id: web::Path<PacketId>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketView)?;
    let id = id.into_inner();
    let facts = db.read(&permit, move |tx| facts(tx, id)).await?;
    if facts.packet.state == PacketState::Checked {
        return Ok(view::go_to(&request, &format!("/packets/{id}{}", with_mark(request.query_string()))));
    }
    let page = Page::new(&signed_in, facts, request.query_string());
    if is_htmx(&request) {
        Ok(HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page.as_steps().render()?))
    } else {
        Ok(view::page(StatusCode::OK, &page)?)
    }
}
