//! What a system makes: a packet of files, and another check of one.

use super::super::arriving::{self, Arriving, Refused};
use super::super::limits::UploadLimits;
use super::find::still_checking;
use super::idempotency::{Given, Unmade, answered, just_ended};
use super::{answers, described, id};
use crate::domain::access::{Action, Actor};
use crate::domain::ids::{PacketId, RunId};
use crate::domain::limits::{CHECK_TOKEN, PACKET_TOKEN};
use crate::domain::secret::Secret;
use crate::domain::work::Work;
use crate::gateways::objects::Objects;
use crate::gateways::sealed::TeamObjects;
use crate::store::{Change, Db, StoreError, WriteTx, queue, runs, team_keys};
use crate::web::bearer::Bearer;
use crate::web::error::AppError;
use crate::web::limits::spend_token;
use crate::web::problem::{Kind, Problem};
use actix_multipart::Multipart;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

const CREATED: u16 = 201;
const ACCEPTED: u16 = 202;

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::App(error) => error.into(),
            Refused::Broken => Self::new(
                Kind::BadRequest,
                "The body broke off, or is no multipart/form-data. Send it again, each file as a part `files` with its name.",
            ),
            Refused::Nothing => {
                Self::new(Kind::NotAccepted, "Send at least one file, as a part `files` with its file name.")
            }
            Refused::Part(name) => {
                let name: String = name.chars().take(60).collect();
                let detail =
                    format!("There is no part {name:?}. Send each file as a part `files` and, if you like, `name`.");
                Self::new(Kind::NotAccepted, detail)
            }
            Refused::Large { .. } => Self::new(Kind::TooLarge, refused.to_string()),
            Refused::Name | Refused::Key | Refused::Many(_) | Refused::Folders => {
                Self::new(Kind::NotAccepted, refused.to_string())
            }
        }
    }
}

/// Refuses a body that is no form before any of it is read.
fn need_form(request: &HttpRequest) -> Result<(), Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("multipart/form-data") {
        return Ok(());
    }
    Err(Problem::new(Kind::WrongMediaType, "Send the files as multipart/form-data, each as a part `files`."))
}

/// The parts of a request that its key stands for.
fn told(arriving: &Arriving<'_>) -> Vec<String> {
    let files = arriving.files.iter().flat_map(|file| [file.name.clone(), file.sha256.clone()]);
    ["packets".to_owned(), arriving.name.clone().unwrap_or_default()].into_iter().chain(files).collect()
}

fn borrowed(told: &[String]) -> Vec<&str> {
    told.iter().map(String::as_str).collect()
}

/// Makes a packet of the documents of one shipment.
///
/// They are read and checked after the answer: follow `Location` until `state` is `checked`.
#[utoipa::path(
    post,
    path = "/api/v1/packets",
    operation_id = "createPacket",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key with the same files makes one packet within 24 hours.", min_length = 1, max_length = 200, pattern = "^[!-~]{1,200}$")),
    request_body(content = answers::NewPacket, content_type = "multipart/form-data"),
    responses(
        (status = 201, description = "The packet is kept and waits to be read. Idempotency-Replayed says that it was made before.", body = answers::Packet, headers(("Location" = String, description = "Where the packet is."))),
        (status = 413, description = "A file is larger than this server takes.", body = answers::Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is no multipart/form-data.", body = answers::Problem, content_type = "application/problem+json"),
        (status = 422, description = "No file, too many files, an unknown part, or a key that belongs to another request.", body = answers::Problem, content_type = "application/problem+json"),
    ),
    security(("token" = ["packets:write"])),
)]
pub async fn create(
    request: HttpRequest,
    bearer: Bearer,
    db: web::Data<Db>,
    objects: web::Data<Objects>,
    limits: web::Data<UploadLimits>,
    secret: web::Data<Secret>,
    body: Multipart,
) -> Result<HttpResponse, Problem> {
    // Rights first: nothing of a stranger's body is read.
    let permit = bearer.actor.permit(Action::PacketCreate)?;
    let given = Given::read(&request, &bearer)?;
    need_form(&request)?;
    spend_token(&db, &secret, bearer.token.id, PACKET_TOKEN).await?;
    let objects = TeamObjects::new(objects.get_ref().clone(), team_keys::of(&db, bearer.actor.team()).await?);
    let mut arriving = Arriving::new(&objects, &limits).without_key();
    let made = match arriving.take(body).await {
        Ok(()) => store(&bearer.actor, &db, &arriving, given.clone()).await,
        Err(refused) => {
            arriving.forget().await;
            return Err(refused.into());
        }
    };
    match made {
        Ok(response) => Ok(response),
        Err(Unmade::Taken) => {
            arriving.forget().await;
            given.first(&permit, &db, &borrowed(&told(&arriving))).await?.ok_or_else(just_ended)
        }
        Err(Unmade::App(error)) => {
            arriving.forget().await;
            Err(error.into())
        }
    }
}

