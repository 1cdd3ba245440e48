//! Where the value of a label stands: behind it, in its box, to its right, or below it. It gives blocks of words, best place first,
//! and reads none of them.

use super::{Draft, Spot};
use crate::domain::packet::document::TextSource;
use crate::reading::layout::Sheet;
use crate::reading::layout::segment::{Segment, text};
use crate::reading::page::{Rect, Word};
use crate::reading::vocabulary::Concept;

/// Printed lines that belong together.
#[derive(Clone, Debug, Default)]
pub struct Block {
    pub sheet: usize,
    pub lines: Vec<Vec<Word>>,
    /// Where the room of the block ends on the right, if something stands or is drawn there.
    pub limit: Option<f32>,
}

impl Block {
    /// The lines as text.
    pub fn texts(&self) -> Vec<String> {
        self.lines.iter().map(|line| text(line)).collect()
    }
}

/// The blocks that may be the value of a label, with how surely each is.
pub fn blocks(draft: &Draft<'_>, spot: &Spot) -> Vec<(Block, f32)> {
    let mut found = placed(draft, spot);
    for (block, _) in &mut found {
        block.limit = draft.sheets.get(block.sheet).and_then(|sheet| room(sheet, block));
    }
    found
}

/// The block of a party whose label heads a section with labels of its own: `Seller` over `Name:` and `Address:`.
pub fn section(draft: &Draft<'_>, spot: &Spot) -> Option<(Block, f32)> {
    if !spot.label.alone() {
        return None;
    }
    let at = draft.spots.iter().position(|other| std::ptr::eq(other, spot))?;
    let mut block: Option<Block> = None;
    for inner in
        draft.spots.iter().skip(at + 1).take(14).filter(|inner| inner.sheet == spot.sheet && inner.label.plain())
    {
        let column = (inner.label.rect.x0 - spot.label.rect.x0).abs() < 60.0
            || draft.sheets.get(spot.sheet).is_some_and(Sheet::is_grid);
        let (named, address) = (inner.label.means(Concept::PartyName), inner.label.means(Concept::PartyAddress));
        let party =
            draft.plan.targets.iter().any(|(concept, target, _)| target.is_party() && inner.label.means(*concept));
        match (named, address, &mut block) {
            _ if party => break,
            _ if !column => {}
            (true, _, None) => block = placed(draft, inner).into_iter().next().map(|(block, _)| block),
            (_, true, Some(block)) => {
                block
                    .lines
                    .extend(placed(draft, inner).into_iter().next().map(|(more, _)| more.lines).unwrap_or_default());
                break;
            }
            _ => {}
        }
    }
    block.map(|block| (block, 0.95))
}

/// Where the room of a block ends on the right: at a rule, or where the next words beside it start.
fn room(sheet: &Sheet, block: &Block) -> Option<f32> {
    let area = Rect::around(block.lines.iter().flatten().map(|word| word.rect))?;
    if sheet.is_grid() {
        return None;
    }
    let drawn = sheet.ruling.frame(area).right;
    let band = Rect { x1: area.x1 + 0.1, ..area };
    let beside =
        sheet.segments.iter().filter(|s| s.rect.x0 > area.x1 + 2.0 && s.rect.beside(band) > 0.5).map(|s| s.rect.x0);
    beside.chain(drawn).reduce(f32::min)
}

