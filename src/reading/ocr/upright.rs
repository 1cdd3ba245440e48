//! Setting a scan upright and straight before it is read: which way its lines run, by how little they slope, and whether specks
//! lie on it. Works on grey pictures and knows nothing of letters.

use crate::reading::pixels;
use image::imageops::{self, FilterType};
use image::{GrayImage, Luma};

/// Pixels darker than this count as ink.
const INK: u8 = 140;
/// The steepest slope that is straightened, in degrees; a steeper one was meant.
const STEEPEST: f32 = 5.0;

/// Where the ink of a page is, seen from afar.
struct Ink {
    points: Vec<(f32, f32)>,
    width: f32,
    height: f32,
}

impl Ink {
    fn of(page: &GrayImage) -> Self {
        let (width, height) = ((page.width() / 3).max(1), (page.height() / 3).max(1));
        let small = imageops::resize(page, width, height, FilterType::Triangle);
        let dark = small.enumerate_pixels().filter(|(_, _, level)| level.0 < [INK]);
        let points = dark.map(|(x, y, _)| (pixels::length(x), pixels::length(y))).collect();
        Self { points, width: pixels::length(width), height: pixels::length(height) }
    }

    fn on_its_side(&self) -> Self {
        let points = self.points.iter().map(|(x, y)| (*y, *x)).collect();
        Self { points, width: self.height, height: self.width }
    }

    /// How sharply rows of ink and rows of none follow each other, along lines that fall by `degrees`.
    fn crispness(&self, degrees: f32) -> f32 {
        let slope = degrees.to_radians().tan();
        let margin = self.width * slope.abs();
        let mut rows =
            vec![0.0_f32; usize::try_from(pixels::count(self.height + 2.0 * margin)).unwrap_or(0).saturating_add(2)];
        for (x, y) in &self.points {
            let row = usize::try_from(pixels::count(y - x * slope + margin)).unwrap_or(0);
            if let Some(count) = rows.get_mut(row) {
                *count += 1.0;
            }
        }
        rows.iter().zip(rows.iter().skip(1)).map(|(above, below)| (above - below) * (above - below)).sum()
    }

    /// The slope of the lines in degrees, falling to the right, and how crisp they are along it.
    fn slope(&self) -> (f32, f32) {
        let steps = |from: f32, step: f32, count: u8| (0..=count).map(move |index| from + step * f32::from(index));
        let best = |angles: &mut dyn Iterator<Item = f32>| {
            let judged = angles.map(|angle| (angle, self.crispness(angle)));
            judged.max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0.0, 0.0))
        };
        let (rough, _) = best(&mut steps(-STEEPEST, 0.5, 20));
        best(&mut steps(rough - 0.5, 0.1, 10))
    }
}

/// Which way the lines of a page run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lie {
    /// The lines run from top to bottom: the page lies on its side, one way or the other.
    pub sideways: bool,
    /// Degrees by which the lines fall to the right, once the page stands.
    pub slope: f32,
}

/// Judges a page by its ink. A page with next to none is taken as it is.
pub fn lie(page: &GrayImage) -> Lie {
    let ink = Ink::of(page);
    if ink.points.len() < 200 {
        return Lie { sideways: false, slope: 0.0 };
    }
    let (slope, level) = ink.slope();
    let turned = ink.on_its_side();
    let (turned_slope, upright) = turned.slope();
    // Tables have sharp edges both ways, so that only a clear difference turns a page. Seen along the other diagonal, a
    // line that falls rises.
    if upright > 1.6 * level { Lie { sideways: true, slope: -turned_slope } } else { Lie { sideways: false, slope } }
}

/// The lie of a page of which a person said that it stands.
pub fn standing(page: &GrayImage) -> Lie {
    let ink = Ink::of(page);
    Lie { sideways: false, slope: if ink.points.len() < 200 { 0.0 } else { ink.slope().0 } }
}

/// The page turned clockwise by quarters.
pub fn turn(page: &GrayImage, quarters: u8) -> GrayImage {
    match quarters % 4 {
        0 => page.clone(),
        1 => imageops::rotate90(page),
        2 => imageops::rotate180(page),
        _ => imageops::rotate270(page),
    }
}

/// The page with lines that fell by `slope` degrees made level, white where the scan ended.
pub fn straighten(page: &GrayImage, slope: f32) -> GrayImage {
    let (sin, cos) = slope.to_radians().sin_cos();
    let (cx, cy) = (pixels::length(page.width()) / 2.0, pixels::length(page.height()) / 2.0);
    GrayImage::from_fn(page.width(), page.height(), |x, y| {
        let (dx, dy) = (pixels::length(x) - cx, pixels::length(y) - cy);
        Luma([between(page, cx + dx * cos - dy * sin, cy + dx * sin + dy * cos)])
    })
}

