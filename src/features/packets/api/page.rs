//! The API for people: how to get a token, a line to try for each route, what goes wrong and how often it may be used.

use super::super::limits::UploadLimits;
use crate::domain::access::Scope;
use crate::domain::limits::{API_REQUESTS, CHECK_TOKEN, Limit, PACKET_TOKEN, REPORT_TOKEN};
use crate::store::idempotency::KEPT_HOURS;
use crate::web::csrf::Origin;
use crate::web::error::AppError;
use crate::web::problem::Kind;
use crate::web::view;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

/// A route with a line to try.
struct Told {
    method: &'static str,
    path: &'static str,
    scope: Scope,
    words: &'static str,
    line: String,
}

/// How often something may be done.
struct Often {
    what: &'static str,
    free: String,
    wait: String,
}

#[derive(Template)]
#[template(path = "packets/api.html")]
struct Page {
    scopes: &'static [Scope],
    routes: Vec<Told>,
    problems: [Kind; 15],
    limits: Vec<Often>,
    each: String,
    hours: i64,
}

/// Each route: method, path, scope, words, and what follows the address in the line to try.
const ROUTES: [(&str, &str, Scope, &str, &str); 7] = [
    (
        "POST",
        "/api/v1/packets",
        Scope::PacketsWrite,
        "Sends the documents of one shipment. The answer is the packet, and Location where it is.",
        " -H \"Idempotency-Key: $(uuidgen)\" \\\n  -F files=@invoice.pdf -F files=@packing-list.pdf -F name=4421",
    ),
    (
        "GET",
        "/api/v1/packets",
        Scope::PacketsRead,
        "Lists packets, newest first. Filters: state, verdict. Pages: limit up to 100, and after with the next of the page before.",
        "",
    ),
    (
        "GET",
        "/api/v1/packets/{id}",
        Scope::PacketsRead,
        "How a packet stands: state, progress, verdict, score, owner, and its files with their SHA-256.",
        "",
    ),
    (
        "GET",
        "/api/v1/packets/{id}/result",
        Scope::PacketsRead,
        "What was read and what does not agree. 409 with Retry-After while it is being read.",
        "",
    ),
    (
        "GET",
        "/api/v1/packets/{id}/files/{file}",
        Scope::PacketsRead,
        "A file as it was sent, byte for byte, with its digest in Repr-Digest.",
        " -OJ",
    ),
    (
        "GET",
        "/api/v1/packets/{id}/report.pdf",
        Scope::PacketsRead,
        "The printed report, with the places that prove each finding.",
        " -o report.pdf",
    ),
    (
        "POST",
        "/api/v1/packets/{id}/runs",
        Scope::PacketsWrite,
        "Has a packet checked again. Corrections and waivers stay.",
        " -X POST",
    ),
];

fn told(origin: &str) -> Vec<Told> {
    let route = |(method, path, scope, words, more): (&'static str, &'static str, Scope, &'static str, &str)| {
        let address = path.replace("{id}", "$ID").replace("{file}", "$FILE");
        let line = format!("curl -H \"Authorization: Bearer $TOKEN\" {origin}{address}{more}");
        Told { method, path, scope, words, line }
    };
    ROUTES.map(route).into()
}

fn limits() -> Vec<Often> {
    let counted = |what, rule: Limit| Often {
        what,
        free: format!("{} in an hour", rule.free),
        wait: format!("{} to {} seconds", rule.first_wait, rule.longest_wait),
    };
    vec![
        Often {
            what: "Requests of any kind, at each server",
            free: format!("{} at once, {} a minute", API_REQUESTS.burst, API_REQUESTS.per_minute()),
            wait: "until the next is free".to_owned(),
        },
        counted("Packets sent", PACKET_TOKEN),
        counted("Checks made again", CHECK_TOKEN),
        counted("Reports printed", REPORT_TOKEN),
    ]
}

/// The page.
pub async fn show(origin: web::Data<Origin>, upload: web::Data<UploadLimits>) -> Result<HttpResponse, AppError> {
    let page = Page {
        scopes: Scope::ALL,
        routes: told(&origin.0),
        problems: Kind::ALL,
        limits: limits(),
        each: upload.each(),
        hours: KEPT_HOURS,
    };
    Ok(view::page(StatusCode::OK, &page)?)
}
