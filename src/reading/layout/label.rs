//! Labels in a segment: prints that the vocabulary knows, with what follows them in the same breath. It does not say which value
//! belongs to a label that stands alone.

mod element;

use super::segment::{Segment, text};
use crate::reading::measure;
use crate::reading::page::{Rect, Word};
use crate::reading::vocabulary::{Concept, Meaning, fold, meaning, seen_meaning};

/// A label as it stands in a segment.
#[derive(Clone, Debug)]
pub struct Label {
    pub meaning: &'static Meaning,
    pub rect: Rect,
    /// A colon parts it from its value.
    pub colon: bool,
    /// What the segment says after it.
    pub rest: Vec<Word>,
    /// Units and currencies that stand with it: `(KGS)`, `USD`.
    pub hint: String,
    /// True where it opens its segment.
    pub leads: bool,
    /// True where the form numbers it: `12. Voyage`.
    pub numbered: bool,
}

impl Label {
    /// True where the segment holds this label and nothing else.
    pub fn alone(&self) -> bool {
        self.leads && self.rest.is_empty()
    }

    /// True where a reader sees a label for certain: it stands alone or a colon follows it.
    pub fn plain(&self) -> bool {
        self.colon || self.alone()
    }

    /// True for `From` and `To`, which may stand before a party or before a port.
    pub fn bare_direction(&self) -> bool {
        (self.means(Concept::Exporter) && self.means(Concept::PortOfLoading))
            || (self.means(Concept::Buyer) && self.means(Concept::PortOfDischarge))
    }

    /// True where it may announce the concept.
    pub fn means(&self, concept: Concept) -> bool {
        self.meaning.label.contains(&concept)
    }

    /// The same, where what is left to pay is no total: an invoice that was paid in part prints both.
    pub fn announces(&self, concept: Concept) -> bool {
        self.means(concept) && !(concept == Concept::Total && self.means(Concept::Due))
    }
}

/// A run of letters, or one mark of punctuation.
struct Token {
    fold: String,
    mark: Option<char>,
    word: usize,
    start: usize,
    end: usize,
    /// True for the sign `#`, which reads as `No.`.
    sign: bool,
    /// True where an OCR engine saw it on a picture.
    seen: bool,
}

/// The labels of a segment, from left to right.
pub fn labels(segment: &Segment) -> Vec<Label> {
    let tokens = tokens(&segment.words);
    let mut found = element::found(&tokens);
    if found.is_empty() {
        found.extend(leading(&tokens));
    }
    let from = found.first().map_or(0, |first| first.to);
    for (at, token) in tokens.iter().enumerate().skip(from) {
        if matches!(token.mark, Some(':' | '：')) {
            let from = found.last().map_or(0, |last| last.to);
            found.extend(before_colon(&tokens, from, at));
        }
    }
    let ends: Vec<usize> = found.iter().skip(1).map(|next| next.from).chain([tokens.len()]).collect();
    found.into_iter().zip(ends).filter_map(|(found, end)| found.label(segment, &tokens, end)).collect()
}

/// How many labels of a segment print the number of a data element, as customs forms do.
pub fn numbered_elements(segment: &Segment) -> usize {
    if segment.words.iter().any(|word| word.text.contains('[')) {
        element::found(&tokens(&segment.words)).len()
    } else {
        0
    }
}

/// The meaning of a segment that is a heading and nothing else, with the units that stand with it.
pub fn heading(words: &[Word]) -> Option<(&'static Meaning, String)> {
    let tokens = tokens(words);
    let found = leading(&tokens)?;
    let open = tokens.iter().skip(found.to).any(|token| token.mark.is_none());
    if open || found.numbered { None } else { Some((found.meaning, found.hint)) }
}

struct Found {
    meaning: &'static Meaning,
    from: usize,
    to: usize,
    colon: bool,
    hint: String,
    leads: bool,
    numbered: bool,
}

