//! The team's address for packets: switched on, renewed and switched off here, with what to tell the mail server. What comes there is
//! made into packets elsewhere.

use crate::domain::access::Action;
use crate::domain::mailbox::{REFUSED_DAYS, TAKEN_DAYS, Word};
use crate::gateways::maildir::MailFolder;
use crate::store::{Db, ReadTx, StoreError, mailboxes};
use crate::web::error::AppError;
use crate::web::session::SignedIn;
use crate::web::view::{self, Done, Frame, Section};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

/// Where the mail server delivers; nothing where packets come by no e-mail here.
pub struct TakesMail(pub Option<MailFolder>);

#[derive(Template)]
#[template(path = "team/mailbox.html")]
struct Page {
    frame: Frame,
    is_here: bool,
    word: Option<Word>,
    folder: String,
    taken_days: i64,
    refused_days: i64,
    done: Option<&'static str>,
}

async fn page(signed_in: &SignedIn, db: &Db, takes: &TakesMail, done: &str) -> Result<Page, AppError> {
    let permit = signed_in.actor.permit(Action::TeamSettings)?;
    let word = db.read(&permit, |tx: &mut ReadTx<'_>| mailboxes::word(tx)).await?;
    let folder = takes.0.as_ref().zip(word.as_ref()).map(|(folder, word)| folder.of(word));
    Ok(Page {
        frame: Frame::new(&signed_in.actor, &signed_in.team, Section::Settings),
        is_here: takes.0.is_some(),
        folder: folder.map(|folder| folder.display().to_string()).unwrap_or_default(),
        word,
        taken_days: TAKEN_DAYS,
        refused_days: REFUSED_DAYS,
        done: match done {
            "on" => Some("The team has an address. Tell it to your mail server now."),
            "renewed" => Some("The team has another address. What is sent to the old one becomes no packet any more."),
            "off" => Some("The address is gone. What is sent to it becomes no packet any more."),
            "changed" => Some("Nothing was done: somebody changed the address meanwhile. This is how it stands now."),
            _ => None,
        },
    })
}

/// The page.
pub async fn show(
    signed_in: SignedIn,
    db: web::Data<Db>,
    takes: web::Data<TakesMail>,
    done: web::Query<Done>,
) -> Result<HttpResponse, AppError> {
    Ok(view::page(StatusCode::OK, &page(&signed_in, &db, &takes, &done.done).await?)?)
}

/// What the form sends.
#[derive(Default, Deserialize)]
pub struct Form {
    /// `on` for an address, or another one; anything else for none.
    #[serde(default)]
    wanted: String,
    /// The word that the form was drawn with.
    #[serde(default)]
    seen: String,
}

/// Gives the team an address, another one, or none.
pub async fn change(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    takes: web::Data<TakesMail>,
    form: Option<web::Form<Form>>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::TeamSettings)?;
    let form = form.map(web::Form::into_inner).unwrap_or_default();
    let by = signed_in.actor.user().ok_or(StoreError::NotFound)?;
    let seen = Word::parse(&form.seen);
    let next = (form.wanted == "on").then(Word::fresh);
    if next.is_some() && takes.0.is_none() {
        return Err(AppError::Request("This server takes no packets by e-mail.".to_owned()));
    }
    let done = match (&seen, &next) {
        (_, None) => "off",
        (None, Some(_)) => "on",
        (Some(_), Some(_)) => "renewed",
    };
    let team = signed_in.actor.team();
    let set = db.write(permit, team, move |tx| mailboxes::set(tx, seen.as_ref(), next.as_ref(), by)).await;
    match set {
        Ok(()) => Ok(view::go_to(&request, &format!("/team/mailbox?done={done}"))),
        Err(StoreError::Conflict(_)) => {
            Ok(view::page(StatusCode::CONFLICT, &page(&signed_in, &db, &takes, "changed").await?)?)
        }
        Err(error) => Err(error.into()),
    }
}
