//! The checks: documents in, findings out. One list of rules; each rule is one small function, in the file of its theme. A rule
//! looks at what was read and never at a file.

mod arithmetic;
mod completeness;
mod filing;
mod goods;
mod papers;
mod quantities;
mod references;
mod terms;
#[cfg(test)]
mod tests;
mod validity;

use super::document::Document;
use super::result::{Finding, Part, Severity};
use chrono::NaiveDate;
use papers::Papers;

/// What a rule found: the values that take part, and the sentence that says what is wrong with them.
pub struct Hit {
    pub explanation: String,
    pub values: Vec<Part>,
    /// Where it weighs otherwise than its rule.
    pub severity: Option<Severity>,
}

/// A check with all that a person may want to know of it.
pub struct Rule {
    /// Stable.
    pub code: &'static str,
    /// The default; a team's settings may change it.
    pub severity: Severity,
    pub title: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// What to do.
    pub fix: &'static str,
    /// The law or standard behind it.
    pub citation: &'static str,
    find: fn(&Papers<'_>) -> Vec<Hit>,
}

/// Every rule, in the order in which findings of one severity are shown.
pub const RULES: &[Rule] = &[
    Rule {
        code: "arithmetic.line_amount",
        severity: Severity::Critical,
        title: "Line amount does not come out",
        why: "Quantity times unit price must be the line's amount, because the amount is what duty is taken of.",
        fix: "Ask the seller which of the three is right, and for a corrected invoice.",
        citation: "19 USC 1401a; 19 CFR 141.86(a)(5)",
        find: arithmetic::line_amount,
    },
    Rule {
        code: "arithmetic.invoice_total",
        severity: Severity::Critical,
        title: "Invoice total does not come out",
        why: "Goods plus charges less discounts must be the total; what does not come out is a missing line or a charge without a name.",
        fix: "Look for an unlabelled charge or a missing line, or ask the seller for a corrected invoice.",
        citation: "19 CFR 141.86(a)(8), (g)",
        find: arithmetic::invoice_total,
    },
    Rule {
        code: "arithmetic.packing_totals",
        severity: Severity::Critical,
        title: "Packing list does not add up",
        why: "The lines of the packing list must come to its printed packages and weights, or nobody knows what is in the packages.",
        fix: "Ask the shipper which is right, the lines or the total.",
        citation: "19 CFR 141.86(e)",
        find: arithmetic::packing_totals,
    },
    Rule {
        code: "arithmetic.container_totals",
        severity: Severity::Warning,
        title: "Containers do not add up to the bill",
        why: "The containers of the bill must come to its printed packages and weight, which go on the manifest.",
        fix: "Ask the carrier for the weights and packages of each container.",
        citation: "19 CFR 4.7a(c)(4)",
        find: arithmetic::container_totals,
    },
    Rule {
        code: "match.invoice_number",
        severity: Severity::Critical,
        title: "Invoice numbers disagree",
        why: "A packing list or bill that names another invoice may belong to another shipment.",
        fix: "Find out whether the paper belongs to this shipment, and have the number corrected.",
        citation: "19 CFR 141.83(c), 141.86(h)",
        find: references::invoice_number,
    },
    Rule {
        code: "match.po_number",
        severity: Severity::Warning,
        title: "Purchase orders disagree",
        why: "Papers of one shipment name orders that the others do not know.",
        fix: "Ask the seller which orders were shipped.",
        citation: "19 CFR 141.86(a)",
        find: references::po_number,
    },
    Rule {
        code: "match.bl_number",
        severity: Severity::Critical,
        title: "B/L numbers disagree",
        why: "The filing and the entry must cite the bill under which the goods travel; a wrong number finds no match.",
        fix: "Compare with the bill itself and correct the paper that differs.",
        citation: "19 CFR 149.3(a); 19 CFR 4.7a(c)(4)",
        find: references::bl_number,
    },
    Rule {
        code: "match.container_number",
        severity: Severity::Critical,
        title: "Containers disagree",
        why: "Papers of one shipment must name the same containers, or goods are released that are not here, or held that are.",
        fix: "Ask the carrier which containers were loaded.",
        citation: "19 CFR 4.7a(c)(4)(xiii)",
        find: references::container_number,
    },
    Rule {
        code: "match.seal_number",
        severity: Severity::Warning,
        title: "Seals disagree",
        why: "Another seal than the one put on at loading means that the container was opened, or a misprint.",
        fix: "Ask the carrier for the seals at loading and at discharge.",
        citation: "19 CFR 4.7a(c)(4)(xiv)",
        find: references::seal_number,
    },
    Rule {
        code: "match.package_count",
        severity: Severity::Critical,
        title: "Package counts disagree",
        why: "The manifested quantity must be that of the entry.",
        fix: "Ask shipper and carrier for the count, and have the wrong paper amended.",
        citation: "19 CFR 4.7a(c)(4)(vi), 4.12; 19 CFR 141.86(a)(3)",
        find: quantities::package_count,
    },
    Rule {
        code: "match.gross_weight",
        severity: Severity::Critical,
        title: "Gross weights disagree",
        why: "The weights differ by more than 0.5 % and more than 1 kg.",
        fix: "Ask the shipper for the weights, and have the wrong paper amended.",
        citation: "19 CFR 4.7a(c)(4)(vii), 4.12",
        find: quantities::gross_weight,
    },
    Rule {
        code: "match.net_weight",
        severity: Severity::Warning,
        title: "Net weights disagree",
        why: "The weights differ by more than 0.5 % and more than 1 kg.",
        fix: "Ask the shipper for the weights.",
        citation: "19 CFR 141.86(a)(4)",
        find: quantities::net_weight,
    },
    Rule {
        code: "match.volume",
        severity: Severity::Warning,
        title: "Volumes disagree",
        why: "The volumes differ by more than 2 %.",
        fix: "Ask the shipper for the measurements.",
        citation: "19 CFR 141.86(a)(4)",
        find: quantities::volume,
    },
    Rule {
        code: "match.quantity",
        severity: Severity::Critical,
        title: "Quantities disagree",
        why: "What is invoiced must be what is packed: otherwise duty is paid on the wrong quantity.",
        fix: "Ask the shipper whether the invoice or the packing list is right.",
        citation: "19 CFR 141.86(a)(4), 141.61(e)",
        find: quantities::quantity,
    },
    Rule {
        code: "match.seller",
        severity: Severity::Warning,
        title: "Seller and shipper are not the same party",
        why: "A shipper or ISF seller that is not the seller of the invoice points to a sale that the papers do not show.",
        fix: "Have the chain of sales explained, or the name corrected.",
        citation: "19 CFR 149.3(a)(1); 19 CFR 141.86(a)(2)",
        find: goods::seller,
    },
    Rule {
        code: "match.buyer",
        severity: Severity::Warning,
        title: "Buyers disagree",
        why: "The buyer of the invoice and of the ISF must be the same party.",
        fix: "Amend the ISF, or ask the seller for a corrected invoice.",
        citation: "19 CFR 149.3(a)(2); 19 CFR 141.86(a)(2)",
        find: goods::buyer,
    },
    Rule {
        code: "match.consignee",
        severity: Severity::Warning,
        title: "Consignees disagree",
        why: "Only the consignee of the bill, or who it is endorsed to, may make entry.",
        fix: "Get the endorsement, or have the wrong paper amended.",
        citation: "19 USC 1484; 19 CFR 141.11",
        find: goods::consignee,
    },
    Rule {
        code: "match.manufacturer",
        severity: Severity::Warning,
        title: "Manufacturers disagree",
        why: "The ISF must name the last manufacturer of the goods that the invoice names.",
        fix: "Amend the ISF.",
        citation: "19 CFR 149.3(a)(5)",
        find: goods::manufacturer,
    },
    Rule {
        code: "match.country_of_origin",
        severity: Severity::Critical,
        title: "Countries of origin disagree",
        why: "Invoice and ISF state different origins for the same goods.",
        fix: "Ask the manufacturer for the origin, and amend the paper that is wrong.",
        citation: "19 CFR 149.3(a)(7); 19 CFR 141.86(a)(10); 19 CFR 134",
        find: goods::country_of_origin,
    },
    Rule {
        code: "match.hts_code",
        severity: Severity::Critical,
        title: "Tariff numbers disagree",
        why: "The ISF must name the subheading of every article of the invoice, at six digits at least.",
        fix: "Classify the article, then amend the ISF.",
        citation: "19 CFR 149.3(a)(8)",
        find: goods::hts_code,
    },
    Rule {
        code: "match.vessel",
        severity: Severity::Warning,
        title: "Vessels disagree",
        why: "The manifest is matched by vessel.",
        fix: "Ask the carrier which vessel carried the goods, and amend the paper that is wrong.",
        citation: "19 CFR 4.7a(c)(4)",
        find: references::vessel,
    },
    Rule {
        code: "match.voyage",
        severity: Severity::Warning,
        title: "Voyages disagree",
        why: "The manifest is matched by vessel and voyage.",
        fix: "Ask the carrier for the voyage, and amend the paper that is wrong.",
        citation: "19 CFR 4.7a(c)(4)",
        find: references::voyage,
    },
    Rule {
        code: "match.port_of_loading",
        severity: Severity::Warning,
        title: "Ports of loading disagree",
        why: "The papers name different ports of loading.",
        fix: "Compare with the bill on board, and amend the paper that is wrong.",
        citation: "19 CFR 4.7a(c)(4)",
        find: references::port_of_loading,
    },
    Rule {
        code: "match.port_of_discharge",
        severity: Severity::Warning,
        title: "Ports of discharge disagree",
        why: "The papers name different ports of discharge; entry is made where the goods arrive.",
        fix: "Ask the carrier where the goods are discharged.",
        citation: "19 CFR 141.86(a)(1)",
        find: references::port_of_discharge,
    },
    Rule {
        code: "match.currency",
        severity: Severity::Warning,
        title: "Currencies disagree",
        why: "Invoices of one shipment are in different currencies and are converted apart.",
        fix: "Enter the invoices apart, each with its rate.",
        citation: "19 CFR 141.86(a)(5), (7); 19 CFR 159.31",
        find: validity::currency,
    },
    Rule {
        code: "valid.container_number",
        severity: Severity::Critical,
        title: "Container number cannot be right",
        why: "The check digit does not go with the number, so at least one character is wrong.",
        fix: "Compare with the other papers and the carrier's tracking, and have the number corrected.",
        citation: "ISO 6346",
        find: validity::container_number,
    },
    Rule {
        code: "valid.awb_number",
        severity: Severity::Critical,
        title: "Air waybill number cannot be right",
        why: "The last digit must be the seven before it modulo 7.",
        fix: "Compare with the airline's tracking, and have the number corrected.",
        citation: "IATA Resolution 600a",
        find: validity::awb_number,
    },
    Rule {
        code: "valid.mrn",
        severity: Severity::Critical,
        title: "MRN cannot be right",
        why: "The form or the check digit of the movement reference number is wrong.",
        fix: "Compare with the message or the document from customs.",
        citation: "Regulation (EU) 2015/2447, Annex B; ISO 6346",
        find: validity::movement_number,
    },
    Rule {
        code: "valid.hts_code",
        severity: Severity::Critical,
        title: "Tariff number cannot be right",
        why: "A tariff number has 6, 8 or 10 digits and begins with a chapter that exists.",
        fix: "Classify the article.",
        citation: "19 CFR 141.61(e), 152.11",
        find: validity::hts_code,
    },
    Rule {
        code: "valid.importer_number",
        severity: Severity::Critical,
        title: "Importer number cannot be right",
        why: "CBP refuses filings with a number of no known form.",
        fix: "Compare with the importer's CBP Form 5106.",
        citation: "19 CFR 24.5; 19 CFR 149.3(a)(3), (4)",
        find: validity::importer,
    },
    Rule {
        code: "valid.scac",
        severity: Severity::Warning,
        title: "Carrier code cannot be right",
        why: "A carrier code has two to four letters.",
        fix: "Ask the carrier for its code.",
        citation: "19 CFR 4.7a(c)(4)(i)",
        find: validity::carrier,
    },
    Rule {
        code: "valid.weights",
        severity: Severity::Critical,
        title: "Net weight exceeds gross weight",
        why: "Goods cannot weigh more than goods and packing.",
        fix: "Ask the shipper; the two may have changed places.",
        citation: "19 CFR 141.86(a)(4)",
        find: validity::weights,
    },
    Rule {
        code: "valid.date_order",
        severity: Severity::Warning,
        title: "Dates are in an impossible order",
        why: "Goods are invoiced and laden before they arrive.",
        fix: "Find the date that is wrong.",
        citation: "19 CFR 141.86(a)(2); 19 CFR 149.2(b)",
        find: validity::date_order,
    },
    Rule {
        code: "missing.document",
        severity: Severity::Critical,
        title: "A document is missing",
        why: "An entry needs an invoice and a transport document; an ocean shipment needs an ISF as well.",
        fix: "Ask the shipper or forwarder for it.",
        citation: "19 CFR 141.83(c), 141.86(e), 141.11; 19 USC 1484; 19 CFR 149.2(a)",
        find: completeness::document,
    },
    Rule {
        code: "missing.field",
        severity: Severity::Critical,
        title: "The invoice is incomplete",
        why: "The law says what an invoice must state; without it the entry may be refused.",
        fix: "Ask the seller for a corrected invoice.",
        citation: "19 CFR 141.86(a)",
        find: completeness::field,
    },
    Rule {
        code: "isf.element_missing",
        severity: Severity::Critical,
        title: "The ISF is incomplete",
        why: "All ten elements must be filed before lading.",
        fix: "Ask the importer for the element and amend the ISF.",
        citation: "19 CFR 149.3(a)",
        find: filing::element_missing,
    },
    Rule {
        code: "isf.late",
        severity: Severity::Critical,
        title: "The ISF is late",
        why: "The ISF is due 24 hours before the goods are laden; a late one costs liquidated damages of $5,000.",
        fix: "File at once and write down why.",
        citation: "19 CFR 149.2(b); 19 CFR 113.62(j)",
        find: filing::late,
    },
    Rule {
        code: "incoterm.charges",
        severity: Severity::Warning,
        title: "Term of sale and charges contradict each other",
        why: "Who pays the carriage follows from the term of sale, and decides whether freight is part of the duty value.",
        fix: "Ask the seller which is right, the term or the charge.",
        citation: "19 USC 1401a(b)(4)(A); 19 CFR 152.103(a)(5)",
        find: terms::charges,
    },
    Rule {
        code: "duplicate.document",
        severity: Severity::Warning,
        title: "A document is there twice",
        why: "Which of the two counts is for a person to say.",
        fix: "Remove one, or mark it as replaced.",
        citation: "19 CFR 141.83(c)",
        find: completeness::duplicate,
    },
    Rule {
        code: "document.unreadable",
        severity: Severity::Critical,
        title: "A file or page could not be read",
        why: "What cannot be read cannot be checked.",
        fix: "Do what the sentence says, then add the file again.",
        citation: "19 CFR 141.86(d)",
        find: completeness::unreadable,
    },
];

/// The rule of a code.
pub fn rule(code: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.code == code)
}

