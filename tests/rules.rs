//! The rules against the packets whose truth is known: the documents as they are printed go in, without any reading, and the
//! findings that come out are those that were planted. Skipped where the packets are not here.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where its own preparation fails")]

use quayside::domain::packet::check::lists::{List, Lists, Wanted};
use quayside::domain::packet::check::{RULES, check, check_on};
use quayside::domain::packet::document::{Document, Evidence, Field, Kind, Problem, Reading, Readings, Value};
use quayside::domain::packet::result::Finding;
use quayside::domain::trade::tariff::{Tariff, subheading};
use quayside::reading::lists;
use rust_decimal::{Decimal, dec};
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::io::BufReader;
use std::path::PathBuf;

#[derive(Clone)]
struct Packet {
    name: String,
    documents: Vec<Document>,
    planted: BTreeMap<String, BTreeSet<String>>,
    undecided: BTreeSet<String>,
}

fn shared(name: &str) -> PathBuf {
    let place = std::env::var_os("QUAYSIDE_SHARED").map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    place.join(name)
}

fn packets() -> Vec<Packet> {
    let Ok(folders) = std::fs::read_dir(shared("packets")) else {
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
        corrections: Vec::new(),
        arranged: None,
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

/// The lists of the trade as they are published, as far as a packet asks for them.
fn published(wanted: &Wanted) -> Option<Lists> {
    let open = |name: &str| std::fs::File::open(shared("reference/data").join(name)).map(BufReader::new).ok();
    let (mut lines, mut places) = (Vec::new(), Vec::new());
    let tariff = lists::tariff(open("hts/hts_2026_revision_4.csv")?, |line| {
        if wanted.subheadings.contains(subheading(&line.code)) {
            lines.push(line);
        }
        Ok::<_, Infallible>(())
    });
    let ports = lists::ports(open("unlocode/unlocode_full_nocoords.csv")?, |place| {
        if wanted.ports.contains(&place.code) {
            places.push(place);
        }
        Ok::<_, Infallible>(())
    });
    assert!(tariff.unwrap().lines > 29_000 && ports.unwrap().lines > 110_000);
    Some(Lists {
        tariff: Some(Tariff::new("of the test".into(), lines)),
        ports: Some(List { edition: "of the test".into(), found: places }),
        carriers: None,
    })
}

#[test]
fn with_the_ports_of_the_world_loaded_the_same_is_found_and_with_the_tariff_only_numbers_that_are_gone() {
    let all: Vec<Document> = packets().into_iter().flat_map(|packet| packet.documents).collect();
    let Some(lists) = published(&Wanted::of(&all)) else { return eprintln!("skipped: ../shared is not here") };
    for packet in packets() {
        let codes = |findings: Vec<Finding>| -> Vec<String> {
            findings.into_iter().map(|finding| finding.code).filter(|code| code != "valid.hts_code").collect()
        };
        let with = check_on(&packet.documents, None, &lists);
        let printed: BTreeSet<&str> = packet
            .documents
            .iter()
            .flat_map(|document| &document.lines)
            .filter_map(|line| line.get(&Field::HtsCode)?.value.one())
            .collect();
        // Two numbers of the set were taken off the schedule; one is no number at all.
        let gone = ["8507600020", "8483905090", "0003996040"].iter().any(|code| printed.contains(code));
        assert_eq!(with.iter().any(|finding| finding.code == "valid.hts_code"), gone, "{}", packet.name);
        assert_eq!(codes(with), codes(check(&packet.documents)), "{}", packet.name);
    }
}

/// A value of a packet made wrong.
type Spoil = fn(&mut Document) -> bool;

/// Changes the one value of a header field; false where it is not there.
fn change(document: &mut Document, field: Field, how: impl Fn(&str) -> String) -> bool {
    let Some(reading) = document.fields.get_mut(&field) else { return false };
    reading.value = match &reading.value {
        Value::One(text) => Value::One(how(text)),
        Value::Many(all) => {
            let mut all = all.clone();
            let last = all.pop().unwrap();
            all.push(how(&last));
            Value::Many(all)
        }
    };
    true
}

fn more(text: &str, part: Decimal) -> String {
    let number: Decimal = text.parse().unwrap();
    (number * part).round_dp(number.scale()).to_string()
}

#[test]
fn a_defect_in_a_clean_packet_is_found_once_and_under_its_own_code() {
    let spoils: &[(Kind, &str, Spoil)] = &[
        (Kind::ArrivalNotice, "match.container_number", |d| {
            change(d, Field::ContainerNumbers, |_| "MSKU1234565".into())
        }),
        (Kind::Isf, "match.container_number", |d| change(d, Field::ContainerNumbers, |_| "MSKU1234565".into())),
        (Kind::ArrivalNotice, "valid.container_number", |d| {
            change(d, Field::ContainerNumbers, |number| {
                let last: u32 = number[10..].parse().unwrap();
                format!("{}{}", &number[..10], (last + 1) % 10)
            })
        }),
        (Kind::ArrivalNotice, "match.seal_number", |d| change(d, Field::SealNumbers, |_| "XX9999999".into())),
        (Kind::ArrivalNotice, "match.package_count", |d| change(d, Field::PackageCount, |n| more(n, dec!(1.5)))),
        (Kind::ArrivalNotice, "match.gross_weight", |d| change(d, Field::GrossWeightKg, |n| more(n, dec!(1.2)))),
        (Kind::ArrivalNotice, "match.gross_weight", |d| change(d, Field::GrossWeightKg, |n| more(n, dec!(2.2046)))),
        (Kind::ArrivalNotice, "match.volume", |d| change(d, Field::VolumeM3, |n| more(n, dec!(1.2)))),
        (Kind::ArrivalNotice, "match.bl_number", |d| {
            change(d, Field::BlNumber, |n| format!("{}999", &n[..n.len() - 3]))
        }),
        (Kind::ArrivalNotice, "match.vessel", |d| change(d, Field::Vessel, |_| "ANOTHER SHIP".into())),
        (Kind::ArrivalNotice, "match.voyage", |d| change(d, Field::Voyage, |_| "987Q".into())),
        (Kind::ArrivalNotice, "match.port_of_discharge", |d| {
            change(d, Field::PortOfDischarge, |_| "Honolulu (USHNL)".into())
        }),
        (Kind::BillOfLading, "match.port_of_loading", |d| {
            change(d, Field::PortOfLoading, |_| "Valparaiso (CLVAP)".into())
        }),
        (Kind::BillOfLading, "match.consignee", |d| {
            change(d, Field::ConsigneeName, |_| "Nobody Knows Them Inc.".into())
        }),
        (Kind::Isf, "match.seller", |d| change(d, Field::SellerName, |_| "Nobody Knows Them Inc.".into())),
        (Kind::Isf, "match.buyer", |d| change(d, Field::BuyerName, |_| "Nobody Knows Them Inc.".into())),
        (Kind::Isf, "valid.importer_number", |d| change(d, Field::ImporterOfRecordNumber, |_| "12-345".into())),
        (Kind::Isf, "valid.scac", |d| change(d, Field::Scac, |_| "A1BC5".into())),
        (Kind::PackingList, "match.invoice_number", |d| change(d, Field::InvoiceNumber, |_| "OTHER-1".into())),
        (Kind::CommercialInvoice, "arithmetic.invoice_total", |d| {
            change(d, Field::TotalAmount, |n| more(n, dec!(1.1)))
        }),
        (Kind::AirWaybill, "valid.awb_number", |d| {
            change(d, Field::AwbNumber, |number| {
                let last: u32 = number[11..].parse().unwrap();
                format!("{}{}", &number[..11], (last + 1) % 7)
            })
        }),
        (Kind::AirWaybill, "match.gross_weight", |d| change(d, Field::GrossWeightKg, |n| more(n, dec!(1.2)))),
    ];
    let clean: Vec<Packet> = packets().into_iter().filter(|packet| packet.planted.is_empty()).collect();
    let (mut wrong, mut tried) = (Vec::new(), 0);
    for (kind, code, spoil) in spoils {
        for mut packet in clean.clone() {
            let before: Vec<String> = check(&packet.documents).into_iter().map(|finding| finding.code).collect();
            let Some(document) = packet.documents.iter_mut().find(|document| document.kind == *kind) else { continue };
            if !spoil(document) {
                continue;
            }
            let mut after: Vec<String> = check(&packet.documents).into_iter().map(|finding| finding.code).collect();
            after.retain(|found| !before.contains(found));
            tried += 1;
            if after != [*code] {
                wrong.push(format!("{}: {code} on the {kind} gives {after:?}", packet.name));
            }
        }
    }
    assert!(tried == 0 || tried > 100, "{tried}");
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
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
