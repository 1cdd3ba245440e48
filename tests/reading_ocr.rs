//! What the OCR engine gets out of pages, measured on text PDFs that are drawn, made into scans, and read back: the PDF's own
//! words are the truth. Needs the engine and the packets; says so where either is missing.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a test may stop where its own preparation fails")]

use image::{GrayImage, Luma};
use quayside::reading::ocr::{Engine, Tesseract};
use quayside::reading::source::Limits;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;

fn shared() -> Option<PathBuf> {
    let place = std::env::var_os("QUAYSIDE_SHARED").map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    if place.join("packets").is_dir() {
        return Some(place);
    }
    eprintln!("skipped: ../shared is not here");
    None
}

/// The text PDFs among the packets, the first page of each, with the words it prints.
fn pages(shared: &Path, most: usize) -> Vec<(PathBuf, Vec<String>)> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(shared.join("packets")).unwrap().flatten().map(|e| e.path()).collect();
    files.retain(|folder| folder.is_dir());
    files.sort();
    let mut pages = Vec::new();
    for folder in files {
        let mut inside: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path()).collect();
        inside.retain(|file| file.extension().is_some_and(|ending| ending == "pdf"));
        inside.sort();
        let Some(file) = inside.into_iter().next() else { continue };
        let text = Command::new("pdftotext").args(["-l", "1"]).arg(&file).arg("-").output().unwrap();
        let words: Vec<String> = String::from_utf8_lossy(&text.stdout).split_whitespace().map(str::to_owned).collect();
        if words.len() > 50 {
            pages.push((file, words));
        }
    }
    pages.truncate(most);
    pages
}

fn draw(file: &Path, dots: u32) -> GrayImage {
    let png = Command::new("pdftoppm")
        .args(["-r", &dots.to_string(), "-l", "1", "-gray", "-png"])
        .arg(file)
        .output()
        .unwrap();
    image::load_from_memory(&png.stdout).unwrap().into_luma8()
}

/// As a worn scanner sees it: noise, specks and JPEG.
fn worn(page: &GrayImage) -> GrayImage {
    let mut state = 7u32;
    let mut random = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state >> 16
    };
    let noisy = GrayImage::from_fn(page.width(), page.height(), |x, y| {
        let noise = i64::from(random() % 25) + i64::from(random() % 25) - 24;
        let level = i64::from(page.get_pixel(x, y).0[0]) * 9 / 10 + 20 + noise;
        let level = match random() % 200 {
            0 => 0,
            1 => 255,
            _ => level.clamp(0, 255),
        };
        Luma([u8::try_from(level).unwrap()])
    });
    let mut jpeg = std::io::Cursor::new(Vec::new());
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 40).encode_image(&noisy).unwrap();
    image::load_from_memory(jpeg.get_ref()).unwrap().into_luma8()
}

/// The share of printed words that were seen, and of seen words that are printed.
fn judged(printed: &[String], seen: &[String]) -> (f64, f64) {
    let mut left: HashMap<&str, usize> = HashMap::new();
    for word in printed {
        *left.entry(word).or_default() += 1;
    }
    let mut right = 0u32;
    for word in seen {
        if let Some(count) = left.get_mut(word.as_str()).filter(|count| **count > 0) {
            *count -= 1;
            right += 1;
        }
    }
    let of = |count: usize| f64::from(right) / f64::from(u32::try_from(count.max(1)).unwrap());
    (of(printed.len()), of(seen.len()))
}

fn measure(name: &str, most: usize, scan: impl Fn(&GrayImage) -> GrayImage) -> Option<(f64, f64)> {
    let (shared, engine) = (shared()?, Engine::installed());
    if engine.program.is_none() {
        eprintln!("skipped: no OCR engine is installed");
        return None;
    }
    let (mut printed, mut seen) = (Vec::new(), Vec::new());
    for (index, (file, words)) in pages(&shared, most).into_iter().enumerate() {
        let reader = Tesseract::new(engine.clone(), Limits::default());
        let page = reader.see(1, &scan(&draw(&file, 200)), 200.0);
        let mark = |word: &str| format!("{index} {word}");
        printed.extend(words.iter().map(|word| mark(word)));
        seen.extend(page.words.iter().map(|word| mark(&word.text)));
    }
    let (recall, precision) = judged(&printed, &seen);
    eprintln!("{name}: recall {recall:.3}, precision {precision:.3} of {} words", printed.len());
    Some((recall, precision))
}

#[test]
fn a_clean_scan_is_read() {
    if let Some((recall, precision)) = measure("clean", 4, GrayImage::clone) {
        assert!(recall > 0.9 && precision > 0.9);
    }
}

#[test]
fn a_worn_scan_is_read() {
    if let Some((recall, precision)) = measure("worn", 4, worn) {
        assert!(recall > 0.9 && precision > 0.9);
    }
}

/// The share of printed words that the engine by itself finds on a picture.
fn plain_recall(most: usize, scan: impl Fn(&GrayImage) -> GrayImage) -> Option<f64> {
    let shared = shared()?;
    let (mut printed, mut seen) = (Vec::new(), Vec::new());
    for (index, (file, words)) in pages(&shared, most).into_iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let picture = folder.path().join("page.png");
        scan(&draw(&file, 200)).save(&picture).unwrap();
        let table = Command::new("tesseract").arg(&picture).args(["-", "--dpi", "200", "tsv"]).output().unwrap();
        let mark = |word: &str| format!("{index} {word}");
        printed.extend(words.iter().map(|word| mark(word)));
        let words = quayside::reading::ocr::tsv::words(&String::from_utf8_lossy(&table.stdout));
        seen.extend(words.iter().map(|word| mark(&word.text)));
    }
    Some(judged(&printed, &seen).0)
}

#[test]
fn more_words_are_found_than_the_plain_engine_finds() {
    type Scan = fn(&GrayImage) -> GrayImage;
    let scans: [(&str, Scan); 2] = [("clean", GrayImage::clone), ("worn", worn)];
    for (name, scan) in scans {
        let Some((ours, _)) = measure(name, 4, scan) else { return };
        let Some(plain) = plain_recall(4, scan) else { return };
        eprintln!("{name}: word recall {ours:.3}, of the plain engine {plain:.3}");
        assert!(ours >= plain, "{name}");
    }
}

#[test]
fn a_scan_upside_down_is_read() {
    if let Some((recall, _)) = measure("upside down", 2, image::imageops::rotate180) {
        assert!(recall > 0.9);
    }
}

#[test]
fn a_scan_on_its_side_is_read() {
    if let Some((recall, _)) = measure("on its side", 2, image::imageops::rotate270) {
        assert!(recall > 0.9);
    }
}
