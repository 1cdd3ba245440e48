//! E-mail files: every attachment is read as a file of its own, named `mail.eml/invoice.pdf`, with its own digest and pages. The
//! letter itself is read only where nothing is attached. It knows no format of what is attached.

use super::source::{self, Format, Limits, Refusal};
use super::stated::Unread;
use super::{FileReading, Manner, Ocr, read_as};
use crate::domain::packet::document::{Document, Evidence, Problem};
use mail_parser::{Message, MessageParser, MimeHeaders, PartType};
use sha2::{Digest, Sha256};

/// Pages of the attachments are shown under one number a page: those of the first from 1, those of the second from 100,001, …
const PAGES_EACH: u32 = 100_000;

/// A picture in the text of a letter that is no larger is a logo and no document.
const LOGO_BYTES: usize = 100_000;

/// Parts that hold parts, beyond which an e-mail is not opened: its parser looks for the end of each in all that follows.
const HOLDERS: usize = 1_000;

/// A file that came with an e-mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// The path to it through the e-mails it lies in: `invoice.pdf`, `forwarded.eml/invoice.pdf`.
    pub name: String,
    pub bytes: Vec<u8>,
}

/// What is attached to an e-mail and to the e-mails inside it, or its text where nothing is.
pub fn attachments(bytes: &[u8], limits: &Limits) -> Result<Vec<Attachment>, Unread> {
    if holders(bytes) > HOLDERS {
        let rest = "is an e-mail of more parts in parts than is allowed. Send its attachments.".to_owned();
        return Err(Unread { code: "file.not_allowed", rest });
    }
    let mut found = Found { files: Vec::new(), limits };
    let parsed = MessageParser::default().parse(bytes);
    let message = parsed.ok_or_else(|| Unread {
        code: "file.damaged",
        rest: "is a damaged e-mail. Ask the sender to send it again, or save its attachments.".to_owned(),
    })?;
    found.of(&message, "", 0)?;
    if found.files.is_empty() {
        let text = message.body_text(0).filter(|text| !text.trim().is_empty()).ok_or_else(|| Unread {
            code: "file.empty",
            rest: "is an e-mail without attachments and without text.".to_owned(),
        })?;
        found.files.push(Attachment { name: "text".to_owned(), bytes: text.as_bytes().to_vec() });
    }
    Ok(found.files)
}

/// How many times a boundary of parts is declared.
fn holders(bytes: &[u8]) -> usize {
    const NAME: &[u8] = b"boundary";
    let equals = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'=').map(|(at, _)| at);
    let named = |at: &usize| {
        let before = at.checked_sub(NAME.len()).and_then(|start| bytes.get(start..*at));
        before.is_some_and(|before| before.eq_ignore_ascii_case(NAME))
    };
    equals.filter(named).count()
}

/// The attachments as they are found.
struct Found<'l> {
    files: Vec<Attachment>,
    limits: &'l Limits,
}

impl Found<'_> {
    fn of(&mut self, message: &Message<'_>, path: &str, depth: u32) -> Result<(), Unread> {
        if depth > self.limits.mails {
            let rest =
                format!("holds e-mails in e-mails more than {} deep. Send their attachments.", self.limits.mails);
            return Err(Unread { code: "file.not_allowed", rest });
        }
        let html: Vec<&str> = message
            .parts
            .iter()
            .filter_map(|part| match &part.body {
                PartType::Html(html) => Some(html.as_ref()),
                _ => None,
            })
            .collect();
        for part in message.attachments() {
            let bytes = match &part.body {
                PartType::Message(inner) => {
                    let name = self.name(path, part.attachment_name().unwrap_or("message.eml"));
                    self.of(inner, &format!("{name}/"), depth.saturating_add(1))?;
                    continue;
                }
                PartType::Multipart(_) => continue,
                PartType::Text(text) | PartType::Html(text) => text.as_bytes(),
                PartType::Binary(bytes) | PartType::InlineBinary(bytes) => bytes.as_ref(),
            };
            let shown = part.content_id().is_some_and(|id| html.iter().any(|html| html.contains(&format!("cid:{id}"))));
            let logo = shown && bytes.len() <= LOGO_BYTES && is_picture(bytes);
            let signature = ["pkcs7-signature", "x-pkcs7-signature", "pgp-signature"]
                .iter()
                .any(|sort| part.is_content_type("application", sort));
            if logo || signature || bytes.is_empty() {
                continue;
            }
            let given = part.attachment_name();
            let name = self.name(path, given.unwrap_or("attachment"));
            if source::sniff(bytes) == Format::Mail
                && let Some(inner) = MessageParser::default().parse(bytes)
            {
                self.of(&inner, &format!("{name}/"), depth.saturating_add(1))?;
                continue;
            }
            if self.files.len() >= usize::try_from(self.limits.attachments).unwrap_or(usize::MAX) {
                let rest =
                    format!("has more than {} attachments. Send them in several e-mails.", self.limits.attachments);
                return Err(Unread { code: "file.not_allowed", rest });
            }
            self.files.push(Attachment { name, bytes: bytes.to_vec() });
        }
        Ok(())
    }

    /// A name that no other attachment has, without what could make a path of it.
    fn name(&self, path: &str, given: &str) -> String {
        let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
        let plain: String = last.chars().filter(|letter| !letter.is_control()).take(120).collect();
        let plain = if plain.trim().is_empty() { "attachment".to_owned() } else { plain.trim().to_owned() };
        let taken = |name: &str| self.files.iter().any(|file| file.name == name);
        let names = std::iter::once(plain.clone()).chain((2..=u32::MAX).map(|count| match plain.rsplit_once('.') {
            Some((stem, ending)) => format!("{stem} ({count}).{ending}"),
            None => format!("{plain} ({count})"),
        }));
        names.map(|name| format!("{path}{name}")).find(|name| !taken(name)).unwrap_or(plain)
    }
}

