//! Arranging the pages of a file: which of them are a document, of which kind, and which way up. Each step starts a new run, which reads the
//! file so; whoever was slower than somebody else is shown what the file is now and overwrites nothing.

use super::arrangement_page::{Alert, kind_words, page};
use super::selection::file_of;
use crate::domain::access::Action;
use crate::domain::ids::{FileId, PacketId, RunId};
use crate::domain::limits::CORRECT_PERSON;
use crate::domain::packet::arrangement::{Arrangement, ReadAs, Stack, Step, Turn};
use crate::domain::packet::document::{Document, Kind, TextSource};
use crate::domain::secret::Secret;
use crate::domain::work::Work;
use crate::reading::mail::{page_of_part, part_of_page};
use crate::store::arrangements::{Entry, MEANWHILE, NewStep, newest};
use crate::store::packets::{File, Packet};
use crate::store::runs::Outline;
use crate::store::{Change, Db, ReadTx, StoreError, arrangements, decisions, packets, queue, runs};
use crate::web::error::AppError;
use crate::web::limits::spend;
use crate::web::session::SignedIn;
use crate::web::view;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::json;

/// A file laid out: what it is made of, how the reader saw it, and how it lies now.
pub struct Bench {
    pub packet: Packet,
    pub file: File,
    pub pages: Vec<Outline>,
    pub stack: Stack,
    /// The documents as the reader saw them.
    pub read: Vec<ReadAs>,
    /// The documents of the newest result.
    pub documents: Vec<Document>,
    pub now: Arrangement,
    pub newest: Option<Entry>,
}

impl Bench {
    /// Lays out a file that is read with its packet.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where the packet has no such file, or was never read.
    pub fn load(tx: &mut ReadTx<'_>, id: PacketId, file: FileId) -> Result<Self, StoreError> {
        let packet = packets::find(tx, id)?;
        let files = packets::files_of(tx, id)?;
        let file = files.iter().find(|other| other.id == file).ok_or(StoreError::NotFound)?.clone();
        let run = runs::newest_done(tx, id)?;
        let pages = runs::outlines(tx, run.id, file.id)?;
        let newest = newest(&arrangements::history(tx, id)?, file.id).cloned();
        let all = run.result.ok_or(StoreError::NotFound)?.documents;
        let own = |document: &Document| file_of(document, &files).is_some_and(|of| of.id == file.id);
        let documents: Vec<Document> = all.into_iter().filter(own).collect();
        // A result that knows of no arrangement is the reader's own opinion, and newer than what was kept of it.
        let read = match &newest {
            Some(entry) if documents.iter().any(|document| document.arranged.is_some()) => entry.read.clone(),
            _ => documents.iter().map(ReadAs::from).filter(|read| !read.pages.is_empty()).collect(),
        };
        let standing = newest.as_ref().and_then(|entry| entry.arrangement.clone());
        let now = standing.unwrap_or_else(|| Arrangement::as_read(&read));
        Ok(Self { packet, file, stack: stack(&pages, &read), pages, read, documents, now, newest })
    }

    /// The number of the newest step, 0 for none.
    pub fn number(&self) -> i32 {
        self.newest.as_ref().map_or(0, |entry| entry.number)
    }

    /// True where somebody's arrangement stands.
    pub fn is_arranged(&self) -> bool {
        self.newest.as_ref().is_some_and(|entry| entry.arrangement.is_some())
    }
}

/// What may be done to the pages: sheets and messages are no paper.
fn stack(pages: &[Outline], read: &[ReadAs]) -> Stack {
    let paper = [TextSource::PdfText.as_str(), TextSource::Ocr.as_str()];
    let mut loose: Vec<Vec<u32>> = Vec::new();
    for page in pages.iter().filter(|page| paper.contains(&page.source.as_str())) {
        let same = |lot: &Vec<u32>| lot.first().is_some_and(|it| part_of_page(*it) == part_of_page(page.number));
        match loose.iter_mut().find(|lot| same(lot)) {
            Some(lot) => lot.push(page.number),
            None => loose.push(vec![page.number]),
        }
    }
    let is_loose = |pages: &[u32]| pages.first().is_some_and(|page| loose.iter().any(|lot| lot.contains(page)));
    let fixed = read.iter().filter(|read| !is_loose(&read.pages)).map(|read| read.pages.clone()).collect();
    Stack { loose, fixed }
}

/// What the forms send.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Sent {
    #[serde(default)]
    seen: String,
    #[serde(default)]
    step: String,
    #[serde(default)]
    document: String,
    #[serde(default)]
    page: String,
    #[serde(default)]
    kind: String,
}

impl Sent {
    fn step(&self) -> Option<Step> {
        let (document, page) = (self.document.parse().ok(), self.page.parse().ok());
        Some(match self.step.as_str() {
            "kind" if self.kind.is_empty() => Step::Kind { document: document?, kind: None },
            "kind" => Step::Kind { document: document?, kind: Some(Kind::from_word(&self.kind)?) },
            "join" => Step::Join { document: document? },
            "split" => Step::Split { page: page? },
            "earlier" => Step::Earlier { page: page? },
            "later" => Step::Later { page: page? },
            "left" => Step::Turn { page: page?, by: Turn::Left },
            "right" => Step::Turn { page: page?, by: Turn::Right },
            "over" => Step::Turn { page: page?, by: Turn::Over },
            _ => return None,
        })
    }
}

