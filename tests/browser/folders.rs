//! A broker chooses a folder with a folder for each shipment, and sees a packet of each.

use crate::harness::{House, Person, papers};
use crate::{chromium, keep, sign_in};
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, Locator};
use serde_json::json;
use std::path::Path;
use std::time::Duration;

/// A hand that drags something from the desktop over the page, or lets it fall.
#[derive(Debug)]
struct Drag {
    step: &'static str,
    path: String,
}

impl WebDriverCompatibleCommand for Drag {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap()))
    }

    fn method_and_body(&self, _: &url::Url) -> (reqwest::Method, Option<String>) {
        let dragged = json!({ "items": [], "files": [self.path], "dragOperationsMask": 1 });
        let parameters = json!({ "type": self.step, "x": 700, "y": 300, "data": dragged });
        let command = json!({ "cmd": "Input.dispatchDragEvent", "params": parameters });
        (reqwest::Method::POST, Some(command.to_string()))
    }
}

/// A folder with a folder for each of two shipments.
fn week() -> tempfile::TempDir {
    let week = tempfile::tempdir().unwrap();
    for (shipment, name) in ["4471 kitchen", "0932 bicycles"].into_iter().enumerate() {
        let folder = week.path().join(name);
        std::fs::create_dir(&folder).unwrap();
        for (file, bytes) in papers(shipment) {
            std::fs::write(folder.join(file), bytes).unwrap();
        }
        std::fs::write(folder.join("Thumbs.db"), "x").unwrap();
    }
    week
}

async fn dropped(client: &Client, path: &Path) {
    for step in ["dragEnter", "dragOver", "drop"] {
        client.issue_cmd(Drag { step, path: path.display().to_string() }).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_dropped_on_the_page_makes_a_packet_of_each_shipment_in_it() {
    let (house, week) = (House::new().await, week());
    let (_driver, client) = chromium().await;
    sign_in(&client, &house, Person::Otto).await;
    dropped(&client, week.path()).await;
    client.wait().at_most(Duration::from_secs(20)).for_element(Locator::Css("#sent li")).await.unwrap();
    let made = house.database.texts("SELECT name || ' ' || file_count FROM packets ORDER BY name");
    assert_eq!(made, ["0932 bicycles 5", "4471 kitchen 5"]);
    client.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chosen_folder_with_two_shipments_makes_two_packets_on_a_page_that_can_be_loaded_again() {
    let (house, week) = (House::new().await, week());
    let (_driver, client) = chromium().await;
    sign_in(&client, &house, Person::Otto).await;
    let input = client.find(Locator::Css("#folder")).await.unwrap();
    input.send_keys(&week.path().display().to_string()).await.unwrap();
    client.wait().at_most(Duration::from_secs(20)).for_element(Locator::Css("#sent li")).await.unwrap();
    let made = house.database.texts("SELECT name || ' ' || file_count FROM packets ORDER BY name");
    assert_eq!(made, ["0932 bicycles 5", "4471 kitchen 5"]);
    house.work().await;
    client.refresh().await.unwrap();
    let words = client.wait().for_element(Locator::Css("main")).await.unwrap().text().await.unwrap();
    assert!(words.contains("2 packets from one upload") && words.contains("4471 kitchen"), "{words}");
    keep(&client, "sent").await;
    client.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_pasted_become_a_packet() {
    let house = House::new().await;
    let (_driver, client) = chromium().await;
    sign_in(&client, &house, Person::Otto).await;
    let paste = "const files = new DataTransfer(); files.items.add(new File(['Commercial invoice INV-7'], 'pasted.txt')); \
        document.body.dispatchEvent(new ClipboardEvent('paste', {bubbles: true, cancelable: true, clipboardData: files}));";
    client.execute(paste, vec![]).await.unwrap();
    client.wait().at_most(Duration::from_secs(20)).for_element(Locator::Css("section > ol.steps")).await.unwrap();
    assert_eq!(house.database.texts("SELECT name FROM files"), ["pasted.txt"]);
    client.close().await.unwrap();
}
