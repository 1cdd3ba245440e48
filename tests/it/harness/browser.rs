//! A browser without a screen: it keeps cookies, follows nothing by itself, and looks at every page that it fetches: one title, one
//! heading, unique ids, a label for each field, forms that say where they go and change whole pages, targets that
//! exist, and no script or style in the page.

use super::{PASSWORD, Person, Upload};
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};
use reqwest::multipart::{Form, Part};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};
use scraper::{Html, Selector};
use std::collections::BTreeSet;
use tokio::sync::mpsc::Receiver;

pub struct Browser {
    pub client: Client,
    pub base: String,
}

/// An answer.
pub struct Page {
    pub status: u16,
    pub location: Option<String>,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    pub path: String,
}

impl Page {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The words of the page without its marks.
    pub fn words(&self) -> String {
        let page = Html::parse_document(&self.text());
        page.root_element().text().collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// An attribute of everything that a selector finds.
    pub fn all(&self, selector: &str, attribute: &str) -> Vec<String> {
        let page = Html::parse_document(&self.text());
        let selector = Selector::parse(selector).unwrap();
        page.select(&selector).filter_map(|element| element.attr(attribute)).map(str::to_owned).collect()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    fn look(&self) {
        let page = Html::parse_document(&self.text());
        let select = |selector: &str| {
            let selector = Selector::parse(selector).unwrap();
            page.select(&selector).collect::<Vec<_>>()
        };
        let here = &self.path;
        assert!(
            select("title").iter().any(|title| !title.text().collect::<String>().trim().is_empty()),
            "{here}: no title"
        );
        assert_eq!(select("h1").len(), 1, "{here}: headings");
        assert_eq!(select("main").len(), 1, "{here}: main");
        let ids: Vec<&str> = select("[id]").iter().filter_map(|element| element.attr("id")).collect();
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len(), "{here}: ids are not unique: {ids:?}");
        let labelled: BTreeSet<&str> = select("label[for]").iter().filter_map(|label| label.attr("for")).collect();
        for field in select("input:not([type=hidden]), select, textarea") {
            let named = field.attr("aria-label").is_some() || field.attr("id").is_some_and(|id| labelled.contains(id));
            assert!(named, "{here}: a field without a label: {}", field.html());
        }
        for form in select("form") {
            let (method, action) = (form.attr("method").unwrap_or("get"), form.attr("action"));
            assert!(matches!(method, "get" | "post") && action.is_some(), "{here}: {}", form.html());
            // A change can answer with another page, and that has no such part to put in the place of this one.
            let boosted = std::iter::once(form).chain(form.ancestors().filter_map(scraper::ElementRef::wrap));
            let boost = boosted.filter_map(|element| element.attr("hx-boost")).next();
            assert!(method == "get" || boost != Some("true"), "{here}: a boosted form: {}", form.html());
        }
        for element in select("[hx-target^='#'], [hx-select^='#']") {
            for name in ["hx-target", "hx-select"] {
                let wanted = element.attr(name).and_then(|target| target.strip_prefix('#'));
                assert!(wanted.is_none_or(|id| unique.contains(id)), "{here}: {name} has no target: {wanted:?}");
            }
        }
        for link in select("a[href^='#']") {
            let id = link.attr("href").unwrap().trim_start_matches('#');
            assert!(unique.contains(id), "{here}: the link #{id} leads nowhere");
        }
        for image in select("img") {
            assert!(image.attr("alt").is_some(), "{here}: an image without words");
        }
        assert!(select("[style], style").is_empty(), "{here}: style in the page");
        assert!(select("script:not([src])").is_empty(), "{here}: script in the page");
        assert!(self.header("content-security-policy").contains("default-src 'none'"), "{here}: policy");
    }
}

impl Browser {
    pub fn new(base: &str) -> Self {
        let client = Client::builder().cookie_store(true).redirect(Policy::none()).build().unwrap();
        Self { client, base: base.to_owned() }
    }

    async fn send(&self, path: &str, request: RequestBuilder) -> Page {
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let headers = answer.headers().clone();
        let location = headers.get(LOCATION).map(|to| to.to_str().unwrap().to_owned());
        let page =
            Page { status, location, headers, bytes: answer.bytes().await.unwrap().to_vec(), path: path.to_owned() };
        let is_page =
            page.headers.get(CONTENT_TYPE).is_some_and(|kind| kind.to_str().unwrap().starts_with("text/html"));
        if is_page && page.text().contains("<!doctype") {
            page.look();
        }
        page
    }