impl Found {
    fn label(self, segment: &Segment, tokens: &[Token], end: usize) -> Option<Label> {
        let first = tokens.get(self.from)?;
        let last = tokens.get(self.to.saturating_sub(1))?;
        let words = segment.words.get(first.word..=last.word)?;
        let rect = Rect::around(words.iter().map(|word| word.rect))?;
        let rest = words_between(&segment.words, tokens, self.to, end);
        let rest = if percentage(&text(&rest)) { Vec::new() } else { rest };
        Some(Label {
            meaning: self.meaning,
            rect,
            colon: self.colon,
            rest,
            hint: self.hint,
            leads: self.leads,
            numbered: self.numbered,
        })
    }
}

/// True for a rate that stands with a label: `Discount 2 %`.
fn percentage(print: &str) -> bool {
    let bare = print.trim_matches(|letter: char| matches!(letter, '(' | ')' | ':' | '-') || letter.is_whitespace());
    bare.strip_suffix('%').is_some_and(|rate| {
        rate.trim().chars().all(|letter| letter.is_ascii_digit() || matches!(letter, '.' | ',')) && rate.len() < 8
    })
}

/// The words of some tokens, without the marks before them; a word that they share with others is cut.
fn words_between(words: &[Word], tokens: &[Token], from: usize, to: usize) -> Vec<Word> {
    let marks =
        tokens.iter().skip(from).take_while(|token| matches!(token.mark, Some('.' | '-' | '–' | '/' | ','))).count();
    let from = from + marks;
    let (Some(first), Some(last)) = (tokens.get(from), tokens.get(to.saturating_sub(1))) else { return Vec::new() };
    if from >= to {
        return Vec::new();
    }
    let whole = words.iter().enumerate().skip(first.word).take(last.word + 1 - first.word);
    let cut = whole.map(|(at, word)| {
        let start = if at == first.word { first.start } else { 0 };
        let end = if at == last.word { last.end } else { word.text.len() };
        slice(word, start, end)
    });
    cut.filter(|word| !word.text.is_empty()).collect()
}

/// A part of a word with its share of the box.
pub fn slice(word: &Word, start: usize, end: usize) -> Word {
    if start == 0 && end >= word.text.len() {
        return word.clone();
    }
    let part = word.text.get(start..end).unwrap_or_default();
    let total = measure::count(word.text.chars().count().max(1));
    let before = measure::count(word.text.get(..start).unwrap_or_default().chars().count()) / total;
    let share = measure::count(part.chars().count()) / total;
    let x0 = word.rect.x0 + before * word.rect.width();
    let x1 = x0 + share * word.rect.width();
    Word { text: part.to_owned(), rect: Rect { x0, x1, ..word.rect }, ..word.clone() }
}

/// The label that opens the tokens, after a number of the form if there is one.
fn leading(tokens: &[Token]) -> Option<Found> {
    let start = enumeration(tokens);
    let numbered = start > 0;
    let bare =
        tokens.first().is_some_and(|token| token.fold.len() <= 2 && token.fold.chars().all(|c| c.is_ascii_digit()));
    let (start, numbered) = match longest(tokens, start) {
        Some(_) => (start, numbered),
        None if !numbered && bare => (1, true),
        None => return None,
    };
    let (meaning, mut to) = longest(tokens, start)?;
    let mut meaning = meaning;
    let mut hint = String::new();
    loop {
        let mut at = to;
        let mut slash = false;
        while let Some(mark) = tokens.get(at).and_then(|token| token.mark) {
            if !matches!(mark, '.' | '/' | '-' | '–' | ',' | '&' | '*' | '\'' | '’' | '®' | '|') {
                break;
            }
            slash |= matches!(mark, '/' | '|' | '-' | '–');
            at += 1;
        }
        if let Some(close) = bracket(tokens, at) {
            hint.push_str(&spoken(tokens, at + 1, close));
            hint.push(' ');
            to = close + 1;
            continue;
        }
        let script = tokens
            .get(at)
            .zip(tokens.get(at.saturating_sub(1)))
            .is_some_and(|(b, a)| ideograph(&a.fold) != ideograph(&b.fold));
        if let (true, Some((second, end))) = (slash || script, longest(tokens, at)) {
            if meaning.label.iter().all(|concept| *concept == Concept::Other) {
                meaning = second;
            }
            to = end;
            continue;
        }
        let mut end = at;
        while tokens.get(end).is_some_and(|token| {
            token.mark.is_none_or(|mark| matches!(mark, '.' | '$' | '€' | '£' | '¥' | '/'))
                && (token.mark.is_some() || qualifier(&token.fold))
        }) {
            end += 1;
        }
        let closes = tokens.get(end).is_none_or(|token| matches!(token.mark, Some(':' | '：' | '(')));
        if end > at && closes {
            hint.push_str(&spoken(tokens, at, end));
            hint.push(' ');
            to = end;
            continue;
        }
        if closes || tokens.get(at..).is_some_and(|rest| rest.iter().all(|token| token.mark.is_some())) {
            to = at;
        }
        break;
    }
    let colon = tokens.get(to).is_some_and(|token| matches!(token.mark, Some(':' | '：')));
    let to = if colon { to + 1 } else { to };
    let only_marks = tokens.iter().skip(to).all(|token| token.mark.is_some_and(|mark| mark != '*' && mark != '$'));
    let to = if only_marks { tokens.len() } else { to };
    if numbered && enumeration(tokens) == 0 && (counted(meaning) || (!colon && to < tokens.len())) {
        return None;
    }
    let runs_on = tokens.get(to).zip(tokens.get(to.saturating_sub(1))).is_some_and(|(next, last)| {
        let touches = next.word == last.word && next.start == last.end;
        touches
            && last.mark.is_none()
            && !last.sign
            && next.mark.is_none_or(|mark| matches!(mark, '-' | '_' | '+' | '/'))
    });
    if runs_on && !colon {
        return None;
    }
    Some(Found { meaning, from: start, to, colon, hint, leads: true, numbered })
}

