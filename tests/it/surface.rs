//! What faces the network: TLS, proxies, the public pages about trust, and the file for those who find a weakness.

use crate::harness::{House, PASSWORD, Person, SECRET, papers, program};
use quayside::domain::access::{Action, Role};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, Stream, SupportedProtocolVersion};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn the_code_the_page_and_the_readme_show_one_permission_table() {
    let house = House::new().await;
    let page = house.nobody().get("/roles").await;
    assert_eq!(page.status, 200);
    let shown = scraper::Html::parse_document(&page.text());
    let (rows, cells) =
        (scraper::Selector::parse("tbody tr").unwrap(), scraper::Selector::parse("th, td:not(.code)").unwrap());
    let words = |cell: scraper::ElementRef<'_>| cell.text().collect::<String>().trim().to_owned();
    let on_page: Vec<Vec<String>> = shown.select(&rows).map(|row| row.select(&cells).map(words).collect()).collect();
    let table: Vec<Vec<String>> = Action::ALL
        .iter()
        .map(|action| {
            let allowed = Role::ALL.iter().map(|role| if *role >= action.needs() { "yes" } else { "no" });
            std::iter::once(action.label()).chain(allowed).map(str::to_owned).collect()
        })
        .collect();
    assert_eq!(on_page, table);

    let lines = table.iter().map(|row| {
        let cells: String =
            row.iter().map(|cell| if cell == "no" { " |".into() } else { format!(" {cell} |") }).collect();
        format!("|{cells}\n")
    });
    let wanted: String = lines.collect();
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    assert!(readme.contains(&wanted), "the README's table should be\n{wanted}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_finds_a_weakness_finds_whom_to_tell() {
    let silent = House::new().await;
    assert_eq!(silent.nobody().get("/.well-known/security.txt").await.status, 404);
    assert!(silent.nobody().get("/security").await.words().contains("has not named a contact yet"));

    let house = House::with(&[("QUAYSIDE_SECURITY_CONTACT", "mailto:security@atlas.example")]);
    let file = house.nobody().get("/.well-known/security.txt").await;
    assert_eq!((file.status, file.header("content-type")), (200, "text/plain; charset=utf-8"));
    let text = file.text();
    let value = |name: &str| text.lines().find_map(|line| line.strip_prefix(&format!("{name}: "))).unwrap().to_owned();
    assert_eq!(value("Contact"), "mailto:security@atlas.example");
    assert_eq!(value("Policy"), format!("{}/security", house.base));
    assert_eq!(value("Canonical"), format!("{}/.well-known/security.txt", house.base));
    let expires: chrono::DateTime<chrono::Utc> = value("Expires").parse().unwrap();
    let days = (expires - chrono::Utc::now()).num_days();
    assert!((30..365).contains(&days), "RFC 9116 advises less than a year: {days}");
    assert!(house.nobody().get("/security").await.words().contains("security@atlas.example"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_names_the_sender_behind_a_known_proxy_and_nobody_else() {
    for (proxies, address) in [("", "127.0.0.1"), ("127.0.0.0/8", "198.51.100.7"), ("10.0.0.0/8", "127.0.0.1")] {
        let house = House::with(&[("QUAYSIDE_TRUSTED_PROXIES", proxies)]);
        let form = [("email", Person::Otto.email()), ("password", PASSWORD)];
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let sent = client.post(format!("{}/sign-in", house.base)).form(&form);
        let answer = sent.header("X-Forwarded-For", "203.0.113.1, 198.51.100.7").send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 303);
        let seen = house.database.texts("SELECT address FROM audit_identities WHERE address IS NOT NULL");
        assert_eq!(seen, [address], "proxies: {proxies:?}");
    }
}

/// Asks for a page over TLS of one version; the whole answer.
fn fetch(port: u16, trusted: &Path, version: &'static SupportedProtocolVersion, path: &str) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(trusted).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[version])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let mut tls = ClientConnection::new(Arc::new(config), ServerName::try_from("localhost").unwrap()).unwrap();
    let mut socket = TcpStream::connect(("127.0.0.1", port))?;
    let mut stream = Stream::new(&mut tls, &mut socket);
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Err(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => return Err(error),
        _ => {}
    }
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A server of its own process, over TLS, that ends with the test.
struct Served {
    port: u16,
    plain: u16,
    certificate: std::path::PathBuf,
    server: std::process::Child,
    _database: crate::harness::database::Database,
}

impl Served {
    fn over_tls() -> Self {
        let mut database = crate::harness::database::Database::fresh();
        database.stop();
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let (certificate, key) = (database.folder().join("cert.pem"), database.folder().join("key.pem"));
        std::fs::write(&certificate, made.cert.pem()).unwrap();
        std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        let secret = database.folder().join("secret-file");
        std::fs::write(&secret, SECRET).unwrap();
        let (port, plain) = (free_port(), free_port());
        let server = Command::new(program())
            .arg("serve")
            .env("QUAYSIDE_VAR", database.folder())
            .env("QUAYSIDE_LISTEN", format!("127.0.0.1:{port}"))
            .env("QUAYSIDE_PUBLIC_URL", format!("https://localhost:{port}"))
            .env("QUAYSIDE_TLS_CERTIFICATE", &certificate)
            .env("QUAYSIDE_TLS_KEY", &key)
            .env("QUAYSIDE_REDIRECT_LISTEN", format!("127.0.0.1:{plain}"))
            .env("QUAYSIDE_SECRET_FILE", &secret)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let served = Self { port, plain, certificate, server, _database: database };
        let deadline = Instant::now() + Duration::from_secs(60);
        while !served.page(&rustls::version::TLS13, "/readyz").is_ok_and(|page| page.contains("ready")) {
            assert!(Instant::now() < deadline, "no server");
            std::thread::sleep(Duration::from_millis(50));
        }
        served
    }

    fn page(&self, version: &'static SupportedProtocolVersion, path: &str) -> std::io::Result<String> {
        fetch(self.port, &self.certificate, version, path)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.server.kill());
        drop(self.server.wait());
    }
}

#[test]
fn tls_is_served_from_files_and_plain_http_is_sent_there() {
    let mut served = Served::over_tls();
    let (port, plain) = (served.port, served.plain);
    let page = served.page(&rustls::version::TLS13, "/sign-in").unwrap();
    let head = page.split("\r\n\r\n").next().unwrap().to_lowercase();
    assert!(head.starts_with("http/1.1 200"), "{head}");
    assert!(head.contains("strict-transport-security: max-age=63072000; includesubdomains; preload"), "{head}");
    let older = served.page(&rustls::version::TLS12, "/healthz").unwrap();
    assert!(older.contains("alive"), "{older}");

    let mut socket = TcpStream::connect(("127.0.0.1", plain)).unwrap();
    write!(socket, "GET /packets?verdict=blocked HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    let answer = answer.to_lowercase();
    assert!(answer.starts_with("http/1.1 308"), "{answer}");
    assert!(answer.contains(&format!("location: https://localhost:{port}/packets?verdict=blocked")), "{answer}");

    let mut socket = TcpStream::connect(("127.0.0.1", port)).unwrap();
    // The hello of TLS 1.0, the newest version that the client knows.
    let mut hello = vec![0x16, 0x03, 0x01, 0x00, 0x2d, 0x01, 0x00, 0x00, 0x29, 0x03, 0x01];
    hello.extend([7; 32]);
    hello.extend([0x00, 0x00, 0x02, 0x00, 0x2f, 0x01, 0x00]);
    socket.write_all(&hello).unwrap();
    let mut refusal = Vec::new();
    socket.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let _ = socket.read_to_end(&mut refusal);
    assert_ne!(refusal.first(), Some(&0x16), "TLS 1.0 is not answered with a handshake: {refusal:?}");

    let pid = nix::unistd::Pid::from_raw(i32::try_from(served.server.id()).unwrap());
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).unwrap();
    assert!(served.server.wait().unwrap().success());
}

#[test]
fn the_observatory_gives_its_best_grade() {
    let observatory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/npm/node_modules/@mdn/mdn-http-observatory");
    if !observatory.exists() {
        println!("skipped: the observatory is not here; bin/install test brings it");
        return;
    }
    // The list of preloaded hosts comes from the network; nothing is preloaded here.
    std::fs::write(observatory.join("conf/hsts-preload.json"), "{}").unwrap();
    let served = Served::over_tls();
    let scanned = Command::new("node")
        .arg(observatory.join("src/scan.js"))
        .arg(format!("localhost:{}", served.port))
        .env("NODE_EXTRA_CA_CERTS", &served.certificate)
        .output()
        .unwrap();
    let report = String::from_utf8_lossy(&scanned.stdout).into_owned();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap_or_else(|_| {
        panic!("{report}\n{}", String::from_utf8_lossy(&scanned.stderr));
    });
    let (grade, score) = (&report["scan"]["grade"], report["scan"]["score"].as_i64().unwrap());
    println!("MDN HTTP Observatory: {grade}, {score}");
    assert!(grade == "A+" && score >= 130, "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_result_page_weighs_less_than_sixty_kilobytes_with_everything_it_loads() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let packet = otto.packet(papers(1)).await;
    house.work().await;
    let page = otto.get(&packet).await;
    let mut parts = vec![packet];
    parts.extend(page.all("script[src]", "src"));
    parts.extend(page.all("link[rel=stylesheet]", "href"));
    let mut weights = Vec::new();
    for path in &parts {
        let asked =
            otto.client.get(format!("{}{path}", otto.base)).header("Accept-Encoding", "gzip").send().await.unwrap();
        assert_eq!(asked.headers()["content-encoding"], "gzip", "{path}");
        weights.push(asked.bytes().await.unwrap().len());
    }
    assert!(weights.iter().sum::<usize>() <= 60_000, "{parts:?} {weights:?}");
    let script: usize =
        parts.iter().zip(&weights).filter(|(path, _)| path.ends_with(".js")).map(|(_, weight)| weight).sum();
    assert!(script <= 20_000, "{script}");
    let plain = otto
        .client
        .get(format!("{}{}", otto.base, parts[1]))
        .header("Accept-Encoding", "gzip;q=0")
        .send()
        .await
        .unwrap();
    assert!(plain.headers().get("content-encoding").is_none_or(|coding| coding == "identity"));
}
