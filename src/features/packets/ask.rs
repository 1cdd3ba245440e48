//! Asking the importer: a prepared letter about one finding or about all that stand, which a person reads, changes and sends. The answer
//! comes to that person's own address, not here.

use super::letter::{Draft, finding_of};
use crate::domain::access::Action;
use crate::domain::account::Email;
use crate::domain::ids::{PacketId, QuestionId};
use crate::domain::limits::{QUESTION_ACCOUNT, QUESTION_PERSON};
use crate::domain::mail::{Letter, MailKind};
use crate::domain::packet::decision::PacketRefused;
use crate::domain::packet::question::{self, About, Question, SUBJECT_MAX, TEXT_MAX};
use crate::domain::packet::result::{Finding, PacketResult};
use crate::domain::secret::Secret;
use crate::store::questions::{self, Entry, MEANWHILE, SENT};
use crate::store::{Db, ReadTx, StoreError, outbox, packets, runs, waivers};
use crate::web::error::AppError;
use crate::web::limits;
use crate::web::session::SignedIn;
use crate::web::view::{self, Frame, Section, When};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::Utc;
use serde::Deserialize;

/// What the address names: the key of a finding; nothing is the packet as a whole.
#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    finding: String,
}

/// What the form sends.
#[derive(Clone, Default, Deserialize)]
pub struct Sent {
    #[serde(default)]
    key: String,
    #[serde(default)]
    seen: String,
    #[serde(default)]
    finding: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    subject: String,
    #[serde(default)]
    text: String,
}

/// A question that was asked before about the same.
struct Earlier {
    name: String,
    to: String,
    when: When,
}

impl From<&Entry> for Earlier {
    fn from(entry: &Entry) -> Self {
        Self { name: entry.name.clone(), to: entry.to.clone(), when: When::new(entry.at, Utc::now()) }
    }
}

#[derive(Template)]
#[template(path = "packets/ask.html")]
struct Page {
    frame: Frame,
    id: PacketId,
    name: String,
    /// The finding that it is about.
    about: Option<String>,
    /// The person's own address, to which the answer goes.
    reply_to: String,
    key: String,
    seen: usize,
    sent: Sent,
    earlier: Vec<Earlier>,
    /// Somebody asked the same while this was written.
    meanwhile: bool,
    to_error: Option<String>,
    subject_error: Option<String>,
    text_error: Option<String>,
}

/// What a question is drawn from.
struct Desk {
    name: String,
    result: PacketResult,
    questions: Vec<Entry>,
    asked_last: Option<String>,
}

impl Desk {
    fn load(tx: &mut ReadTx<'_>, id: PacketId) -> Result<Self, AppError> {
        let packet = packets::find(tx, id)?;
        if packet.is_deleted {
            return Err(StoreError::Packet(PacketRefused::InBin).into());
        }
        let result = runs::newest_done(tx, id)?.result.ok_or(StoreError::NotFound)?;
        Ok(Self {
            name: packet.name,
            result: waivers::judged(tx, id, result)?,
            questions: questions::list(tx, id)?,
            asked_last: questions::asked_last(tx, id)?,
        })
    }

    /// The finding of a key; nothing for the packet as a whole.
    fn finding(&self, key: &str) -> Result<Option<&Finding>, AppError> {
        if key.is_empty() {
            return Ok(None);
        }
        let found = finding_of(&self.result, key);
        Ok(Some(found.ok_or(StoreError::Packet(PacketRefused::NoSuchFinding))?))
    }

    fn page(&self, signed_in: &SignedIn, id: PacketId, sent: Sent) -> Result<Page, AppError> {
        let about = self.finding(&sent.finding)?.map(|finding| finding.title.clone());
        let same = |entry: &&Entry| entry.finding.as_deref().unwrap_or_default() == sent.finding;
        let earlier: Vec<Earlier> = self.questions.iter().filter(same).map(Earlier::from).collect();
        Ok(Page {
            frame: Frame::new(&signed_in.actor, &signed_in.team, Section::Packets),
            id,
            name: self.name.clone(),
            about,
            reply_to: signed_in.actor.email().to_owned(),
            key: sent.key.parse().unwrap_or_else(|_| QuestionId::fresh()).to_string(),
            seen: earlier.len(),
            sent,
            earlier,
            meanwhile: false,
            to_error: None,
            subject_error: None,
            text_error: None,
        })
    }
}

