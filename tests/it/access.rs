//! Every route as every role, as a stranger, as somebody suspended and as nobody, with things of one team and of another.

use crate::harness::{Browser, House, PASSWORD, Person, papers};
use quayside::app;
use quayside::web::route::{Access, Route};

/// Things of one team, and of a person who is only in that team.
pub struct Things {
    packet: String,
    file: String,
    work: String,
    letter: String,
    member: String,
    invite: String,
    session: String,
    passkey: String,
    client: String,
    view: String,
    batch: String,
}

impl Things {
    /// Things that nobody has.
    fn invented() -> Self {
        let unknown = || uuid::Uuid::now_v7().to_string();
        Self {
            packet: unknown(),
            file: unknown(),
            work: unknown(),
            letter: unknown(),
            member: unknown(),
            invite: unknown(),
            session: unknown(),
            passkey: unknown(),
            client: unknown(),
            view: unknown(),
            batch: unknown(),
        }
    }

    /// Furnishes a team that has none of them yet. `by` may upload there.
    pub async fn of(house: &House, by: &Browser, team: &str) -> Self {
        let packet = by.packet(papers(0)).await.trim_start_matches("/packets/").to_owned();
        house.work().await;
        let spare = format!("spare@{}", team.replace(' ', "-").to_lowercase());
        for sql in [
            "INSERT INTO work (team_id, id, task, key, state, failure) SELECT team_id, gen_random_uuid(), \
             jsonb_build_object('kind', 'check_packet', 'packet', id, 'run', run_id), 'check_packet:' || run_id, 'failed', 'x' \
             FROM packets WHERE team_id = $team",
            "INSERT INTO outbox (id, team_id, kind, recipient, sealed, state) \
             VALUES (gen_random_uuid(), $team, 'alarm', 'olga@atlas.example', 'x', 'failed')",
            "INSERT INTO users (id, email, name, password_hash) VALUES (gen_random_uuid(), '$spare', 'Sam Spare', 'x')",
            "INSERT INTO memberships (team_id, user_id, role) VALUES ($team, $user, 'viewer')",
            "INSERT INTO invites (team_id, id, email, role, invited_by, token_hash, expires_at) \
             VALUES ($team, gen_random_uuid(), 'x@y.example', 'viewer', $user, '$spare', now() + interval '7 days')",
            "INSERT INTO clients (team_id, id, name, profile) VALUES ($team, gen_random_uuid(), 'Client of $spare', '{}')",
            "INSERT INTO sessions (id_hash, state, expires_at) SELECT '$spare', jsonb_build_object('id', \
             to_jsonb(gen_random_uuid())::text, 'user', to_jsonb($user)::text), now() + interval '1 day'",
            "INSERT INTO passkeys (user_id, id, credential_id, name, credential) \
             VALUES ($user, gen_random_uuid(), '$spare', 'Key', '{}')",
            "INSERT INTO packet_views (team_id, id, owner_id, name, query) VALUES ($team, gen_random_uuid(), $user, 'Own', 'state=failed')",
            "INSERT INTO batches (team_id, id, task, created_by) VALUES ($team, gen_random_uuid(), 'delete', $user)",
        ] {
            let sql = sql
                .replace("$user", "(SELECT id FROM users WHERE email = '$spare')")
                .replace("$team", &format!("(SELECT id FROM teams WHERE name = '{team}')"))
                .replace("$spare", &spare);
            assert_eq!(house.database.run(&sql), 1, "{sql}");
        }
        let id = |table: &str| {
            let sql =
                format!("SELECT x.id FROM {table} x JOIN teams t ON t.id = x.team_id WHERE t.name = '{team}' LIMIT 1");
            house.database.texts(&sql).remove(0)
        };
        let spares = |table: &str, column: &str| {
            let sql =
                format!("SELECT x.{column} FROM {table} x JOIN users u ON u.id = x.user_id WHERE u.email = '{spare}'");
            house.database.texts(&sql).remove(0)
        };
        Self {
            packet,
            file: id("files"),
            work: id("work"),
            letter: id("outbox"),
            member: spares("memberships", "user_id"),
            invite: id("invites"),
            session: spares("sessions", "public_id"),
            passkey: spares("passkeys", "id"),
            client: id("clients"),
            view: id("packet_views"),
            batch: id("batches"),
        }
    }

