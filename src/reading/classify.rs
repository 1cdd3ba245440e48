//! What a page is: by the title it carries, and by what its labels and columns speak of. It judges one page and does not join pages.

use super::layout::Sheet;
use super::layout::label::{self, folded};
use super::layout::segment::Segment;
use super::layout::table::Table;
use super::page::Word;
use super::vocabulary::{Concept, Title, fold, title};
use crate::domain::packet::document::Kind;

/// What a page shows of its document.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// The title, and how surely it is one (0 to 1).
    pub title: Option<(Title, f32)>,
    /// The kind that labels and columns speak of, and how strongly (0 to 1).
    pub speaks: Option<(Kind, f32)>,
    /// `Page 2 of 3`.
    pub numbered: Option<(u32, Option<u32>)>,
}

/// Judges a page.
pub fn look(sheet: &Sheet, tables: &[Table]) -> Look {
    Look {
        title: best_title(sheet),
        speaks: speaks(sheet, tables),
        numbered: sheet.segments.iter().find_map(page_number),
    }
}

/// The most title-like title of a page: large, high on the page, alone in its segment.
fn best_title(sheet: &Sheet) -> Option<(Title, f32)> {
    let mut sizes: Vec<f32> = sheet.segments.iter().map(Segment::size).collect();
    sizes.sort_by(f32::total_cmp);
    let usual = sizes.get(sizes.len() / 2).copied().unwrap_or(9.0).max(1.0);
    let mut best: Option<(Title, f32)> = None;
    let mut judge = |title: Title, segment: &Segment, whole: bool| {
        let size = (segment.size() / usual).clamp(0.5, 2.5);
        let depth = (segment.rect.y0 / sheet.height.max(1.0)).clamp(0.0, 1.0);
        let depth = if sheet.is_grid() { (segment.rect.y0 / 400.0).clamp(0.0, 1.0) } else { depth };
        let mut score = 0.45 + 0.25 * (size - 1.0) - 0.6 * depth;
        if !whole {
            // A title with its number may stand below the address of a letter; a label with a number is less of a title.
            score -= if segment.labels().is_empty() { 0.05 } else { 0.2 };
        }
        if whole && segment.text().chars().any(char::is_uppercase) && !segment.text().chars().any(char::is_lowercase) {
            score += 0.1;
        }
        if best.is_none_or(|(_, before)| score > before) {
            best = Some((title, score));
        }
    };
    for segment in &sheet.segments {
        if announces(segment) && segment.size() < 1.25 * usual {
            continue;
        }
        let words = trimmed(&segment.words);
        if let Some(found) = title(&folded(words)) {
            judge(found, segment, true);
            continue;
        }
        if let Some(found) = opening_title(words).or_else(|| certificate(segment, usual)) {
            judge(found, segment, false);
        }
    }
    for pair in sheet.segments.iter().filter(|segment| segment.size() > 1.15 * usual).collect::<Vec<_>>().windows(2) {
        let [upper, lower] = pair else { continue };
        let near = lower.rect.y0 - upper.rect.y1 < upper.size() && upper.rect.shared_width(lower.rect) > 0.0;
        let both: Vec<Word> = upper.words.iter().chain(&lower.words).cloned().collect();
        if let (true, Some(found)) = (near, title(&folded(&both))) {
            judge(found, upper, true);
        }
    }
    if let Some(found) = sheet.name.as_deref().and_then(|name| title(&fold(name)))
        && best.is_none()
    {
        best = Some((found, 0.4));
    }
    best.filter(|(_, score)| *score > 0.12).map(|(title, score)| (title, score.clamp(0.0, 1.0)))
}

/// True for a print that is a label of the text rather than a title over it: `Purchase order:`.
fn announces(segment: &Segment) -> bool {
    let colon = segment.words.last().is_some_and(|word| word.text.ends_with([':', '：']));
    colon || segment.labels().first().is_some_and(|label| label.alone() && label.means(Concept::PoNumber))
}

/// Words without the marks and the words around a title: `*** ORIGINAL ***`, `(COPY)`.
fn trimmed(words: &[Word]) -> &[Word] {
    let noise = |word: &&Word| {
        let fold = fold(&word.text);
        fold.is_empty()
            || matches!(fold.as_str(), "original" | "copy" | "draft" | "duplicate" | "nonnegotiable" | "the")
    };
    let start = words.iter().take_while(noise).count();
    let end = words.iter().rev().take_while(noise).count();
    words.get(start..words.len().saturating_sub(end)).filter(|rest| !rest.is_empty()).unwrap_or(words)
}

