//! A packet to try Quayside with: the papers of an invented shipment, drawn anew, kept and checked like any upload. Two of its figures
//! are wrong on purpose, and each of its papers says that it is invented.

use super::arriving;
use super::kept;
use super::limits::UploadLimits;
use crate::domain::access::Action;
use crate::domain::ids::{PacketId, RunId};
use crate::domain::limits::PACKET_PERSON;
use crate::domain::secret::Secret;
use crate::gateways::objects::Objects;
use crate::gateways::sealed::TeamObjects;
use crate::print::PrintError;
use crate::print::invented::{Drawn, Flaw, SHIPMENTS};
use crate::store::packets::{File, NewPacket};
use crate::store::{Db, StoreError, packets, team_keys};
use crate::web::error::AppError;
use crate::web::limits::spend;
use crate::web::session::SignedIn;
use crate::web::view;
use actix_web::{HttpRequest, HttpResponse, web};
use bytes::Bytes;
use futures_util::stream;
use serde::Deserialize;
use std::convert::Infallible;
use uuid::Uuid;

const NAME: &str = "Sample: invented shipment";

/// What the form sends.
#[derive(Deserialize)]
pub struct Form {
    key: Option<Uuid>,
}

fn drawn() -> Result<Vec<Drawn>, PrintError> {
    let shipment = SHIPMENTS.iter().find(|shipment| shipment.flaw == Flaw::CartonsAndAmount);
    shipment.map_or_else(|| Ok(Vec::new()), |shipment| shipment.papers())
}

/// Makes the packet; the same form sent twice makes one.
pub async fn create(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    objects: web::Data<Objects>,
    limits: web::Data<UploadLimits>,
    secret: web::Data<Secret>,
    form: Option<web::Form<Form>>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketCreate)?;
    spend(&db, &secret, &signed_in, PACKET_PERSON).await?;
    let papers = web::block(drawn).await.map_err(|_| AppError::Busy)?;
    let papers = papers.map_err(|error| AppError::Image(error.to_string()))?;
    let objects = TeamObjects::new(objects.get_ref().clone(), team_keys::of(&db, signed_in.actor.team()).await?);
    let mut files: Vec<File> = Vec::new();
    for paper in papers {
        let pieces = stream::iter([Ok::<_, Infallible>(Bytes::from(paper.pdf))]);
        match kept::keep(&objects, &limits, paper.file, pieces).await {
            Ok(file) => files.push(file),
            Err(refused) => {
                kept::forget(&objects, &files).await;
                return Err(AppError::Request(refused.to_string()));
            }
        }
    }
    let key = form.and_then(|form| form.key).unwrap_or_else(Uuid::new_v4);
    let packet = NewPacket {
        id: PacketId::fresh(),
        run: RunId::fresh(),
        name: NAME.to_owned(),
        upload_key: key,
        created_by: signed_in.actor.user(),
        files: files.clone(),
    };
    let id = packet.id;
    let stored = db.write(permit, id, move |tx| Ok::<_, AppError>(arriving::store(tx, &packet)?)).await;
    let Err(error) = stored else { return Ok(view::go_to(&request, &format!("/packets/{id}"))) };
    kept::forget(&objects, &files).await;
    let AppError::Store(StoreError::Conflict(_)) = error else { return Err(error) };
    let permit = signed_in.actor.permit(Action::PacketView)?;
    let made = db.read(&permit, move |tx| packets::find_by_upload_keys(tx, &[key])).await?;
    let first = made.first().ok_or(StoreError::NotFound)?;
    Ok(view::go_to(&request, &format!("/packets/{first}")))
}
