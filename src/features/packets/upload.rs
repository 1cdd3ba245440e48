//! The upload: every file streams to the object store while it is hashed, in bounded memory; then packet, files, run and work are
//! stored in one transaction. The same form sent twice makes one packet.

use super::limits::{Sort, UploadLimits};
use crate::domain::access::Action;
use crate::domain::ids::{FileId, PacketId, RunId};
use crate::domain::limits::PACKET_PERSON;
use crate::domain::secret::Secret;
use crate::domain::work::Work;
use crate::gateways::objects::Objects;
use crate::gateways::sealed::TeamObjects;
use crate::store::packets::{File, NewPacket};
use crate::store::{Change, Db, StoreError, packets, queue, team_keys};
use crate::web::error::AppError;
use crate::web::limits::spend;
use crate::web::session::SignedIn;
use crate::web::view::{self, Frame, Section};
use actix_multipart::{Field, Multipart};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use futures_util::StreamExt;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The form that takes files.
pub struct DropZone {
    pub key: Uuid,
    pub limits: String,
    /// `at once` sends dropped files without another click.
    pub mode: &'static str,
}

impl DropZone {
    /// A fresh form.
    pub fn new(limits: &UploadLimits) -> Self {
        Self { key: Uuid::new_v4(), limits: limits.words(), mode: "at once" }
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

/// Why an upload was not taken.
#[derive(Debug)]
pub enum Refused {
    /// Sentences for the form.
    Form(Vec<String>),
    App(AppError),
}

impl<E: Into<AppError>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::App(error.into())
    }
}

fn form_refused(sentence: impl Into<String>) -> Refused {
    Refused::Form(vec![sentence.into()])
}

/// The parts of the form as they arrive, with what is already in the object store.
pub struct Arriving<'a> {
    objects: &'a TeamObjects,
    limits: &'a UploadLimits,
    key: Uuid,
    name: Option<String>,
    /// Those that are whole by now.
    pub files: Vec<File>,
}

const BROKEN: &str = "The upload broke off before it was complete. Choose the files again.";

impl<'a> Arriving<'a> {
    /// A form of which nothing came yet; `key` is its own where it sends none.
    pub const fn new(objects: &'a TeamObjects, limits: &'a UploadLimits, key: Uuid) -> Self {
        Self { objects, limits, key, name: None, files: Vec::new() }
    }

    /// Takes the form to its end.
    ///
    /// # Errors
    /// [`Refused`]; what came so far is to be forgotten then.
    pub async fn take(&mut self, mut body: Multipart) -> Result<(), Refused> {
        while let Some(field) = body.next().await {
            let field = field.map_err(|_| form_refused(BROKEN))?;
            match field.name() {
                Some("key") => {
                    let text = small_text(field).await?;
                    self.key = text.parse().map_err(|_| form_refused("This form is too old. Load the page again."))?;
                }
                Some("name") => self.name = Some(small_text(field).await?).filter(|name| !name.trim().is_empty()),
                Some("files") => self.take_file(field).await?,
                _ => return Err(form_refused("The form has a part that does not belong to it. Load the page again.")),
            }
        }
        if self.files.is_empty() {
            return Err(form_refused("Choose at least one file."));
        }
        Ok(())
    }

    async fn take_file(&mut self, mut field: Field) -> Result<(), Refused> {
        let sent = field.content_disposition().and_then(|disposition| disposition.get_filename()).unwrap_or_default();
        let name = file_name(sent);
        if name.is_empty() {
            // The browser sends an empty part where nothing was chosen.
            return Ok(());
        }
        if self.files.len() >= self.limits.files {
            let most = self.limits.files;
            return Err(form_refused(format!("More than {most} files. Send at most {most} files for one shipment.")));
        }
        let id = FileId::fresh();
        let object_key = self.objects.file(id);
        let mut incoming = self.objects.begin(&object_key).await?;
        let (mut size, mut hash) = (0u64, Sha256::new());
        while let Some(piece) = field.next().await {
            let Ok(piece) = piece else {
                incoming.abort().await;
                return Err(form_refused(BROKEN));
            };
            size = size.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
            if size > self.limits.reading.file_bytes {
                incoming.abort().await;
                let most = self.limits.file();
                return Err(form_refused(format!(
                    "{name} is larger than {most}. Split it, or scan it at a lower resolution."
                )));
            }
            hash.update(&piece);
            incoming.write(piece).await?;
        }
        incoming.finish().await?;
        let size_bytes = i64::try_from(size).unwrap_or(i64::MAX);
        self.files.push(File { id, name, sha256: hex::encode(hash.finalize()), size_bytes, object_key });
        Ok(())
    }

