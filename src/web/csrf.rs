//! Forms from other sites are refused: an unsafe request has to come from our own origin, as the browser itself says.

use super::bearer::API;
use super::error::error_page;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, ORIGIN};
use actix_web::middleware::Next;
use actix_web::{Error, web};

/// Our own origin, `https://quayside.example`.
#[derive(Clone, Debug)]
pub struct Origin(pub String);

/// True where the browser says that another site made the request. A request that says nothing (a script, a command line) carries no
/// cookie that it did not set itself.
fn is_foreign(origin: Option<&str>, fetch_site: Option<&str>, own: &str) -> bool {
    match (fetch_site, origin) {
        (Some("same-origin" | "none"), None) => false,
        (Some("same-origin" | "none") | None, Some(origin)) => !origin.eq_ignore_ascii_case(own),
        (None, None) => false,
        (Some(_), _) => true,
    }
}

/// The middleware.
///
/// # Errors
/// The next service's own.
pub async fn refuse_foreign(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody>>, Error> {
    let header = |name: &HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    let own = request.app_data::<web::Data<Origin>>().map(|origin| origin.0.clone()).unwrap_or_default();
    let fetch_site = header(&HeaderName::from_static("sec-fetch-site"));
    // No cookie opens the API, so no other site can borrow one.
    let takes_cookies = !request.path().starts_with(API);
    if takes_cookies && !request.method().is_safe() && is_foreign(header(&ORIGIN), fetch_site, &own) {
        tracing::warn!(origin = header(&ORIGIN), "a form from another site was refused");
        let sentence =
            format!("This form was sent from another address than {own}. Open Quayside at that address and try again.");
        return Ok(request.into_response(error_page(StatusCode::FORBIDDEN, &sentence)).map_into_right_body());
    }
    Ok(next.call(request).await?.map_into_left_body())
}

#[cfg(test)]
mod tests {
    use super::is_foreign;

    #[test]
    fn only_our_own_pages_may_send_forms() {
        let own = "https://q.example";
        assert!(!is_foreign(Some("https://q.example"), Some("same-origin"), own));
        assert!(!is_foreign(Some("https://q.example"), None, own));
        assert!(!is_foreign(None, None, own));
        assert!(!is_foreign(None, Some("none"), own));
        for (origin, site) in [
            (Some("https://evil.example"), Some("cross-site")),
            (Some("https://evil.example"), None),
            (Some("null"), None),
            (Some("https://a.q.example"), Some("same-site")),
            (None, Some("cross-site")),
            (Some("https://evil.example"), Some("same-origin")),
        ] {
            assert!(is_foreign(origin, site, own), "{origin:?} {site:?}");
        }
    }
}
