//! Correcting a value and taking it back. Each step starts a new run, which sees it; whoever was slower than somebody else is shown
//! both values and overwrites nothing.

use super::chosen::{Chosen, document_of, refusal, step_words};
use crate::domain::access::Action;
use crate::domain::ids::{PacketId, RunId};
use crate::domain::limits::CORRECT_PERSON;
use crate::domain::packet::correction::{CorrectionRefused, Place, Seen, Spot, reason};
use crate::domain::packet::document::{Document, Field, Value};
use crate::domain::packet::result::PacketResult;
use crate::domain::secret::Secret;
use crate::domain::work::Work;
use crate::reading::fields::by_hand;
use crate::store::corrections::{Entry, MEANWHILE, NewCorrection, Step, newest};
use crate::store::packets::File;
use crate::store::{Change, Db, ReadTx, StoreError, corrections, decisions, packets, queue, runs};
use crate::web::error::AppError;
use crate::web::limits::spend;
use crate::web::session::SignedIn;
use crate::web::view::{self, Frame, Section};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use serde_json::json;

/// What the form sends.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Sent {
    #[serde(default)]
    file: String,
    #[serde(default)]
    page: String,
    #[serde(default)]
    field: String,
    #[serde(default)]
    line: String,
    #[serde(default)]
    version: String,
    #[serde(default)]
    value: String,
    absent: Option<String>,
    #[serde(default)]
    reason: String,
}

impl Sent {
    fn spot(&self) -> Option<Spot> {
        let place = Place { file: self.file.parse().ok()?, page: self.page.parse().ok()? };
        let line = if self.line.is_empty() { None } else { Some(self.line.parse().ok()?) };
        Some(Spot { place, field: Field::from_word(&self.field)?, line })
    }
}

/// Somebody else's step, for the page that shows both.
struct Other {
    name: String,
    words: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "packets/correction.html")]
struct Page {
    frame: Frame,
    id: PacketId,
    name: String,
    chosen: Chosen,
    other: Option<Other>,
    mine: String,
}

/// What a form is judged by.
struct Desk {
    name: String,
    result: PacketResult,
    files: Vec<File>,
    history: Vec<Entry>,
}

impl Desk {
    fn load(tx: &mut ReadTx<'_>, id: PacketId) -> Result<Self, StoreError> {
        let packet = packets::find(tx, id)?;
        let result = runs::newest_done(tx, id)?.result.ok_or(StoreError::NotFound)?;
        Ok(Self {
            name: packet.name,
            result,
            files: packets::files_of(tx, id)?,
            history: corrections::history(tx, id)?,
        })
    }

    fn page(&self, signed_in: &SignedIn, id: PacketId, spot: Spot, sent: &Sent) -> Result<Page, AppError> {
        let document = document_of(&self.result, &self.files, spot).ok_or(StoreError::NotFound)?;
        let mut chosen = Chosen::new(id, document, spot, &self.history, true);
        if let Some(form) = &mut chosen.form {
            form.typed.clone_from(&sent.value);
            form.reason.clone_from(&sent.reason);
            form.absent = sent.absent.is_some();
        }
        let frame = Frame::new(&signed_in.actor, &signed_in.team, Section::Packets);
        Ok(Page { frame, id, name: self.name.clone(), chosen, other: None, mine: String::new() })
    }
}

const OLD_FORM: &str = "This form is too old, or something of it is missing. Load the packet again.";

/// The value that was typed, judged by its field and by what the document says now.
fn judged(document: &Document, spot: Spot, sent: &Sent) -> Result<Option<Value>, CorrectionRefused> {
    let now = document.reading(spot.field, spot.line);
    let value = match sent.absent {
        Some(_) => None,
        None => {
            Some(by_hand::value(spot.field, &sent.value).ok_or_else(|| CorrectionRefused::Form(refusal(spot.field)))?)
        }
    };
    // To say what was hard to read again is to confirm it.
    let confirms = now.is_some_and(|reading| reading.is_unsure());
    if now.map(|reading| &reading.value) == value.as_ref() && !confirms {
        return Err(CorrectionRefused::NoChange);
    }
    Ok(value)
}

/// Lays a correction over what was read.
pub async fn create(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    secret: web::Data<Secret>,
    id: web::Path<PacketId>,
    form: Option<web::Form<Sent>>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketCorrect)?;
    let id = id.into_inner();
    let desk = db.read(&permit, move |tx| Desk::load(tx, id)).await?;
    let sent = form.map(web::Form::into_inner).unwrap_or_default();
    let spot = sent.spot().ok_or_else(|| AppError::Request(OLD_FORM.to_owned()))?;
    let document = document_of(&desk.result, &desk.files, spot).ok_or(StoreError::NotFound)?;
    let (value, reason) = match (judged(document, spot, &sent), reason(&sent.reason)) {
        (Ok(value), Ok(reason)) => (value, reason),
        (value, reason) => {
            let mut page = desk.page(&signed_in, id, spot, &sent)?;
            if let Some(form) = &mut page.chosen.form {
                form.value_error = value.err().map(|error| error.to_string());
                form.reason_error = reason.err().map(|error| error.to_string());
            }
            return Ok(view::page(StatusCode::UNPROCESSABLE_ENTITY, &page)?);
        }
    };
    take(&request, &signed_in, &db, &secret, id, (spot, Step::Say(value), reason), &sent).await
}

