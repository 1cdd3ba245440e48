//! Air waybill numbers: three digits of the airline, seven of the waybill and a check digit, the seven modulo 7 (IATA 600a).

/// Why a text is no air waybill number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Not eleven digits.
    Form,
    /// The digit that the others ask for.
    CheckDigit(u32),
}

/// Judges a number written `NNN-NNNNNNNN`; the hyphen and spaces may be missing.
pub fn judge(number: &str) -> Result<(), Fault> {
    let digits: Vec<u32> = number.chars().filter(|c| !matches!(c, '-' | ' ')).filter_map(|c| c.to_digit(10)).collect();
    let clean = number.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | ' '));
    let Ok(digits) = <[u32; 11]>::try_from(digits) else { return Err(Fault::Form) };
    let [_, _, _, serial @ .., check] = digits;
    if !clean {
        return Err(Fault::Form);
    }
    let wanted = serial.iter().fold(0u32, |number, digit| number * 10 + digit) % 7;
    if wanted == check { Ok(()) } else { Err(Fault::CheckDigit(wanted)) }
}

/// Airlines by the three digits of their waybills and the two characters of their flights, as far as both are well known. An airline
/// that is not here may be any.
const AIRLINES: [(&str, &str, &str); 40] = [
    ("001", "AA", "American Airlines"),
    ("006", "DL", "Delta Air Lines"),
    ("014", "AC", "Air Canada"),
    ("016", "UA", "United Airlines"),
    ("020", "LH", "Lufthansa Cargo"),
    ("023", "FX", "Federal Express"),
    ("055", "AZ", "ITA Airways"),
    ("057", "AF", "Air France"),
    ("065", "SV", "Saudia"),
    ("071", "ET", "Ethiopian Airlines"),
    ("074", "KL", "KLM"),
    ("075", "IB", "Iberia"),
    ("081", "QF", "Qantas"),
    ("098", "AI", "Air India"),
    ("105", "AY", "Finnair"),
    ("112", "CK", "China Cargo Airlines"),
    ("117", "SK", "SAS"),
    ("125", "BA", "British Airways"),
    ("131", "JL", "Japan Airlines"),
    ("139", "AM", "Aeromexico"),
    ("157", "QR", "Qatar Airways"),
    ("160", "CX", "Cathay Pacific"),
    ("172", "CV", "Cargolux"),
    ("176", "EK", "Emirates"),
    ("180", "KE", "Korean Air"),
    ("205", "NH", "All Nippon Airways"),
    ("217", "TG", "Thai Airways"),
    ("232", "MH", "Malaysia Airlines"),
    ("235", "TK", "Turkish Airlines"),
    ("257", "OS", "Austrian Airlines"),
    ("297", "CI", "China Airlines"),
    ("369", "5Y", "Atlas Air"),
    ("406", "5X", "UPS Airlines"),
    ("607", "EY", "Etihad Airways"),
    ("618", "SQ", "Singapore Airlines"),
    ("695", "BR", "EVA Air"),
    ("724", "LX", "Swiss"),
    ("784", "CZ", "China Southern Airlines"),
    ("988", "OZ", "Asiana Airlines"),
    ("999", "CA", "Air China"),
];

/// The airline that a waybill belongs to, where its first three digits are well known.
pub fn airline(number: &str) -> Option<&'static str> {
    let prefix = number.get(..3)?;
    AIRLINES.iter().find(|(digits, _, _)| *digits == prefix).map(|(_, _, name)| *name)
}

/// The airline of a flight such as `LH8160`, where its first two characters are well known.
pub fn flown_by(flight: &str) -> Option<&'static str> {
    let code = flight.trim().get(..2)?.to_ascii_uppercase();
    AIRLINES.iter().find(|(_, letters, _)| *letters == code).map(|(_, _, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_eighth_digit_is_the_seven_before_it_modulo_seven() {
        assert_eq!(judge("125-12345675"), Ok(()));
        assert_eq!(judge("17612345675"), Ok(()));
        assert_eq!(judge("020-98765430"), Err(Fault::CheckDigit(5)));
        for bad in ["", "125-1234567", "125-123456756", "12A-12345675"] {
            assert_eq!(judge(bad), Err(Fault::Form), "{bad}");
        }
    }
    #[test]
    fn an_airline_is_known_by_its_waybills_and_its_flights() {
        assert_eq!(airline("020-98765435"), Some("Lufthansa Cargo"));
        assert_eq!(airline("020-98765435"), flown_by("LH 8160"));
        assert_eq!(airline("903-12345675"), None);
        assert_eq!(flown_by("K9 4292"), None);
    }

    proptest! {
        #[test]
        fn only_one_last_digit_is_right(airline in "[0-9]{3}", serial in 0u32..10_000_000, last in 0u32..10) {
            let judged = judge(&format!("{airline}-{serial:07}{last}"));
            prop_assert_eq!(judged, if last == serial % 7 { Ok(()) } else { Err(Fault::CheckDigit(serial % 7)) });
        }

        #[test]
        fn nothing_troubles_the_judge(text in "\\PC{0,14}") {
            let _ = judge(&text);
        }
    }
}
