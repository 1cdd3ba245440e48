//! `quayside check`: reads the files of one packet, checks them, and prints the result for people or as JSON. Exit status 0 for
//! ready or review, 1 for blocked, 2 where nothing could be read.

use crate::domain::packet::document::{Document, Evidence, Kind};
use crate::domain::packet::result::{Finding, PacketResult, Part, Stats, Verdict};
use crate::reading::{self, NoOcr};
use clap::{Args, ValueEnum};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// How the result is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// The arguments of `quayside check`.
#[derive(Debug, Args)]
pub struct Check {
    /// Files of the packet, or a folder of them.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// How to print the result.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// Why nothing could be checked.
#[derive(Debug, thiserror::Error)]
enum CheckError {
    #[error("{}: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("There is no file in what was named.")]
    Nothing,
    #[error("The result could not be written: {0}")]
    Output(#[from] io::Error),
    #[error("The result could not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl Check {
    /// Checks and prints; gives the exit status.
    pub fn run(&self) -> ExitCode {
        match self.check() {
            Ok(code) => code,
            Err(error) => {
                let _ = writeln!(io::stderr(), "quayside check: {error}");
                ExitCode::from(2)
            }
        }
    }

    fn check(&self) -> Result<ExitCode, CheckError> {
        let start = Instant::now();
        let files = files(&self.paths)?;
        let mut readings = Vec::new();
        for path in &files {
            let bytes = std::fs::read(path).map_err(|source| CheckError::Unreadable { path: path.clone(), source })?;
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            readings.push(reading::read(&name, bytes, &NoOcr, &mut |_, _| {}));
        }
        let pages = readings.iter().map(|reading| reading.pages.len()).sum::<usize>();
        let documents = reading::number(readings);
        let readable = documents.iter().any(|document| !document.pages.is_empty());
        let milliseconds = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        let stats = Stats { pages: u32::try_from(pages).unwrap_or(u32::MAX), milliseconds };
        let findings = Vec::new();
        let result = PacketResult::assemble(packet_name(&self.paths), documents, findings, stats);
        let mut out = io::BufWriter::new(io::stdout().lock());
        match self.format {
            Format::Json => {
                serde_json::to_writer_pretty(&mut out, &result)?;
                writeln!(out)?;
            }
            Format::Text => write_text(&mut out, &result)?,
        }
        out.flush()?;
        Ok(match (readable, result.packet.verdict) {
            (false, _) => ExitCode::from(2),
            (true, Verdict::Blocked) => ExitCode::from(1),
            (true, Verdict::Review | Verdict::Ready) => ExitCode::SUCCESS,
        })
    }
}

/// The files named, and those of the folders named, in the order of their names.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, CheckError> {
    let mut files = Vec::new();
    for path in paths {
        let unreadable = |source| CheckError::Unreadable { path: path.clone(), source };
        if std::fs::metadata(path).map_err(unreadable)?.is_dir() {
            let mut inside = Vec::new();
            for entry in std::fs::read_dir(path).map_err(unreadable)? {
                let entry = entry.map_err(unreadable)?.path();
                let hidden = entry.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
                if entry.is_file() && !hidden {
                    inside.push(entry);
                }
            }
            inside.sort();
            files.extend(inside);
        } else {
            files.push(path.clone());
        }
    }
    if files.is_empty() { Err(CheckError::Nothing) } else { Ok(files) }
}

/// A packet is called after its folder, or after its only file.
fn packet_name(paths: &[PathBuf]) -> String {
    let first = paths.first().map(PathBuf::as_path).unwrap_or(Path::new(""));
    let first = first.canonicalize().unwrap_or_else(|_| first.to_path_buf());
    let name = match (paths.len(), first.is_dir()) {
        (1, true) => first.file_name(),
        (1, false) => first.file_stem(),
        _ => first.parent().and_then(Path::file_name),
    };
    name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn write_text(out: &mut impl Write, result: &PacketResult) -> io::Result<()> {
    writeln!(out, "{}: {}", result.packet.name, result.packet.verdict)?;
    writeln!(out, "{}", result.packet.reason)?;
    for finding in &result.findings {
        write_finding(out, result, finding)?;
    }
    writeln!(out, "\nDocuments")?;
    for document in &result.documents {
        writeln!(out, "  {}  {}  {}{}", document.id, title(document), document.file, pages(document))?;
        for problem in &document.problems {
            writeln!(out, "      {}", problem.message)?;
        }
    }
    Ok(())
}

fn title(document: &Document) -> String {
    match document.kind {
        Kind::Unknown => Kind::Unknown.label().to_owned(),
        kind => format!("{} ({:.0} %)", kind.label(), document.kind_confidence * 100.0),
    }
}

fn pages(document: &Document) -> String {
    match (document.pages.first(), document.pages.last()) {
        (Some(first), Some(last)) if first == last => format!(", page {first}"),
        (Some(first), Some(last)) => format!(", pages {first} to {last}"),
        _ => String::new(),
    }
}

fn write_finding(out: &mut impl Write, result: &PacketResult, finding: &Finding) -> io::Result<()> {
    writeln!(out, "\n{}: {} [{}]", finding.severity, finding.title, finding.code)?;
    writeln!(out, "  {}", finding.explanation)?;
    for part in &finding.values {
        let value = part.value.as_ref().map_or_else(|| "not there".to_owned(), |value| value.words());
        let line = part.line.map(|line| format!(", line {}", line + 1)).unwrap_or_default();
        writeln!(out, "  {} {}{line}: {value}{}", part.document, part.field.label(), place(result, part))?;
    }
    if !finding.fix.is_empty() {
        writeln!(out, "  {}", finding.fix)?;
    }
    if !finding.citation.is_empty() {
        writeln!(out, "  {}", finding.citation)?;
    }
    Ok(())
}

/// Where a value stands: the file with the page, cell or line.
fn place(result: &PacketResult, part: &Part) -> String {
    let Some(document) = result.document(&part.document) else { return String::new() };
    let reading = match part.line {
        Some(line) => document.lines.get(line).and_then(|line| line.get(&part.field)),
        None => document.field(part.field),
    };
    let spot = match reading.and_then(|reading| reading.evidence.first()) {
        Some(Evidence::Page { page, .. }) => format!(", page {page}"),
        Some(Evidence::Cell { sheet, cell }) => format!(", {sheet} {cell}"),
        Some(Evidence::Line { line }) => format!(", line {line}"),
        None => String::new(),
    };
    format!(" ({}{spot})", document.file)
}
