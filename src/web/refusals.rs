//! Refusals in the audit log: whoever is told that their role does not allow something leaves an entry, whatever page it was.

use super::error::AppError;
use super::problem::Problem;
use crate::domain::access::{Actor, Denied};
use crate::store::Db;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};

/// What was denied, to a person or to a system.
fn denied(error: &Error) -> Option<Denied> {
    match error.as_error::<AppError>() {
        Some(AppError::Denied(denied)) => Some(*denied),
        _ => error.as_error::<Problem>()?.denied(),
    }
}

/// Writes the entry of a refusal, after the answer is known and before it goes out.
///
/// # Errors
/// The handler's own.
pub async fn record(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let response = next.call(request).await?;
    let Some(denied) = response.response().error().and_then(denied) else { return Ok(response) };
    let request = response.request();
    let actor = request.extensions().get::<Actor>().cloned();
    let db = request.app_data::<web::Data<Db>>().cloned();
    if let (Some(actor), Some(db)) = (actor, db) {
        let subject = request.match_info().get("id").unwrap_or_default().to_owned();
        if let Err(error) = db.refuse(actor, denied.action, subject).await {
            tracing::error!(%error, "a refusal could not be recorded");
        }
    }
    Ok(response)
}
