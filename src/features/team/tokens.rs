//! The team's API tokens: who made which, for what and until when; a form, the one page that shows a new token, and revoking. What a
//! token can be used for is `/api`.

use super::choice::Choice;
use crate::domain::access::{Action, Scope};
use crate::domain::ids::TokenId;
use crate::domain::secret::Secret;
use crate::domain::token::{ApiToken, DAYS, TOKENS_MAX, TokenRefused, TokenStopped, Wanted};
use crate::store::tokens::{self, Entry, NewToken};
use crate::store::{Db, ReadTx, StoreError};
use crate::web::csrf::Origin;
use crate::web::error::AppError;
use crate::web::session::{self, SignedIn};
use crate::web::view::{self, Done, Frame, Section, When};
use actix_session::Session;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::{DateTime, Duration, Utc};
use serde::Deserialize;
use uuid::Uuid;

const SHOWN: i64 = 200;
const FORM: &str = "/team/tokens/new";

struct Row {
    id: TokenId,
    name: String,
    start: String,
    scopes: Vec<&'static str>,
    made_by: String,
    made: When,
    used: String,
    until: When,
    pill: &'static str,
    standing: &'static str,
    may_revoke: bool,
}

fn row(entry: Entry, now: DateTime<Utc>) -> Row {
    let (pill, standing) = match entry.standing {
        Ok(()) => ("ready", "Good"),
        Err(TokenStopped::Revoked) => ("quiet", "Revoked"),
        Err(TokenStopped::Over) => ("warning", "Run out"),
        Err(TokenStopped::Maker) => ("warning", "Stopped with its maker"),
    };
    Row {
        id: entry.id,
        name: entry.name,
        start: entry.start,
        scopes: entry.terms.scopes.iter().map(|scope| scope.as_str()).collect(),
        made_by: entry.made_by,
        made: When::new(entry.created_at, now),
        used: entry.last_used_on.map(|day| day.format("%-d %b %Y").to_string()).unwrap_or_default(),
        until: When::new(entry.terms.expires_at, now),
        pill,
        standing,
        may_revoke: !entry.terms.is_revoked && entry.terms.expires_at > now,
    }
}

#[derive(Template)]
#[template(path = "team/tokens.html")]
struct ListPage {
    frame: Frame,
    rows: Vec<Row>,
    done: Option<&'static str>,
}

/// The list.
pub async fn list(signed_in: SignedIn, db: web::Data<Db>, done: web::Query<Done>) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::TokenView)?;
    let entries = db.read(&permit, |tx: &mut ReadTx<'_>| tokens::list(tx, SHOWN)).await?;
    let now = Utc::now();
    let page = ListPage {
        frame: Frame::new(&signed_in.actor, &signed_in.team, Section::Settings),
        rows: entries.into_iter().map(|entry| row(entry, now)).collect(),
        done: (done.done == "revoked")
            .then_some("The token is revoked. Whatever still shows it is refused from now on."),
    };
    Ok(view::page(StatusCode::OK, &page)?)
}

/// What the form sends: a box that is not ticked is not sent.
#[derive(Default, Deserialize)]
pub struct Form {
    key: Option<Uuid>,
    #[serde(default)]
    name: String,
    read: Option<String>,
    write: Option<String>,
    #[serde(default)]
    days: String,
}

impl Form {
    fn blank() -> Self {
        Self { read: Some("on".to_owned()), days: "90".to_owned(), ..Self::default() }
    }

    fn has(&self, scope: Scope) -> bool {
        match scope {
            Scope::PacketsRead => self.read.is_some(),
            Scope::PacketsWrite => self.write.is_some(),
        }
    }

    fn scopes(&self) -> Vec<Scope> {
        Scope::ALL.iter().copied().filter(|scope| self.has(*scope)).collect()
    }
}

