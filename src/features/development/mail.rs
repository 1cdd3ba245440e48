//! The letters that landed in the folder because there is no mail server. The page exists only there, only where browsers reach the
//! server at this machine's own name, and only for requests of this machine: letters hold codes and links that open accounts.

use crate::gateways::mail::{Folder, Landed};
use crate::web::error::{AppError, error_page};
use crate::web::view;
use actix_web::http::StatusCode;
use actix_web::http::header::HOST;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use url::Url;

const SHOWN: usize = 50;

/// The folder of letters, where this page exists.
#[derive(Clone)]
pub struct Mailbox(Option<(Folder, String)>);

/// The mailbox of a server that is reached at `public_url`; empty where that is not this machine, or where a mail server takes letters.
pub fn mailbox(folder: Option<&Folder>, public_url: &Url) -> Mailbox {
    let host = public_url.host_str().unwrap_or_default();
    let is_here = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    let authority = public_url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    Mailbox(folder.filter(|_| is_here).map(|folder| (folder.clone(), authority)))
}

#[derive(Template)]
#[template(path = "development/mail.html")]
struct Page {
    letters: Vec<Landed>,
}

/// The page.
pub async fn list(request: HttpRequest, mailbox: web::Data<Mailbox>) -> Result<HttpResponse, AppError> {
    let is_here = request.peer_addr().is_some_and(|peer| peer.ip().to_canonical().is_loopback());
    // A page of another site whose name was made to point here asks under that name.
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let found = mailbox.0.as_ref().filter(|(_, authority)| is_here && host == authority);
    let Some((folder, _)) = found else { return Ok(error_page(StatusCode::NOT_FOUND, "")) };
    let folder = folder.clone();
    let letters = web::block(move || folder.newest(SHOWN)).await.map_err(|_| AppError::Busy)?;
    let letters = letters.map_err(|_| AppError::Busy)?;
    Ok(view::page(StatusCode::OK, &Page { letters })?)
}
