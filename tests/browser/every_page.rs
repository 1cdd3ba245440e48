//! Every page before a judge of accessibility (axe-core, WCAG 2.2 AA and its good practice), in both themes and on a phone, and the
//! way in by keyboard alone.

use crate::harness::{House, PASSWORD, Person, papers};
use crate::{chromium_with, keep};
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;
use fantoccini::{Client, Locator};
use quayside::app;
use serde_json::Value;
use std::path::Path;

/// The judge, where it is installed.
pub fn judge() -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/npm/node_modules/axe-core/axe.min.js");
    let judge = std::fs::read_to_string(path).ok();
    if judge.is_none() {
        println!("skipped: axe-core is not here; bin/install test brings it");
    }
    judge
}

/// What the judge finds on the page that is open.
async fn faults(client: &Client, judge: &str) -> Vec<String> {
    client.execute(judge, vec![]).await.unwrap();
    let run = "const done = arguments[arguments.length - 1]; \
        axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}) \
            .then(found => done(found.violations.flatMap(v => v.nodes.map(n => v.id + ' ' + n.target.join(' ') + ': ' + n.failureSummary))));";
    let found = client.execute_async(run, vec![]).await.unwrap();
    found.as_array().unwrap().iter().map(|fault| fault.as_str().unwrap_or_default().to_owned()).collect()
}

/// What is wrong with the page that is open, where a judge is here, and how far it sticks out.
async fn looks(client: &Client, judge: Option<&str>) -> Vec<String> {
    let mut found = match judge {
        Some(judge) => faults(client, judge).await,
        None => Vec::new(),
    };
    let wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
    let over = client.execute(wide, vec![]).await.unwrap().as_i64().unwrap_or_default();
    found.extend((over > 1).then(|| format!("sticks out by {over} points")));
    found
}

/// The page as it is by now, at three widths: pictures are kept, and the judge finds nothing at two of them.
pub async fn stands(client: &Client, judge: Option<&str>, name: &str) {
    let mut found = Vec::new();
    for width in [768, 375, 1440] {
        client.set_window_size(width, 1000).await.unwrap();
        keep(client, &format!("{name}-{width}")).await;
        let judge = judge.filter(|_| width != 768);
        found.extend(looks(client, judge).await.into_iter().map(|fault| format!("{width}: {fault}")));
    }
    assert!(found.is_empty(), "{name}\n{}", found.join("\n"));
}

/// The addresses of all pages that a signed-in person can open without having been anywhere before.
fn addresses(packet: &str, file: &str) -> Vec<String> {
    let pages = app::routes().into_iter().filter(|route| route.method == "get" && !route.path.contains('{'));
    // What machines ask for, and a piece of a page.
    let machines = ["/healthz", "/readyz", "/metrics", "/.well-known/security.txt", "/packets/clients"];
    let downloads = |path: &str| path.ends_with(".csv") || path.ends_with(".xlsx");
    let mut all: Vec<String> = pages
        .map(|route| route.path.to_owned())
        .filter(|path| !machines.contains(&path.as_str()) && !downloads(path) && !path.starts_with("/api/v1/"))
        .collect();
    all.push(packet.to_owned());
    all.push(format!("{packet}?document=d1&field=vessel"));
    all.push(format!("{packet}?document=d1&field=quantity&line=0"));
    all.push(format!("{packet}/files"));
    all.push(format!("{packet}/compare"));
    all.push(format!("{packet}/ask"));
    all.push(format!("{packet}/files/{file}/arrangement"));
    all.push("/packets?verdict=ready".to_owned());
    all.push("/no/such/page".to_owned());
    all
}

async fn sign_in(client: &Client, house: &House, person: Person) {
    client.goto(&format!("{}/sign-in", house.base)).await.unwrap();
    client.wait().for_element(Locator::Css("#email")).await.unwrap().send_keys(person.email()).await.unwrap();
    client.find(Locator::Css("#password")).await.unwrap().send_keys(PASSWORD).await.unwrap();
    client.find(Locator::Css("button.primary")).await.unwrap().click().await.unwrap();
    client.wait().for_element(Locator::Css("#packets")).await.unwrap();
}

