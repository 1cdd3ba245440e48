//! Messages of container carriers as JSON (DCSA): arrival notices and electronic bills of lading, told by the names they hold. A
//! JSON of another sort is a document of no kind. In a result they count as `edi`: messages between computers.

mod parse;

use super::source::Limits;
use super::stated::{Print, Stated, Unread, say, weigh};
use crate::domain::packet::document::{Field, Kind, Readings, TextSource};
pub use parse::{Fault, Json, parse};

/// The documents of a JSON file.
pub fn read(text: &str, limits: &Limits) -> Vec<Stated> {
    let root = match parse(text, limits) {
        Ok(root) => root,
        Err(fault) => {
            let code = if fault == Fault::TooLarge { "file.too_large" } else { "file.damaged" };
            return vec![Stated::unread(TextSource::Edi, Unread { code, rest: fault.to_string() })];
        }
    };
    let notices = root.list("arrivalNotices");
    if !notices.is_empty() {
        return notices.into_iter().map(|notice| shipment(notice, Kind::ArrivalNotice)).collect();
    }
    let notices = root.list("arrivalNoticeNotifications");
    if !notices.is_empty() {
        return notices.into_iter().map(|notice| shipment(notice, Kind::ArrivalNotice)).collect();
    }
    let bill = root.get("document").unwrap_or(&root);
    if bill.get("transportDocumentTypeCode").is_some() {
        return vec![shipment(bill, Kind::BillOfLading)];
    }
    let rest = if root.get("errors").is_some() && root.get("statusCode").is_some() {
        "is an error message of a carrier's computer and no document. Ask the carrier for the document."
    } else {
        "is a JSON file of a sort that is not read. Send the document as PDF."
    };
    vec![Stated::unread(TextSource::Edi, Unread { code: "message.not_read", rest: rest.to_owned() })]
}

fn shipment(message: &Json, kind: Kind) -> Stated {
    let mut stated = Stated::new(kind, TextSource::Edi);
    let fields = &mut stated.fields;
    say(fields, Field::BlNumber, message.print("transportDocumentReference"));
    say(fields, Field::Scac, carrier(message));
    let day = if kind == Kind::ArrivalNotice { Field::NoticeDate } else { Field::IssueDate };
    say(fields, day, message.print("issueDateTime").or_else(|| message.print("issueDate")));
    say(
        fields,
        Field::FreightTerms,
        message.print("freightPaymentTermCode").and_then(|print| {
            let word = match print.text.as_str() {
                "PRE" => "prepaid",
                "COL" => "collect",
                _ => return None,
            };
            Some(Print { text: word.to_owned(), ..print })
        }),
    );
    if kind == Kind::BillOfLading {
        say(fields, Field::OnBoardDate, message.print("shippedOnBoardDate"));
    }
    voyage(fields, message, kind);
    parties(fields, message);
    cargo(&mut stated, message);
    if kind == Kind::ArrivalNotice {
        charges(&mut stated.fields, message);
        // An arrival notice has no lines: its containers are lists of its header.
        stated.gather();
        stated.lines.clear();
    }
    stated
}

fn carrier(message: &Json) -> Option<Print> {
    let listed = message.print("carrierCodeListProvider").is_some_and(|list| list.text == "NMFTA");
    message.print("carrierCode").filter(|_| listed)
}

fn voyage(fields: &mut Readings, message: &Json, kind: Kind) {
    let transport = message.get("transport").or_else(|| message.get("transports")).unwrap_or(message);
    let places = [
        ("portOfLoading", Field::PortOfLoading),
        ("portOfDischarge", Field::PortOfDischarge),
        ("placeOfReceipt", Field::PlaceOfReceipt),
        ("placeOfDelivery", Field::PlaceOfDelivery),
    ];
    for (name, field) in places {
        let wanted = kind == Kind::BillOfLading || field != Field::PlaceOfReceipt;
        if let Some(place) = transport.get(name).filter(|_| wanted) {
            say(fields, field, place.print("locationName").or_else(|| place.print("UNLocationCode")));
        }
    }
    if kind == Kind::ArrivalNotice {
        say(fields, Field::Eta, transport.get("portOfDischargeArrivalDate").and_then(|day| day.print("value")));
    }
    // The last leg is that of the vessel that arrives, the first that of the one that was loaded.
    let legs: Vec<&Json> = transport
        .list("legs")
        .into_iter()
        .filter_map(|leg| leg.get("vesselVoyage"))
        .chain(transport.list("vesselVoyages"))
        .collect();
    let leg = if kind == Kind::ArrivalNotice { legs.last() } else { legs.first() };
    if let Some(leg) = leg {
        say(fields, Field::Vessel, leg.print("vesselName"));
        for name in ["carrierImportVoyageNumber", "carrierExportVoyageNumber"] {
            say(fields, Field::Voyage, leg.print(name));
        }
    }
}

/// Parties stand under their role, or in a list that names the role of each.
fn parties(fields: &mut Readings, message: &Json) {
    let roles = [
        ("shipper", "OS", Field::ShipperName),
        ("consignee", "CN", Field::ConsigneeName),
        ("notifyParty", "N1", Field::NotifyName),
        ("notifyParties", "NI", Field::NotifyName),
    ];
    let listed = message.list("documentParties");
    for (role, function, field) in roles {
        if let Some(parties) = message.get("documentParties").filter(|_| listed.is_empty()) {
            say(fields, field, parties.get(role).and_then(|party| party.first().print("partyName")));
        }
        let of_role = |party: &&&Json| party.print("partyFunction").is_some_and(|print| print.text == function);
        say(fields, field, listed.iter().find(of_role).and_then(|party| party.print("partyName")));
    }
}

