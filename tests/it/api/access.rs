//! Every route of the API with every sort of token that must not open it, and with nothing at all.

use super::{System, system, token};
use crate::access::Things;
use crate::harness::{House, PASSWORD, Person};
use quayside::app;
use quayside::domain::access::Scope;
use quayside::web::route::{Access, Route};

/// The routes of the API, with the scope of each.
fn routes() -> Vec<(Route, Scope)> {
    let scoped = |route: Route| match route.access {
        Access::Token(action) => Some((route, action.scope().unwrap_or_else(|| panic!("{} has no scope", route.path)))),
        _ => None,
    };
    let routes: Vec<_> = app::routes().into_iter().filter_map(scoped).collect();
    assert!(routes.len() >= 7);
    routes
}

#[tokio::test(flavor = "multi_thread")]
async fn no_route_opens_without_a_token_that_stands() {
    let house = House::new().await;
    let olga = house.signed_in(Person::Olga).await;
    let things = Things::of(&house, &olga, "Atlas Customs").await;
    let good = token(&olga, "Good", &["read", "write"]).await;
    let expired = token(&olga, "Expired", &["read", "write"]).await;
    let revoked = token(&olga, "Revoked", &["read", "write"]).await;
    house.database.run("UPDATE tokens SET created_at = now() - interval '2 days', expires_at = now() - interval '1 second' WHERE name = 'Expired'");
    house.database.run("UPDATE tokens SET revoked_at = now() WHERE name = 'Revoked'");
    let unknown = quayside::domain::token::ApiToken::fresh().unwrap().reveal();
    let mistyped = good.replace(&good[10..11], if &good[10..11] == "0" { "1" } else { "0" });
    let nobody = house.nobody();
    let before = house.database.count("SELECT count(*) FROM audit_entries");
    for (route, _) in routes() {
        let path = things.path(&route);
        for (token, sentence) in [
            (expired.as_str(), "has run out"),
            (&revoked, "was revoked"),
            (&unknown, "Nobody here made"),
            (&mistyped, "This is no API token"),
            ("qs_", "This is no API token"),
            ("", "Send an API token"),
        ] {
            let system = System::new(&house.base, token);
            let answer = system.send(system.request(route.method, &path)).await;
            assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"quayside\"");
            let (status, kind, detail) = answer.problem();
            // An HTTP client cuts the empty token off its header.
            let fits = detail.contains(sentence) || token.is_empty() && detail.contains("This is no API token");
            assert!((status, kind.as_str()) == (401, "unauthorized") && fits, "{} {path}: {detail}", route.method);
        }
        // Neither nothing at all, nor the cookie of an Owner, nor a password.
        for answer in [nobody.request(route.method, &path).await, olga.request(route.method, &path).await] {
            assert_eq!((answer.status, answer.header("content-type")), (401, "application/problem+json"), "{path}");
        }
        let basic = System::new(&house.base, "");
        let request = basic.request(route.method, &path).basic_auth(Person::Olga.email(), Some(PASSWORD));
        assert_eq!(request.send().await.unwrap().status().as_u16(), 401);
    }
    assert_eq!(house.database.count("SELECT count(*) FROM audit_entries"), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_route_takes_its_own_scope_and_no_other() {
    let house = House::new().await;
    let olga = house.signed_in(Person::Olga).await;
    let things = Things::of(&house, &olga, "Atlas Customs").await;
    let (reader, writer) = (token(&olga, "Reader", &["read"]).await, token(&olga, "Writer", &["write"]).await);
    for (route, scope) in routes() {
        for (token, has) in [(&reader, Scope::PacketsRead), (&writer, Scope::PacketsWrite)] {
            let system = System::new(&house.base, token);
            let answer = system.send(system.request(route.method, &things.path(&route))).await;
            if has == scope {
                // An empty body is no form: allowed, and refused for that.
                assert!(
                    [200, 202, 409, 415].contains(&answer.status),
                    "{} {}: {}",
                    route.method,
                    route.path,
                    answer.status
                );
            } else {
                let (status, kind, detail) = answer.problem();
                assert_eq!((status, kind.as_str()), (403, "forbidden"), "{} {}", route.method, route.path);
                assert!(detail.contains(&format!("it takes the scope {scope}")), "{detail}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_teams_packets_are_nothing_to_a_token() {
    let house = House::new().await;
    let olga = house.signed_in(Person::Olga).await;
    let things = Things::of(&house, &olga, "Atlas Customs").await;
    let stan = system(&house, Person::Stan, &["read", "write"]).await;
    assert_eq!(stan.get("/api/v1/packets").await.json()["packets"], serde_json::json!([]));
    for (route, _) in routes().into_iter().filter(|(route, _)| route.path.contains("{id}")) {
        let answer = stan.send(stan.request(route.method, &things.path(&route))).await;
        assert_eq!(answer.problem().0, 404, "{} {}", route.method, route.path);
    }
    assert_eq!(house.database.count("SELECT count(*) FROM runs"), 1, "nothing was checked again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_opens_no_page_and_no_address_of_the_api_answers_with_one() {
    let house = House::new().await;
    let erp = system(&house, Person::Olga, &["read", "write"]).await;
    let page = erp.get("/team/tokens").await;
    assert!(!String::from_utf8_lossy(&page.bytes).contains("ERP"));
    for (method, path, status, kind) in [
        ("get", "/api/v1/nothing", 404, "not-found"),
        ("get", "/api/v1/", 404, "not-found"),
        ("get", "/api/v1/packets/not-an-id", 404, "not-found"),
        ("delete", "/api/v1/packets", 405, "method-not-allowed"),
        ("put", "/api/v1/packets/x/result", 405, "method-not-allowed"),
        ("post", "/api/v1/packets", 415, "wrong-media-type"),
        ("get", "/api/v1/packets?limit=0", 400, "bad-request"),
    ] {
        let answer = erp.send(erp.request(method, path)).await;
        assert_eq!(answer.header("allow").is_empty(), status != 405, "{path}");
        let (got, sort, _) = answer.problem();
        assert_eq!((got, sort.as_str()), (status, kind), "{method} {path}");
    }
    let foreign = erp
        .request("post", "/api/v1/packets")
        .header("Origin", "https://elsewhere.example")
        .header("Sec-Fetch-Site", "cross-site");
    assert_eq!(erp.send(foreign).await.problem().0, 415, "where no cookie counts, no other site can borrow one");
}
