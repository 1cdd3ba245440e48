//! Views: a filter and an order of the list under a name, one's own or the team's. Own ones are everybody's to keep; what the team
//! shares is changed by those who may share.

use super::filter::{Asked, ME, OPEN};
use crate::domain::access::Action;
use crate::domain::ids::{UserId, ViewId};
use crate::domain::mail::one_line;
use crate::store::packet_views::{self, MOST, View};
use crate::store::{Change, Db, StoreError, WriteTx};
use crate::web::error::AppError;
use crate::web::session::SignedIn;
use crate::web::view::{self, Frame, Section};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::Utc;
use serde::Deserialize;
use serde_json::{Value, json};

/// Letters of the longest name.
const NAME_MOST: usize = 60;
/// Letters of the longest filter that is kept.
const QUERY_MOST: usize = 4_000;

/// A view above the list.
pub struct Tab {
    pub href: String,
    pub label: String,
    pub current: bool,
    pub is_shared: bool,
}

/// The views that everybody has, and those that were kept.
pub fn tabs(kept: &[View], asked: &Asked) -> Vec<Tab> {
    let fixed = [
        ("All", String::new()),
        ("Blocked or to review", format!("verdict={OPEN}")),
        ("Mine", format!("owner={ME}")),
        ("Arriving this week", "arrives=7&order=eta".to_owned()),
        ("Failed", "state=failed".to_owned()),
    ];
    let fixed = fixed.into_iter().map(|(label, query)| (label.to_owned(), query, false));
    let kept = kept.iter().map(|view| (view.name.clone(), view.query.clone(), view.is_shared));
    let here = asked.query();
    let tab = |(label, query, is_shared): (String, String, bool)| Tab {
        current: query == here,
        href: if query.is_empty() { "/packets".to_owned() } else { format!("/packets?{query}") },
        label,
        is_shared,
    };
    fixed.chain(kept).map(tab).collect()
}

struct Row {
    id: ViewId,
    name: String,
    href: String,
    is_shared: bool,
    /// The person who looks may change it.
    may_change: bool,
}

#[derive(Template)]
#[template(path = "packets/views.html")]
struct Page {
    frame: Frame,
    rows: Vec<Row>,
    may_share: bool,
    most: i64,
}

/// The page on which views are renamed, shared and removed.
pub async fn list(signed_in: SignedIn, db: web::Data<Db>) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketView)?;
    let me = signed_in.actor.user();
    let kept = db.read(&permit, move |tx| Ok::<_, AppError>(packet_views::list(tx, me)?)).await?;
    let may_share = signed_in.actor.may(Action::ViewShare);
    let row = |view: View| Row {
        id: view.id,
        name: view.name,
        href: format!("/packets?{}", view.query),
        is_shared: view.is_shared,
        may_change: may_share || !view.is_shared,
    };
    let frame = Frame::new(&signed_in.actor, &signed_in.team, Section::Packets);
    let page = Page { frame, rows: kept.into_iter().map(row).collect(), may_share, most: MOST };
    Ok(view::page(StatusCode::OK, &page)?)
}

/// What the forms send.
#[derive(Default, Deserialize)]
pub struct Form {
    #[serde(default)]
    name: String,
    #[serde(default)]
    query: String,
    /// Anything where the team shall have it.
    #[serde(default)]
    share: String,
}

impl Form {
    fn name(&self) -> Result<String, AppError> {
        let name = one_line(&self.name);
        match name.chars().count() {
            0 => Err(AppError::Request("Give the view a name.".to_owned())),
            1..=NAME_MOST => Ok(name),
            _ => Err(AppError::Request(format!("The name of a view has at most {NAME_MOST} letters."))),
        }
    }
}

/// A view as the log tells of it.
fn told(view: &View) -> Value {
    json!({ "name": view.name, "filter": view.query, "shared": view.is_shared })
}

/// Keeps a view where there is room for it and no other of its name.
fn keep(tx: &mut WriteTx<'_>, view: &View) -> Result<(), AppError> {
    let beside = packet_views::beside(tx, view)?;
    if beside.iter().any(|other| other.name.to_lowercase() == view.name.to_lowercase()) {
        return Err(AppError::Request(format!("There is a view called {:?} already.", view.name)));
    }
    if i64::try_from(beside.len()).unwrap_or(i64::MAX) >= MOST {
        let whose = if view.is_shared { "A team shares" } else { "A person keeps" };
        return Err(AppError::Request(format!("{whose} at most {MOST} views. Remove one first.")));
    }
    Ok(packet_views::save(tx, view)?)
}

fn person(signed_in: &SignedIn) -> Result<UserId, AppError> {
    Ok(signed_in.actor.user().ok_or(StoreError::NotFound)?)
}

/// Keeps the filter of a list as a view.
pub async fn create(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    form: Option<web::Form<Form>>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::ViewSave)?;
    let form = form.map(web::Form::into_inner).unwrap_or_default();
    let is_shared = !form.share.is_empty();
    if is_shared {
        signed_in.actor.permit(Action::ViewShare)?;
    }
    let asked: Asked = form.query.parse()?;
    asked.filter(None, Utc::now().date_naive())?;
    let query = asked.query();
    if query.len() > QUERY_MOST {
        return Err(AppError::Request("That filter is too long to be kept.".to_owned()));
    }
    let view = View { id: ViewId::fresh(), owner: person(&signed_in)?, name: form.name()?, query, is_shared };
    let there = format!("/packets?{}", view.query);
    db.write(permit, view.id, move |tx| {
        keep(tx, &view)?;
        Ok::<_, AppError>(Change::to(()).diff(Value::Null, told(&view)))
    })
    .await?;
    Ok(view::go_to(&request, &there))
}

/// Renames a view, shares it, or takes it back from the team.
pub async fn change(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    id: web::Path<ViewId>,
    form: Option<web::Form<Form>>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::ViewSave)?;
    let (id, me, actor) = (id.into_inner(), person(&signed_in)?, signed_in.actor.clone());
    let form = form.map(web::Form::into_inner).unwrap_or_default();
    db.write(permit, id, move |tx| {
        let before = packet_views::hold(tx, id, Some(me))?;
        let is_shared = !form.share.is_empty();
        if before.is_shared || is_shared {
            actor.permit(Action::ViewShare)?;
        }
        // What the team gives back is whose it was; nobody else would see it any more.
        let after = View { name: form.name()?, is_shared, ..before.clone() };
        keep(tx, &after)?;
        Ok::<_, AppError>(Change::to(()).diff(told(&before), told(&after)))
    })
    .await?;
    Ok(view::go_to(&request, "/packets/views"))
}

/// Removes a view.
pub async fn remove(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    id: web::Path<ViewId>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::ViewRemove)?;
    let (id, me, actor) = (id.into_inner(), person(&signed_in)?, signed_in.actor.clone());
    db.write(permit, id, move |tx| {
        let view = packet_views::hold(tx, id, Some(me))?;
        if view.is_shared {
            actor.permit(Action::ViewShare)?;
        }
        packet_views::remove(tx, id)?;
        Ok::<_, AppError>(Change::to(()).diff(told(&view), Value::Null))
    })
    .await?;
    Ok(view::go_to(&request, "/packets/views"))
}
