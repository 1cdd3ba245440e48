//! What a file is, judged by its bytes and never by its name, and whether it may be read at all. It opens nothing further than
//! the judgement needs: how a document is read is the business of the format's own file.

mod archive;
mod limits;
mod refusal;

pub use limits::Limits;
pub use refusal::Refusal;

use crate::domain::packet::document::Problem;
use serde::{Deserialize, Serialize};

/// The formats that are told apart. The first group is read; the others are recognised so that the refusal can name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Pdf,
    Png,
    Jpeg,
    Tiff,
    Xlsx,
    /// Plain text, with or without separators.
    Text,
    Xml,
    Edi,
    Json,
    Mail,

    Html,
    Rtf,
    Word,
    Presentation,
    OpenDocument,
    /// Excel before 2007, and other files of that container.
    OldOffice,
    /// An Office file behind a password.
    SealedOffice,
    Archive,
    Gif,
    Webp,
    Heic,
    Program,
    Other,
}

impl Format {
    /// The name in a sentence: "… is a PDF".
    pub const fn words(self) -> &'static str {
        match self {
            Self::Pdf => "a PDF",
            Self::Png => "a PNG picture",
            Self::Jpeg => "a JPEG picture",
            Self::Tiff => "a TIFF picture",
            Self::Xlsx => "an Excel workbook",
            Self::Text => "plain text",
            Self::Xml => "an XML message",
            Self::Edi => "an EDI message",
            Self::Json => "a JSON message",
            Self::Mail => "an e-mail",
            Self::Html => "a web page",
            Self::Rtf => "a rich text document",
            Self::Word => "a Word document",
            Self::Presentation => "a presentation",
            Self::OpenDocument => "an OpenDocument file",
            Self::OldOffice => "an Office file of the time before 2007",
            Self::SealedOffice => "an Office file with a password",
            Self::Archive => "an archive",
            Self::Gif => "a GIF picture",
            Self::Webp => "a WebP picture",
            Self::Heic => "a HEIC picture",
            Self::Program => "a program",
            Self::Other => "not a document",
        }
    }

    /// The endings of file names under which the format usually comes; none where no ending is expected.
    const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Pdf => &["pdf"],
            Self::Png => &["png"],
            Self::Jpeg => &["jpg", "jpeg", "jpe", "jfif"],
            Self::Tiff => &["tif", "tiff"],
            Self::Xlsx => &["xlsx", "xlsm", "xltx"],
            Self::Xml => &["xml"],
            Self::Json => &["json"],
            Self::Mail => &["eml"],
            Self::Edi => &["edi", "x12", "edifact"],
            _ => &[],
        }
    }

    /// True where pages of the format are pictures and may need OCR.
    pub const fn is_picture(self) -> bool {
        matches!(self, Self::Png | Self::Jpeg | Self::Tiff)
    }
}

/// The format of the bytes. A name decides nothing, and magic numbers at the very start win over those found further on.
pub fn sniff(bytes: &[u8]) -> Format {
    const MAGIC: [(&[u8], Format); 17] = [
        (b"\x89PNG\r\n\x1a\n", Format::Png),
        (b"\xff\xd8\xff", Format::Jpeg),
        (b"II*\0", Format::Tiff),
        (b"MM\0*", Format::Tiff),
        (b"II+\0", Format::Tiff),
        (b"MM\0+", Format::Tiff),
        (b"GIF8", Format::Gif),
        (b"{\\rtf", Format::Rtf),
        (b"\x1f\x8b", Format::Archive),
        (b"Rar!", Format::Archive),
        (b"7z\xbc\xaf\x27\x1c", Format::Archive),
        (b"BZh", Format::Archive),
        (b"\xfd7zXZ\0", Format::Archive),
        (b"\x28\xb5\x2f\xfd", Format::Archive),
        (b"\x7fELF", Format::Program),
        (b"MZ", Format::Program),
        (b"%PDF-", Format::Pdf),
    ];
    if let Some((_, format)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return *format;
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return archive::kind(bytes);
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        let sealed: Vec<u8> = "EncryptedPackage".bytes().flat_map(|letter| [letter, 0]).collect();
        return if contains(bytes, &sealed) { Format::SealedOffice } else { Format::OldOffice };
    }
    match (bytes.get(..4), bytes.get(4..8), bytes.get(8..12)) {
        (Some(b"RIFF"), _, Some(b"WEBP")) => return Format::Webp,
        (_, Some(b"ftyp"), Some(brand)) if [b"hei", b"hev", b"mif", b"avi"].iter().any(|b| brand.starts_with(*b)) => {
            return Format::Heic;
        }
        _ => {}
    }
    sniff_text(bytes)
}

