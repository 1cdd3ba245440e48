//! What whoever runs the server needs: health, measurements, and a log that tells no names.

use crate::harness::{Browser, House, PASSWORD, Person, SECRET, papers, program};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn the_server_says_whether_it_lives_and_whether_it_can_serve() {
    let mut house = House::new().await;
    let nobody = house.nobody();
    assert_eq!(nobody.get("/healthz").await.text(), "alive\n");
    assert_eq!(nobody.get("/readyz").await.text(), "ready\n");
    house.database.stop();
    assert_eq!(nobody.get("/healthz").await.status, 200, "the process lives");
    let unready = nobody.get("/readyz").await;
    assert_eq!((unready.status, unready.header("retry-after")), (503, "5"));
    let page = nobody.post("/sign-in", &[("email", Person::Otto.email()), ("password", PASSWORD)]).await;
    assert_eq!(page.status, 503);
    assert!(
        page.words().contains("Not available at the moment") && page.words().contains("Request"),
        "{}",
        page.words()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn measurements_are_for_whoever_holds_the_token_and_the_log_tells_no_names() {
    let mut database = crate::harness::database::Database::fresh();
    database.stop();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let base = format!("http://127.0.0.1:{port}");
    let log = database.folder().join("log");
    let mut server = Command::new(program())
        .arg("serve")
        .env("QUAYSIDE_VAR", database.folder())
        .env("QUAYSIDE_LISTEN", format!("127.0.0.1:{port}"))
        .env("QUAYSIDE_PUBLIC_URL", &base)
        .env("QUAYSIDE_SECRET", std::str::from_utf8(SECRET).unwrap())
        .env("QUAYSIDE_METRICS_TOKEN", "a token for the tests")
        .env("QUAYSIDE_LOG", "info")
        .env("QUAYSIDE_LOG_FORMAT", "json")
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let client = reqwest::Client::new();
    let deadline = Instant::now() + Duration::from_secs(60);
    while !client.get(format!("{base}/readyz")).send().await.is_ok_and(|answer| answer.status().is_success()) {
        assert!(Instant::now() < deadline);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let browser = Browser::new(&base);
    assert_eq!(browser.post("/sign-in", &[("email", Person::Otto.email()), ("password", PASSWORD)]).await.status, 303);
    let address = browser.packet(papers(1)).await;
    while browser.get(&address).await.all(".finding", "data-severity").is_empty() {
        assert!(Instant::now() < deadline);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(browser.get("/packets?verdict=blocked&secret=value").await.status, 200);

    assert_eq!(Browser::new(&base).post("/reset-password", &[("email", Person::Otto.email())]).await.status, 200);
    let metrics = |token: &'static str| client.get(format!("{base}/metrics")).bearer_auth(token).send();
    assert_eq!(client.get(format!("{base}/metrics")).send().await.unwrap().status(), 404);
    assert_eq!(metrics("another token").await.unwrap().status(), 404);
    let text = metrics("a token for the tests").await.unwrap().text().await.unwrap();
    for name in [
        "quayside_requests_total",
        "quayside_request_seconds",
        "quayside_packets_checked_total",
        "quayside_pages_read_total",
        "quayside_letters",
    ] {
        assert!(text.contains(name), "{name} is missing in\n{text}");
    }

    let pid = nix::unistd::Pid::from_raw(i32::try_from(server.id()).unwrap());
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).unwrap();
    assert!(server.wait().unwrap().success());
    let log = std::fs::read_to_string(log).unwrap();
    let answered = log.lines().filter(|line| line.contains("\"answered\"")).collect::<Vec<_>>();
    assert!(answered.len() > 5);
    for line in answered {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(line["span"]["request"].as_str().is_some_and(|number| number.len() == 36), "{line}");
        assert!(line["route"].is_string() && line["milliseconds"].is_number(), "{line}");
    }
    for private in ["otto", "atlas.example", PASSWORD, "Ningkai", "NK-4471", "secret=value", "a token for the tests"] {
        assert!(!log.contains(private), "the log tells {private}");
    }
}
