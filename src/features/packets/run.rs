//! A run as a resource: checking again, and the result as the contract writes it.

use crate::domain::access::Action;
use crate::domain::ids::{PacketId, RunId};
use crate::domain::limits::CHECK_PERSON;
use crate::domain::secret::Secret;
use crate::domain::work::Work;
use crate::store::{Change, Db, StoreError, packets, queue, runs, waivers};
use crate::web::error::AppError;
use crate::web::limits::spend;
use crate::web::session::SignedIn;
use crate::web::view;
use actix_web::{HttpRequest, HttpResponse, web};

/// Checks the packet again.
pub async fn create(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    secret: web::Data<Secret>,
    id: web::Path<PacketId>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketCheck)?;
    spend(&db, &secret, &signed_in, CHECK_PERSON).await?;
    let (id, run, by) = (id.into_inner(), RunId::fresh(), signed_in.actor.user());
    db.write(permit, id, move |tx| {
        runs::add(tx, id, run, by)?;
        queue::add(tx, &Work::CheckPacket { packet: id, run })?;
        Ok::<_, AppError>(Change::to(()))
    })
    .await?;
    Ok(view::go_to(&request, &format!("/packets/{id}")))
}

/// The packet result, `quayside.packet/1`.
pub async fn result(signed_in: SignedIn, db: web::Data<Db>, id: web::Path<PacketId>) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketView)?;
    let id = id.into_inner();
    let result = db
        .read(&permit, move |tx| {
            let packet = packets::find(tx, id)?;
            let result = runs::find(tx, packet.run)?.result.ok_or(StoreError::NotFound)?;
            Ok::<_, AppError>(waivers::judged(tx, id, result)?)
        })
        .await?;
    Ok(HttpResponse::Ok().json(result))
}
