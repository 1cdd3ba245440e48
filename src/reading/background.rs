//! Forms that hold values as text and their labels as a drawing: a picture or outlines behind the text. It says which pages look like
//! one, and lays the words that were seen on the drawing beside those of the text. It draws and recognises nothing itself.

use super::layout::Sheet;
use super::page::{Page, Rect, Rule, Word};
use super::tilt::Tilt;
use super::vocabulary::fold;

/// So many outlines may be the letters of a form; a logo or a drawing of the goods has fewer.
const LETTERS: u32 = 80;
/// Fewer words of text hold no form's values.
const VALUES: usize = 8;

/// The stems of large letters, in points.
const STEM: f32 = 14.0;

/// True where a page has text but hardly a label in it, and something drawn that may hold them. `outlines` counts its shapes with
/// curves.
pub fn may_hold_labels(page: &Page, outlines: u32) -> bool {
    let drawn = page.picture > 0.15 || outlines >= LETTERS;
    let typed: Vec<Word> = page.words.iter().filter(|word| is_typed(word)).cloned().collect();
    if !drawn || typed.len() < VALUES || page.unreadable > 0.1 {
        return false;
    }
    let sheet = Sheet::new(Page { words: typed, ..page.clone() });
    let labelled = sheet.segments.iter().filter(|segment| {
        let label = segment.labels().first().is_some_and(|label| label.leads && label.plain());
        label || segment.heads_column()
    });
    labelled.count() <= 3
}

/// True for a word that the page shows as text: no layer under a scan.
fn is_typed(word: &Word) -> bool {
    word.confidence >= 1.0
}

/// The words of the text with those that were only seen. Nothing where the page has no text of its own, where it was turned to be
/// seen, or where what was seen gives its text the lie.
pub fn laid_over(text: &Page, seen: &Page) -> Option<Page> {
    let typed: Vec<&Word> = text.words.iter().filter(|word| is_typed(word)).collect();
    if typed.len() < VALUES || seen.tilt.quarters != 0 || seen.tilt.degrees.abs() > 1.0 || text.tilt != Tilt::default()
    {
        return None;
    }
    let place = |word: &Word| seen.tilt.on_paper(word.rect, seen.width, seen.height);
    let seen_words: Vec<Word> = seen.words.iter().map(|word| Word { rect: place(word), ..word.clone() }).collect();
    if !agree(&typed, &seen_words) {
        return None;
    }
    let only_seen = seen_words.into_iter().filter(|word| !typed.iter().any(|own| covers(own.rect, word.rect)));
    // An engine is never as sure as type, however clean the drawing.
    let only_seen = only_seen.map(|word| Word { confidence: word.confidence.min(0.99), ..word });
    let words = typed.iter().map(|word| (*word).clone()).chain(only_seen).collect();
    // The stems of letters that are drawn as outlines look like short rules.
    let long = |rule: &&Rule| rule.rect.width().max(rule.rect.height()) > STEM;
    let rules: Vec<Rule> = text.rules.iter().filter(long).copied().collect();
    let rules = if rules.len() < 4 { seen.rules.clone() } else { rules };
    Some(Page { words, rules, ..text.clone() })
}

/// True where a box lies mostly in another.
fn covers(own: Rect, other: Rect) -> bool {
    let down = (own.y1.min(other.y1) - own.y0.max(other.y0)).max(0.0);
    own.shared_width(other) * down > 0.35 * other.width() * other.height()
}

/// True where most words of the text were seen where they stand. A text that nobody sees says nothing about the page.
fn agree(typed: &[&Word], seen: &[Word]) -> bool {
    let judged = typed.iter().filter(|word| fold(&word.text).chars().count() >= 3);
    let (mut same, mut other) = (0u32, 0u32);
    for word in judged {
        let there = seen.iter().filter(|seen| covers(word.rect, seen.rect));
        let print: String = there.map(|seen| fold(&seen.text)).collect();
        if alike(&fold(&word.text), &print) {
            same += 1;
        } else {
            other += 1;
        }
    }
    same >= other
}

