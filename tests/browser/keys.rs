//! The keys of people who are here all day, pressed in a real browser: each does what the page /keyboard says, none is heard while
//! somebody types, and typed words are not lost without a question.

use crate::hands::becomes;
use crate::harness::{House, Person, papers};
use crate::{chromium, sign_in};
use fantoccini::{Client, Locator};
use serde_json::{Value, json};

async fn press(client: &Client, keys: &str) {
    let body = "return document.activeElement && document.activeElement !== document.body";
    let active = client.execute(body, vec![]).await.unwrap() == json!(true);
    let place = if active { client.active_element().await } else { client.find(Locator::Css("body")).await };
    place.unwrap().send_keys(keys).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_key_does_what_the_keyboard_page_says() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let packet = otto.packet(papers(1)).await;
    otto.packet(papers(0)).await;
    house.work().await;
    let (_driver, client) = chromium().await;
    sign_in(&client, &house, Person::Olga).await;

    press(&client, "?").await;
    becomes(&client, "document.querySelector('dialog#keys[open] kbd')").await;
    press(&client, "\u{e00c}").await;
    becomes(&client, "!document.querySelector('dialog[open]')").await;

    press(&client, "j").await;
    press(&client, "j").await;
    press(&client, "x").await;
    becomes(&client, "document.querySelectorAll('[name=packet]:checked').length === 1").await;
    becomes(&client, "document.querySelector('#batch button').textContent === 'Go on with 1'").await;
    press(&client, "k").await;
    let first = client.active_element().await.unwrap().attr("href").await.unwrap().unwrap();
    press(&client, "\u{e007}").await;
    becomes(&client, &format!("location.pathname === '{first}'")).await;

    client.goto(&format!("{}{packet}", house.base)).await.unwrap();
    let chosen = "document.querySelector('.finding[data-selected] h3 a')?.textContent";
    let before = client.execute(&format!("return {chosen}"), vec![]).await.unwrap();
    press(&client, "n").await;
    becomes(&client, &format!("{chosen} && {chosen} !== {before}")).await;
    press(&client, "p").await;
    becomes(&client, &format!("{chosen} === {before}")).await;
    client.goto(&format!("{}{packet}?document=d1", house.base)).await.unwrap();
    let paper = "[...document.querySelectorAll('#viewer nav[aria-label=Documents] a')].findIndex(a => a.ariaCurrent)";
    press(&client, "]").await;
    becomes(&client, &format!("{paper} === 1")).await;
    press(&client, "[").await;
    becomes(&client, &format!("{paper} === 0")).await;
    press(&client, "+").await;
    becomes(&client, "document.querySelector('.zoom-150 svg')").await;
    press(&client, "-").await;
    becomes(&client, "document.querySelector('.zoom-100')").await;
    for (key, selector) in [("w", ".finding [name=reason]"), ("a", ".work [name=owner]"), ("c", "[name=body]")] {
        client.goto(&format!("{}{packet}", house.base)).await.unwrap();
        press(&client, key).await;
        becomes(&client, &format!("document.activeElement.matches('{selector}')")).await;
    }
    // While somebody types, a key is a letter.
    press(&client, "gpn?").await;
    becomes(&client, "document.activeElement.value === 'gpn?'").await;
    client.execute("document.querySelector('[data-dirty]').removeAttribute('data-dirty')", vec![]).await.unwrap();
    let value = client.execute("return document.querySelector('.fields [data-at] a').getAttribute('href')", vec![]);
    client.goto(&format!("{}{}", house.base, value.await.unwrap().as_str().unwrap())).await.unwrap();
    press(&client, "e").await;
    becomes(&client, "document.activeElement.matches('.chosen form [name=value]')").await;
    client.execute("document.activeElement.blur()", vec![]).await.unwrap();
    for (key, path) in [
        ("p", "/packets"),
        ("h", "/"),
        ("w", "/work"),
        ("a", "/audit"),
        ("c", "/clients"),
        ("r", "/rules"),
        ("m", "/team"),
    ] {
        press(&client, &format!("g{key}")).await;
        becomes(&client, &format!("location.pathname === '{path}' && document.readyState === 'complete'")).await;
    }
    press(&client, "/").await;
    becomes(&client, "location.pathname === '/packets'").await;
    press(&client, "/").await;
    becomes(&client, "document.activeElement.matches('input[type=search]')").await;

    // The switch goes with the account, not with the browser.
    let switched = house.signed_in(Person::Olga).await.post("/account/keys", &[]).await;
    assert_eq!(switched.location.as_deref(), Some("/account?done=keys-off"));
    client.goto(&format!("{}/packets", house.base)).await.unwrap();
    for key in ["?", "j", "gh"] {
        press(&client, key).await;
    }
    assert_eq!(client.execute("return document.querySelector('dialog[open]')", vec![]).await.unwrap(), Value::Null);
    becomes(&client, "location.pathname === '/packets' && document.activeElement.tagName !== 'A'").await;
    client.goto(&format!("{}/account", house.base)).await.unwrap();
    let switch = client.find(Locator::Css("#listens")).await.unwrap();
    assert!(!switch.is_selected().await.unwrap(), "the page says that they are off");
    switch.click().await.unwrap();
    client.find(Locator::Css("form[action='/account/keys'] button")).await.unwrap().click().await.unwrap();
    becomes(&client, "location.search === '?done=keys-on' && document.readyState === 'complete'").await;
    press(&client, "?").await;
    becomes(&client, "document.querySelector('dialog#keys[open] kbd')").await;
    client.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_palette_finds_what_the_page_offers_and_searches_for_the_rest() {
    let house = House::new().await;
    let (_driver, client) = chromium().await;
    sign_in(&client, &house, Person::Olga).await;
    let call = "document.dispatchEvent(new KeyboardEvent('keydown', {key: 'k', ctrlKey: true, bubbles: true}))";
    let body_call = call.replacen("document.", "document.body.", 1);
    client.execute(&body_call, vec![]).await.unwrap();
    becomes(&client, "document.querySelector('#palette[open] li')").await;
    press(&client, "memb").await;
    becomes(&client, "document.querySelector('#palette li[aria-selected=true]').textContent === 'Members'").await;
    press(&client, "\u{e007}").await;
    becomes(&client, "location.pathname === '/team'").await;
    client.execute(&body_call, vec![]).await.unwrap();
    becomes(&client, "document.querySelector('#palette[open] li')").await;
    press(&client, "MSKU 77").await;
    press(&client, "\u{e007}").await;
    becomes(&client, "location.search === '?q=MSKU%2077' || location.search === '?q=MSKU+77'").await;
    client.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_box_and_its_field_light_up_together_and_typed_words_are_not_lost_without_a_question() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let packet = otto.packet(papers(1)).await;
    house.work().await;
    let (_driver, client) = chromium().await;
    sign_in(&client, &house, Person::Otto).await;
    client.goto(&format!("{}{packet}?document=d1", house.base)).await.unwrap();
    let over = "const field = document.querySelector('.fields [data-at]'); \
        field.querySelector('a').dispatchEvent(new MouseEvent('mouseover', {bubbles: true})); \
        return [field.dataset.at, [...document.querySelectorAll('svg a.hot')].map(a => a.dataset.at)]";
    let lit = client.execute(over, vec![]).await.unwrap();
    assert!(!lit[1].as_array().unwrap().is_empty() && lit[1][0] == lit[0], "{lit}");
    let back = "const box = document.querySelector('svg a[data-at]'); \
        box.firstElementChild.dispatchEvent(new MouseEvent('mouseover', {bubbles: true})); \
        return [...document.querySelectorAll('.fields .hot, .cells .hot')].some(field => field.dataset.at === box.dataset.at)";
    assert_eq!(client.execute(back, vec![]).await.unwrap(), json!(true));

    // A driver answers the browser's question by itself, so the event is asked whether there would be one.
    let asks = "const leaving = new Event('beforeunload', {cancelable: true}); window.dispatchEvent(leaving); return leaving.defaultPrevented";
    assert_eq!(client.execute(asks, vec![]).await.unwrap(), json!(false), "nothing was typed yet");
    client.find(Locator::Css("#comment")).await.unwrap().send_keys("Half a sentence").await.unwrap();
    assert_eq!(client.execute(asks, vec![]).await.unwrap(), json!(true));
    client.find(Locator::Css("#comments form:last-child button")).await.unwrap().click().await.unwrap();
    becomes(&client, "document.querySelector('.talk .said')").await;
    client.close().await.unwrap();
}