/// What a step does, in words.
fn step_words(step: Step) -> String {
    let document = |at: usize| at.saturating_add(1);
    match step {
        Step::Kind { document: at, kind: Some(kind) } => {
            format!("Document {} named {}", document(at), kind_words(kind))
        }
        Step::Kind { document: at, kind: None } => format!("Kind of document {} left to the reader", document(at)),
        Step::Join { document: at } => format!("Document {} joined with the one before", document(at)),
        Step::Split { page } => format!("New document from page {}", page_of_part(page)),
        Step::Earlier { page } => format!("Page {} moved to an earlier place", page_of_part(page)),
        Step::Later { page } => format!("Page {} moved to a later place", page_of_part(page)),
        Step::Turn { page, by } => match by {
            Turn::Left => format!("Page {} turned left", page_of_part(page)),
            Turn::Right | Turn::None => format!("Page {} turned right", page_of_part(page)),
            Turn::Over => format!("Page {} turned upside down", page_of_part(page)),
        },
    }
}

/// Where on the page the step can be seen.
const fn anchor(step: Step) -> (&'static str, u32) {
    match step {
        Step::Split { page } | Step::Earlier { page } | Step::Later { page } | Step::Turn { page, .. } => {
            ("page", page)
        }
        Step::Kind { .. } | Step::Join { .. } => ("documents", 0),
    }
}

/// The page of a file.
pub async fn show(
    signed_in: SignedIn,
    db: web::Data<Db>,
    path: web::Path<(PacketId, FileId)>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketArrange)?;
    let (id, file) = path.into_inner();
    let bench = db.read(&permit, move |tx| Bench::load(tx, id, file)).await?;
    page(&signed_in, &bench, StatusCode::OK, None)
}

const OLD_FORM: &str = "This form is too old, or something of it is missing. Load the page again.";

/// Takes one step.
pub async fn create(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    secret: web::Data<Secret>,
    path: web::Path<(PacketId, FileId)>,
    form: Option<web::Form<Sent>>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketArrange)?;
    let (id, file) = path.into_inner();
    let bench = db.read(&permit, move |tx| Bench::load(tx, id, file)).await?;
    let sent = form.map(web::Form::into_inner).unwrap_or_default();
    let seen: i32 = sent.seen.parse().unwrap_or(-1);
    let step = sent.step().filter(|_| seen >= 0).ok_or_else(|| AppError::Request(OLD_FORM.to_owned()))?;
    let next = match bench.now.stepped(step, &bench.stack) {
        Ok(next) => Some(next),
        // What cannot be done to the file as it is may have been possible as it was seen.
        Err(_) if seen != bench.number() => None,
        Err(refused) => {
            let alert = Alert::Refused(refused.to_string());
            return page(&signed_in, &bench, StatusCode::UNPROCESSABLE_ENTITY, Some(alert));
        }
    };
    let (place, number) = anchor(step);
    let back = if place == "page" { format!("#page-{number}") } else { "#documents".to_owned() };
    save(&request, &signed_in, &db, &secret, bench, (next, step_words(step), seen, back)).await
}

/// Lets the file be as it was read.
pub async fn take_back(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    secret: web::Data<Secret>,
    path: web::Path<(PacketId, FileId)>,
    form: Option<web::Form<Sent>>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketArrange)?;
    let (id, file) = path.into_inner();
    let bench = db.read(&permit, move |tx| Bench::load(tx, id, file)).await?;
    let sent = form.map(web::Form::into_inner).unwrap_or_default();
    if !bench.is_arranged() {
        return Err(StoreError::NotFound.into());
    }
    let seen = sent.seen.parse().map_err(|_| AppError::Request(OLD_FORM.to_owned()))?;
    let step = (None, "Back to how it was read".to_owned(), seen, String::new());
    save(&request, &signed_in, &db, &secret, bench, step).await
}

/// Keeps the arrangement after a step, none for as it was read, and has the packet checked again.
async fn save(
    request: &HttpRequest,
    signed_in: &SignedIn,
    db: &Db,
    secret: &Secret,
    bench: Bench,
    (arrangement, step, seen, back): (Option<Arrangement>, String, i32, String),
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketArrange)?;
    spend(db, secret, signed_in, CORRECT_PERSON).await?;
    let by = signed_in.actor.user().ok_or(StoreError::NotFound)?;
    let (id, file) = (bench.packet.id, bench.file.id);
    let after = arrangement.clone().unwrap_or_else(|| Arrangement::as_read(&bench.read));
    let told = json!({ "file": bench.file.name, "step": step, "documents": after });
    let before = json!({ "file": bench.file.name, "documents": bench.now });
    let new = NewStep { packet: id, file, arrangement, read: bench.read, step: step.clone(), by };
    let written = db
        .write(permit, id, move |tx| {
            decisions::need_open(tx, id)?;
            arrangements::add(tx, &new, seen)?;
            let run = RunId::fresh();
            runs::renew(tx, id, run, Some(by))?;
            queue::add(tx, &Work::CheckPacket { packet: id, run })?;
            Ok::<_, AppError>(Change::to(()).diff(before, told))
        })
        .await;
    match written {
        Ok(()) => Ok(view::go_to(request, &format!("/packets/{id}/files/{file}/arrangement{back}"))),
        Err(AppError::Store(StoreError::Conflict(key))) if key == MEANWHILE => {
            let permit = signed_in.actor.permit(Action::PacketArrange)?;
            let bench = db.read(&permit, move |tx| Bench::load(tx, id, file)).await?;
            page(signed_in, &bench, StatusCode::CONFLICT, Some(Alert::Meanwhile { mine: step }))
        }
        Err(error) => Err(error),
    }
}