/// The formats that begin with words, and the PDF that begins with a few stray bytes (which readers forgive).
fn sniff_text(bytes: &[u8]) -> Format {
    let head = bytes.get(..bytes.len().min(1024)).unwrap_or_default();
    let start = words_of(head);
    let start = start.trim_start();
    let lower = start.to_ascii_lowercase();
    if ["<!doctype html", "<html", "<head", "<script", "<body"].iter().any(|tag| lower.starts_with(tag)) {
        return Format::Html;
    }
    if lower.starts_with("<?xml") {
        return if lower.contains("<html") { Format::Html } else { Format::Xml };
    }
    if contains(head, b"%PDF-") {
        return Format::Pdf;
    }
    if super::edi::begins(start) {
        return Format::Edi;
    }
    if is_mail(start) {
        return Format::Mail;
    }
    if lower.starts_with('<') && lower.contains("xmlns") {
        return Format::Xml;
    }
    if start.starts_with('{') || start.strip_prefix('[').is_some_and(|rest| rest.trim_start().starts_with('{')) {
        return Format::Json;
    }
    if is_text(head) { Format::Text } else { Format::Other }
}

/// The head of an e-mail: two header fields of one on the first lines.
fn is_mail(start: &str) -> bool {
    const FIELDS: [&str; 7] = ["received:", "return-path:", "from:", "mime-version:", "message-id:", "subject:", "x-"];
    let named = start.lines().take(12).filter(|line| {
        let line = line.to_ascii_lowercase();
        FIELDS.iter().any(|field| line.starts_with(field))
    });
    let first = start.lines().next().is_some_and(|line| line.contains(':'));
    const SURE: [&str; 5] = ["message-id:", "received:", "return-path:", "mime-version:", "dkim-signature:"];
    let head = start.to_ascii_lowercase();
    first && named.count() >= 2 && SURE.iter().any(|field| head.contains(field))
}

/// Bytes as words for a first look: UTF-16 by its mark, else one byte a letter.
fn words_of(head: &[u8]) -> String {
    match head {
        [0xff, 0xfe, rest @ ..] => encoding_rs::UTF_16LE.decode_without_bom_handling(rest).0.into_owned(),
        [0xfe, 0xff, rest @ ..] => encoding_rs::UTF_16BE.decode_without_bom_handling(rest).0.into_owned(),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => head.iter().copied().map(char::from).collect(),
    }
}

/// Text has a UTF-16 mark or no NUL, and next to no control characters.
fn is_text(head: &[u8]) -> bool {
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        return true;
    }
    let control = head.iter().filter(|byte| **byte < 0x20 && !matches!(**byte, b'\t' | b'\n' | b'\r' | 0x0c)).count();
    !head.contains(&0) && control.saturating_mul(100) <= head.len()
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// What may be read, and how: the format, or the reason why not. `bytes` is the whole file.
pub fn admit(bytes: &[u8], limits: &Limits) -> Result<Format, Refusal> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Refusal::Empty);
    }
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limits.file_bytes {
        return Err(Refusal::TooLarge { limit: limits.file_bytes });
    }
    match sniff(bytes) {
        format @ (Format::Pdf | Format::Text | Format::Xml | Format::Edi | Format::Json | Format::Mail) => Ok(format),
        Format::Xlsx => archive::unpack_within(bytes, limits).map(|()| Format::Xlsx),
        format @ (Format::Png | Format::Jpeg | Format::Tiff) => Ok(format),
        Format::SealedOffice => Err(Refusal::Encrypted),
        format => Err(Refusal::NotADocument { format }),
    }
}

