//! Whether the process lives, whether it can serve, and what it measures. No personal data, no names.

use crate::store::{Db, outbox, queue};
use crate::web::error::error_page;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use metrics_exporter_prometheus::PrometheusHandle;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// Who may read the metrics, and where they are.
pub struct Metrics {
    /// Nothing: nobody may.
    pub token: Option<SecretString>,
    pub handle: Option<PrometheusHandle>,
}

/// The process lives.
pub async fn alive() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("alive\n")
}

/// The process can serve: the database answers.
pub async fn ready(db: web::Data<Db>) -> HttpResponse {
    if db.answers().await {
        HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ready\n")
    } else {
        HttpResponse::ServiceUnavailable()
            .insert_header((header::RETRY_AFTER, "5"))
            .content_type("text/plain; charset=utf-8")
            .body("the database does not answer\n")
    }
}

/// The measurements in Prometheus' text form, for whoever holds the token; for everybody else there is no such page.
pub async fn metrics(request: HttpRequest, db: web::Data<Db>, metrics: web::Data<Metrics>) -> HttpResponse {
    let shown = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = metrics.token.as_ref().map(|token| format!("Bearer {}", token.expose_secret()));
    // Digests of equal length: how long the comparison takes tells nothing of the token.
    let same = |a: &str, b: &str| Sha256::digest(a.as_bytes()) == Sha256::digest(b.as_bytes());
    let allowed = matches!((shown, &token), (Some(shown), Some(token)) if same(shown, token));
    let (true, Some(handle)) = (allowed, &metrics.handle) else { return error_page(StatusCode::NOT_FOUND, "") };
    let gauge = |count: i64| i32::try_from(count).map_or(f64::INFINITY, f64::from);
    for (state, count) in queue::depth(&db).await.unwrap_or_default() {
        metrics::gauge!("quayside_work", "state" => state.as_str()).set(gauge(count));
    }
    for (state, count) in outbox::depth(&db).await.unwrap_or_default() {
        metrics::gauge!("quayside_letters", "state" => state.as_str()).set(gauge(count));
    }
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(handle.render())
}
