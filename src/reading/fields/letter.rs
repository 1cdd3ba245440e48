//! Who writes to whom where no label says so, as on a letter: the line of the return address, the window below it, the letterhead
//! and the imprint at the foot. Parties that a label announces are read elsewhere and win.

use super::invoice::{BUYER, SELLER, blank};
use super::party_block::{is_form, is_honorific};
use super::place::Block;
use super::{Draft, Spot};
use crate::domain::packet::document::{Field, Readings};
use crate::reading::layout::Sheet;
use crate::reading::layout::label::folded;
use crate::reading::layout::segment::{Segment, text};
use crate::reading::page::{Rect, Word};
use crate::reading::values::{country, party};
use crate::reading::vocabulary::{fold, title};

/// A blank line may part the street from the town; nothing wider does. In sizes of the type.
const WIDEST: f32 = 2.6;
/// A gap that parts two paragraphs whose lines stand closely, and one that does not. In sizes of the type.
const PARAGRAPH: f32 = 0.9;
const CLOSE: f32 = 0.5;
/// The share of the page's height in which addresses stand.
const HEAD: f32 = 0.5;
/// Below this share of the page's height stands the imprint.
const FOOT: f32 = 0.85;

/// Reads the parties that no label announced.
pub(super) fn correspondents(draft: &Draft<'_>, fields: &mut Readings) {
    let (Some(sheet), Some(opens)) = (draft.sheets.first(), draft.opens.first()) else { return };
    let sender = if sheet.is_grid() { None } else { sender_line(sheet) };
    let addresses = if sheet.is_grid() { Vec::new() } else { addresses(draft, sheet, opens, sender.as_ref()) };
    let own = |address: &Address| {
        let name = |words: &[Word]| fold(&text(words));
        let sender = sender.as_ref().and_then(|line| line.parts.first()).map(|words| name(words));
        let known = fields.get(&Field::SellerName).and_then(|name| name.value.one()).map(fold);
        let first = address.lines.first().map(|words| name(words));
        first.is_some() && (first == sender || first == known)
    };
    let window = addresses
        .iter()
        .filter(|address| !(address.labelled || address.reachable || own(address)))
        .max_by_key(|address| (address.under(sender.as_ref()), address.greets()));
    if let Some(window) = window.filter(|_| !fields.contains_key(&Field::BuyerName)) {
        put(draft, fields, BUYER, &window.lines, 0.8);
    }
    if fields.contains_key(&Field::SellerName) {
        return;
    }
    if let Some(line) = &sender {
        put(draft, fields, SELLER, &line.parts, 0.85);
        return;
    }
    let company = |lines: &[Vec<Word>]| lines.first().is_some_and(|name| name.iter().any(|word| is_form(&word.text)));
    if let Some(head) =
        addresses.iter().find(|address| address.reachable && !address.labelled && company(&address.lines))
    {
        put(draft, fields, SELLER, &head.lines, 0.75);
        return;
    }
    let besides = window.map(|window| window.area);
    let head = letterhead(sheet, opens, besides);
    let named =
        head.as_ref().is_some_and(|lines| lines.iter().take(2).any(|line| line.iter().any(|w| is_form(&w.text))));
    let foot = if named || sheet.is_grid() { None } else { imprint(sheet) };
    if let Some(lines) = foot.or(head) {
        put(draft, fields, SELLER, &lines, 0.7);
    }
}

/// Reads the lines as a party, where they are one; what is known already stays.
fn put(draft: &Draft<'_>, fields: &mut Readings, party: super::target::Target, lines: &[Vec<Word>], sure: f32) {
    let block = Block { sheet: 0, lines: lines.to_vec(), limit: None };
    for (field, mut reading) in party.read(draft, &block, &Spot { sheet: 0, segment: 0, label: blank() }) {
        reading.confidence *= sure;
        fields.entry(field).or_insert(reading);
    }
}

/// A company with its address on one line: `Name · Street 1 · 12345 Town`, as it stands over a window or in an imprint.
struct SenderLine {
    parts: Vec<Vec<Word>>,
    area: Rect,
}

/// The first such line: in the head of the page, else at its foot.
fn sender_line(sheet: &Sheet) -> Option<SenderLine> {
    let lines = || sheet.lines().filter_map(|line| Some((line.first()?.rect.y0 / sheet.height.max(1.0), line)));
    let head = lines().filter(|(depth, _)| *depth < HEAD);
    let foot = lines().filter(|(depth, _)| *depth > FOOT);
    head.chain(foot).find_map(|(_, line)| runs(line).iter().find_map(|run| sender(run)))
}

