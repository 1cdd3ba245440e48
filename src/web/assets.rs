//! Style sheet, scripts and icons, inside the binary. The style sheet is one file made of `static/css/*.css` in the order of their
//! names, and the script one of htmx and our own without comments and indentation; passkeys and uploads have scripts of their own, for the
//! pages that ask for one. Every address holds the hash of its bytes, so that a browser keeps it for ever.

use actix_web::http::header::{self, Header};
use actix_web::{HttpRequest, HttpResponse, web};
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::Embed;
use sha2::{Digest, Sha256};
use std::io::Write;
use std::sync::LazyLock;

#[derive(Embed)]
#[folder = "static/"]
#[include = "css/*.css"]
#[include = "js/*.js"]
#[include = "icons/*.svg"]
#[include = "npm/node_modules/htmx.org/dist/htmx.min.js"]
struct Files;

struct Asset {
    /// `app-0123456789abcdef.css`
    name: String,
    bytes: Vec<u8>,
    /// The same as most browsers want it, made once and as small as it gets.
    gzip: Vec<u8>,
    media: &'static str,
}

struct Assets {
    css: Asset,
    js: Asset,
    passkeys: Asset,
    upload: Asset,
    icon: Asset,
}

fn joined(paths: impl Iterator<Item = String>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for path in paths {
        if let Some(file) = Files::get(&path) {
            bytes.extend_from_slice(&file.data);
            bytes.push(b'\n');
        }
    }
    bytes
}

fn asset(stem: &str, extension: &str, media: &'static str, bytes: Vec<u8>) -> Asset {
    let digest = hex::encode(Sha256::digest(&bytes));
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    let gzip = gzip.write_all(&bytes).and_then(|()| gzip.finish()).unwrap_or_default();
    Asset { name: format!("{stem}-{}.{extension}", digest.get(..16).unwrap_or("0")), bytes, gzip, media }
}

const SCRIPT: &str = "text/javascript; charset=utf-8";

/// One of our scripts as it is sent: without lines of comment and without indentation. None of them has text over several lines.
fn bare(path: &str) -> Vec<u8> {
    let text = String::from_utf8(joined(std::iter::once(path.to_owned()))).unwrap_or_default();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.flat_map(|line| [line.as_bytes(), b"\n"].concat()).collect()
}

static ASSETS: LazyLock<Assets> = LazyLock::new(|| {
    let mut sheets: Vec<String> =
        Files::iter().filter(|path| path.starts_with("css/")).map(|path| path.to_string()).collect();
    sheets.sort();
    let mut script = joined(std::iter::once("npm/node_modules/htmx.org/dist/htmx.min.js".to_owned()));
    script.extend(bare("js/keys.js"));
    Assets {
        css: asset("app", "css", "text/css; charset=utf-8", joined(sheets.into_iter())),
        js: asset("app", "js", SCRIPT, script),
        passkeys: asset("passkeys", "js", SCRIPT, bare("js/passkeys.js")),
        upload: asset("upload", "js", SCRIPT, bare("js/upload.js")),
        icon: asset("icon", "svg", "image/svg+xml", joined(std::iter::once("icons/quayside.svg".to_owned()))),
    }
});

/// The address of the style sheet.
pub fn css() -> String {
    format!("/assets/{}", ASSETS.css.name)
}

/// The address of the script.
pub fn js() -> String {
    format!("/assets/{}", ASSETS.js.name)
}

/// The address of the script for passkeys.
pub fn passkeys_js() -> String {
    format!("/assets/{}", ASSETS.passkeys.name)
}

/// The address of the script for pages that take files.
pub fn upload_js() -> String {
    format!("/assets/{}", ASSETS.upload.name)
}

/// The address of the icon.
pub fn icon() -> String {
    format!("/assets/{}", ASSETS.icon.name)
}

fn takes_gzip(request: &HttpRequest) -> bool {
    let known = [header::Encoding::gzip(), header::Encoding::identity()];
    let wanted = header::AcceptEncoding::parse(request).ok();
    wanted.and_then(|wanted| wanted.negotiate(known.iter())) == Some(header::Encoding::gzip())
}

/// Answers an asset.
pub async fn show(request: HttpRequest, name: web::Path<String>) -> HttpResponse {
    let found = [&ASSETS.css, &ASSETS.js, &ASSETS.passkeys, &ASSETS.upload, &ASSETS.icon]
        .into_iter()
        .find(|asset| asset.name == *name);
    match found {
        Some(asset) => {
            let mut answer = HttpResponse::Ok();
            answer
                .insert_header((header::CONTENT_TYPE, asset.media))
                .insert_header((header::VARY, "accept-encoding"))
                .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"));
            if takes_gzip(&request) && !asset.gzip.is_empty() {
                answer.insert_header((header::CONTENT_ENCODING, "gzip")).body(asset.gzip.as_slice())
            } else {
                answer.insert_header((header::CONTENT_ENCODING, "identity")).body(asset.bytes.as_slice())
            }
        }
        None => super::error::error_page(actix_web::http::StatusCode::NOT_FOUND, ""),
    }
}
