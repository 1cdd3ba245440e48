//! Lines of the security register (`tests/asvs.tsv`) that no feature's own tests prove, each under the line's number. The register
//! says which test proves each of the others.

use crate::harness::process::{Server, vacated};
use crate::harness::{Browser, House, PASSWORD, Person, papers};
use quayside::app;
use quayside::web::route::Access;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Text that breaks out of every place where text is shown carelessly.
const MARKUP: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;";

/// Values that break careless queries, numbers and columns.
const NASTY: [&str; 12] = [
    "'",
    "\"; DROP TABLE users; --",
    "\\",
    "%_",
    "null\0byte",
    "1e308",
    "NaN",
    "-1",
    "٣",
    "9999999999999999999999999999999999999999",
    "0001-01-01T00:00:00Z",
    "\u{202e}\u{feff}\u{1b}[31m",
];

fn query(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// Every name that a form of the pages sends.
fn names() -> Vec<String> {
    fn gather(folder: &std::path::Path, names: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                gather(&path, names);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let found = text.split(" name=\"").skip(1).filter_map(|rest| rest.split('"').next());
            names.extend(
                found.filter(|name| name.bytes().all(|c| c.is_ascii_lowercase() || c == b'_')).map(str::to_owned),
            );
        }
    }
    let mut names = BTreeSet::new();
    gather(std::path::Path::new("templates"), &mut names);
    names.into_iter().collect()
}

