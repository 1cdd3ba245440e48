//! Waiving a finding, taking that back, and the work that ends a waiver when its last day is over.

use super::checking::CheckError;
use crate::domain::access::{Action, Actor};
use crate::domain::ids::{PacketId, WaiverId};
use crate::domain::packet::correction::reason;
use crate::domain::packet::decision::PacketRefused;
use crate::domain::packet::result::{PacketResult, Verdict};
use crate::domain::packet::waiver::{Waiver, key, until};
use crate::domain::work::Work;
use crate::store::queue::Claim;
use crate::store::{Change, Db, StoreError, decisions, packets, queue, runs, waivers};
use crate::web::error::AppError;
use crate::web::session::SignedIn;
use crate::web::view::{self, Frame, Section};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::{Days, NaiveTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

/// What the form sends.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Sent {
    #[serde(default)]
    finding: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    until: String,
}

/// The form under a finding.
pub struct Form {
    pub packet: PacketId,
    /// Tells the fields of several forms of a page apart.
    pub number: usize,
    pub finding: String,
    pub reason: String,
    pub until: String,
    pub reason_error: Option<String>,
    pub until_error: Option<String>,
}

#[derive(Template)]
#[template(path = "packets/waiver.html")]
struct Page {
    frame: Frame,
    id: PacketId,
    name: String,
    title: String,
    explanation: String,
    waive: Form,
}

/// A finding in the log, with the score that it leaves.
fn told(result: &PacketResult, finding: &str) -> Value {
    let found = result.findings.iter().find(|other| key(other, &result.documents) == finding);
    json!({
        "code": found.map(|found| &found.code),
        "waiver": found.and_then(|found| found.waiver.as_ref())
            .map(|waiver| json!({ "reason": waiver.reason, "until": waiver.until })),
        "score": result.packet.score,
        "verdict": result.packet.verdict,
    })
}

/// Waives a finding.
pub async fn create(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    id: web::Path<PacketId>,
    form: Option<web::Form<Sent>>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketWaive)?;
    let id = id.into_inner();
    let sent = form.map(web::Form::into_inner).unwrap_or_default();
    let (name, result) = db
        .read(&permit, move |tx| {
            let packet = packets::find(tx, id)?;
            Ok::<_, AppError>((packet.name, runs::newest_done(tx, id)?.result.ok_or(StoreError::NotFound)?))
        })
        .await?;
    let today = Utc::now().date_naive();
    let (because, last) = (reason(&sent.reason), until(&sent.until, today));
    let found = result.findings.iter().find(|found| key(found, &result.documents) == sent.finding);
    let found = found.ok_or(StoreError::Packet(PacketRefused::NoSuchFinding))?;
    let (because, last) = match (because, last) {
        (Ok(because), Ok(last)) => (because, last),
        (because, last) => {
            let page = Page {
                frame: Frame::new(&signed_in.actor, &signed_in.team, Section::Packets),
                id,
                name,
                title: found.title.clone(),
                explanation: found.explanation.clone(),
                waive: Form {
                    packet: id,
                    number: 0,
                    finding: sent.finding.clone(),
                    reason: sent.reason.clone(),
                    until: sent.until.clone(),
                    reason_error: because.err().map(|error| error.to_string()),
                    until_error: last.err().map(|error| error.to_string()),
                },
            };
            return Ok(view::page(StatusCode::UNPROCESSABLE_ENTITY, &page)?);
        }
    };
    let by = signed_in.actor.user().ok_or(StoreError::NotFound)?;
    let waiver =
        Waiver { id: WaiverId::fresh(), finding: sent.finding, reason: because, until: last, by, at: Utc::now() };
    db.write(permit, id, move |tx| {
        decisions::need_open(tx, id)?;
        let before = waivers::hold(tx, id)?;
        let standing = before.findings.iter().find(|found| key(found, &before.documents) == waiver.finding);
        let code = standing.ok_or(StoreError::Packet(PacketRefused::NoSuchFinding))?.code.clone();
        waivers::add(tx, id, &waiver, &code)?;
        let over = waiver.until.and_then(|day| day.checked_add_days(Days::new(1)));
        if let Some(over) = over {
            let work = Work::EndWaiver { packet: id, waiver: waiver.id };
            queue::add_for(tx, &work, over.and_time(NaiveTime::MIN).and_utc())?;
        }
        let after = waivers::judged(tx, id, before.clone())?;
        waivers::settle(tx, id, &after)?;
        Ok::<_, AppError>(Change::to(()).diff(told(&before, &waiver.finding), told(&after, &waiver.finding)))
    })
    .await?;
    Ok(view::go_to(&request, &format!("/packets/{id}")))
}

/// What the form of a waived finding sends.
#[derive(Default, Deserialize)]
pub struct Back {
    #[serde(default)]
    waiver: String,
}

/// Takes a waiver back: the finding counts again.
pub async fn take_back(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    id: web::Path<PacketId>,
    form: Option<web::Form<Back>>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketWaive)?;
    let (id, by) = (id.into_inner(), signed_in.actor.user());
    let waiver: Option<WaiverId> = form.and_then(|form| form.waiver.parse().ok());
    db.write(permit, id, move |tx| {
        decisions::need_open(tx, id)?;
        let before = waivers::hold(tx, id)?;
        let known = waivers::list(tx, id)?.into_iter().find(|entry| Some(entry.waiver.id) == waiver);
        let waiver = known.ok_or(StoreError::Packet(PacketRefused::NotWaived))?.waiver;
        waivers::end(tx, waiver.id, by)?;
        queue::forget(tx, &Work::EndWaiver { packet: id, waiver: waiver.id })?;
        let after = waivers::judged(tx, id, before.clone())?;
        waivers::settle(tx, id, &after)?;
        Ok::<_, AppError>(Change::to(()).diff(told(&before, &waiver.finding), told(&after, &waiver.finding)))
    })
    .await?;
    Ok(view::go_to(&request, &format!("/packets/{id}")))
}

/// Why the end of a waiver reopens a packet.
const STANDS_AGAIN: &str = "A waiver ended, and a critical finding stands again.";

/// Ends a waiver whose last day is over.
///
/// # Errors
/// [`CheckError`] where the database fails, or another worker has the work.
pub async fn end(db: &Db, claim: &Claim, packet: PacketId, waiver: WaiverId) -> Result<(), CheckError> {
    let permit = Actor::system(claim.team).permit(Action::PacketWaive)?;
    let claim = claim.clone();
    db.write(permit, packet, move |tx| {
        claim.finish(tx)?;
        let known = waivers::list(tx, packet)?.into_iter().find(|entry| entry.waiver.id == waiver);
        let Some(entry) = known else { return Ok(Change::to(()).ended("ended_before")) };
        let finding = entry.waiver.finding;
        let reason = entry.waiver.reason;
        waivers::end(tx, waiver, None)?;
        let before = json!({ "waiver": { "reason": reason, "until": entry.waiver.until } });
        match waivers::hold(tx, packet) {
            Ok(after) => {
                waivers::settle(tx, packet, &after)?;
                if after.packet.verdict == Verdict::Blocked {
                    decisions::reopen_by_itself(tx, packet, STANDS_AGAIN)?;
                }
                Ok(Change::to(()).diff(before, told(&after, &finding)))
            }
            // The run that is under way settles the packet without it.
            Err(StoreError::Packet(PacketRefused::Checking)) => {
                Ok(Change::to(()).diff(before, json!({ "waiver": null })))
            }
            Err(error) => Err(error),
        }
    })
    .await?;
    Ok(())
}
