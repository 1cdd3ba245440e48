//! Two server processes on one database: what one counts, begins or ends holds at the other with the next request.

use crate::harness::process::Server;
use crate::harness::{Browser, House, PASSWORD, Person, SECRET};

/// A house whose servers are processes of their own.
async fn pair(house: &House) -> (Server, Server) {
    let url = house.database.app_url();
    let objects = format!("file://{}", house.database.folder().join("objects").display());
    let secret = std::str::from_utf8(SECRET).unwrap();
    let shared = [("DATABASE_URL", url.as_str()), ("QUAYSIDE_OBJECTS", &objects), ("QUAYSIDE_SECRET", secret)];
    let start = |name: &str| Server::with(&house.database.folder().join(name), &shared);
    let servers = (start("first"), start("second"));
    servers.0.ready().await;
    servers.1.ready().await;
    servers
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_one_server_is_good_at_the_other_and_ends_at_both() {
    let house = House::new().await;
    let (first, second) = pair(&house).await;
    let otto = Browser::new(&first.base);
    assert_eq!(otto.sign_in(Person::Otto).await.status, 303);
    let there = otto.at(&second.base);
    assert_eq!(there.get("/packets").await.status, 200);
    assert_eq!(there.post("/sign-out", &[]).await.status, 303);
    assert_eq!(otto.get("/packets").await.status, 303, "it has ended here, too");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_loses_the_team_or_the_password_at_one_server_is_out_at_the_other_with_the_next_request() {
    let house = House::new().await;
    let (first, second) = pair(&house).await;
    let (desk, phone) = (Browser::new(&first.base), Browser::new(&second.base));
    for browser in [&desk, &phone] {
        assert_eq!(browser.sign_in(Person::Otto).await.status, 303);
    }
    let form = [("current", PASSWORD), ("new", "another four long words")];
    let changed = desk.post("/account/password", &form).await;
    assert_eq!(changed.status, 303, "{}", changed.words());
    assert_eq!(phone.get("/packets").await.status, 303, "the other sessions end with the password");
    let vera = Browser::new(&second.base);
    assert_eq!(vera.sign_in(Person::Vera).await.status, 303);
    house.database.run("DELETE FROM memberships WHERE role = 'viewer'");
    assert_eq!(vera.get("/packets").await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn tries_at_both_servers_are_counted_together() {
    let house = House::new().await;
    let (first, second) = pair(&house).await;
    for number in 0..5 {
        let base = if number % 2 == 0 { &first.base } else { &second.base };
        let form = [("email", Person::Otto.email()), ("password", "not this one")];
        assert_eq!(Browser::new(base).post("/sign-in", &form).await.status, 422);
    }
    for server in [&first, &second] {
        assert_eq!(Browser::new(&server.base).sign_in(Person::Otto).await.status, 429);
    }
}
