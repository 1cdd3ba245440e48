//! Adding files to a packet later, replacing one by a newer version, leaving one out of the checks. Each starts a new run; nothing that was
//! sent is ever lost.

use super::arriving::{Arriving, Refused};
use super::limits::UploadLimits;
use super::versions::page;
use crate::domain::access::Action;
use crate::domain::ids::{FileId, PacketId, RunId, UserId};
use crate::domain::limits::{CHECK_PERSON, PACKET_PERSON};
use crate::domain::secret::Secret;
use crate::domain::work::Work;
use crate::gateways::objects::Objects;
use crate::gateways::sealed::TeamObjects;
use crate::store::files::Version;
use crate::store::packets::File;
use crate::store::{Change, Db, ReadTx, StoreError, WriteTx, decisions, files, packets, queue, runs, team_keys};
use crate::web::error::AppError;
use crate::web::limits::spend;
use crate::web::session::SignedIn;
use crate::web::view;
use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

/// The most versions that are kept of all files of a packet, for each file that it may hold.
const VERSIONS: usize = 5;

/// Where new files go.
#[derive(Clone, Copy)]
enum Place {
    Beside,
    /// In the place of a file.
    Of(FileId),
}

/// Why a file that came is not taken, where one of the packet has the same bytes.
fn refusal(new: &[File], all: &[Version], place: Place) -> Option<String> {
    let twice = new.iter().enumerate().find_map(|(at, file)| {
        let before = new.iter().take(at).find(|other| other.sha256 == file.sha256)?;
        Some(format!("{} and {} are the same file. Send one of them.", before.name, file.name))
    });
    let here = |file: &File| {
        let same = all.iter().find(|version| !version.is_replaced && version.file.sha256 == file.sha256)?;
        let (name, old) = (&file.name, &same.file.name);
        Some(match (place, same.aside_at) {
            (Place::Of(id), _) if id == same.file.id => {
                format!("{name} is the same file as {old}, byte for byte: there is nothing to replace.")
            }
            (_, Some(_)) => format!(
                "{name} is the same file as {old}, which is in this packet and left out of the checks. Take that one into them again."
            ),
            (_, None) => format!("{name} is the same file as {old}, which is in this packet already."),
        })
    };
    twice.or_else(|| new.iter().find_map(here))
}

/// Keeps the files that came, in the transaction that has the packet checked again.
fn keep(
    tx: &mut WriteTx<'_>,
    id: PacketId,
    new: &[File],
    place: Place,
    by: Option<UserId>,
    most: usize,
) -> Result<Change<()>, AppError> {
    decisions::need_open(tx, id)?;
    let all = files::all(tx, id)?;
    if let Some(sentence) = refusal(new, &all, place) {
        return Err(AppError::Request(sentence));
    }
    let held = all.iter().filter(|version| !version.is_replaced).count();
    let change = match (place, new) {
        (Place::Of(_), _) if all.len() >= most.saturating_mul(VERSIONS) => {
            return Err(AppError::Request(
                "Too many versions of this packet's files are kept. Make a new packet.".to_owned(),
            ));
        }
        (Place::Of(old), [one]) => files::replace(tx, id, old, one, by)?,
        (Place::Of(_), _) => return Err(AppError::Request("Choose one file: the newer version.".to_owned())),
        (Place::Beside, _) if held.saturating_add(new.len()) > most => {
            return Err(AppError::Request(format!(
                "The packet would have more than {most} files. Make a packet of the rest."
            )));
        }
        (Place::Beside, _) => files::add(tx, id, new, by)?,
    };
    check_again(tx, id, by)?;
    Ok(change)
}

fn check_again(tx: &mut WriteTx<'_>, id: PacketId, by: Option<UserId>) -> Result<(), StoreError> {
    let run = RunId::fresh();
    runs::renew(tx, id, run, by)?;
    queue::add(tx, &Work::CheckPacket { packet: id, run })
}

/// What an upload needs of the server.
#[derive(Clone)]
pub struct Desk {
    db: web::Data<Db>,
    objects: web::Data<Objects>,
    limits: web::Data<UploadLimits>,
    secret: web::Data<Secret>,
}

