//! UBL 2.1 (ISO/IEC 19845): Invoice and CreditNote.

use super::{Element, country_of, described, invoice, is_tariff, of_one, unless_zero};
use crate::domain::packet::document::{Field, Readings};
use crate::reading::stated::{Print, Stated, say, say_joined, weigh};

pub(super) fn read(root: Element<'_>) -> Stated {
    let mut stated = invoice();
    let fields = &mut stated.fields;
    say(fields, Field::InvoiceNumber, root.at("ID"));
    say(fields, Field::InvoiceDate, root.at("IssueDate"));
    say(fields, Field::Currency, root.at("DocumentCurrencyCode"));
    say(fields, Field::PoNumbers, root.at("OrderReference/ID"));
    say(fields, Field::PaymentTerms, root.at("PaymentTerms/Note"));
    parties(fields, root);
    for delivery in root.all("Delivery") {
        say(fields, Field::ConsigneeName, delivery.at("DeliveryParty/PartyName/Name"));
        delivered(fields, delivery);
    }
    for terms in root.all("DeliveryTerms").into_iter().chain(root.all("Delivery/DeliveryTerms")) {
        say(fields, Field::Incoterm, terms.at("ID"));
        for place in ["DeliveryLocation/Name", "DeliveryLocation/Description", "DeliveryLocation/ID"] {
            say(fields, Field::IncotermPlace, terms.at(place));
        }
    }
    for charge in root.all("AllowanceCharge") {
        let charged = charge.says("ChargeIndicator", &["true", "1"]);
        let field = match charge.at("AllowanceChargeReasonCode").map(|code| code.text.trim().to_owned()).as_deref() {
            Some("FC") if charged => Field::FreightAmount,
            Some("IN") if charged => Field::InsuranceAmount,
            _ => continue,
        };
        say(fields, field, unless_zero(charge.at("Amount")));
    }
    let currency = fields.get(&Field::Currency).and_then(|currency| currency.value.one()).map(str::to_owned);
    let booked = |tax: &Element<'_>| {
        let code = tax.first("TaxAmount").and_then(|amount| amount.attribute("currencyID"));
        code.is_none_or(|code| currency.as_deref() == Some(code))
    };
    let taxes = root.all("TaxTotal");
    say(
        fields,
        Field::TaxAmount,
        unless_zero(taxes.iter().find(|tax| booked(tax)).and_then(|tax| tax.at("TaxAmount"))),
    );
    if let Some(sums) = root.first("LegalMonetaryTotal") {
        say(fields, Field::SubtotalAmount, sums.at("LineExtensionAmount"));
        say(fields, Field::DiscountAmount, unless_zero(sums.at("AllowanceTotalAmount")));
        let own = [Field::FreightAmount, Field::InsuranceAmount].iter().any(|field| fields.contains_key(field));
        say(fields, Field::ChargesAmount, unless_zero(sums.at("ChargeTotalAmount")).filter(|_| !own));
        say(fields, Field::TotalAmount, sums.at("TaxInclusiveAmount"));
        say(fields, Field::TotalAmount, sums.at("PayableAmount"));
    }
    for item in root.all("InvoiceLine|CreditNoteLine") {
        stated.line(line(item));
    }
    stated
}

fn parties(fields: &mut Readings, root: Element<'_>) {
    let parties = [
        ("AccountingSupplierParty/Party", Field::SellerName, Field::SellerAddress, Field::SellerCountry),
        ("AccountingCustomerParty/Party", Field::BuyerName, Field::BuyerAddress, Field::BuyerCountry),
    ];
    for (role, name, address, country) in parties {
        let Some(party) = root.first(role) else { continue };
        // The legal name is the one that a customs declaration wants; the other may be a brand.
        say(fields, name, party.at("PartyLegalEntity/RegistrationName"));
        say(fields, name, party.at("PartyName/Name"));
        let Some(postal) = party.first("PostalAddress") else { continue };
        let street = joined(postal.at("StreetName"), postal.at("BuildingNumber"));
        let parts = ["AdditionalStreetName", "AddressLine/Line", "PostalZone", "CityName", "CountrySubentity"];
        say_joined(fields, address, std::iter::once(street).chain(parts.map(|part| postal.at(part))));
        say(fields, country, country_of(postal.at("Country/IdentificationCode")));
    }
}

/// A street with its number.
fn joined(street: Option<Print>, number: Option<Print>) -> Option<Print> {
    match (street, number) {
        (Some(street), Some(number)) => Some(Print { text: format!("{} {}", street.text, number.text), ..street }),
        (street, number) => street.or(number),
    }
}

/// What the shipment of a delivery says.
fn delivered(fields: &mut Readings, delivery: Element<'_>) {
    let Some(shipment) = delivery.first("Shipment") else { return };
    let measures = [("GrossWeightMeasure", Field::GrossWeightKg), ("NetWeightMeasure", Field::NetWeightKg)];
    for (name, field) in measures {
        if let Some(weight) = shipment.first(name) {
            weigh(fields, field, weight.print(), weight.attribute("unitCode").unwrap_or_default());
        }
    }
    say(fields, Field::PackageCount, shipment.at("TotalTransportHandlingUnitQuantity"));
    for container in shipment.all("TransportHandlingUnit/TransportEquipment/ID") {
        say(fields, Field::ContainerNumbers, container.print());
    }
    say(fields, Field::BlNumber, shipment.at("Consignment/CarrierAssignedID"));
    for stage in shipment.all("ShipmentStage") {
        say(fields, Field::Vessel, stage.at("TransportMeans/MaritimeTransport/VesselName"));
        say(fields, Field::PortOfLoading, stage.at("LoadingPortLocation/Name"));
        say(fields, Field::PortOfDischarge, stage.at("UnloadingPortLocation/Name"));
    }
}

fn line(item: Element<'_>) -> Readings {
    let mut line = Readings::new();
    say(&mut line, Field::LineNumber, item.at("ID"));
    let quantity = item.first("InvoicedQuantity|CreditedQuantity");
    say(&mut line, Field::Quantity, quantity.and_then(Element::print));
    let unit = quantity.and_then(|quantity| {
        let print = quantity.print()?;
        Some(Print { text: quantity.attribute("unitCode")?.to_owned(), ..print })
    });
    say(&mut line, Field::Unit, unit);
    say(&mut line, Field::Amount, item.at("LineExtensionAmount"));
    say(&mut line, Field::UnitPrice, of_one(item.at("Price/PriceAmount"), item.at("Price/BaseQuantity")));
    let Some(goods) = item.first("Item") else { return line };
    for name in ["SellersItemIdentification/ID", "BuyersItemIdentification/ID", "StandardItemIdentification/ID"] {
        say(&mut line, Field::Sku, goods.at(name));
    }
    described(&mut line, [goods.at("Name"), goods.at("Description")]);
    say(&mut line, Field::CountryOfOrigin, country_of(goods.at("OriginCountry/IdentificationCode")));
    for class in goods.all("CommodityClassification/ItemClassificationCode") {
        if class.attribute("listID").is_some_and(is_tariff) {
            say(&mut line, Field::HtsCode, class.print());
        }
    }
    line
}
