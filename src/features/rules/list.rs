//! Every rule with its reason, what to do, and the law behind it.

use crate::domain::packet::check::{RULES, Rule};
use crate::web::error::AppError;
use crate::web::session::SignedIn;
use crate::web::view::{self, Frame, Section};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

#[derive(Template)]
#[template(path = "rules/list.html")]
struct Page {
    frame: Frame,
    rules: &'static [Rule],
}

/// The page.
pub async fn list(signed_in: SignedIn) -> Result<HttpResponse, AppError> {
    let frame = Frame::new(&signed_in.actor, &signed_in.team, Section::Rules);
    Ok(view::page(StatusCode::OK, &Page { frame, rules: RULES })?)
}
