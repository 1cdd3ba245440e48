//! Packets by e-mail: real messages in real folders, as a mail server delivers them.

use crate::harness::{Browser, House, Person, SECRET};
use chrono::{Duration, Utc};
use quayside::domain::limits::PACKET_MAILBOX;
use quayside::domain::mailbox::Word;
use quayside::domain::secret::Secret;
use quayside::features::packets::UploadLimits;
use quayside::features::packets::mail_in::MailIn;
use quayside::gateways::maildir::MailFolder;
use quayside::web::limits::{counted, take};
use quayside::worker::Chores;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A house into which mail is delivered.
struct Post {
    house: House,
    folder: TempDir,
}

fn message(id: &str, subject: &str) -> String {
    let id = if id.is_empty() { String::new() } else { format!("Message-ID: <{id}>\r\n") };
    format!(
        "Return-Path: <ann@shipper.example>\r\nReceived: from shipper.example\r\n{id}From: Ann Shipper <ann@shipper.example>\r\n\
         Subject: {subject}\r\n\r\nCommercial invoice INV-7 of 1 June 2026, total 230.00 USD.\r\n"
    )
}

impl Post {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_str().unwrap().to_owned();
        Self { house: House::with(&[("QUAYSIDE_MAIL_IN", &path)]), folder }
    }

    fn taker(&self) -> MailIn {
        MailIn {
            db: self.house.db.clone(),
            objects: self.house.objects.clone(),
            secret: Secret::new(SECRET),
            folder: MailFolder(self.folder.path().to_owned()),
            limits: UploadLimits { files: 9, reading: self.house.sandbox.limits.clone() },
        }
    }

    async fn take(&self) -> usize {
        self.taker().take_all().await.unwrap()
    }

    /// The Maildir of an address that this person switches on.
    async fn switched_on(&self, by: &Browser) -> PathBuf {
        assert_eq!(by.post("/team/mailbox", &[("wanted", "on")]).await.status, 303);
        let word = by.get("/team/mailbox").await.all("input[name=seen]", "value").remove(0);
        let maildir = self.folder.path().join(&word);
        MailFolder(self.folder.path().to_owned()).open(&Word::parse(&word).unwrap()).unwrap();
        maildir
    }

    fn packets(&self) -> i64 {
        self.house.database.count("SELECT count(*) FROM packets")
    }

    /// What is left after the chores of a day to come.
    async fn in_days(&self, days: i64) {
        let chores = Chores { db: self.house.db.clone(), folder: Some(MailFolder(self.folder.path().to_owned())) };
        chores.clear(Utc::now() + Duration::days(days)).await.unwrap();
    }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn deliver(maildir: &Path, name: &str, text: &str) {
    std::fs::write(maildir.join("tmp").join(name), text).unwrap();
    std::fs::rename(maildir.join("tmp").join(name), maildir.join("new").join(name)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_e_mail_becomes_one_packet_that_says_who_sent_it() {
    let post = Post::new();
    let olga = post.house.signed_in(Person::Olga).await;
    let maildir = post.switched_on(&olga).await;
    deliver(&maildir, "1.a", &message("7@shipper.example", "INV-7/8 papers"));
    assert_eq!(post.take().await, 1);
    assert_eq!((names(&maildir.join("new")), names(&maildir.join("cur"))), (vec![], vec!["1.a".to_owned()]));
    post.house.work().await;
    let packet = post.house.database.texts("SELECT id FROM packets").remove(0);
    let page = olga.get(&format!("/packets/{packet}")).await;
    assert!(page.words().contains("INV-7/8 papers"), "{}", page.words());
    assert!(page.words().contains("By e-mail from Ann Shipper <ann@shipper.example>"), "{}", page.words());
    assert_eq!(post.house.database.texts("SELECT name FROM files"), ["INV-7-8 papers.eml"]);
    let entry = "SELECT role || ' ' || result || ' ' || (diff -> 'after' ->> 'sender') FROM audit_entries WHERE action = 'packet.create'";
    assert_eq!(post.house.database.texts(entry), ["system success Ann Shipper <ann@shipper.example>"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_comes_again_or_was_not_put_away_before_a_crash_makes_no_second_packet() {
    let post = Post::new();
    let olga = post.house.signed_in(Person::Olga).await;
    let maildir = post.switched_on(&olga).await;
    deliver(&maildir, "1", &message("7@a", "papers"));
    deliver(&maildir, "2", &message("", "without a number"));
    assert_eq!(post.take().await, 2);
    for name in ["1", "2"] {
        // The state after a crash between the two: the packet is stored, the message still waits.
        std::fs::rename(maildir.join("cur").join(name), maildir.join("new").join(name)).unwrap();
    }
    deliver(&maildir, "3", &message("7@a", "papers, once more"));
    deliver(&maildir, "4", &message("", "without a number either"));
    assert_eq!(post.take().await, 4);
    assert_eq!(names(&maildir.join("cur")), ["1", "2", "3", "4"]);
    let subjects = post.house.database.texts("SELECT name FROM packets ORDER BY name");
    assert_eq!(subjects, ["papers", "without a number", "without a number either"]);
    assert_eq!(post.house.database.count("SELECT count(*) FROM files"), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_at_once_make_one_packet_of_each_message() {
    let post = Post::new();
    let olga = post.house.signed_in(Person::Olga).await;
    let maildir = post.switched_on(&olga).await;
    for number in 10..22 {
        deliver(&maildir, &format!("{number}"), &message(&format!("{number}@a"), "papers"));
    }
    let (a, b) = (post.taker(), post.taker());
    let (a, b) =
        tokio::join!(tokio::spawn(async move { a.take_all().await }), tokio::spawn(async move { b.take_all().await }));
    assert!(a.unwrap().is_ok() && b.unwrap().is_ok());
    assert_eq!((post.packets(), names(&maildir.join("cur")).len(), names(&maildir.join("new")).len()), (12, 12, 0));
    let kept = post.house.database.count("SELECT count(*) FROM files");
    let objects = walk(&post.house.database.folder().join("objects"));
    assert_eq!((kept, objects), (12, 12), "what the second one stored is gone again");
}

fn walk(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { walk(&path) } else { 1 }).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_or_no_message_is_put_aside_and_told_on_the_page_of_work() {
    let post = Post::new();
    let olga = post.house.signed_in(Person::Olga).await;
    let maildir = post.switched_on(&olga).await;
    let mut taker = post.taker();
    taker.limits.reading.file_bytes = 1024 * 1024;
    deliver(&maildir, "1.large", &(message("1@a", "large") + &"x".repeat(1024 * 1024)));
    deliver(&maildir, "2.pdf", "%PDF-1.7 and so on");
    deliver(&maildir, "3.good", &message("3@a", "good"));
    std::os::unix::fs::symlink("/etc/passwd", maildir.join("new/4.link")).unwrap();
    std::fs::create_dir(maildir.join("new/5.folder")).unwrap();
    assert_eq!(taker.take_all().await.unwrap(), 5);
    assert_eq!(names(&maildir.join("refused")), ["1.large", "2.pdf", "4.link", "5.folder"]);
    assert_eq!((names(&maildir.join("cur")), post.packets()), (vec!["3.good".to_owned()], 1));
    let words = olga.get("/work").await.words();
    for said in ["1.large", "larger than 1 MB", "2.pdf", "It is no e-mail", "4.link", "It is a link or a folder"] {
        assert!(words.contains(said), "{said}: {words}");
    }
    let stan = post.house.signed_in(Person::Stan).await;
    assert!(!stan.get("/work").await.words().contains("2.pdf"), "another team's");
    let refusals = post.house.database.audit();
    assert_eq!(refusals.iter().filter(|line| *line == "system packet.create refused").count(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_team_has_the_packets_of_its_own_address_and_a_renewed_one_takes_nothing_at_the_old() {
    let post = Post::new();
    let (olga, stan) = (post.house.signed_in(Person::Olga).await, post.house.signed_in(Person::Stan).await);
    assert!(olga.get("/team/mailbox").await.words().contains("Off."));
    let (ours, theirs) = (post.switched_on(&olga).await, post.switched_on(&stan).await);
    deliver(&ours, "1", &message("1@a", "ours"));
    deliver(&theirs, "1", &message("1@a", "theirs"));
    post.take().await;
    let owned = "SELECT t.name || ': ' || p.name FROM packets p JOIN teams t ON t.id = p.team_id ORDER BY 1";
    assert_eq!(post.house.database.texts(owned), ["Atlas Customs: ours", "Other Brokers: theirs"]);

    let seen = ours.file_name().unwrap().to_str().unwrap().to_owned();
    let renewed = olga.post("/team/mailbox", &[("wanted", "on"), ("seen", &seen)]).await;
    assert_eq!(renewed.location.as_deref(), Some("/team/mailbox?done=renewed"));
    let late = olga.post("/team/mailbox", &[("wanted", "off"), ("seen", &seen)]).await;
    assert_eq!(late.status, 409, "somebody who saw the old one changes nothing");
    assert!(late.words().contains("somebody changed the address meanwhile"));
    deliver(&ours, "2", &message("2@a", "to the old address"));
    assert_eq!((post.take().await, post.packets()), (0, 2));

    let word = olga.get("/team/mailbox").await.all("input[name=seen]", "value").remove(0);
    assert_eq!(
        olga.post("/team/mailbox", &[("seen", &word)]).await.location.as_deref(),
        Some("/team/mailbox?done=off")
    );
    deliver(&post.folder.path().join(&word), "3", &message("3@a", "to none"));
    assert_eq!((post.take().await, post.packets()), (0, 2));
    let told = "SELECT diff::text FROM audit_entries WHERE action = 'team.settings' AND result = 'success'";
    let told = post.house.database.texts(told).concat();
    assert!(told.contains(&seen[..6]) && !told.contains(&seen), "the log tells the address apart and no more: {told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_waits_in_its_folder() {
    let post = Post::new();
    let olga = post.house.signed_in(Person::Olga).await;
    let maildir = post.switched_on(&olga).await;
    let team = post.house.database.texts("SELECT id FROM teams WHERE name = 'Atlas Customs'").remove(0);
    let count = || take(&post.house.db, vec![counted(&Secret::new(SECRET), PACKET_MAILBOX, &team)]);
    while count().await.is_ok() {}
    deliver(&maildir, "1", &message("1@a", "papers"));
    assert_eq!((post.take().await, post.packets(), names(&maildir.join("new")).len()), (0, 0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_folder_no_team_has_an_address() {
    let house = House::new().await;
    let olga = house.signed_in(Person::Olga).await;
    assert!(olga.get("/team/mailbox").await.words().contains("takes no packets by e-mail"));
    assert_eq!(olga.post("/team/mailbox", &[("wanted", "on")]).await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_goes_after_a_week_and_what_was_refused_after_a_month() {
    let post = Post::new();
    let olga = post.house.signed_in(Person::Olga).await;
    let maildir = post.switched_on(&olga).await;
    let left = || ["new", "cur", "refused"].map(|folder| names(&maildir.join(folder)).len());
    deliver(&maildir, "taken", &message("7@a", "papers"));
    deliver(&maildir, "refused", "no message");
    assert_eq!(post.take().await, 2);
    deliver(&maildir, "waiting", &message("8@a", "more papers"));
    post.in_days(6).await;
    assert_eq!(left(), [1, 1, 1]);
    post.in_days(8).await;
    assert_eq!(left(), [1, 0, 1]);
    post.in_days(29).await;
    assert_eq!(left(), [1, 0, 1]);
    post.in_days(31).await;
    assert_eq!(left(), [1, 0, 0], "what waits is nobody's to clear");
    // The packet has its papers, and the message is known when it comes again.
    deliver(&maildir, "again", &message("7@a", "papers"));
    post.take().await;
    assert_eq!(post.house.database.texts("SELECT name FROM packets ORDER BY name"), ["more papers", "papers"]);
    let page = olga.get("/team/mailbox").await.words();
    assert!(page.contains("removed after 7 days") && page.contains("what was refused after 30"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_gone_keeps_no_papers() {
    let post = Post::new();
    let olga = post.house.signed_in(Person::Olga).await;
    let maildir = post.switched_on(&olga).await;
    deliver(&maildir, "1", &message("7@a", "papers"));
    post.take().await;
    let word = maildir.file_name().unwrap().to_str().unwrap().to_owned();
    assert_eq!(olga.post("/team/mailbox", &[("seen", &word)]).await.status, 303);
    post.in_days(8).await;
    assert!(names(&maildir.join("cur")).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_messages_that_were_put_away_are_cleared() {
    let post = Post::new();
    let root = post.folder.path();
    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::write(elsewhere.path().join("papers"), "somebody else's").unwrap();
    let maildir = root.join(Word::fresh().as_str());
    for folder in [maildir.clone(), root.join("lists"), maildir.join("cur/inside")] {
        std::fs::create_dir_all(folder.join("cur")).unwrap();
        std::fs::write(folder.join("cur/papers"), "From: a").unwrap();
    }
    std::fs::write(maildir.join("dovecot.index"), "").unwrap();
    std::fs::write(maildir.join("cur/.lock"), "").unwrap();
    // Whoever may write there may lay links: none of them leads out of the folder.
    std::os::unix::fs::symlink(elsewhere.path().join("papers"), maildir.join("cur/link")).unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), maildir.join("refused")).unwrap();
    let linked = root.join(Word::fresh().as_str());
    std::fs::create_dir(elsewhere.path().join("cur")).unwrap();
    std::fs::write(elsewhere.path().join("cur/papers"), "somebody else's").unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), &linked).unwrap();
    post.in_days(400).await;
    assert_eq!(names(&maildir.join("cur")), [".lock", "inside", "link"], "and the message is gone");
    assert_eq!(names(&maildir), ["cur", "dovecot.index", "refused"]);
    assert_eq!((names(elsewhere.path()).len(), names(&elsewhere.path().join("cur")).len()), (2, 1));
    assert!(root.join("lists/cur/papers").exists() && maildir.join("cur/inside/cur/papers").exists());
}
