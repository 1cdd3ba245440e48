//! Several packets from one upload: files that come with their folders, as browsers send them.

use crate::harness::{House, Person, Upload};
use quayside::domain::packet::pile::PILES_MAX;

fn files(paths: &[&str]) -> Vec<Upload> {
    paths.iter().map(|path| ((*path).to_owned(), format!("Commercial invoice of {path}").into_bytes())).collect()
}

const MADE: &str = "SELECT p.name || ': ' || string_agg(f.name, ', ' ORDER BY f.position) FROM packets p \
    JOIN files f ON f.packet_id = p.id GROUP BY p.id, p.name ORDER BY p.name";

#[tokio::test(flavor = "multi_thread")]
async fn each_folder_becomes_a_packet_and_the_page_that_says_so_can_be_loaded_again() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let week = files(&["week/4471/a.txt", "week/4472/b.txt", "week/4471/c.txt", "week/4471/.DS_Store"]);
    let key = uuid::Uuid::new_v4().to_string();
    let answer = otto.upload(Some(&key), week.clone()).await;
    let place = format!("/packets/sent/{key}");
    assert_eq!((answer.status, answer.location.as_deref()), (303, Some(place.as_str())), "{}", answer.words());
    assert_eq!(house.database.texts(MADE), ["4471: a.txt, c.txt", "4472: b.txt"]);
    let created = house.database.audit().iter().filter(|line| *line == "operator packet.create success").count();
    assert_eq!(created, 2, "an entry for each");
    for _ in 0..2 {
        let page = otto.get(&place).await;
        assert_eq!(page.all("#sent a", "href").len(), 2, "{}", page.words());
    }
    let again = otto.upload(Some(&key), week).await;
    assert_eq!(again.location.as_deref(), Some(place.as_str()), "the same form makes nothing more");
    assert_eq!(house.database.count("SELECT count(*) FROM packets"), 2);
    assert_eq!(house.signed_in(Person::Stan).await.get(&place).await.status, 404, "another team's");
    house.work().await;
    assert!(!otto.get(&place).await.text().contains("hx-trigger"), "nothing moves any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_folder_and_loose_files_stay_one_packet() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let answer = otto.upload(None, files(&["4471/a.txt", "4471/b.txt", "c.txt"])).await;
    assert!(answer.location.unwrap().starts_with("/packets/"));
    assert_eq!(house.database.texts(MADE), ["a and 2 more: a.txt, b.txt, c.txt"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_folders_or_files_are_refused_whole() {
    let house = House::with(&[("QUAYSIDE_FILES", "2")]);
    let otto = house.signed_in(Person::Otto).await;
    let paths: Vec<String> = (0..=PILES_MAX).map(|number| format!("week/{number}/a.txt")).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    for (paths, said) in [
        (paths.as_slice(), "More than 20 folders"),
        (&["x/1.txt", "x/2.txt", "x/3.txt", "y/1.txt"], "More than 2 files"),
        (&["x/1.txt", "x/2.txt", "3.txt"], "More than 2 files"),
        (&["x/.DS_Store"], "Choose at least one file"),
    ] {
        let answer = otto.upload(None, files(paths)).await;
        assert!(answer.status == 422 && answer.words().contains(said), "{said}: {}", answer.words());
    }
    assert_eq!(house.database.count("SELECT count(*) FROM packets"), 0);
    let answer = otto.upload(None, files(&["x/1.txt", "x/2.txt", "y/1.txt"])).await;
    assert_eq!(answer.status, 303, "each packet may have as many: {}", answer.words());
}