/// The blocks that may be the value of a label, best place first.
fn placed(draft: &Draft<'_>, spot: &Spot) -> Vec<(Block, f32)> {
    let finder = match Finder::new(draft, spot) {
        Some(finder) => finder,
        None => return Vec::new(),
    };
    let label = &spot.label;
    if !label.rest.is_empty() {
        let sure = if label.colon { 0.98 } else { 0.8 };
        return vec![(finder.down(label.rest.clone(), f32::MIN, true), sure)];
    }
    if !label.leads && !label.colon {
        return Vec::new();
    }
    let mut found = Vec::new();
    if let Some(frame) = finder.segment.frame.closed()
        && finder.is_form_box(frame)
    {
        if let Some(block) = finder.inside() {
            return vec![(block, 0.98)];
        }
        if frame.height() < 10.0 * label.rect.height() {
            found.extend(finder.cell_right().map(|block| (block, 0.92)));
        }
        if frame.height() < 2.4 * label.rect.height() {
            found.extend(finder.cell_below(frame).map(|block| (block, 0.88)));
        }
        return found;
    }
    let right = finder.right();
    let below = finder.below();
    let far = right.as_ref().is_some_and(|(_, gap)| *gap > 12.0 * finder.segment.size())
        && !label.colon
        && !finder.sheet.is_grid();
    let close = below.as_ref().is_some_and(|(_, aligned)| *aligned);
    let right_sure = if far && close {
        0.8
    } else if label.colon {
        0.97
    } else {
        0.94
    };
    found.extend(right.map(|(block, _)| (block, right_sure)));
    let below_sure = |aligned| match (aligned, label.colon) {
        (true, true) => 0.95,
        (true, false) => 0.9,
        (false, _) => 0.78,
    };
    found.extend(below.map(|(block, aligned)| (block, below_sure(aligned))));
    found.sort_by(|a, b| b.1.total_cmp(&a.1));
    found
}

struct Finder<'a> {
    sheet: &'a Sheet,
    sheet_at: usize,
    opens: &'a [bool],
    at: usize,
    segment: &'a Segment,
    label: Rect,
    colon: bool,
}

impl<'a> Finder<'a> {
    fn new(draft: &'a Draft<'_>, spot: &'a Spot) -> Option<Self> {
        let sheet = draft.sheets.get(spot.sheet)?;
        let opens = draft.opens.get(spot.sheet)?;
        let segment = sheet.segments.get(spot.segment)?;
        Some(Self {
            sheet,
            sheet_at: spot.sheet,
            opens,
            at: spot.segment,
            segment,
            label: spot.label.rect,
            colon: spot.label.colon,
        })
    }

