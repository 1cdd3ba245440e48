//! The bin: packets that somebody deleted. They stay there, leave every list, and come back with one click.

use crate::domain::access::Action;
use crate::domain::ids::PacketId;
use crate::domain::packet::decision::BIN_DAYS;
use crate::store::{Db, ReadTx, decisions};
use crate::web::error::AppError;
use crate::web::session::SignedIn;
use crate::web::view::{self, Frame, Section, When};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::Utc;

const SHOWN: i64 = 200;

struct Row {
    id: PacketId,
    name: String,
    by: String,
    when: When,
}

#[derive(Template)]
#[template(path = "packets/bin.html")]
struct Page {
    frame: Frame,
    rows: Vec<Row>,
    days: i64,
    shown: i64,
    may_restore: bool,
}

/// What is in the bin.
pub async fn list(signed_in: SignedIn, db: web::Data<Db>) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketView)?;
    let binned = db.read(&permit, |tx: &mut ReadTx<'_>| decisions::binned(tx, None, SHOWN)).await?;
    let row = |binned: decisions::Binned| Row {
        id: binned.id,
        name: binned.name,
        by: binned.by.unwrap_or_default(),
        when: When::new(binned.at, Utc::now()),
    };
    let page = Page {
        frame: Frame::new(&signed_in.actor, &signed_in.team, Section::Packets),
        rows: binned.into_iter().map(row).collect(),
        days: BIN_DAYS,
        shown: SHOWN,
        may_restore: signed_in.actor.may(Action::PacketDelete),
    };
    Ok(view::page(StatusCode::OK, &page)?)
}

/// Puts a packet into the bin. Its page says so, and takes it back.
pub async fn delete(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    id: web::Path<PacketId>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketDelete)?;
    let (id, by) = (id.into_inner(), signed_in.actor.user());
    db.write(permit, id, move |tx| decisions::bin(tx, id, by)).await?;
    Ok(view::go_to(&request, &format!("/packets/{id}")))
}

/// Takes a packet out of the bin.
pub async fn restore(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    id: web::Path<PacketId>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketDelete)?;
    let id = id.into_inner();
    db.write(permit, id, move |tx| decisions::bin(tx, id, None)).await?;
    Ok(view::go_to(&request, &format!("/packets/{id}")))
}
