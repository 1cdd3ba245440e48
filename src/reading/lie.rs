//! How pages lay when they were read upright, and the way back: proof is shown on the page as it is. Finding the tilt is `tilt`'s.

use super::page::{Page, Rect};
use super::tilt::Tilt;
use crate::domain::packet::document::{Document, Evidence, Reading};

/// How a page lay when it was read upright.
pub(super) struct Lie {
    number: u32,
    width: f32,
    height: f32,
    tilt: Tilt,
}

impl Lie {
    /// How this page lay.
    pub fn of(page: &Page) -> Self {
        Self { number: page.number, width: page.width, height: page.height, tilt: page.tilt }
    }

    /// Width and height of the paper as it is.
    pub fn paper(&self) -> (f32, f32) {
        self.tilt.paper(self.width, self.height)
    }
}

/// Turns the proof of every value back to where it stands on the page as it is.
pub(super) fn on_paper(document: &mut Document, lies: &[Lie]) {
    if lies.iter().all(|lie| lie.tilt == Tilt::default()) {
        return;
    }
    let readings: Vec<&mut Reading> =
        document.fields.values_mut().chain(document.lines.iter_mut().flat_map(|line| line.values_mut())).collect();
    for evidence in readings.into_iter().flat_map(|reading| reading.evidence.iter_mut()) {
        let Evidence::Page { page, bbox } = evidence else { continue };
        let Some(lie) = lies.iter().find(|lie| lie.number == *page) else { continue };
        let [x0, y0, x1, y1] = *bbox;
        let turned = lie.tilt.on_paper(Rect { x0, y0, x1, y1 }, lie.width, lie.height);
        *bbox = [turned.x0, turned.y0, turned.x1, turned.y1];
    }
}
