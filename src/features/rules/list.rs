//! Every rule with its reason, what to do, and the law behind it.

use crate::domain::access::Action;
use crate::domain::packet::check::{RULES, Rule};
use crate::store::{Db, lists};
use crate::web::error::AppError;
use crate::web::session::SignedIn;
use crate::web::view::{self, Frame, Section};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "rules/list.html")]
struct Page {
    frame: Frame,
    rules: &'static [Rule],
    /// What tariff numbers are judged by.
    judged_by: String,
}

/// The page.
pub async fn list(signed_in: SignedIn, db: web::Data<Db>) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketView)?;
    let judged_by = db.read(&permit, |tx| Ok::<_, AppError>(lists::newest(tx)?.sentence(view::LOAD_A_TARIFF))).await?;
    let frame = Frame::new(&signed_in.actor, &signed_in.team, Section::Rules);
    Ok(view::page(StatusCode::OK, &Page { frame, rules: RULES, judged_by })?)
}
