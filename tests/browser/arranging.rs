//! A broker puts the pages of a file in order, in a browser that runs no script: each step is a form, and the packet is read so.

use crate::hands::press;
use crate::harness::{Browser, House, PASSWORD, Person, Upload};
use crate::{chromium_with, keep};
use fantoccini::{Client, Locator};
use std::path::PathBuf;

/// Four pages in one file: an invoice of two, a packing list and a bill.
fn one_file() -> Option<Upload> {
    let place = std::env::var_os("QUAYSIDE_SHARED").map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    let bytes = std::fs::read(place.join("packets/p009-windrow-1558/1558 docs.pdf")).ok();
    if bytes.is_none() {
        println!("skipped: ../shared is not here");
    }
    Some(("1558 docs.pdf".to_owned(), bytes?))
}

/// Waits until the page says what was done last.
async fn done(client: &Client, step: &str) {
    let told = format!("//div[contains(@class, 'notice')][contains(., '{step}')]");
    client.wait().for_element(Locator::XPath(&told)).await.unwrap();
}

async fn words(client: &Client) -> String {
    client.wait().for_element(Locator::Css("main")).await.unwrap().text().await.unwrap()
}

async fn shown(client: &Client, path: &str, sentence: &str) {
    client.goto(path).await.unwrap();
    let words = words(client).await;
    assert!(words.contains(sentence), "{sentence}: {words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_arranges_pages_without_script_and_sees_the_new_documents() {
    let Some(file) = one_file() else { return };
    let house = House::new().await;
    let otto: Browser = house.signed_in(Person::Otto).await;
    let address = otto.packet(vec![file]).await;
    house.work().await;
    let packet = format!("{}{address}", house.base);
    let (_driver, client) = chromium_with(&["--blink-settings=scriptEnabled=false"]).await;
    client.goto(&packet).await.unwrap();
    client.wait().for_element(Locator::Css("#email")).await.unwrap().send_keys(Person::Otto.email()).await.unwrap();
    client.find(Locator::Css("#password")).await.unwrap().send_keys(PASSWORD).await.unwrap();
    client.find(Locator::Css("button.primary")).await.unwrap().click().await.unwrap();
    press(&client, "//a[.='Arrange pages']").await;
    client.wait().for_element(Locator::Css(".leaves img")).await.unwrap();
    keep(&client, "arrange-as-read").await;

    // Packing list and invoice become one document, which is named; the bill is turned.
    press(&client, "//section[@id='document-2']//button[contains(., 'Join with document 1')]").await;
    done(&client, "Document 2 joined").await;
    press(&client, "//section[@id='document-1']//option[.='Packing list']").await;
    press(&client, "//section[@id='document-1']//button[contains(., 'Set the kind')]").await;
    done(&client, "named packing list").await;
    press(&client, "//li[@id='page-4']//button[contains(., 'Turn right')]").await;
    done(&client, "Page 4 turned right").await;
    let said = words(&client).await;
    for part in ["Document 1: Packing list", "Arranged by Otto Tester", "turned right", "being checked"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    keep(&client, "arrange-arranged").await;
    client.set_window_size(375, 900).await.unwrap();
    keep(&client, "arrange-arranged-narrow").await;
    house.work().await;
    let read = "Read as commercial invoice on pages 1 and 2, packing list on page 3. Arranged by Otto Tester.";
    shown(&client, &format!("{packet}?document=d1"), read).await;
    keep(&client, "arranged-packet-narrow").await;
    client.set_window_size(1440, 1000).await.unwrap();
    let turned = "Read as bill of lading on page 4. Arranged by Otto Tester.";
    shown(&client, &format!("{packet}?document=d2"), turned).await;
    client.wait().for_element(Locator::XPath("//*[contains(@href, '/pages/4.png?turn=90')]")).await.unwrap();
    keep(&client, "arranged-packet").await;

    // Checked again, it is what the broker said; taken back, it is what was read.
    otto.post(&format!("{address}/runs"), &[]).await;
    house.work().await;
    shown(&client, &format!("{packet}?document=d1"), read).await;
    press(&client, "//a[.='Arrange pages']").await;
    press(&client, "//button[.='Back to how it was read']").await;
    client.wait().for_element(Locator::Id("document-3")).await.unwrap();
    house.work().await;
    shown(&client, &packet, "Commercial invoice").await;
    assert!(!words(&client).await.contains("Arranged by"));
    shown(&client, &format!("{packet}/files"), "1558 docs.pdf").await;
    keep(&client, "files").await;
    client.close().await.unwrap();
}
