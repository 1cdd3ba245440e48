//! Forms whose labels are a drawing and whose values are text: the demo's own papers, taken apart into a background and what is typed on
//! it, say the same as before. Needs an OCR engine; says so where there is none.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a test may stop where its own preparation fails")]

use image::{GrayImage, Luma};
use krilla::geom::{PathBuilder, Point, Rect, Size};
use krilla::image::Image;
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::text::{Font, TextDirection};
use quayside::domain::packet::arrangement::Leaf;
use quayside::domain::packet::document::{Document, Evidence, Field, Kind};
use quayside::print::invented::SHIPMENTS;
use quayside::print::{Align, Paper, Weight};
use quayside::reading::layout::Sheet;
use quayside::reading::ocr::{Engine, Tesseract};
use quayside::reading::page::{Page, Word};
use quayside::reading::source::{Format, Limits};
use quayside::reading::{NoOcr, Ocr, number, pdf, read, render};
use std::sync::Arc;

/// What a form's labels are drawn as.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Background {
    Picture,
    Outlines,
}

/// The words of a page that a form would have printed before it was filled in, and those that were filled in.
fn parted(page: &Page) -> (Vec<Word>, Vec<Word>) {
    let sheet = Sheet::new(page.clone());
    let mut printed: Vec<Word> = Vec::new();
    for segment in &sheet.segments {
        for word in &segment.words {
            let label = segment
                .labels()
                .iter()
                .any(|label| label.leads && label.rect.x0 - 0.5 < word.rect.x0 && word.rect.x1 < label.rect.x1 + 0.5);
            if label || segment.heads_column() || segment.size() > 11.0 {
                printed.push(word.clone());
            }
        }
    }
    let typed =
        page.words.iter().filter(|word| !printed.iter().any(|other| other.rect == word.rect)).cloned().collect();
    (printed, typed)
}

fn set(surface: &mut Surface<'_>, font: &Font, word: &Word, outlined: bool) {
    surface.set_stroke(None);
    surface.set_fill(Some(Fill::default()));
    let baseline = word.rect.y0 + 0.76 * word.size;
    surface.draw_text(
        Point::from_xy(word.rect.x0, baseline),
        font.clone(),
        word.size,
        &word.text,
        outlined,
        TextDirection::LeftToRight,
    );
}

/// The page as a picture at 200 dots an inch, what was filled in painted over.
fn blank(bytes: &[u8], page: &Page, typed: &[Word]) -> Vec<u8> {
    let png = render::page(bytes.to_vec(), Format::Pdf, Leaf::from(page.number), 1700, &Limits::default()).unwrap();
    let mut picture: GrayImage = image::load_from_memory(&png).unwrap().into_luma8();
    let scale = 1700.0 / page.width;
    for (x, y, dot) in picture.enumerate_pixels_mut() {
        let at = |count: u32| f32::from(u16::try_from(count).unwrap()) / scale;
        let (x, y) = (at(x), at(y));
        let hidden = typed.iter().any(|word| {
            (word.rect.x0..word.rect.x1).contains(&x) && (word.rect.y0 + 0.5..word.rect.y1 - 0.5).contains(&y)
        });
        if hidden {
            *dot = Luma([255]);
        }
    }
    let mut png = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}

/// The same paper with its labels as a drawing.
fn form(bytes: Vec<u8>, background: Background) -> Vec<u8> {
    let file = Arc::new(bytes);
    let pages = pdf::pages(&pdf::open(&file).unwrap(), &mut |_, _| {}).unwrap();
    let font = Font::new(std::fs::read("static/fonts/LiberationSans-Regular.ttf").unwrap().into(), 0).unwrap();
    let mut document = krilla::Document::new();
    for drawn in pages {
        let page = drawn.page;
        let (printed, typed) = parted(&page);
        let mut sheet = document.start_page_with(PageSettings::from_wh(page.width, page.height).unwrap());
        let mut surface = sheet.surface();
        match background {
            Background::Picture => {
                let picture = Image::from_png(blank(&file, &page, &typed).into(), false).unwrap();
                surface.draw_image(picture, Size::from_wh(page.width, page.height).unwrap());
            }
            Background::Outlines => {
                for word in &printed {
                    set(&mut surface, &font, word, true);
                }
                for rule in &page.rules {
                    let mut path = PathBuilder::new();
                    let (width, height) = (rule.rect.width().max(0.5), rule.rect.height().max(0.5));
                    path.push_rect(Rect::from_xywh(rule.rect.x0, rule.rect.y0, width, height).unwrap());
                    surface.set_stroke(None::<Stroke>);
                    surface.set_fill(Some(Fill::default()));
                    surface.draw_path(&path.finish().unwrap());
                }
            }
        }
        for word in &typed {
            set(&mut surface, &font, word, false);
        }
        surface.finish();
        sheet.finish();
    }
    document.finish().unwrap()
}

