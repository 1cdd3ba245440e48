//! `/api/v1`: packets for a brokerage's own systems. Each route says its scope in the table below, answers JSON or a problem (RFC 9457)
//! and never a page, and stands in the document that is made of this code.

pub mod answers;
mod create;
mod document;
mod find;
mod idempotency;
mod list;
mod page;
mod save;

pub use document::document;

use crate::domain::access::Action;
use crate::domain::ids::PacketId;
use crate::store::{Db, ReadTx};
use crate::web::bearer::Bearer;
use crate::web::error::AppError;
use crate::web::problem::{Kind, Problem};
use crate::web::route::Access;
use std::str::FromStr;

crate::routes! {
    get "/api" Access::Public => page::show;
    get "/api/v1/openapi.json" Access::Public => document::show;
    get "/api/v1/packets" Access::Token(Action::PacketView) => list::list;
    post "/api/v1/packets" Access::Token(Action::PacketCreate) => create::create;
    get "/api/v1/packets/{id}" Access::Token(Action::PacketView) => find::show;
    get "/api/v1/packets/{id}/result" Access::Token(Action::PacketView) => find::result;
    post "/api/v1/packets/{id}/runs" Access::Token(Action::PacketCheck) => create::check;
    get "/api/v1/packets/{id}/files/{file}" Access::Token(Action::PacketView) => save::original;
    get "/api/v1/packets/{id}/report.pdf" Access::Token(Action::PacketExport) => save::report;
}

/// An id of the address. What is none is nothing's.
fn id<T: FromStr>(text: &str) -> Result<T, Problem> {
    let none =
        |_| Problem::new(Kind::NotFound, "The address holds something that is no id. Take it from an answer as it is.");
    text.parse().map_err(none)
}

/// A packet and everything that its answer says, from one transaction.
fn described(tx: &mut ReadTx<'_>, id: PacketId) -> Result<answers::Packet, AppError> {
    super::progress::facts(tx, id).map(answers::Packet::new)
}

/// The same for a token that may see packets.
async fn seen(bearer: &Bearer, db: &Db, id: PacketId) -> Result<answers::Packet, Problem> {
    let permit = bearer.actor.permit(Action::PacketView)?;
    Ok(db.read(&permit, move |tx| described(tx, id)).await?)
}