/// Every page in one theme, as nobody and as an Owner, at three widths.
async fn judged(theme: &str, preferred: &str) {
    let Some(judge) = judge() else { return };
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let packet = otto.packet(papers(1)).await;
    house.work().await;
    let file = house.database.texts("SELECT id FROM files ORDER BY position LIMIT 1").remove(0);
    let mut found = Vec::new();
    let (_driver, client) = chromium_with(&[&format!("--blink-settings=preferredColorScheme={preferred}")]).await;
    for (when, signed_in) in [("nobody", false), ("Owner", true)] {
        if signed_in {
            sign_in(&client, &house, Person::Olga).await;
        }
        for path in addresses(&packet, &file) {
            for width in [1440, 768, 375] {
                client.set_window_size(width, 1000).await.unwrap();
                client.goto(&format!("{}{path}", house.base)).await.unwrap();
                keep(&client, &format!("every{}-{when}-{theme}-{width}", path.replace(['/', '?'], "_"))).await;
                // Between the two only what sticks out is new.
                let judge = if width == 768 { None } else { Some(judge.as_str()) };
                for fault in looks(&client, judge).await {
                    found.push(format!("{path} ({when}, {theme}, {width}): {fault}"));
                }
            }
        }
    }
    client.close().await.unwrap();
    assert!(found.is_empty(), "{} faults\n{}", found.len(), found.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_judge_of_accessibility_finds_no_fault_on_any_page_in_light() {
    judged("light", "1").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_judge_of_accessibility_finds_no_fault_on_any_page_in_dark() {
    judged("dark", "0").await;
}

async fn type_keys(client: &Client, keys: &[char]) {
    let down_up = keys.iter().flat_map(|key| [KeyAction::Down { value: *key }, KeyAction::Up { value: *key }]);
    let actions = down_up.fold(KeyActions::new("keyboard".to_owned()), |actions, action| actions.then(action));
    client.perform_actions(actions).await.unwrap();
}

async fn focused(client: &Client) -> Value {
    let script = "const e = document.activeElement; return e ? (e.id || e.textContent.trim() || e.tagName) : ''";
    client.execute(script, vec![]).await.unwrap()
}

/// Goes on with Tab until something has the focus.
async fn tab_to(client: &Client, wanted: &str) {
    for _ in 0..250 {
        if focused(client).await == wanted {
            let outline = "return getComputedStyle(document.activeElement).outlineStyle";
            assert_ne!(client.execute(outline, vec![]).await.unwrap(), "none", "{wanted} shows its focus");
            return;
        }
        type_keys(client, &[Key::Tab.into()]).await;
    }
    panic!("{wanted} cannot be reached by keyboard; the focus is at {}", focused(client).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_up_by_keyboard_alone() {
    let house = House::new().await;
    let (_driver, client) = chromium_with(&[]).await;
    client.goto(&format!("{}/sign-up", house.base)).await.unwrap();
    for (field, text) in [
        ("name", "Kim Keys"),
        ("email", "kim@keys.example"),
        ("organisation", "Keys Brokers"),
        ("password", "four words by keyboard"),
    ] {
        tab_to(&client, field).await;
        type_keys(&client, &text.chars().collect::<Vec<_>>()).await;
    }
    tab_to(&client, "Send me a code").await;
    type_keys(&client, &[Key::Enter.into()]).await;
    client.wait().for_element(Locator::Css("#code")).await.unwrap();
    let letter = house.letters().await.remove(0);
    let code = letter.text.split_whitespace().find(|word| word.len() == 6 && word.bytes().all(|c| c.is_ascii_digit()));
    tab_to(&client, "code").await;
    type_keys(&client, &code.unwrap().chars().collect::<Vec<_>>()).await;
    type_keys(&client, &[Key::Enter.into()]).await;
    client.wait().for_element(Locator::Css("#packets")).await.unwrap();
    tab_to(&client, "Your account").await;
    type_keys(&client, &[Key::Enter.into()]).await;
    client.wait().for_element(Locator::Css("#sessions")).await.unwrap();
    client.close().await.unwrap();
}

async fn press(client: &Client, key: Key) {
    type_keys(client, &[key.into()]).await;
}

async fn write(client: &Client, text: &str) {
    type_keys(client, &text.chars().collect::<Vec<_>>()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_is_invited_and_joins_by_keyboard_alone() {
    let house = House::new().await;
    let (_driver, client) = chromium_with(&[]).await;
    sign_in(&client, &house, Person::Olga).await;
    tab_to(&client, "Members").await;
    press(&client, Key::Enter).await;
    client.wait().for_element(Locator::Css("h1")).await.unwrap();
    tab_to(&client, "Invite a member").await;
    press(&client, Key::Enter).await;
    client.wait().for_element(Locator::Css("#email")).await.unwrap();
    tab_to(&client, "email").await;
    write(&client, "ina@atlas.example").await;
    press(&client, Key::Tab).await;
    // The arrows choose among the roles, as in every group of radio buttons.
    for _ in 0..4 {
        if focused(&client).await == "role-operator" {
            break;
        }
        press(&client, Key::Down).await;
    }
    assert_eq!(focused(&client).await, "role-operator");
    press(&client, Key::Space).await;
    tab_to(&client, "Send the invite").await;
    press(&client, Key::Enter).await;
    client.wait().for_element(Locator::XPath("//*[contains(text(), 'ina@atlas.example')]")).await.unwrap();
    let letter = house.letters().await.remove(0);
    let link = letter.text.split_whitespace().find(|word| word.contains("/join/")).unwrap().to_owned();
    client.close().await.unwrap();

    let (_driver, client) = chromium_with(&[]).await;
    client.goto(&link).await.unwrap();
    tab_to(&client, "Send me the code").await;
    press(&client, Key::Enter).await;
    client.wait().for_element(Locator::Css("#code")).await.unwrap();
    let letter = house.letters().await.remove(0);
    let code = letter.text.split_whitespace().find(|word| word.len() == 6 && word.bytes().all(|c| c.is_ascii_digit()));
    tab_to(&client, "code").await;
    write(&client, code.unwrap()).await;
    press(&client, Key::Enter).await;
    client.wait().for_element(Locator::Css("#name")).await.unwrap();
    for (field, text) in [("name", "Ina Invited"), ("password", "four words by keyboard")] {
        tab_to(&client, field).await;
        write(&client, text).await;
    }
    press(&client, Key::Enter).await;
    client.wait().for_element(Locator::Css("#packets")).await.unwrap();
    client.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_is_filtered_verified_and_exported_by_keyboard_alone() {
    let house = House::new().await;
    let (_driver, client) = chromium_with(&[]).await;
    sign_in(&client, &house, Person::Adam).await;
    tab_to(&client, "Audit log").await;
    press(&client, Key::Enter).await;
    client.wait().for_element(Locator::Css("#log")).await.unwrap();
    tab_to(&client, "user").await;
    write(&client, Person::Adam.email()).await;
    press(&client, Key::Enter).await;
    client.wait().for_element(Locator::Css("a.chip[href]")).await.unwrap();
    assert!(client.current_url().await.unwrap().query().unwrap().contains("user=adam"));
    tab_to(&client, "Export CSV").await;
    tab_to(&client, "Verify chain").await;
    press(&client, Key::Enter).await;
    client.wait().for_element(Locator::XPath("//h1[contains(., 'Check of the audit log')]")).await.unwrap();
    client.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_packet_is_opened_approved_and_commented_by_keyboard_alone() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    otto.packet(papers(0)).await;
    house.work().await;
    let (_driver, client) = chromium_with(&[]).await;
    sign_in(&client, &house, Person::Otto).await;
    client.goto(&format!("{}/packets", house.base)).await.unwrap();
    let name = house.database.texts("SELECT name FROM packets").remove(0);
    tab_to(&client, &name).await;
    type_keys(&client, &[Key::Enter.into()]).await;
    client.wait().for_element(Locator::Css("#viewer")).await.unwrap();
    tab_to(&client, "Claim it").await;
    type_keys(&client, &[Key::Enter.into()]).await;
    client.wait().for_element(Locator::XPath("//div[@class='owner'][contains(., 'Otto')]")).await.unwrap();
    tab_to(&client, "Approve").await;
    type_keys(&client, &[Key::Enter.into()]).await;
    client.wait().for_element(Locator::XPath("//summary[.='Reopen']")).await.unwrap();
    tab_to(&client, "comment").await;
    type_keys(&client, &"By keyboard.".chars().collect::<Vec<_>>()).await;
    tab_to(&client, "Comment").await;
    type_keys(&client, &[Key::Enter.into()]).await;
    client.wait().for_element(Locator::XPath("//p[@class='said'][.='By keyboard.']")).await.unwrap();
    client.close().await.unwrap();
}
