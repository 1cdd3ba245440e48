//! What the tests stand on: a database of one's own, a running server, people, and a browser that looks at every page it fetches.

pub mod browser;
pub mod database;
pub mod people;
pub mod post_office;
pub mod process;

pub use browser::Browser;
pub use people::{PASSWORD, Person};

use database::Database;
use quayside::app::{self, Parts};
use quayside::config::Config;
use quayside::domain::audit::ChainKey;
use quayside::domain::keys::MasterKeys;
use quayside::domain::secret::Secret;
use quayside::features::audit::keeper::Keeper;
use quayside::features::packets::checking::Checker;
use quayside::features::public::Metrics;
use quayside::gateways::anchors::Anchors;
use quayside::gateways::mail::{Landed, Mail};
use quayside::gateways::objects::Objects;
use quayside::print::invented::SHIPMENTS;
use quayside::reading::ocr::Engine;
use quayside::reading::sandbox::Sandbox;
use quayside::store::Db;
use quayside::worker::{Postman, Worker};
use std::net::TcpListener;
use std::path::PathBuf;

/// The key of the audit chain in tests.
pub const SECRET: &[u8] = b"the secret of the tests, thirty-two bytes and more";

/// The program under test.
pub fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_quayside"))
}

/// A running Quayside with two teams.
pub struct House {
    pub db: Db,
    pub objects: Objects,
    pub mail: Mail,
    pub sandbox: Sandbox,
    pub base: String,
    pub database: Database,
}

/// A file to upload.
pub type Upload = (String, Vec<u8>);

/// The five papers of a demo shipment: 0 is clean, 1 has a package count and an amount wrong, 2 a container's digit.
pub fn papers(shipment: usize) -> Vec<Upload> {
    SHIPMENTS[shipment].papers().unwrap().into_iter().map(|drawn| (drawn.file, drawn.pdf)).collect()
}

/// The settings of a server at `base`, with `extra` on top.
pub fn config(base: &str, extra: &[(&str, &str)]) -> Config {
    Config::from(&|name| match name {
        "QUAYSIDE_PUBLIC_URL" => Some(base.to_owned()),
        "QUAYSIDE_MAIL_FROM" => Some("Quayside <quayside@q.example>".to_owned()),
        name => extra.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()),
    })
    .unwrap()
}

impl House {
    #[expect(clippy::unused_async, reason = "a house is awaited, whatever it will need")]
    pub async fn new() -> Self {
        Self::with(&[])
    }

    /// A house with some settings.
    pub fn with(extra: &[(&str, &str)]) -> Self {
        // A test that fails says what the house had to complain of.
        drop(tracing_subscriber::fmt().with_env_filter("warn").with_writer(std::io::stderr).try_init());
        let database = Database::fresh();
        let db = Db::connect(&database.app_url(), 8, ChainKey::new(SECRET), MasterKeys::from_secret(SECRET));
        let objects = Objects::in_folder(&database.folder().join("objects")).unwrap();
        let mail = match extra.iter().find(|(name, _)| *name == "QUAYSIDE_MAIL") {
            Some((_, url)) => Mail::at(&(*url).into(), "Quayside <quayside@q.example>").unwrap(),
            None => Mail::in_folder(&database.folder().join("mail"), "Quayside <quayside@q.example>").unwrap(),
        };
        let limits = config("http://localhost", extra).limits.clone();
        let sandbox = Sandbox { program: program(), limits, ocr: Engine::installed(), pages_alone: false };
        let mut house = Self { db, objects, mail, sandbox, base: String::new(), database };
        house.base = house.another_server(extra);
        house
    }

    /// Another server on the same database; gives where it is reached.
    pub fn another_server(&self, extra: &[(&str, &str)]) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        // Passkeys belong to a name, never to an address.
        let host = extra.iter().find(|(name, _)| *name == "HOST").map_or("127.0.0.1", |(_, host)| *host);
        let base = format!("http://{host}:{}", listener.local_addr().unwrap().port());
        let config = config(&base, extra);
        let parts = Parts {
            db: self.db.clone(),
            objects: self.objects.clone(),
            sandbox: self.sandbox.clone(),
            mail: self.mail.clone(),
            secret: SECRET.to_vec(),
        };
        let metrics = Metrics { token: config.metrics_token.clone(), handle: None };
        std::thread::spawn(move || {
            let system = actix_web::rt::System::new();
            system.block_on(async { app::server(&config, parts, metrics, listener).unwrap().await }).unwrap();
        });
        base
    }

    /// Somebody whom nobody knows.
    pub fn nobody(&self) -> Browser {
        Browser::new(&self.base)
    }

    /// A person who has signed in.
    pub async fn signed_in(&self, person: Person) -> Browser {
        let browser = self.nobody();
        let answer = browser.sign_in(person).await;
        assert_eq!((answer.status, answer.location.as_deref()), (303, Some("/packets")), "{person:?} cannot sign in");
        browser
    }

    pub fn checker(&self) -> Checker {
        Checker { db: self.db.clone(), objects: self.objects.clone(), sandbox: self.sandbox.clone() }
    }

    /// What keeps the audit log.
    pub fn keeper(&self) -> Keeper {
        let anchors = Anchors::new(self.objects.clone(), self.database.folder().join("anchors"));
        Keeper { db: self.db.clone(), anchors }
    }

    /// Does all the work that is due.
    pub async fn work(&self) -> usize {
        Worker::new(self.checker(), self.postman(), self.keeper(), 1).run_until_idle().await.unwrap()
    }

    pub fn postman(&self) -> Postman {
        Postman { db: self.db.clone(), mail: self.mail.clone(), secret: Secret::new(SECRET) }
    }

    /// Sends what is due and gives every letter that landed, newest first.
    pub async fn letters(&self) -> Vec<Landed> {
        self.postman().run_until_idle().await.unwrap();
        self.mail.folder().unwrap().newest(100).unwrap()
    }
}