/// Lets the reading stand again.
pub async fn take_back(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    secret: web::Data<Secret>,
    id: web::Path<PacketId>,
    form: Option<web::Form<Sent>>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketCorrect)?;
    let id = id.into_inner();
    let desk = db.read(&permit, move |tx| Desk::load(tx, id)).await?;
    let sent = form.map(web::Form::into_inner).unwrap_or_default();
    let spot = sent.spot().ok_or_else(|| AppError::Request(OLD_FORM.to_owned()))?;
    let stands = newest(&desk.history, spot).is_some_and(|entry| matches!(entry.step, Step::Say(_)));
    if !stands {
        return Err(StoreError::NotFound.into());
    }
    take(&request, &signed_in, &db, &secret, id, (spot, Step::TakeBack, "taken back".to_owned()), &sent).await
}

/// A value in the log: which one, and what it is.
fn told(document: Option<&Document>, spot: Spot, value: Option<&Value>) -> serde_json::Value {
    let (file, kind) = (document.map(|document| &document.file), document.map(|document| document.kind));
    let line = spot.line.map(|line| line.saturating_add(1));
    json!({ "file": file, "page": spot.place.page, "document": kind, "field": spot.field, "line": line, "value": value })
}

async fn take(
    request: &HttpRequest,
    signed_in: &SignedIn,
    db: &Db,
    secret: &Secret,
    id: PacketId,
    (spot, step, reason): (Spot, Step, String),
    sent: &Sent,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketCorrect)?;
    spend(db, secret, signed_in, CORRECT_PERSON).await?;
    let by = signed_in.actor.user().ok_or(StoreError::NotFound)?;
    let seen = sent.version.parse().unwrap_or(0);
    let mut correction = NewCorrection { packet: id, spot, step, reason, by, seen: None };
    let written = db
        .write(permit, id, move |tx| {
            decisions::need_open(tx, id)?;
            let desk = Desk::load(tx, id)?;
            let document = document_of(&desk.result, &desk.files, spot);
            correction.seen = document.map(|document| Seen::of(document, spot.field, spot.line));
            corrections::add(tx, &correction, seen)?;
            let before = document.and_then(|document| document.reading(spot.field, spot.line));
            let after = match &correction.step {
                Step::Say(value) => value.as_ref(),
                Step::TakeBack => document.and_then(|it| it.as_read(spot.field, spot.line)).map(|read| &read.value),
            };
            let mut now = told(document, spot, after);
            if let Some(now) = now.as_object_mut() {
                now.insert("reason".to_owned(), json!(correction.reason));
            }
            let run = RunId::fresh();
            runs::renew(tx, id, run, Some(by))?;
            queue::add(tx, &Work::CheckPacket { packet: id, run })?;
            let back = document.map(|document| document.id.clone()).unwrap_or_default();
            Ok::<_, AppError>(Change::to(back).diff(told(document, spot, before.map(|read| &read.value)), now))
        })
        .await;
    match written {
        Ok(document) => {
            // What has lost its place has no document to come back to.
            if document.is_empty() {
                return Ok(view::go_to(request, &format!("/packets/{id}")));
            }
            let line = spot.line.map(|line| format!("&line={line}")).unwrap_or_default();
            let field = spot.field;
            Ok(view::go_to(request, &format!("/packets/{id}?document={document}&field={field}{line}#viewer")))
        }
        Err(AppError::Store(StoreError::Conflict(key))) if key == MEANWHILE => {
            conflict(signed_in, db, id, spot, sent).await
        }
        Err(error) => Err(error),
    }
}

/// Both values, and a form that knows of both.
async fn conflict(
    signed_in: &SignedIn,
    db: &Db,
    id: PacketId,
    spot: Spot,
    sent: &Sent,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketCorrect)?;
    let desk = db.read(&permit, move |tx| Desk::load(tx, id)).await?;
    let mut page = desk.page(signed_in, id, spot, sent)?;
    page.other = newest(&desk.history, spot).map(|entry| Other {
        name: entry.name.clone(),
        words: step_words(spot.field, &entry.step),
        reason: entry.reason.clone(),
    });
    page.mine = if sent.absent.is_some() { "not printed".to_owned() } else { sent.value.clone() };
    Ok(view::page(StatusCode::CONFLICT, &page)?)
}
