//! The main journey in a real browser: from sign-in to a lit box on the page, by mouse and by key, with and without a light theme.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]
#![expect(dead_code, reason = "the harness serves other tests too")]

mod api_token;
mod arranging;
mod every_page;
mod folders;
mod hands;
#[path = "../it/harness/mod.rs"]
mod harness;
mod journeys;
mod keys;
mod without_script;

use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use harness::{House, PASSWORD, Person, papers};
use serde_json::json;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A chromedriver that ends with the test.
pub struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

async fn chromium() -> (Driver, Client) {
    chromium_with(&[]).await
}

async fn chromium_with(more: &[&str]) -> (Driver, Client) {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let driver = Command::new("chromedriver").arg(format!("--port={port}")).stdout(Stdio::null()).spawn();
    let driver =
        Driver(driver.unwrap_or_else(|error| panic!("chromedriver does not start ({error}); bin/test installs it")));
    let usual = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-quic",
        "--window-size=1440,1000",
    ];
    let arguments: Vec<&str> = usual.iter().chain(more).copied().collect();
    let mut wanted = Capabilities::new();
    wanted.insert("goog:chromeOptions".to_owned(), json!({ "args": arguments }));
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let built = ClientBuilder::rustls()
            .unwrap()
            .capabilities(wanted.clone())
            .connect(&format!("http://127.0.0.1:{port}"))
            .await;
        match built {
            Ok(client) => return (driver, client),
            Err(error) => assert!(Instant::now() < deadline, "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// A picture of the page as it is, kept as test output.
async fn keep(client: &Client, name: &str) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pages");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("{name}.png")), client.screenshot().await.unwrap()).unwrap();
}

async fn count(client: &Client, selector: &str) -> usize {
    client.find_all(Locator::Css(selector)).await.unwrap().len()
}

async fn sign_in(client: &Client, house: &House, person: Person) {
    client.goto(&format!("{}/packets", house.base)).await.unwrap();
    client.wait().for_element(Locator::Css("#email")).await.unwrap().send_keys(person.email()).await.unwrap();
    client.find(Locator::Css("#password")).await.unwrap().send_keys(PASSWORD).await.unwrap();
    keep(client, "sign-in").await;
    client.find(Locator::Css("button.primary")).await.unwrap().click().await.unwrap();
    client.wait().for_element(Locator::Css("#packets")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_drops_a_shipment_and_sees_the_box_that_proves_each_finding() {
    let house = House::new().await;
    let folder = tempfile::tempdir().unwrap();
    let mut paths = Vec::new();
    for (name, bytes) in papers(1) {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        paths.push(path.display().to_string());
    }
    let (_driver, client) = chromium().await;
    sign_in(&client, &house, Person::Otto).await;
    keep(&client, "packets-empty").await;

    // Choosing files is enough: the page sends them and shows how far they are.
    client.find(Locator::Css("input[type=file]")).await.unwrap().send_keys(&paths.join("\n")).await.unwrap();
    client.wait().for_element(Locator::Css("section > ol.steps")).await.unwrap();
    keep(&client, "progress").await;
    client.refresh().await.unwrap();
    client.wait().for_element(Locator::Css("section > ol.steps")).await.unwrap();

    // The work is done meanwhile, and the page turns into the result by itself.
    assert_eq!(house.work().await, 1);
    client.wait().at_most(Duration::from_secs(20)).for_element(Locator::Css(".finding")).await.unwrap();
    assert!(count(&client, ".finding").await >= 2);
    assert!(count(&client, "rect.lit").await >= 1, "the first finding is lit at once");
    let size = "const i = document.querySelector('svg image').getBoundingClientRect(); return [i.width, i.height]";
    let size = client.execute(size, vec![]).await.unwrap();
    assert!(size[0].as_f64().unwrap() > 300.0, "{size}");
    keep(&client, "result").await;

    // A value's link leads to its own document and lights it there, without loading the page anew.
    client.execute("window.stays = true", vec![]).await.unwrap();
    let before = client.current_url().await.unwrap();
    let values = client.find_all(Locator::Css(".finding[data-selected] .versus a:not(.correct)")).await.unwrap();
    values.last().unwrap().click().await.unwrap();
    while client.current_url().await.unwrap() == before {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    client.wait().for_element(Locator::Css("rect.lit")).await.unwrap();
    assert_eq!(client.execute("return window.stays", vec![]).await.unwrap(), json!(true));

    // The next finding by key; back by the browser's own button.
    let first = client.find(Locator::Css(".finding[data-selected] h3 a")).await.unwrap().text().await.unwrap();
    client.find(Locator::Css("body")).await.unwrap().send_keys("n").await.unwrap();
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        let now = client
            .execute("return document.querySelector('.finding[data-selected] h3 a:first-child')?.innerText", vec![])
            .await
            .unwrap();
        if now != json!(first) && !now.is_null() {
            break;
        }
        assert!(Instant::now() < deadline, "the next finding is not selected");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    client.back().await.unwrap();
    client.wait().for_element(Locator::Css(".finding")).await.unwrap();

    // A box on the page leads to its field.
    let field = "document.querySelector('.sheet svg a').dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}))";
    client.execute(field, vec![]).await.unwrap();
    client.wait().for_element(Locator::Css(".fields [data-lit], .cells [data-lit]")).await.unwrap();
    client.set_window_size(390, 900).await.unwrap();
    keep(&client, "result-narrow").await;
    let overflow = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
    assert!(client.execute(overflow, vec![]).await.unwrap().as_i64().unwrap() <= 1, "nothing sticks out on a phone");
    client.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_too_large_is_named_before_it_is_sent_and_a_refused_upload_on_the_same_page() {
    let house = House::with(&[("QUAYSIDE_FILE_MB", "1")]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.pdf");
    std::fs::write(&path, vec![0; 2 * 1024 * 1024]).unwrap();
    let (_driver, client) = chromium().await;
    sign_in(&client, &house, Person::Otto).await;
    let choose = async || {
        let input = client.find(Locator::Css("input[type=file]")).await.unwrap();
        input.send_keys(&path.display().to_string()).await.unwrap();
    };
    choose().await;
    let line = client.wait().for_element(Locator::Css("[data-files] li")).await.unwrap().text().await.unwrap();
    assert!(line.contains("large.pdf") && line.contains("Not sent: larger than 1 MB"), "{line}");
    client.execute("delete document.querySelector('#drop').dataset.most", vec![]).await.unwrap();
    choose().await;
    let summary = client.wait().for_element(Locator::Css(".summary")).await.unwrap().text().await.unwrap();
    assert!(summary.contains("large.pdf is larger than 1 MB"), "{summary}");
    client.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn files_dropped_anywhere_on_the_list_become_a_packet() {
    let house = House::new().await;
    let (_driver, client) = chromium().await;
    sign_in(&client, &house, Person::Otto).await;
    let (name, bytes) = papers(0).remove(0);
    let drop = "const files = new DataTransfer(); \
        files.items.add(new File([new Uint8Array(arguments[1])], arguments[0], {type: 'application/pdf'})); \
        const event = (kind) => document.querySelector('h1').dispatchEvent(new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer: files})); \
        event('dragover'); const lit = document.querySelector('#drop').hasAttribute('data-over'); event('drop'); return lit;";
    let lit = client.execute(drop, vec![json!(name), json!(bytes)]).await.unwrap();
    assert_eq!(lit, json!(true), "the place to drop shows itself");
    client.wait().at_most(Duration::from_secs(20)).for_element(Locator::Css("section > ol.steps")).await.unwrap();
    assert_eq!(house.database.texts("SELECT name FROM files"), [name]);
    client.close().await.unwrap();
}

/// Gives the browser a device that can keep passkeys and always says that its person is there.
#[derive(Debug)]
struct AddDevice;

impl fantoccini::wd::WebDriverCompatibleCommand for AddDevice {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/webauthn/authenticator", session.unwrap()))
    }

    fn method_and_body(&self, _: &url::Url) -> (reqwest::Method, Option<String>) {
        let device = json!({
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true,
            "isUserConsenting": true, "isUserVerified": true,
        });
        (reqwest::Method::POST, Some(device.to_string()))
    }
}

async fn press(client: &Client, selector: &str) {
    client.wait().for_element(Locator::Css(selector)).await.unwrap().click().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_signs_in_without_password_and_code() {
    let house = House::with(&[("HOST", "localhost")]);
    let (_driver, client) = chromium().await;
    client.issue_cmd(AddDevice).await.unwrap();
    sign_in(&client, &house, Person::Otto).await;
    client.goto(&format!("{}/account/passkeys/new", house.base)).await.unwrap();
    keep(&client, "passkey-new").await;
    press(&client, "[data-passkey=make]").await;
    client.wait().for_element(Locator::Css(".codes li")).await.unwrap();
    assert_eq!(count(&client, ".codes li").await, 10, "the first factor brings recovery codes");
    client.goto(&format!("{}/account", house.base)).await.unwrap();
    assert!(client.source().await.unwrap().contains("This device"));
    keep(&client, "account-passkey").await;
    press(&client, "form[action='/sign-out'] button").await;

    client.wait().for_element(Locator::Css("#email")).await.unwrap();
    press(&client, "[data-passkey=use]").await;
    client.wait().for_element(Locator::Css("#packets")).await.unwrap();
    assert_eq!(house.database.count("SELECT count(*) FROM passkeys WHERE last_used_at IS NOT NULL"), 1);
    assert!(house.database.audit().contains(&"operator factor.add success".to_owned()));

    // A password alone opens nothing any more, and the passkey is the second step as well.
    press(&client, "form[action='/sign-out'] button").await;
    client.wait().for_element(Locator::Css("#email")).await.unwrap().send_keys(Person::Otto.email()).await.unwrap();
    client.find(Locator::Css("#password")).await.unwrap().send_keys(PASSWORD).await.unwrap();
    press(&client, "button.primary").await;
    client.wait().for_element(Locator::Css("#code")).await.unwrap();
    keep(&client, "second-step").await;
    press(&client, "[data-passkey=use]").await;
    client.wait().for_element(Locator::Css("#packets")).await.unwrap();

    // Removed, it signs nobody in.
    client.goto(&format!("{}/account", house.base)).await.unwrap();
    press(&client, ".keys button").await;
    client.wait().for_element(Locator::Css(".notice")).await.unwrap();
    press(&client, "form[action='/sign-out'] button").await;
    client.wait().for_element(Locator::Css("#email")).await.unwrap();
    press(&client, "[data-passkey=use]").await;
    let words = "return document.querySelector('[data-passkey-words]').textContent";
    let deadline = Instant::now() + Duration::from_secs(10);
    while !client.execute(words, vec![]).await.unwrap().as_str().unwrap().contains("not accepted") {
        assert!(Instant::now() < deadline, "{:?}", client.execute(words, vec![]).await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    client.close().await.unwrap();
}