/// The letter as it is proposed.
pub async fn show(
    signed_in: SignedIn,
    db: web::Data<Db>,
    id: web::Path<PacketId>,
    about: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketAsk)?;
    let id = id.into_inner();
    let desk = db.read(&permit, move |tx| Desk::load(tx, id)).await?;
    let finding = about.into_inner().finding;
    let draft = Draft {
        packet: &desk.name,
        result: &desk.result,
        about: desk.finding(&finding)?,
        name: signed_in.actor.name(),
        team: &signed_in.team.name,
    };
    let sent = Sent {
        to: desk.asked_last.clone().unwrap_or_default(),
        subject: draft.subject(),
        text: draft.text()?,
        finding,
        ..Sent::default()
    };
    Ok(view::page(StatusCode::OK, &desk.page(&signed_in, id, sent)?)?)
}

/// Sends it.
pub async fn create(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    secret: web::Data<Secret>,
    id: web::Path<PacketId>,
    form: Option<web::Form<Sent>>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketAsk)?;
    let id = id.into_inner();
    let desk = db.read(&permit, move |tx| Desk::load(tx, id)).await?;
    let sent = form.map(web::Form::into_inner).unwrap_or_default();
    let finding = desk.finding(&sent.finding)?;
    let (to, subject, text) = (Email::parse(&sent.to), question::subject(&sent.subject), question::text(&sent.text));
    let (to, subject, text) = match (to, subject, text) {
        (Ok(to), Ok(subject), Ok(text)) => (to, subject, text),
        (to, subject, text) => {
            let mut page = desk.page(&signed_in, id, sent)?;
            page.to_error = to.err().map(|error| error.to_string());
            page.subject_error = subject.err().map(|error| error.to_string());
            page.text_error = text.err().map(|error| error.to_string());
            return Ok(view::page(StatusCode::UNPROCESSABLE_ENTITY, &page)?);
        }
    };
    let about = finding.map(|finding| About {
        finding: sent.finding.clone(),
        code: finding.code.clone(),
        title: finding.title.chars().take(500).collect(),
    });
    let key = sent.key.parse().unwrap_or_else(|_| QuestionId::fresh());
    let question = Question { id: key, about, to, subject, text };
    match send(&signed_in, &db, &secret, id, question, sent.seen.parse().unwrap_or(0)).await {
        // Sent twice by one form: it is on its way.
        Err(AppError::Store(StoreError::Conflict(word))) if word == SENT => {}
        Err(AppError::Store(StoreError::Conflict(word))) if word == MEANWHILE => {
            let desk = db.read(&signed_in.actor.permit(Action::PacketAsk)?, move |tx| Desk::load(tx, id)).await?;
            let page = Page { meanwhile: true, ..desk.page(&signed_in, id, sent)? };
            return Ok(view::page(StatusCode::CONFLICT, &page)?);
        }
        answer => answer?,
    }
    Ok(view::go_to(&request, &format!("/packets/{id}#comments")))
}

/// Puts the letter into the outbox and keeps the question, in one transaction. What does not leave is not counted.
async fn send(
    signed_in: &SignedIn,
    db: &Db,
    secret: &Secret,
    id: PacketId,
    question: Question,
    seen: i64,
) -> Result<(), AppError> {
    let permit = signed_in.actor.permit(Action::PacketAsk)?;
    let by = signed_in.actor.user().ok_or(StoreError::NotFound)?;
    let answer_to = Email::parse(signed_in.actor.email()).map_err(|error| AppError::Request(error.to_string()))?;
    let counted = vec![
        limits::counted(secret, QUESTION_ACCOUNT, question.to.as_str()),
        limits::counted(secret, QUESTION_PERSON, &by.to_string()),
    ];
    limits::take(db, counted.clone()).await?;
    let letter = Letter {
        kind: MailKind::Question,
        to: question.to.clone(),
        subject: question.subject.clone(),
        text: format!("{}\n", question.text),
        useless_after: None,
    };
    let letter = letter.seal_for_answer(secret, Some(signed_in.actor.team()), &answer_to)?;
    let written = db
        .write(permit, id, move |tx| {
            let change = questions::add(tx, id, &question, letter.id, seen, by)?;
            outbox::add(tx, &letter)?;
            Ok::<_, AppError>(change)
        })
        .await;
    if written.is_err() {
        limits::give_back(db, counted).await?;
    }
    written
}