    /// Removes what is stored for a form that was refused.
    pub async fn forget(&self) {
        for file in &self.files {
            if let Err(error) = self.objects.remove(&file.object_key).await {
                tracing::warn!(%error, file.id = %file.id, "a file of a refused upload could not be removed");
            }
        }
    }
}

async fn small_text(mut field: Field) -> Result<String, Refused> {
    match field.bytes(1024).await {
        Ok(Ok(bytes)) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Ok(Err(_)) => Err(form_refused(BROKEN)),
        Err(_) => Err(form_refused("The packet's name is too long. Use at most 200 characters.")),
    }
}

/// The last part of a name as a client sent it, without control characters, at most 255 bytes.
fn file_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut name: String = last.chars().filter(|c| !c.is_control()).collect::<String>().trim().to_owned();
    while name.len() > 255 {
        name.pop();
    }
    name
}

/// What a packet is called when nobody said: the file's name, or the first file's and how many more there are.
fn packet_name(given: Option<String>, files: &[File]) -> String {
    let first = files.first().map(|file| file.name.as_str()).unwrap_or_default();
    let stem = first.rsplit_once('.').map_or(first, |(stem, _)| stem);
    let name = match (given, files.len()) {
        (Some(name), _) => name,
        (None, 0 | 1) => stem.to_owned(),
        (None, count) => format!("{stem} and {} more", count.saturating_sub(1)),
    };
    name.trim().chars().filter(|c| !c.is_control()).take(200).collect()
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
    let mut arriving = Arriving::new(&objects, &limits, Uuid::new_v4());
    let taken = arriving.take(body).await;
    let stored = match taken {
        Ok(()) => store(&signed_in, &db, &mut arriving).await,
        Err(refused) => Err(refused),
    };
    match stored {
        Ok(id) => Ok(view::go_to(&request, &format!("/packets/{id}"))),
        Err(refused) => {
            arriving.forget().await;
            match refused {
                Refused::Form(failures) => page(&signed_in, &limits, StatusCode::UNPROCESSABLE_ENTITY, failures),
                Refused::App(AppError::Store(StoreError::Conflict(key))) if key == "packets_team_id_upload_key_key" => {
                    let permit = signed_in.actor.permit(Action::PacketView)?;
                    let key = arriving.key;
                    let first = db.read(&permit, move |tx| packets::find_by_upload_key(tx, key)).await?;
                    let first = first.ok_or(StoreError::NotFound)?;
                    Ok(view::go_to(&request, &format!("/packets/{first}")))
                }
                Refused::App(error) => Err(error),
            }
        }
    }
}

async fn store(signed_in: &SignedIn, db: &Db, arriving: &mut Arriving<'_>) -> Result<PacketId, Refused> {
    // Once more, after the upload: a role may have changed while the files came.
    let permit = signed_in.actor.permit(Action::PacketCreate).map_err(AppError::from)?;
    let (id, run) = (PacketId::fresh(), RunId::fresh());
    let packet = NewPacket {
        id,
        run,
        name: packet_name(arriving.name.take(), &arriving.files),
        upload_key: arriving.key,
        created_by: signed_in.actor.user(),
        files: arriving.files.clone(),
    };
    let listed: Vec<_> = packet
        .files
        .iter()
        .map(|file| serde_json::json!({ "file": file.name, "sha256": file.sha256, "bytes": file.size_bytes }))
        .collect();
    let work = Work::CheckPacket { packet: id, run };
    let written = db
        .write(permit, id, move |tx| {
            packets::add(tx, &packet)?;
            queue::add(tx, &work)?;
            Ok::<_, AppError>(Change::to(()).diff(serde_json::Value::Null, listed))
        })
        .await;
    written.map(|()| id).map_err(Refused::App)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> File {
        File { id: FileId::fresh(), name: name.into(), sha256: String::new(), size_bytes: 0, object_key: String::new() }
    }

    #[test]
    fn a_name_from_a_client_is_a_name_and_no_path() {
        assert_eq!(file_name("C:\\docs\\invoice.pdf"), "invoice.pdf");
        assert_eq!(file_name("../../etc/passwd"), "passwd");
        assert_eq!(file_name("-rf;$(id).pdf\r\n"), "-rf;$(id).pdf");
        assert_eq!(file_name(&"ü".repeat(400)).len(), 254);
        assert_eq!(file_name(".."), "..");
    }

    #[test]
    fn a_packet_has_a_name_whatever_was_sent() {
        assert_eq!(packet_name(None, &[file("4421 docs.pdf")]), "4421 docs");
        assert_eq!(packet_name(None, &[file("invoice.pdf"), file("b.pdf"), file("c.pdf")]), "invoice and 2 more");
        assert_eq!(packet_name(Some(" INV-4421 ".into()), &[file("a.pdf")]), "INV-4421");
    }
}
