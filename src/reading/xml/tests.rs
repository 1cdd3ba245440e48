//! What each standard's elements become, and what is refused.

#![expect(clippy::panic, reason = "a test may stop where its own preparation fails")]

use super::*;
use crate::domain::packet::document::Evidence;
use proptest::prelude::*;

const UBL: &str = r#"<?xml version="1.0"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:cac="urn:a" xmlns:cbc="urn:b">
 <cbc:ID>INV-7</cbc:ID>
 <cbc:IssueDate>2026-06-02</cbc:IssueDate>
 <cbc:DocumentCurrencyCode>USD</cbc:DocumentCurrencyCode>
 <cac:OrderReference><cbc:ID>PO-1</cbc:ID></cac:OrderReference>
 <cac:AccountingSupplierParty><cac:Party><cac:PartyName><cbc:Name>Peñalmar SL</cbc:Name></cac:PartyName>
  <cac:PostalAddress><cbc:StreetName>Calle Mayor</cbc:StreetName><cbc:BuildingNumber>4</cbc:BuildingNumber>
   <cbc:CityName>Vigo</cbc:CityName><cac:Country><cbc:IdentificationCode>ES</cbc:IdentificationCode></cac:Country>
  </cac:PostalAddress></cac:Party></cac:AccountingSupplierParty>
 <cac:AccountingCustomerParty><cac:Party><cac:PartyLegalEntity><cbc:RegistrationName>Harbor Foods, Inc.</cbc:RegistrationName>
  </cac:PartyLegalEntity></cac:Party></cac:AccountingCustomerParty>
 <cac:Delivery><cac:Shipment><cbc:ID>1</cbc:ID><cbc:GrossWeightMeasure unitCode="LBR">100</cbc:GrossWeightMeasure></cac:Shipment></cac:Delivery>
 <cac:DeliveryTerms><cbc:ID>FOB</cbc:ID><cac:DeliveryLocation><cbc:Name>Vigo</cbc:Name></cac:DeliveryLocation></cac:DeliveryTerms>
 <cac:AllowanceCharge><cbc:ChargeIndicator>true</cbc:ChargeIndicator><cbc:AllowanceChargeReasonCode>FC</cbc:AllowanceChargeReasonCode>
  <cbc:Amount currencyID="USD">30.00</cbc:Amount></cac:AllowanceCharge>
 <cac:LegalMonetaryTotal><cbc:LineExtensionAmount>200.00</cbc:LineExtensionAmount><cbc:AllowanceTotalAmount>0.00</cbc:AllowanceTotalAmount>
  <cbc:PayableAmount>230.00</cbc:PayableAmount></cac:LegalMonetaryTotal>
 <cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:InvoicedQuantity unitCode="C62">1000</cbc:InvoicedQuantity>
  <cbc:LineExtensionAmount>200.00</cbc:LineExtensionAmount>
  <cac:Item><cbc:Name>Anchovies</cbc:Name><cac:OriginCountry><cbc:IdentificationCode>ES</cbc:IdentificationCode></cac:OriginCountry>
   <cac:CommodityClassification><cbc:ItemClassificationCode listID="HS">1604.16</cbc:ItemClassificationCode></cac:CommodityClassification></cac:Item>
  <cac:Price><cbc:PriceAmount>20.00</cbc:PriceAmount><cbc:BaseQuantity>100</cbc:BaseQuantity></cac:Price></cac:InvoiceLine>
</Invoice>"#;

fn sound(text: &str) -> Stated {
    match read(text, &Limits::default()) {
        Ok(stated) => stated,
        Err(error) => panic!("{error}"),
    }
}

fn values(readings: &Readings) -> Vec<(Field, String)> {
    readings.iter().map(|(field, reading)| (*field, reading.value.words())).collect()
}

#[test]
fn a_ubl_invoice_says_who_what_and_how_much() {
    let stated = sound(UBL);
    let wanted = [
        (Field::InvoiceNumber, "INV-7"),
        (Field::InvoiceDate, "2026-06-02"),
        (Field::SellerName, "Peñalmar SL"),
        (Field::SellerAddress, "Calle Mayor 4, Vigo"),
        (Field::SellerCountry, "ES"),
        (Field::BuyerName, "Harbor Foods, Inc."),
        (Field::Incoterm, "FOB"),
        (Field::IncotermPlace, "Vigo"),
        (Field::Currency, "USD"),
        (Field::SubtotalAmount, "200.00"),
        (Field::FreightAmount, "30.00"),
        (Field::TotalAmount, "230.00"),
        (Field::PoNumbers, "PO-1"),
        (Field::CountryOfOrigin, "ES"),
        (Field::GrossWeightKg, "45.359"),
    ];
    let wanted: Vec<(Field, String)> = wanted.map(|(field, value)| (field, value.to_owned())).to_vec();
    assert_eq!(values(&stated.fields), wanted);
    let evidence = stated.fields.get(&Field::InvoiceDate).map(|reading| reading.evidence.clone());
    assert_eq!(evidence, Some(vec![Evidence::Line { line: 4 }]));
}