fn documents(name: &str, bytes: Vec<u8>, ocr: &dyn Ocr) -> Vec<Document> {
    number(vec![read(name, bytes, ocr, &mut |_, _| {})])
}

/// How many fields of a paper its form says alike, of how many; and whether the proof of a typed value is where it was.
fn told_alike(plain: &Document, form: &Document) -> (usize, usize) {
    let alike = plain.fields.iter().filter(|(field, reading)| {
        let other = form.field(**field);
        let same = other.is_some_and(|other| other.value == reading.value);
        if !same {
            eprintln!("{} {field:?}: {:?} not {:?}", plain.file, other.map(|other| &other.value), reading.value);
        }
        same
    });
    (alike.count(), plain.fields.len())
}

#[test]
fn a_form_whose_labels_are_drawn_says_what_the_same_paper_says_in_text() {
    let engine = Engine::installed();
    if engine.program.is_none() {
        eprintln!("skipped: no OCR engine is here");
        return;
    }
    let shipment = SHIPMENTS.first().unwrap();
    let (mut alike, mut all) = (0, 0);
    for paper in shipment.papers().unwrap() {
        let plain = documents(&paper.file, paper.pdf.clone(), &NoOcr);
        let plain = plain.first().unwrap();
        let kinds = [
            (Kind::BillOfLading, Background::Picture),
            (Kind::ArrivalNotice, Background::Outlines),
            (Kind::Isf, Background::Picture),
        ];
        for (_, background) in kinds.into_iter().filter(|(kind, _)| *kind == plain.kind) {
            let form = form(paper.pdf.clone(), background);
            let ocr = Tesseract::new(engine.clone(), Limits::default());
            let read = documents(&paper.file, form.clone(), &ocr);
            let read = read.first().unwrap();
            assert_eq!(read.kind, plain.kind, "{} {background:?}", paper.file);
            let unaided = documents(&paper.file, form, &NoOcr);
            let unaided = unaided.first().unwrap().fields.len();
            assert!(unaided * 2 < plain.fields.len(), "{}: the form needs no look at its background", paper.file);
            let (here, of) = told_alike(plain, read);
            alike += here;
            all += of;
            for (field, reading) in plain.fields.iter().filter(|(field, _)| field.is_list()) {
                let proof = read.field(*field).map(|reading| reading.evidence.clone()).unwrap_or_default();
                let near = |a: &Evidence, b: &Evidence| match (a, b) {
                    (Evidence::Page { bbox: a, .. }, Evidence::Page { bbox: b, .. }) => {
                        a.iter().zip(b).all(|(a, b)| (a - b).abs() < 3.0)
                    }
                    _ => false,
                };
                assert!(reading.evidence.iter().any(|own| proof.iter().any(|other| near(own, other))), "{field:?}");
            }
        }
    }
    assert!(all > 30 && alike * 100 >= all * 90, "{alike} of {all} fields alike");
}

#[test]
fn a_container_number_over_two_boxes_is_one_number() {
    let mut paper = Paper::letter("BILL OF LADING", "Invented").unwrap();
    paper.text((40.0, 50.0), Align::Left, 15.0, Weight::Bold, "BILL OF LADING");
    for (x, width, label, value) in [
        (40.0, 150.0, "B/L No.", "HLCUSHA2601778"),
        (190.0, 50.0, "Prefix", "MSKU"),
        (240.0, 80.0, "Container", "1234565"),
    ] {
        paper.frame((x, 70.0), (width, 28.0));
        paper.text((x + 3.0, 78.0), Align::Left, 6.0, Weight::Regular, label);
        paper.text((x + 3.0, 90.0), Align::Left, 9.0, Weight::Regular, value);
    }
    let documents = documents("bill.pdf", paper.finish().unwrap(), &NoOcr);
    let reading = documents.first().unwrap().field(Field::ContainerNumbers).unwrap();
    assert_eq!(reading.value.words(), "MSKU1234565");
    assert_eq!(reading.evidence.len(), 2, "one box for each part");
}
