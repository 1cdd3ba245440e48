//! Labels of forms that print the number of a data element in brackets: `Limit date [15 11]`. The number says what the label means,
//! in whatever language its words are. It knows no other brackets.

use super::{Found, Token, before_colon, longest, qualifier};
use crate::reading::vocabulary::{Meaning, element};

/// The numbered labels of a segment, from left to right.
pub(super) fn found(tokens: &[Token]) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let from = found.last().map_or(0, |last| last.to);
        if token.mark != Some('[') || at < from {
            continue;
        }
        let Some((meaning, close)) = numbered(tokens, at) else { continue };
        found.push(label(tokens, from, at, close, meaning));
    }
    found
}

/// The element that the bracket here names, and where the bracket closes. One that names several is of the first that is known.
fn numbered(tokens: &[Token], open: usize) -> Option<(&'static Meaning, usize)> {
    let inside = tokens.iter().enumerate().skip(open + 1).take(16);
    let close = inside.clone().find(|(_, token)| token.mark == Some(']')).map(|(at, _)| at)?;
    let part = tokens.get(open + 1..close)?;
    let digits = |token: &Token| token.fold.bytes().all(|byte| byte.is_ascii_digit());
    let plain = |token: &Token| token.mark.map_or(digits(token), |mark| matches!(mark, '-' | '–' | '/' | '.' | ','));
    if !part.iter().all(plain) {
        return None;
    }
    let numbers = part.split(|token| token.mark.is_some());
    let joined = numbers.map(|number| number.iter().map(|token| token.fold.as_str()).collect::<String>());
    let meaning = joined.filter_map(|number| element(&number)).next()?;
    Some((meaning, close))
}

fn label(tokens: &[Token], from: usize, open: usize, close: usize, meaning: &'static Meaning) -> Found {
    // Behind a value that stands in the same breath, only the words that the vocabulary knows belong to the bracket.
    let start = if from == 0 { 0 } else { before_colon(tokens, from, open).map_or(open, |words| words.from) };
    let mut to = close + 1;
    if start == open
        && from == 0
        && let Some((_, end)) = longest(tokens, to)
    {
        to = end;
    }
    if tokens.get(to).is_some_and(|token| matches!(token.mark, Some(':' | '：'))) {
        to += 1;
    }
    let words = tokens.get(start..open).unwrap_or_default();
    let units: Vec<&str> =
        words.iter().map(|token| token.fold.as_str()).filter(|fold| !fold.is_empty() && qualifier(fold)).collect();
    Found { meaning, from: start, to, colon: true, hint: units.join(" "), leads: start == 0, numbered: true }
}
