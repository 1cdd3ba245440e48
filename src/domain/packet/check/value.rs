//! What decides the duty value beside the printed sums: goods without a price, discounts, further sales, and costs that belong to the
//! value although they stand apart (19 USC 1401a). It reads words and amounts and appraises nothing.

use super::Hit;
use super::papers::{Papers, Said, decimal, listed, part};
use crate::domain::packet::document::{Document, Field, Kind};
use crate::domain::packet::result::Part;
use crate::domain::packet::written;
use crate::domain::trade::party;
use rust_decimal::{Decimal, dec};

/// Goods that are invoiced at nothing.
pub fn zero_price(papers: &Papers<'_>) -> Vec<Hit> {
    papers.of(Kind::CommercialInvoice).filter_map(unpriced).collect()
}

fn unpriced(invoice: &Document) -> Option<Hit> {
    let is = |line: usize, field: Field, wanted: fn(Decimal) -> bool| {
        invoice.lines.get(line).and_then(|line| decimal(line, field)).is_some_and(wanted)
    };
    let free: Vec<(usize, Field)> = (0..invoice.lines.len())
        .filter(|line| !is(*line, Field::Quantity, |quantity| quantity.is_zero()))
        .filter_map(|line| {
            let field =
                [Field::Amount, Field::UnitPrice].into_iter().find(|field| is(line, *field, |x| x.is_zero()))?;
            Some((line, field))
        })
        .collect();
    if free.is_empty() {
        return None;
    }
    let lines: Vec<String> = free.iter().map(|(line, _)| line.saturating_add(1).to_string()).collect();
    let word = if lines.len() == 1 { "Line" } else { "Lines" };
    Some(Hit {
        explanation: format!("{word} {} of the invoice has goods at no price.", listed(&lines)),
        values: free.iter().map(|(line, field)| part(invoice, *field, Some(*line))).collect(),
        severity: None,
    })
}

/// A discount of more than a tenth of the goods.
pub fn discount(papers: &Papers<'_>) -> Vec<Hit> {
    let high = |invoice: &Document| {
        let amount = decimal(&invoice.fields, Field::DiscountAmount)?;
        let goods = decimal(&invoice.fields, Field::SubtotalAmount)
            .or_else(|| super::arithmetic::column(invoice, Field::Amount))
            .filter(|goods| *goods > Decimal::ZERO)?;
        let share = amount.checked_div(goods)?.checked_mul(dec!(100))?;
        (share > dec!(10)).then(|| Hit {
            explanation: format!(
                "The discount of {} is {} % of goods of {}.",
                written::amount(amount),
                share.round_dp(1),
                written::amount(goods)
            ),
            values: vec![part(invoice, Field::DiscountAmount, None)],
            severity: None,
        })
    };
    papers.of(Kind::CommercialInvoice).filter_map(high).collect()
}

/// Two invoices of which one's buyer is the other's seller: the goods were sold twice on their way.
pub fn first_sale(papers: &Papers<'_>) -> Vec<Hit> {
    let sellers = papers.said(&[(Kind::CommercialInvoice, Field::SellerName)]);
    let buyers = papers.said(&[(Kind::CommercialInvoice, Field::BuyerName)]);
    let chain = buyers.iter().find_map(|buyer| {
        let resale = |seller: &&Said<'_>| {
            seller.document.id != buyer.document.id && party::words(seller.value) == party::words(buyer.value)
        };
        sellers.iter().find(resale).map(|seller| (buyer, seller))
    });
    let hit = |(buyer, seller): (&Said<'_>, &Said<'_>)| Hit {
        explanation: format!("{} buys on one invoice and sells on another.", buyer.value),
        values: vec![buyer.part(), seller.part()],
        severity: None,
    };
    chain.map(hit).into_iter().collect()
}

/// Words of things that a buyer furnishes for the making of the goods. A mould or die alone may be the goods themselves.
const ASSISTS: [&str; 16] = [
    "TOOLING COST",
    "TOOLING CHARGE",
    "TOOLING FEE",
    "MOLD COST",
    "MOLD CHARGE",
    "MOLD FEE",
    "MOULD COST",
    "MOULD CHARGE",
    "MOULD FEE",
    "DIE COST",
    "DIE CHARGE",
    "FREE ISSUE",
    "FREE-ISSUE",
    "CONSIGNED MATERIAL",
    "MATERIAL SUPPLIED BY BUYER",
    "BUYER SUPPLIED",
];
const ROYALTIES: [&str; 6] = ["ROYALTY", "ROYALTIES", "LICENSE FEE", "LICENCE FEE", "LICENSING FEE", "TRADEMARK FEE"];

/// The places of an invoice that may tell of costs: its lines and its terms of payment.
fn told_with(papers: &Papers<'_>, words: &[&str], says: &str) -> Vec<Hit> {
    let mut told = papers.lines(Kind::CommercialInvoice, Field::Description);
    told.extend(papers.said(&[(Kind::CommercialInvoice, Field::PaymentTerms)]));
    let has = |said: &&Said<'_>| {
        let print = format!(" {} ", said.value.to_uppercase());
        words.iter().any(|word| print.contains(&format!(" {word}")))
    };
    let found: Vec<&Said<'_>> = told.iter().filter(has).collect();
    let Some(first) = found.first() else { return Vec::new() };
    let values: Vec<Part> = found.iter().map(|said| said.part()).collect();
    vec![Hit { explanation: format!("The invoice says \"{}\", which {says}.", first.value), values, severity: None }]
}

/// Tools and material that the buyer furnishes.
pub fn assist(papers: &Papers<'_>) -> Vec<Hit> {
    told_with(papers, &ASSISTS, "may be an assist that belongs to the value of the goods")
}

/// Royalties and licence fees.
pub fn royalty(papers: &Papers<'_>) -> Vec<Hit> {
    told_with(papers, &ROYALTIES, "belongs to the value where the sale depends on it")
}

/// Words that open many names and say nothing of who owns whom.
const COMMON: [&str; 30] = [
    "AMERICAN",
    "ASIA",
    "ATLANTIC",
    "BEST",
    "CHINA",
    "EAST",
    "EASTERN",
    "EURO",
    "FIRST",
    "GENERAL",
    "GLOBAL",
    "GOLDEN",
    "GRAND",
    "GREAT",
    "GREEN",
    "INTERNATIONAL",
    "NATIONAL",
    "NEW",
    "NORTH",
    "PACIFIC",
    "ROYAL",
    "SOUTH",
    "STAR",
    "SUN",
    "SUPER",
    "UNITED",
    "UNIVERSAL",
    "WEST",
    "WESTERN",
    "WORLD",
];

/// Seller and buyer whose names begin with the same telling word.
pub fn related_parties(papers: &Papers<'_>) -> Vec<Hit> {
    let related = |invoice: &Document| {
        let first = |field| party::words(invoice.value(field)?).into_iter().next();
        let (seller, buyer) = (first(Field::SellerName)?, first(Field::BuyerName)?);
        let telling = seller == buyer && seller.chars().count() >= 4 && !COMMON.contains(&seller.as_str());
        let parts = [Field::SellerName, Field::BuyerName].map(|field| part(invoice, field, None));
        telling.then(|| Hit {
            explanation: format!("Seller and buyer both go by the name {seller}."),
            values: parts.into(),
            severity: None,
        })
    };
    papers.of(Kind::CommercialInvoice).filter_map(related).collect()
}
