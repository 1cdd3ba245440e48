//! Joining a team by an invite: the link of one letter and the code of another, which is sent when the link is opened and is good in that
//! browser only. Whether the address has an account, the page says only to whoever has proved with the code that it is theirs. A person
//! with an account joins with it and signs in the ordinary way; nobody else can use their invite.

use super::door::{self, Door};
use super::record::{self, Alarm};
use super::{letters, sign_in, sign_up};
use crate::domain::access::Action;
use crate::domain::account::acceptable;
use crate::domain::account::code::{CODE_MINUTES, Code, Token};
use crate::domain::ids::UserId;
use crate::domain::limits::{CODE_ACCOUNT, CODE_ADDRESS, CODE_INSTALLATION, LIMIT_NOTED};
use crate::domain::mail::one_line;
use crate::domain::team::{NAME_MAX, TeamRefused};
use crate::store::accounts;
use crate::store::codes::{NewCode, Purpose as CodePurpose, Tried};
use crate::store::joining::{self, Invite, Joiner};
use crate::store::{StoreError, WriteTx};
use crate::web::cookies::Purpose;
use crate::web::error::AppError;
use crate::web::session::{self, AtHome, SignedIn};
use crate::web::{limits, view};
use actix_session::Session;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpResponse, web};
use askama::Template;
use chrono::{Duration, Utc};
use secrecy::SecretString;
use serde::Deserialize;

const OVER: &str = "This invite is not good any more: it was used, revoked, sent again, or is older than a week.";
const FORM: &str = "The code has six digits.";
const WRONG: &str = "That code is not right. Look at the newest letter, or ask for another code.";
const SPENT: &str = "No code is good any more: it has run out, was used, or was tried too often. Ask for another code.";
const NAME: &str = "Enter your name, at most 200 letters.";

/// What the page asks for next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Nothing: the link is not good.
    Over,
    /// To send the code.
    Send,
    /// The code.
    Code,
    /// A name and a password.
    New,
    /// To join with the account that is signed in, or that has no team to sign in to.
    Known,
    /// To sign in first.
    SignIn,
    /// To sign out: somebody else is signed in.
    Other,
}

#[derive(Template)]
#[template(path = "account/join.html")]
struct Page {
    stage: Stage,
    team: String,
    role: &'static str,
    from: String,
    email: String,
    minutes: i64,
    failure: Option<String>,
    name: String,
    name_error: Option<&'static str>,
    password_error: Option<String>,
}

/// A browser that has followed a link.
struct Visit {
    token: Token,
    /// Binds the code.
    request: Option<Token>,
    invite: Invite,
    signed_in: Option<SignedIn>,
}

impl Visit {
    fn is_proved(&self) -> bool {
        self.request.as_ref().is_some_and(|request| self.invite.is_proved(&request.hash()))
    }

    /// True where the person who is signed in is not the one invited.
    fn is_other(&self) -> bool {
        self.signed_in.as_ref().is_some_and(|signed_in| signed_in.actor.email() != self.invite.email.as_str())
    }

    async fn stage(&self, door: &Door) -> Result<Stage, AppError> {
        if self.is_other() {
            return Ok(Stage::Other);
        }
        match (self.is_proved(), self.invite.account) {
            (false, _) if self.request.is_some() => Ok(Stage::Code),
            (false, _) => Ok(Stage::Send),
            (true, None) => Ok(Stage::New),
            (true, Some(_)) if self.signed_in.is_some() => Ok(Stage::Known),
            // Whoever has no team has nothing to sign in to yet.
            (true, Some(user)) if accounts::memberships_of(&door.db, user).await?.is_empty() => Ok(Stage::Known),
            (true, Some(_)) => Ok(Stage::SignIn),
        }
    }
}

async fn visit(door: &Door) -> Result<Option<Visit>, AppError> {
    let Some(token) = door.token(Purpose::Join) else { return Ok(None) };
    let Some(invite) = joining::of_link(&door.db, token.hash()).await? else { return Ok(None) };
    let signed_in = AtHome::extract(&door.request).await.ok().map(|home| home.0);
    Ok(Some(Visit { token, request: door.token(Purpose::JoinCode), invite, signed_in }))
}

fn page(visit: Option<&Visit>, stage: Stage, failure: Option<String>) -> Page {
    let invite = visit.map(|visit| &visit.invite);
    Page {
        stage,
        team: invite.map(|invite| invite.team_name.clone()).unwrap_or_default(),
        role: invite.map(|invite| invite.role.label()).unwrap_or_default(),
        from: invite.map(|invite| invite.invited_by.clone()).unwrap_or_default(),
        email: invite.map(|invite| invite.email.as_str().to_owned()).unwrap_or_default(),
        minutes: CODE_MINUTES,
        failure,
        name: String::new(),
        name_error: None,
        password_error: None,
    }
}

