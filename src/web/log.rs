//! One line a request: its number, method, route, status and time. Paths, addresses, names and form values stay out of it.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::{Error, HttpMessage};
use std::cell::RefCell;
use std::time::Instant;
use tracing::Span;
use tracing_actix_web::{RequestId, RootSpanBuilder};

thread_local! {
    /// The number of the request that this thread answers right now, for an error page that has no request at hand.
    static CURRENT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The number of the request under way, where there is one.
pub fn request_number() -> Option<String> {
    CURRENT.with(|current| current.borrow().clone())
}

/// Makes the span of a request and its closing line.
pub struct RequestLine;

struct Started(Instant);

impl RootSpanBuilder for RequestLine {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let number = request.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default();
        CURRENT.with(|current| *current.borrow_mut() = Some(number.clone()));
        request.extensions_mut().insert(Started(Instant::now()));
        tracing::info_span!("request", request = number, method = %request.method(), status = tracing::field::Empty)
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        let _entered = span.enter();
        match outcome {
            Ok(response) => {
                let status = response.status().as_u16();
                span.record("status", status);
                let request = response.request();
                let route = request.match_pattern().unwrap_or_else(|| "none".to_owned());
                let elapsed =
                    request.extensions().get::<Started>().map(|started| started.0.elapsed()).unwrap_or_default();
                metrics::counter!("quayside_requests_total", "route" => route.clone(), "status" => status.to_string())
                    .increment(1);
                metrics::histogram!("quayside_request_seconds", "route" => route.clone()).record(elapsed.as_secs_f64());
                tracing::info!(
                    status,
                    route,
                    milliseconds = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
                    "answered"
                );
            }
            Err(error) => tracing::error!(%error, "a request broke off"),
        }
    }
}
