//! Taking back that two names are one company. Packets that are checked from then on tell them apart again.

use crate::domain::access::Action;
use crate::domain::ids::AliasId;
use crate::store::{Db, aliases};
use crate::web::error::AppError;
use crate::web::session::SignedIn;
use crate::web::view;
use actix_web::{HttpRequest, HttpResponse, web};

/// Takes it back.
pub async fn remove(
    request: HttpRequest,
    signed_in: SignedIn,
    db: web::Data<Db>,
    id: web::Path<AliasId>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::AliasRemove)?;
    let id = id.into_inner();
    db.write(permit, id, move |tx| Ok::<_, AppError>(aliases::remove(tx, id)?)).await?;
    Ok(view::go_to(&request, "/clients?done=apart"))
}