fn over() -> Result<HttpResponse, AppError> {
    Ok(view::page(StatusCode::UNPROCESSABLE_ENTITY, &page(None, Stage::Over, Some(OVER.to_owned())))?)
}

/// The address of the link: the token moves into a cookie, so that no page is ever drawn under an address that holds it.
pub async fn arrive(door: Door, token: web::Path<String>) -> Result<HttpResponse, AppError> {
    let mut response = view::go_to(&door.request, "/join");
    if let Some(token) = Token::parse(&token) {
        response.add_cookie(&door.cookies.keep(Purpose::Join, &token)).map_err(|_| AppError::Busy)?;
    }
    Ok(response)
}

/// The page, at the stage that the browser has reached.
pub async fn form(door: Door) -> Result<HttpResponse, AppError> {
    let Some(visit) = visit(&door).await? else {
        return Ok(view::page(StatusCode::OK, &page(None, Stage::Over, Some(OVER.to_owned())))?);
    };
    let stage = visit.stage(&door).await?;
    Ok(view::page(StatusCode::OK, &page(Some(&visit), stage, None))?)
}

/// Sends a code to the invited address; one before is good no more.
pub async fn send(door: Door) -> Result<HttpResponse, AppError> {
    let Some(visit) = visit(&door).await? else { return over() };
    let email = visit.invite.email.clone();
    match limits::take(&door.db, sign_up::letters_counted(&door, &email)).await {
        Ok(_) => {}
        Err(AppError::Wait(wait)) => {
            return door::wait(&page(Some(&visit), Stage::Send, Some(wait.to_string())), wait);
        }
        Err(error) => return Err(error),
    }
    let (code, request) = (Code::fresh()?, Token::fresh()?);
    let letter = letters::invite_code(email, &visit.invite.team_name, &code)?.seal(&door.secret, None)?;
    let code = NewCode {
        purpose: CodePurpose::Invite,
        subject: visit.invite.id.0,
        request_hash: request.hash(),
        digest: code.digest(&door.secret, &request),
        expires_at: Utc::now() + Duration::minutes(CODE_MINUTES),
    };
    joining::send_code(&door.db, code, letter).await?;
    let mut response = view::go_to(&door.request, "/join");
    response.add_cookie(&door.cookies.keep(Purpose::JoinCode, &request)).map_err(|_| AppError::Busy)?;
    Ok(response)
}

/// What the form with the code sends.
#[derive(Deserialize)]
pub struct CodeForm {
    #[serde(default)]
    code: String,
}

/// Writes into the team's log what came of a try by whoever has the link.
async fn note(door: &Door, invite: &Invite, action: Action, result: &'static str) -> Result<(), AppError> {
    let permit = invite.guest().at(door.address()).permit(action)?;
    Ok(door.db.note(permit, invite.id, result).await?)
}

/// Tries the code.
pub async fn prove(door: Door, form: Option<web::Form<CodeForm>>) -> Result<HttpResponse, AppError> {
    let Some(visit) = visit(&door).await? else { return over() };
    let Some(request) = visit.request.clone() else { return Ok(view::go_to(&door.request, "/join")) };
    let shown = |failure: &str| page(Some(&visit), Stage::Code, Some(failure.to_owned()));
    let refuse = |failure: &str| Ok(view::page(StatusCode::UNPROCESSABLE_ENTITY, &shown(failure))?);
    let Some(code) = form.and_then(|form| Code::parse(&form.code)) else { return refuse(FORM) };
    let tried = vec![
        door.counted(CODE_ACCOUNT, visit.invite.email.as_str()),
        door.counted_address(CODE_ADDRESS),
        door.counted(CODE_INSTALLATION, ""),
    ];
    match limits::take(&door.db, tried.clone()).await {
        Ok(_) => {}
        Err(AppError::Wait(wait)) => return door::wait(&shown(&wait.to_string()), wait),
        Err(error) => return Err(error),
    }
    let digest = code.digest(&door.secret, &request);
    match joining::prove(&door.db, visit.token.hash(), request.hash(), digest).await? {
        Tried::Right(_) => {
            limits::give_back(&door.db, tried).await?;
            Ok(view::go_to(&door.request, "/join"))
        }
        Tried::Wrong => {
            note(&door, &visit.invite, Action::CodeCheck, "wrong_code").await?;
            refuse(WRONG)
        }
        Tried::Over => refuse(SPENT),
        Tried::Reused(_) => {
            note(&door, &visit.invite, Action::CodeCheck, "reused").await?;
            record::raise_in(&door, visit.invite.guest(), Alarm::ReusedCode).await?;
            refuse(SPENT)
        }
    }
}

