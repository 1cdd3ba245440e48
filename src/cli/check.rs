//! `quayside check`: the documents of one packet, read and checked without database or server.

use super::ground;
use super::list_files::ListFiles;
use crate::config::Config;
use crate::domain::packet::check::lists::Wanted;
use crate::domain::packet::check::{RULES, Rule, check_on, marked};
use crate::domain::packet::document::{Document, Evidence};
use crate::domain::packet::result::{PacketResult, Part, Stats, Verdict};
use crate::reading::sandbox::Sandbox;
use crate::reading::source::Limits;
use crate::reading::{self, FileReading};
use chrono::NaiveDate;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::ExitCode;
use std::task::{Context, Poll};
use std::time::Instant;
use tokio::io::{AsyncRead, ReadBuf};

/// The arguments.
#[derive(clap::Args)]
pub struct Arguments {
    /// The packet's files, or a folder that holds them.
    #[arg(required_unless_present = "explain")]
    paths: Vec<PathBuf>,
    /// The day on which lateness is judged, YYYY-MM-DD; without one nothing is late.
    #[arg(long, value_name = "DATE")]
    today: Option<NaiveDate>,
    /// Says what a finding's code means, or lists every code with `all`.
    #[arg(long, value_name = "CODE", conflicts_with = "paths")]
    explain: Option<String>,
    /// Leaves alone the XML that a PDF carries inside, so that its printed pages are read by themselves.
    #[arg(long)]
    ignore_embedded: bool,
    #[command(flatten)]
    lists: ListFiles,
    /// How the result is written.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// The packet result, quayside.packet/1.
    Json,
}

/// Runs it. The exit status: 0 ready or to review, 1 blocked, 2 bad usage or nothing readable.
pub fn run(arguments: &Arguments) -> ExitCode {
    if let Some(code) = &arguments.explain {
        return explain(code);
    }
    let files = match files(&arguments.paths) {
        Ok(files) => files,
        Err(sentence) => {
            eprintln!("quayside: {sentence}");
            return ExitCode::from(2);
        }
    };
    let limits = match Config::limits_from_env() {
        Ok(limits) => limits,
        Err(error) => {
            eprintln!("quayside: {error}");
            return ExitCode::from(2);
        }
    };
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        eprintln!("quayside: the system gave no resources to start with");
        return ExitCode::from(2);
    };
    let started = Instant::now();
    let readings = runtime.block_on(read(&files, limits, arguments.ignore_embedded));
    let pages = readings.iter().map(|reading| reading.pages.len()).sum::<usize>();
    let documents = marked(reading::number(readings));
    let lists = match arguments.lists.find(&Wanted::of(&documents)) {
        Ok(lists) => lists,
        Err(sentence) => {
            eprintln!("quayside: {sentence}");
            return ExitCode::from(2);
        }
    };
    let findings = check_on(&documents, arguments.today, &lists);
    let stats = Stats {
        pages: u32::try_from(pages).unwrap_or(u32::MAX),
        milliseconds: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
    };
    let result = PacketResult::assemble(name(&arguments.paths), documents, findings, stats).judged_by(lists.used());
    let text = match arguments.format {
        Format::Json => serde_json::to_string_pretty(&result).unwrap_or_default(),
        Format::Text => text(&result),
    };
    // A reader that closed the pipe has seen enough.
    drop(writeln!(std::io::stdout().lock(), "{text}"));
    status(&result)
}

fn status(result: &PacketResult) -> ExitCode {
    let nothing_read = result.documents.iter().all(|document| document.pages.is_empty());
    match result.packet.verdict {
        _ if nothing_read => ExitCode::from(2),
        Verdict::Blocked => ExitCode::from(1),
        Verdict::Review | Verdict::Ready => ExitCode::SUCCESS,
    }
}

/// The files that the paths name: each file, and what lies directly in each folder, in the order of names.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    for path in paths {
        let unreadable = |error: std::io::Error| format!("{}: {error}", path.display());
        if !fs::metadata(path).map_err(unreadable)?.is_dir() {
            files.push(path.clone());
            continue;
        }
        let hidden = |path: &Path| path.file_name().is_none_or(|name| name.as_encoded_bytes().starts_with(b"."));
        let entries = fs::read_dir(path).map_err(unreadable)?.flatten().map(|entry| entry.path());
        let mut inside: Vec<PathBuf> = entries.filter(|path| path.is_file() && !hidden(path)).collect();
        inside.sort();
        files.extend(inside);
    }
    if files.is_empty() { Err("there are no files to check".to_owned()) } else { Ok(files) }
}

