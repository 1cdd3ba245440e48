//! What a broker does with packets after they are read, in a real browser and in both themes: finding them again, many at once, asking the
//! importer, comparing runs, and telling Quayside what is known of a client. Each page on the way is judged as it stands there.

use crate::every_page::{judge, stands};
use crate::hands::{becomes, fill, press};
use crate::harness::{Browser, House, Person, Upload, papers};
use crate::{chromium_with, sign_in};
use fantoccini::{Client, Locator};
use serde_json::json;

const THEMES: [(&str, &str); 2] = [("light", "1"), ("dark", "0")];

async fn in_theme(preferred: &str) -> (crate::Driver, Client) {
    chromium_with(&[&format!("--blink-settings=preferredColorScheme={preferred}")]).await
}

async fn says(client: &Client, words: &str) {
    becomes(client, &format!("document.querySelector('main')?.innerText.includes({})", json!(words))).await;
}

const ROWS: &str = "document.querySelectorAll('table.packets tbody tr').length";

#[tokio::test(flavor = "multi_thread")]
async fn packets_are_found_by_filter_search_order_and_view_and_a_batch_is_taken_back() {
    let judge = judge();
    for (theme, preferred) in THEMES {
        let house = House::new().await;
        let otto = house.signed_in(Person::Otto).await;
        for shipment in [0, 1, 2] {
            otto.packet(papers(shipment)).await;
        }
        house.work().await;
        let (_driver, client) = in_theme(preferred).await;
        sign_in(&client, &house, Person::Olga).await;
        becomes(&client, &format!("{ROWS} === 3")).await;

        // The clients are there for whoever comes to their field.
        press(&client, "//summary[.='More filters']").await;
        client.find(Locator::Css("#client")).await.unwrap().click().await.unwrap();
        becomes(&client, "document.querySelectorAll('#clients option').length >= 1").await;
        stands(&client, judge.as_deref(), &format!("journey-filters-{theme}")).await;
        let known = client.execute("return document.querySelector('#clients option').value", vec![]).await.unwrap();
        fill(&client, "#client", known.as_str().unwrap()).await;
        press(&client, "//form[@role='search']//button[.='Filter']").await;
        becomes(&client, "location.search.includes('client=') && document.querySelector('.chip')").await;
        becomes(&client, &format!("{ROWS} >= 1 && {ROWS} <= 3")).await;
        press(&client, "//a[.='Clear all']").await;
        becomes(&client, &format!("location.search === '' && {ROWS} === 3")).await;

        // What stands on the papers is found and marked, and a header sorts.
        let number = house.database.texts("SELECT word FROM packet_words WHERE word ~ '^[a-z]{4}[0-9]{7}$' LIMIT 1");
        fill(&client, "#q", &number[0].to_uppercase()).await;
        press(&client, "//form[@role='search']//button[.='Filter']").await;
        becomes(&client, "document.querySelector('table.packets mark')").await;
        stands(&client, judge.as_deref(), &format!("journey-search-{theme}")).await;
        press(&client, "//a[.='Clear all']").await;
        becomes(&client, &format!("{ROWS} === 3")).await;
        press(&client, "//th/a[.='Score']").await;
        becomes(&client, "document.querySelector('th[aria-sort=ascending]')?.innerText === 'Score'").await;
        let scores =
            "[...document.querySelectorAll('table.packets tbody td.num:nth-child(3)')].map(cell => +cell.innerText)";
        becomes(&client, &format!("{scores}.every((score, at, all) => !at || all[at - 1] <= score)")).await;

        // The order is kept under a name for the team, and opens from its tab.
        press(&client, "//summary[.='Keep as a view']").await;
        fill(&client, "#view-name", "Worst first").await;
        press(&client, "//label[@for='view-share']").await;
        press(&client, "//button[.='Keep']").await;
        becomes(
            &client,
            "[...document.querySelectorAll('.views a')].some(tab => tab.innerText.startsWith('Worst first'))",
        )
        .await;
        client.goto(&format!("{}/packets", house.base)).await.unwrap();
        press(&client, "//nav[@aria-label='Views']//a[starts-with(., 'Worst first')]").await;
        becomes(&client, "document.querySelector('th[aria-sort=ascending]')").await;

        // Two at once, counted before, and back.
        client.goto(&format!("{}/packets", house.base)).await.unwrap();
        for at in [1, 2] {
            press(&client, &format!("(//table[contains(@class, 'packets')]/tbody//label)[{at}]")).await;
        }
        client.execute("document.querySelector('#task').value = 'delete'", vec![]).await.unwrap();
        press(&client, "//form[@id='batch']//button").await;
        says(&client, "Delete 2 packets?").await;
        stands(&client, judge.as_deref(), &format!("journey-batch-{theme}")).await;
        press(&client, "//form[@class='batch']//button").await;
        becomes(&client, &format!("document.querySelector('.toast') && {ROWS} === 1")).await;
        stands(&client, judge.as_deref(), &format!("journey-toast-{theme}")).await;
        press(&client, "//div[@class='toast']//button[.='Undo']").await;
        becomes(&client, &format!("{ROWS} === 3")).await;
        client.close().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_importer_is_asked_and_two_runs_are_compared() {
    let judge = judge();
    for (theme, preferred) in THEMES {
        let house = House::new().await;
        let otto = house.signed_in(Person::Otto).await;
        let packet = otto.packet(papers(1)).await;
        house.work().await;
        let (_driver, client) = in_theme(preferred).await;
        sign_in(&client, &house, Person::Otto).await;
        client.goto(&format!("{}{packet}", house.base)).await.unwrap();
        press(&client, "//details[contains(@class, 'menu')]/summary[.='Export']").await;
        becomes(&client, "document.querySelector('.menu[open] a').checkVisibility()").await;
        stands(&client, judge.as_deref(), &format!("journey-export-{theme}")).await;

        press(&client, "(//a[starts-with(., 'Ask the importer')])[1]").await;
        fill(&client, "#to", "imports@client.example").await;
        stands(&client, judge.as_deref(), &format!("journey-ask-{theme}")).await;
        press(&client, "//button[.='Send']").await;
        says(&client, "Otto Tester asked imports@client.example").await;
        let letters = "SELECT count(*) FROM outbox WHERE kind = 'question'";
        assert_eq!(house.database.count(letters), 1, "it goes out with the next round of the post");

        // A waiver changes the score and the findings at once, and so does taking it back.
        press(&client, "(//article[@data-severity='critical'])[1]//summary[starts-with(., 'Waive')]").await;
        fill(&client, "article[data-severity=critical] details[open] [name=reason]", "Confirmed by telephone").await;
        press(&client, "(//article[@data-severity='critical'])[1]//button[.='Waive']").await;
        becomes(&client, "document.querySelector('article[data-waived] .waived')").await;
        press(&client, "//button[.='Take the waiver back']").await;
        becomes(&client, "document.querySelector('.finding') && !document.querySelector('[data-waived]')").await;

        // The wrong amount is corrected; the packet's two runs stand side by side.
        let amount =
            "//article[contains(., 'arithmetic.line_amount')]//dt[contains(., '· amount')]/following-sibling::dd[1]";
        press(&client, &format!("{amount}/a[contains(@class, 'correct')]")).await;
        press(&client, "//div[@id='chosen']//summary").await;
        fill(&client, "#correct-value", "6300.00").await;
        fill(&client, "#correct-reason", "Compared with the original by eye").await;
        press(&client, "//button[.='Correct and check again']").await;
        becomes(&client, "document.querySelector('section > ol.steps')").await;
        stands(&client, judge.as_deref(), &format!("journey-progress-{theme}")).await;
        house.work().await;
        client.goto(&format!("{}{packet}", house.base)).await.unwrap();
        becomes(&client, "document.querySelector('.finding')").await;
        stands(&client, judge.as_deref(), &format!("journey-course-{theme}")).await;
        client.goto(&format!("{}{packet}/compare", house.base)).await.unwrap();
        says(&client, "Not found any more: 1").await;
        becomes(
            &client,
            "document.querySelector('del') && document.querySelector('ins')?.innerText.includes('6,300.00')",
        )
        .await;
        stands(&client, judge.as_deref(), &format!("journey-compare-{theme}")).await;
        client.close().await.unwrap();
    }
}

/// An invoice and an ISF that name the buyer in two ways.
fn differing() -> Vec<Upload> {
    let invoice = "COMMERCIAL INVOICE\nInvoice No.: INV-7\nInvoice Date: 2026-06-02\nSeller: Hongda Plastics Ltd.\n\
        Buyer: Silver Bay Trading LLC\nTotal Amount: USD 230.00\n";
    let isf = "IMPORTER SECURITY FILING (ISF 10+2)\nSeller: Hongda Plastics Ltd.\nBuyer: Harbor Retail Group Inc.\n";
    [("invoice.txt", invoice), ("isf.txt", isf)].map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).into()
}

async fn uploaded(house: &House, otto: &Browser) -> String {
    let packet = otto.packet(differing()).await;
    house.work().await;
    packet
}

#[tokio::test(flavor = "multi_thread")]
async fn two_names_become_one_company_and_a_client_expects_a_document() {
    let judge = judge();
    for (theme, preferred) in THEMES {
        let house = House::new().await;
        let otto = house.signed_in(Person::Otto).await;
        let packet = uploaded(&house, &otto).await;
        let (_driver, client) = in_theme(preferred).await;
        sign_in(&client, &house, Person::Olga).await;
        client.goto(&format!("{}{packet}", house.base)).await.unwrap();
        press(&client, "//summary[starts-with(., 'They are the same')]").await;
        becomes(&client, "document.querySelector('form[action$=\"/aliases\"] button').checkVisibility()").await;
        stands(&client, judge.as_deref(), &format!("journey-same-{theme}")).await;
        press(&client, "//button[.='Confirm: one company']").await;
        becomes(&client, "document.querySelector('section > ol.steps')").await;
        house.work().await;
        client.goto(&format!("{}{packet}", house.base)).await.unwrap();
        says(&client, "Same company as confirmed by Olga").await;
        client.goto(&format!("{}/clients", house.base)).await.unwrap();
        says(&client, "Names of one company").await;

        press(&client, "//a[.='Add a client']").await;
        fill(&client, "#name", "Silver Bay Trading LLC").await;
        press(&client, "//label[@for='document-packing_list']").await;
        press(&client, "//button[.='Save']").await;
        says(&client, "Silver Bay Trading LLC").await;
        stands(&client, judge.as_deref(), &format!("journey-clients-{theme}")).await;
        client.goto(&format!("{}{packet}", house.base)).await.unwrap();
        press(&client, "//button[.='Check again']").await;
        becomes(&client, "document.querySelector('section > ol.steps')").await;
        house.work().await;
        client.goto(&format!("{}{packet}", house.base)).await.unwrap();
        says(&client, "It is judged by what is expected of Silver Bay Trading LLC").await;
        becomes(&client, "[...document.querySelectorAll('.finding')].some(it => /packing list/i.test(it.innerText))")
            .await;
        client.close().await.unwrap();
    }
}
