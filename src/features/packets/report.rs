//! The packet as a printed report: verdict, findings with the places that prove them, documents with their hashes, and the head of the
//! audit log. It judges nothing anew: it prints the newest result.

mod place;
mod printed;

use super::file::{Drawing, attachment, page_png};
use crate::domain::access::{Action, Actor, Permit};
use crate::domain::audit::anchor::Head;
use crate::domain::ids::{PacketId, RunId};
use crate::domain::limits::EXPORT_PERSON;
use crate::domain::packet::arrangement::Leaf;
use crate::domain::packet::result::PacketResult;
use crate::domain::secret::Secret;
use crate::gateways::objects::Objects;
use crate::gateways::sealed::TeamObjects;
use crate::reading::sandbox::Sandbox;
use crate::store::packets::File;
use crate::store::runs::Page;
use crate::store::{Change, Db, StoreError, WriteTx, audit, packets, runs, team_keys};
use crate::web::error::AppError;
use crate::web::limits::spend;
use crate::web::session::SignedIn;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use bytes::Bytes;
use place::{Place, places};
use std::collections::BTreeMap;
use std::future::{Ready, ready};

/// What the report is made of.
struct Facts {
    team: String,
    name: String,
    result: PacketResult,
    files: Vec<File>,
    head: Option<Head>,
    pages: Pages,
}

/// Pages by file and number, with their picture.
type Pages = BTreeMap<(usize, u32), (Page, Bytes)>;

/// The report.
pub async fn show(
    signed_in: SignedIn,
    press: Press,
    secret: web::Data<Secret>,
    id: web::Path<PacketId>,
) -> Result<HttpResponse, AppError> {
    signed_in.actor.permit(Action::PacketExport)?;
    spend(&press.db, &secret, &signed_in, EXPORT_PERSON).await?;
    press.report(&signed_in.actor, signed_in.team.name.clone(), id.into_inner()).await
}

/// What printing a report takes.
pub struct Press {
    pub db: web::Data<Db>,
    objects: web::Data<Objects>,
    sandbox: web::Data<Sandbox>,
    drawing: web::Data<Drawing>,
}

impl FromRequest for Press {
    type Error = AppError;
    type Future = Ready<Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = || {
            Some(Self {
                db: request.app_data().cloned()?,
                objects: request.app_data().cloned()?,
                sandbox: request.app_data().cloned()?,
                drawing: request.app_data().cloned()?,
            })
        };
        ready(found().ok_or(AppError::Busy))
    }
}

impl Press {
    /// The report of a packet, as the answer that carries it. The export stands in the log.
    ///
    /// # Errors
    /// Where the packet has no result yet, or the actor may not.
    pub async fn report(&self, actor: &Actor, team_name: String, id: PacketId) -> Result<HttpResponse, AppError> {
        let permit = actor.permit(Action::PacketExport)?;
        let team = actor.team();
        let told = serde_json::json!({ "form": "report.pdf" });
        let exported = move |tx: &mut WriteTx<'_>| {
            packets::find(tx, id)?;
            Ok::<_, StoreError>(Change::to(()).diff(serde_json::Value::Null, told))
        };
        self.db.write(permit.clone(), id, exported).await?;
        // After the entry of the export itself: the head on the paper covers it.
        let (name, run, result, files, head) = self
            .db
            .read(&permit, move |tx| {
                let packet = packets::find(tx, id)?;
                let run = runs::find(tx, packet.run)?;
                let result = run.result.ok_or(StoreError::NotFound)?;
                Ok::<_, AppError>((
                    packet.name,
                    packet.run,
                    result,
                    packets::files_of(tx, id)?,
                    audit::chain::head_of(tx, team)?,
                ))
            })
            .await?;
        let pages = self.pages(&permit, run, &places(&result, &files), &files).await?;
        let facts = Facts { team: team_name, name, result, files, head, pages };
        let file = format!("{}.pdf", facts.name);
        let pdf = web::block(move || printed::print(&facts)).await.map_err(|_| AppError::Busy)?;
        let pdf = pdf.map_err(|error| AppError::Image(error.to_string()))?;
        Ok(HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, "application/pdf"))
            .insert_header((header::CONTENT_DISPOSITION, attachment(&file)))
            .body(pdf))
    }

    async fn pages(&self, permit: &Permit, run: RunId, places: &[Place], files: &[File]) -> Result<Pages, AppError> {
        let keys = team_keys::of(&self.db, permit.actor().team()).await?;
        let objects = TeamObjects::new(self.objects.get_ref().clone(), keys);
        let mut pages = BTreeMap::new();
        for place in places {
            let key = (place.position, place.page);
            let Some(file) = files.get(place.position).filter(|_| !pages.contains_key(&key)) else { continue };
            let (of, number) = (file.id, i32::try_from(place.page).unwrap_or(i32::MAX));
            let Some(page) = self.db.read(permit, move |tx| runs::page(tx, run, of, number)).await? else { continue };
            // A page that cannot be drawn any more leaves its place out, not the report.
            if let Ok(png) =
                page_png(&objects, &self.sandbox, &self.drawing, file, Leaf { page: place.page, turn: page.turn }).await
            {
                pages.insert(key, (page, png));
            }
        }
        Ok(pages)
    }
}
