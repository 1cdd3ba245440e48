//! The rules against the packets whose truth is known: the documents as they are printed go in, without any reading, and the
//! findings that come out are those that were planted. Skipped where the packets are not here.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where its own preparation fails")]

use quayside::domain::packet::check::{RULES, check};
use quayside::domain::packet::document::{Document, Evidence, Field, Kind, Problem, Reading, Readings, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

struct Packet {
    name: String,
    documents: Vec<Document>,
    planted: BTreeMap<String, BTreeSet<String>>,
    undecided: BTreeSet<String>,
}

fn packets() -> Vec<Packet> {
    let place = std::env::var_os("QUAYSIDE_SHARED").map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    let Ok(folders) = std::fs::read_dir(place.join("packets")) else {
        eprintln!("skipped: ../shared is not here");
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = folders.flatten().map(|entry| entry.path().join("truth.json")).collect();
    files.retain(|file| file.exists());
    files.sort();
    files.iter().map(|file| packet(&serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap())).collect()
}

fn words(value: &serde_json::Value) -> BTreeSet<String> {
    value.as_array().into_iter().flatten().map(|word| word.as_str().unwrap().to_owned()).collect()
}

fn packet(truth: &serde_json::Value) -> Packet {
    let planted = truth["findings"].as_array().unwrap().iter().map(|finding| {
        let values = finding["values"].as_array().unwrap();
        let documents = values.iter().map(|value| value["document"].as_str().unwrap().to_owned()).collect();
        (finding["code"].as_str().unwrap().to_owned(), documents)
    });
    Packet {
        name: truth["packet"]["name"].as_str().unwrap().to_owned(),
        documents: truth["documents"].as_array().unwrap().iter().map(document).collect(),
        planted: planted.collect(),
        undecided: words(&truth["undecided"]),
    }
}

fn readings(values: &serde_json::Value) -> Readings {
    let reading = |value: &serde_json::Value| {
        let value = match value.as_array() {
            Some(many) => Value::Many(many.iter().map(|value| value.as_str().unwrap().to_owned()).collect()),
            None => Value::One(value.as_str().unwrap().to_owned()),
        };
        let proof = Evidence::Page { page: 1, bbox: [0.0, 0.0, 1.0, 1.0] };
        Reading { raw: value.words(), value, confidence: 1.0, evidence: vec![proof] }
    };
    values.as_object().unwrap().iter().map(|(key, value)| (Field::from_word(key).unwrap(), reading(value))).collect()
}

fn document(truth: &serde_json::Value) -> Document {
    let unreadable = truth.get("unreadable").is_some();
    let problem = Problem { code: "file.damaged".into(), page: None, message: "It is damaged.".into() };
    let text = |key: &str| truth[key].as_str().unwrap().to_owned();
    let number = |page: &serde_json::Value| u32::try_from(page.as_u64().unwrap()).unwrap();
    Document {
        id: text("id"),
        file: text("file"),
        sha256: format!("{}{}", text("id"), text("file")),
        pages: truth["pages"].as_array().unwrap().iter().map(number).collect(),
        kind: Kind::from_word(&text("kind")).unwrap(),
        kind_confidence: 1.0,
        text_source: None,
        fields: readings(&truth["fields"]),
        lines: truth["lines"].as_array().unwrap().iter().map(readings).collect(),
        problems: if unreadable { vec![problem] } else { vec![] },
    }
}

#[test]
fn what_was_planted_is_found_and_nothing_else() {
    let mut wrong = Vec::new();
    for packet in packets() {
        let findings = check(&packet.documents);
        let found: BTreeSet<&str> = findings.iter().map(|finding| finding.code.as_str()).collect();
        let planted: BTreeSet<&str> = packet.planted.keys().map(String::as_str).collect();
        for missed in planted.difference(&found) {
            wrong.push(format!("{}: {missed} was not found", packet.name));
        }
        for alarm in found.difference(&planted).filter(|code| !packet.undecided.contains(**code)) {
            let told: Vec<&str> = findings
                .iter()
                .filter(|finding| finding.code == *alarm)
                .map(|finding| finding.explanation.as_str())
                .collect();
            wrong.push(format!("{}: {alarm} is a false alarm: {}", packet.name, told.join(" | ")));
        }
        for finding in &findings {
            let Some(expected) = packet.planted.get(&finding.code) else { continue };
            let named: BTreeSet<String> = finding.values.iter().map(|part| part.document.clone()).collect();
            if !expected.is_empty() && named != *expected {
                wrong.push(format!("{}: {} names {named:?} instead of {expected:?}", packet.name, finding.code));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn one_cause_gives_one_finding() {
    for packet in packets() {
        let findings = check(&packet.documents);
        for code in packet.planted.keys() {
            let count = findings.iter().filter(|finding| finding.code == *code).count();
            assert_eq!(count, 1, "{}: {code}", packet.name);
        }
    }
}

#[test]
fn every_rule_says_why_and_what_to_do_and_stands_on_something() {
    let codes: BTreeSet<&str> = RULES.iter().map(|rule| rule.code).collect();
    assert_eq!(codes.len(), RULES.len(), "a code is there twice");
    for rule in RULES {
        for words in [rule.title, rule.why, rule.fix, rule.citation] {
            assert!(!words.is_empty(), "{}", rule.code);
        }
        assert!(rule.why.ends_with('.') && rule.fix.ends_with('.'), "{}", rule.code);
    }
}
