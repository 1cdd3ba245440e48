//! What a person has chosen on the result page: a finding with all its values, or one value, and so the document and page to show.

use super::chosen::document_of;
use super::evidence::{first_page, of_part};
use super::strip::Zoom;
use crate::domain::ids::FileId;
use crate::domain::packet::correction::{Place, Source, Spot};
use crate::domain::packet::document::{Document, Field};
use crate::domain::packet::result::PacketResult;
use crate::store::packets::File;
use serde::Deserialize;

/// What the address selects.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Asked {
    pub finding: Option<usize>,
    pub document: Option<String>,
    pub page: Option<u32>,
    pub field: Option<String>,
    pub line: Option<usize>,
    /// Percent of the panel's width.
    pub zoom: Option<u16>,
}

/// What is selected: a finding with all its values, or one value.
#[derive(Clone, Debug)]
pub struct Selection {
    pub finding: Option<usize>,
    pub document: usize,
    pub page: u32,
    /// The values that are lit, in every document: document id, field, line.
    lit: Vec<(String, Field, Option<usize>)>,
    pub severity: &'static str,
    pub zoom: Zoom,
    /// The one value that was asked for, whether there is one or not.
    value: Option<(Field, Option<usize>)>,
}

impl Selection {
    /// What the address asks for; without anything the first finding.
    pub fn new(result: &PacketResult, asked: &Asked) -> Self {
        let nothing = asked.finding.is_none() && asked.document.is_none();
        let first = result.findings.iter().position(|finding| finding.waiver.is_none()).unwrap_or(0);
        let index = asked.finding.or(nothing.then_some(first));
        let finding = index.and_then(|index| result.findings.get(index));
        let mut lit: Vec<(String, Field, Option<usize>)> = Vec::new();
        if let Some(finding) = finding {
            let fields = finding.values.iter().filter_map(|part| Some((part.document.clone(), part.field?, part.line)));
            lit.extend(fields);
        } else if let (Some(document), Some(field)) =
            (&asked.document, asked.field.as_deref().and_then(Field::from_word))
        {
            lit.push((document.clone(), field, asked.line));
        }
        let named = asked.document.as_deref();
        let proven = finding.and_then(|finding| {
            let proven = |part| of_part(&result.documents, part).filter(|(_, reading)| reading.is_some());
            finding.values.iter().find_map(proven).map(|(document, _)| document.id.as_str())
        });
        let wanted = named.or(proven);
        let document = result.documents.iter().position(|document| Some(document.id.as_str()) == wanted).unwrap_or(0);
        let page = asked.page.or_else(|| {
            let document = result.documents.get(document)?;
            let here = lit.iter().filter(|(id, ..)| *id == document.id);
            let of = |(_, field, line): &(String, Field, Option<usize>)| {
                document.reading(*field, *line).and_then(first_page)
            };
            here.filter_map(of).next()
        });
        let first = result.documents.get(document).and_then(|document| document.pages.first().copied());
        Self {
            finding: finding.and(index),
            document,
            page: page.or(first).unwrap_or(1),
            lit,
            value: asked.field.as_deref().and_then(Field::from_word).map(|field| (field, asked.line)),
            severity: finding.map_or("", |finding| finding.severity.as_str()),
            zoom: Zoom::of(asked.zoom),
        }
    }

    /// The file and page to load.
    pub fn place(&self, result: &PacketResult, files: &[File]) -> Option<(FileId, i32)> {
        let document = result.documents.get(self.document)?;
        Some((file_of(document, files)?.id, i32::try_from(self.page).ok()?))
    }

    /// What an address says of the one value that was asked for.
    pub fn value_words(&self) -> String {
        let Some((field, line)) = self.value else { return String::new() };
        let line = line.map(|line| format!("&line={line}")).unwrap_or_default();
        format!("&field={field}{line}")
    }

    /// The document and the spot of the one value that was asked for.
    pub fn spot<'r>(&self, result: &'r PacketResult, files: &[File]) -> Option<(&'r Document, Spot)> {
        let (field, line) = self.value?;
        let document = result.documents.get(self.document)?;
        let spot = Spot { place: place_of(document, files)?, field, line };
        let fields = if line.is_some() { document.kind.line_fields() } else { document.kind.fields() };
        let known = fields.contains(&field) || document.source(field, line) != Source::Missing;
        // Of two documents in one place only the first can be told from the other.
        let first = document_of(result, files, spot).is_some_and(|first| first.id == document.id);
        (known && first).then_some((document, spot))
    }

    /// True where a value is among the lit ones.
    pub fn is_lit(&self, document: &Document, field: Field, line: Option<usize>) -> bool {
        self.lit.iter().any(|(id, lit, at)| *id == document.id && *lit == field && *at == line)
    }
}

/// Where a document is in its packet.
pub fn place_of(document: &Document, files: &[File]) -> Option<Place> {
    Some(Place { file: file_of(document, files)?.id, page: document.pages.first().copied()? })
}

/// The upload that a document was read in.
pub fn file_of<'f>(document: &Document, files: &'f [File]) -> Option<&'f File> {
    let same = |file: &&File| file.sha256 == document.sha256;
    files.iter().filter(same).find(|file| file.name == document.file).or_else(|| files.iter().find(same))
}
