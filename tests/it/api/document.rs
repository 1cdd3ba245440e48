//! The document of the API says what the API does.

use super::system;
use crate::harness::{House, Person, papers};
use jsonschema::Validator;
use quayside::app;
use quayside::web::route::Access;
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[tokio::test(flavor = "multi_thread")]
async fn the_document_has_every_route_with_its_scope_and_nothing_else() {
    let house = House::new().await;
    let answer = house.nobody().get("/api/v1/openapi.json").await;
    let document: Value = serde_json::from_slice(&answer.bytes).unwrap();
    assert_eq!((answer.status, document["openapi"].as_str().unwrap()), (200, "3.1.0"));
    assert_eq!(document["servers"][0]["url"], json!(house.base));
    let mut told = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let scope = operation["security"][0]["token"][0].as_str().unwrap();
            told.insert(format!("{method} {path} {scope}"));
            for status in ["400", "401", "403", "429", "503"] {
                assert!(operation["responses"][status].is_object(), "{method} {path}: {status}");
            }
        }
    }
    let routes: BTreeSet<String> = app::routes()
        .iter()
        .filter_map(|route| match route.access {
            Access::Token(action) => Some(format!("{} {} {}", route.method, route.path, action.scope()?)),
            _ => None,
        })
        .collect();
    assert_eq!(told, routes);
    let page = house.nobody().get("/api").await.words();
    for route in &routes {
        let mut words = route.split(' ');
        let line = format!("{} {}", words.next().unwrap().to_uppercase(), words.next().unwrap());
        assert!(page.contains(&line), "the page for people has no {line}");
    }
}

/// What an answer must look like.
fn wanted(document: &Value, method: &str, path: &str, status: &str) -> Validator {
    let content = document["paths"][path][method]["responses"][status]["content"].as_object().unwrap();
    let mut schema = content.values().next().unwrap()["schema"].clone();
    schema["components"] = document["components"].clone();
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn real_answers_are_as_the_document_says() {
    let house = House::new().await;
    let erp = system(&house, Person::Adam, &["read", "write"]).await;
    let document = erp.get("/api/v1/openapi.json").await.json();
    let check = |method: &str, path: &str, answer: &super::Answer| {
        let status = answer.status.to_string();
        let (schema, body) = (wanted(&document, method, path, &status), answer.json());
        let faults: Vec<String> =
            schema.iter_errors(&body).map(|fault| format!("{}: {fault}", fault.instance_path)).collect();
        assert!(faults.is_empty(), "{method} {path} {status}: {faults:?}");
        // A document that lets anything through proves nothing.
        assert!(!schema.is_valid(&json!({ "something": "else" })), "{method} {path} {status}");
    };
    const LIST: &str = "/api/v1/packets";
    const ONE: &str = "/api/v1/packets/{id}";
    const RESULT: &str = "/api/v1/packets/{id}/result";
    const RUNS: &str = "/api/v1/packets/{id}/runs";
    let made = erp.create(&papers(2), None, None).await;
    let at = made.header("location").to_owned();
    check("post", LIST, &made);
    check("get", ONE, &erp.get(&at).await);
    check("get", RESULT, &erp.get(&format!("{at}/result")).await);
    house.work().await;
    check("get", LIST, &erp.get(LIST).await);
    check("get", LIST, &erp.get("/api/v1/packets?state=none").await);
    check("get", ONE, &erp.get(&at).await);
    check("get", ONE, &erp.get("/api/v1/packets/x").await);
    check("get", RESULT, &erp.get(&format!("{at}/result")).await);
    check("post", RUNS, &erp.send(erp.request("post", &format!("{at}/runs"))).await);
    check("post", RUNS, &erp.send(erp.request("post", &format!("{at}/runs"))).await);
    check("post", LIST, &erp.send(erp.request("post", LIST)).await);
    check("post", LIST, &erp.create(&[], Some("x"), None).await);
    let stranger = super::System::new(&house.base, "qs_");
    check("get", ONE, &stranger.get(&at).await);
}
