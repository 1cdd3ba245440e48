//! The Cross Industry Invoice: D16B as Factur-X, ZUGFeRD 2 and XRechnung use it, and the older names of ZUGFeRD 1.0.

use super::{Element, country_of, described, invoice, is_tariff, of_one, unless_zero};
use crate::domain::packet::document::{Field, Readings};
use crate::reading::stated::{Stated, say, say_joined, weigh};

const TRADE: &str = "SupplyChainTradeTransaction|SpecifiedSupplyChainTradeTransaction";

pub(super) fn read(root: Element<'_>) -> Stated {
    let mut stated = invoice();
    let fields = &mut stated.fields;
    if let Some(head) = root.first("ExchangedDocument|HeaderExchangedDocument") {
        say(fields, Field::InvoiceNumber, head.at("ID"));
        say(fields, Field::InvoiceDate, head.at("IssueDateTime/DateTimeString|DateTime"));
    }
    let Some(trade) = root.first(TRADE) else { return stated };
    if let Some(agreement) = trade.first("ApplicableHeaderTradeAgreement|ApplicableSupplyChainTradeAgreement") {
        agreed(fields, agreement);
    }
    if let Some(delivery) = trade.first("ApplicableHeaderTradeDelivery|ApplicableSupplyChainTradeDelivery") {
        say(fields, Field::ConsigneeName, delivery.at("ShipToTradeParty/Name"));
        let consignment = delivery.first("RelatedSupplyChainConsignment");
        let transport = consignment.and_then(|consignment| consignment.first("SpecifiedLogisticsTransportMovement"));
        say(fields, Field::Voyage, transport.and_then(|transport| transport.at("ID")));
        let weight = consignment.and_then(|consignment| consignment.first("GrossWeightMeasure"));
        if let Some(weight) = weight {
            weigh(fields, Field::GrossWeightKg, weight.print(), weight.attribute("unitCode").unwrap_or_default());
        }
    }
    if let Some(settlement) = trade.first("ApplicableHeaderTradeSettlement|ApplicableSupplyChainTradeSettlement") {
        settled(fields, settlement);
    }
    for item in trade.all("IncludedSupplyChainTradeLineItem") {
        stated.line(line(item));
    }
    stated
}

/// Who sells what to whom, and on which terms.
fn agreed(fields: &mut Readings, agreement: Element<'_>) {
    let parties = [
        ("SellerTradeParty", Field::SellerName, Field::SellerAddress, Field::SellerCountry),
        ("BuyerTradeParty", Field::BuyerName, Field::BuyerAddress, Field::BuyerCountry),
    ];
    for (role, name, address, country) in parties {
        let Some(party) = agreement.first(role) else { continue };
        say(fields, name, party.at("Name"));
        say(fields, name, party.at("SpecifiedLegalOrganization/TradingBusinessName"));
        let Some(postal) = party.first("PostalTradeAddress") else { continue };
        let parts =
            ["LineOne", "LineTwo", "LineThree", "StreetName", "PostcodeCode", "CityName", "CountrySubDivisionName"];
        say_joined(fields, address, parts.map(|part| postal.at(part)));
        say(fields, country, country_of(postal.at("CountryID")));
    }
    say(fields, Field::PoNumbers, agreement.at("BuyerOrderReferencedDocument/IssuerAssignedID|ID"));
    if let Some(terms) = agreement.first("ApplicableTradeDeliveryTerms") {
        say(fields, Field::Incoterm, terms.at("DeliveryTypeCode"));
        say(fields, Field::IncotermPlace, terms.at("RelevantTradeLocation/Name"));
    }
}

