//! The keys that pages listen to, for everybody to read. What they do is in `static/js/keys.js`, and a browser test presses each.

use crate::web::error::AppError;
use crate::web::view;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

/// Each key with what it does, in the order in which people meet them.
const KEYS: [(&str, &str); 23] = [
    ("?", "show these keys"),
    ("Ctrl+K", "go somewhere, or do something that the page offers, by typing its name"),
    ("/", "search packets"),
    ("g h", "go to the first page"),
    ("g p", "go to the packets"),
    ("g w", "go to the team's work"),
    ("g c", "go to the clients"),
    ("g r", "go to the rules"),
    ("g m", "go to the members"),
    ("g a", "go to the audit log"),
    ("j", "the next packet of the list"),
    ("k", "the packet before it"),
    ("x", "choose the packet, or do not"),
    ("Enter", "open it"),
    ("n", "the next finding of a packet"),
    ("p", "the finding before it"),
    ("]", "the next document"),
    ("[", "the document before it"),
    ("+ and -", "a larger and a smaller page"),
    ("e", "correct the value that is chosen"),
    ("w", "waive the finding that is chosen"),
    ("a", "assign the packet"),
    ("c", "comment on the packet"),
];

#[derive(Template)]
#[template(path = "public/keyboard.html")]
struct Page {
    keys: Vec<(Vec<&'static str>, &'static str)>,
}

/// The page.
pub async fn show() -> Result<HttpResponse, AppError> {
    let keys = KEYS.iter().map(|(keys, words)| (keys.split(' ').collect(), *words)).collect();
    Ok(view::page(StatusCode::OK, &Page { keys })?)
}
