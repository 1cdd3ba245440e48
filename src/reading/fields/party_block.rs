//! A party's block taken apart into its fields: the name, which may be printed over two lines or on one with its address, the
//! address, and the country that the address leaves no doubt about.

use super::Draft;
use super::place::Block;
use crate::domain::packet::document::{Field, Reading, Value};
use crate::reading::layout::segment::text;
use crate::reading::page::Word;
use crate::reading::values::{country, party};
use crate::reading::vocabulary::fold;

/// The words of companies' legal forms.
const FORMS: &[&str] = &[
    "ltd",
    "limited",
    "inc",
    "llc",
    "corp",
    "corporation",
    "co",
    "company",
    "gmbh",
    "ag",
    "kg",
    "sa",
    "srl",
    "spa",
    "bv",
    "nv",
    "sas",
    "sarl",
    "ltda",
    "plc",
    "lp",
    "llp",
    "jsc",
    "sl",
    "oy",
    "ab",
    "as",
    "pte",
    "pty",
    "bhd",
    "kk",
    "sac",
    "cv",
];

/// The fields of a party's block; nothing where it is no party.
pub(super) fn parties(
    draft: &Draft<'_>,
    block: &Block,
    name: Field,
    address: Option<Field>,
    country: Option<Field>,
) -> Vec<(Field, Reading)> {
    let block = &unwrapped(block);
    let texts = block.texts();
    let Some(party) = party::party(&texts) else { return Vec::new() };
    let mut read = Vec::new();
    let (title, rest, street) = one_line(block, &party.name);
    let words: Vec<Word> = title.unwrap_or_else(|| block.lines.first().cloned().unwrap_or_default());
    let raw = text(&words);
    let value = raw.trim_end_matches([',', ';']).to_owned();
    let sure = if block.lines.len() > 1 { 1.0 } else { 0.95 };
    read.push((name, draft.reading(block.sheet, Value::One(value), raw, &words, sure)));
    let mut lines: Vec<Vec<Word>> = rest.into_iter().collect();
    lines.extend(party.address.iter().filter_map(|at| block.lines.get(*at)).cloned());
    let words: Vec<Word> = lines.iter().flatten().cloned().collect();
    if words.is_empty() {
        return read;
    }
    let raw = text(&words);
    let texts: Vec<String> = lines.iter().map(|line| text(line)).collect();
    let found =
        party.country.or_else(|| street.then(|| country::of_address(texts.iter().map(String::as_str))).flatten());
    if let Some(field) = address {
        read.push((field, draft.reading(block.sheet, Value::One(raw.clone()), raw.clone(), &words, 0.98)));
    }
    if let (Some(field), Some(code)) = (country, found) {
        let line = lines.iter().rev().find(|line| country::of_address([text(line).as_str()].into_iter()) == Some(code));
        let words = line.cloned().unwrap_or(words);
        read.push((field, draft.reading(block.sheet, Value::One(code.to_owned()), text(&words), &words, 0.98)));
    }
    read
}

/// A block whose name, printed over two lines, is one line again: the second line goes on with the name where its first word had
/// no room on the first, or where it is a legal form.
fn unwrapped(block: &Block) -> Block {
    let mut whole = block.clone();
    let greeting =
        |line: &Vec<Word>| matches!(fold(&text(line)).as_str(), "messrs" | "ms" | "herrn" | "firma" | "messieurs");
    if whole.lines.len() > 1 && whole.lines.first().is_some_and(greeting) {
        whole.lines.remove(0);
        return whole;
    }
    let [first, second, ..] = block.lines.as_slice() else { return whole };
    let (Some(last), Some(next)) = (first.last(), second.first()) else { return whole };
    let print = text(second);
    let plain = !print.chars().any(|letter| letter.is_ascii_digit()) && party::belongs(&print) && !print.contains(',');
    let ended = first.last().is_some_and(|word| is_form(&word.text));
    let reach = last.rect.x1 + 0.25 * last.size + next.rect.width();
    let full = block.limit.is_some_and(|limit| reach > limit - 1.2 * last.size) && block.lines.len() > 2;
    let form = second.iter().all(|word| is_form(&word.text));
    let country = country::country(&print).is_some();
    if (form || (plain && full && !ended)) && !country {
        let tail = whole.lines.remove(1);
        if let Some(first) = whole.lines.first_mut() {
            first.extend(tail);
        }
    }
    whole
}

/// True for a word of a company's legal form.
fn is_form(word: &str) -> bool {
    FORMS.contains(&fold(word).as_str())
}

/// A name with its address on the same line: the name ends with a company's legal form and a comma.
fn one_line(block: &Block, name: &str) -> (Option<Vec<Word>>, Option<Vec<Word>>, bool) {
    let Some(line) =
        block.lines.first().filter(|_| name.contains(',') && name.chars().any(|letter| letter.is_ascii_digit()))
    else {
        return (None, None, false);
    };
    let cut = line.iter().enumerate().position(|(at, word)| {
        let form = is_form(&word.text);
        let next = line.get(at + 1).map(|next| fold(&next.text));
        form && word.text.ends_with(',') && !next.is_some_and(|next| FORMS.contains(&next.as_str()))
    });
    match cut.and_then(|cut| line.split_at_checked(cut + 1)) {
        Some((name, rest)) if !rest.is_empty() => (Some(name.to_vec()), Some(rest.to_vec()), true),
        _ => (None, None, false),
    }
}
