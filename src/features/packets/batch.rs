//! Many packets at once: chosen in the list or by its whole filter, counted before anything is done, and taken back after.

use super::filter::Asked;
use super::row::{Row, row};
use crate::domain::access::{Action, Actor};
use crate::domain::ids::{BatchId, PacketId, UserId};
use crate::domain::packet::batch::{MOST, Task, counted};
use crate::domain::packet::decision::PacketRefused;
use crate::store::batches::{self, Batch, Ended};
use crate::store::packets::list::{self, Filter, Order};
use crate::store::{Db, ReadTx, StoreError, decisions, packets};
use crate::web::error::AppError;
use crate::web::session::SignedIn;
use crate::web::view::{self, Frame, Section};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::Utc;

/// What can be done with many packets by somebody: the word and its label.
pub fn tasks(actor: &Actor) -> Vec<(&'static str, &'static str)> {
    let may = Task::ALL.iter().filter(|task| actor.may(task.action()));
    may.map(|task| (task.as_str(), task.label())).collect()
}

/// What was done last, with the way back.
pub struct Toast {
    pub id: BatchId,
    pub words: String,
    pub left: usize,
    pub may_undo: bool,
    pub query: String,
}

impl Toast {
    /// The words for a batch as it ended.
    pub fn new(id: BatchId, ended: Ended, query: &str, actor: &Actor) -> Self {
        let (count, done) = (counted(ended.done), ended.task.done());
        let words = match (ended.is_undone, ended.done) {
            (true, _) => format!("Taken back for {count}."),
            (false, 1) => format!("{count} is {done}."),
            (false, _) => format!("{count} are {done}."),
        };
        let may_undo = !ended.is_undone && ended.done > 0 && ended.task.can_be_undone();
        Self {
            id,
            words,
            left: ended.refused.len(),
            may_undo: may_undo && actor.may(ended.task.action()),
            query: query.to_owned(),
        }
    }
}

/// What the list and the page that asks once more send.
#[derive(Default)]
struct Sent {
    task: Option<Task>,
    packets: Vec<PacketId>,
    is_all: bool,
    /// The filter of the list.
    query: String,
    owner: String,
    /// How many packets the person saw.
    count: Option<usize>,
}

impl Sent {
    fn of(parts: Vec<(String, String)>) -> Self {
        let mut sent = Self::default();
        for (name, value) in parts {
            match name.as_str() {
                "task" => sent.task = Task::from_word(&value),
                // One more than may be, so that too many are told from enough.
                "packet" if sent.packets.len() <= MOST => sent.packets.extend(value.parse::<PacketId>()),
                "all" => sent.is_all = !value.is_empty(),
                "query" => sent.query = value,
                "owner" => sent.owner = value,
                "count" => sent.count = value.parse().ok(),
                _ => {}
            }
        }
        sent
    }

    fn narrowed(&self, me: Option<UserId>) -> Result<(Filter, Order, String), AppError> {
        let asked: Asked = self.query.parse()?;
        let back = asked.address("/packets", "", &[]);
        if self.is_all {
            return Ok((asked.filter(me, Utc::now().date_naive())?, asked.order(), back));
        }
        Ok((Filter { only: Some(self.packets.clone()), ..Filter::default() }, asked.order(), back))
    }

    fn needed(&self) -> Result<Task, AppError> {
        self.task.ok_or_else(|| AppError::Request("Choose what to do with the packets.".to_owned()))
    }
}

/// The packets, and one more where there are too many.
fn chosen(tx: &mut ReadTx<'_>, filter: &Filter, order: Order) -> Result<Vec<packets::Packet>, StoreError> {
    let found = list::next(tx, filter, order, None, MOST.saturating_add(1))?;
    Ok(found.into_iter().map(|listed| listed.packet).collect())
}

#[derive(Template)]
#[template(path = "packets/batch.html")]
struct Page {
    frame: Frame,
    title: String,
    told: &'static str,
    task: &'static str,
    failure: Option<String>,
    rows: Vec<Row>,
    is_all: bool,
    is_grave: bool,
    asks_owner: bool,
    workers: Vec<(UserId, String)>,
    query: String,
    back: String,
}

