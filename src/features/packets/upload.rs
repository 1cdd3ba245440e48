//! The form that takes files, and the packet that is made of them: files, run and work are stored in one transaction. The same form sent
//! twice makes one packet.

use super::arriving::{self, Arriving, Refused};
use super::limits::{Sort, UploadLimits};
use super::sent;
use crate::domain::access::Action;
use crate::domain::limits::PACKET_PERSON;
use crate::domain::secret::Secret;
use crate::gateways::objects::Objects;
use crate::gateways::sealed::TeamObjects;
use crate::store::{Db, StoreError, packets, team_keys};
use crate::web::error::AppError;
use crate::web::limits::spend;
use crate::web::session::SignedIn;
use crate::web::view::{self, Frame, Section};
use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use uuid::Uuid;

/// The form that takes files.
pub struct DropZone {
    pub key: Uuid,
    /// The key of the form that makes a sample beside it.
    pub sample: Uuid,
    pub limits: String,
    /// The largest file, in bytes.
    pub file_bytes: u64,
    /// `at once` sends dropped files without another click.
    pub mode: &'static str,
}

impl DropZone {
    /// A fresh form.
    pub fn new(limits: &UploadLimits) -> Self {
        Self {
            key: Uuid::new_v4(),
            sample: Uuid::new_v4(),
            limits: limits.words(),
            file_bytes: limits.reading.file_bytes,
            mode: "at once",
        }
    }
}

#[derive(Template)]
#[template(path = "packets/new.html")]
struct Page {
    frame: Frame,
    drop: DropZone,
    failures: Vec<String>,
    /// What every file may hold and take.
    each: String,
    sorts: Vec<Sort>,
}

fn page(
    signed_in: &SignedIn,
    limits: &UploadLimits,
    status: StatusCode,
    failures: Vec<String>,
) -> Result<HttpResponse, AppError> {
    let frame = Frame::new(&signed_in.actor, &signed_in.team, Section::Packets);
    let (drop, each, sorts) = (DropZone::new(limits), limits.each(), limits.sorts());
    Ok(view::page(status, &Page { frame, drop, failures, each, sorts })?)
}

/// The form on a page of its own.
pub async fn form(signed_in: SignedIn, limits: web::Data<UploadLimits>) -> Result<HttpResponse, AppError> {
    signed_in.actor.permit(Action::PacketCreate)?;
    page(&signed_in, &limits, StatusCode::OK, Vec::new())
}

/// Takes the files and makes a packet of them.
pub async fn create(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    objects: web::Data<Objects>,
    limits: web::Data<UploadLimits>,
    secret: web::Data<Secret>,
    body: Multipart,
) -> Result<HttpResponse, AppError> {
    // Rights first: nothing of a stranger's body is read.
    signed_in.actor.permit(Action::PacketCreate)?;
    spend(&db, &secret, &signed_in, PACKET_PERSON).await?;
    let objects = TeamObjects::new(objects.get_ref().clone(), team_keys::of(&db, signed_in.actor.team()).await?);
    let mut arriving = Arriving::new(&objects, &limits).with_folders();
    let stored = match arriving.take(body).await {
        Ok(()) => store(&signed_in, &db, &secret, &arriving).await,
        Err(refused) => Err(refused),
    };
    let refused = match stored {
        Ok(place) => return Ok(view::go_to(&request, &place)),
        Err(refused) => refused,
    };
    arriving.forget().await;
    match refused {
        Refused::App(AppError::Store(StoreError::Conflict(key))) if key == "packets_team_id_upload_key_key" => {
            let permit = signed_in.actor.permit(Action::PacketView)?;
            let key = arriving.key;
            let made = db.read(&permit, move |tx| packets::find_by_upload_keys(tx, &arriving::keys(key))).await?;
            match made.as_slice() {
                [] => Err(StoreError::NotFound.into()),
                [only] => Ok(view::go_to(&request, &format!("/packets/{only}"))),
                _ => Ok(view::go_to(&request, &sent::place(key))),
            }
        }
        Refused::App(error) => Err(error),
        form => page(&signed_in, &limits, StatusCode::UNPROCESSABLE_ENTITY, vec![form.to_string()]),
    }
}

/// Stores the packets, and gives the address of the page that shows them.
async fn store(signed_in: &SignedIn, db: &Db, secret: &Secret, arriving: &Arriving<'_>) -> Result<String, Refused> {
    // Once more, after the upload: a role may have changed while the files came.
    let permit = signed_in.actor.permit(Action::PacketCreate).map_err(AppError::from)?;
    let made = arriving.packets(&signed_in.actor);
    for _ in made.iter().skip(1) {
        spend(db, secret, signed_in, PACKET_PERSON).await?;
    }
    let Some(first) = made.first().map(|packet| packet.id) else { return Err(Refused::Nothing) };
    let place = if made.len() > 1 { sent::place(arriving.key) } else { format!("/packets/{first}") };
    db.write(permit, first, move |tx| {
        let mut stored = Vec::new();
        for packet in &made {
            stored.push((packet.id.to_string(), arriving::store(tx, packet)?));
        }
        let others = stored.split_off(1.min(stored.len()));
        let (_, change) = stored.pop().ok_or(StoreError::NotFound)?;
        Ok::<_, AppError>(change.with(others))
    })
    .await?;
    Ok(place)
}