/// The words of a printed line that stand together; a mark between them bridges a gap.
fn runs(line: &[Segment]) -> Vec<Vec<Word>> {
    let mut runs: Vec<Vec<Word>> = Vec::new();
    for word in line.iter().flat_map(|segment| &segment.words) {
        let near = runs.last().and_then(|run| run.last()).is_some_and(|last| {
            let gap = word.rect.x0 - last.rect.x1;
            gap < 1.5 * last.size || (gap < 5.0 * last.size && (parts(&last.text) || parts(&word.text)))
        });
        match runs.last_mut() {
            Some(run) if near => run.push(word.clone()),
            _ => runs.push(vec![word.clone()]),
        }
    }
    runs
}

/// True for a mark that stands between the parts of an address on one line.
fn parts(print: &str) -> bool {
    matches!(print, "●" | "•" | "·" | "∙" | "⋅" | "|" | "-" | "–" | "—" | "*" | "/" | "◦" | "■" | "▪" | "+")
}

fn sender(run: &[Word]) -> Option<SenderLine> {
    let marked: Vec<Vec<Word>> = run.split(|word| parts(&word.text)).map(<[Word]>::to_vec).collect();
    let split = if marked.len() > 2 {
        marked
    } else {
        run.split_inclusive(|word| word.text.ends_with([',', ';'])).map(<[Word]>::to_vec).collect()
    };
    let split: Vec<Vec<Word>> = split.into_iter().filter(|part| !part.is_empty()).collect();
    let name = text(split.first()?);
    let letters = name.chars().filter(|letter| letter.is_alphabetic()).count();
    let plain = !name.starts_with(|letter: char| letter.is_ascii_digit())
        && letters >= 3
        && !name.contains([':', '@'])
        && letters > name.chars().filter(char::is_ascii_digit).count();
    // What stands right before the town is the street, unless it is a company.
    let street = usize::from(!split.first()?.iter().any(|word| is_form(&word.text)));
    let town = split.iter().skip(1 + street).position(|part| is_town(&text(part)))? + 2 + street;
    let area = Rect::around(run.iter().map(|word| word.rect))?;
    let reach = (town + 1).min(split.len());
    let with_country =
        split.get(reach.saturating_sub(1)).is_some_and(|part| country::country(bare(&text(part))).is_some());
    let end = if with_country { reach } else { town };
    (plain && split.len() >= 3).then(|| SenderLine { parts: split.into_iter().take(end).collect(), area })
}

fn bare(print: &str) -> &str {
    print.trim_matches(|letter: char| !letter.is_alphanumeric())
}

