//! The API, as the systems of a brokerage use it: with a token and nothing else.

mod access;
mod document;
mod idempotency;
mod packets;
mod tokens;

use crate::harness::{Browser, House, Person, Upload};
use reqwest::header::HeaderMap;
use reqwest::multipart::{Form, Part};
use reqwest::{Client, RequestBuilder};
use serde_json::Value;

/// A system with a token.
#[derive(Clone)]
pub struct System {
    client: Client,
    base: String,
    pub token: String,
}

/// An answer.
pub struct Answer {
    pub status: u16,
    headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&self.bytes)))
    }

    /// The sort of problem and its sentence.
    pub fn problem(&self) -> (u16, String, String) {
        assert_eq!(self.header("content-type"), "application/problem+json");
        let body = self.json();
        assert_eq!(body["status"], self.status);
        let kind = body["type"].as_str().unwrap().strip_prefix("/api#").unwrap().to_owned();
        (self.status, kind, body["detail"].as_str().unwrap().to_owned())
    }
}

impl System {
    pub fn new(base: &str, token: &str) -> Self {
        Self { client: Client::new(), base: base.to_owned(), token: token.to_owned() }
    }

    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let answer = request.bearer_auth(&self.token).send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Answer { status, headers, bytes: answer.bytes().await.unwrap().to_vec() }
    }

    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        self.client.request(method.to_uppercase().parse().unwrap(), format!("{}{path}", self.base))
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request("get", path)).await
    }

    pub fn form(files: &[Upload], name: Option<&str>) -> Form {
        let part = |(name, bytes): &Upload| Part::bytes(bytes.clone()).file_name(name.clone());
        let form = files.iter().fold(Form::new(), |form, file| form.part("files", part(file)));
        name.into_iter().fold(form, |form, name| form.text("name", name.to_owned()))
    }

    /// Sends files, under a key where there is one.
    pub async fn create(&self, files: &[Upload], name: Option<&str>, key: Option<&str>) -> Answer {
        let request = self.request("post", "/api/v1/packets").multipart(Self::form(files, name));
        let request = key.into_iter().fold(request, |request, key| request.header("Idempotency-Key", key));
        self.send(request).await
    }

    /// A packet that is kept, by its address.
    pub async fn packet(&self, files: &[Upload]) -> String {
        let answer = self.create(files, None, None).await;
        assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.bytes));
        answer.header("location").to_owned()
    }
}

/// Makes a token on the page, and gives what the page shows of it.
pub async fn token(browser: &Browser, name: &str, scopes: &[&str]) -> String {
    let form: Vec<(&str, &str)> =
        [("name", name), ("days", "30")].into_iter().chain(scopes.iter().map(|scope| (*scope, "on"))).collect();
    let page = browser.post("/team/tokens", &form).await;
    assert_eq!(page.status, 201, "{}", page.words());
    page.words().split_whitespace().find(|word| word.starts_with("qs_") && word.len() == 75).unwrap().to_owned()
}

/// A system with a fresh token of a person.
pub async fn system(house: &House, person: Person, scopes: &[&str]) -> System {
    let browser = house.signed_in(person).await;
    System::new(&house.base, &token(&browser, "ERP", scopes).await)
}
