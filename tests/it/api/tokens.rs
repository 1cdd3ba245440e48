//! Tokens: made on a page, shown once, recognised, revoked, and stopped with whoever made them.

use super::{System, system, token};
use crate::harness::{House, Person, papers};

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_made_shown_once_used_and_revoked() {
    let house = House::new().await;
    let adam = house.signed_in(Person::Adam).await;
    assert!(adam.get("/team/tokens").await.words().contains("No token yet"));
    let shown = token(&adam, "Warehouse", &["read", "write"]).await;
    let list = adam.get("/team/tokens").await;
    assert!(list.words().contains("Warehouse") && list.words().contains(&shown[..9]) && list.words().contains("Never"));
    assert!(!list.text().contains(&shown), "the list shows no token");
    assert!(house.database.texts("SELECT tokens::text FROM tokens").iter().all(|row| !row.contains(&shown[9..40])));

    let erp = System::new(&house.base, &shown);
    let packet = erp.packet(&papers(0)).await;
    assert_eq!(erp.get(&packet).await.status, 200);
    assert_eq!(house.database.count("SELECT count(*) FROM tokens WHERE last_used_on = current_date"), 1);
    assert!(adam.get("/team/tokens").await.words().contains(&chrono::Utc::now().format("%-d %b %Y").to_string()));

    let revoke = list.all("form[action$='/revoke']", "action").remove(0);
    assert_eq!(adam.post(&revoke, &[]).await.location.as_deref(), Some("/team/tokens?done=revoked"));
    assert_eq!(adam.post(&revoke, &[]).await.status, 409, "twice is a conflict");
    let (status, kind, detail) = erp.get(&packet).await.problem();
    assert_eq!((status, kind.as_str()), (401, "unauthorized"));
    assert!(detail.contains("was revoked"), "{detail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_token_does_stands_in_the_log_as_its_makers_with_its_name() {
    let house = House::new().await;
    let erp = system(&house, Person::Adam, &["write"]).await;
    erp.packet(&papers(0)).await;
    assert_eq!(erp.get("/api/v1/packets").await.problem().0, 403);
    let entries = house.database.texts(
        "SELECT e.role || ' ' || e.action || ' ' || e.result || ' ' || i.email || ' ' || coalesce(e.diff -> 'token' ->> 'name', '') \
         FROM audit_entries e JOIN audit_identities i ON i.team_id = e.team_id AND i.id = e.identity_id ORDER BY e.seq",
    );
    let adam = Person::Adam.email();
    assert!(entries.contains(&format!("admin packet.create success {adam} ERP")), "{entries:?}");
    assert!(entries.contains(&format!("admin packet.view denied {adam} ERP")), "{entries:?}");
    let log = house.signed_in(Person::Olga).await.get("/audit").await.words();
    assert!(log.contains("API token") && log.contains("ERP"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_stops_when_its_maker_may_no_longer_do_what_it_is_for() {
    let house = House::new().await;
    let adam = house.signed_in(Person::Adam).await;
    let reader = System::new(&house.base, &token(&adam, "Reader", &["read"]).await);
    let writer = System::new(&house.base, &token(&adam, "Writer", &["read", "write"]).await);
    let status = async |system: &System| system.get("/api/v1/packets").await.status;
    let change = |set: &str| {
        let whose = format!("user_id = (SELECT id FROM users WHERE email = '{}')", Person::Adam.email());
        house.database.run(&format!("UPDATE memberships SET {set} WHERE {whose}"));
    };
    change("role = 'operator'");
    assert_eq!((status(&reader).await, status(&writer).await), (200, 200));
    change("role = 'viewer'");
    assert_eq!((status(&reader).await, status(&writer).await), (200, 401));
    change("role = 'admin', suspended_at = now()");
    assert_eq!((status(&reader).await, status(&writer).await), (401, 401));
    change("suspended_at = NULL");
    assert_eq!((status(&reader).await, status(&writer).await), (200, 200));

    house.database.run("UPDATE teams SET requires_factor = true WHERE name = 'Atlas Customs'");
    assert_eq!(status(&reader).await, 200, "a system has no second factor");
    house.database.run("UPDATE teams SET requires_factor = false, deletes_at = now() - interval '1 second' WHERE name = 'Atlas Customs'");
    assert_eq!(status(&reader).await, 401, "the team is closed");
    house.database.run("UPDATE teams SET deletes_at = NULL");

    // Removed, and back again: what was made before stays dead.
    let olga = house.signed_in(Person::Olga).await;
    let id = house.database.texts(&format!("SELECT id FROM users WHERE email = '{}'", Person::Adam.email())).remove(0);
    assert_eq!(olga.post(&format!("/team/members/{id}/remove"), &[]).await.status, 303);
    let back = "INSERT INTO memberships (team_id, user_id, role) SELECT t.id, '$1', 'owner' FROM teams t WHERE t.name = 'Atlas Customs'";
    house.database.run(&back.replace("$1", &id));
    assert_eq!((status(&reader).await, status(&writer).await), (401, 401));
    let diff =
        house.database.texts("SELECT diff ->> 'after' FROM audit_entries WHERE action = 'member.remove'").remove(0);
    assert!(diff.contains("\"revoked_tokens\": 2"), "{diff}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_not_right_keeps_what_was_typed_and_the_same_form_makes_one_token() {
    let house = House::new().await;
    let adam = house.signed_in(Person::Adam).await;
    let none = adam.post("/team/tokens", &[("name", "Ware <house>"), ("days", "90")]).await;
    assert_eq!((none.status, none.all("#name", "value")), (422, vec!["Ware <house>".to_owned()]));
    assert!(none.words().contains("Tick at least one thing"));
    for (form, sentence) in [
        (vec![("name", " "), ("read", "on"), ("days", "90")], "Give the token a name"),
        (vec![("name", "x"), ("read", "on"), ("days", "400")], "Choose for how long"),
    ] {
        let refused = adam.post("/team/tokens", &form).await;
        assert!(refused.status == 422 && refused.words().contains(sentence), "{}", refused.words());
    }
    let key = adam.get("/team/tokens/new").await.all("[name=key]", "value").remove(0);
    let form = [("key", key.as_str()), ("name", "x"), ("read", "on"), ("days", "366")];
    assert_eq!(adam.post("/team/tokens", &form).await.status, 201);
    assert_eq!(adam.post("/team/tokens", &form).await.location.as_deref(), Some("/team/tokens"));
    assert_eq!(house.database.count("SELECT count(*) FROM tokens"), 1);
    house.database.run(
        "INSERT INTO tokens (team_id, id, name, digest, start, scopes, created_by, expires_at) SELECT team_id, gen_random_uuid(), 'x', \
         n::text::bytea, 'x', scopes, created_by, expires_at FROM tokens, generate_series(1, 49) n",
    );
    let full = adam.post("/team/tokens", &[("name", "x"), ("read", "on"), ("days", "90")]).await;
    assert!(full.status == 422 && full.words().contains("Revoke one"), "{}", full.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn making_a_token_wants_a_fresh_proof() {
    let house = House::new().await;
    let adam = house.signed_in(Person::Adam).await;
    house
        .database
        .run("UPDATE sessions SET state = jsonb_set(state, '{proved}', to_jsonb('\"2020-01-01T00:00:00Z\"'::text))");
    let asked = adam.get("/team/tokens/new").await;
    assert_eq!(asked.location.as_deref(), Some("/account/proof?next=%2Fteam%2Ftokens%2Fnew"));
    let sent = adam.post("/team/tokens", &[("name", "x"), ("read", "on"), ("days", "90")]).await;
    assert_eq!((sent.status, house.database.count("SELECT count(*) FROM tokens")), (303, 0));
}
