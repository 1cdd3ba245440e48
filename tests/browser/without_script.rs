//! A broker's day in a browser that runs no script: from the files to the approval, by links, forms and buttons alone.

use crate::hands::{fill, press};
use crate::harness::{House, PASSWORD, Person, papers};
use crate::{chromium_with, keep};
use fantoccini::{Client, Locator};
use std::time::Duration;

async fn words(client: &Client) -> String {
    client.wait().for_element(Locator::Css("main")).await.unwrap().text().await.unwrap()
}

async fn appears(client: &Client, css: &str) {
    let found = client.wait().at_most(Duration::from_secs(20)).for_element(Locator::Css(css)).await;
    found.unwrap_or_else(|error| panic!("{css}: {error}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shipment_goes_from_upload_to_approval_without_script() {
    let house = House::new().await;
    let folder = tempfile::tempdir().unwrap();
    let (_driver, client) = chromium_with(&["--blink-settings=scriptEnabled=false"]).await;
    client.goto(&format!("{}/packets/new", house.base)).await.unwrap();
    fill(&client, "#email", Person::Otto.email()).await;
    fill(&client, "#password", PASSWORD).await;
    press(&client, "//button[.='Sign in']").await;

    let files = client.wait().for_element(Locator::Css("#files")).await.unwrap();
    for (name, bytes) in papers(1) {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        files.send_keys(&path.display().to_string()).await.unwrap();
    }
    press(&client, "//button[.='Upload and check']").await;
    appears(&client, "section > ol.steps").await;
    keep(&client, "plain-progress").await;
    assert_eq!(house.work().await, 1);
    appears(&client, ".finding").await;
    keep(&client, "plain-result").await;

    // The wrong amount is corrected, and the packet is checked again with what was said.
    let amount =
        "//article[contains(., 'arithmetic.line_amount')]//dt[contains(., '· amount')]/following-sibling::dd[1]";
    press(&client, &format!("{amount}/a[contains(@class, 'correct')]")).await;
    appears(&client, "#chosen").await;
    press(&client, "//div[@id='chosen']//summary").await;
    fill(&client, "#correct-value", "6300.00").await;
    fill(&client, "#correct-reason", "Compared with the original by eye").await;
    press(&client, "//button[.='Correct and check again']").await;
    house.work().await;
    client.goto(&format!("{}/packets", house.base)).await.unwrap();
    press(&client, "//table[contains(@class, 'packets')]//td[contains(@class, 'name')]/a").await;
    appears(&client, ".finding").await;
    let amounts = "//article[contains(., 'arithmetic.line_amount')]";
    assert!(client.find_all(Locator::XPath(amounts)).await.unwrap().is_empty(), "the amount is right by now");

    // What stands is waived, each with its reason, until nothing critical is left.
    for _ in 0..8 {
        let left = "//article[@data-severity='critical'][not(@data-waived)]";
        if client.find_all(Locator::XPath(left)).await.unwrap().is_empty() {
            break;
        }
        press(&client, &format!("({left})[1]//summary[contains(., 'Waive')]")).await;
        let reason = client.find(Locator::XPath(&format!("({left})[1]//input[@name='reason']"))).await.unwrap();
        reason.send_keys("Confirmed by the carrier by telephone").await.unwrap();
        press(&client, &format!("({left})[1]//button[.='Waive']")).await;
        appears(&client, "article[data-waived]").await;
    }
    press(&client, "//button[.='Claim it']").await;
    appears(&client, ".work").await;
    press(&client, "//button[.='Approve']").await;
    press(&client, "//summary[.='Reopen']").await;
    fill(&client, "#comment", "Approved after the call.").await;
    press(&client, "//button[.='Comment']").await;
    appears(&client, ".talk .said").await;
    let said = words(&client).await;
    assert!(said.contains("Approved by Otto Tester on run 2") && said.contains("Approved after the call."), "{said}");
    keep(&client, "plain-approved").await;

    // And back: into the bin and out of it.
    press(&client, "//button[.='Delete']").await;
    press(&client, "//button[.='Take it back']").await;
    press(&client, "//button[.='Delete']").await;
    appears(&client, ".notice").await;
    assert_eq!(
        house.database.texts("SELECT decision || ' ' || (deleted_at IS NOT NULL) FROM packets"),
        ["approved true"]
    );
    client.close().await.unwrap();
}
