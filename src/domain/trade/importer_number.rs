//! Numbers that CBP knows importers and consignees by (CBP Form 5106): the form only, not whether one is on file.

/// What kind of number a print is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImporterNumber {
    /// `NN-NNNNNNN`, with a suffix of two characters or without.
    Employer,
    /// `NNN-NN-NNNN`.
    SocialSecurity,
    /// `YYDDPP-NNNNN`.
    AssignedByCbp,
    /// A hyphen and eleven characters, where the consignee is kept secret.
    Encrypted,
    /// D-U-N-S, nine digits, or thirteen with four more.
    Duns,
}

/// The kind of a number, or nothing where it has the form of none.
pub fn read(print: &str) -> Option<ImporterNumber> {
    let shape: String = print
        .trim()
        .chars()
        .map(|c| match c {
            '0'..='9' => 'N',
            'A'..='Z' | 'a'..='z' => 'A',
            other => other,
        })
        .collect();
    let any = |text: &str, count: usize| text.len() == count && text.chars().all(|c| matches!(c, 'N' | 'A'));
    if let Some(rest) = shape.strip_prefix("NN-NNNNNNN") {
        return (rest.is_empty() || any(rest.strip_prefix('-').unwrap_or(rest), 2)).then_some(ImporterNumber::Employer);
    }
    match shape.as_str() {
        "NNN-NN-NNNN" => Some(ImporterNumber::SocialSecurity),
        "NNNNNN-NNNNN" => Some(ImporterNumber::AssignedByCbp),
        "NNNNNNNNN" | "NNNNNNNNNNNNN" | "NN-NNN-NNNN" => Some(ImporterNumber::Duns),
        _ => shape.strip_prefix('-').filter(|rest| any(rest, 11)).map(|_| ImporterNumber::Encrypted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_tells_the_kind() {
        use ImporterNumber as N;
        for (print, kind) in [
            ("75-5228447", Some(N::Employer)),
            ("20-865027100", Some(N::Employer)),
            ("75-5228447-AB", Some(N::Employer)),
            ("123-45-6789", Some(N::SocialSecurity)),
            ("261234-00017", Some(N::AssignedByCbp)),
            ("-A1B2C3D4E5F", Some(N::Encrypted)),
            ("123456789", Some(N::Duns)),
            ("58-652660", None),
            ("", None),
            ("75-5228447123", None),
            ("PENDING", None),
        ] {
            assert_eq!(read(print), kind, "{print}");
        }
    }
}
