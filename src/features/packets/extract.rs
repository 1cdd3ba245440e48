//! One packet as a table, CSV or Excel: every value with its place and where it comes from, and every finding with the values that take
//! part. It is the newest result as it is judged today; the head of the audit log stands in the file.

mod rows;

use self::rows::{FINDINGS, VALUES, lines, pages, parts, text, told, values};
use super::export::{broken, line, pour};
use super::file::attachment;
use crate::domain::access::Action;
use crate::domain::audit::anchor::Head;
use crate::domain::ids::PacketId;
use crate::domain::limits::EXPORT_PERSON;
use crate::domain::packet::result::PacketResult;
use crate::domain::secret::Secret;
use crate::store::{Change, Db, StoreError, WriteTx, audit, packets, runs, waivers};
use crate::web::csv;
use crate::web::error::AppError;
use crate::web::export::{BrokenOff, Exporting, Piece, download};
use crate::web::limits::spend;
use crate::web::session::SignedIn;
use crate::web::sheet::{Cell, Sheet, SheetError};
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpResponse, web};
use bytes::Bytes;
use chrono::{SecondsFormat, Utc};
use tokio::sync::mpsc::{self, Sender};

const DOCUMENTS: [&str; 7] = ["Document", "Kind", "File", "Pages", "Read from", "SHA-256", "Problems"];

/// What the file is made of.
struct Facts {
    team: String,
    name: String,
    result: PacketResult,
    head: Head,
}

/// The whole table, document by document, as somebody fetches it.
fn pour_csv(facts: &Facts, sender: &Sender<Piece>) -> Result<(), BrokenOff> {
    let mut rows = 0u64;
    let send = |out: &mut String| sender.blocking_send(Ok(Bytes::from(std::mem::take(out)))).map_err(|_| BrokenOff);
    let mut out = String::new();
    let headings: Vec<&str> = ["Row"].into_iter().chain(VALUES).chain(FINDINGS).collect();
    csv::line(&mut out, &headings);
    let mut add = |out: &mut String, sort: &str, value: Vec<Cell>, finding: [Cell; 7]| {
        rows = rows.saturating_add(1);
        let cells: Vec<Cell> = [text(sort)].into_iter().chain(value).chain(finding).collect();
        line(out, &cells);
    };
    for finding in &facts.result.findings {
        for row in parts(&facts.result, finding) {
            add(&mut out, "finding", row, told(finding));
        }
    }
    send(&mut out)?;
    for document in &facts.result.documents {
        for row in values(document, None, &document.fields).into_iter().chain(lines(document)) {
            add(&mut out, "value", row, [const { Cell::Empty }; 7]);
        }
        send(&mut out)?;
    }
    csv::line(&mut out, &["# end", &rows.to_string(), "audit log", &facts.head.seq.to_string(), &facts.head.hash]);
    send(&mut out)
}

fn excel(facts: &Facts) -> Result<std::fs::File, SheetError> {
    let result = &facts.result;
    let headings: Vec<&str> = FINDINGS.into_iter().chain(VALUES.into_iter().take(8)).collect();
    let mut sheet = Sheet::new("Findings", &headings)?;
    for finding in &result.findings {
        for row in parts(result, finding) {
            let cells: Vec<Cell> = told(finding).into_iter().chain(row).take(headings.len()).collect();
            sheet.add(&cells)?;
        }
    }
    // The head has no lines.
    let line = |at: &usize| *at != 4;
    let headings: Vec<&str> = (0..).zip(VALUES).filter(|(at, _)| line(at)).map(|(_, heading)| heading).collect();
    let mut sheet = sheet.then("Fields", &headings)?;
    for document in &result.documents {
        for row in values(document, None, &document.fields) {
            let cells: Vec<Cell> = (0..).zip(row).filter(|(at, _)| line(at)).map(|(_, cell)| cell).collect();
            sheet.add(&cells)?;
        }
    }
    let mut sheet = sheet.then("Lines", &VALUES)?;
    for row in result.documents.iter().flat_map(lines) {
        sheet.add(&row)?;
    }
    let mut sheet = sheet.then("Documents", &DOCUMENTS)?;
    for document in &result.documents {
        let problems: Vec<&str> = document.problems.iter().map(|problem| problem.message.as_str()).collect();
        sheet.add(&[
            text(&document.id),
            text(document.kind.label()),
            text(&document.file),
            pages(document),
            text(document.text_source.map(|source| source.to_string()).unwrap_or_default()),
            text(&document.sha256),
            text(problems.join(" ")),
        ])?;
    }
    let about = [
        ("Team", facts.team.clone()),
        ("Packet", facts.name.clone()),
        ("Verdict", result.packet.verdict.to_string()),
        ("Score", result.packet.reason.clone()),
        ("Client", result.client.clone().unwrap_or_default()),
        ("Made at", Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true)),
        ("Audit log through", facts.head.seq.to_string()),
        ("Audit log head", facts.head.hash.clone()),
    ];
    sheet.finish(&about)
}

/// The packet as CSV.
pub async fn csv(
    signed_in: SignedIn,
    db: web::Data<Db>,
    exporting: web::Data<Exporting>,
    secret: web::Data<Secret>,
    id: web::Path<PacketId>,
) -> Result<HttpResponse, AppError> {
    extract(signed_in, &db, &exporting, &secret, id.into_inner(), "result.csv").await
}

/// The packet as an Excel file.
pub async fn xlsx(
    signed_in: SignedIn,
    db: web::Data<Db>,
    exporting: web::Data<Exporting>,
    secret: web::Data<Secret>,
    id: web::Path<PacketId>,
) -> Result<HttpResponse, AppError> {
    extract(signed_in, &db, &exporting, &secret, id.into_inner(), "result.xlsx").await
}

async fn extract(
    signed_in: SignedIn,
    db: &Db,
    exporting: &Exporting,
    secret: &Secret,
    id: PacketId,
    form: &'static str,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketExport)?;
    spend(db, secret, &signed_in, EXPORT_PERSON).await?;
    let ticket = exporting.0.clone().try_acquire_owned().map_err(|_| AppError::Busy)?;
    let exported = move |tx: &mut WriteTx<'_>| {
        let packet = packets::find(tx, id)?;
        let result = runs::find(tx, packet.run)?.result.ok_or(StoreError::NotFound)?;
        let result = waivers::judged(tx, id, result)?;
        let told = serde_json::json!({ "form": form });
        Ok::<_, StoreError>(Change::to((packet.name, result)).diff(serde_json::Value::Null, told))
    };
    let (name, result) = db.write(permit.clone(), id, exported).await?;
    // After the entry of the export itself: the head in the file covers it.
    let head = db.read(&permit, audit::head).await?.ok_or(StoreError::NotFound)?;
    let is_excel = form == "result.xlsx";
    let file = format!("{name}.{}", if is_excel { "xlsx" } else { "csv" });
    let facts = Facts { team: signed_in.team.name, name, result, head };
    let (sender, receiver) = mpsc::channel(1);
    tokio::task::spawn_blocking(move || {
        let _ticket = ticket;
        let poured = if is_excel {
            excel(&facts).map_err(broken).and_then(|file| pour(file, &sender))
        } else {
            pour_csv(&facts, &sender)
        };
        if poured.is_err() {
            // The browser sees a download that failed.
            drop(sender.blocking_send(Err(std::io::Error::other("the export broke off"))));
        }
    });
    let media = if is_excel {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    } else {
        "text/csv; charset=utf-8"
    };
    let mut answer = download(form, media, receiver);
    answer.headers_mut().insert(CONTENT_DISPOSITION, attachment(&file));
    Ok(answer)
}
