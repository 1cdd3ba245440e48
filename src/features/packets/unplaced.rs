//! Corrections that stand and have lost their place: told on the packet's page, with the way to make them anew or to take them back.

use super::selection::place_of;
use crate::domain::ids::PacketId;
use crate::domain::packet::correction::{Lost, Spot, Unplaced};
use crate::domain::packet::result::PacketResult;
use crate::domain::packet::written::words;
use crate::reading::mail::page_of_part;
use crate::store::corrections::{Entry, newest};
use crate::store::packets::File;

/// One of them, for the page.
pub struct UnplacedView {
    /// What was corrected, and why it does not show.
    pub told: String,
    pub spot: Spot,
    /// The number of the newest step of the value.
    pub version: i32,
    /// Where the value is chosen that is read in its place now.
    pub href: Option<String>,
}

/// The corrections that have lost their place.
pub fn views(packet: PacketId, result: &PacketResult, files: &[File], history: &[Entry]) -> Vec<UnplacedView> {
    let view = |lost: &Unplaced| {
        let Spot { place, field, line } = lost.spot;
        let entry = newest(history, lost.spot);
        let document = result.documents.iter().find(|document| place_of(document, files) == Some(place));
        let file = files.iter().find(|file| file.id == place.file).map_or("a file", |file| file.name.as_str());
        let at = line.map(|line| format!(", line {}", line.saturating_add(1))).unwrap_or_default();
        let value = lost.value.as_ref().map_or_else(|| "not printed".to_owned(), |value| words(field, value));
        let by = entry.map(|entry| entry.name.as_str()).unwrap_or_default();
        let now = lost.now.as_ref().map_or_else(|| "nothing".to_owned(), |now| words(field, now));
        let why = match lost.why {
            Lost::Document => "no document begins on that page any more".to_owned(),
            Lost::Line => "its document has fewer lines now".to_owned(),
            Lost::Otherwise => format!("{now} is read there now, which is not what was read when it was made"),
        };
        let version = entry.filter(|entry| entry.of != place.file).map_or("", |_| " of an older version");
        let (label, page, reason) = (field.label(), page_of_part(place.page), &lost.reason);
        let href = document.filter(|document| line.is_none_or(|line| line < document.lines.len())).map(|document| {
            let line = line.map(|line| format!("&line={line}")).unwrap_or_default();
            format!("/packets/{packet}?document={}&field={field}{line}#viewer", document.id)
        });
        UnplacedView {
            told: format!(
                "{label}{at} of {file}, page {page}: {value}, said by {by}{version} ({reason}). It does not count: {why}."
            ),
            spot: lost.spot,
            version: entry.map_or(0, |entry| entry.number),
            href,
        }
    };
    result.unplaced.iter().map(view).collect()
}