fn is_picture(bytes: &[u8]) -> bool {
    matches!(source::sniff(bytes), Format::Png | Format::Jpeg | Format::Gif | Format::Webp)
}

/// The documents of an e-mail: those of its attachments, one after another.
pub(super) fn read(
    name: &str,
    sha256: &str,
    bytes: &[u8],
    manner: &Manner,
    ocr: &dyn Ocr,
    progress: &mut dyn FnMut(u32, u32),
) -> FileReading {
    let unread = |unread: &Unread| {
        let document = Refusal::Damaged.document(name, sha256);
        Document { problems: vec![unread.problem(name)], ..document }
    };
    let attachments = match attachments(bytes, &manner.limits) {
        Ok(attachments) => attachments,
        Err(reason) => return FileReading { documents: vec![unread(&reason)], ..FileReading::default() },
    };
    let mut whole = FileReading::default();
    for (attachment, at) in attachments.into_iter().zip(0u32..) {
        let arrangement = manner.arrangement.as_ref().map(|it| it.inside(at.saturating_mul(PAGES_EACH), PAGES_EACH));
        let arrangement = arrangement.filter(|inside| !inside.sheaves.is_empty());
        let manner = &Manner { arrangement, ..manner.clone() };
        let own = format!("{name}/{}", attachment.name);
        let mut reading = match source::admit(&attachment.bytes, &manner.limits) {
            // An e-mail inside was opened before; what still looks like one cannot be.
            Ok(Format::Mail) => {
                let sha256 = hex::encode(Sha256::digest(&attachment.bytes));
                FileReading { documents: vec![Refusal::Damaged.document(&own, &sha256)], ..FileReading::default() }
            }
            Ok(format) => {
                let mut reading = read_as(&own, attachment.bytes, format, manner, ocr, progress);
                let note: Option<Problem> = source::misnamed(&own, format);
                if let Some(first) = reading.documents.first_mut() {
                    first.problems.extend(note);
                }
                reading
            }
            Err(refusal) => {
                let sha256 = hex::encode(Sha256::digest(&attachment.bytes));
                FileReading { documents: vec![refusal.document(&own, &sha256)], ..FileReading::default() }
            }
        };
        for page in &mut reading.pages {
            page.number = page.number.saturating_add(at.saturating_mul(PAGES_EACH));
        }
        whole.documents.append(&mut reading.documents);
        whole.pages.append(&mut reading.pages);
        whole.parts.push(own);
    }
    whole
}

/// The attachment and its page that a page of the e-mail is.
pub fn page(bytes: &[u8], page: u32, limits: &Limits) -> Option<(Attachment, u32)> {
    let at = usize::try_from(page.checked_sub(1)? / PAGES_EACH).ok()?;
    let attachment = attachments(bytes, limits).ok()?.into_iter().nth(at)?;
    Some((attachment, page_of_part(page)))
}

/// Which attachment, from 0, a page of the e-mail is in.
pub const fn part_of_page(page: u32) -> u32 {
    page.saturating_sub(1) / PAGES_EACH
}

/// The number of a page in its attachment.
pub const fn page_of_part(page: u32) -> u32 {
    page.saturating_sub(1) % PAGES_EACH + 1
}