/// Containers and goods. A weight or a number of packages is said of the whole only where one item has it all.
fn cargo(stated: &mut Stated, message: &Json) {
    let consigned = message.list("consignmentItems");
    let items: Vec<&Json> = consigned.iter().flat_map(|item| item.list("cargoItems")).collect();
    for item in &consigned {
        let goods = item.get("descriptionOfGoods").and_then(|goods| goods.first().value());
        say(&mut stated.fields, Field::DescriptionOfGoods, goods);
        if stated.kind == Kind::BillOfLading {
            for code in item.list("HSCodes") {
                say(&mut stated.fields, Field::HtsCodes, code.value());
            }
            say(&mut stated.fields, Field::BookingNumber, item.print("carrierBookingReference"));
        }
    }
    if stated.kind == Kind::ArrivalNotice {
        stated.fields.remove(&Field::DescriptionOfGoods);
    }
    if let [only] = items.as_slice() {
        measures(&mut stated.fields, only);
    }
    for equipment in message.list("utilizedTransportEquipments") {
        let named = equipment.get("equipment").unwrap_or(equipment);
        let mut line = Readings::new();
        let container = named.print("equipmentReference");
        say(&mut line, Field::ContainerNumber, container.clone());
        say(&mut line, Field::ContainerType, named.print("ISOEquipmentCode"));
        for seal in equipment.list("seals") {
            say(&mut line, Field::SealNumber, seal.print("number"));
        }
        let here = |item: &&&Json| {
            item.print("equipmentReference").map(|print| print.text)
                == container.as_ref().map(|print| print.text.clone())
        };
        let inside: Vec<&&Json> = items.iter().filter(here).collect();
        if let [only] = inside.as_slice() {
            measures(&mut line, only);
        }
        stated.line(line);
    }
}

fn measures(into: &mut Readings, item: &Json) {
    for (name, field) in [("cargoGrossWeight", Field::GrossWeightKg), ("cargoGrossVolume", Field::VolumeM3)] {
        if let Some(measure) = item.get(name) {
            let unit = measure.print("unit").map(|print| print.text).unwrap_or_default();
            weigh(into, field, measure.print("value"), &unit);
        }
    }
    say(into, Field::PackageCount, item.get("outerPackaging").and_then(|packages| packages.print("numberOfPackages")));
}

/// One charge is the total; the sum of several is not said.
fn charges(fields: &mut Readings, message: &Json) {
    if let [only] = message.list("charges").as_slice() {
        say(fields, Field::TotalCharges, only.print("currencyAmount"));
        say(fields, Field::Currency, only.print("currencyCode"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Vec<Stated> {
        super::read(text, &Limits::default())
    }

    #[test]
    fn an_arrival_notice_says_what_arrives_where_and_when() {
        let text = r#"{"arrivalNotices":[{"issueDateTime":"2024-03-04T00:00:00Z","carrierCode":"HLCU",
            "carrierCodeListProvider":"NMFTA","transportDocumentReference":"HLCUSGS250302123",
            "documentParties":[{"partyFunction":"OS","partyName":"Shipper"},{"partyFunction":"CN","partyName":"Consignee"}],
            "transport":{"portOfLoading":{"UNLocationCode":"AEJEA"},"portOfDischargeArrivalDate":{"value":"2024-03-12"},
              "legs":[{"vesselVoyage":{"vesselName":"YM MASCULINITY","carrierImportVoyageNumber":"097E"}}]},
            "utilizedTransportEquipments":[{"equipment":{"equipmentReference":"HLCU1234567"},"seals":[{"number":"CMT01453"}]}],
            "consignmentItems":[{"cargoItems":[{"cargoGrossWeight":{"value":4205.0,"unit":"KGM"},
              "outerPackaging":{"numberOfPackages":150}}]}]}]}"#;
        let documents = read(text);
        let [notice] = documents.as_slice() else { return assert_eq!(documents.len(), 1) };
        let values: Vec<(Field, String)> =
            notice.fields.iter().map(|(field, reading)| (*field, reading.value.words())).collect();
        let wanted = [
            (Field::ConsigneeName, "Consignee"),
            (Field::GrossWeightKg, "4205.0"),
            (Field::PackageCount, "150"),
            (Field::ContainerNumbers, "HLCU1234567"),
            (Field::BlNumber, "HLCUSGS250302123"),
            (Field::Vessel, "YM MASCULINITY"),
            (Field::Voyage, "097E"),
            (Field::PortOfLoading, "AEJEA"),
            (Field::ShipperName, "Shipper"),
            (Field::SealNumbers, "CMT01453"),
            (Field::Scac, "HLCU"),
            (Field::Eta, "2024-03-12"),
            (Field::NoticeDate, "2024-03-04"),
        ];
        assert_eq!(values, wanted.map(|(field, value)| (field, value.to_owned())));
    }

    #[test]
    fn errors_and_other_messages_are_no_documents() {
        let sentence =
            |text: &str| read(text).first().and_then(|stated| stated.problem.clone()).map(|unread| unread.rest);
        assert!(sentence(r#"{"statusCode":404,"errors":[]}"#).is_some_and(|rest| rest.contains("error message")));
        assert!(sentence(r#"{"a":1}"#).is_some_and(|rest| rest.contains("not read")));
        assert!(sentence("{\"a\":\n,}").is_some_and(|rest| rest.contains("line 2")));
        assert!(sentence(&"[".repeat(100_000)).is_some_and(|rest| rest.contains("allowed")));
    }

    proptest! {
        #[test]
        fn no_text_troubles_the_reader(text in "[\\[\\]{}:,\"a1. \\\\un]{0,80}|\\PC{0,80}") {
            let _ = read(&text);
        }
    }
}
