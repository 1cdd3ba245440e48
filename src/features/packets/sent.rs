//! The packets that one upload of several folders made, with the way to each. Its address is the upload's own, so that it can be loaded
//! again and given to somebody else in the team.

use super::arriving;
use super::row::{Row, row};
use crate::domain::access::Action;
use crate::domain::packet::batch::counted;
use crate::domain::packet::state::PacketState;
use crate::store::{Db, StoreError, packets};
use crate::web::error::AppError;
use crate::web::session::SignedIn;
use crate::web::view::{self, Frame, Section};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::Utc;
use uuid::Uuid;

#[derive(Template)]
#[template(path = "packets/sent.html")]
struct Page {
    frame: Frame,
    here: String,
    title: String,
    rows: Vec<Row>,
    is_moving: bool,
}

/// The address for a form's key.
pub fn place(key: Uuid) -> String {
    format!("/packets/sent/{key}")
}

/// The page.
pub async fn show(signed_in: SignedIn, db: web::Data<Db>, key: web::Path<Uuid>) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketView)?;
    let (now, me, key) = (Utc::now(), signed_in.actor.user(), key.into_inner());
    let made = db
        .read(&permit, move |tx| {
            let only = packets::find_by_upload_keys(tx, &arriving::keys(key))?;
            if only.is_empty() {
                return Err(AppError::from(StoreError::NotFound));
            }
            only.into_iter().map(|id| Ok(packets::find(tx, id)?)).collect::<Result<Vec<_>, AppError>>()
        })
        .await?;
    let page = Page {
        frame: Frame::new(&signed_in.actor, &signed_in.team, Section::Packets),
        here: place(key),
        title: format!("{} from one upload", counted(made.len())),
        is_moving: made.iter().any(|packet| packet.state == PacketState::Checking),
        rows: made.into_iter().map(|packet| row(packet, now, me)).collect(),
    };
    Ok(view::page(StatusCode::OK, &page)?)
}