    fn others(&self) -> impl Iterator<Item = (usize, &'a Segment, bool)> + Clone + use<'a> {
        let (at, opens) = (self.at, self.opens);
        let all = self.sheet.segments.iter().enumerate().filter(move |(other, _)| *other != at);
        all.map(move |(other, segment)| (other, segment, opens.get(other).copied().unwrap_or(false)))
    }

    /// True where the label stands at the top of a box of its own, as forms have it, and not in the frame of a whole page or table.
    fn is_form_box(&self, frame: Rect) -> bool {
        let mates = self.others().filter(|(_, segment, _)| segment.frame.same_box(&self.segment.frame));
        let labels = mates.clone().filter(|(_, _, opens)| *opens).count();
        let above = mates.clone().filter(|(_, segment, opens)| segment.rect.y1 < self.label.y0 && !*opens).count();
        labels <= 3 && above == 0 && frame.height() < 0.45 * self.sheet.height
    }

    /// What stands under or beside the label in its box, up to the next label.
    fn inside(&self) -> Option<Block> {
        let mates: Vec<(usize, &Segment, bool)> =
            self.others().filter(|(_, segment, _)| segment.frame.same_box(&self.segment.frame)).collect();
        let next_right =
            mates.iter().filter(|(_, s, opens)| *opens && s.rect.y1 > self.label.y0 && s.rect.x0 > self.label.x1);
        let limit = next_right.map(|(_, s, _)| s.rect.x0 - 2.0).fold(f32::MAX, f32::min);
        let next_left = mates.iter().any(|(_, s, opens)| *opens && s.rect.x1 < self.label.x0);
        let start = if next_left { self.label.x0 - 12.0 } else { f32::MIN };
        let stop = mates.iter().filter(|(_, s, opens)| {
            *opens && s.rect.y0 > self.label.centre() && s.rect.x0 < limit && s.rect.x1 > start
        });
        let floor = stop.map(|(_, s, _)| s.rect.y0).fold(f32::MAX, f32::min);
        let content = mates.into_iter().filter(|(_, s, opens)| {
            let under = s.rect.y1 > self.label.y1 + 0.5 || s.rect.x0 >= self.label.x1;
            !*opens
                && under
                && s.rect.centre() > self.label.y0
                && s.rect.y0 < floor - 1.0
                && s.rect.x0 < limit
                && s.rect.x0 >= start
        });
        let mut lines: Vec<(usize, Vec<Word>)> = Vec::new();
        for (_, segment, _) in content {
            match lines.last_mut() {
                Some((line, words)) if *line == segment.line => words.extend(segment.words.iter().cloned()),
                _ => lines.push((segment.line, segment.words.clone())),
            }
        }
        let lines: Vec<Vec<Word>> = lines.into_iter().map(|(_, words)| words).collect();
        (!lines.is_empty()).then_some(Block { sheet: self.sheet_at, lines, limit: None })
    }

    /// The content of the box to the right, where it holds no label.
    fn cell_right(&self) -> Option<Block> {
        let beside =
            self.others().filter(|(_, s, _)| s.rect.x0 > self.label.x1 && s.rect.beside(self.segment.rect) > 0.3);
        let (_, first, _) = beside.min_by(|a, b| a.1.rect.x0.total_cmp(&b.1.rect.x0))?;
        self.cell(first)
    }

    /// The content of the box below, where it holds no label.
    fn cell_below(&self, frame: Rect) -> Option<Block> {
        let under = self.others().filter(|(_, s, _)| {
            s.frame.closed().is_some_and(|other| {
                (other.y0 - frame.y1).abs() < 2.0 && other.x0 < self.label.middle() && self.label.middle() < other.x1
            })
        });
        let (_, first, _) = under.min_by(|a, b| a.1.rect.y0.total_cmp(&b.1.rect.y0))?;
        self.cell(first)
    }

    fn cell(&self, first: &Segment) -> Option<Block> {
        let mates: Vec<(usize, &Segment, bool)> =
            self.others().filter(|(_, s, _)| s.frame.same_box(&first.frame)).collect();
        if mates.is_empty() || mates.iter().any(|(_, _, opens)| *opens) {
            return None;
        }
        let mut lines: Vec<(usize, Vec<Word>)> = Vec::new();
        for (_, segment, _) in mates {
            match lines.last_mut() {
                Some((line, words)) if *line == segment.line => words.extend(segment.words.iter().cloned()),
                _ => lines.push((segment.line, segment.words.clone())),
            }
        }
        Some(Block { sheet: self.sheet_at, lines: lines.into_iter().map(|(_, words)| words).collect(), limit: None })
    }

    /// The nearest words to the right, with what goes on below them; and how far away they are.
    fn right(&self) -> Option<(Block, f32)> {
        let beside = self
            .others()
            .filter(|(_, s, _)| s.rect.x0 >= self.label.x1 - 1.0 && s.rect.beside(self.segment.rect) > 0.2);
        let mut row: Vec<(usize, &Segment, bool)> = beside.collect();
        row.sort_by(|a, b| a.1.rect.x0.total_cmp(&b.1.rect.x0));
        let (_, first, opens) = row.first()?;
        let parted = first.words.first().is_some_and(|word| word.text.starts_with([':', '：']));
        if *opens || first.rect.beside(self.segment.rect) < 0.45 || (self.colon && parted) {
            return None;
        }
        let mut words = first.words.clone();
        for pair in row.windows(2) {
            let [(_, left, _), (_, right, opens)] = pair else { continue };
            let near = right.rect.x0 - left.rect.x1 < 2.0 * left.size() && !self.sheet.is_grid();
            if *opens || !near || left.frame != right.frame {
                break;
            }
            words.extend(right.words.iter().cloned());
        }
        let gap = first.rect.x0 - self.label.x1;
        let words = without_colon(words);
        if words.is_empty() {
            return None;
        }
        let mut block = self.down(words, first.rect.x0, false);
        let above = self.above(first);
        let whole = Rect::around(above.iter().chain(&block.lines).flatten().map(|word| word.rect));
        let middle = whole.is_some_and(|whole| (whole.centre() - self.label.centre()).abs() < 0.2 * first.size());
        if !above.is_empty() && (middle || self.stands_apart(&above, first)) {
            block.lines.splice(0..0, above);
        }
        Some((block, gap))
    }

    /// The words right below, with what goes on below them; true where they start at the label's left edge.
    fn below(&self) -> Option<(Block, bool)> {
        let reach = if self.sheet.is_grid() { 14.0 } else { 1.7 * self.segment.size().max(6.0) };
        let wrapped = !balanced(&self.segment.text());
        let under = self
            .others()
            .filter(|(_, s, _)| !(wrapped && s.text().contains(')') && !balanced(&s.text())))
            .filter(|(_, s, _)| {
                let drop = s.rect.y0 - self.label.y1 - if wrapped { self.segment.size() * 1.3 } else { 0.0 };
                let over = s.rect.shared_width(self.segment.rect) > 0.5 || (s.rect.x0 - self.label.x0).abs() < 16.0;
                over && drop > -1.5 - if wrapped { 14.0 } else { 0.0 }
                    && drop < reach
                    && s.rect.centre() > self.label.y1
            });
        let (_, first, opens) = under.min_by(|a, b| {
            (a.1.line, (a.1.rect.x0 - self.label.x0).abs())
                .partial_cmp(&(b.1.line, (b.1.rect.x0 - self.label.x0).abs()))
                .unwrap_or(std::cmp::Ordering::Equal)
        })?;
        if opens {
            return None;
        }
        let aligned = (first.rect.x0 - self.label.x0).abs() < 18.0;
        Some((self.down(without_colon(self.parted(first)), first.rect.x0, false), aligned))
    }

    /// The words of a segment with those that a colon parts from them, however far: `Number   : 4711`.
    fn parted(&self, segment: &Segment) -> Vec<Word> {
        let mut words = segment.words.clone();
        let beside = self.others().filter(|(_, s, _)| s.line == segment.line && s.rect.x0 > segment.rect.x0);
        let next = beside.min_by(|a, b| a.1.rect.x0.total_cmp(&b.1.rect.x0));
        let colon = |s: &Segment| s.words.first().is_some_and(|word| word.text.starts_with([':', '：']));
        words.extend(next.filter(|(_, s, _)| colon(s)).into_iter().flat_map(|(_, s, _)| s.words.iter().cloned()));
        words
    }

    /// True where lines are nearer to the value below them than to whatever stands above them.
    fn stands_apart(&self, lines: &[Vec<Word>], value: &Segment) -> bool {
        let Some(area) = Rect::around(lines.iter().flatten().map(|word| word.rect)) else { return false };
        let before = self.others().filter(|(_, s, _)| s.rect.y1 < area.y0 && s.rect.x0 < area.x1);
        let gap = before.map(|(_, s, _)| area.y0 - s.rect.y1).reduce(f32::min);
        gap.is_some_and(|gap| gap > (value.rect.y0 - area.y1) + 0.25 * value.size())
    }

    /// The lines of a value above the one that stands beside its label, where the label stands at the middle of them all.
    fn above(&self, first: &Segment) -> Vec<Vec<Word>> {
        let size = first.size();
        let mut lines: Vec<Vec<Word>> = Vec::new();
        if self.sheet.is_grid() {
            return lines;
        }
        let mut top = first.rect;
        let column: Vec<(usize, &Segment, bool)> = self
            .others()
            .filter(|(_, s, opens)| {
                !*opens && (s.rect.x0 - first.rect.x0).abs() < 2.0 && s.rect.y1 <= first.rect.centre()
            })
            .collect();
        for (_, segment, _) in column.into_iter().rev() {
            let beside = self.others().any(|(_, s, _)| s.rect.x1 < segment.rect.x0 && s.line == segment.line);
            if top.y0 - segment.rect.y1 > 0.5 * size || beside || lines.len() > 2 {
                break;
            }
            top = segment.rect;
            lines.insert(0, segment.words.clone());
        }
        lines
    }

    /// A first line and the lines that go on below it in its column, up to a label, a rule or a wider gap.
    fn down(&self, first: Vec<Word>, edge: f32, inline: bool) -> Block {
        let mut block = Block { sheet: self.sheet_at, lines: Vec::new(), limit: None };
        let Some(start) = Rect::around(first.iter().map(|word| word.rect)) else { return block };
        let size = first.iter().map(|word| word.size).fold(0.0, f32::max);
        block.lines.push(first);
        if inline && !self.colon {
            return block;
        }
        let mut area = start;
        let mut last = start;
        let mut line: Option<usize> = None;
        for (_, segment, opens) in self.others() {
            if segment.rect.y0 < last.y0 + 0.5 * last.height() && line != Some(segment.line) {
                continue;
            }
            let left_bound = self.label.x0.min(start.x0) - 8.0;
            let in_reach = segment.rect.x1 > left_bound && segment.rect.x0 < area.x1;
            if opens && in_reach && segment.rect.y0 > start.y0 + 0.5 * start.height() {
                break;
            }
            let hangs = start.x0 > self.label.x1 - 2.0
                && start.beside(self.label) > 0.5
                && (segment.rect.x0 - self.label.x0).abs() < 5.0;
            // The colon that the wrapped line stands under may be lost on a scan.
            let outdent = start.x0 - segment.rect.x0;
            let under_colon = self.sheet.source == TextSource::Ocr
                && start.x0 > self.label.x1 + size
                && segment.rect.x0 > self.label.x1
                && (0.0..2.0 * size).contains(&outdent);
            let aligned = (segment.rect.x0 - start.x0).abs() < 5.0
                || (segment.rect.x0 - edge).abs() < 5.0
                || under_colon
                || (inline && hangs);
            let same_line = line == Some(segment.line)
                && segment.rect.x0 > last.x0
                && segment.rect.x0 - last.x1 < 2.0 * size
                && !self.sheet.is_grid();
            if !aligned && !same_line {
                continue;
            }
            let gap = segment.rect.y0 - last.y1;
            let limit = if self.sheet.is_grid() { 4.0 } else { 0.8 * size };
            let ruled = self.sheet.ruling.divides(last.y1 - 1.0, segment.rect.y0 + 1.0, segment.rect.x0 + 1.0);
            let ratio = segment.size() / size.max(0.1);
            if !same_line && (gap > limit || ruled || !(0.75..1.35).contains(&ratio) || block.lines.len() >= 9) {
                break;
            }
            if same_line {
                if let Some(words) = block.lines.last_mut().filter(|words| words.last() != segment.words.last()) {
                    words.extend(segment.words.iter().cloned());
                }
            } else {
                block.lines.push(self.parted(segment));
            }
            line = Some(segment.line);
            last = segment.rect;
            area = area.union(segment.rect);
        }
        block
    }
}

/// True where every bracket that opens closes.
fn balanced(print: &str) -> bool {
    print.matches(['(', '（']).count() == print.matches([')', '）']).count()
}

/// A value without the colon that stands before it.
fn without_colon(mut words: Vec<Word>) -> Vec<Word> {
    if let Some(first) = words.first_mut() {
        let trimmed = first.text.trim_start_matches([':', '：']).to_owned();
        if trimmed.is_empty() {
            words.remove(0);
        } else if trimmed.len() < first.text.len() {
            let cut = first.text.len() - trimmed.len();
            *first = crate::reading::layout::label::slice(first, cut, first.text.len());
        }
    }
    words
}
