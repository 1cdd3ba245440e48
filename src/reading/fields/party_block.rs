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
    let block = &unwrapped(&named(block));
    if block.lines.first().is_none_or(|line| is_number(&text(line))) {
        return Vec::new();
    }
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

/// A block from the line of its name on: numbers that the party is known by may stand above it.
fn named(block: &Block) -> Block {
    let numbers = block.lines.iter().take_while(|line| identifies(&text(line))).count();
    // A line that is a label and a name all the same, where nothing stands below it.
    let numbers = if numbers < block.lines.len() || block.lines.len() > 1 { numbers } else { 0 };
    Block { lines: block.lines.get(numbers..).unwrap_or_default().to_vec(), ..block.clone() }
}

/// True for a line that numbers a party and does not name it: `Customer no.: 4711`, `GLN 4000001123452`.
fn identifies(line: &str) -> bool {
    let labelled = line.split_once([':', '：']).is_some_and(|(label, _)| label.split_whitespace().count() <= 4);
    labelled || is_number(line)
}

/// True for a line with more digits than letters.
fn is_number(line: &str) -> bool {
    let digits = line.chars().filter(char::is_ascii_digit).count();
    digits > line.chars().filter(|letter| letter.is_alphabetic()).count()
}

/// A block whose name, printed over two lines, is one line again: the second line goes on with the name where its first word had
/// no room on the first, or where it is a legal form.
fn unwrapped(block: &Block) -> Block {
    let mut whole = block.clone();
    let opening = whole.lines.first().map(|line| fold(&text(line))).unwrap_or_default();
    if whole.lines.len() > 1 && matches!(opening.as_str(), "messrs" | "ms" | "firma" | "messieurs" | "an" | "company") {
        whole.lines.remove(0);
        return unwrapped(&whole);
    }
    if whole.lines.len() > 1 && is_honorific(&opening) {
        let name = whole.lines.remove(1);
        whole.lines.iter_mut().take(1).for_each(|line| line.extend(name.iter().cloned()));
        return whole;
    }
    let [first, second, ..] = block.lines.as_slice() else { return whole };
    let (Some(last), Some(next)) = (first.last(), second.first()) else { return whole };
    let print = text(second);
    let plain = !print.chars().any(|letter| letter.is_ascii_digit()) && party::belongs(&print) && !print.contains(',');
    let ended = first.last().is_some_and(|word| is_form(&word.text));
    let reach = last.rect.x1 + 0.25 * last.size + next.rect.width();
    let full = block.limit.is_some_and(|limit| reach > limit - 1.2 * last.size) && block.lines.len() > 2;
    let closed = plain && !ended && second.last().is_some_and(|word| is_form(&word.text));
    let form = closed || second.iter().all(|word| is_form(&word.text));
    let country = country::country(&print).is_some();
    if (form || (plain && full && !ended)) && !country {
        let tail = whole.lines.remove(1);
        if let Some(first) = whole.lines.first_mut() {
            first.extend(tail);
        }
    }
    whole
}

/// True for the folded title of a person, which is printed over the name and belongs to it.
pub(super) fn is_honorific(folded: &str) -> bool {
    const TITLES: &[&str] = &[
        "herr",
        "herrn",
        "frau",
        "herrnundfrau",
        "familie",
        "mr",
        "mrs",
        "mister",
        "monsieur",
        "madame",
        "mme",
        "mlle",
        "senor",
        "senora",
        "sr",
        "sra",
        "signor",
        "signora",
        "sig",
        "dhr",
        "mevrouw",
        "mevr",
        "deheer",
    ];
    TITLES.contains(&folded)
}

/// True for a word of a company's legal form.
pub(super) fn is_form(word: &str) -> bool {
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