/// Every address with things in it that exist.
async fn addresses(house: &House, otto: &Browser) -> Vec<(&'static str, String)> {
    let packet = otto.packet(papers(1)).await;
    house.work().await;
    let packet = packet.trim_start_matches("/packets/").to_owned();
    let file = house.database.texts("SELECT id FROM files ORDER BY position LIMIT 1").remove(0);
    let fill = |path: &str| {
        path.replace("{id}", &packet).replace("{file}", &file).replace("{page}", "1").replace("{name}", "app.css")
    };
    app::routes().iter().map(|route| (route.method, fill(route.path))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn line_01_markup_in_every_stored_text_comes_back_as_text() {
    let house = House::new().await;
    let browser = house.nobody();
    let fields = [("name", MARKUP), ("email", "mark@up.example"), ("organisation", MARKUP), ("password", PASSWORD)];
    assert_eq!(browser.post("/sign-up", &fields).await.status, 303);
    let letter = house.letters().await.remove(0);
    let code = letter.text.split_whitespace().find(|word| word.len() == 6 && word.bytes().all(|c| c.is_ascii_digit()));
    assert_eq!(browser.post("/sign-up/code", &[("code", code.unwrap())]).await.status, 303);
    let name = format!("{MARKUP}.pdf").replace('/', "_");
    let packet = browser.packet(vec![(name, papers(0).remove(0).1)]).await;
    house.work().await;
    let mut shown = 0;
    let pages = app::routes().into_iter().filter(|route| route.method == "get" && !route.path.contains('{'));
    for path in pages.map(|route| route.path.to_owned()).chain([packet]) {
        let page = browser.get(&path).await;
        if !page.header("content-type").starts_with("text/html") {
            continue;
        }
        let text = page.text();
        assert!(!text.contains("<script>alert") && !text.contains("<img src=x"), "{path}");
        shown += usize::from(text.contains("&lt;script&gt;") || text.contains("&#60;script&#62;"));
    }
    assert!(shown > 3, "the names are shown: {shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn line_04_and_07_no_value_in_any_parameter_breaks_a_query() {
    let house = House::new().await;
    let olga = house.signed_in(Person::Olga).await;
    let addresses = addresses(&house, &olga).await;
    let names = names();
    assert!(names.len() > 10, "{names:?}");
    let mut faults = Vec::new();
    for value in NASTY {
        let form: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), value)).collect();
        let query = query(&form);
        for (method, path) in &addresses {
            if path == "/sign-out" {
                continue;
            }
            let answer = match *method {
                "get" => olga.get(&format!("{path}?{query}")).await,
                _ => olga.post(path, &form).await,
            };
            if answer.status >= 500 {
                faults.push(format!("{method} {path} {value:?}: {}", answer.status));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(house.database.count("SELECT count(*) FROM users"), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn line_05_a_file_named_like_a_command_is_a_file() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let paper = papers(0).remove(0).1;
    let names = ["-rf;$(id).pdf", "--help.pdf", "`touch x`.pdf", "|cat .pdf"];
    let packet = otto.packet(names.iter().map(|name| ((*name).to_owned(), paper.clone())).collect()).await;
    house.work().await;
    let page = otto.get(&packet).await;
    assert_eq!(house.database.count("SELECT count(*) FROM packets WHERE state = 'checked'"), 1);
    assert_eq!(house.database.count("SELECT count(*) FROM pages"), 4, "each was read: {}", page.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn line_08_a_drawing_that_could_carry_script_is_no_document_and_pages_are_drawn_anew() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec();
    let mut files = vec![("drawing.svg".to_owned(), svg)];
    files.extend(papers(0).into_iter().take(1));
    let packet = otto.packet(files).await;
    house.work().await;
    let page = otto.get(&packet).await;
    assert!(page.words().contains("drawing.svg"), "{}", page.words());
    for file in house.database.texts("SELECT id FROM files") {
        let image = otto.get(&format!("{packet}/files/{file}/pages/1")).await;
        let drawn = image.header("content-type").starts_with("image/png")
            || image.header("content-type").starts_with("image/webp");
        assert!(drawn || matches!(image.status, 404 | 422), "{} {}", image.status, image.header("content-type"));
        let original = otto.get(&format!("{packet}/files/{file}")).await;
        assert!(original.header("content-disposition").starts_with("attachment"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn line_20_fields_that_a_form_does_not_have_change_nothing() {
    let house = House::new().await;
    let vera = house.signed_in(Person::Vera).await;
    let other = house.database.texts("SELECT id FROM teams WHERE name = 'Other Brokers'").remove(0);
    let more = [
        ("role", "owner"),
        ("team_id", other.as_str()),
        ("team", &other),
        ("id", &other),
        ("email", "olga@atlas.example"),
    ];
    let form: Vec<(&str, &str)> = [("name", "Vera Viewer")].into_iter().chain(more).collect();
    let roles = "SELECT string_agg(u.email || m.role || m.team_id, ',' ORDER BY u.email) FROM users u JOIN memberships m ON m.user_id = u.id";
    let before = house.database.texts(roles);
    assert_eq!(vera.post("/account/name", &form).await.status, 303);
    assert_eq!(house.database.texts("SELECT name FROM users WHERE email = 'vera@atlas.example'"), ["Vera Viewer"]);
    assert_eq!(house.database.texts(roles), before);
    assert_eq!(house.database.count("SELECT count(*) FROM users WHERE name = 'Vera Viewer'"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn line_21_a_field_sent_twice_is_refused() {
    let house = House::new().await;
    let twice = [("email", Person::Otto.email()), ("email", Person::Vera.email()), ("password", PASSWORD)];
    let answer = house.nobody().post("/sign-in", &twice).await;
    assert_eq!(answer.status, 400, "{}", answer.words());
}

/// What every table holds, but for what a visit leaves by design: when a session was seen, who looked at the log.
fn state(house: &House) -> BTreeMap<String, String> {
    let tables = house.database.texts(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'audit%' \
         AND tablename NOT IN ('sessions', 'limits') ORDER BY 1",
    );
    let sum = |table: &String| {
        let sql = format!("SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM {table} t");
        (table.clone(), house.database.texts(&sql).remove(0))
    };
    tables.iter().map(sum).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn line_33_no_visit_changes_anything() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let addresses = addresses(&house, &otto).await;
    let mut browsers = vec![house.nobody()];
    for person in Person::ATLAS {
        browsers.push(house.signed_in(person).await);
    }
    let before = state(&house);
    for browser in &browsers {
        for (_, path) in addresses.iter().filter(|(method, _)| *method == "get") {
            browser.get(path).await;
        }
    }
    assert_eq!(state(&house), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn line_34_every_answer_says_what_it_is() {
    let house = House::new().await;
    let olga = house.signed_in(Person::Olga).await;
    for (method, path) in addresses(&house, &olga).await.iter().filter(|(method, _)| *method == "get") {
        let answer = olga.get(path).await;
        let kind = answer.header("content-type");
        let words = ["text/", "application/json"].iter().any(|start| kind.starts_with(start));
        let bare = answer.bytes.is_empty() && (300..400).contains(&answer.status);
        assert!(bare || !kind.is_empty(), "{method} {path}: {} without a type", answer.status);
        assert!(!kind.starts_with("text/") || kind.to_lowercase().contains("charset=utf-8"), "{path}: {kind}");
        assert!(words || !kind.contains("html"), "{path}: {kind}");
    }
}

/// The first line of the answer to a request as it stands.
fn raw(house: &House, request: &str) -> String {
    let mut stream = TcpStream::connect(house.base.trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    drop(stream.take(4096).read_to_end(&mut answer));
    String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn line_36_a_request_that_gives_its_length_in_two_ways_is_refused() {
    let house = House::new().await;
    let head = "POST /sign-in HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
    for lengths in [
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
        "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    ] {
        let answer = raw(&house, &format!("{head}{lengths}"));
        assert!(answer.is_empty() || answer.contains(" 400 "), "{lengths:?}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn line_91_nothing_lies_about_that_a_server_should_not_show() {
    let house = House::new().await;
    let nobody = house.nobody();
    for path in
        ["/.git/config", "/.git/HEAD", "/.env", "/Cargo.toml", "/static/", "/assets/", "/assets/../Cargo.toml", "/var/"]
    {
        assert_eq!(nobody.get(path).await.status, 404, "{path}");
    }
    assert_eq!(nobody.request("trace", "/sign-in").await.status, 405);
    assert!(matches!(nobody.get("/metrics").await.status, 401 | 403 | 404));
    let server = nobody.get("/sign-in").await;
    assert!(server.header("server").is_empty() && server.header("x-powered-by").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn line_95_signing_out_asks_the_browser_to_forget() {
    let house = House::new().await;
    let vera = house.signed_in(Person::Vera).await;
    assert_eq!(vera.post("/sign-out", &[]).await.header("clear-site-data"), "\"cache\", \"storage\"");
}

#[test]
fn line_97_nothing_is_kept_in_the_browsers_store() {
    for entry in std::fs::read_dir("static/js").unwrap() {
        let path = entry.unwrap().path();
        let script = std::fs::read_to_string(&path).unwrap();
        for store in ["localStorage", "sessionStorage", "indexedDB", "document.cookie"] {
            assert!(!script.contains(store), "{}: {store}", path.display());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn line_90_and_99_and_101_no_secret_reaches_log_or_arguments_and_no_input_draws_in_the_log() {
    let database = vacated();
    let log = database.folder().join("log");
    let server = Server::logging(database.folder(), &[("QUAYSIDE_LOG", "debug"), ("QUAYSIDE_WORKERS", "1")], &log);
    server.ready().await;
    let browser = Browser::new(&server.base);
    let drawn = "\u{1b}[31mred\r\nlevel=ERROR invented";
    let wrong = [("email", drawn), ("password", "a wrong password of mine")];
    assert_eq!(browser.post("/sign-in", &wrong).await.status, 422);
    let fields = [
        ("name", drawn),
        ("email", "lena@log.example"),
        ("organisation", drawn),
        ("password", "a new password of mine"),
    ];
    assert_eq!(browser.post("/sign-up", &fields).await.status, 303);
    browser.get(&format!("/packets?{}", query(&[("q", drawn)]))).await;
    assert_eq!(browser.sign_in(Person::Otto).await.status, 303);
    assert_eq!(browser.post("/reset-password", &[("email", Person::Otto.email())]).await.status, 200);
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    let letters = database.folder().join("mail");
    let texts = || -> Vec<String> {
        let files = std::fs::read_dir(&letters).into_iter().flatten().flatten();
        files.filter_map(|file| std::fs::read_to_string(file.path()).ok()).collect()
    };
    while texts().len() < 2 {
        assert!(std::time::Instant::now() < deadline, "no letters");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut secrets =
        vec![PASSWORD.to_owned(), "a wrong password of mine".to_owned(), "a new password of mine".to_owned()];
    for text in texts() {
        let words = text.split_whitespace();
        secrets.extend(
            words.filter(|word| word.len() == 6 && word.bytes().all(|c| c.is_ascii_digit())).map(str::to_owned),
        );
        secrets.extend(
            text.split("/reset-password/").skip(1).filter_map(|rest| rest.split_whitespace().next()).map(str::to_owned),
        );
    }
    assert!(secrets.len() >= 5, "a code and a link were mailed");
    let arguments = std::fs::read_to_string(format!("/proc/{}/cmdline", server.child.id())).unwrap();
    assert!(!arguments.contains(std::str::from_utf8(crate::harness::SECRET).unwrap()));
    drop(server);
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.lines().count() > 5, "{log}");
    for secret in secrets {
        assert!(!log.contains(&secret), "the log holds {secret}");
    }
    assert!(!log.contains('\u{1b}') && !log.lines().any(|line| line.starts_with("level=ERROR invented")), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn line_98_every_entry_says_who_where_what_and_when() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    otto.packet(papers(0)).await;
    let missing = "SELECT count(*) FROM audit_entries e LEFT JOIN audit_identities i ON i.team_id = e.team_id AND i.id = e.identity_id \
        WHERE e.at IS NULL OR e.action = '' OR e.result = '' OR (e.role <> 'system' AND (i.email IS NULL OR i.address IS NULL))";
    assert!(house.database.count("SELECT count(*) FROM audit_entries") >= 2);
    assert_eq!(house.database.count(missing), 0);
}

/// What the register asks of a public page: nothing but what a stranger may know.
#[tokio::test(flavor = "multi_thread")]
async fn line_78_public_pages_are_the_ones_we_know() {
    let public: Vec<&str> = app::routes()
        .iter()
        .filter(|route| route.access == Access::Public && route.method == "get")
        .map(|route| route.path)
        .collect();
    let of_the_api: Vec<_> = public.iter().filter(|path| path.starts_with("/api")).collect();
    assert_eq!(of_the_api, [&"/api", &"/api/v1/openapi.json"]);
    for path in &public {
        let known = [
            "/healthz",
            "/readyz",
            "/metrics",
            "/assets",
            "/sign-",
            "/reset-password",
            "/new-password",
            "/roles",
            "/security",
            "/.well-known",
            "/development",
            "/trust",
            "/keyboard",
            "/invites",
            "/join",
            // What the API is, for whoever has no token yet.
            "/api",
        ];
        assert!(*path == "/" || known.iter().any(|start| path.starts_with(start)), "{path} is public");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn line_19_what_costs_much_is_limited_for_each_person() {
    let house = House::new().await;
    let (olga, otto) = (house.signed_in(Person::Olga).await, house.signed_in(Person::Otto).await);
    let packet = otto.packet(papers(0)).await;
    let wait = |page: &crate::harness::browser::Page| (page.status, page.header("retry-after").is_empty());
    assert_eq!(olga.get("/audit/export.csv").await.status, 200);
    otto.post(&format!("{packet}/runs"), &[]).await;
    // As if the hour's free share were spent.
    house.database.run("UPDATE limits SET blocked_until = now() + interval '1 minute'");
    assert_eq!(wait(&otto.upload(None, papers(0)).await), (429, false));
    assert_eq!(wait(&otto.post(&format!("{packet}/runs"), &[]).await), (429, false));
    assert_eq!(wait(&olga.get("/audit/export.csv").await), (429, false));
    assert_eq!(house.database.count("SELECT count(*) FROM packets"), 1);
    assert_eq!(olga.packet(papers(0)).await.get(..9), Some("/packets/"), "each person has a count of their own");
}

#[tokio::test(flavor = "multi_thread")]
async fn line_27_no_other_site_may_read_an_answer() {
    let house = House::new().await;
    for path in ["/sign-in", "/healthz", "/assets/app.css", "/no/such/page"] {
        let asked = house.nobody().client.get(format!("{}{path}", house.base)).header("Origin", "https://evil.example");
        let answer = asked.send().await.unwrap();
        let allowed = answer.headers().keys().find(|name| name.as_str().starts_with("access-control-"));
        assert!(allowed.is_none(), "{path}: {allowed:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn line_49_and_50_any_mix_of_letters_is_a_password_and_its_field_takes_what_is_pasted() {
    let house = House::new().await;
    for (number, password) in
        ["qzwrtpvx", "правильная лошадь", "  spaces  ", "9152637480", "x".repeat(72).as_str()].iter().enumerate()
    {
        let email = format!("p{number}@many{number}.example");
        let fields = [("name", "Pia"), ("email", email.as_str()), ("organisation", "Many"), ("password", password)];
        let answer = house.nobody().post("/sign-up", &fields).await;
        assert_eq!(answer.status, 303, "{password:?}: {}", answer.words());
    }
    for path in ["/sign-up", "/sign-in"] {
        let page = house.nobody().get(path).await;
        assert_eq!(page.all("input[name=password]", "type"), ["password"], "{path}");
        assert!(page.all("input[name=password]", "maxlength").is_empty() && !page.text().contains("onpaste"), "{path}");
        assert_eq!(page.all("input[name=password][autocomplete]", "autocomplete").len(), 1, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn line_61_who_lost_every_factor_is_let_in_again_from_the_console_and_the_log_says_so() {
    let house = House::new().await;
    house.database.run(
        "INSERT INTO passkeys (user_id, id, credential_id, name, credential) \
         SELECT id, gen_random_uuid(), 'x', 'Lost key', '{}' FROM users WHERE email = 'otto@atlas.example'",
    );
    let otto = house.nobody();
    assert_eq!(otto.sign_in(Person::Otto).await.location.as_deref(), Some("/sign-in/second"));
    let run = |email: &str| {
        std::process::Command::new(crate::harness::program())
            .args(["admin", "remove-factors", "--email", email])
            .env("DATABASE_URL", house.database.app_url())
            .env("QUAYSIDE_VAR", house.database.folder().join("console"))
            .env("QUAYSIDE_SECRET", std::str::from_utf8(crate::harness::SECRET).unwrap())
            .output()
            .unwrap()
    };
    let unknown = run("nobody@atlas.example");
    assert!(!unknown.status.success() && String::from_utf8_lossy(&unknown.stderr).contains("Nobody has the address"));
    let done = run(Person::Otto.email());
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(otto.sign_in(Person::Otto).await.location.as_deref(), Some("/packets"));
    let log = house.database.audit();
    assert!(log.iter().any(|entry| entry.ends_with("factor.remove success")), "{log:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn line_70_a_session_is_kept_under_the_hash_of_a_long_key() {
    let house = House::new().await;
    let answer = house.nobody().sign_in(Person::Otto).await;
    let cookies = answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap().to_owned());
    let cookie = cookies.into_iter().find(|cookie| cookie.starts_with("quayside=")).unwrap();
    let value = cookie.trim_start_matches("quayside=").split(';').next().unwrap().to_owned();
    assert!(value.len() >= 64, "sealed by the server's key: {} letters", value.len());
    assert_eq!(house.database.count("SELECT min(length(id_hash)) FROM sessions"), 32, "a digest of 256 bits");
    let kept = house.database.texts("SELECT encode(id_hash, 'hex') || state::text FROM sessions").concat();
    assert!(!kept.contains(&value));
}

#[tokio::test(flavor = "multi_thread")]
async fn line_86_links_carry_256_bits() {
    let house = House::new().await;
    house.nobody().post("/reset-password", &[("email", Person::Otto.email())]).await;
    let letter = house.letters().await.remove(0);
    let token = letter.text.split("/reset-password/").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap();
    assert!(token.len() >= 43, "{} letters of base64 or hex", token.len());
    let kept = house.database.texts("SELECT string_agg(r::text, ' ') FROM password_resets r").concat();
    assert!(!kept.is_empty() && !kept.contains(token), "stored hashed");
}

#[tokio::test(flavor = "multi_thread")]
async fn line_103_and_104_a_fault_shows_a_number_and_nothing_else_and_nobody_passes() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    house.database.run("ALTER TABLE packets RENAME TO gone");
    let fault = otto.get("/packets").await;
    assert_eq!(fault.status, 500);
    let words = fault.words();
    assert!(words.contains("Request") && !words.contains("packets\"") && !words.contains("relation"), "{words}");
    house.database.run("ALTER TABLE gone RENAME TO packets");
    house.database.run("ALTER TABLE memberships RENAME TO gone");
    assert!(otto.get("/packets").await.status >= 500, "who cannot be judged does not pass");
    house.database.run("ALTER TABLE gone RENAME TO memberships");
    assert_eq!(otto.get("/packets").await.status, 200);
}
