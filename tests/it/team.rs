//! Members and their roles, and people in several teams.

use crate::harness::{Browser, House, PASSWORD, Person};

fn id(house: &House, person: Person) -> String {
    house.database.texts(&format!("SELECT id FROM users WHERE email = '{}'", person.email())).remove(0)
}

fn standing(house: &House, person: Person) -> String {
    let sql = format!(
        "SELECT m.role || CASE WHEN m.suspended_at IS NULL THEN '' ELSE ' suspended' END FROM memberships m \
         JOIN users u ON u.id = m.user_id JOIN teams t ON t.id = m.team_id \
         WHERE u.email = '{}' AND t.name = 'Atlas Customs'",
        person.email()
    );
    house.database.texts(&sql).pop().unwrap_or_else(|| "gone".to_owned())
}

/// Puts a person of one team into the other too.
fn join(house: &House, person: Person, team: &str, role: &str) {
    house.database.run(&format!(
        "INSERT INTO memberships (team_id, user_id, role) SELECT t.id, u.id, '{role}' FROM teams t, users u \
         WHERE t.name = '{team}' AND u.email = '{}'",
        person.email()
    ));
}

async fn act(browser: &Browser, house: &House, person: Person, step: &str, form: &[(&str, &str)]) -> (u16, String) {
    let answer = browser.post(&format!("/team/members/{}/{step}", id(house, person)), form).await;
    (answer.status, answer.words())
}