    /// Where the route is for these things.
    pub fn path(&self, route: &Route) -> String {
        let id = match route.path {
            path if path.starts_with("/account/sessions") => &self.session,
            path if path.starts_with("/account/passkeys") => &self.passkey,
            path if path.starts_with("/work/mail") => &self.letter,
            path if path.starts_with("/clients") => &self.client,
            path if path.starts_with("/team/members") => &self.member,
            path if path.starts_with("/team/invites") => &self.invite,
            path if path.starts_with("/packets/views") => &self.view,
            path if path.starts_with("/packets/batch") => &self.batch,
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

/// Two furnished teams.
async fn both(house: &House) -> (Things, Things) {
    let (otto, stan) = (house.signed_in(Person::Otto).await, house.signed_in(Person::Stan).await);
    (Things::of(house, &otto, "Atlas Customs").await, Things::of(house, &stan, "Other Brokers").await)
}

/// What nobody who is asked here may change.
fn untouched(house: &House, team: &str) -> Vec<String> {
    let within = format!("WHERE team_id = (SELECT id FROM teams WHERE name = '{team}')");
    let of = |columns: &str, table: &str| format!("SELECT string_agg({columns}, ' ' ORDER BY 1) FROM {table} {within}");
    [
        of("id::text || updated_at", "packets"),
        of("id::text || name || query", "packet_views"),
        of("id::text || state || attempts", "work"),
        of("id::text || state", "outbox"),
        of("user_id::text || role || coalesce(suspended_at::text, '')", "memberships"),
        of("id::text || sent_count", "invites"),
        of("id::text || version", "clients"),
        format!("SELECT name || requires_factor || coalesce(deletes_at::text, '') FROM teams WHERE name = '{team}'"),
        "SELECT count(*)::text FROM passkeys".to_owned(),
    ]
    .iter()
    .flat_map(|sql| house.database.texts(sql))
    .collect()
}

fn may(person: Person, route: &Route) -> bool {
    match route.access {
        Access::Public | Access::SignedIn => true,
        Access::Needs(action) => person.role() >= action.needs(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_each_role_as_the_permission_table_says() {
    let house = House::new().await;
    let (atlas, _) = both(&house).await;
    let mut faults = Vec::new();
    for person in Person::ATLAS {
        let browser = house.signed_in(person).await;
        for route in app::routes().iter().filter(|route| route.path != "/sign-out" && route.path != "/sign-in") {
            let answer = browser.request(route.method, &atlas.path(route)).await;
            let thrown_out = answer.location.as_deref().is_some_and(|to| to.starts_with("/sign-in?next="));
            // Allowed is anything but a refusal: a form without its fields is 400 or 422, what is done already is 404 or 409.
            if may(person, route) == (answer.status == 403) || answer.status >= 500 || thrown_out {
                faults.push(format!("{person:?} {} {}: {}", route.method, route.path, answer.status));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_teams_things_answer_every_role_like_things_that_do_not_exist() {
    let house = House::new().await;
    let (atlas, other) = both(&house).await;
    let nothing = Things::invented();
    let before = [untouched(&house, "Atlas Customs"), untouched(&house, "Other Brokers")];
    let mut faults = Vec::new();
    for (person, theirs) in Person::ATLAS.map(|person| (person, &other)).into_iter().chain([(Person::Stan, &atlas)]) {
        let browser = house.signed_in(person).await;
        for route in app::routes().iter().filter(|route| route.path.contains("{id}")) {
            let foreign = browser.request(route.method, &theirs.path(route)).await;
            let unknown = browser.request(route.method, &nothing.path(route)).await;
            let wanted = if may(person, route) { 404 } else { 403 };
            if (foreign.status, unknown.status) != (wanted, wanted) || foreign.words() != unknown.words() {
                let statuses = format!("{} and {}", foreign.status, unknown.status);
                faults.push(format!("{person:?} {} {}: {statuses}", route.method, route.path));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    assert_eq!([untouched(&house, "Atlas Customs"), untouched(&house, "Other Brokers")], before);
}

/// What is not public, with the address of each of two teams' things.
fn closed(atlas: &Things, other: &Things) -> Vec<(&'static str, String)> {
    let closed = app::routes().into_iter().filter(|route| route.access != Access::Public);
    let addresses = closed.flat_map(|route| [(route.method, atlas.path(&route)), (route.method, other.path(&route))]);
    addresses.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
}

fn is_out(answer: &crate::harness::browser::Page) -> bool {
    answer.status == 303 && answer.location.as_deref().is_some_and(|to| to.starts_with("/sign-in?next="))
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_sent_to_sign_in_from_everything_that_is_not_public() {
    let house = House::new().await;
    let (atlas, other) = both(&house).await;
    let nobody = house.nobody();
    for (method, path) in closed(&atlas, &other) {
        let answer = nobody.request(method, &path).await;
        assert!(is_out(&answer), "{method} {path}: {} {:?}", answer.status, answer.location);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_suspended_is_sent_to_sign_in_too_whatever_session_they_still_hold() {
    let house = House::new().await;
    let (atlas, other) = both(&house).await;
    let before = [untouched(&house, "Atlas Customs"), untouched(&house, "Other Brokers")];
    let nobody = house.nobody();
    for person in Person::ATLAS {
        let form = [("email", person.email()), ("password", PASSWORD)];
        let entered = house.nobody().post("/sign-in", &form).await;
        let cookie = entered.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
        let cookie = cookie.filter_map(|cookie| cookie.split(';').next()).collect::<Vec<_>>().join("; ");
        assert_eq!(nobody.request_as(&cookie, "get", "/packets").await.status, 200, "{person:?}");
        house.database.run("DROP TABLE IF EXISTS kept");
        house.database.run("CREATE TABLE kept AS SELECT id_hash, state, expires_at FROM sessions");
        let whose = format!("user_id = (SELECT id FROM users WHERE email = '{}')", person.email());
        house.database.run(&format!("UPDATE memberships SET suspended_at = now() WHERE {whose}"));
        for (method, path) in closed(&atlas, &other) {
            // The server ends such a session where it meets it.
            house
                .database
                .run("INSERT INTO sessions (id_hash, state, expires_at) SELECT * FROM kept ON CONFLICT DO NOTHING");
            let answer = nobody.request_as(&cookie, method, &path).await;
            // A form that cannot be read may be refused before it is asked who sent it.
            let is_unread = method == "post" && [400, 415].contains(&answer.status);
            assert!(
                is_out(&answer) || is_unread,
                "{person:?} {method} {path}: {} {:?}",
                answer.status,
                answer.location
            );
        }
        house.database.run(&format!("UPDATE memberships SET suspended_at = NULL WHERE {whose}"));
    }
    assert_eq!([untouched(&house, "Atlas Customs"), untouched(&house, "Other Brokers")], before);
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