/// Everything the rules find in the documents of one packet. Lateness is not judged.
pub fn check(documents: &[Document]) -> Vec<Finding> {
    check_on(documents, None)
}

/// Everything the rules find, judged on a day.
pub fn check_on(documents: &[Document], today: Option<NaiveDate>) -> Vec<Finding> {
    let papers = Papers::new(documents, today);
    let found = RULES.iter().flat_map(|rule| (rule.find)(&papers).into_iter().map(move |hit| finding(rule, hit)));
    found.map(|finding| with_doubt(documents, finding)).collect()
}

/// Says so where a value of the finding was hard to read: the difference may be the reader's.
fn with_doubt(documents: &[Document], mut finding: Finding) -> Finding {
    let unsure = finding.values.iter().find_map(|part| {
        let document = documents.iter().find(|document| document.id == part.document)?;
        let field = part.field?;
        document.reading(field, part.line).filter(|reading| reading.is_unsure()).map(|_| (document.kind, field))
    });
    if let Some((kind, field)) = unsure {
        let (kind, field) = (kind.label().to_lowercase(), field.label().to_lowercase());
        finding.explanation.push_str(&format!(" Look at the page first: \"{field}\" on the {kind} was hard to read."));
    }
    finding
}

fn finding(rule: &Rule, hit: Hit) -> Finding {
    Finding {
        code: rule.code.to_owned(),
        severity: hit.severity.unwrap_or(rule.severity),
        title: rule.title.to_owned(),
        explanation: hit.explanation,
        fix: rule.fix.to_owned(),
        citation: rule.citation.to_owned(),
        values: hit.values,
    }
}
