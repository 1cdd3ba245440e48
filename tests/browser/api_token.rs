//! A token from the page to a system and back: made, used, revoked, refused.

use crate::harness::{House, Person, papers};
use crate::{chromium, keep, press, sign_in};
use fantoccini::Locator;
use reqwest::multipart::{Form, Part};

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_makes_a_token_that_a_system_uses_until_it_is_revoked() {
    let house = House::new().await;
    let (_driver, client) = chromium().await;
    sign_in(&client, &house, Person::Adam).await;
    press(&client, "a[href='/team/settings']").await;
    press(&client, "a[href='/team/tokens']").await;
    client.wait().for_element(Locator::Css(".empty")).await.unwrap();
    keep(&client, "tokens-empty").await;
    press(&client, "a[href='/team/tokens/new']").await;
    client.wait().for_element(Locator::Css("#name")).await.unwrap().send_keys("Warehouse system").await.unwrap();
    press(&client, "#scope-write").await;
    keep(&client, "token-form").await;
    press(&client, "button.primary").await;
    let token = client.wait().for_element(Locator::Css("#token")).await.unwrap().text().await.unwrap();
    keep(&client, "token-made").await;

    let system = reqwest::Client::new();
    let send = async || {
        let (name, bytes) = papers(0).remove(0);
        let form = Form::new().part("files", Part::bytes(bytes).file_name(name));
        system.post(format!("{}/api/v1/packets", house.base)).bearer_auth(&token).multipart(form).send().await.unwrap()
    };
    assert_eq!(send().await.status().as_u16(), 201);
    client.goto(&format!("{}/packets", house.base)).await.unwrap();
    assert_eq!(crate::count(&client, "#packets tbody tr").await, 1, "people see what the system sent");

    client.goto(&format!("{}/team/tokens", house.base)).await.unwrap();
    assert!(client.source().await.unwrap().contains("Warehouse system"));
    press(&client, "form[action$='/revoke'] button").await;
    client.wait().for_element(Locator::Css(".notice")).await.unwrap();
    keep(&client, "tokens-revoked").await;
    assert_eq!(send().await.status().as_u16(), 401);
    client.close().await.unwrap();
}
