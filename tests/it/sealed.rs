//! Files at rest: sealed under their team's key, unreadable elsewhere, and readable after the keys have changed.

use crate::harness::{House, Person, SECRET, papers, program};
use bytes::Bytes;
use futures_util::TryStreamExt;
use quayside::domain::ids::{FileId, TeamId};
use quayside::domain::keys::{MasterKeys, TeamKeys};
use quayside::gateways::objects::{ObjectError, Objects};
use quayside::gateways::sealed::TeamObjects;
use std::path::{Path, PathBuf};
use std::process::Command;

const PIECE: usize = 64 * 1024;

fn keys(team: TeamId, count: usize) -> TeamKeys {
    let masters = MasterKeys::from_secret(SECRET);
    TeamKeys { team, keys: (0..count).map(|_| masters.new_team_key(team).unwrap().0).collect() }
}

fn bytes(count: usize) -> Bytes {
    (0..count).map(|at| (at % 251) as u8).collect::<Vec<_>>().into()
}

fn files_under(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            found.extend(files_under(&entry.path()));
        } else {
            found.push(entry.path());
        }
    }
    found
}

#[tokio::test]
async fn objects_of_every_size_come_back_as_they_went_in() {
    let folder = tempfile::tempdir().unwrap();
    let store = TeamObjects::new(Objects::in_folder(folder.path()).unwrap(), keys(TeamId::fresh(), 1));
    for size in [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 7] {
        let (whole, address) = (bytes(size), store.file(FileId::fresh()));
        store.put(&address, whole.clone()).await.unwrap();
        assert_eq!(store.get(&address).await.unwrap(), whole, "{size} at once");
        let mut sealing = store.begin(&address).await.unwrap();
        for piece in whole.chunks(10_000) {
            sealing.write(Bytes::copy_from_slice(piece)).await.unwrap();
        }
        sealing.finish().await.unwrap();
        let pieces: Vec<Bytes> = store.stream(&address).await.unwrap().try_collect().await.unwrap();
        assert!(pieces.iter().all(|piece| piece.len() <= PIECE));
        assert_eq!(pieces.concat(), whole, "{size} in pieces");
    }
}