/// What is to be paid.
fn settled(fields: &mut Readings, settlement: Element<'_>) {
    say(fields, Field::Currency, settlement.at("InvoiceCurrencyCode"));
    say(fields, Field::PaymentTerms, settlement.at("SpecifiedTradePaymentTerms/Description"));
    for charge in settlement.all("SpecifiedTradeAllowanceCharge") {
        let charged = charge.says("ChargeIndicator/Indicator", &["true", "1"]);
        let field = match charge.at("ReasonCode").map(|code| code.text.trim().to_owned()).as_deref() {
            Some("FC") if charged => Field::FreightAmount,
            Some("IN") if charged => Field::InsuranceAmount,
            _ => continue,
        };
        say(fields, field, unless_zero(charge.at("ActualAmount")));
    }
    say(fields, Field::FreightAmount, unless_zero(settlement.at("SpecifiedLogisticsServiceCharge/AppliedAmount")));
    let sums = "SpecifiedTradeSettlementHeaderMonetarySummation|SpecifiedTradeSettlementMonetarySummation";
    let Some(sums) = settlement.first(sums) else { return };
    say(fields, Field::SubtotalAmount, sums.at("LineTotalAmount"));
    say(fields, Field::DiscountAmount, unless_zero(sums.at("AllowanceTotalAmount")));
    // What is charged for freight and insurance stands by itself above.
    let own = [Field::FreightAmount, Field::InsuranceAmount].iter().any(|field| fields.contains_key(field));
    say(fields, Field::ChargesAmount, unless_zero(sums.at("ChargeTotalAmount")).filter(|_| !own));
    let currency = fields.get(&Field::Currency).and_then(|currency| currency.value.one()).map(str::to_owned);
    let taxes = sums.all("TaxTotalAmount");
    let booked = |tax: &&Element<'_>| tax.attribute("currencyID").is_none_or(|code| currency.as_deref() == Some(code));
    say(fields, Field::TaxAmount, unless_zero(taxes.iter().find(booked).and_then(|tax| tax.print())));
    // An invoice in two currencies repeats the tax in the other one, never the total.
    say(fields, Field::TotalAmount, sums.at("GrandTotalAmount"));
}

fn line(item: Element<'_>) -> Readings {
    let mut line = Readings::new();
    let Some(product) = item.first("SpecifiedTradeProduct") else { return line };
    say(&mut line, Field::LineNumber, item.at("AssociatedDocumentLineDocument/LineID"));
    for name in ["SellerAssignedID", "BuyerAssignedID", "GlobalID"] {
        say(&mut line, Field::Sku, product.at(name));
    }
    described(&mut line, [product.at("Name"), product.at("Description")]);
    say(&mut line, Field::CountryOfOrigin, country_of(product.at("OriginTradeCountry/ID")));
    for class in product.all("DesignatedProductClassification/ClassCode") {
        if class.attribute("listID").is_some_and(is_tariff) {
            say(&mut line, Field::HtsCode, class.print());
        }
    }
    let quantity = item
        .first("SpecifiedLineTradeDelivery|SpecifiedSupplyChainTradeDelivery")
        .and_then(|d| d.first("BilledQuantity"));
    say(&mut line, Field::Quantity, quantity.and_then(Element::print));
    let unit = quantity.and_then(|quantity| {
        let print = quantity.print()?;
        Some(crate::reading::stated::Print { text: quantity.attribute("unitCode")?.to_owned(), ..print })
    });
    say(&mut line, Field::Unit, unit);
    let price = item
        .first("SpecifiedLineTradeAgreement|SpecifiedSupplyChainTradeAgreement")
        .and_then(|agreement| agreement.first("NetPriceProductTradePrice"));
    let one = price.and_then(|price| of_one(price.at("ChargeAmount"), price.at("BasisQuantity")));
    say(&mut line, Field::UnitPrice, one);
    let sums = "SpecifiedTradeSettlementLineMonetarySummation|SpecifiedTradeSettlementMonetarySummation";
    let settlement = item.first("SpecifiedLineTradeSettlement|SpecifiedSupplyChainTradeSettlement");
    say(&mut line, Field::Amount, settlement.and_then(|s| s.at(&format!("{sums}/LineTotalAmount"))));
    // A line of text, as the extended profile has it, sells nothing.
    if line.contains_key(&Field::Quantity) || line.contains_key(&Field::Amount) { line } else { Readings::new() }
}
