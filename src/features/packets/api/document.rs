//! The document of the API, OpenAPI 3.1, made of the routes and the types of their answers.

use super::{answers, create, find, list, save};
use crate::web::csrf::Origin;
use crate::web::problem::Kind;
use actix_web::{HttpResponse, web};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Ref, Response, ResponseBuilder, Server};
use utoipa::{Modify, OpenApi};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Quayside",
        version = "1",
        description = "Packets of a customs brokerage: send the documents of a shipment, and fetch what does not agree. /api says how to get a token.",
        license(name = "As the server's")
    ),
    paths(
        list::list,
        create::create,
        find::show,
        find::result,
        create::check,
        save::original,
        save::report,
    ),
    components(schemas(answers::Problem)),
    modifiers(&Shared),
)]
struct Document;

/// What every route shares: the token, and the problems that each may answer with.
struct Shared;

fn problem(kind: Kind) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new().description(kind.title()).content("application/problem+json", content).build()
}

impl Modify for Shared {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        if let Some(components) = &mut document.components {
            let token =
                Http::builder().scheme(HttpAuthScheme::Bearer).description(Some("An API token, `qs_…`.")).build();
            components.add_security_scheme("token", SecurityScheme::Http(token));
        }
        for (path, item) in &mut document.paths.paths {
            let operations = [&mut item.get, &mut item.post];
            for operation in operations.into_iter().flatten() {
                let always = [Kind::BadRequest, Kind::Unauthorized, Kind::Forbidden, Kind::TooMany, Kind::Unavailable];
                let named = [Kind::NotFound].into_iter().filter(|_| path.contains('{'));
                for kind in always.into_iter().chain(named) {
                    let status = kind.status().as_str().to_owned();
                    operation.responses.responses.entry(status).or_insert_with(|| problem(kind).into());
                }
            }
        }
    }
}

/// The document of a server at `origin`.
pub fn document(origin: &str) -> utoipa::openapi::OpenApi {
    let mut document = Document::openapi();
    document.servers = Some(vec![Server::new(origin)]);
    document
}

/// The document.
pub async fn show(origin: web::Data<Origin>) -> HttpResponse {
    HttpResponse::Ok().json(document(&origin.0))
}