    pub async fn get(&self, path: &str) -> Page {
        self.send(path, self.client.get(format!("{}{path}", self.base))).await
    }

    /// Asks under another name of the server.
    pub async fn get_as(&self, host: &str, path: &str) -> Page {
        self.send(path, self.client.get(format!("{}{path}", self.base)).header("Host", host)).await
    }

    /// As htmx asks for a piece of a page.
    pub async fn get_piece(&self, path: &str) -> Page {
        self.send(path, self.client.get(format!("{}{path}", self.base)).header("HX-Request", "true")).await
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Page {
        let request = self.client.post(format!("{}{path}", self.base)).header("Origin", &self.base).form(form);
        self.send(path, request).await
    }

    /// The same browser, with its cookies, at another server of the same host.
    pub fn at(&self, base: &str) -> Self {
        Self { client: self.client.clone(), base: base.to_owned() }
    }

    pub async fn sign_in(&self, person: Person) -> Page {
        self.post("/sign-in", &[("email", person.email()), ("password", PASSWORD)]).await
    }

    /// A form that another site sends.
    pub async fn post_from(&self, origin: &str, path: &str, form: &[(&str, &str)]) -> Page {
        let request = self.client.post(format!("{}{path}", self.base)).header("Origin", origin).form(form);
        self.send(path, request).await
    }

    /// Any method, with an empty body.
    pub async fn request(&self, method: &str, path: &str) -> Page {
        let method = method.to_uppercase().parse().unwrap();
        let request = self.client.request(method, format!("{}{path}", self.base)).header("Origin", &self.base);
        self.send(path, request).await
    }

    /// The same under a cookie that somebody holds, whatever this browser keeps.
    pub async fn request_as(&self, cookie: &str, method: &str, path: &str) -> Page {
        let method = method.to_uppercase().parse().unwrap();
        let request = self.client.request(method, format!("{}{path}", self.base)).header("Origin", &self.base);
        self.send(path, request.header("Cookie", cookie)).await
    }

    /// Sends files as the upload form does, with the key of a form.
    pub async fn upload(&self, key: Option<&str>, files: Vec<Upload>) -> Page {
        let mut form = Form::new();
        if let Some(key) = key {
            form = form.text("key", key.to_owned());
        }
        for (name, bytes) in files {
            form = form.part("files", Part::bytes(bytes).file_name(name));
        }
        let request = self.client.post(format!("{}/packets", self.base)).header("Origin", &self.base).multipart(form);
        self.send("/packets", request).await
    }

    /// Sends files to another form that takes some.
    pub async fn send_files(&self, path: &str, files: Vec<Upload>) -> Page {
        let part = |(name, bytes)| Part::bytes(bytes).file_name(name);
        let form = files.into_iter().fold(Form::new(), |form, file: Upload| form.part("files", part(file)));
        let request = self.client.post(format!("{}{path}", self.base)).header("Origin", &self.base).multipart(form);
        self.send(path, request).await
    }

    /// Uploads and gives the packet's address.
    pub async fn packet(&self, files: Vec<Upload>) -> String {
        let answer = self.upload(None, files).await;
        assert_eq!(answer.status, 303, "{}", answer.words());
        answer.location.unwrap()
    }

    /// Uploads to a server that may die meanwhile.
    pub async fn try_upload(&self, files: Vec<Upload>) -> Option<Page> {
        let mut form = Form::new();
        for (name, bytes) in files {
            form = form.part("files", Part::bytes(bytes).file_name(name));
        }
        let request = self.client.post(format!("{}/packets", self.base)).header("Origin", &self.base).multipart(form);
        let answer = request.send().await.ok()?;
        let status = answer.status().as_u16();
        let headers = answer.headers().clone();
        let location = headers.get(LOCATION).map(|to| to.to_str().unwrap().to_owned());
        Some(Page { status, location, headers, bytes: Vec::new(), path: "/packets".to_owned() })
    }

    /// Uploads one file in the pieces that arrive.
    pub async fn slow_upload(&self, name: &str, pieces: Receiver<Vec<u8>>) -> Page {
        let stream = futures_util::stream::unfold(pieces, async |mut pieces| {
            pieces.recv().await.map(|piece| (Ok::<_, std::io::Error>(piece), pieces))
        });
        let part = Part::stream(reqwest::Body::wrap_stream(stream)).file_name(name.to_owned());
        let form = Form::new().part("files", part);
        let request = self.client.post(format!("{}/packets", self.base)).header("Origin", &self.base).multipart(form);
        self.send("/packets", request).await
    }
}