/// A title at the start of a segment, with a number or a reference after it: `INVOICE No. 4421`, `ARRIVAL NOTICE - 8812`.
fn opening_title(words: &[Word]) -> Option<Title> {
    let longest = (1..words.len().min(7)).rev().find_map(|count| {
        let found = title(&folded(words.get(..count)?))?;
        let rest = words.get(count..)?;
        let reference = rest.len() <= 9
            && rest.iter().any(|word| word.text.chars().any(|c| c.is_ascii_digit()))
            && rest.iter().all(refers);
        let parted =
            rest.first().is_some_and(|word| matches!(word.text.chars().next(), Some('-' | '–' | '/' | '(' | '|')));
        (reference || (parted && rest.len() <= 6) || numbered(rest)).then_some(found)
    });
    let twice = (1..words.len()).find_map(|count| {
        let (left, right) = words.split_at_checked(count)?;
        let (left, right) = (title(&folded(left))?, title(&folded(right))?);
        (left == right).then_some(left)
    });
    longest.or(twice).or_else(|| {
        let (first, rest) = words.split_first()?;
        let parted = rest.iter().position(|word| matches!(word.text.as_str(), "/" | "-" | "|" | "–"))?;
        let head: Vec<Word> = std::iter::once(first).chain(rest.get(..parted)?).cloned().collect();
        title(&folded(&head)).or_else(|| title(&folded(rest.get(parted + 1..)?)))
    })
}

/// True for a few words about a document with its number behind them: `for the carriage of goods No. 12`.
fn numbered(rest: &[Word]) -> bool {
    let words = rest.iter().take_while(|word| !matches!(fold(&word.text).as_str(), "no" | "nr" | "number"));
    let count = words.clone().count();
    let plain = words.clone().all(|word| !word.text.ends_with([':', ',', '.']));
    let number = rest.get(count + 1).is_some_and(|word| word.text.chars().any(|letter| letter.is_ascii_digit()));
    plain && count <= 4 && rest.len() <= 9 && number
}

/// True for words that number or date a document: `Nr.`, `dated`, `vom`, months, and whatever has a digit.
fn refers(word: &Word) -> bool {
    const WORDS: &[&str] = &[
        "",
        "no",
        "nr",
        "n",
        "num",
        "number",
        "ref",
        "reference",
        "dated",
        "date",
        "of",
        "from",
        "vom",
        "von",
        "du",
        "del",
        "de",
        "di",
        "van",
        "den",
        "datum",
        "fecha",
        "le",
        "page",
        "id",
    ];
    let folded = fold(&word.text);
    let month = crate::reading::values::date::names_month(&word.text);
    folded.chars().any(|letter| letter.is_ascii_digit()) || month || WORDS.contains(&folded.as_str())
}

/// Certificates of every name are papers that a packet holds beside its documents.
fn certificate(segment: &Segment, usual: f32) -> Option<Title> {
    const PAPERS: &[&str] = &[
        "certificate",
        "certification",
        "certificado",
        "certificat",
        "certificato",
        "zertifikat",
        "certificaat",
        "zeugnis",
        "policy",
    ];
    let large = segment.size() > 1.25 * usual && segment.words.len() <= 8;
    let named = segment.words.iter().any(|word| PAPERS.contains(&fold(&word.text).as_str()));
    (large && named).then_some(Title::Kind(Kind::Unknown))
}

