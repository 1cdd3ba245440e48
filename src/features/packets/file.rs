//! The files of a packet: the original byte for byte, and pictures of its pages. A picture is drawn once, in the sandbox, and kept.

use crate::domain::access::{Action, Actor};
use crate::domain::ids::{FileId, PacketId};
use crate::domain::packet::arrangement::{Leaf, Turn};
use crate::gateways::objects::{ObjectError, Objects};
use crate::gateways::sealed::TeamObjects;
use crate::reading::sandbox::{RenderError, Sandbox};
use crate::store::packets::File;
use crate::store::{Db, StoreError, packets, team_keys};
use crate::web::error::AppError;
use crate::web::session::SignedIn;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, HttpResponseBuilder, web};
use bytes::Bytes;
use futures_util::{Stream, TryStreamExt};
use serde::Deserialize;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio_util::io::StreamReader;

/// Wide enough to read small print on a large screen.
const WIDTH: u32 = 1240;
/// A change of the renderer draws anew.
const RENDERING: &str = "1";

/// How many pictures are drawn at a time.
#[derive(Clone)]
pub struct Drawing(Arc<Semaphore>);

impl Default for Drawing {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(2)))
    }
}

async fn find(actor: &Actor, db: &Db, packet: PacketId, file: FileId) -> Result<File, AppError> {
    let permit = actor.permit(Action::PacketView)?;
    db.read(&permit, move |tx| Ok(packets::file(tx, packet, file)?)).await
}

/// `attachment; filename*=UTF-8''…` (RFC 6266): the bytes are saved, never run on our pages.
pub fn attachment(name: &str) -> HeaderValue {
    let quoted = name.bytes().map(|byte| match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    });
    let text = format!("attachment; filename*=UTF-8''{}", quoted.collect::<String>());
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("attachment"))
}

/// The original, byte for byte, with its SHA-256.
pub async fn original(
    signed_in: SignedIn,
    db: web::Data<Db>,
    objects: web::Data<Objects>,
    path: web::Path<(PacketId, FileId)>,
) -> Result<HttpResponse, AppError> {
    let (packet, id) = path.into_inner();
    let (file, stream) = open(&signed_in.actor, &db, &objects, packet, id).await?;
    Ok(saved(&file).insert_header(("X-Content-SHA256", file.sha256)).streaming(stream))
}

/// An original and its bytes, as they come from the object store.
///
/// # Errors
/// Where the packet has no such file, or its bytes cannot be had.
pub async fn open(
    actor: &Actor,
    db: &Db,
    objects: &Objects,
    packet: PacketId,
    id: FileId,
) -> Result<(File, impl Stream<Item = Result<Bytes, ObjectError>> + use<>), AppError> {
    let file = find(actor, db, packet, id).await?;
    let objects = TeamObjects::new(objects.clone(), team_keys::of(db, actor.team()).await?);
    let stream = objects.stream(&file.object_key).await?;
    Ok((file, stream))
}

/// The head of an answer that is saved under the file's name.
pub fn saved(file: &File) -> HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    answer
        .no_chunking(u64::try_from(file.size_bytes).unwrap_or(0))
        .insert_header((header::CONTENT_TYPE, "application/octet-stream"))
        .insert_header((header::CONTENT_DISPOSITION, attachment(&file.name)))
        .insert_header((header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"));
    answer
}

/// How a picture is asked for.
#[derive(Deserialize)]
pub struct Asked {
    /// Degrees clockwise: 90, 180 or 270.
    turn: Option<String>,
}

/// The picture of a page.
pub async fn page_image(
    signed_in: SignedIn,
    db: web::Data<Db>,
    objects: web::Data<Objects>,
    sandbox: web::Data<Sandbox>,
    drawing: web::Data<Drawing>,
    path: web::Path<(PacketId, FileId, u32)>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let (packet, id, page) = path.into_inner();
    let turn = asked.turn.as_deref().map_or(Some(Turn::None), Turn::from_word).ok_or(StoreError::NotFound)?;
    let file = find(&signed_in.actor, &db, packet, id).await?;
    let objects = TeamObjects::new(objects.get_ref().clone(), team_keys::of(&db, signed_in.actor.team()).await?);
    let png = page_png(&objects, &sandbox, &drawing, &file, Leaf { page, turn }).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "image/png"))
        .insert_header((header::CACHE_CONTROL, "private, max-age=31536000, immutable"))
        .body(png))
}

/// Where the picture of a page is.
pub fn picture_href(packet: PacketId, file: FileId, leaf: Leaf) -> String {
    let turn = if leaf.turn == Turn::None { String::new() } else { format!("?turn={}", leaf.turn) };
    format!("/packets/{packet}/files/{file}/pages/{}.png{turn}", leaf.page)
}

/// The picture of a page: drawn once and kept.
///
/// # Errors
/// Where there is no such page, or it cannot be drawn or kept.
pub async fn page_png(
    objects: &TeamObjects,
    sandbox: &Sandbox,
    drawing: &Drawing,
    file: &File,
    leaf: Leaf,
) -> Result<Bytes, AppError> {
    let turned = if leaf.turn == Turn::None { String::new() } else { format!("-{}", leaf.turn) };
    let key = objects.page(file.id, &format!("{RENDERING}-{WIDTH}-{}{turned}.png", leaf.page));
    match objects.get(&key).await {
        Ok(png) => Ok(png),
        Err(ObjectError::NotFound) => draw(objects, sandbox, drawing, file, leaf, &key).await,
        Err(error) => Err(error.into()),
    }
}

async fn draw(
    objects: &TeamObjects,
    sandbox: &Sandbox,
    drawing: &Drawing,
    file: &File,
    leaf: Leaf,
    key: &str,
) -> Result<Bytes, AppError> {
    let _ticket = drawing.0.acquire().await.map_err(|_| AppError::Busy)?;
    let stream = objects.stream(&file.object_key).await?;
    let reader = StreamReader::new(stream.map_err(std::io::Error::other));
    let size = u64::try_from(file.size_bytes).unwrap_or(0);
    let drawn = sandbox.render_page(&file.name, reader, size, leaf, WIDTH).await;
    let png = match drawn {
        Ok(png) => Bytes::from(png),
        Err(RenderError::NoSuchPage) => return Err(ObjectError::NotFound.into()),
        Err(error) => return Err(AppError::Image(error.to_string())),
    };
    objects.put(key, png.clone()).await?;
    Ok(png)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_file_name_makes_a_header() {
        assert_eq!(attachment("invoice 7.pdf"), "attachment; filename*=UTF-8''invoice%207.pdf");
        assert_eq!(attachment("发票\r\n\"x.pdf"), "attachment; filename*=UTF-8''%E5%8F%91%E7%A5%A8%0D%0A%22x.pdf");
    }
}
