//! Who may do what, for everybody to read: the permission table itself, as a page.

use crate::domain::access::{Action, Role};
use crate::web::error::AppError;
use crate::web::view;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

struct Row {
    label: &'static str,
    word: &'static str,
    allowed: Vec<bool>,
}

#[derive(Template)]
#[template(path = "public/roles.html")]
struct Page {
    roles: Vec<&'static str>,
    rows: Vec<Row>,
}

/// The page.
pub async fn show() -> Result<HttpResponse, AppError> {
    let row = |action: &Action| Row {
        label: action.label(),
        word: action.as_str(),
        allowed: Role::ALL.iter().map(|role| *role >= action.needs()).collect(),
    };
    let page = Page {
        roles: Role::ALL.iter().map(|role| role.label()).collect(),
        rows: Action::ALL.iter().map(row).collect(),
    };
    Ok(view::page(StatusCode::OK, &page)?)
}
