//! Why a correction is not taken, and the reason that it, a waiver and a decision need. How a value is typed is `reading`'s.

/// The most letters of a reason.
const REASON_MAX: usize = 500;

/// Why a correction was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CorrectionRefused {
    #[error("Say why: whoever looks at this later wants to know.")]
    NoReason,
    #[error("Give the reason in at most {REASON_MAX} letters.")]
    LongReason,
    #[error("That is what the document says already.")]
    NoChange,
    /// The sentence says how such a value is written.
    #[error("{0}")]
    Form(&'static str),
}

/// A reason as it is kept: one paragraph.
///
/// # Errors
/// [`CorrectionRefused`] where there is none, or too much of it.
pub fn reason(typed: &str) -> Result<String, CorrectionRefused> {
    let reason = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    match reason.chars().filter(|letter| !letter.is_control()).count() {
        0 => Err(CorrectionRefused::NoReason),
        count if count > REASON_MAX => Err(CorrectionRefused::LongReason),
        _ => Ok(reason.chars().filter(|letter| !letter.is_control()).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_paragraph_of_some_length() {
        assert_eq!(reason("  seen\non\tthe page "), Ok("seen on the page".to_owned()));
        assert_eq!(reason(" \n"), Err(CorrectionRefused::NoReason));
        assert_eq!(reason(&"x".repeat(501)), Err(CorrectionRefused::LongReason));
    }
}
