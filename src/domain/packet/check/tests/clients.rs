//! Packets of a client of whose papers the team has said what it expects.

use super::*;
use crate::domain::client::Profile;
use rust_decimal::Decimal;

fn client(profile: Profile) -> Client {
    Client { name: "Harbor Retail LLC".to_owned(), profile }
}

fn packet(weight: &str) -> Vec<Document> {
    let papers = [
        paper(K::PackingList, &[(F::GrossWeightKg, "1000.0")], &[]),
        paper(K::BillOfLading, &[(F::GrossWeightKg, weight), (F::ConsigneeName, "Harbor Retail LLC")], &[]),
    ];
    papers
        .into_iter()
        .zip(1..)
        .map(|(paper, at)| Document { id: format!("d{at}"), sha256: at.to_string(), ..paper })
        .collect()
}

fn judged(client: &Client, documents: &[Document], code: &str) -> Vec<(Severity, String)> {
    let found = check_for(Some(client), documents, None, &Lists::default());
    found
        .into_iter()
        .filter(|finding| finding.code == code)
        .map(|finding| (finding.severity, finding.explanation))
        .collect()
}

#[test]
fn a_document_and_a_field_that_the_client_needs_are_asked_for() {
    let wanted = Profile {
        documents: [K::ArrivalNotice, K::PackingList].into(),
        fields: [(K::BillOfLading, [F::Vessel, F::ConsigneeName].into())].into(),
        ..Profile::default()
    };
    let client = client(wanted);
    let missing = judged(&client, &packet("1000.0"), "client.document_missing");
    assert_eq!(missing, [(Severity::Critical, "Packets of Harbor Retail LLC need the arrival notice.".to_owned())]);
    let fields = judged(&client, &packet("1000.0"), "client.field_missing");
    let sentence = "For Harbor Retail LLC, the bill of lading must state \"vessel\".".to_owned();
    assert_eq!(fields, [(Severity::Warning, sentence)]);
    assert!(check(&packet("1000.0")).iter().all(|finding| !finding.code.starts_with("client.")), "nobody's packet");
}

#[test]
fn a_difference_within_the_clients_tolerance_stays_visible_as_a_note() {
    let percent =
        |percent: i64| client(Profile { weight_percent: Some(Decimal::new(percent, 1)), ..Profile::default() });
    let strict = judged(&client(Profile::default()), &packet("1008.0"), "match.gross_weight");
    assert!(strict.len() == 1 && strict.iter().all(|(severity, _)| *severity < Severity::Info), "{strict:?}");
    let lenient = judged(&percent(10), &packet("1008.0"), "match.gross_weight");
    let note = |(severity, words): &(Severity, String)| {
        *severity == Severity::Info && words.ends_with("Harbor Retail LLC allows a difference of 1.0 %.")
    };
    assert!(lenient.len() == 1 && lenient.iter().all(note), "{lenient:?}");
    let beyond = judged(&percent(5), &packet("1008.0"), "match.gross_weight");
    assert_eq!(beyond, strict, "8 of 1008 kg are more than half a percent");
}

#[test]
fn a_finding_weighs_what_the_client_says_and_unknown_codes_weigh_nothing() {
    let severities = [("match.gross_weight", Severity::Info), ("no.such_code", Severity::Critical)];
    let severities = severities.map(|(code, severity)| (code.to_owned(), severity)).into();
    let client = client(Profile { severities, ..Profile::default() });
    assert_eq!(client.profile.severity("no.such_code"), None);
    let found = judged(&client, &packet("1500.0"), "match.gross_weight");
    assert!(found.iter().all(|(severity, _)| *severity == Severity::Info) && !found.is_empty(), "{found:?}");
}
