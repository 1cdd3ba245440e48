//! Two results side by side: packets of two documents whose values, lines, files and findings come, go and change.

use super::*;
use crate::domain::packet::document::{Kind, Reading};
use crate::domain::packet::result::{Part, Severity, Stats};
use proptest::prelude::*;

fn readings(values: &[(Field, &str)]) -> Readings {
    let reading = |value: &str| Reading {
        value: Value::One(value.to_owned()),
        raw: value.to_owned(),
        confidence: 1.0,
        evidence: vec![],
    };
    values.iter().map(|(field, value)| (*field, reading(value))).collect()
}

fn document(id: &str, kind: Kind, content: &str, total: &str, lines: &[&str]) -> Document {
    Document {
        id: id.to_owned(),
        file: format!("{content}.pdf"),
        sha256: content.to_owned(),
        pages: vec![1],
        kind,
        kind_confidence: 1.0,
        text_source: None,
        fields: readings(&[(Field::TotalAmount, total)]),
        lines: lines.iter().map(|sku| readings(&[(Field::Sku, sku)])).collect(),
        problems: vec![],
        corrections: vec![],
        arranged: None,
    }
}

fn finding(code: &str, document: &str) -> Finding {
    let part = Part { document: document.to_owned(), field: Some(Field::TotalAmount), line: None, value: None };
    Finding {
        code: code.to_owned(),
        severity: Severity::Warning,
        title: code.to_owned(),
        explanation: String::new(),
        fix: String::new(),
        citation: String::new(),
        values: vec![part],
        waiver: None,
    }
}

fn result(documents: Vec<Document>, findings: Vec<Finding>) -> PacketResult {
    PacketResult::assemble("p", documents, findings, Stats { pages: 1, milliseconds: 1 })
}

const INVOICE: Kind = Kind::CommercialInvoice;

#[test]
fn findings_are_gone_new_or_the_same() {
    let paper = || vec![document("d1", INVOICE, "a", "5", &[])];
    let before = result(paper(), vec![finding("gone", "d1"), finding("same", "d1")]);
    let after = result(paper(), vec![finding("same", "d1"), finding("new", "d1")]);
    let compared = Comparison::new(&before, &after);
    let codes = |all: &[(usize, &Finding)]| all.iter().map(|(at, it)| (*at, it.code.clone())).collect::<Vec<_>>();
    assert_eq!(compared.gone.iter().map(|it| it.code.as_str()).collect::<Vec<_>>(), ["gone"]);
    assert_eq!(codes(&compared.new), [(1, "new".to_owned())]);
    assert_eq!(codes(&compared.same), [(0, "same".to_owned())]);
}

#[test]
fn a_newer_version_of_a_file_is_the_same_document_and_keeps_its_findings() {
    let before = result(vec![document("d1", INVOICE, "old", "5", &[])], vec![finding("same", "d1")]);
    let after = result(
        vec![document("d1", Kind::PackingList, "list", "1", &[]), document("d2", INVOICE, "newer", "6", &[])],
        vec![finding("same", "d2")],
    );
    let compared = Comparison::new(&before, &after);
    assert_eq!((compared.gone.len(), compared.new.len(), compared.same.len()), (0, 0, 1));
    assert_eq!(compared.pairs.len(), 1);
    assert!(compared.pairs.iter().all(Pair::is_replaced));
    let (five, six) = (Value::One("5".to_owned()), Value::One("6".to_owned()));
    let total = Change::Value { field: Field::TotalAmount, line: None, before: Some(&five), after: Some(&six) };
    let changes: Vec<&Change<'_>> = compared.pairs.iter().flat_map(|pair| &pair.changes).collect();
    assert_eq!(changes, [&total]);
    assert_eq!(compared.came.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["d1"]);
    assert!(compared.went.is_empty());
}

#[test]
fn of_two_that_it_could_be_nobody_says_which() {
    let before = result(vec![document("d1", INVOICE, "old", "5", &[])], vec![]);
    let after = result(vec![document("d1", INVOICE, "x", "5", &[]), document("d2", INVOICE, "y", "5", &[])], vec![]);
    let compared = Comparison::new(&before, &after);
    assert_eq!((compared.pairs.len(), compared.went.len(), compared.came.len()), (0, 1, 2));
}

#[test]
fn a_line_that_comes_or_goes_moves_no_other() {
    let told = |before: &[&str], after: &[&str]| -> Vec<String> {
        let before = result(vec![document("d1", INVOICE, "a", "5", before)], vec![]);
        let after = result(vec![document("d1", INVOICE, "a", "5", after)], vec![]);
        let compared = Comparison::new(&before, &after);
        let tell = |change: &Change<'_>| match change {
            Change::Value { line, .. } => format!("{} changed", line.map(|line| line.to_string()).unwrap_or_default()),
            Change::LineWent { line, .. } => format!("{line} went"),
            Change::LineCame { line, .. } => format!("{line} came"),
        };
        compared.pairs.iter().flat_map(|pair| &pair.changes).map(tell).collect()
    };
    assert_eq!(told(&["a", "b", "c"], &["a", "c"]), ["1 went"]);
    assert_eq!(told(&["a", "c"], &["a", "b", "c"]), ["1 came"]);
    assert_eq!(told(&["a", "b", "c"], &["a", "x", "c"]), ["1 changed"]);
    assert_eq!(told(&["a", "b", "c"], &["a", "x"]), ["1 changed", "2 went"]);
    assert_eq!(told(&[], &["a"]), ["0 came"]);
    assert_eq!(told(&["a", "a"], &["a"]), ["1 went"]);
    assert!(told(&["a", "b"], &["a", "b"]).is_empty());
}

proptest! {
    #[test]
    fn every_finding_and_document_is_told_once_and_a_result_equals_itself(
        one in proptest::collection::vec((0u8..3, 0u8..3), 0..5), other in proptest::collection::vec((0u8..3, 0u8..3), 0..5)
    ) {
        let make = |papers: &[(u8, u8)]| {
            let paper = |(at, (content, total)): (usize, &(u8, u8))| {
                document(&format!("d{at}"), INVOICE, &content.to_string(), &total.to_string(), &["a"])
            };
            let findings = papers.iter().enumerate().map(|(at, (code, _))| finding(&code.to_string(), &format!("d{at}")));
            result(papers.iter().enumerate().map(paper).collect(), findings.collect())
        };
        let (one, other) = (make(&one), make(&other));
        let compared = Comparison::new(&one, &other);
        prop_assert_eq!(compared.gone.len() + compared.same.len(), one.findings.len());
        prop_assert_eq!(compared.new.len() + compared.same.len(), other.findings.len());
        prop_assert_eq!(compared.pairs.len() + compared.went.len(), one.documents.len());
        prop_assert_eq!(compared.pairs.len() + compared.came.len(), other.documents.len());
        prop_assert!(Comparison::new(&one, &one).is_empty());
    }
}
