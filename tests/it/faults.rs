//! Processes that are killed: nothing acknowledged is lost, nothing is done twice, and no server is left behind.

use crate::harness::process::{Server, vacated};
use crate::harness::{House, Person, SECRET, papers, program};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

fn signal(child: &Child, signal: Signal) {
    kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), signal).unwrap();
}

fn worker(house: &House) -> Child {
    let folder = house.database.folder();
    Command::new(program())
        .args(["work", "--at-once", "1"])
        .env("DATABASE_URL", house.database.app_url())
        .env("QUAYSIDE_OBJECTS", format!("file://{}", folder.join("objects").display()))
        .env("QUAYSIDE_VAR", folder.join("worker"))
        .env("QUAYSIDE_SECRET", std::str::from_utf8(SECRET).unwrap())
        .env("QUAYSIDE_LOG", "error")
        .spawn()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_killed_at_each_step_loses_nothing_and_does_nothing_twice() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    otto.packet(papers(1)).await;
    house.work().await;
    let undisturbed = house.database.texts("SELECT result - 'stats' #- '{packet,name}' FROM runs").remove(0);
    // A packet for each step: claimed, then after each of the five files that it reads.
    for step in 0..=5i64 {
        let address = otto.packet(papers(1)).await;
        let packet = address.trim_start_matches("/packets/").to_owned();
        let mut doomed = worker(&house);
        let id = format!("(SELECT w.id FROM work w WHERE w.task ->> 'packet' = '{packet}')");
        let reached = format!(
            "SELECT CASE WHEN NOT EXISTS {id} THEN 99 ELSE (SELECT count(*) FROM work_steps WHERE work_id = {id}) \
             - (SELECT count(*) FROM work WHERE id = {id} AND state <> 'running') END"
        );
        house.database.wait_for(&reached, step);
        signal(&doomed, Signal::SIGKILL);
        doomed.wait().unwrap();
    }
    let restarted = Instant::now();
    let mut last = worker(&house);
    house.database.wait_for("SELECT count(*) FROM packets WHERE state = 'checked'", 7);
    let took = restarted.elapsed();
    signal(&last, Signal::SIGTERM);
    assert!(last.wait().unwrap().success());
    assert!(took < Duration::from_secs(60), "{took:?}");
    for result in house.database.texts("SELECT result - 'stats' #- '{packet,name}' FROM runs") {
        assert_eq!(result, undisturbed);
    }
    assert_eq!(house.database.count("SELECT count(*) FROM work"), 0);
    let checks = house.database.texts("SELECT subject FROM audit_entries WHERE action = 'packet.check' ORDER BY 1");
    let packets = house.database.texts("SELECT id FROM packets ORDER BY id::text");
    assert_eq!(checks, packets, "one entry a packet");
    assert_eq!(house.database.count("SELECT count(*) FROM pages"), 7 * 5);
}

/// True once a file of an upload is being written below the data folder.
fn incoming(folder: &Path) -> bool {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).any(|path| {
        let writing = path.file_name().is_some_and(|name| name.to_string_lossy().contains('#'));
        writing || (path.is_dir() && !path.ends_with("postgres") && incoming(&path))
    })
}

