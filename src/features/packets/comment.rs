//! Comments: said, changed and removed by their author; whom one mentions gets a letter, once.

use super::show::{self, Refused};
use crate::domain::access::Action;
use crate::domain::account::Email;
use crate::domain::ids::{CommentId, PacketId};
use crate::domain::mail::{Letter, MailKind, one_line};
use crate::domain::packet::comment::{body, mentioned};
use crate::domain::secret::Secret;
use crate::store::{Db, StoreError, WriteTx, comments, members, outbox, packets};
use crate::web::csrf::Origin;
use crate::web::error::AppError;
use crate::web::session::SignedIn;
use crate::web::view;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

/// The most members among whom a mention is looked for.
const MEMBERS: i64 = 500;

/// What the forms send.
#[derive(Default, Deserialize)]
pub struct Sent {
    #[serde(default)]
    comment: String,
    #[serde(default)]
    version: String,
    #[serde(default)]
    body: String,
}

impl Sent {
    fn seen(&self) -> Result<(CommentId, i32), StoreError> {
        let id = self.comment.parse().map_err(|_| StoreError::NotFound)?;
        Ok((id, self.version.parse().unwrap_or(0)))
    }

    fn words(&self) -> Result<String, AppError> {
        body(&self.body).map_err(|error| AppError::Request(error.to_string()))
    }
}

#[derive(Template)]
#[template(path = "mail/mention.txt")]
struct Mention<'a> {
    name: String,
    packet: String,
    team: String,
    origin: &'a str,
    id: PacketId,
}

/// What telling people needs.
struct Post {
    author: SignedIn,
    secret: web::Data<Secret>,
    origin: web::Data<Origin>,
}

impl Post {
    /// Tells everybody whom the words mention and who was not told of this comment before.
    fn tell(&self, tx: &mut WriteTx<'_>, packet: PacketId, comment: CommentId, words: &str) -> Result<(), AppError> {
        let team = members::list(tx, MEMBERS)?;
        let actor = &self.author.actor;
        let others = team.iter().filter(|it| it.suspended_at.is_none() && Some(it.user) != actor.user());
        let people = others.map(|member| (member.user, member.name.as_str(), member.email.as_str()));
        let name = packets::find(tx, packet)?.name;
        for user in mentioned(words, people) {
            let Some(member) = team.iter().find(|member| member.user == user) else { continue };
            if !comments::mention(tx, comment, user)? {
                continue;
            }
            let page = Mention {
                name: one_line(actor.name()),
                packet: one_line(&name),
                team: one_line(&self.author.team.name),
                origin: &self.origin.0,
                id: packet,
            };
            let to = Email::parse(&member.email).map_err(|error| AppError::Request(error.to_string()))?;
            let subject = format!("{} mentions you on {}", page.name, page.packet);
            let letter = Letter { kind: MailKind::Mention, to, subject, text: page.render()?, useless_after: None };
            outbox::add(tx, &letter.seal(&self.secret, Some(actor.team()))?)?;
        }
        Ok(())
    }
}

/// The way back to what was said, or the page with what was typed and why it was not taken.
async fn said(
    request: &HttpRequest,
    author: &SignedIn,
    db: &Db,
    id: PacketId,
    written: Result<(), AppError>,
    (field, typed): (String, String),
) -> Result<HttpResponse, AppError> {
    match written {
        Err(AppError::Request(sentence)) => {
            show::refused(request, author, db, id, Refused { field, typed, sentence }).await
        }
        written => {
            written?;
            Ok(view::go_to(request, &format!("/packets/{id}#comments")))
        }
    }
}

/// Adds a comment.
pub async fn create(
    request: HttpRequest,
    author: SignedIn,
    db: web::Data<Db>,
    (secret, origin): (web::Data<Secret>, web::Data<Origin>),
    id: web::Path<PacketId>,
    form: Option<web::Form<Sent>>,
) -> Result<HttpResponse, AppError> {
    let permit = author.actor.permit(Action::PacketComment)?;
    let by = author.actor.user().ok_or(StoreError::NotFound)?;
    let (id, sent) = (id.into_inner(), form.map(web::Form::into_inner).unwrap_or_default());
    let typed = sent.body.clone();
    let post = Post { author: author.clone(), secret, origin };
    let written = db
        .write(permit, id, move |tx| {
            packets::find(tx, id)?;
            let (words, comment) = (sent.words()?, CommentId::fresh());
            let change = comments::add(tx, id, comment, &words, by)?;
            post.tell(tx, id, comment, &words)?;
            Ok::<_, AppError>(change)
        })
        .await;
    said(&request, &author, &db, id, written, ("comment".to_owned(), typed)).await
}

/// Changes the words of one's own comment.
pub async fn edit(
    request: HttpRequest,
    author: SignedIn,
    db: web::Data<Db>,
    (secret, origin): (web::Data<Secret>, web::Data<Origin>),
    id: web::Path<PacketId>,
    form: Option<web::Form<Sent>>,
) -> Result<HttpResponse, AppError> {
    let permit = author.actor.permit(Action::PacketComment)?;
    let by = author.actor.user().ok_or(StoreError::NotFound)?;
    let (id, sent) = (id.into_inner(), form.map(web::Form::into_inner).unwrap_or_default());
    let (field, typed) = (format!("edit-{}", sent.comment), sent.body.clone());
    let post = Post { author: author.clone(), secret, origin };
    let written = db
        .write(permit, id, move |tx| {
            packets::find(tx, id)?;
            let (seen, words) = (sent.seen()?, sent.words()?);
            let change = comments::change(tx, id, seen, Some(&words), by)?;
            post.tell(tx, id, seen.0, &words)?;
            Ok::<_, AppError>(change)
        })
        .await;
    said(&request, &author, &db, id, written, (field, typed)).await
}

/// Removes one's own comment: its place stays, its words go.
pub async fn remove(
    request: HttpRequest,
    author: SignedIn,
    db: web::Data<Db>,
    id: web::Path<PacketId>,
    form: Option<web::Form<Sent>>,
) -> Result<HttpResponse, AppError> {
    let permit = author.actor.permit(Action::PacketComment)?;
    let by = author.actor.user().ok_or(StoreError::NotFound)?;
    let (id, sent) = (id.into_inner(), form.map(web::Form::into_inner).unwrap_or_default());
    db.write(permit, id, move |tx| Ok::<_, AppError>(comments::change(tx, id, sent.seen()?, None, by)?)).await?;
    Ok(view::go_to(&request, &format!("/packets/{id}#comments")))
}
