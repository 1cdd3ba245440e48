//! The check of the chain that a member asks for: it runs as work, however long the log is, and this page tells its outcome.

use crate::domain::access::Action;
use crate::domain::ids::CheckId;
use crate::domain::work::Work;
use crate::store::audit::checks::{self, Check};
use crate::store::{Change, Db, queue};
use crate::web::error::AppError;
use crate::web::session::SignedIn;
use crate::web::view::{self, Frame, Section};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

/// What the newest check says.
pub struct Outcome {
    pub pill: &'static str,
    pub word: &'static str,
    pub sentence: String,
    pub faults: Vec<String>,
    pub is_running: bool,
}

/// A check in words.
pub fn outcome(check: Option<Check>) -> Outcome {
    let said = |pill, word, sentence| Outcome { pill, word, sentence, faults: Vec::new(), is_running: false };
    let Some(check) = check else {
        return said("quiet", "Not verified yet", "Nobody has asked for a check of this log so far.".to_owned());
    };
    let Some((at, report)) = check.finished else {
        let since = check.asked_at.format("%H:%M:%S UTC");
        let running = said("info", "Verifying", format!("Asked for at {since}. You can leave this page."));
        return Outcome { is_running: true, ..running };
    };
    let at = at.format("%Y-%m-%d %H:%M UTC");
    let compared = match report.anchors {
        0 => "there is no anchor yet to compare with".to_owned(),
        1 => "compared with 1 anchor outside the database".to_owned(),
        count => format!("compared with {count} anchors outside the database"),
    };
    if report.is_whole() {
        let sentence = format!("All {} entries stood as they were written, {at}; {compared}.", report.entries);
        return said("ready", "Whole", sentence);
    }
    let count = report.faults.len().saturating_add(report.more);
    let faults = if count == 1 { "1 fault".to_owned() } else { format!("{count} faults") };
    let mut outcome =
        said("critical", "Broken", format!("{faults} among {} entries, {at}; {compared}.", report.entries));
    outcome.faults = report.faults.iter().map(ToString::to_string).collect();
    if report.more > 0 {
        outcome.faults.push(format!("And {} more.", report.more));
    }
    outcome
}

#[derive(Template)]
#[template(path = "audit/verification.html")]
struct Page {
    frame: Frame,
    outcome: Outcome,
}

/// The page of the outcome.
pub async fn show(signed_in: SignedIn, db: web::Data<Db>) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::AuditVerify)?;
    let checks = db.read(&permit, |tx| Ok::<_, AppError>(checks::newest(tx, 1)?)).await?;
    let frame = Frame::new(&signed_in.actor, &signed_in.team, Section::Audit);
    Ok(view::page(StatusCode::OK, &Page { frame, outcome: outcome(checks.into_iter().next()) })?)
}

/// Asks for a check; while one waits or runs, that one is the answer.
pub async fn ask(request: HttpRequest, signed_in: SignedIn, db: web::Data<Db>) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::AuditVerify)?;
    db.write(permit, super::SUBJECT, |tx| {
        let running = checks::newest(tx, 1)?.first().is_some_and(|check| check.finished.is_none());
        if !running {
            let check = CheckId::fresh();
            checks::ask(tx, check)?;
            queue::add(tx, &Work::VerifyAudit { check })?;
        }
        Ok::<_, AppError>(Change::to(()).ended("started"))
    })
    .await?;
    Ok(view::go_to(&request, "/audit/verification"))
}
