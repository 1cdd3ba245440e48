//! What somebody does at a page: presses what they see, fills a field, and waits until the page has become what it should.

use fantoccini::{Client, Locator};
use serde_json::Value;
use std::time::{Duration, Instant};

/// Presses the first thing that a path leads to, as soon as it is there.
pub async fn press(client: &Client, xpath: &str) {
    let found = client.wait().at_most(Duration::from_secs(20)).for_element(Locator::XPath(xpath)).await;
    found.unwrap_or_else(|error| panic!("{xpath}: {error}")).click().await.unwrap();
}

/// Puts other words into a field.
pub async fn fill(client: &Client, css: &str, text: &str) {
    let field = client.wait().for_element(Locator::Css(css)).await.unwrap();
    field.clear().await.unwrap();
    field.send_keys(text).await.unwrap();
}

/// Waits until a script says true.
pub async fn becomes(client: &Client, script: &str) {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        match client.execute(&format!("return Boolean({script})"), vec![]).await {
            Ok(Value::Bool(true)) => return,
            // The page may be leaving.
            Ok(_) | Err(_) => assert!(Instant::now() < deadline, "never: {script}"),
        }
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
}