/// The packet's name: of the folder, or of the first file.
fn name(paths: &[PathBuf]) -> String {
    let first = paths.first().map(|path| path.canonicalize().unwrap_or_else(|_| path.clone()));
    let name = first.as_ref().and_then(|path| if path.is_dir() { path.file_name() } else { path.file_stem() });
    name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

async fn read(files: &[PathBuf], limits: Limits, pages_alone: bool) -> Vec<FileReading> {
    let mut reader = Sandbox { pages_alone, ..ground::sandbox(limits) }.reader();
    let mut readings = Vec::with_capacity(files.len());
    // One after another: OCR engines beside each other would not fit the memory that a check may take.
    for path in files {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let reading = match fs::File::open(path) {
            Ok(file) => {
                let size = file.metadata().map(|facts| facts.len()).unwrap_or(0);
                reader.read_file(&name, OnDisk(file), size, |_, _| {}).await
            }
            // The sandbox says in its own words what an empty source means.
            Err(_) => reader.read_file(&name, tokio::io::empty(), 0, |_, _| {}).await,
        };
        readings.push(reading);
    }
    reader.close().await;
    readings
}

/// A file that is read where it is asked for: nothing else waits in this process, and a thread for each read would cost more.
struct OnDisk(fs::File);

impl AsyncRead for OnDisk {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        let count = self.0.read(into.initialize_unfilled())?;
        into.advance(count);
        Poll::Ready(Ok(()))
    }
}

fn text(result: &PacketResult) -> String {
    let mut lines = vec![format!("{}: {}. {}", result.packet.name, result.packet.verdict, result.packet.reason)];
    for finding in &result.findings {
        lines.push(String::new());
        lines.push(format!("{}  {}  ({})", finding.severity.as_str().to_uppercase(), finding.title, finding.code));
        lines.push(format!("  {}", finding.explanation));
        lines.extend(finding.values.iter().map(|part| format!("    {}", part_line(result, part))));
        lines.push(format!("  What to do: {} [{}]", finding.fix, finding.citation));
    }
    lines.push(String::new());
    lines.push(result.lists.sentence("`--tariff FILE` judges them by one."));
    lines.push(format!("Documents ({} pages in {} ms):", result.stats.pages, result.stats.milliseconds));
    for document in &result.documents {
        lines.push(format!("  {}", document_line(document)));
        lines.extend(document.problems.iter().map(|problem| format!("      {}", problem.message)));
    }
    lines.join("\n")
}

fn document_line(document: &Document) -> String {
    let pages = match document.pages.as_slice() {
        [] => "unreadable".to_owned(),
        [only] => format!("page {only}"),
        [first, .., last] => format!("pages {first} to {last}"),
    };
    let (fields, lines) = (document.fields.len(), document.lines.len());
    format!("{}  {}, {pages}: {} ({fields} fields, {lines} lines)", document.id, document.file, document.kind.label())
}

/// What a rule is about, for people.
fn explain(code: &str) -> ExitCode {
    let rules: Vec<&Rule> = RULES.iter().filter(|rule| code == "all" || rule.code == code).collect();
    if rules.is_empty() {
        eprintln!("quayside: there is no finding with the code: {code}");
        return ExitCode::from(2);
    }
    let told = |rule: &&Rule| {
        let Rule { code, severity, title, why, fix, citation, .. } = rule;
        format!("{code} [{severity}]: {title}\n  Why: {why}\n  What to do: {fix}\n  Source: {citation}\n")
    };
    let text: Vec<String> = rules.iter().map(told).collect();
    // A reader that stops reading, such as `head`, is no fault.
    let _ = std::io::stdout().write_all(text.join("\n").as_bytes());
    ExitCode::SUCCESS
}

fn part_line(result: &PacketResult, part: &Part) -> String {
    let document = result.document(&part.document);
    let value = part.value.as_ref().map_or_else(|| "not found".to_owned(), |value| value.words());
    let reading = document.zip(part.field).and_then(|(document, field)| document.reading(field, part.line));
    let place = reading.and_then(|reading| reading.evidence.first()).map(|evidence| match evidence {
        Evidence::Page { page, bbox: [x0, y0, ..] } => format!(", page {page} at {x0:.0},{y0:.0}"),
        Evidence::Cell { sheet, cell } => format!(", {sheet}!{cell}"),
        Evidence::Line { line } => format!(", line {line}"),
    });
    let of =
        document.map_or_else(|| part.document.clone(), |document| format!("{} {}", document.id, document.kind.label()));
    let line = part.line.map(|line| format!(" line {}", line.saturating_add(1))).unwrap_or_default();
    match part.field {
        Some(field) => format!("{of}{line}, {}: {value}{}", field.label().to_lowercase(), place.unwrap_or_default()),
        None => of,
    }
}
