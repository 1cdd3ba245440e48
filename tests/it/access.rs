//! Every route as every role, as a stranger and as nobody.

use crate::harness::{Browser, House, Person, papers};
use quayside::app;
use quayside::web::route::{Access, Route};

/// A route's address with things that exist in Atlas.
pub struct Things {
    packet: String,
    file: String,
    work: String,
    letter: String,
}

impl Things {
    /// Where the route is for these things.
    pub fn path(&self, route: &Route) -> String {
        let id = match route.path {
            path if path.starts_with("/work/mail") => &self.letter,
            path if path.starts_with("/work") => &self.work,
            _ => &self.packet,
        };
        route
            .path
            .replace("{id}", id)
            .replace("{file}", &self.file)
            .replace("{page}", "1")
            .replace("{name}", "none.css")
    }
}

/// A packet that was checked, with work and a letter that failed.
pub async fn furnish(house: &House, otto: &Browser) -> Things {
    let address = otto.packet(papers(0)).await;
    house.work().await;
    let packet = address.trim_start_matches("/packets/").to_owned();
    let file = house.database.texts("SELECT id FROM files ORDER BY position LIMIT 1").remove(0);
    house.database.run(&format!(
        "INSERT INTO work (team_id, id, task, key, state, failure) SELECT team_id, '{}', \
         jsonb_build_object('kind', 'check_packet', 'packet', id, 'run', run_id), 'check_packet:' || run_id, 'failed', 'x' FROM packets",
        uuid::Uuid::now_v7()
    ));
    let work = house.database.texts("SELECT id FROM work").remove(0);
    house.database.run(
        "INSERT INTO outbox (id, team_id, kind, recipient, sealed, state) \
         SELECT gen_random_uuid(), team_id, 'alarm', 'olga@atlas.example', 'x', 'failed' FROM packets LIMIT 1",
    );
    let letter = house.database.texts("SELECT id FROM outbox").remove(0);
    Things { packet, file, work, letter }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_each_role_as_the_permission_table_says() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let things = furnish(&house, &otto).await;
    let mut faults = Vec::new();
    for person in Person::ATLAS {
        let browser = house.signed_in(person).await;
        for route in app::routes().iter().filter(|route| route.path != "/sign-out" && route.path != "/sign-in") {
            let answer = browser.request(route.method, &things.path(route)).await;
            let allowed = match route.access {
                Access::Public | Access::SignedIn => true,
                Access::Needs(action) => person.role() >= action.needs(),
            };
            // Allowed is anything but a refusal: a form without its fields is 400, what is done already is 404 or 409.
            if allowed == (answer.status == 403) || answer.status >= 500 {
                faults.push(format!("{person:?} {} {}: {}", route.method, route.path, answer.status));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_sent_to_sign_in_from_everything_that_is_not_public() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let things = furnish(&house, &otto).await;
    let nobody = house.nobody();
    for route in app::routes().iter().filter(|route| route.access != Access::Public) {
        let answer = nobody.request(route.method, &things.path(route)).await;
        assert_eq!(answer.status, 303, "{} {}", route.method, route.path);
        assert!(answer.location.unwrap().starts_with("/sign-in?next="), "{}", route.path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_teams_things_answer_a_stranger_like_things_that_do_not_exist() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let real = furnish(&house, &otto).await;
    let unknown = || uuid::Uuid::now_v7().to_string();
    let invented = Things { packet: unknown(), file: unknown(), work: unknown(), letter: unknown() };
    let stan = house.signed_in(Person::Stan).await;
    let before = house.database.texts("SELECT count(*) || ' ' || max(updated_at) FROM packets");
    for route in app::routes().iter().filter(|route| route.path.contains("{id}")) {
        let theirs = stan.request(route.method, &real.path(route)).await;
        let none = stan.request(route.method, &invented.path(route)).await;
        assert_eq!((theirs.status, none.status), (404, 404), "{} {}", route.method, route.path);
        assert_eq!(theirs.words(), none.words(), "{} {}", route.method, route.path);
    }
    assert_eq!(house.database.texts("SELECT count(*) || ' ' || max(updated_at) FROM packets"), before);
    assert!(stan.get("/packets").await.words().contains("No packets yet"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_method_and_an_unknown_address_say_so() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let wrong = otto.request("delete", "/packets").await;
    assert_eq!((wrong.status, wrong.header("allow")), (405, "GET, POST"));
    let nowhere = otto.get("/no/such/page").await;
    assert_eq!(nowhere.status, 404);
    assert!(nowhere.words().contains("Not found"));
    assert_eq!(otto.get("/packets/not-an-id").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_security_headers() {
    let house = House::new().await;
    let nobody = house.nobody();
    for path in ["/sign-in", "/packets", "/no/such/page", "/healthz", "/assets/none.css"] {
        let answer = nobody.get(path).await;
        for name in
            ["content-security-policy", "strict-transport-security", "x-content-type-options", "referrer-policy"]
        {
            assert!(!answer.header(name).is_empty(), "{path}: {name}");
        }
        assert!(!answer.header("content-security-policy").contains("unsafe"), "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
}