#[derive(Template)]
#[template(path = "team/token.html")]
struct FormPage {
    frame: Frame,
    key: Uuid,
    name: String,
    scopes: Vec<Choice>,
    days: Vec<(i64, bool)>,
    problem: Option<(&'static str, String)>,
}

impl FormPage {
    fn at(&self, field: &str) -> Option<&str> {
        self.problem.as_ref().filter(|(place, _)| *place == field).map(|(_, sentence)| sentence.as_str())
    }
}

fn page(signed_in: &SignedIn, form: &Form, problem: Option<(&'static str, String)>) -> Result<HttpResponse, AppError> {
    let choice = |scope: &Scope| Choice {
        word: match scope {
            Scope::PacketsRead => "read",
            Scope::PacketsWrite => "write",
        },
        label: scope.as_str(),
        sentence: scope.sentence(),
        is_chosen: form.has(*scope),
    };
    // Nobody gives a scope above their own role.
    let reached = Scope::ALL.iter().filter(|scope| !scope.needs().is_above(signed_in.actor.role()));
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = FormPage {
        frame: Frame::new(&signed_in.actor, &signed_in.team, Section::Settings),
        key: form.key.unwrap_or_else(Uuid::now_v7),
        name: form.name.clone(),
        scopes: reached.map(choice).collect(),
        days: DAYS.map(|days| (days, form.days == days.to_string())).into(),
        problem,
    };
    Ok(view::page(status, &page)?)
}

/// The form. Somebody else at the keyboard makes no token: it wants a fresh proof.
pub async fn form(signed_in: SignedIn, session: Session) -> Result<HttpResponse, AppError> {
    signed_in.actor.permit(Action::TokenCreate)?;
    session::need_proof(&session, FORM)?;
    page(&signed_in, &Form::blank(), None)
}

#[derive(Template)]
#[template(path = "team/token_made.html")]
struct MadePage {
    frame: Frame,
    name: String,
    token: String,
    until: When,
    origin: String,
    writes: bool,
    reads: bool,
}

/// Makes a token, and shows it this once.
pub async fn create(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    secret: web::Data<Secret>,
    origin: web::Data<Origin>,
    session: Session,
    form: Option<web::Form<Form>>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::TokenCreate)?;
    session::need_proof(&session, FORM)?;
    let form = form.map(web::Form::into_inner).unwrap_or_default();
    let wanted = match Wanted::read(&form.name, &form.scopes(), &form.days) {
        Ok(wanted) => wanted,
        Err(refused) => {
            let field = match refused {
                TokenRefused::Name => "name",
                TokenRefused::Scope => "scope-read",
                TokenRefused::Days => "days",
            };
            return page(&signed_in, &form, Some((field, refused.to_string())));
        }
    };
    let token = ApiToken::fresh().map_err(|_| AppError::Busy)?;
    let expires_at = Utc::now() + Duration::days(wanted.days);
    let (id, by) = (TokenId(form.key.unwrap_or_else(Uuid::now_v7)), signed_in.actor.clone());
    let kept = NewToken {
        id,
        name: wanted.name.clone(),
        start: token.start(),
        digest: token.digest(&secret),
        scopes: wanted.scopes.clone(),
        expires_at,
    };
    match db.write(permit, id, move |tx| tokens::add(tx, &by, &kept)).await {
        Ok(()) => {}
        // The same form again: the token was shown, and is shown to nobody a second time.
        Err(StoreError::Conflict(key)) if key == "tokens_pkey" => return Ok(view::go_to(&request, "/team/tokens")),
        Err(StoreError::Conflict(key)) if key == "tokens_max" => {
            let sentence =
                format!("The team has {TOKENS_MAX} tokens that are good. Revoke one that is not used any more.");
            return page(&signed_in, &form, Some(("name", sentence)));
        }
        Err(error) => return Err(error.into()),
    }
    let page = MadePage {
        frame: Frame::new(&signed_in.actor, &signed_in.team, Section::Settings),
        name: wanted.name,
        token: token.reveal(),
        until: When::new(expires_at, Utc::now()),
        origin: origin.0.clone(),
        writes: wanted.scopes.contains(&Scope::PacketsWrite),
        reads: wanted.scopes.contains(&Scope::PacketsRead),
    };
    Ok(view::page(StatusCode::CREATED, &page)?)
}

/// Revokes a token: the next request that shows it is refused.
pub async fn revoke(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    id: web::Path<TokenId>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::TokenRevoke)?;
    let (id, by) = (id.into_inner(), signed_in.actor.user());
    db.write(permit, id, move |tx| tokens::revoke(tx, id, by)).await?;
    Ok(view::go_to(&request, "/team/tokens?done=revoked"))
}