/// True where two prints share most of their letters.
fn alike(a: &str, b: &str) -> bool {
    let mut left: Vec<char> = b.chars().collect();
    let mut shared = 0usize;
    for letter in a.chars() {
        if let Some(at) = left.iter().position(|other| *other == letter) {
            left.swap_remove(at);
            shared += 1;
        }
    }
    let longest = a.chars().count().max(b.chars().count());
    shared * 10 >= longest * 6 && longest > 0
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at what is missing")]
mod tests {
    use super::*;
    use crate::domain::packet::document::TextSource;

    fn page(words: &[(&str, f32, f32)], confidence: f32, picture: f32) -> Page {
        let word = |(text, x, y): &(&str, f32, f32)| Word {
            text: (*text).to_owned(),
            rect: Rect { x0: *x, y0: *y, x1: x + 40.0, y1: y + 9.0 },
            size: 9.0,
            bold: false,
            confidence,
            place: None,
        };
        Page {
            number: 1,
            width: 612.0,
            height: 792.0,
            source: TextSource::PdfText,
            sheet: None,
            words: words.iter().map(word).collect(),
            rules: Vec::new(),
            picture,
            tilt: Tilt::default(),
            unreadable: 0.0,
        }
    }

    const VALUES_ONLY: &[(&str, f32, f32)] = &[
        ("HLCU1234567", 50.0, 50.0),
        ("ACME", 50.0, 90.0),
        ("LTD", 95.0, 90.0),
        ("SHANGHAI", 50.0, 130.0),
        ("MSKU1234565", 50.0, 170.0),
        ("120", 300.0, 170.0),
        ("4410.5", 400.0, 170.0),
        ("LOS-ANGELES", 200.0, 130.0),
    ];

    #[test]
    fn values_over_a_drawing_ask_for_a_look_at_it_and_a_text_of_its_own_does_not() {
        assert!(may_hold_labels(&page(VALUES_ONLY, 1.0, 0.9), 0));
        assert!(may_hold_labels(&page(VALUES_ONLY, 1.0, 0.0), 500), "letters drawn as outlines");
        assert!(!may_hold_labels(&page(VALUES_ONLY, 1.0, 0.0), 20), "a logo");
        assert!(!may_hold_labels(&page(VALUES_ONLY, 0.6, 0.9), 0), "a layer under a scan");
        let labels = [
            ("Vessel:", 50.0, 200.0),
            ("Voyage:", 200.0, 220.0),
            ("Shipper:", 50.0, 240.0),
            ("Consignee:", 50.0, 260.0),
        ];
        let whole: Vec<(&str, f32, f32)> = VALUES_ONLY.iter().chain(&labels).copied().collect();
        assert!(!may_hold_labels(&page(&whole, 1.0, 0.3), 0), "labels in the text");
    }

    #[test]
    fn words_that_were_only_seen_join_those_of_the_text() {
        let text = page(VALUES_ONLY, 1.0, 0.9);
        let seen: Vec<(&str, f32, f32)> = VALUES_ONLY.iter().copied().chain([("Consignee", 50.0, 80.0)]).collect();
        let both = laid_over(&text, &page(&seen, 0.9, 1.0)).unwrap();
        assert_eq!(both.words.len(), VALUES_ONLY.len() + 1);
        assert_eq!(both.words.iter().filter(|word| is_typed(word)).count(), VALUES_ONLY.len());
        let other: Vec<(&str, f32, f32)> = VALUES_ONLY.iter().map(|(_, x, y)| ("other-print", *x, *y)).collect();
        assert_eq!(laid_over(&text, &page(&other, 0.9, 1.0)), None, "the text lies");
        let turned = Page { tilt: Tilt { quarters: 1, degrees: 0.0 }, ..page(&seen, 0.9, 1.0) };
        assert_eq!(laid_over(&text, &turned), None);
    }
}
