//! Tariff numbers by their form: 6, 8 or 10 digits under a chapter that exists. Whether a number is in the tariff of the day is
//! a question for a loaded [`Tariff`].

use std::collections::BTreeMap;

/// A line of the tariff that has a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Digits only: 4, 6, 8 or 10.
    pub code: String,
    pub description: String,
}

/// The lines of a loaded tariff under the subheadings that somebody asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tariff {
    /// What this edition is called, such as `in force from 2026-04-20`.
    pub edition: String,
    lines: BTreeMap<String, String>,
}

/// Whether a number is in the tariff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing<'a> {
    Listed,
    /// It is not; the numbers of ten digits that stand under the same eight, which may be its successors.
    Gone(Vec<&'a str>),
}

impl Tariff {
    pub fn new(edition: String, lines: impl IntoIterator<Item = Line>) -> Self {
        let lines = lines.into_iter().map(|line| (line.code, line.description)).collect();
        Self { edition, lines }
    }

    /// The lines whose numbers begin so.
    fn under<'a>(&'a self, start: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        let from = self.lines.range::<str, _>((std::ops::Bound::Included(start), std::ops::Bound::Unbounded));
        from.map(|(code, _)| code.as_str()).take_while(move |code| code.starts_with(start))
    }

    /// Whether a number of 6, 8 or 10 digits is listed. Six and eight digits are where any number begins with them; a line of eight
    /// digits without lines under it is entered with two noughts.
    pub fn standing<'a>(&'a self, code: &'a str) -> Standing<'a> {
        let heading = code.get(..8).unwrap_or(code);
        let listed = match code.len() {
            10 => {
                let below = self.under(heading).filter(|code| code.len() == 10).count();
                self.lines.contains_key(code)
                    || (code.ends_with("00") && below == 0 && self.lines.contains_key(heading))
            }
            _ => self.under(code).next().is_some(),
        };
        if listed {
            return Standing::Listed;
        }
        Standing::Gone(self.under(heading).filter(|code| code.len() == 10).collect())
    }
}

/// True where a number of digits can be one of the Harmonized Tariff Schedule: chapters 1 to 99 but 77, which is reserved.
pub fn is_possible(code: &str) -> bool {
    let digits = code.bytes().all(|digit| digit.is_ascii_digit());
    let chapter = code.get(..2).and_then(|chapter| chapter.parse::<u8>().ok());
    digits && matches!(code.len(), 6 | 8 | 10) && chapter.is_some_and(|chapter| chapter != 0 && chapter != 77)
}

/// The subheading, which all countries share: the first six digits.
pub fn subheading(code: &str) -> &str {
    code.get(..6).unwrap_or(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_is_gone_is_told_with_what_stands_in_its_place() {
        let line = |code: &str| Line { code: code.to_owned(), description: String::new() };
        let codes = ["8507", "85076000", "8507600030", "8507600090", "01013000", "0101300000", "98010010"];
        let tariff = Tariff::new(String::new(), codes.map(line));
        for listed in ["850760", "85076000", "8507600030", "0101300000", "9801001000"] {
            assert_eq!(tariff.standing(listed), Standing::Listed, "{listed}");
        }
        assert_eq!(tariff.standing("8507600020"), Standing::Gone(vec!["8507600030", "8507600090"]));
        assert_eq!(tariff.standing("8507600000"), Standing::Gone(vec!["8507600030", "8507600090"]));
        assert_eq!(tariff.standing("999999"), Standing::Gone(vec![]));
    }

    #[test]
    fn form_and_chapter_decide() {
        for good in ["610910", "61091000", "6109100012", "9903880300"] {
            assert!(is_possible(good), "{good}");
        }
        for bad in ["", "6109", "0003996040", "7701000000", "61091000123", "6109.10", "六一〇九一〇"] {
            assert!(!is_possible(bad), "{bad}");
        }
    }
}