/// A note where the name's ending says one format and the bytes another. The bytes are believed.
pub fn misnamed(name: &str, format: Format) -> Option<Problem> {
    const KNOWN: [Format; 5] = [Format::Pdf, Format::Png, Format::Jpeg, Format::Tiff, Format::Xlsx];
    let ending = name.rsplit_once('.')?.1.to_ascii_lowercase();
    let promised = KNOWN.into_iter().find(|known| known.endings().contains(&ending.as_str()))?;
    (promised != format).then(|| Problem {
        code: "file.misnamed".to_owned(),
        page: None,
        message: format!("{name} is {} in spite of its name, and was read as such.", format.words()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bytes_tell_the_format_whatever_the_name() {
        let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain("a;b".bytes().flat_map(|b| [b, 0])).collect();
        let cases: [(&[u8], Format); 21] = [
            (b"%PDF-1.7\n", Format::Pdf),
            (b"\r\n\r\nstray%PDF-1.4\n", Format::Pdf),
            (b"\x89PNG\r\n\x1a\n....", Format::Png),
            (b"\xff\xd8\xff\xe0....", Format::Jpeg),
            (b"II*\0....", Format::Tiff),
            (b"MM\0*....", Format::Tiff),
            (b"<!DOCTYPE html><p>%PDF-1.4", Format::Html),
            (b"<?xml version=\"1.0\"?><CC029C/>", Format::Xml),
            (b"<Invoice xmlns=\"urn:x\">", Format::Xml),
            (b"UNA:+.? 'UNB+UNOC:3", Format::Edi),
            (b"UNA FACTURA;fecha\n1;2", Format::Text),
            (b"ISA,Fund\n1,2", Format::Text),
            (b"ISA*00*  *00*  *ZZ*A *ZZ*B *260602*1200*U*00401*000000001*0*P*>~", Format::Edi),
            (b"From: a@b\r\nSubject: papers\r\nMessage-ID: <1@b>\r\n\r\n", Format::Mail),
            (b"From: Shenzhen, To: Oakland\nItem;Qty\n", Format::Text),
            (b"{\\rtf1", Format::Rtf),
            (b" [ {\"a\": 1}]", Format::Json),
            (b"\x1f\x8b\x08", Format::Archive),
            (b"\x7fELF\x02", Format::Program),
            (b"\x00\x01\x02\x03", Format::Other),
            (&utf16, Format::Text),
        ];
        for (bytes, format) in cases {
            assert_eq!(sniff(bytes), format, "{:?}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn each_refusal_says_what_the_file_is() {
        let limits = Limits { file_bytes: 64, ..Limits::default() };
        let code = |bytes: &[u8]| admit(bytes, &limits).map_err(|refusal| refusal.code());
        assert_eq!(code(b""), Err("file.empty"));
        assert_eq!(code(b" \r\n\t"), Err("file.empty"));
        assert_eq!(code(&[b'a'; 65]), Err("file.too_large"));
        assert_eq!(code(b"<html>"), Err("file.not_a_document"));
        assert_eq!(code(b"item;qty\n1;2\n"), Ok(Format::Text));
        let sentence = Refusal::NotADocument { format: Format::Html }.problem("invoice.pdf").message;
        assert!(sentence.starts_with("invoice.pdf is a web page"), "{sentence}");
    }

    #[test]
    fn a_name_that_promises_another_format_is_noted_and_others_are_not() {
        assert_eq!(
            misnamed("scan.PDF", Format::Png).map(|p| p.message),
            Some("scan.PDF is a PNG picture in spite of its name, and was read as such.".to_owned())
        );
        assert_eq!(misnamed("scan.pdf", Format::Pdf), None);
        assert_eq!(misnamed("list.txt", Format::Text), None);
        assert_eq!(misnamed("noending", Format::Pdf), None);
    }

    proptest! {
        #[test]
        fn no_bytes_trouble_the_sniffer(bytes in proptest::collection::vec(any::<u8>(), 0..2048), start in 0usize..8) {
            let heads: [&[u8]; 8] = [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-", b"<", b"\xff\xfe", b"RIFF", b"PK\x05\x06"];
            let head = heads.get(start).copied().unwrap_or_default();
            let file: Vec<u8> = head.iter().copied().chain(bytes).collect();
            let _ = admit(&file, &Limits::default());
        }
    }
}
