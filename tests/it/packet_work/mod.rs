//! Working on a packet after it was read: what people say, decide and do about it, and what becomes of that in the next run.

mod arrangements;
mod bin;
mod comments;
mod corrections;
mod decisions;
mod extract;
mod files;
mod questions;
mod runs;
mod waivers;

use crate::harness::browser::Page;
use crate::harness::{Browser, House, Person, papers};

/// A house with one packet that was read, and Otto, who works on it.
async fn one_packet(shipment: usize) -> (House, Browser, String) {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let address = otto.packet(papers(shipment)).await;
    house.work().await;
    (house, otto, address)
}

/// The hidden fields of the form whose address ends so.
fn hidden(page: &Page, ending: &str) -> Vec<(String, String)> {
    let of = |attribute: &str| page.all(&format!("form[action$='{ending}'] input[type=hidden]"), attribute);
    of("name").into_iter().zip(of("value")).collect()
}

/// Sends a form of a page with what a person typed into it.
async fn send(browser: &Browser, page: &Page, address: &str, ending: &str, typed: &[(&str, &str)]) -> Page {
    let hidden = hidden(page, ending);
    assert!(!hidden.is_empty(), "{} has no form {ending}: {}", page.path, page.words());
    let mut fields: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.extend(typed);
    browser.post(&format!("{address}{ending}"), &fields).await
}

/// The result as the contract writes it.
async fn result(browser: &Browser, address: &str) -> serde_json::Value {
    serde_json::from_str(&browser.get(&format!("{address}/result.json")).await.text()).unwrap()
}

fn codes(result: &serde_json::Value) -> Vec<String> {
    result["findings"].as_array().unwrap().iter().map(|it| it["code"].as_str().unwrap().to_owned()).collect()
}