/// What labels and columns say about the kind, each a weight.
const SIGNS: &[(Concept, Kind, f32)] = &[
    (Concept::InvoiceNumber, Kind::CommercialInvoice, 1.0),
    (Concept::InvoiceDate, Kind::CommercialInvoice, 1.5),
    (Concept::Buyer, Kind::CommercialInvoice, 1.0),
    (Concept::Seller, Kind::CommercialInvoice, 0.7),
    (Concept::Payment, Kind::CommercialInvoice, 1.5),
    (Concept::Incoterm, Kind::CommercialInvoice, 0.7),
    (Concept::Subtotal, Kind::CommercialInvoice, 1.0),
    (Concept::Currency, Kind::CommercialInvoice, 0.5),
    (Concept::GrossTotal, Kind::CommercialInvoice, 3.0),
    (Concept::Tax, Kind::CommercialInvoice, 1.0),
    (Concept::PackingNumber, Kind::PackingList, 3.0),
    (Concept::PackingDate, Kind::PackingList, 2.0),
    (Concept::BlNumber, Kind::BillOfLading, 0.8),
    (Concept::Booking, Kind::BillOfLading, 1.2),
    (Concept::OnBoard, Kind::BillOfLading, 2.0),
    (Concept::PlaceOfReceipt, Kind::BillOfLading, 1.2),
    (Concept::PlaceDateIssue, Kind::BillOfLading, 1.0),
    (Concept::PreCarriage, Kind::BillOfLading, 1.0),
    (Concept::FreightTerms, Kind::BillOfLading, 0.5),
    (Concept::Notify, Kind::BillOfLading, 0.7),
    (Concept::AwbNumber, Kind::AirWaybill, 1.5),
    (Concept::AirportDeparture, Kind::AirWaybill, 2.0),
    (Concept::AirportDestination, Kind::AirWaybill, 2.0),
    (Concept::Flight, Kind::AirWaybill, 1.0),
    (Concept::FlightAndDate, Kind::AirWaybill, 1.5),
    (Concept::ChargeableWeight, Kind::AirWaybill, 1.5),
    (Concept::Stuffing, Kind::Isf, 4.0),
    (Concept::Consolidator, Kind::Isf, 3.0),
    (Concept::ImporterNumber, Kind::Isf, 2.0),
    (Concept::ConsigneeId, Kind::Isf, 1.5),
    (Concept::NoticeNumber, Kind::ArrivalNotice, 0.7),
    (Concept::NoticeDate, Kind::ArrivalNotice, 2.0),
    (Concept::Eta, Kind::ArrivalNotice, 1.2),
    (Concept::EtaFinal, Kind::ArrivalNotice, 1.5),
    (Concept::Firms, Kind::ArrivalNotice, 2.5),
    (Concept::LastFreeDay, Kind::ArrivalNotice, 2.5),
    (Concept::ItNumber, Kind::ArrivalNotice, 2.0),
    (Concept::Mrn, Kind::TransitDeclaration, 4.0),
    (Concept::Lrn, Kind::TransitDeclaration, 2.0),
    (Concept::OfficeDeparture, Kind::TransitDeclaration, 2.5),
    (Concept::OfficeDestination, Kind::TransitDeclaration, 2.5),
    (Concept::Guarantee, Kind::TransitDeclaration, 1.5),
];

fn speaks(sheet: &Sheet, tables: &[Table]) -> Option<(Kind, f32)> {
    let mut seen: Vec<Concept> = Vec::new();
    for label in sheet.segments.iter().flat_map(Segment::labels).filter(|label| label.plain()) {
        for concept in label.meaning.label.iter().take(1) {
            if !seen.contains(concept) {
                seen.push(*concept);
            }
        }
    }
    let mut scores: Vec<(Kind, f32)> = Kind::ALL.iter().map(|kind| (*kind, 0.0)).collect();
    let mut add = |kind: Kind, weight: f32| {
        if let Some((_, score)) = scores.iter_mut().find(|(other, _)| *other == kind) {
            *score += weight;
        }
    };
    for (concept, kind, weight) in SIGNS {
        if seen.contains(concept) {
            add(*kind, *weight);
        }
    }
    for table in tables {
        let has = |concept| table.column(concept).is_some();
        if table.lists_goods() && has(Concept::UnitPrice) && has(Concept::Amount) {
            add(Kind::CommercialInvoice, 3.0);
        } else if table.lists_goods()
            && (has(Concept::NetWeight) || has(Concept::GrossWeight))
            && has(Concept::Packages)
        {
            add(Kind::PackingList, 2.5);
        } else if table.lists_containers() && !table.lists_goods() {
            add(Kind::BillOfLading, 1.5);
        }
    }
    // A customs form numbers its elements: what it lists makes no paper of the trade of it.
    if sheet.segments.iter().map(label::numbered_elements).sum::<usize>() >= 4 {
        scores.retain(|(kind, _)| *kind == Kind::TransitDeclaration);
        scores.push((Kind::Unknown, 0.0));
    }
    scores.sort_by(|a, b| b.1.total_cmp(&a.1));
    match scores.as_slice() {
        [(kind, best), (_, second), ..] if *best >= 3.0 && best - second >= 0.8 => {
            Some((*kind, ((best - second) / 5.0).clamp(0.2, 1.0)))
        }
        _ => None,
    }
}

/// `Page 2 of 3`, `Seite 2 von 3`, `2 / 3` after such a word, `第 2 页`.
fn page_number(segment: &Segment) -> Option<(u32, Option<u32>)> {
    let text = segment.text();
    let folded = fold(&text);
    let rest = ["pageno", "page", "seite", "pagina", "pag", "blatt", "hoja", "sheet", "第"]
        .iter()
        .find_map(|word| folded.strip_prefix(word))?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let number: u32 = digits.parse().ok()?;
    let numbers: Vec<u32> =
        text.split(|letter: char| !letter.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
    match numbers.as_slice() {
        [one] => Some((*one, None)),
        [one, all] if one <= all => Some((*one, Some(*all))),
        _ => Some((number, None)).filter(|_| numbers.len() < 3),
    }
}