async fn sign_in(house: &House, person: Person) -> (Browser, u16, String) {
    let browser = house.nobody();
    let answer = browser.post("/sign-in", &[("email", person.email()), ("password", PASSWORD)]).await;
    let words = answer.words();
    (browser, answer.status, words)
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_who_is_in_the_team_and_only_owners_and_admins_see_more() {
    let house = House::new().await;
    house.database.run("UPDATE memberships SET suspended_at = now() WHERE role = 'operator'");
    for person in [Person::Olga, Person::Adam, Person::Vera] {
        let page = house.signed_in(person).await.get("/team").await;
        let words = page.words();
        assert!(words.contains("olga@atlas.example") && words.contains("Viewer"), "{words}");
        assert!(!words.contains("stan@other.example"), "{words}");
        let manages = person != Person::Vera;
        assert_eq!(words.contains("Last signed in"), manages, "{person:?}");
        assert_eq!(words.contains("otto@atlas.example"), manages, "who is suspended, {person:?}");
        assert_eq!(page.all("form[action^='/team/members']", "action").is_empty(), !manages, "{person:?}");
    }
    let adams = house.signed_in(Person::Adam).await.get("/team").await;
    let olgas = format!("/team/members/{}/suspend", id(&house, Person::Olga));
    assert!(!adams.all("form", "action").contains(&olgas), "an Admin has no button for an Owner");
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_are_changed_by_owners_and_admins_and_never_above_themselves() {
    let house = House::new().await;
    let (olga, adam) = (house.signed_in(Person::Olga).await, house.signed_in(Person::Adam).await);
    let page = adam.get(&format!("/team/members/{}", id(&house, Person::Vera))).await;
    assert_eq!(page.all("input[name=role]", "value"), ["viewer", "operator", "admin"], "none above one's own");
    assert_eq!(act(&adam, &house, Person::Vera, "role", &[("role", "operator")]).await.0, 303);
    assert_eq!(standing(&house, Person::Vera), "operator");
    let vera = house.signed_in(Person::Vera).await;
    assert!(vera.get("/packets").await.words().contains("Operator"));
    for (person, step, form) in [
        (Person::Vera, "role", vec![("role", "owner")]),
        (Person::Adam, "role", vec![("role", "owner")]),
        (Person::Olga, "role", vec![("role", "viewer")]),
        (Person::Olga, "suspend", vec![]),
        (Person::Olga, "remove", vec![]),
    ] {
        let (status, words) = act(&adam, &house, person, step, &form).await;
        assert!(status == 403 && words.contains("above yours"), "{person:?} {step}: {words}");
    }
    assert_eq!(act(&adam, &house, Person::Vera, "role", &[("role", "king")]).await.0, 422);
    assert_eq!(act(&adam, &house, Person::Vera, "role", &[]).await.0, 422);
    assert_eq!(act(&vera, &house, Person::Vera, "role", &[("role", "admin")]).await.0, 403);
    assert_eq!(act(&olga, &house, Person::Adam, "role", &[("role", "owner")]).await.0, 303);
    assert_eq!([standing(&house, Person::Olga), standing(&house, Person::Adam)], ["owner", "owner"]);
    let log = house.database.audit();
    for line in ["admin member.role success", "admin member.role denied", "owner member.role success"] {
        assert!(log.contains(&line.to_owned()), "{line}: {log:?}");
    }
    let diffs =
        house.database.texts("SELECT diff FROM audit_entries WHERE action = 'member.role' AND diff IS NOT NULL");
    assert!(diffs[0].contains("viewer") && diffs[0].contains("operator"), "{diffs:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_owners_who_demote_each_other_at_once_leave_one() {
    let house = House::new().await;
    house.database.run("UPDATE memberships SET role = 'owner' WHERE role = 'admin'");
    for round in 0..5 {
        let (olga, adam) = (house.signed_in(Person::Olga).await, house.signed_in(Person::Adam).await);
        let demote = [("role", "viewer")];
        let steps = if round % 2 == 0 { (Person::Adam, Person::Olga) } else { (Person::Olga, Person::Adam) };
        let (one, two) =
            tokio::join!(act(&olga, &house, steps.0, "role", &demote), act(&adam, &house, steps.1, "role", &demote),);
        let mut statuses = [one.0, two.0];
        statuses.sort_unstable();
        // Who came second is an Owner no more, or is the last one.
        assert!(statuses[0] == 303 && [403, 409].contains(&statuses[1]), "{one:?} {two:?}");
        let owners = "SELECT count(*) FROM memberships m JOIN teams t ON t.id = m.team_id \
                      WHERE t.name = 'Atlas Customs' AND m.role = 'owner'";
        assert_eq!(house.database.count(owners), 1);
        house.database.run("UPDATE memberships SET role = 'owner' WHERE user_id IN (SELECT id FROM users WHERE email IN ('olga@atlas.example', 'adam@atlas.example'))");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_owner_can_neither_step_down_nor_leave_nor_be_left_with_suspended_ones() {
    let house = House::new().await;
    let olga = house.signed_in(Person::Olga).await;
    let (status, words) = act(&olga, &house, Person::Olga, "role", &[("role", "admin")]).await;
    assert!(status == 409 && words.contains("at least one Owner"), "{words}");
    let left = olga.post("/team/leave", &[("sure", "yes")]).await;
    assert!(left.status == 409 && left.words().contains("at least one Owner"), "{}", left.words());
    let (status, words) = act(&olga, &house, Person::Olga, "suspend", &[]).await;
    assert!(status == 409 && words.contains("cannot suspend or remove yourself"), "{words}");
    act(&olga, &house, Person::Adam, "role", &[("role", "owner")]).await;
    assert_eq!(act(&olga, &house, Person::Adam, "suspend", &[]).await.0, 303);
    let (status, _) = act(&olga, &house, Person::Olga, "role", &[("role", "admin")]).await;
    assert_eq!(status, 409, "a suspended Owner does not count");
    assert_eq!(standing(&house, Person::Olga), "owner");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_member_is_out_with_the_next_request_and_one_click_lets_them_in_again() {
    let house = House::new().await;
    let (adam, otto) = (house.signed_in(Person::Adam).await, house.signed_in(Person::Otto).await);
    assert_eq!(otto.get("/packets").await.status, 200);
    assert_eq!(act(&adam, &house, Person::Otto, "suspend", &[]).await.0, 303);
    assert_eq!(otto.get("/packets").await.status, 303);
    assert_eq!(otto.upload(None, Vec::new()).await.status, 303, "whatever they send");
    let sessions = format!("SELECT count(*) FROM sessions WHERE user_id = '{}'", id(&house, Person::Otto));
    assert_eq!(house.database.count(&sessions), 0, "on the server");
    let (_, status, words) = sign_in(&house, Person::Otto).await;
    assert!(status == 422 && words.contains("not a member of any team"), "{words}");
    assert_eq!(act(&adam, &house, Person::Otto, "reactivate", &[]).await.0, 303);
    assert_eq!(otto.get("/packets").await.status, 303, "the old session stays ended");
    assert_eq!(sign_in(&house, Person::Otto).await.1, 303);
    let log = house.database.audit();
    assert!(log.contains(&"admin member.suspend success".to_owned()), "{log:?}");
    assert!(log.contains(&"admin member.reactivate success".to_owned()), "{log:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_suspended_in_one_team_still_works_in_another_and_hears_nothing_of_the_first() {
    let house = House::new().await;
    join(&house, Person::Adam, "Other Brokers", "viewer");
    house.database.run("UPDATE memberships SET last_used_at = now() WHERE role = 'admin'");
    let adam = house.signed_in(Person::Adam).await;
    assert!(adam.get("/packets").await.words().contains("Atlas Customs"));
    let olga = house.signed_in(Person::Olga).await;
    act(&olga, &house, Person::Adam, "suspend", &[]).await;
    assert_eq!(adam.get("/packets").await.status, 303);
    let adam = house.signed_in(Person::Adam).await;
    let words = adam.get("/packets").await.words();
    assert!(words.contains("Other Brokers") && !words.contains("Atlas"), "{words}");
    let atlas = house.database.texts("SELECT id FROM teams WHERE name = 'Atlas Customs'").remove(0);
    assert_eq!(adam.post("/teams/switch", &[("team", &atlas)]).await.status, 404, "no way back in");
    for _ in 0..5 {
        house.nobody().post("/sign-in", &[("email", Person::Vera.email()), ("password", "wrong one")]).await;
    }
    let told: Vec<String> = house.letters().await.into_iter().map(|letter| letter.to).collect();
    assert_eq!(told, ["olga@atlas.example"], "letters about the team go to who watches over it now");
    let log = house.database.texts(
        "SELECT action FROM audit_entries e JOIN teams t ON t.id = e.team_id WHERE t.name = 'Atlas Customs' ORDER BY seq DESC LIMIT 20",
    );
    assert_eq!(log.iter().filter(|action| *action == "member.suspend").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_member_is_gone_and_their_account_stays() {
    let house = House::new().await;
    let (adam, otto) = (house.signed_in(Person::Adam).await, house.signed_in(Person::Otto).await);
    assert_eq!(act(&adam, &house, Person::Otto, "remove", &[]).await.0, 303);
    assert_eq!(standing(&house, Person::Otto), "gone");
    assert_eq!(otto.get("/packets").await.status, 303);
    assert_eq!(act(&adam, &house, Person::Otto, "remove", &[]).await.0, 404);
    assert_eq!(house.database.count("SELECT count(*) FROM users WHERE email = 'otto@atlas.example'"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_that_a_form_does_not_have_change_nothing() {
    let house = House::new().await;
    let adam = house.signed_in(Person::Adam).await;
    let other = house.database.texts("SELECT id FROM teams WHERE name = 'Other Brokers'").remove(0);
    let stan = id(&house, Person::Stan);
    let extra = [("role", "owner"), ("team_id", other.as_str()), ("user_id", stan.as_str()), ("id", stan.as_str())];
    assert_eq!(act(&adam, &house, Person::Otto, "suspend", &extra).await.0, 303);
    assert_eq!(act(&adam, &house, Person::Otto, "reactivate", &extra).await.0, 303);
    let twice = [("role", "viewer"), ("team_id", other.as_str()), ("is_owner", "true")];
    assert_eq!(act(&adam, &house, Person::Otto, "role", &twice).await.0, 303);
    assert_eq!([standing(&house, Person::Otto), standing(&house, Person::Adam)], ["viewer", "admin"]);
    let others = "SELECT count(*) FROM memberships m JOIN teams t ON t.id = m.team_id WHERE t.name = 'Other Brokers'";
    assert_eq!(house.database.count(others), 1);
    let repeated = adam
        .post(&format!("/team/members/{}/role", id(&house, Person::Otto)), &[("role", "operator"), ("role", "admin")])
        .await;
    assert_eq!(repeated.status, 422, "a field twice is no choice");
    assert_eq!(standing(&house, Person::Otto), "viewer");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_goes_from_team_to_team_and_signs_in_to_the_one_used_last() {
    let house = House::new().await;
    join(&house, Person::Vera, "Other Brokers", "admin");
    let vera = house.signed_in(Person::Vera).await;
    let page = vera.get("/packets").await;
    assert!(page.words().contains("Viewer"), "{}", page.words());
    let other = page.all("form.switch option", "value").remove(0);
    let cookie = |page: &crate::harness::browser::Page| page.header("set-cookie").to_owned();
    let went = vera.post("/teams/switch", &[("team", &other), ("role", "owner")]).await;
    assert_eq!((went.status, went.location.as_deref()), (303, Some("/packets")));
    assert!(cookie(&went).starts_with("quayside="), "a new cookie: {}", cookie(&went));
    let words = vera.get("/packets").await.words();
    assert!(words.contains("Other Brokers") && words.contains("Admin"), "{words}");
    let again = house.signed_in(Person::Vera).await.get("/packets").await.words();
    assert!(again.contains("vera@atlas.example · Admin"), "the team used last: {again}");
    let stranger = house.signed_in(Person::Otto).await;
    let foreign = stranger.post("/teams/switch", &[("team", &other)]).await;
    let unknown = stranger.post("/teams/switch", &[("team", &uuid::Uuid::now_v7().to_string())]).await;
    assert_eq!((foreign.status, unknown.status), (404, 404));
    assert_eq!(foreign.words(), unknown.words());
    let log = house.database.texts("SELECT count(*) FROM audit_entries WHERE action = 'team.switch'");
    assert_eq!(log, ["1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_goes_on_in_another_team_or_is_signed_out() {
    let house = House::new().await;
    join(&house, Person::Vera, "Other Brokers", "viewer");
    let vera = house.signed_in(Person::Vera).await;
    let unsure = vera.post("/team/leave", &[]).await;
    assert_eq!((unsure.status, unsure.all("input[aria-invalid]", "id")), (422, vec!["sure".to_owned()]));
    let left = vera.post("/team/leave", &[("sure", "yes")]).await;
    assert_eq!(left.location.as_deref(), Some("/packets"));
    assert!(vera.get("/packets").await.words().contains("Other Brokers"));
    assert!(vera.get("/teams").await.words().contains("It is your only team"));
    assert_eq!(vera.post("/team/leave", &[("sure", "yes")]).await.location.as_deref(), Some("/sign-in"));
    assert_eq!(vera.get("/packets").await.status, 303);
    assert_eq!(
        house.database.count("SELECT count(*) FROM audit_entries WHERE action = 'team.leave' AND result = 'success'"),
        2
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_with_an_account_founds_a_further_team_and_owns_it() {
    let house = House::new().await;
    let vera = house.signed_in(Person::Vera).await;
    let blank = vera.post("/teams", &[("name", " ")]).await;
    assert_eq!((blank.status, blank.all("input[aria-invalid]", "id")), (422, vec!["name".to_owned()]));
    let form = [("name", "Vera\r\nBrokers"), ("role", "viewer"), ("is_demo", "true")];
    assert_eq!(vera.post("/teams", &form).await.location.as_deref(), Some("/packets"));
    let words = vera.get("/packets").await.words();
    assert!(words.contains("Vera Brokers") && words.contains("vera@atlas.example · Owner"), "{words}");
    assert!(words.contains("No packets yet") && !words.contains("Demo team"), "{words}");
    assert_eq!(standing(&house, Person::Vera), "viewer", "and what they were elsewhere they still are");
    let log = house.database.texts(
        "SELECT e.role || ' ' || e.action FROM audit_entries e JOIN teams t ON t.id = e.team_id WHERE t.name = 'Vera Brokers'",
    );
    assert_eq!(log, ["owner team.found"]);
    for number in 2..=5 {
        assert_eq!(vera.post("/teams", &[("name", &format!("Team {number}"))]).await.status, 303);
    }
    let slowed = vera.post("/teams", &[("name", "One too many")]).await;
    assert!(slowed.status == 429 && slowed.words().contains("Too many tries"), "{}", slowed.words());
    let closed = House::with(&[("QUAYSIDE_SIGN_UP", "closed")]);
    let vera = closed.signed_in(Person::Vera).await;
    assert!(vera.get("/teams").await.all("form[action='/teams']", "action").is_empty());
    assert_eq!(vera.post("/teams", &[("name", "Vera Brokers")]).await.status, 400);
    assert_eq!(closed.database.count("SELECT count(*) FROM teams"), 2);
}