/// What the last form sends; a person with an account sends nothing.
#[derive(Default, Deserialize)]
pub struct Form {
    #[serde(default)]
    name: String,
    password: Option<SecretString>,
}

/// Joins the team.
pub async fn create(door: Door, session: Session, form: Option<web::Form<Form>>) -> Result<HttpResponse, AppError> {
    let Some(visit) = visit(&door).await? else { return over() };
    let invite = &visit.invite;
    let stage = visit.stage(&door).await?;
    match stage {
        Stage::Other => {
            noted(&door, invite, "other_account").await?;
            Ok(view::page(StatusCode::FORBIDDEN, &page(Some(&visit), stage, None))?)
        }
        Stage::New => {
            let form = form.map(web::Form::into_inner).unwrap_or_default();
            let password = form.password.unwrap_or_default();
            let name = one_line(&form.name);
            let names = [name.as_str(), invite.email.as_str(), invite.team_name.as_str()];
            let mut page = page(Some(&visit), stage, None);
            page.name_error = (!(1..=NAME_MAX).contains(&name.chars().count())).then_some(NAME);
            page.password_error = acceptable(&password, &names).err().map(|error| error.to_string());
            if page.name_error.is_some() || page.password_error.is_some() {
                page.name = name;
                return Ok(view::page(StatusCode::UNPROCESSABLE_ENTITY, &page)?);
            }
            let password_hash = door.passwords.hash(password).await?;
            let Some(user) = accept(&door, &visit, Joiner::New { name, password_hash }).await? else {
                return Ok(view::go_to(&door.request, "/join"));
            };
            let response = sign_in::start(&door, &session, user, invite.team, "/packets").await?;
            finished(&door, response)
        }
        Stage::Known => {
            let Some(account) = invite.account else { return over() };
            let Some(user) = accept(&door, &visit, Joiner::Known(account)).await? else {
                return Ok(view::go_to(&door.request, "/join"));
            };
            if visit.signed_in.is_none() {
                return finished(&door, view::go_to(&door.request, "/sign-in"));
            }
            accounts::entered(&door.db, user, invite.team).await?;
            session::switch(&session, invite.team)?;
            finished(&door, view::go_to(&door.request, "/packets"))
        }
        Stage::SignIn => Ok(view::go_to(&door.request, "/sign-in?next=/join")),
        Stage::Send | Stage::Code | Stage::Over => {
            noted(&door, invite, TeamRefused::CodeFirst.word()).await?;
            let failure = Some(TeamRefused::CodeFirst.to_string());
            Ok(view::page(StatusCode::CONFLICT, &page(Some(&visit), stage, failure))?)
        }
    }
}

/// Writes a refusal into the team's log; whoever hammers at the door fills no log.
async fn noted(door: &Door, invite: &Invite, result: &'static str) -> Result<(), AppError> {
    match limits::take(&door.db, vec![door.counted(LIMIT_NOTED, &invite.id.to_string())]).await {
        Ok(_) => note(door, invite, Action::InviteAccept, result).await,
        Err(AppError::Wait(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Uses the invite up, with its entry in the log; nothing where somebody was faster.
async fn accept(door: &Door, visit: &Visit, joiner: Joiner) -> Result<Option<UserId>, AppError> {
    let Some(request) = &visit.request else { return Ok(None) };
    let permit = visit.invite.guest().at(door.address()).permit(Action::InviteAccept)?;
    let (invite, token, request) = (visit.invite.clone(), visit.token.hash(), request.hash());
    let use_up = move |tx: &mut WriteTx<'_>| joining::accept(tx, &invite, &token, &request, joiner);
    match door.db.write(permit, visit.invite.id, use_up).await {
        Ok(user) => Ok(Some(user)),
        Err(StoreError::NotFound | StoreError::Conflict(_) | StoreError::Team(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn finished(door: &Door, mut response: HttpResponse) -> Result<HttpResponse, AppError> {
    for purpose in [Purpose::Join, Purpose::JoinCode] {
        response.add_cookie(&door.cookies.end(purpose)).map_err(|_| AppError::Busy)?;
    }
    Ok(response)
}