#[tokio::test]
async fn an_object_that_was_changed_cut_lengthened_moved_or_is_anothers_does_not_open() {
    let folder = tempfile::tempdir().unwrap();
    let objects = Objects::in_folder(folder.path()).unwrap();
    let team = TeamId::fresh();
    let store = TeamObjects::new(objects.clone(), keys(team, 1));
    let (address, other) = (store.file(FileId::fresh()), store.file(FileId::fresh()));
    store.put(&address, bytes(2 * PIECE + 100)).await.unwrap();
    let sealed = objects.get(&address).await.unwrap();
    assert!(!sealed.windows(16).any(|window| window == &bytes(16)[..]), "what lies in the store is not readable");

    let sealed_piece = PIECE + 16;
    let mut swapped = sealed[..36].to_vec();
    swapped.extend_from_slice(&sealed[36 + sealed_piece..36 + 2 * sealed_piece]);
    swapped.extend_from_slice(&sealed[36..36 + sealed_piece]);
    swapped.extend_from_slice(&sealed[36 + 2 * sealed_piece..]);
    let flipped = |at: usize| {
        let mut bytes = sealed.to_vec();
        bytes[at] ^= 1;
        bytes
    };
    let broken = [
        ("a bit of the mark", flipped(0)),
        ("a bit of the salt", flipped(25)),
        ("a bit of a piece", flipped(5000)),
        ("a bit of the last tag", flipped(sealed.len() - 1)),
        ("the last piece is gone", sealed[..36 + 2 * sealed_piece].to_vec()),
        ("the last byte is gone", sealed[..sealed.len() - 1].to_vec()),
        ("a byte more", [&sealed[..], b"x"].concat()),
        ("two pieces changed places", swapped),
        ("nothing", Vec::new()),
        ("plain bytes", b"%PDF-1.7 and so on, plain as day, longer than a head".to_vec()),
    ];
    for (what, bytes) in broken {
        objects.put(&address, bytes.into()).await.unwrap();
        assert!(matches!(store.get(&address).await, Err(ObjectError::Changed)), "{what}");
    }
    objects.put(&other, sealed.clone()).await.unwrap();
    assert!(matches!(store.get(&other).await, Err(ObjectError::Changed)), "at another address");
    objects.put(&address, sealed).await.unwrap();
    assert!(store.get(&address).await.is_ok());
    let stranger = TeamObjects::new(objects, keys(team, 1));
    assert!(matches!(stranger.get(&address).await, Err(ObjectError::NoKey)), "with another key");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_uploaded_lies_sealed_and_downloads_byte_for_byte_also_after_the_keys_changed() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let sent = papers(0);
    let address = otto.packet(sent.clone()).await;
    house.work().await;
    let file = house
        .database
        .texts("SELECT id FROM files WHERE position = 0 OR position = 1 ORDER BY position LIMIT 1")
        .remove(0);
    let original = format!("{address}/files/{file}");
    let picture = format!("{address}/files/{file}/pages/1.png");
    assert_eq!(otto.get(&picture).await.status, 200);
    let lying = files_under(&house.database.folder().join("objects"));
    assert!(lying.len() > sent.len(), "originals and a picture");
    for path in lying {
        let bytes = std::fs::read(&path).unwrap();
        assert!(bytes.starts_with(b"QS1\0"), "{}", path.display());
        assert!(!bytes.windows(5).any(|window| window == b"%PDF-" || window == b"IHDR\0"), "{}", path.display());
    }
    let before = otto.get(&original).await;
    assert!(sent.iter().any(|(_, bytes)| *bytes == before.bytes));

    let new_key = "2026-11=".to_owned() + &"5a".repeat(32);
    let rotated = Command::new(program())
        .args(["admin", "rotate-keys"])
        .env("DATABASE_URL", house.database.app_url())
        .env("QUAYSIDE_VAR", house.database.folder())
        .env("QUAYSIDE_SECRET", std::str::from_utf8(SECRET).unwrap())
        .env("QUAYSIDE_KEYS", &new_key)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&rotated.stdout).into_owned();
    assert!(rotated.status.success(), "{}", String::from_utf8_lossy(&rotated.stderr));
    assert!(said.contains("Atlas Customs: a new key, and 1 older under master key 2026-11"), "{said}");
    let audited = house.database.texts(
        "SELECT e.action || ' ' || i.email FROM audit_entries e \
         JOIN audit_identities i ON i.team_id = e.team_id AND i.id = e.identity_id",
    );
    assert!(audited.contains(&"key.rotate console".to_owned()), "{audited:?}");
    let unknown = otto.get(&original).await;
    assert_eq!(unknown.status, 500, "a server that has not the new master key says so and serves nothing");

    let masters = || MasterKeys::parse(&new_key, MasterKeys::from_secret(SECRET)).unwrap();
    let chain = quayside::domain::audit::ChainKey::new(SECRET);
    let db = quayside::store::Db::connect(&house.database.app_url(), 2, chain, masters());
    let team = quayside::store::accounts::all_teams(&db).await.unwrap();
    let (atlas, _) = team.into_iter().find(|(_, name)| name == "Atlas Customs").unwrap();
    let keys = quayside::store::team_keys::of(&db, atlas).await.unwrap();
    assert_eq!(keys.keys.len(), 2);
    let objects = TeamObjects::new(house.objects.clone(), keys);
    let key = house.database.texts(&format!("SELECT object_key FROM files WHERE id = '{file}'")).remove(0);
    assert_eq!(objects.get(&key).await.unwrap(), before.bytes, "the old key opens, wrapped under the new master key");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_from_before_sealing_can_still_be_read() {
    let house = House::new().await;
    let otto = house.signed_in(Person::Otto).await;
    let address = otto.packet(papers(0)).await;
    let row = house.database.texts("SELECT id || ' ' || team_id FROM files ORDER BY position LIMIT 1").remove(0);
    let (file, team) = row.split_once(' ').unwrap();
    let old = format!("teams/{team}/files/{file}");
    house.objects.put(&old, Bytes::from_static(b"as it was")).await.unwrap();
    house.database.run(&format!("UPDATE files SET object_key = '{old}', size_bytes = 9 WHERE id = '{file}'"));
    assert_eq!(otto.get(&format!("{address}/files/{file}")).await.text(), "as it was");
}
