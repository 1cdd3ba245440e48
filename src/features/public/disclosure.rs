//! How to report a weakness: the page, and the file of RFC 9116 that says where it is.

use crate::web::csrf::Origin;
use crate::web::error::{AppError, error_page};
use crate::web::view;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{Duration, SecondsFormat, Timelike, Utc};
use url::Url;

/// Where a weakness is reported to; nothing where the settings name nobody.
#[derive(Clone, Debug)]
pub struct Contact(pub Option<Url>);

impl Contact {
    /// As people read it: the address without its scheme.
    fn words(&self) -> Option<String> {
        let url = self.0.as_ref()?;
        Some(url.as_str().strip_prefix("mailto:").unwrap_or(url.as_str()).to_owned())
    }
}

#[derive(Template)]
#[template(path = "public/security.html")]
struct Page {
    /// The address and its words.
    contact: Option<(String, String)>,
}

/// The page.
pub async fn show(contact: web::Data<Contact>) -> Result<HttpResponse, AppError> {
    let contact = contact.0.as_ref().map(Url::to_string).zip(contact.words());
    Ok(view::page(StatusCode::OK, &Page { contact })?)
}

/// `security.txt`. Without a contact there is none: RFC 9116 section 2.5.3 requires one.
pub async fn text(contact: web::Data<Contact>, origin: web::Data<Origin>) -> HttpResponse {
    let Some(contact) = &contact.0 else { return error_page(StatusCode::NOT_FOUND, "") };
    // RFC 9116 section 2.5.5 advises less than a year; whole hours let caches agree.
    let expires = Utc::now() + Duration::days(180);
    let expires = expires.with_minute(0).and_then(|at| at.with_second(0)).unwrap_or(expires);
    let expires = expires.to_rfc3339_opts(SecondsFormat::Secs, true);
    let own = &origin.0;
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(format!(
        "Contact: {contact}\nExpires: {expires}\nPreferred-Languages: en\nCanonical: {own}/.well-known/security.txt\nPolicy: {own}/security\n"
    ))
}
