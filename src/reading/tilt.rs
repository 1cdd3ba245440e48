//! How a scanned sheet lay in its scanner. Words are read on the page set upright and straight; proof is shown on the page as
//! it is. This is the way back.

use super::page::Rect;

/// How a page was turned before it was read. The default is not at all.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tilt {
    /// Quarter turns clockwise that set the page upright, 0 to 3.
    pub quarters: u8,
    /// Degrees clockwise, after the quarter turns, that made its lines level.
    pub degrees: f32,
}

impl Tilt {
    /// Where a box of the upright page, `width` by `height`, lies on the page as it is: the smallest box that holds it there.
    pub fn on_paper(self, rect: Rect, width: f32, height: f32) -> Rect {
        let (sin, cos) = (-self.degrees).to_radians().sin_cos();
        let (cx, cy) = (width / 2.0, height / 2.0);
        let corners = [(rect.x0, rect.y0), (rect.x1, rect.y0), (rect.x0, rect.y1), (rect.x1, rect.y1)].map(|(x, y)| {
            let (dx, dy) = (x - cx, y - cy);
            let (x, y) = (cx + dx * cos - dy * sin, cy + dx * sin + dy * cos);
            match self.quarters % 4 {
                0 => (x, y),
                1 => (y, width - x),
                2 => (width - x, height - y),
                _ => (height - y, x),
            }
        });
        // A level line has boxes as high as its letters; turned back, a long box would take in its neighbours' lines.
        let hold = |values: [f32; 4]| {
            (values.into_iter().fold(f32::MAX, f32::min), values.into_iter().fold(f32::MIN, f32::max))
        };
        let ((x0, x1), (y0, y1)) = (hold(corners.map(|corner| corner.0)), hold(corners.map(|corner| corner.1)));
        Rect { x0, y0, x1, y1 }
    }

    /// Width and height of the page as it is, from those of the upright page.
    pub const fn paper(self, width: f32, height: f32) -> (f32, f32) {
        if self.quarters.is_multiple_of(2) { (width, height) } else { (height, width) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LETTERHEAD: Rect = Rect { x0: 10.0, y0: 20.0, x1: 110.0, y1: 32.0 };

    #[test]
    fn a_box_is_found_again_on_a_page_that_lay_on_its_side() {
        let back = |quarters| Tilt { quarters, degrees: 0.0 }.on_paper(LETTERHEAD, 600.0, 800.0);
        assert_eq!(back(0), LETTERHEAD);
        assert_eq!(back(1), Rect { x0: 20.0, y0: 490.0, x1: 32.0, y1: 590.0 });
        assert_eq!(back(2), Rect { x0: 490.0, y0: 768.0, x1: 590.0, y1: 780.0 });
        assert_eq!(back(3), Rect { x0: 768.0, y0: 10.0, x1: 780.0, y1: 110.0 });
    }

    #[test]
    fn a_box_at_the_edge_moves_with_the_slope_of_its_page() {
        let tilt = Tilt { quarters: 0, degrees: 1.5 };
        let level = Rect { x0: 560.0, y0: 396.0, x1: 580.0, y1: 404.0 };
        let back = tilt.on_paper(level, 600.0, 800.0);
        assert!((back.y0 - 388.6).abs() < 1.0 && back.y1 < 400.0, "{back:?}");
    }
}