/// True for words that count things: a number before them is a value, not the number of a box.
fn counted(meaning: &Meaning) -> bool {
    use Concept::{GrossWeight, NetWeight, Packages, Pallets, Pieces, Quantity, Volume};
    let counts = [GrossWeight, NetWeight, Packages, Pallets, Pieces, Quantity, Volume];
    meaning.label.iter().chain(&meaning.column).any(|concept| counts.contains(concept))
}

/// The longest label that ends right before a mark.
fn before_colon(tokens: &[Token], from: usize, colon: usize) -> Option<Found> {
    let first = colon.saturating_sub(10).max(from);
    for start in first..colon {
        let Some(token) = tokens.get(start) else { break };
        if token.mark.is_some() || token.start > 0 {
            continue;
        }
        let part = tokens.get(start..colon)?;
        let joined: String = part.iter().map(|token| token.fold.as_str()).collect();
        let known = meant(&joined, part).or_else(|| {
            let named: String =
                part.iter().filter(|token| !qualifier(&token.fold)).map(|token| token.fold.as_str()).collect();
            meant(&named, part)
        });
        if let Some(meaning) = known {
            let hint =
                part.iter().filter(|token| qualifier(&token.fold)).map(|token| token.fold.clone()).collect::<Vec<_>>();
            return Some(Found {
                meaning,
                from: start,
                to: colon + 1,
                colon: true,
                hint: hint.join(" "),
                leads: start == 0,
                numbered: false,
            });
        }
    }
    None
}

/// How many tokens number the label: `12.`, `(3)`, `b)`.
fn enumeration(tokens: &[Token]) -> usize {
    let short = |at: usize| {
        tokens.get(at).is_some_and(|token| {
            let digits = token.fold.chars().all(|c| c.is_ascii_digit()) && token.fold.len() <= 2;
            token.mark.is_none() && (digits || token.fold.len() == 1)
        })
    };
    let mark = |at: usize| tokens.get(at).and_then(|token| token.mark);
    match (mark(0), mark(1), mark(2)) {
        (Some('(' | '['), _, Some(')' | ']' | '.')) if short(1) => 3,
        (_, Some('.' | ')'), _)
            if short(0) && tokens.get(1).zip(tokens.get(2)).is_some_and(|(a, b)| a.word < b.word) =>
        {
            2
        }
        _ => 0,
    }
}