async fn store(actor: &Actor, db: &Db, arriving: &Arriving<'_>, given: Given) -> Result<HttpResponse, Unmade> {
    // A token may have been revoked while the files came; that holds from the next request on.
    let permit = actor.permit(Action::PacketCreate).map_err(AppError::from)?;
    let (packet, told) = (arriving.packet(actor), told(arriving));
    let id = packet.id;
    let make = move |tx: &mut WriteTx<'_>| {
        let change = arriving::store(tx, &packet)?;
        let answer = described(tx, id)?;
        let answer = given.keep(tx, &borrowed(&told), CREATED, &answer)?;
        Ok::<_, Unmade>(change.map(|()| answer))
    };
    Ok(answered(db.write(permit, id, make).await?))
}

/// Has a packet checked again.
///
/// With what has changed since: corrections, lists of the trade, what is expected of a client. Corrections and waivers stay.
#[utoipa::path(
    post,
    path = "/api/v1/packets/{id}/runs",
    operation_id = "checkPacket",
    params(
        ("id" = String, Path, format = Uuid, description = "The packet's id."),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key makes one check within 24 hours.", min_length = 1, max_length = 200, pattern = "^[!-~]{1,200}$"),
    ),
    responses(
        (status = 202, description = "The packet waits to be read again.", body = answers::Packet, headers(("Location" = String, description = "Where the packet is."))),
        (status = 409, description = "It is being checked already, or lies in the bin.", body = answers::Problem, content_type = "application/problem+json"),
        (status = 422, description = "A key that belongs to another request.", body = answers::Problem, content_type = "application/problem+json"),
    ),
    security(("token" = ["packets:write"])),
)]
pub async fn check(
    request: HttpRequest,
    bearer: Bearer,
    db: web::Data<Db>,
    secret: web::Data<Secret>,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let permit = bearer.actor.permit(Action::PacketCheck)?;
    let given = Given::read(&request, &bearer)?;
    let (id, run, by): (PacketId, _, _) = (id(&path)?, RunId::fresh(), bearer.actor.user());
    spend_token(&db, &secret, bearer.token.id, CHECK_TOKEN).await?;
    let (told, kept) = (vec!["runs".to_owned(), id.to_string()], given.clone());
    let asked = told.clone();
    let make = move |tx: &mut WriteTx<'_>| {
        runs::add(tx, id, run, by)?;
        queue::add(tx, &Work::CheckPacket { packet: id, run })?;
        let packet = described(tx, id)?;
        Ok::<_, Unmade>(Change::to(kept.keep(tx, &borrowed(&asked), ACCEPTED, &packet)?))
    };
    match db.write(permit.clone(), id, make).await {
        Ok(answer) => Ok(answered(answer)),
        // What was made under the key may be under way: then this is no conflict but the same answer again.
        Err(Unmade::App(AppError::Store(StoreError::Conflict(key)))) if key == "packet.checking" => {
            given.first(&permit, &db, &borrowed(&told)).await?.ok_or_else(still_checking)
        }
        Err(Unmade::Taken) => given.first(&permit, &db, &borrowed(&told)).await?.ok_or_else(just_ended),
        Err(Unmade::App(error)) => Err(error.into()),
    }
}
