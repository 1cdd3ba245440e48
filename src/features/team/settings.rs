//! What Owners and Admins decide for their team. Each decision is a form of its own, so that two people who decide different things at
//! once do not undo each other.

use super::choice::Choice;
use crate::domain::access::Action;
use crate::domain::settings::{
    AUDIT_YEARS_MAX, AUDIT_YEARS_MIN, Assistance, Setting, SettingRefused, Settings, audit_years, team_name,
};
use crate::domain::team::GRACE_DAYS;
use crate::store::{Db, ReadTx, StoreError, factors, teams};
use crate::web::error::AppError;
use crate::web::session::{self, SignedIn};
use crate::web::view::{self, Done, Frame, Section};
use actix_session::Session;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

const OWN_FACTOR: &str = "Set up a second factor for yourself first: without one you would see nothing of the team.";

/// What was not right, and at which field.
struct Problem {
    field: &'static str,
    sentence: String,
}

#[derive(Template)]
#[template(path = "team/settings.html")]
struct Page {
    frame: Frame,
    name: String,
    choices: Vec<Choice>,
    requires_factor: bool,
    keeps_for_ever: bool,
    years: String,
    least_years: i32,
    most_years: i32,
    may_delete: bool,
    days: i64,
    problem: Option<Problem>,
    done: Option<&'static str>,
}

impl Page {
    fn is_at(&self, field: &str) -> bool {
        self.problem.as_ref().is_some_and(|problem| problem.field == field)
    }

    fn sentence(&self) -> &str {
        self.problem.as_ref().map(|problem| problem.sentence.as_str()).unwrap_or_default()
    }

    fn new(signed_in: &SignedIn, settings: Settings) -> Self {
        let choice = |assistance: &Assistance| Choice {
            word: assistance.as_str(),
            label: assistance.label(),
            sentence: assistance.sentence(),
            is_chosen: settings.assistance.contains(assistance),
        };
        Self {
            frame: Frame::new(&signed_in.actor, &signed_in.team, Section::Settings),
            choices: Assistance::ALL.iter().map(choice).collect(),
            name: settings.name,
            requires_factor: settings.requires_factor,
            keeps_for_ever: settings.audit_years.is_none(),
            years: settings.audit_years.unwrap_or(AUDIT_YEARS_MIN).to_string(),
            least_years: AUDIT_YEARS_MIN,
            most_years: AUDIT_YEARS_MAX,
            may_delete: signed_in.actor.may(Action::TeamDelete) && signed_in.team.deletes_at.is_none(),
            days: GRACE_DAYS,
            problem: None,
            done: None,
        }
    }
}

async fn stored(signed_in: &SignedIn, db: &Db) -> Result<Page, AppError> {
    let permit = signed_in.actor.permit(Action::TeamSettings)?;
    let team = signed_in.actor.team();
    let settings = db.read(&permit, move |tx: &mut ReadTx<'_>| teams::settings(tx, team)).await?;
    Ok(Page::new(signed_in, settings))
}

/// What was done last, in words.
fn told(done: &Done) -> Option<&'static str> {
    Some(match done.done.as_str() {
        "name" => "The name is changed.",
        "assistance" => "Saved for what a language model may advise.",
        "factor" => "Saved who needs a second factor.",
        "audit" => "Saved how long the audit log is kept.",
        _ => return None,
    })
}

/// The page.
pub async fn show(signed_in: SignedIn, db: web::Data<Db>, done: web::Query<Done>) -> Result<HttpResponse, AppError> {
    let page = Page { done: told(&done), ..stored(&signed_in, &db).await? };
    Ok(view::page(StatusCode::OK, &page)?)
}

fn refuse(page: Page, field: &'static str, sentence: String) -> Result<HttpResponse, AppError> {
    let page = Page { problem: Some(Problem { field, sentence }), ..page };
    Ok(view::page(StatusCode::UNPROCESSABLE_ENTITY, &page)?)
}

async fn decide(
    request: &HttpRequest,
    signed_in: &SignedIn,
    db: &Db,
    setting: Setting,
    done: &str,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::TeamSettings)?;
    let team = signed_in.actor.team();
    db.write(permit, team, move |tx| teams::decide(tx, team, &setting)).await?;
    Ok(view::go_to(request, &format!("/team/settings?done={done}")))
}

/// What the form of the name sends.
#[derive(Deserialize)]
pub struct NameForm {
    #[serde(default)]
    name: String,
}

/// Changes the name.
pub async fn rename(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    form: Option<web::Form<NameForm>>,
) -> Result<HttpResponse, AppError> {
    let typed = form.map(|form| form.into_inner().name).unwrap_or_default();
    match team_name(&typed) {
        Ok(name) => decide(&request, &signed_in, &db, Setting::Name(name), "name").await,
        Err(error) => refuse(Page { name: typed, ..stored(&signed_in, &db).await? }, "name", error.to_string()),
    }
}

/// What the form of the language model sends: a box that is not ticked is not sent.
#[derive(Default, Deserialize)]
pub struct AssistForm {
    extraction: Option<String>,
    coach: Option<String>,
    preflight: Option<String>,
    classifier: Option<String>,
}

/// Turns each assistance on or off.
pub async fn assist(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    form: Option<web::Form<AssistForm>>,
) -> Result<HttpResponse, AppError> {
    let form = form.map(web::Form::into_inner).unwrap_or_default();
    let ticked = |assistance: &Assistance| {
        let field = match assistance {
            Assistance::Extraction => &form.extraction,
            Assistance::Coach => &form.coach,
            Assistance::Preflight => &form.preflight,
            Assistance::Classifier => &form.classifier,
        };
        field.is_some()
    };
    let wanted = Assistance::ALL.iter().copied().filter(ticked).collect();
    decide(&request, &signed_in, &db, Setting::Assistance(wanted), "assistance").await
}

/// What the form of the second factor sends.
#[derive(Deserialize)]
pub struct FactorForm {
    required: Option<String>,
}

/// Asks everybody for a second factor, or nobody. Somebody else at the keyboard cannot: it wants a fresh proof.
pub async fn require_factor(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    session: Session,
    form: Option<web::Form<FactorForm>>,
) -> Result<HttpResponse, AppError> {
    signed_in.actor.permit(Action::TeamSettings)?;
    session::need_proof(&session, "/team/settings")?;
    let required = form.is_some_and(|form| form.required.is_some());
    let user = signed_in.actor.user().ok_or(StoreError::NotFound)?;
    if required && !factors::of(&db, user).await?.any() {
        return refuse(stored(&signed_in, &db).await?, "required", OWN_FACTOR.to_owned());
    }
    decide(&request, &signed_in, &db, Setting::RequiresFactor(required), "factor").await
}

/// What the form of the audit log sends.
#[derive(Default, Deserialize)]
pub struct LogForm {
    #[serde(default)]
    keep: String,
    #[serde(default)]
    years: String,
}

/// Decides how long the audit log is kept.
pub async fn keep_log(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    form: Option<web::Form<LogForm>>,
) -> Result<HttpResponse, AppError> {
    let form = form.map(web::Form::into_inner).unwrap_or_default();
    let refused = match audit_years(&form.keep, &form.years) {
        Ok(years) => return decide(&request, &signed_in, &db, Setting::AuditYears(years), "audit").await,
        Err(refused) => refused,
    };
    let page = stored(&signed_in, &db).await?;
    if refused == SettingRefused::Years {
        let page = Page { keeps_for_ever: false, years: form.years, ..page };
        return refuse(page, "years", refused.to_string());
    }
    refuse(page, "keep-forever", refused.to_string())
}
