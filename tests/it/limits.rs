//! Limits at the door, and what looks like somebody else.

use crate::harness::{Browser, House, PASSWORD, Person};

async fn try_password(browser: &Browser, person: Person, password: &str) -> (u16, String, String) {
    let answer = browser.post("/sign-in", &[("email", person.email()), ("password", password)]).await;
    (answer.status, answer.header("retry-after").to_owned(), answer.words())
}

async fn fail(house: &House, person: Person, times: usize) {
    for _ in 0..times {
        assert_eq!(try_password(&house.nobody(), person, "not this one").await.0, 422);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_slow_an_account_down_and_never_lock_it() {
    let house = House::new().await;
    fail(&house, Person::Otto, 5).await;
    let (status, after, words) = try_password(&house.nobody(), Person::Otto, PASSWORD).await;
    assert_eq!((status, after.as_str()), (429, "30"), "{words}");
    assert!(words.contains("Too many tries. Try again in 30 seconds"), "{words}");
    assert_eq!(try_password(&house.nobody(), Person::Vera, PASSWORD).await.0, 303, "others are not slowed");
    house.database.run("UPDATE limits SET blocked_until = now() - interval '1 second'");
    assert_eq!(try_password(&house.nobody(), Person::Otto, "not this one").await.0, 422);
    assert_eq!(try_password(&house.nobody(), Person::Otto, PASSWORD).await.1, "60", "the wait grows");
    house.database.run("UPDATE limits SET blocked_until = now() - interval '1 second'");
    assert_eq!(try_password(&house.nobody(), Person::Otto, PASSWORD).await.0, 303, "never a permanent lock");
    fail(&house, Person::Otto, 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_address_is_slowed_like_a_known_one() {
    let house = House::new().await;
    for _ in 0..5 {
        house.nobody().post("/sign-in", &[("email", "Nobody@atlas.example"), ("password", "not this one")]).await;
    }
    let unknown = house.nobody().post("/sign-in", &[("email", "nobody@atlas.example"), ("password", "x")]).await;
    assert_eq!((unknown.status, unknown.header("retry-after")), (429, "30"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_device_is_not_slowed_by_a_strangers_tries() {
    let house = House::new().await;
    let known = house.signed_in(Person::Otto).await;
    known.post("/sign-out", &[]).await;
    fail(&house, Person::Otto, 5).await;
    assert_eq!(try_password(&house.nobody(), Person::Otto, PASSWORD).await.0, 429, "the stranger waits");
    assert_eq!(try_password(&known, Person::Otto, PASSWORD).await.0, 303, "the person does not");
    for _ in 0..10 {
        assert_eq!(try_password(&known, Person::Otto, "not this one").await.0, 422);
    }
    assert_eq!(try_password(&known, Person::Otto, PASSWORD).await.0, 429, "a stolen device is no free way in");
    assert_eq!(try_password(&known, Person::Vera, PASSWORD).await.0, 303, "it is known to one person only");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_that_tries_many_accounts_is_slowed() {
    let house = House::new().await;
    let mut statuses = Vec::new();
    for number in 0..31 {
        let email = format!("person{number}@atlas.example");
        statuses.push(house.nobody().post("/sign-in", &[("email", &email), ("password", "guess guess")]).await.status);
    }
    assert_eq!(statuses, [vec![422; 30], vec![429]].concat());
    // Whoever has an account of their own cannot wash the address clean with it.
    house.database.run("UPDATE limits SET blocked_until = now() - interval '1 second'");
    house.signed_in(Person::Stan).await;
    let next = house.nobody().post("/sign-in", &[("email", "one@more.example"), ("password", "guess guess")]).await;
    let after = house.nobody().post("/sign-in", &[("email", "two@more.example"), ("password", "guess guess")]).await;
    assert_eq!((next.status, after.status), (422, 429));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_share_the_counts() {
    let house = House::new().await;
    fail(&house, Person::Otto, 5).await;
    let other = Browser::new(&house.another_server(&[]));
    assert_eq!(try_password(&other, Person::Otto, PASSWORD).await.0, 429);
}

#[tokio::test(flavor = "multi_thread")]
async fn tries_at_once_are_counted_one_by_one() {
    let house = House::new().await;
    let browsers: Vec<Browser> = (0..12).map(|_| house.nobody()).collect();
    let tries = futures_util::future::join_all(
        browsers.iter().map(|browser| try_password(browser, Person::Otto, "not this one")),
    );
    let statuses: Vec<u16> = tries.await.into_iter().map(|(status, ..)| status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 5, "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_counts_cannot_be_read_nobody_signs_in() {
    let house = House::new().await;
    house.database.run("ALTER TABLE limits RENAME TO gone");
    let browser = house.nobody();
    assert_eq!(try_password(&browser, Person::Otto, PASSWORD).await.0, 500);
    assert_eq!(browser.get("/packets").await.status, 303);
    house.database.run("ALTER TABLE gone RENAME TO limits");
    assert_eq!(try_password(&browser, Person::Otto, PASSWORD).await.0, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_and_limits_are_in_the_log_of_every_team_of_the_person_with_the_address() {
    let house = House::new().await;
    house.database.run(
        "INSERT INTO memberships (team_id, user_id, role) SELECT t.id, u.id, 'viewer' FROM teams t, users u \
         WHERE t.name = 'Other Brokers' AND u.email = 'otto@atlas.example'",
    );
    fail(&house, Person::Otto, 5).await;
    for _ in 0..20 {
        assert_eq!(try_password(&house.nobody(), Person::Otto, "not this one").await.0, 429);
    }
    let mut log = house.database.texts(
        "SELECT t.name || ' ' || e.role || ' ' || e.action || ' ' || e.result || ' ' || i.email || ' ' || i.address || ' ' || count(*) \
         FROM audit_entries e JOIN teams t ON t.id = e.team_id \
         JOIN audit_identities i ON i.team_id = e.team_id AND i.id = e.identity_id \
         GROUP BY t.name, e.role, e.action, e.result, i.email, i.address",
    );
    log.sort();
    let who = "otto@atlas.example 127.0.0.1";
    assert_eq!(
        log,
        [
            format!("Atlas Customs operator session.start limited {who} 3"),
            format!("Atlas Customs operator session.start wrong_password {who} 5"),
            format!("Atlas Customs operator team.alarm success {who} 1"),
            format!("Other Brokers viewer session.start limited {who} 3"),
            format!("Other Brokers viewer session.start wrong_password {who} 5"),
            format!("Other Brokers viewer team.alarm success {who} 1"),
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn many_failures_are_mailed_once_to_owners_and_admins() {
    let house = House::new().await;
    fail(&house, Person::Vera, 5).await;
    let letters = house.letters().await;
    let mut to: Vec<&str> = letters.iter().map(|letter| letter.to.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, ["adam@atlas.example", "olga@atlas.example"]);
    assert!(letters[0].text.contains("several wrong passwords") && letters[0].text.contains("vera@atlas.example"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_from_a_new_device_and_network_is_mailed_and_an_operator_is_not() {
    let house = House::new().await;
    house.signed_in(Person::Olga).await;
    house.signed_in(Person::Otto).await;
    house.signed_in(Person::Olga).await;
    assert!(house.letters().await.is_empty(), "a first time, and a new device in a known network, alarm nobody");
    house.database.run("UPDATE devices SET network = '192.0.2.0/24'");
    house.signed_in(Person::Otto).await;
    assert!(house.letters().await.is_empty());
    house.signed_in(Person::Olga).await;
    let letters = house.letters().await;
    assert_eq!(letters.len(), 2);
    assert!(letters[0].text.contains("a device and a network that were never seen before"));
    house.signed_in(Person::Olga).await;
    assert_eq!(house.letters().await.len(), 2, "the network is known now");
    assert!(house.database.audit().contains(&"owner team.alarm success".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cheap_hash_is_made_anew_at_sign_in() {
    let house = House::new().await;
    let cheap = bcrypt::hash(PASSWORD, 4).unwrap();
    house.database.run(&format!("UPDATE users SET password_hash = '{cheap}' WHERE email = 'otto@atlas.example'"));
    house.signed_in(Person::Otto).await;
    let kept = house.database.texts("SELECT password_hash FROM users WHERE email = 'otto@atlas.example'").remove(0);
    assert!(kept.starts_with("$2b$12$"), "{kept}");
    house.signed_in(Person::Otto).await;
}

/// Prints the medians, so that they can be quoted.
#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_address_takes_as_long_as_a_known_one() {
    let house = House::new().await;
    let browser = house.nobody();
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..7 {
        for (times, email) in times.iter_mut().zip([Person::Otto.email(), "nobody@atlas.example"]) {
            house.database.run("DELETE FROM limits");
            let since = std::time::Instant::now();
            let answer = browser.post("/sign-in", &[("email", email), ("password", "not this one")]).await;
            times.push(since.elapsed());
            assert_eq!(answer.status, 422);
        }
    }
    let [known, unknown] = times.map(|mut times| {
        times.sort();
        times[3]
    });
    println!("sign-in: known {known:?}, unknown {unknown:?}");
    let ratio = known.as_secs_f64() / unknown.as_secs_f64();
    assert!((0.5..2.0).contains(&ratio), "{known:?} {unknown:?}");
}