/// Waits until no PostgreSQL holds the folder any more.
fn gone(folder: &Path) {
    let deadline = Instant::now() + Duration::from_secs(20);
    let data = folder.join("postgres/data");
    let of_us = |pid: &str| {
        let command = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        command.contains("postgres") && command.contains(&data.display().to_string())
    };
    loop {
        let pids =
            std::fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
        if !pids.filter(|name| name.bytes().all(|byte| byte.is_ascii_digit())).any(|pid| of_us(&pid)) {
            return;
        }
        assert!(Instant::now() < deadline, "a PostgreSQL is left over");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_keeps_every_acknowledged_upload_and_leaves_no_postgresql() {
    let rounds: usize = std::env::var("QUAYSIDE_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(3);
    let database = vacated();
    let folder = database.folder();
    let mut acknowledged: Vec<(String, String)> = Vec::new();
    for round in 0..rounds {
        let mut server = Server::start(folder);
        server.ready().await;
        let mut senders = Vec::new();
        for sender in 0..4 {
            let browser = server.signed_in().await;
            senders.push(tokio::spawn(async move {
                let mut kept = Vec::new();
                for number in 0.. {
                    let bytes = format!("round {round} sender {sender} file {number}\n").repeat(2000).into_bytes();
                    let sha = hex::encode(Sha256::digest(&bytes));
                    let answer = browser.try_upload(vec![(format!("{sender}-{number}.txt"), bytes)]).await;
                    let Some(address) = answer.filter(|answer| answer.status == 303).and_then(|answer| answer.location)
                    else {
                        break;
                    };
                    kept.push((address, sha));
                }
                kept
            }));
        }
        tokio::time::sleep(Duration::from_millis(300 + 70 * round as u64)).await;
        signal(&server.child, Signal::SIGKILL);
        server.child.wait().unwrap();
        for sender in senders {
            acknowledged.extend(sender.await.unwrap());
        }
        gone(folder);
    }
    assert!(acknowledged.len() > rounds, "{}", acknowledged.len());
    let mut server = Server::start(folder);
    server.ready().await;
    let browser = server.signed_in().await;
    let files: BTreeMap<String, String> = database
        .texts("SELECT packet_id || ' ' || id FROM files")
        .into_iter()
        .map(|row| row.split_once(' ').map(|(packet, file)| (packet.to_owned(), file.to_owned())).unwrap())
        .collect();
    for (address, sha) in &acknowledged {
        let file = files.get(address.trim_start_matches("/packets/")).unwrap_or_else(|| panic!("{address} is lost"));
        let kept = browser.get(&format!("{address}/files/{file}")).await;
        assert_eq!(&hex::encode(Sha256::digest(&kept.bytes)), sha, "{address}");
    }
    // Nothing half made: every packet has its run, its work and its audit entry.
    let packets = database.count("SELECT count(*) FROM packets");
    for whole in ["runs", "work", "files", "audit_entries WHERE action = 'packet.create'"] {
        assert_eq!(database.count(&format!("SELECT count(*) FROM {whole}")), packets, "{whole}");
    }
    println!("{rounds} rounds, {} uploads acknowledged, none lost", acknowledged.len());
    signal(&server.child, Signal::SIGTERM);
    assert!(server.child.wait().unwrap().success());
    gone(folder);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_asked_to_stop_answers_what_is_under_way() {
    let database = vacated();
    let mut server = Server::start(database.folder());
    server.ready().await;
    let browser = server.signed_in().await;
    let (slow, body) = tokio::sync::mpsc::channel::<Vec<u8>>(1);
    let upload = tokio::spawn(async move { browser.slow_upload("slow.txt", body).await });
    slow.send(b"the first half, ".to_vec()).await.unwrap();
    slow.send(b"the middle, ".to_vec()).await.unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    while !incoming(database.folder()) {
        assert!(Instant::now() < deadline, "the upload does not arrive");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    signal(&server.child, Signal::SIGTERM);
    tokio::time::sleep(Duration::from_millis(300)).await;
    slow.send(b"the second half".to_vec()).await.unwrap();
    drop(slow);
    assert_eq!(upload.await.unwrap().status, 303);
    assert!(server.child.wait().unwrap().success());
    gone(database.folder());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_megabytes_grow_the_server_by_less_than_forty() {
    let database = vacated();
    let mut server = Server::start(database.folder());
    server.ready().await;
    let browser = server.signed_in().await;
    // Once small, so that what every upload needs is there before it is measured.
    assert_eq!(browser.upload(None, vec![("small.txt".to_owned(), vec![b'x'; 1000])]).await.status, 303);
    let before = server.memory("VmRSS");
    let (send, body) = tokio::sync::mpsc::channel::<Vec<u8>>(2);
    let upload = tokio::spawn(async move { browser.slow_upload("large.bin", body).await });
    for _ in 0..199 {
        send.send(vec![7; 1024 * 1024]).await.unwrap();
    }
    drop(send);
    let answer = upload.await.unwrap();
    assert_eq!(answer.status, 303, "{}", answer.words());
    let grown = server.memory("VmHWM").saturating_sub(before);
    println!("199 MB uploaded, the server grew by {} MB at most", grown / 1024);
    assert!(grown < 40 * 1024, "{grown} kB");
    signal(&server.child, Signal::SIGTERM);
    assert!(server.child.wait().unwrap().success());
    gone(database.folder());
}