impl FileReading {
    /// The reading with the pages of attachments numbered as those of the e-mail, where it is kept under that one file.
    pub fn in_one_file(mut self, sha256: &str) -> Self {
        for document in &mut self.documents {
            document.sha256 = sha256.to_owned();
            let place = self.parts.iter().position(|part| *part == document.file);
            let offset = place.and_then(|at| u32::try_from(at).ok()).unwrap_or(0).saturating_mul(PAGES_EACH);
            for page in &mut document.pages {
                *page = page.saturating_add(offset);
            }
            let lines = document.lines.iter_mut().flat_map(|line| line.values_mut());
            for reading in document.fields.values_mut().chain(lines) {
                for evidence in &mut reading.evidence {
                    if let Evidence::Page { page, .. } = evidence {
                        *page = page.saturating_add(offset);
                    }
                }
            }
            for problem in &mut document.problems {
                problem.page = problem.page.map(|page| page.saturating_add(offset));
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::packet::document::{Field, Kind};
    use crate::reading::NoOcr;
    use proptest::prelude::*;

    const HEAD: &str =
        "From: a@b.example\r\nTo: c@d.example\r\nSubject: papers\r\nMessage-ID: <1@b.example>\r\nMIME-Version: 1.0\r\n";
    const INVOICE: &str = "UNH+1+INVOIC:D:96A:UN'BGM+380+INV-7+9'UNT+3+1'";

    fn mail(parts: &[(&str, &str)]) -> String {
        let parts: String = parts.iter().map(|(head, body)| format!("--cut\r\n{head}\r\n\r\n{body}\r\n")).collect();
        format!("{HEAD}Content-Type: multipart/mixed; boundary=cut\r\n\r\n{parts}--cut--\r\n")
    }

    fn attached(name: &str) -> String {
        format!(
            "Content-Type: application/octet-stream; name=\"{name}\"\r\nContent-Disposition: attachment; filename=\"{name}\""
        )
    }

    fn names(mail: &str) -> Vec<String> {
        let found = attachments(mail.as_bytes(), &Limits::default()).unwrap_or_default();
        found.into_iter().map(|file| file.name).collect()
    }

    #[test]
    fn every_attachment_is_a_file_of_its_own() {
        let letter = ("Content-Type: text/plain", "Please find attached.");
        let head = attached("invoice.edi");
        let text = mail(&[letter, (&head, INVOICE), (&attached("../../list.csv"), "Item;Qty\r\n1;2")]);
        let read = crate::reading::read("mail.eml", text.into_bytes(), &NoOcr, &mut |_, _| {});
        let files: Vec<&str> = read.documents.iter().map(|document| document.file.as_str()).collect();
        assert_eq!(files, ["mail.eml/invoice.edi", "mail.eml/list.csv"]);
        let invoice = read.documents.first().map(|document| (document.kind, document.value(Field::InvoiceNumber)));
        assert_eq!(invoice, Some((Kind::CommercialInvoice, Some("INV-7"))));
        let pages: Vec<u32> = read.pages.iter().map(|page| page.number).collect();
        assert_eq!(pages, [1, 100_001]);
        let kept = read.in_one_file("digest");
        assert_eq!(kept.documents.last().map(|document| document.pages.clone()), Some(vec![100_001]));
        assert_eq!(page_of_part(100_001), 1);
    }

    #[test]
    fn letters_inside_letters_are_opened_and_logos_and_signatures_are_none() {
        let inner = mail(&[(&attached("invoice.edi"), INVOICE), (&attached("invoice.edi"), INVOICE)]);
        let logo = "Content-Type: image/png; name=logo.png\r\nContent-ID: <logo>\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: base64";
        let text = mail(&[
            ("Content-Type: text/html", "<img src='cid:logo'>"),
            (logo, "iVBORw0KGgoAAAANSUhEUg=="),
            ("Content-Type: application/pkcs7-signature; name=smime.p7s", "x"),
            ("Content-Type: message/rfc822\r\nContent-Disposition: attachment; filename=forwarded.eml", &inner),
        ]);
        assert_eq!(names(&text), ["forwarded.eml/invoice.edi", "forwarded.eml/invoice (2).edi"]);
    }

    #[test]
    fn a_letter_without_attachments_is_read_itself_and_one_without_anything_says_so() {
        let text = format!("{HEAD}\r\nCommercial invoice INV-7");
        assert_eq!(names(&text), ["text"]);
        let empty = attachments(format!("{HEAD}\r\n").as_bytes(), &Limits::default());
        assert_eq!(empty.map_err(|unread| unread.code), Err("file.empty"));
    }

    #[test]
    fn too_many_attachments_and_too_deep_letters_are_refused() {
        let limits = Limits { attachments: 2, mails: 1, ..Limits::default() };
        let head = attached("a.csv");
        let parts = vec![(head.as_str(), "1;2"); 3];
        let many = attachments(mail(&parts).as_bytes(), &limits).map_err(|unread| unread.rest);
        assert!(many.is_err_and(|rest| rest.contains("more than 2 attachments")));
        let mut text = mail(&[(&head, "1;2")]);
        for _ in 0..3 {
            text = mail(&[("Content-Type: message/rfc822", &text)]);
        }
        let deep = attachments(text.as_bytes(), &limits).map_err(|unread| unread.rest);
        assert!(deep.is_err_and(|rest| rest.contains("more than 1 deep")));
    }

    proptest! {
        #[test]
        fn no_bytes_trouble_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..400), cut in 0usize..600) {
            let whole = mail(&[(&attached("a.edi"), INVOICE)]);
            let file: Vec<u8> = whole.bytes().take(cut).chain(bytes).collect();
            let _ = attachments(&file, &Limits::default());
            let _ = crate::reading::read("mail.eml", file, &NoOcr, &mut |_, _| {});
        }
    }
}