/// The longest run of tokens from here that is a label.
fn longest(tokens: &[Token], from: usize) -> Option<(&'static Meaning, usize)> {
    let mut joined = String::new();
    let mut best = None;
    let mut count = 0usize;
    for (at, token) in tokens.iter().enumerate().skip(from) {
        let sign = matches!(joined.as_str(), "less" | "add" | "plus");
        if (matches!(token.mark, Some(':' | '：')) && !sign) || count > 11 || joined.len() > 60 {
            break;
        }
        if token.mark.is_some() {
            if count == 0 {
                return None;
            }
            continue;
        }
        joined.push_str(&token.fold);
        count += 1;
        if let Some(meaning) = tokens.get(from..=at).and_then(|part| meant(&joined, part)) {
            let open = tokens.get(from..=at).unwrap_or_default().iter().rev().find_map(|token| token.mark);
            let closes = open == Some('(') && tokens.get(at + 1).is_some_and(|next| next.mark == Some(')'));
            best = Some((meaning, at + 1 + usize::from(closes)));
        }
    }
    best
}

/// What tokens mean together: letters that an engine saw may be taken for others that look like them.
fn meant(joined: &str, tokens: &[Token]) -> Option<&'static Meaning> {
    if tokens.iter().any(|token| token.seen) { seen_meaning(joined) } else { meaning(joined) }
}

/// Where the bracket that opens here closes, if it does soon.
fn bracket(tokens: &[Token], at: usize) -> Option<usize> {
    let close = match tokens.get(at)?.mark? {
        '(' => ')',
        '（' => '）',
        '[' => ']',
        _ => return None,
    };
    let found = tokens.iter().enumerate().skip(at).take(24).find(|(_, token)| token.mark == Some(close));
    let runs_on = tokens.len() - at > 3 && tokens.len() - at <= 24;
    found.map(|(at, _)| at).or_else(|| runs_on.then(|| tokens.len() - 1))
}

fn spoken(tokens: &[Token], from: usize, to: usize) -> String {
    let part = tokens.get(from..to).unwrap_or_default();
    part.iter().map(|token| token.mark.map_or_else(|| token.fold.clone(), String::from)).collect::<Vec<_>>().join(" ")
}

/// Words that may stand behind a label without being its value.
fn qualifier(fold: &str) -> bool {
    const WORDS: &[&str] = &[
        "kg",
        "kgs",
        "kgm",
        "kilos",
        "kilograms",
        "lb",
        "lbs",
        "mt",
        "tons",
        "cbm",
        "m3",
        "cft",
        "cuft",
        "g",
        "s",
        "no",
        "nos",
        "number",
        "usd",
        "eur",
        "gbp",
        "cny",
        "rmb",
        "jpy",
        "cad",
        "aud",
        "hkd",
        "chf",
        "inr",
        "vnd",
        "twd",
        "krw",
        "mxn",
        "brl",
        "thb",
        "sgd",
        "us",
        "pcs",
        "pc",
        "ctns",
        "in",
        "code",
        "codes",
        "numbers",
        "total",
        "totals",
        "total",
        "pieces",
        "units",
        "sets",
        "公斤",
        "千克",
        "立方米",
        "美元",
        "元",
        "m",
    ];
    WORDS.contains(&fold)
}

fn ideograph(text: &str) -> bool {
    text.chars().next().is_some_and(|letter| {
        ('\u{3040}'..='\u{9fff}').contains(&letter) || ('\u{ac00}'..='\u{d7af}').contains(&letter)
    })
}

fn tokens(words: &[Word]) -> Vec<Token> {
    let mut tokens = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let mut start: Option<(usize, bool)> = None;
        for (offset, letter) in word.text.char_indices() {
            let inside =
                letter != '#' && letter.is_alphanumeric() || letter == '°' || ('\u{300}'..'\u{370}').contains(&letter);
            let script = ideograph(letter.encode_utf8(&mut [0; 4]));
            match start {
                Some((from, before)) if !inside || before != script => {
                    tokens.push(run(word, at, from, offset));
                    start = inside.then_some((offset, script));
                }
                None if inside => start = Some((offset, script)),
                _ => {}
            }
            if !inside {
                let sign = letter == '#';
                tokens.push(Token {
                    fold: if sign { fold("#") } else { String::new() },
                    mark: (!sign).then_some(letter),
                    sign,
                    word: at,
                    start: offset,
                    end: offset + letter.len_utf8(),
                    seen: word.confidence < 1.0,
                });
            }
        }
        if let Some((from, _)) = start {
            tokens.push(run(word, at, from, word.text.len()));
        }
    }
    tokens
}

