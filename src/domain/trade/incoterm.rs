//! The terms of sale of the International Chamber of Commerce: who carries, who insures, and by what means. How a term is printed is
//! the business of reading.

/// Who pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payer {
    Seller,
    Buyer,
}

/// A term of sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Incoterm {
    /// Three letters.
    pub code: &'static str,
    /// Who pays the main carriage.
    pub carriage: Payer,
    /// Who must insure the carriage; nothing where neither must.
    pub insurance: Option<Payer>,
    /// Made for carriage by sea and inland waterway alone.
    pub sea_only: bool,
    /// Import duty is the seller's.
    pub duty_paid: bool,
    /// The newest edition of the rules that knows the term.
    pub edition: u16,
}

const fn term(code: &'static str, carriage: Payer, edition: u16) -> Incoterm {
    Incoterm { code, carriage, insurance: None, sea_only: false, duty_paid: false, edition }
}

const fn by_sea(term: Incoterm) -> Incoterm {
    Incoterm { sea_only: true, ..term }
}

const fn insured(term: Incoterm) -> Incoterm {
    Incoterm { insurance: Some(Payer::Seller), ..term }
}

/// Every term of Incoterms 2020, and those of older editions that are still printed.
pub const TERMS: [Incoterm; 16] = [
    term("EXW", Payer::Buyer, 2020),
    term("FCA", Payer::Buyer, 2020),
    by_sea(term("FAS", Payer::Buyer, 2020)),
    by_sea(term("FOB", Payer::Buyer, 2020)),
    by_sea(term("CFR", Payer::Seller, 2020)),
    insured(by_sea(term("CIF", Payer::Seller, 2020))),
    term("CPT", Payer::Seller, 2020),
    insured(term("CIP", Payer::Seller, 2020)),
    term("DAP", Payer::Seller, 2020),
    term("DPU", Payer::Seller, 2020),
    Incoterm { duty_paid: true, ..term("DDP", Payer::Seller, 2020) },
    term("DAT", Payer::Seller, 2010),
    term("DDU", Payer::Seller, 2000),
    term("DAF", Payer::Seller, 2000),
    by_sea(term("DES", Payer::Seller, 2000)),
    by_sea(Incoterm { duty_paid: true, ..term("DEQ", Payer::Seller, 2000) }),
];

/// The term of three letters in upper case.
pub fn find(code: &str) -> Option<&'static Incoterm> {
    TERMS.iter().find(|term| term.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_letter_of_a_group_says_who_carries() {
        for term in &TERMS {
            let carries = if term.code.starts_with(['E', 'F']) { Payer::Buyer } else { Payer::Seller };
            assert_eq!(term.carriage, carries, "{}", term.code);
        }
        assert_eq!(TERMS.iter().filter(|term| term.edition == 2020).count(), 11);
    }

    #[test]
    fn four_terms_of_the_newest_edition_are_for_ships_and_two_of_all_insure() {
        let codes = |wanted: fn(&Incoterm) -> bool| -> Vec<&str> {
            TERMS.iter().filter(|term| term.edition == 2020 && wanted(term)).map(|term| term.code).collect()
        };
        assert_eq!(codes(|term| term.sea_only), ["FAS", "FOB", "CFR", "CIF"]);
        assert_eq!(codes(|term| term.insurance.is_some()), ["CIF", "CIP"]);
        assert_eq!(codes(|term| term.duty_paid), ["DDP"]);
        assert!(find("FOB").is_some() && find("fob").is_none() && find("XYZ").is_none());
    }
}