impl Desk {
    async fn take(
        &self,
        request: &HttpRequest,
        signed_in: &SignedIn,
        id: PacketId,
        place: Place,
        body: Multipart,
    ) -> Result<HttpResponse, AppError> {
        // Rights first: nothing of a stranger's body is read.
        let permit = signed_in.actor.permit(Action::PacketFiles)?;
        let known = move |tx: &mut ReadTx<'_>| match place {
            Place::Beside => packets::find(tx, id).map(drop),
            Place::Of(file) => packets::file(tx, id, file).map(drop),
        };
        self.db.read(&permit, known).await?;
        spend(&self.db, &self.secret, signed_in, PACKET_PERSON).await?;
        let keys = team_keys::of(&self.db, signed_in.actor.team()).await?;
        let objects = TeamObjects::new(self.objects.get_ref().clone(), keys);
        let mut arriving = Arriving::new(&objects, &self.limits);
        let taken = match arriving.take(body).await {
            Ok(()) => {
                let (new, by, most) = (arriving.files.clone(), signed_in.actor.user(), self.limits.files);
                let written = self.db.write(permit, id, move |tx| keep(tx, id, &new, place, by, most)).await;
                written.map_err(Refused::App)
            }
            Err(refused) => Err(refused),
        };
        let Err(refused) = taken else { return Ok(view::go_to(request, &format!("/packets/{id}"))) };
        arriving.forget().await;
        let failures = match refused {
            Refused::App(AppError::Request(sentence)) => vec![sentence],
            Refused::App(error) => return Err(error),
            form => vec![form.to_string()],
        };
        page(signed_in, &self.db, &self.limits, id, (StatusCode::UNPROCESSABLE_ENTITY, failures)).await
    }
}

/// Adds files.
#[expect(clippy::too_many_arguments, reason = "each is an extractor of the framework")]
pub async fn add(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    objects: web::Data<Objects>,
    limits: web::Data<UploadLimits>,
    secret: web::Data<Secret>,
    id: web::Path<PacketId>,
    body: Multipart,
) -> Result<HttpResponse, AppError> {
    let desk = Desk { db, objects, limits, secret };
    desk.take(&request, &signed_in, id.into_inner(), Place::Beside, body).await
}

/// Replaces a file by a newer version.
#[expect(clippy::too_many_arguments, reason = "each is an extractor of the framework")]
pub async fn replace(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    objects: web::Data<Objects>,
    limits: web::Data<UploadLimits>,
    secret: web::Data<Secret>,
    path: web::Path<(PacketId, FileId)>,
    body: Multipart,
) -> Result<HttpResponse, AppError> {
    let (id, file) = path.into_inner();
    let desk = Desk { db, objects, limits, secret };
    desk.take(&request, &signed_in, id, Place::Of(file), body).await
}

async fn set_aside(
    request: &HttpRequest,
    signed_in: &SignedIn,
    db: &Db,
    secret: &Secret,
    (id, file): (PacketId, FileId),
    is_aside: bool,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketFiles)?;
    spend(db, secret, signed_in, CHECK_PERSON).await?;
    let by = signed_in.actor.user().ok_or(StoreError::NotFound)?;
    db.write(permit, id, move |tx| {
        packets::file(tx, id, file)?;
        decisions::need_open(tx, id)?;
        let change = files::set_aside(tx, id, file, is_aside.then_some(by))?;
        check_again(tx, id, Some(by))?;
        Ok::<_, AppError>(change)
    })
    .await?;
    Ok(view::go_to(request, &format!("/packets/{id}/files")))
}

/// Leaves a file out of the checks.
pub async fn leave_out(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    secret: web::Data<Secret>,
    path: web::Path<(PacketId, FileId)>,
) -> Result<HttpResponse, AppError> {
    set_aside(&request, &signed_in, &db, &secret, path.into_inner(), true).await
}

/// Takes a file into the checks again.
pub async fn take_in(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    secret: web::Data<Secret>,
    path: web::Path<(PacketId, FileId)>,
) -> Result<HttpResponse, AppError> {
    set_aside(&request, &signed_in, &db, &secret, path.into_inner(), false).await
}
