//! Where the pages of an invoice print something else than the XML that it carries inside. Both are the seller's word, so none of
//! them is judged right: a person is told both values.

use crate::domain::packet::document::{Evidence, Field, FieldType, Problem, Reading, Readings};
use crate::domain::trade::party;
use crate::reading::vocabulary::fold;
use rust_decimal::Decimal;

/// A print that is less sure than this may be an error of the reading.
const SURE: f32 = 0.85;
/// What a declaration rests on.
const WEIGHTY: [Field; 6] = [
    Field::InvoiceNumber,
    Field::InvoiceDate,
    Field::SellerName,
    Field::BuyerName,
    Field::Currency,
    Field::TotalAmount,
];

/// A problem for each value that the page prints in another way than the XML states it.
pub fn contradictions(printed: &Readings, stated: &Readings) -> Vec<Problem> {
    let pairs = WEIGHTY.iter().filter_map(|field| Some((*field, printed.get(field)?, stated.get(field)?)));
    let differ = pairs.filter(|(field, printed, stated)| printed.confidence >= SURE && !agree(*field, printed, stated));
    differ.map(|(field, printed, stated)| problem(field, printed, stated)).collect()
}

fn problem(field: Field, printed: &Reading, stated: &Reading) -> Problem {
    let page = printed.evidence.iter().find_map(|place| match place {
        Evidence::Page { page, .. } => Some(*page),
        _ => None,
    });
    let message = format!(
        "{}: the page prints {}, the XML inside the file says {}. Ask the seller which of them holds.",
        field.label(),
        printed.value.words(),
        stated.value.words(),
    );
    Problem { code: "attached.contradicts".to_owned(), page, message }
}

/// True where both say the same. A credit note may write its sums with or without the sign.
fn agree(field: Field, printed: &Reading, stated: &Reading) -> bool {
    let (a, b) = (printed.value.words(), stated.value.words());
    match field.field_type() {
        FieldType::Decimal => match (Decimal::from_str_exact(&a), Decimal::from_str_exact(&b)) {
            (Ok(a), Ok(b)) => a.abs() == b.abs(),
            _ => a == b,
        },
        // An XML may hold more than the name in the element of the name.
        FieldType::Party => party::same(&a, &b) || fold(&b).contains(&fold(&a)),
        _ => fold(&a) == fold(&b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::packet::document::Value;

    fn says(field: Field, value: &str, confidence: f32) -> Readings {
        let evidence = vec![Evidence::Page { page: 2, bbox: [0.0; 4] }];
        let reading = Reading { value: Value::One(value.to_owned()), raw: value.to_owned(), confidence, evidence };
        Readings::from([(field, reading)])
    }

    #[test]
    fn a_page_that_prints_another_value_than_its_xml_is_named_with_both() {
        let told = |field, a: &str, b: &str, sure| contradictions(&says(field, a, sure), &says(field, b, 0.99));
        let found = told(Field::TotalAmount, "406.82", "571.04", 0.97);
        let [problem] = found.as_slice() else { return assert_eq!(found.len(), 1) };
        let sentence =
            "Total: the page prints 406.82, the XML inside the file says 571.04. Ask the seller which of them holds.";
        assert_eq!((problem.message.as_str(), problem.page), (sentence, Some(2)));
        for (field, a, b, sure) in [
            (Field::TotalAmount, "406.82", "571.04", 0.7),
            (Field::TotalAmount, "-233.470", "233.47", 0.97),
            (Field::SellerName, "Mill Road Foods Ltd.", "MILL ROAD FOODS LIMITED", 0.97),
            (Field::BuyerName, "Kunden AG", "GLN 430 Kunden AG", 0.97),
            (Field::InvoiceNumber, "RE 1/2", "RE-1/2", 0.97),
        ] {
            assert!(told(field, a, b, sure).is_empty(), "{field}: {a}, {b}");
        }
    }
}