/// True for a line that ends an address: a postal code with its town, either first.
fn is_town(line: &str) -> bool {
    let words: Vec<&str> = line.split([' ', ',', '\u{a0}']).map(bare).filter(|word| !word.is_empty()).collect();
    let code = |word: &str| {
        let digits = word.split_once('-').filter(|(land, _)| land.len() <= 3 && land.chars().all(char::is_alphabetic));
        let digits = digits.map_or(word, |(_, digits)| digits);
        (4..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let letters = |word: &&str| word.chars().filter(|letter| letter.is_alphabetic()).count() >= 2;
    let at = words.iter().position(|word| code(word));
    let first = at.is_some_and(|at| at <= 1 && words.iter().skip(at + 1).any(letters));
    let last =
        at.is_some_and(|at| at > 0 && at + 1 == words.len() && words.get(at - 1).is_some_and(|state| state.len() == 2));
    (first || last) && words.len() <= 7 && !line.contains([':', '%', '€', '$'])
}

/// Lines in one column that end with a town, and perhaps a country.
struct Address {
    lines: Vec<Vec<Word>>,
    area: Rect,
    /// The gap above its last line.
    gap: f32,
    whole: bool,
    closed: bool,
    /// A label stands over it.
    labelled: bool,
    /// A telephone or electronic mail follows it: the sender's own.
    reachable: bool,
}

impl Address {
    fn new(segment: &Segment, labelled: bool) -> Self {
        let lines = vec![segment.words.clone()];
        Self { lines, area: segment.rect, gap: 0.0, whole: false, closed: false, labelled, reachable: false }
    }

    fn greets(&self) -> bool {
        self.lines.first().is_some_and(|line| is_honorific(&fold(&text(line))))
    }

    /// True where it stands in the window below the line of the return address.
    fn under(&self, sender: Option<&SenderLine>) -> bool {
        sender.is_some_and(|line| {
            let drop = self.area.y0 - line.area.y1;
            (-2.0..90.0).contains(&drop) && (self.area.x0 - line.area.x0).abs() < 60.0
        })
    }

    /// True where a segment stands below it in its column.
    fn above(&self, segment: &Segment) -> bool {
        let gap = segment.rect.y0 - self.area.y1;
        (segment.rect.x0 - self.area.x0).abs() < 4.0 && (-2.0..WIDEST * segment.size()).contains(&gap)
    }

    /// Takes the next line of its column; false where it belongs to something else.
    fn take(&mut self, segment: &Segment) -> bool {
        let print = segment.text();
        let gap = segment.rect.y0 - self.area.y1;
        let size = segment.size();
        let parted = gap > PARAGRAPH * size && self.lines.len() > 1 && self.gap <= CLOSE * size && !is_town(&print);
        if parted || self.lines.len() > 7 || is_honorific(&fold(&print)) {
            return false;
        }
        if self.whole {
            self.closed = true;
            return country::country(&print).is_some() && self.push(segment, gap);
        }
        self.whole = is_town(&print) && self.lines.len() > 1;
        self.push(segment, gap)
    }

    fn push(&mut self, segment: &Segment, gap: f32) -> bool {
        self.lines.push(segment.words.clone());
        self.area = self.area.union(segment.rect);
        self.gap = gap;
        true
    }
}

/// The addresses in the head of a page, from the top.
fn addresses(draft: &Draft<'_>, sheet: &Sheet, opens: &[bool], sender: Option<&SenderLine>) -> Vec<Address> {
    let role = |segment: &Segment| {
        let means = |concept| segment.labels().first().is_some_and(|label| label.means(concept));
        draft.plan.targets.iter().any(|(concept, target, _)| target.is_party() && means(*concept))
    };
    let mut found: Vec<Address> = Vec::new();
    let mut labels: Vec<Rect> = Vec::new();
    for (segment, opens) in sheet.segments.iter().zip(opens) {
        if segment.rect.y0 > HEAD * sheet.height {
            break;
        }
        if sender.is_some_and(|line| line.area.beside(segment.rect) > 0.5 && line.area.shared_width(segment.rect) > 1.0)
        {
            continue;
        }
        let print = segment.text();
        let reaches = !party::belongs(&print);
        if reaches || *opens {
            found.iter_mut().filter(|address| address.above(segment)).for_each(|address| {
                address.reachable |= address.whole && reaches;
                address.closed = true;
                address.area.y1 = address.area.y1.max(segment.rect.y1);
            });
            if role(segment) {
                labels.push(segment.rect);
            }
            continue;
        }
        if found.iter_mut().rev().any(|address| !address.closed && address.above(segment) && address.take(segment)) {
            continue;
        }
        let labelled = labels.iter().any(|label| {
            let gap = segment.rect.y0 - label.y1;
            (segment.rect.x0 - label.x0).abs() < 6.0 && (-2.0..WIDEST * segment.size()).contains(&gap)
        });
        let names = print.chars().filter(|letter| letter.is_alphabetic()).count() > 2;
        if names && title(&folded(&segment.words)).is_none() {
            found.push(Address::new(segment, labelled));
        }
    }
    found.retain(|address| address.whole);
    found
}

/// The largest print above the first label, with what stands below it.
fn letterhead(sheet: &Sheet, opens: &[bool], besides: Option<Rect>) -> Option<Vec<Vec<Word>>> {
    let limit = sheet.segments.iter().zip(opens).find(|(_, opens)| **opens);
    let limit = limit.map_or(sheet.height * 0.25, |(segment, _)| segment.rect.y0);
    let inside = |segment: &Segment| {
        let (x, y) = (segment.rect.middle(), segment.rect.centre());
        besides.is_some_and(|area| (area.x0..=area.x1).contains(&x) && (area.y0..=area.y1).contains(&y))
    };
    let top: Vec<&Segment> = sheet
        .segments
        .iter()
        .filter(|segment| {
            segment.rect.y0 < limit
                && !inside(segment)
                && !segment.words.iter().any(|word| word.text.contains('\u{fffd}'))
                && title(&folded(&segment.words)).is_none()
        })
        .collect();
    let name = top.iter().max_by(|a, b| a.size().total_cmp(&b.size()).then(b.rect.y0.total_cmp(&a.rect.y0)))?;
    if text(&name.words).chars().filter(|letter| letter.is_alphabetic()).count() < 4 {
        return None;
    }
    let below =
        top.iter().filter(|segment| segment.rect.y0 > name.rect.y0 && segment.rect.shared_width(name.rect) > 0.0);
    Some(std::iter::once(name).chain(below.take(5)).map(|segment| segment.words.clone()).collect())
}

/// The company at the foot of the page: a line that ends with a legal form, with what stands below it in its column.
fn imprint(sheet: &Sheet) -> Option<Vec<Vec<Word>>> {
    let foot: Vec<&Segment> = sheet.segments.iter().filter(|s| s.rect.y0 > FOOT * sheet.height).collect();
    let company = foot.iter().find(|segment| {
        let count = segment.words.len();
        (2..=8).contains(&count) && segment.words.last().is_some_and(|word| is_form(&word.text))
    })?;
    let below = foot.iter().filter(|s| s.rect.y0 > company.rect.y0 && (s.rect.x0 - company.rect.x0).abs() < 4.0);
    Some(std::iter::once(company).chain(below.take(3)).map(|segment| segment.words.clone()).collect())
}
