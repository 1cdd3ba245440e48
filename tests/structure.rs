//! The floors of the house: a lower floor never imports a higher one, and some words belong in one room only.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each floor and what it may import.
const FLOORS: [(&str, &[&str]); 6] = [
    ("domain", &[]),
    ("reading", &["domain"]),
    ("print", &[]),
    ("gateways", &["domain"]),
    ("store", &["domain"]),
    ("web", &["domain", "store", "gateways"]),
];
/// What a feature may import: everything below, never another feature and never the roof.
const BELOW_FEATURES: [&str; 7] = ["domain", "reading", "print", "gateways", "store", "web", "features"];
const ROOF: [&str; 4] = ["app", "worker", "cli", "config"];

/// Words and the rooms they belong in.
const ONLY_IN: [(&str, &[&str]); 9] = [
    ("diesel::", &["store/"]),
    ("actix_web::", &["web/", "features/", "app.rs", "cli/serve.rs"]),
    ("object_store::", &["gateways/objects.rs"]),
    ("hayro", &["reading/", "cli/demo/papers.rs", "print/"]),
    ("krilla", &["print/"]),
    ("calamine", &["reading/"]),
    ("std::env::var", &["config.rs", "cli/ground.rs", "store/embedded.rs"]),
    ("anyhow", &["web/session.rs"]),
    (".unwrap()", &[]),
];

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { sources(&path, out) } else { out.push(path) }
    }
}

/// Every source file by its name under `src`, without its tests and without comments.
fn code() -> Vec<(String, String)> {
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    let read = |path: PathBuf| {
        let name = path.strip_prefix("src").unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).ok()?;
        let body = text.split("#[cfg(test)]").next().unwrap_or_default();
        let lines = body.lines().filter(|line| !line.trim_start().starts_with("//"));
        Some((name, lines.collect::<Vec<_>>().join("\n")))
    };
    files.into_iter().filter(|path| path.extension().is_some_and(|kind| kind == "rs")).filter_map(read).collect()
}

fn room(name: &str) -> &str {
    name.split(['/', '.']).next().unwrap()
}

#[test]
fn imports_go_down_only() {
    let mut faults = Vec::new();
    for (name, text) in code() {
        let Some((_, below)) = FLOORS.iter().find(|(floor, _)| *floor == room(&name)) else { continue };
        let others = FLOORS.iter().map(|(floor, _)| *floor).chain(["features"]).chain(ROOF);
        for other in others.filter(|other| *other != room(&name) && !below.contains(other)) {
            if text.contains(&format!("crate::{other}::")) || text.contains(&format!("crate::{other};")) {
                faults.push(format!("{name} imports {other}"));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn a_feature_never_imports_another() {
    let mut faults = Vec::new();
    for (name, text) in code().into_iter().filter(|(name, _)| room(name) == "features") {
        let own = name.split('/').nth(1).unwrap();
        for part in text.split("crate::").skip(1) {
            let other = part.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
            if other == "features" && !part.starts_with(&format!("features::{own}")) {
                faults.push(format!("{name} imports another feature"));
            }
            if ROOF.contains(&other) {
                faults.push(format!("{name} imports the roof: {other}"));
            }
            if !BELOW_FEATURES.contains(&other) && other != "routes" && !ROOF.contains(&other) {
                faults.push(format!("{name} imports {other}, which is no floor"));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn words_stay_in_their_rooms() {
    let mut faults = Vec::new();
    for (name, text) in code() {
        for (word, rooms) in ONLY_IN {
            if text.contains(word) && !rooms.iter().any(|room| name.starts_with(room)) {
                faults.push(format!("{name}: `{word}` belongs in {rooms:?}"));
            }
        }
        if room(&name) == "domain"
            && ["tokio", "askama", "SystemTime", "Utc::now", "Instant::now"].iter().any(|word| text.contains(word))
        {
            faults.push(format!("{name}: the domain has no clock, no web and no runtime"));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn only_access_compares_roles_and_only_the_database_pins_teams() {
    for (name, text) in code() {
        if !name.starts_with("domain/access") {
            for comparison in ["role() ==", "role() >=", "role ==", "Role::Viewer =>"] {
                assert!(!text.contains(comparison), "{name} compares roles");
            }
        }
        if !name.starts_with("store/") {
            assert!(!text.contains("app.team_id"), "{name} pins a team");
        }
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    for path in files.into_iter().filter(|path| path.extension().is_some_and(|kind| kind == "rs")) {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//!"), "{} opens without a paragraph", path.display());
    }
}

#[test]
fn pages_have_no_inline_script_or_style() {
    let mut files = Vec::new();
    sources(Path::new("templates"), &mut files);
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        for bad in [" style=", " onclick=", " onload=", "<style", "javascript:", "hx-on"] {
            assert!(!text.contains(bad), "{} holds `{bad}`", path.display());
        }
        let scripts = text.matches("<script").count();
        assert_eq!(scripts, text.matches("<script src=").count(), "{} holds a script", path.display());
    }
}

#[test]
fn every_migration_goes_both_ways() {
    for entry in fs::read_dir("migrations").unwrap() {
        let path = entry.unwrap().path();
        for way in ["up.sql", "down.sql"] {
            assert!(path.join(way).exists(), "{} has no {way}", path.display());
        }
    }
}

/// The names of all tests there are.
fn tests() -> BTreeSet<String> {
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    sources(Path::new("tests"), &mut files);
    let named = |line: &str| {
        let (_, rest) = line.split_once("fn ")?;
        Some(rest.split(['(', '<']).next()?.to_owned())
    };
    let mut names = BTreeSet::new();
    for path in files.into_iter().filter(|path| path.extension().is_some_and(|kind| kind == "rs")) {
        let text = fs::read_to_string(path).unwrap();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            if line.trim_start().starts_with("#[test]") || line.trim_start().starts_with("#[tokio::test") {
                names.extend(lines.next().and_then(named));
            }
        }
    }
    names
}

#[test]
fn every_line_of_the_security_register_names_a_test_that_exists_or_says_why_not() {
    let tests = tests();
    let register = fs::read_to_string("tests/asvs.tsv").unwrap();
    let mut faults = Vec::new();
    for (at, line) in register.lines().skip(1).enumerate() {
        let columns: Vec<&str> = line.split('\t').collect();
        let [number, ids, proof, why] = columns.as_slice() else { panic!("{line}") };
        assert_eq!(*number, (at + 1).to_string());
        assert!(ids.split(' ').all(|id| id.split('.').count() == 3), "{line}");
        if proof.is_empty() && why.split(' ').count() < 5 {
            faults.push(format!("line {number} has neither a test nor a sentence"));
        }
        let named = proof.split(", ").filter(|name| !name.is_empty());
        faults.extend(named.filter(|name| !tests.contains(*name)).map(|name| format!("line {number}: no test {name}")));
    }
    assert_eq!(register.lines().count(), 105);
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_promise_of_the_trust_page_names_a_test_that_exists() {
    let tests = tests();
    let page = fs::read_to_string("src/features/public/trust.rs").unwrap();
    let promised: Vec<&str> = page.split("promise(").skip(1).filter_map(|rest| rest.split('"').nth(1)).collect();
    assert!(promised.len() > 25, "{}", promised.len());
    for name in promised {
        assert!(tests.contains(name), "no test {name}");
    }
}