#[test]
fn a_price_of_a_hundred_becomes_the_price_of_one() {
    let stated = sound(UBL);
    let line = values(&stated.lines.first().cloned().unwrap_or_default());
    assert!(
        line.contains(&(Field::UnitPrice, "0.20".to_owned())) || line.contains(&(Field::UnitPrice, "0.2".to_owned()))
    );
    assert!(line.contains(&(Field::HtsCode, "160416".to_owned())), "{line:?}");
}

#[test]
fn both_generations_of_the_cross_industry_invoice_are_read() {
    let new = "<r:CrossIndustryInvoice xmlns:r='urn:r'><ExchangedDocument><ID>A1</ID><IssueDateTime><DateTimeString format='102'>20260602</DateTimeString></IssueDateTime></ExchangedDocument><SupplyChainTradeTransaction><ApplicableHeaderTradeAgreement><SellerTradeParty><Name>S</Name></SellerTradeParty></ApplicableHeaderTradeAgreement><ApplicableHeaderTradeSettlement><InvoiceCurrencyCode>EUR</InvoiceCurrencyCode><SpecifiedTradeSettlementHeaderMonetarySummation><GrandTotalAmount>5.00</GrandTotalAmount></SpecifiedTradeSettlementHeaderMonetarySummation></ApplicableHeaderTradeSettlement></SupplyChainTradeTransaction></r:CrossIndustryInvoice>";
    let old = "<r:CrossIndustryDocument xmlns:r='urn:r'><HeaderExchangedDocument><ID>A1</ID><IssueDateTime><DateTimeString format='102'>20260602</DateTimeString></IssueDateTime></HeaderExchangedDocument><SpecifiedSupplyChainTradeTransaction><ApplicableSupplyChainTradeAgreement><SellerTradeParty><Name>S</Name></SellerTradeParty></ApplicableSupplyChainTradeAgreement><ApplicableSupplyChainTradeSettlement><InvoiceCurrencyCode>EUR</InvoiceCurrencyCode><SpecifiedTradeSettlementMonetarySummation><GrandTotalAmount>5.00</GrandTotalAmount></SpecifiedTradeSettlementMonetarySummation></ApplicableSupplyChainTradeSettlement></SpecifiedSupplyChainTradeTransaction></r:CrossIndustryDocument>";
    let read = |text| values(&sound(text).fields);
    assert_eq!(read(new), read(old));
    assert_eq!(read(new).len(), 5);
}

#[test]
fn what_is_no_invoice_or_no_sound_xml_says_so() {
    let refused = |text: &str| match read(text, &Limits::default()) {
        Err(error) => error,
        Ok(stated) => panic!("{stated:?}"),
    };
    assert_eq!(refused("<CC029C/>"), XmlError::NoInvoice { root: "CC029C".to_owned() });
    assert_eq!(refused("<Invoice><ID>1</ID></Invoice>"), XmlError::NoInvoice { root: "Invoice".to_owned() });
    assert_eq!(refused("<a>\n<b>\n</a>"), XmlError::Damaged { line: 3 });
    assert_eq!(refused("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>"), XmlError::Dtd);
    let deep = format!("{}{}", "<a>".repeat(500), "</a>".repeat(500));
    assert_eq!(refused(&deep), XmlError::TooLarge);
    let wide = format!("<a>{}</a>", "<b/>".repeat(2_000));
    let small = Limits { nodes: 1_000, ..Limits::default() };
    assert_eq!(super::read(&wide, &small).err(), Some(XmlError::TooLarge));
}

#[test]
fn letters_follow_the_declaration() {
    assert!(decoded(b"<?xml version='1.0' encoding='ISO-8859-1'?><a>Pe\xf1almar</a>").contains("Peñalmar"));
    assert!(decoded("<a>Peñalmar</a>".as_bytes()).contains("Peñalmar"));
}

proptest! {
    #[test]
    fn no_text_troubles_the_reader(text in "\\PC{0,200}", cut in 0usize..4000) {
        let _ = read(&text, &Limits::default());
        let cut = (0..=cut.min(UBL.len())).rev().find(|at| UBL.is_char_boundary(*at)).unwrap_or(0);
        let _ = read(&format!("{}{text}", UBL.get(..cut).unwrap_or_default()), &Limits::default());
        let _ = decoded(text.as_bytes());
    }
}
