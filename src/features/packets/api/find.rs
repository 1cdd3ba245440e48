//! One packet for a system: how it stands, and its result as the contract writes it.

use super::{answers, id, seen};
use crate::domain::access::Action;
use crate::domain::ids::PacketId;
use crate::domain::packet::state::PacketState;
use crate::store::{Db, StoreError, packets, runs, waivers};
use crate::web::bearer::Bearer;
use crate::web::error::AppError;
use crate::web::problem::{Kind, Problem};
use actix_web::{HttpResponse, web};

/// In how many seconds a result is worth asking for again.
pub const ASK_AGAIN: u32 = 2;

/// Says how a packet stands.
///
/// While it is being checked, ask again every few seconds until `state` is something else.
#[utoipa::path(
    get,
    path = "/api/v1/packets/{id}",
    operation_id = "getPacket",
    params(("id" = String, Path, format = Uuid, description = "The packet's id.")),
    responses((status = 200, description = "The packet with its files.", body = answers::Packet)),
    security(("token" = ["packets:read"])),
)]
pub async fn show(bearer: Bearer, db: web::Data<Db>, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    bearer.actor.permit(Action::PacketView)?;
    Ok(HttpResponse::Ok().json(seen(&bearer, &db, id(&path)?).await?))
}

/// That there is no result yet.
pub fn still_checking() -> Problem {
    let detail = format!("The documents are still being read. Ask again in {ASK_AGAIN} seconds.");
    Problem::new(Kind::StillChecking, detail).after(ASK_AGAIN)
}

/// Refuses what needs a result where there is none.
///
/// # Errors
/// [`Problem`] with what to do, and where the packet is unknown.
pub async fn need_result(bearer: &Bearer, db: &Db, packet: PacketId) -> Result<(), Problem> {
    let permit = bearer.actor.permit(Action::PacketView)?;
    match db.read(&permit, move |tx| packets::find(tx, packet)).await?.state {
        PacketState::Checked => Ok(()),
        PacketState::Checking => Err(still_checking()),
        PacketState::Failed => Err(Problem::new(
            Kind::CheckFailed,
            "The packet says why under `failure`. Have it checked again, or look at the page Work.",
        )),
    }
}

/// Gives the newest result.
///
/// The same object as everywhere: the command line prints it, and the pages show it. Values are as read or as people corrected them.
#[utoipa::path(
    get,
    path = "/api/v1/packets/{id}/result",
    operation_id = "getResult",
    params(("id" = String, Path, format = Uuid, description = "The packet's id.")),
    responses(
        (status = 200, description = "What was read and what does not agree.", body = answers::PacketResult),
        (status = 409, description = "Still being read (with Retry-After), or it could not be checked.", body = answers::Problem, content_type = "application/problem+json"),
    ),
    security(("token" = ["packets:read"])),
)]
pub async fn result(bearer: Bearer, db: web::Data<Db>, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let permit = bearer.actor.permit(Action::PacketView)?;
    let id = id(&path)?;
    need_result(&bearer, &db, id).await?;
    let result = db
        .read(&permit, move |tx| {
            let run = packets::find(tx, id)?.run;
            let result = runs::find(tx, run)?.result.ok_or(StoreError::NotFound)?;
            Ok::<_, AppError>(waivers::judged(tx, id, result)?)
        })
        .await?;
    Ok(HttpResponse::Ok().json(result))
}