/// The grey between four pixels.
fn between(page: &GrayImage, x: f32, y: f32) -> u8 {
    let at = |x: f32, y: f32| {
        let inside = x >= 0.0 && y >= 0.0;
        let level = if inside { page.get_pixel_checked(pixels::count(x), pixels::count(y)) } else { None };
        level.map_or(255.0, |level| level.0.first().copied().map_or(255.0, f32::from))
    };
    let (left, top) = (x.floor(), y.floor());
    let (right, low) = (x - left, y - top);
    let above = at(left, top) * (1.0 - right) + at(left + 1.0, top) * right;
    let below = at(left, top + 1.0) * (1.0 - right) + at(left + 1.0, top + 1.0) * right;
    pixels::grey(above * (1.0 - low) + below * low)
}

/// True where specks of ink stand alone all over the page.
pub fn is_speckled(page: &GrayImage) -> bool {
    let (mut ink, mut alone) = (0u32, 0u32);
    // Every fourth row tells as much as all of them.
    for y in (1..page.height().saturating_sub(1)).step_by(4) {
        for x in 1..page.width().saturating_sub(1) {
            if dark(page, x, y) {
                ink = ink.saturating_add(1);
                if neighbours(x, y).filter(|(x, y)| dark(page, *x, *y)).count() <= 1 {
                    alone = alone.saturating_add(1);
                }
            }
        }
    }
    alone.saturating_mul(30) > ink
}

fn dark(page: &GrayImage, x: u32, y: u32) -> bool {
    page.get_pixel_checked(x, y).is_some_and(|level| level.0 < [INK])
}

fn neighbours(x: u32, y: u32) -> impl Iterator<Item = (u32, u32)> {
    let around =
        move |row: u32| (0..3).map(move |column| ((x + column).saturating_sub(1), (y + row).saturating_sub(1)));
    (0..3).flat_map(around).filter(move |place| *place != (x, y))
}

/// The page without specks: no pixel is darker or lighter than the second darkest or second lightest around it. Thin strokes
/// have ink on two sides and stay, which a median would not leave them.
pub fn without_specks(page: &GrayImage) -> GrayImage {
    let at = |x: u32, y: u32| page.get_pixel_checked(x, y).and_then(|level| level.0.first().copied());
    GrayImage::from_fn(page.width(), page.height(), |x, y| {
        let own = at(x, y).unwrap_or(255);
        let mut around = [own; 8];
        for (level, (x, y)) in around.iter_mut().zip(neighbours(x, y)) {
            *level = at(x, y).unwrap_or(own);
        }
        around.sort_unstable();
        let (darkest, lightest) = (around.get(1).copied().unwrap_or(own), around.get(6).copied().unwrap_or(own));
        Luma([own.clamp(darkest, lightest)])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sheet with twenty lines of words.
    fn sheet() -> GrayImage {
        GrayImage::from_fn(600, 800, |x, y| {
            let line = (100..700).contains(&y) && y % 30 < 12;
            let letter = (60..540).contains(&x) && x % 50 < 41 && (x + y) % 7 < 4;
            Luma([if line && letter { 20 } else { 245 }])
        })
    }

    #[test]
    fn a_level_sheet_is_left_alone() {
        assert!(lie(&sheet()).slope.abs() < 0.11, "{:?}", lie(&sheet()));
        assert!(!lie(&sheet()).sideways);
        assert!(!lie(&GrayImage::from_pixel(600, 800, Luma([255]))).sideways);
    }

    #[test]
    fn a_slope_is_found_and_taken_out() {
        for slope in [-3.0, -1.5, 0.8, 2.0] {
            let sloping = straighten(&sheet(), -slope);
            let found = lie(&sloping).slope;
            assert!((found - slope).abs() < 0.25, "{found} instead of {slope}");
            assert!(lie(&straighten(&sloping, found)).slope.abs() < 0.25);
        }
    }

    #[test]
    fn a_sheet_on_its_side_is_noticed_with_its_slope() {
        let lying = turn(&straighten(&sheet(), -1.5), 1);
        assert!(lie(&lying).sideways);
        let stood = lie(&turn(&lying, 3));
        assert!(!stood.sideways && (stood.slope - 1.5).abs() < 0.25, "{stood:?}");
        assert!((lie(&lying).slope - 1.5).abs() < 0.25, "{:?}", lie(&lying));
    }

    #[test]
    fn specks_are_noticed_and_go() {
        let speckled = GrayImage::from_fn(600, 800, |x, y| {
            let own = sheet_level(x, y);
            Luma([if (x * 7 + y * 13) % 97 == 0 { 0 } else { own }])
        });
        assert!(is_speckled(&speckled));
        assert!(!is_speckled(&sheet()));
        assert!(!is_speckled(&without_specks(&speckled)));
    }

    fn sheet_level(x: u32, y: u32) -> u8 {
        let line = (100..700).contains(&y) && y % 30 < 12;
        if line && (60..540).contains(&x) && x % 50 < 41 && x % 9 < 5 { 20 } else { 245 }
    }
}
