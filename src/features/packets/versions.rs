//! The files of a packet through time, for its pages: each with its versions, what is left out of the checks, and the forms that change
//! that. What the forms do is `shelve`.

use super::limits::UploadLimits;
use super::twins::{self, TwinView};
use crate::domain::access::Action;
use crate::domain::ids::{FileId, PacketId};
use crate::store::files::Version;
use crate::store::packets::Packet;
use crate::store::{Db, ReadTx, StoreError, arrangements, files, packets};
use crate::web::error::AppError;
use crate::web::session::SignedIn;
use crate::web::view::{self, Frame, Section, When, size_words};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::Utc;

/// A version of a file, for a page.
pub struct VersionView {
    /// From 1, oldest first.
    pub number: usize,
    pub name: String,
    pub href: String,
    pub sha256: String,
    pub size: String,
    pub when: When,
    pub by: String,
}

/// A file with its older versions, newest first.
pub struct FileRow {
    pub id: FileId,
    pub now: VersionView,
    pub older: Vec<VersionView>,
    pub aside: Option<When>,
    /// The version before was arranged by hand, which counts for its pages alone.
    pub was_arranged: bool,
}

impl FileRow {
    /// `version 2`.
    pub fn version_words(&self) -> String {
        format!("version {}", self.now.number)
    }
}

/// The files of a packet, each with its versions.
pub fn rows(packet: PacketId, all: &[Version], arranged: &[arrangements::Entry]) -> Vec<FileRow> {
    let now = Utc::now();
    let view = |number: usize, version: &Version| VersionView {
        number,
        name: version.file.name.clone(),
        href: format!("/packets/{packet}/files/{}", version.file.id),
        sha256: version.file.sha256.clone(),
        size: size_words(version.file.size_bytes),
        when: When::new(version.at, now),
        by: version.by.clone().unwrap_or_default(),
    };
    let stands = |file: FileId| arrangements::newest(arranged, file).is_some_and(|entry| entry.arrangement.is_some());
    let row = |newest: &Version| {
        let mut line = vec![newest];
        while let Some(before) = line.last().and_then(|last| last.replaces) {
            let Some(version) = all.iter().find(|version| version.file.id == before) else { break };
            line.push(version);
        }
        let count = line.len();
        let older: Vec<VersionView> =
            line.iter().enumerate().skip(1).map(|(at, version)| view(count.saturating_sub(at), version)).collect();
        FileRow {
            id: newest.file.id,
            now: view(count, newest),
            older,
            aside: newest.aside_at.map(|at| When::new(at, now)),
            was_arranged: line.iter().skip(1).any(|version| stands(version.file.id)) && !stands(newest.file.id),
        }
    };
    all.iter().filter(|version| !version.is_replaced).map(row).collect()
}

#[derive(Template)]
#[template(path = "packets/files.html")]
struct Page {
    frame: Frame,
    id: PacketId,
    name: String,
    rows: Vec<FileRow>,
    twins: Vec<TwinView>,
    failures: Vec<String>,
    limits: String,
    may_change: bool,
    may_arrange: bool,
    /// Why nothing may be changed.
    closed: Option<&'static str>,
}

/// What the page shows.
struct Shelf {
    packet: Packet,
    all: Vec<Version>,
    arranged: Vec<arrangements::Entry>,
    twins: Vec<files::Twin>,
}

impl Shelf {
    fn load(tx: &mut ReadTx<'_>, id: PacketId) -> Result<Self, StoreError> {
        Ok(Self {
            packet: packets::find(tx, id)?,
            all: files::all(tx, id)?,
            arranged: arrangements::history(tx, id)?,
            twins: files::twins(tx, id, twins::SHOWN)?,
        })
    }
}

/// The page, as an answer, with what was wrong with a form.
///
/// # Errors
/// Where the packet is not the team's.
pub async fn page(
    signed_in: &SignedIn,
    db: &Db,
    limits: &UploadLimits,
    id: PacketId,
    (status, failures): (StatusCode, Vec<String>),
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketView)?;
    let shelf = db.read(&permit, move |tx| Shelf::load(tx, id)).await?;
    let closed = match (shelf.packet.is_deleted, shelf.packet.decision.is_some()) {
        (true, _) => Some("The packet is in the bin. Restore it before its files are changed."),
        (_, true) => Some("The packet is decided. Reopen it before its files are changed."),
        _ => None,
    };
    let page = Page {
        frame: Frame::new(&signed_in.actor, &signed_in.team, Section::Packets),
        id,
        name: shelf.packet.name.clone(),
        rows: rows(id, &shelf.all, &shelf.arranged),
        twins: twins::views(shelf.twins),
        failures,
        limits: limits.words(),
        may_change: closed.is_none() && signed_in.actor.may(Action::PacketFiles),
        may_arrange: closed.is_none() && signed_in.actor.may(Action::PacketArrange),
        closed: closed.filter(|_| signed_in.actor.may(Action::PacketFiles)),
    };
    Ok(view::page(status, &page)?)
}

/// Every file of the packet.
pub async fn list(
    signed_in: SignedIn,
    db: web::Data<Db>,
    limits: web::Data<UploadLimits>,
    id: web::Path<PacketId>,
) -> Result<HttpResponse, AppError> {
    page(&signed_in, &db, &limits, id.into_inner(), (StatusCode::OK, Vec::new())).await
}
