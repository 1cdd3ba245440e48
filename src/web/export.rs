//! What exports share: how many run at a time, and an answer that is written while it is sent.

use actix_web::HttpResponse;
use actix_web::http::header::{self, ContentEncoding};
use bytes::Bytes;
use std::sync::Arc;
use tokio::sync::{Semaphore, mpsc};

/// Exports that run at a time in one server; another is asked to come back.
const AT_ONCE: usize = 4;

/// The exports under way.
#[derive(Clone)]
pub struct Exporting(pub Arc<Semaphore>);

impl Default for Exporting {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

/// A piece of a file, or what the browser sees of its breaking off.
pub type Piece = Result<Bytes, std::io::Error>;

/// Why an export ended early: somebody went away, or the database did.
#[derive(Debug)]
pub struct BrokenOff;

/// The pieces of a file as an answer that a browser saves.
pub fn download(name: &str, media: &'static str, receiver: mpsc::Receiver<Piece>) -> HttpResponse {
    let pieces = futures_util::stream::unfold(receiver, async |mut receiver| {
        receiver.recv().await.map(|piece: Piece| (piece, receiver))
    });
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, media))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .insert_header(ContentEncoding::Identity)
        .streaming(Box::pin(pieces))
}
