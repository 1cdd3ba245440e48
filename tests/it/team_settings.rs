//! What a team decides for itself, and its end.

use crate::harness::{Browser, House, PASSWORD, Person};

const STALE: &str =
    r#"UPDATE sessions SET state = jsonb_set(state, '{proved}', to_jsonb('"2026-01-01T00:00:00Z"'::text))"#;
const BOTH: &str = "FROM teams WHERE name IN ('Atlas Customs', 'Other Brokers') ORDER BY name";

fn decided(house: &House) -> Vec<String> {
    house
        .database
        .texts("SELECT diff::text FROM audit_entries WHERE action = 'team.settings' AND diff IS NOT NULL ORDER BY seq")
}

async fn post(browser: &Browser, path: &str, form: &[(&str, &str)]) -> (u16, String) {
    let answer = browser.post(path, form).await;
    (answer.status, answer.words())
}

async fn leads_to(browser: &Browser, path: &str) -> Option<String> {
    browser.get(path).await.location
}

#[tokio::test(flavor = "multi_thread")]
async fn the_name_is_one_line_and_the_log_tells_it_before_and_after() {
    let house = House::new().await;
    let adam = house.signed_in(Person::Adam).await;
    let extra = [("name", " Atlas\r\nCustoms House "), ("team_id", "x"), ("is_demo", "true"), ("deletes_at", "now")];
    let saved = adam.post("/team/settings/name", &extra).await;
    assert_eq!(saved.location.as_deref(), Some("/team/settings?done=name"));
    let page = adam.get("/team/settings?done=name").await;
    assert!(page.words().contains("The name is changed"), "{}", page.words());
    assert_eq!(page.all("#name", "value"), ["Atlas Customs House"]);
    assert!(adam.get("/packets").await.words().contains("Atlas Customs House"), "at once, in the frame");
    let blank = adam.post("/team/settings/name", &[("name", " \t")]).await;
    assert_eq!((blank.status, blank.all(".summary a", "href")), (422, vec!["#name".to_owned()]));
    assert_eq!(decided(&house).len(), 1);
    assert!(decided(&house)[0].contains("Atlas Customs\"") && decided(&house)[0].contains("Atlas Customs House"));
    let names =
        house.database.texts("SELECT name || is_demo || coalesce(deletes_at::text, '') FROM teams ORDER BY name");
    assert_eq!(names, ["Atlas Customs Housefalse", "Other Brokersfalse"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_model_advises_nobody_until_somebody_turns_it_on() {
    let house = House::new().await;
    let adam = house.signed_in(Person::Adam).await;
    let page = adam.get("/team/settings").await;
    assert_eq!(
        page.all("input[type=checkbox]", "name"),
        ["required", "extraction", "coach", "preflight", "classifier"]
    );
    assert!(page.all("input[type=checkbox][checked]", "name").is_empty());
    assert!(page.words().contains("Nothing asks one yet"));
    let on = [("coach", "on"), ("classifier", "on"), ("oracle", "on")];
    assert_eq!(post(&adam, "/team/settings/assistance", &on).await.0, 303);
    assert_eq!(adam.get("/team/settings").await.all("input[checked][type=checkbox]", "name"), ["coach", "classifier"]);
    assert_eq!(house.database.texts(&format!("SELECT assistance::text {BOTH}")), ["{coach,classifier}", "{}"]);
    assert_eq!(post(&adam, "/team/settings/assistance", &[]).await.0, 303);
    assert!(adam.get("/team/settings").await.all("input[checked][type=checkbox]", "name").is_empty());
    assert!(decided(&house)[0].contains("coach"), "{:?}", decided(&house));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_required_by_somebody_who_has_one_and_proves_who_they_are() {
    let house = House::new().await;
    let (adam, vera) = (house.signed_in(Person::Adam).await, house.signed_in(Person::Vera).await);
    let on = [("required", "yes")];
    let (status, words) = post(&adam, "/team/settings/factor", &on).await;
    assert!(status == 422 && words.contains("second factor for yourself first"), "{words}");
    house.database.run(
        "INSERT INTO totp_secrets (user_id, sealed, confirmed_at) SELECT id, 'x', now() FROM users WHERE email = 'adam@atlas.example'",
    );
    house.database.run(STALE);
    let asked = adam.post("/team/settings/factor", &on).await;
    assert_eq!(asked.location.as_deref(), Some("/account/proof?next=%2Fteam%2Fsettings"));
    adam.post("/account/proof", &[("password", PASSWORD), ("next", "/team/settings")]).await;
    assert_eq!(post(&adam, "/team/settings/factor", &on).await.0, 303);
    assert_eq!(house.database.texts(&format!("SELECT requires_factor::text {BOTH}")), ["true", "false"]);
    assert_eq!(leads_to(&vera, "/packets").await.as_deref(), Some("/account?needs=factor"), "within one request");
    assert_eq!(vera.get("/teams").await.status, 200, "the way to another team stays open");
    assert_eq!(leads_to(&adam, "/packets").await, None);
    assert_eq!(post(&adam, "/team/settings/factor", &[]).await.0, 303);
    assert_eq!(vera.get("/packets").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_is_kept_for_ever_or_for_seven_years_and_more() {
    let house = House::new().await;
    let olga = house.signed_in(Person::Olga).await;
    assert_eq!(olga.get("/team/settings").await.all("input[name=keep][checked]", "value"), ["forever"]);
    for (keep, years, field) in [("years", "6", "#years"), ("years", "x", "#years"), ("", "7", "#keep-forever")] {
        let refused = olga.post("/team/settings/audit", &[("keep", keep), ("years", years)]).await;
        assert_eq!(
            (refused.status, refused.all(".summary a", "href")),
            (422, vec![field.to_owned()]),
            "{keep} {years}"
        );
    }
    assert_eq!(post(&olga, "/team/settings/audit", &[("keep", "years"), ("years", "10")]).await.0, 303);
    assert_eq!(house.database.texts(&format!("SELECT coalesce(audit_years, 0)::text {BOTH}")), ["10", "0"]);
    let page = olga.get("/team/settings").await;
    assert_eq!(
        (page.all("input[name=keep][checked]", "value"), page.all("#years", "value")),
        (vec!["years".to_owned()], vec!["10".to_owned()])
    );
    assert_eq!(post(&olga, "/team/settings/audit", &[("keep", "forever"), ("years", "10")]).await.0, 303);
    assert_eq!(house.database.texts(&format!("SELECT coalesce(audit_years, 0)::text {BOTH}")), ["0", "0"]);
    assert_eq!(decided(&house).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_deletes_the_team_with_the_password_and_its_name_and_keeps_it_after_all() {
    let house = House::new().await;
    let (olga, vera) = (house.signed_in(Person::Olga).await, house.signed_in(Person::Vera).await);
    let adam = house.signed_in(Person::Adam).await;
    assert!(adam.get("/team/settings").await.all("a.danger", "href").is_empty(), "an Admin sees no way to it");
    house.database.run(STALE);
    let right = [("name", "Atlas Customs")];
    for location in [leads_to(&olga, "/team/delete").await, olga.post("/team/delete", &right).await.location] {
        assert_eq!(location.as_deref(), Some("/account/proof?next=%2Fteam%2Fdelete"));
    }
    let wrong = [("password", "not this one"), ("next", "/team/delete")];
    assert_eq!(post(&olga, "/account/proof", &wrong).await.0, 422);
    assert_eq!(olga.post("/team/delete", &right).await.status, 303);
    assert_eq!(house.database.count("SELECT count(*) FROM teams WHERE deletes_at IS NOT NULL"), 0);
    let proved = olga.post("/account/proof", &[("password", PASSWORD), ("next", "/team/delete")]).await;
    assert_eq!(proved.location.as_deref(), Some("/team/delete"));
    assert!(olga.get("/team/delete").await.words().contains("Type Atlas Customs to confirm"));
    for name in ["", "atlas customs", "Other Brokers"] {
        let (status, words) = post(&olga, "/team/delete", &[("name", name)]).await;
        assert!(status == 422 && words.contains("exactly as it stands there"), "{name}: {words}");
    }
    assert_eq!(olga.post("/team/delete", &right).await.location.as_deref(), Some("/team/settings"));
    assert_eq!(post(&olga, "/team/delete", &right).await.0, 409);
    for path in ["/packets", "/packets/new", "/rules", "/team", "/teams", "/account"] {
        let page = vera.get(path).await;
        assert_eq!(page.status == 200, path != "/packets/new", "{path}");
        let told = page.words().contains("Atlas Customs is deleted in 30 days");
        assert_eq!(told, page.status == 200, "{path}: {}", page.words());
        assert!(page.all("form[action='/team/keep']", "action").is_empty(), "{path}");
    }
    let again = house.signed_in(Person::Olga).await;
    assert_eq!(again.get("/packets").await.all("form[action='/team/keep']", "action").len(), 1, "sign-in works");
    let told = |letters: Vec<quayside::gateways::mail::Landed>, about: &str| {
        let mut to: Vec<String> =
            letters.into_iter().filter(|letter| letter.subject.contains(about)).map(|letter| letter.to).collect();
        to.sort();
        to
    };
    assert_eq!(told(house.letters().await, "is to be deleted"), ["adam@atlas.example", "olga@atlas.example"]);
    assert_eq!(post(&adam, "/team/keep", &[]).await.0, 403);
    assert_eq!(again.post("/team/keep", &[]).await.location.as_deref(), Some("/team/settings"));
    assert!(!vera.get("/packets").await.words().contains("is deleted in"));
    assert_eq!(post(&again, "/team/keep", &[]).await.0, 409);
    assert_eq!(told(house.letters().await, "is kept"), ["adam@atlas.example", "olga@atlas.example"]);
    let log = house.database.audit();
    for line in ["not_the_name", "success", "already_deleting"].map(|result| format!("owner team.delete {result}")) {
        assert!(log.contains(&line), "{line}: {log:?}");
    }
    for line in ["owner team.keep success", "owner team.keep not_deleting"] {
        assert!(log.contains(&line.to_owned()), "{line}: {log:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_owners_who_delete_the_team_at_once_set_one_day_and_send_one_letter_each() {
    let house = House::new().await;
    house.database.run("UPDATE memberships SET role = 'owner' WHERE role = 'admin'");
    let (olga, adam) = (house.signed_in(Person::Olga).await, house.signed_in(Person::Adam).await);
    let right = [("name", "Atlas Customs")];
    let (one, two) = tokio::join!(post(&olga, "/team/delete", &right), post(&adam, "/team/delete", &right));
    let mut statuses = [one.0, two.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    assert_eq!(house.letters().await.len(), 2);
    let (one, two) = tokio::join!(post(&olga, "/team/keep", &[]), post(&adam, "/team/keep", &[]));
    let mut statuses = [one.0, two.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_last_day_the_team_is_closed_to_everybody_and_cannot_be_kept() {
    let house = House::new().await;
    let olga = house.signed_in(Person::Olga).await;
    house.database.run(
        "INSERT INTO memberships (team_id, user_id, role, last_used_at) SELECT t.id, u.id, 'viewer', '2026-01-01' FROM teams t, users u \
         WHERE t.name = 'Other Brokers' AND u.email = 'vera@atlas.example'",
    );
    let atlas = house.database.texts("SELECT id FROM teams WHERE name = 'Atlas Customs'").remove(0);
    assert_eq!(post(&olga, "/team/invites", &[("email", "nina@elsewhere.example"), ("role", "viewer")]).await.0, 303);
    let letter = house.letters().await.remove(0).text;
    let link = letter.lines().find(|line| line.contains("/join/")).unwrap().trim().replace(&house.base, "");
    house.database.run("UPDATE teams SET deletes_at = now() + interval '59 minutes' WHERE name = 'Atlas Customs'");
    assert!(olga.get("/packets").await.words().contains("is deleted in 1 day"));
    house.database.run("UPDATE teams SET deletes_at = now() WHERE name = 'Atlas Customs'");
    assert_eq!(olga.post("/team/keep", &[]).await.location.as_deref(), Some("/sign-in?next=%2Fpackets"));
    let form = [("email", Person::Olga.email()), ("password", PASSWORD)];
    let (status, words) = post(&house.nobody(), "/sign-in", &form).await;
    assert!(status == 422 && words.contains("not a member of any team"), "{words}");
    let vera = house.signed_in(Person::Vera).await;
    let words = vera.get("/teams").await.words();
    assert!(words.contains("Other Brokers") && !words.contains("Atlas Customs"), "{words}");
    assert_eq!(post(&vera, "/teams/switch", &[("team", &atlas)]).await.0, 404);
    let guest = house.nobody();
    guest.get(&link).await;
    assert!(guest.get("/join").await.words().contains("not good any more"));
}