fn run(word: &Word, at: usize, start: usize, end: usize) -> Token {
    let seen = word.confidence < 1.0;
    Token {
        fold: fold(word.text.get(start..end).unwrap_or_default()),
        mark: None,
        word: at,
        start,
        end,
        sign: false,
        seen,
    }
}

/// True where the words are a title and nothing else, or nothing but a title and a number.
pub fn folded(words: &[Word]) -> String {
    fold(&text(words))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at what is missing")]
mod tests {
    use super::*;
    use crate::reading::layout::ruling::Frame;

    fn segment(line: &str) -> Segment {
        let mut x = 0.0;
        let words = line.split_whitespace().map(|text| {
            let width = 5.0 * measure::count(text.chars().count());
            let rect = Rect { x0: x, y0: 0.0, x1: x + width, y1: 10.0 };
            x += width + 3.0;
            Word { text: text.into(), rect, size: 10.0, bold: false, confidence: 1.0, place: None }
        });
        Segment::new(words.collect(), 0, Frame::default()).unwrap()
    }

    fn seen(line: &str) -> Vec<(Concept, String, bool)> {
        let labels = labels(&segment(line)).into_iter();
        labels
            .filter_map(|label| {
                Some((*label.meaning.label.first().or(label.meaning.column.first())?, text(&label.rest), label.plain()))
            })
            .collect()
    }

    #[test]
    fn a_label_is_known_alone_numbered_bilingual_or_with_its_value() {
        for (line, concept, rest) in [
            ("12. Voyage", Concept::Voyage, ""),
            ("6. Consignee (if other than buyer)", Concept::Consignee, ""),
            ("Gross Weight (KGS)", Concept::GrossWeight, ""),
            ("INVOICE TOTAL USD", Concept::Total, ""),
            ("发票号 / Invoice No.: A-1", Concept::InvoiceNumber, "A-1"),
            ("Vessel / Voyage", Concept::VesselVoyage, ""),
            ("Nº Factura: 12", Concept::InvoiceNumber, "12"),
            ("2 Consignor", Concept::Shipper, ""),
            ("Container Number(s)", Concept::Container, ""),
        ] {
            assert_eq!(seen(line).first().cloned(), Some((concept, rest.to_owned(), true)), "{line}");
        }
    }

    #[test]
    fn the_number_of_a_data_element_says_what_a_label_of_any_language_means() {
        for (line, concept, rest) in [
            ("Limit date [15 11] 2026-03-10", Concept::LimitDate, "2026-03-10"),
            ("Data graniczna [15 11]: 2026-03-10", Concept::LimitDate, "2026-03-10"),
            ("[12 09] LRN A1", Concept::Lrn, "A1"),
            ("Vakuus [99 02 - 99 03 - 99 04]", Concept::Guarantee, ""),
            ("Container [19 01]: 1", Concept::Other, "1"),
            ("Seal [19 10 015 000]", Concept::Seal, ""),
            ("Time limit (date): 25/11/2023", Concept::LimitDate, "25/11/2023"),
        ] {
            assert_eq!(seen(line).first().cloned(), Some((concept, rest.to_owned(), true)), "{line}");
        }
        let both = seen("LRN [12 09] ABC1 UCR [12 08] XY2");
        assert_eq!(both.iter().map(|seen| seen.0).collect::<Vec<_>>(), [Concept::Lrn, Concept::Other]);
        for none in ["Goods [2026] x", "Seal [Seal1], [Seal4]", "[see list] Seal"] {
            assert!(numbered_elements(&segment(none)) == 0, "{none}");
        }
    }

    #[test]
    fn several_labels_of_one_line_share_it() {
        let seen = seen("Invoice No.: A-1 Date: 2026-01-02");
        assert_eq!(seen.len(), 2);
        assert_eq!(seen.first().map(|s| s.1.as_str()), Some("A-1"));
        assert_eq!(seen.last().map(|s| (s.0, s.1.as_str())), Some((Concept::Date, "2026-01-02")));
    }

    #[test]
    fn a_name_that_starts_like_a_label_is_not_plainly_one() {
        assert!(seen("Consolidator Holdings Ltd").iter().all(|seen| !seen.2));
        assert!(seen("468 Laoting Street").is_empty());
    }
}
