//! Saying of a finding that the names in it are one company: remembered for every packet of the team, and the packet is checked again.

use crate::domain::access::Action;
use crate::domain::alias::offered;
use crate::domain::ids::{PacketId, RunId};
use crate::domain::limits::CHECK_PERSON;
use crate::domain::packet::decision::PacketRefused;
use crate::domain::packet::waiver::key;
use crate::domain::secret::Secret;
use crate::domain::work::Work;
use crate::store::{Db, StoreError, aliases, decisions, queue, runs, waivers};
use crate::web::error::AppError;
use crate::web::limits::spend;
use crate::web::session::SignedIn;
use crate::web::view;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

/// What the form sends: the finding as it was seen.
#[derive(Default, Deserialize)]
pub struct Sent {
    #[serde(default)]
    finding: String,
    /// The names that the form showed, so that nobody confirms others.
    #[serde(default)]
    names: String,
}

/// The names of a finding that somebody would join, as a form carries them; nothing where there is nothing to say.
pub fn names(pairs: &[crate::domain::alias::Pair]) -> Option<String> {
    let told = |pair: &crate::domain::alias::Pair| format!("{} = {}", pair.one, pair.other);
    Some(pairs.iter().map(told).collect::<Vec<_>>().join("; ")).filter(|names| !names.is_empty())
}

/// Remembers it.
pub async fn create(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    secret: web::Data<Secret>,
    id: web::Path<PacketId>,
    form: Option<web::Form<Sent>>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::AliasSave)?;
    spend(&db, &secret, &signed_in, CHECK_PERSON).await?;
    let (id, run) = (id.into_inner(), RunId::fresh());
    let by = signed_in.actor.user().ok_or(StoreError::NotFound)?;
    let sent = form.map(web::Form::into_inner).unwrap_or_default();
    db.write(permit, id, move |tx| {
        decisions::need_open(tx, id)?;
        let result = waivers::hold(tx, id)?;
        let finding = result.findings.iter().find(|finding| key(finding, &result.documents) == sent.finding);
        let finding = finding.ok_or(StoreError::Packet(PacketRefused::NoSuchFinding))?;
        let pairs = offered(finding, &result.documents);
        if names(&pairs).as_deref() != Some(sent.names.as_str()) {
            return Err(StoreError::Packet(PacketRefused::NoSuchFinding).into());
        }
        let change = aliases::add(tx, &pairs, by)?;
        runs::add(tx, id, run, Some(by))?;
        queue::add(tx, &Work::CheckPacket { packet: id, run })?;
        Ok::<_, AppError>(change)
    })
    .await?;
    Ok(view::go_to(&request, &format!("/packets/{id}")))
}