/// Asks once more, with the packets and how many they are.
pub async fn ask(
    signed_in: SignedIn,
    db: web::Data<Db>,
    parts: web::Query<Vec<(String, String)>>,
) -> Result<HttpResponse, AppError> {
    signed_in.actor.permit(Action::PacketAssign)?;
    let sent = Sent::of(parts.into_inner());
    let task = sent.needed()?;
    signed_in.actor.permit(task.action())?;
    let permit = signed_in.actor.permit(Action::PacketView)?;
    let me = signed_in.actor.user();
    let (filter, order, back) = sent.narrowed(me)?;
    let (found, workers) =
        db.read(&permit, move |tx| Ok::<_, AppError>((chosen(tx, &filter, order)?, decisions::workers(tx)?))).await?;
    let failure = match found.len() {
        0 => Some("No packet is chosen. Go back and tick some, or take all that fit the filter.".to_owned()),
        count if count > MOST => Some(format!("More than {MOST} packets. Narrow the filter, and do it in parts.")),
        _ => None,
    };
    let now = Utc::now();
    let title =
        format!("{} {}", task.verb(), if found.len() > MOST { "packets".to_owned() } else { counted(found.len()) });
    let page = Page {
        frame: Frame::new(&signed_in.actor, &signed_in.team, Section::Packets),
        title,
        told: task.told(),
        task: task.as_str(),
        rows: if failure.is_some() { vec![] } else { found.into_iter().map(|packet| row(packet, now, me)).collect() },
        failure,
        is_all: sent.is_all,
        is_grave: task == Task::Delete,
        asks_owner: task == Task::Assign,
        workers,
        query: sent.query,
        back,
    };
    let status = if page.failure.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(view::page(status, &page)?)
}

/// Does it.
pub async fn create(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    form: Option<web::Form<Vec<(String, String)>>>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketAssign)?;
    let sent = Sent::of(form.map(web::Form::into_inner).unwrap_or_default());
    let permit = sent.task.map_or(Ok(permit), |task| signed_in.actor.permit(task.action()))?;
    let (me, by) = (signed_in.actor.user(), signed_in.actor.user().ok_or(StoreError::NotFound)?);
    let query = sent.query.clone();
    let id = BatchId::fresh();
    db.write(permit, id, move |tx| {
        let task = sent.needed()?;
        let owner: Option<UserId> = sent.owner.parse().ok();
        if owner.is_none() && !sent.owner.is_empty() {
            return Err(AppError::Request("Choose a member from the list.".to_owned()));
        }
        let (filter, order, _) = sent.narrowed(me)?;
        let found = chosen(tx, &filter, order)?;
        if found.is_empty() || found.len() > MOST || sent.count != Some(found.len()) {
            return Err(StoreError::from(PacketRefused::OthersMeanwhile).into());
        }
        let all: Vec<PacketId> = found.into_iter().map(|packet| packet.id).collect();
        Ok::<_, AppError>(batches::run(tx, Batch { id, task, owner, by }, &all)?)
    })
    .await?;
    Ok(view::go_to(&request, &there(&query, id)))
}

/// The list again, with what was done.
fn there(query: &str, id: BatchId) -> String {
    let asked: Asked = query.parse().unwrap_or_default();
    asked.address("/packets", "", &[("batch", &id.to_string())])
}

#[derive(Template)]
#[template(path = "packets/batch_ended.html")]
struct EndedPage {
    frame: Frame,
    toast: Toast,
    refused: Vec<(PacketId, String, String)>,
}

/// How it ended: which packets were left as they were, and why.
pub async fn show(signed_in: SignedIn, db: web::Data<Db>, id: web::Path<BatchId>) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketView)?;
    let id = id.into_inner();
    let ended = db.read(&permit, move |tx| batches::ended(tx, id)).await?;
    let page = EndedPage {
        frame: Frame::new(&signed_in.actor, &signed_in.team, Section::Packets),
        refused: ended.refused.clone(),
        toast: Toast::new(id, ended, "", &signed_in.actor),
    };
    Ok(view::page(StatusCode::OK, &page)?)
}

/// Takes it back.
pub async fn undo(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    id: web::Path<BatchId>,
    form: Option<web::Form<Vec<(String, String)>>>,
) -> Result<HttpResponse, AppError> {
    signed_in.actor.permit(Action::PacketAssign)?;
    let view_permit = signed_in.actor.permit(Action::PacketView)?;
    let id = id.into_inner();
    let task = db.read(&view_permit, move |tx| batches::task(tx, id)).await;
    // What is not found is told to the log, too.
    let action = task.as_ref().map_or(Action::PacketAssign, |task| task.action());
    let permit = signed_in.actor.permit(action)?;
    let by = signed_in.actor.user().ok_or(StoreError::NotFound)?;
    db.write(permit, id, move |tx| batches::undo(tx, id, by)).await?;
    let query = Sent::of(form.map(web::Form::into_inner).unwrap_or_default()).query;
    Ok(view::go_to(&request, &there(&query, id)))
}
