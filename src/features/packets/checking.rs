//! The work behind a packet: read its files, check its documents, store the result. What a file gave is kept as soon as it is read, so
//! that a worker that takes over goes on where the last one stopped. Done twice, it leaves what doing it once leaves.

use crate::domain::access::{Action, Actor};
use crate::domain::alias::{self, Alias};
use crate::domain::client::Client;
use crate::domain::ids::{PacketId, RunId};
use crate::domain::packet::arrangement::{Arranged, Arrangement};
use crate::domain::packet::check::lists::Wanted;
use crate::domain::packet::check::{check_for, marked};
use crate::domain::packet::correction::{self, Correction, Place};
use crate::domain::packet::document::{Document, TextSource};
use crate::domain::packet::result::{PacketResult, Stats};
use crate::gateways::objects::{ObjectError, Objects};
use crate::gateways::sealed::TeamObjects;
use crate::reading::sandbox::Sandbox;
use crate::reading::{self, FileReading};
use crate::store::arrangements::Entry as Arranging;
use crate::store::packets::File;
use crate::store::queue::{Claim, FileProgress, Progress};
use crate::store::runs::Page;
use crate::store::{
    Change, Db, StoreError, aliases, arrangements, clients, corrections, lists, packets, readings, runs, team_keys,
};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use tokio_util::io::StreamReader;

/// How many files of one packet are read at a time.
const FILES_AT_ONCE: usize = 2;

/// What the work needs of the world.
#[derive(Clone)]
pub struct Checker {
    pub db: Db,
    pub objects: Objects,
    pub sandbox: Sandbox,
}

/// Why the work stopped before its end; trying again may help.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{name}: {source}")]
    Object { name: String, source: ObjectError },
    #[error("The role of the system does not allow checking.")]
    Denied(#[from] crate::domain::access::Denied),
    #[error("The result could not be written: {0}")]
    Garbled(#[from] serde_json::Error),
}

/// The live progress of one piece of work, shared between the reading and the heartbeat.
#[derive(Clone, Default)]
pub struct Live(Arc<Mutex<Progress>>);

impl Live {
    /// As far as it is now.
    pub fn snapshot(&self) -> Progress {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, change: impl FnOnce(&mut Progress)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn file(&self, index: usize, change: impl FnOnce(&mut FileProgress)) {
        self.set(|progress| {
            if let Some(file) = progress.files.get_mut(index) {
                change(file);
            }
        });
    }
}

impl Checker {
    /// Does the work of `claim` to its end.
    ///
    /// # Errors
    /// [`CheckError`]; [`StoreError::Conflict`] where another worker has it by now.
    pub async fn check_packet(
        &self,
        claim: &Claim,
        packet: PacketId,
        run: RunId,
        live: &Live,
    ) -> Result<(), CheckError> {
        let started = Instant::now();
        let system = Actor::system(claim.team);
        let permit = system.permit(Action::PacketView)?;
        let (name, files, history) = self
            .db
            .read(&permit, move |tx| {
                let name = packets::find(tx, packet)?.name;
                Ok::<_, StoreError>((name, packets::files_of(tx, packet)?, arrangements::history(tx, packet)?))
            })
            .await?;
        let standing = |file: &File| arrangements::newest(&history, file.id);
        live.set(|progress| progress.files = vec![FileProgress::default(); files.len()]);
        let each: Vec<_> = files
            .iter()
            .enumerate()
            .map(|(index, file)| {
                let arrangement = standing(file).and_then(|entry| entry.arrangement.clone());
                self.file(claim, file, arrangement, index, live)
            })
            .collect();
        let mut readings: Vec<FileReading> = stream::iter(each).buffered(FILES_AT_ONCE).try_collect().await?;
        for (file, reading) in files.iter().zip(&mut readings) {
            tell(&mut reading.documents, standing(file).and_then(Arranging::arranged).as_ref());
        }
        let pages = pages(&files, &readings);
        let places = places(&files, &readings);
        let read = reading::number(readings);
        // Asked for after the reading: what somebody corrects while it goes on counts, too.
        let corrections = self.db.read(&permit, move |tx| corrections::standing(tx, packet)).await?;
        // What was said of a file that is left out waits until it takes part again.
        let corrections: Vec<Correction> = corrections
            .into_iter()
            .filter(|correction| files.iter().any(|file| file.id == correction.spot.place.file))
            .collect();
        let (corrected, unplaced) = correction::apply(read, &places, &corrections);
        let documents = marked(corrected);
        let wanted = Wanted::of(&documents);
        let lists = self.db.read(&permit, move |tx| lists::find(tx, &wanted)).await?;
        let clients = self.db.read(&permit, clients::list).await?;
        let clients: Vec<Client> = clients.into_iter().map(|kept| kept.client).collect();
        let client = Client::of(&clients, &documents);
        let aliases = self.db.read(&permit, aliases::list).await?;
        let aliases: Vec<Alias> = aliases.into_iter().map(|kept| kept.alias).collect();
        let findings = check_for(client, &documents, None, &lists);
        let findings = findings.into_iter().map(|finding| alias::weighed(&aliases, &documents, finding)).collect();
        let stats = Stats {
            pages: u32::try_from(pages.len()).unwrap_or(u32::MAX),
            milliseconds: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        };
        let result = PacketResult::assemble(name, documents, findings, stats);
        let result = result.judged_by(lists.used()).of_client(client).without(unplaced);
        let verdict = result.packet.verdict;
        let permit = system.permit(Action::PacketCheck)?;
        let claim = claim.clone();
        self.db
            .write(permit, packet, move |tx| {
                claim.finish(tx)?;
                runs::save_result(tx, run, &result, &pages)?;
                let facts = serde_json::json!({ "score": result.packet.score, "verdict": result.packet.verdict });
                Ok::<_, StoreError>(Change::to(()).diff(serde_json::Value::Null, facts))
            })
            .await?;
        metrics::counter!("quayside_packets_checked_total", "verdict" => verdict.as_str()).increment(1);
        Ok(())
    }

    /// The reading of one file: kept by an earlier worker, or made now.
    async fn file(
        &self,
        claim: &Claim,
        file: &File,
        arrangement: Option<Arrangement>,
        index: usize,
        live: &Live,
    ) -> Result<FileReading, CheckError> {
        let key = arrangement.as_ref().map(Arrangement::key).unwrap_or_default();
        let step = format!("read:{}:{key}", file.id);
        let of = readings::Of { sha256: file.sha256.clone(), arrangement: key };
        if let Some(kept) = claim.step(&self.db, step.clone()).await? {
            let reading: FileReading = serde_json::from_value(kept)?;
            live.file(index, |progress| progress.finished = true);
            return Ok(reading);
        }
        if let Some(seen) = readings::find(&self.db, claim.team, of.clone()).await? {
            let reading = named(serde_json::from_value(seen)?, &file.name);
            claim.keep(&self.db, step, serde_json::to_value(&reading)?).await?;
            live.file(index, |progress| progress.finished = true);
            return Ok(reading);
        }
        let lost = |source| CheckError::Object { name: file.name.clone(), source };
        let objects = TeamObjects::new(self.objects.clone(), team_keys::of(&self.db, claim.team).await?);
        let stream = objects.stream(&file.object_key).await.map_err(lost)?;
        let reader = StreamReader::new(stream.map_err(std::io::Error::other));
        let size = u64::try_from(file.size_bytes).unwrap_or(0);
        let told = |done, total| {
            live.file(index, |progress| *progress = FileProgress { done, total: Some(total), finished: false });
        };
        let reading = self.sandbox.read_arranged(&file.name, reader, size, arrangement.as_ref(), told).await;
        // The hash is the upload's own; the reader's is not asked.
        let reading = named(reading.in_one_file(&file.sha256), &file.name);
        let kept = without_nul(serde_json::to_value(&reading)?);
        if reading.pages.iter().any(|page| page.source == TextSource::Ocr) {
            readings::keep(&self.db, claim.team, of, kept.clone()).await?;
        }
        claim.keep(&self.db, step, kept).await?;
        live.file(index, |progress| progress.finished = true);
        metrics::counter!("quayside_pages_read_total").increment(u64::try_from(reading.pages.len()).unwrap_or(0));
        Ok(reading)
    }
}

/// The reading with the name of its file: attachments of a mail keep their own.
fn named(mut reading: FileReading, name: &str) -> FileReading {
    let attachments = std::mem::take(&mut reading.parts);
    for document in reading.documents.iter_mut().filter(|document| !attachments.contains(&document.file)) {
        document.file = name.to_owned();
    }
    reading
}

/// Says of the documents of a file that a person arranged it, and what the reader had made of their pages.
fn tell(documents: &mut [Document], arranged: Option<&Arranged>) {
    let Some(arranged) = arranged else { return };
    let mut before: Vec<Vec<u32>> = Vec::new();
    for document in documents.iter_mut().filter(|document| !document.pages.is_empty()) {
        let position = before.iter().filter(|pages| **pages == document.pages).count();
        document.arranged = Some(arranged.of(&document.pages, position));
        before.push(document.pages.clone());
    }
}

/// jsonb holds no NUL character, and a hostile page may.
fn without_nul(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::String(text) if text.contains('\0') => Value::String(text.replace('\0', "")),
        Value::Array(items) => Value::Array(items.into_iter().map(without_nul).collect()),
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(key, value)| (key, without_nul(value))).collect())
        }
        other => other,
    }
}

/// Where each document is, in the order in which they are numbered.
fn places(files: &[File], readings: &[FileReading]) -> Vec<Place> {
    let of_file = |(file, reading): (&File, &FileReading)| -> Vec<Place> {
        let page = |document: &Document| document.pages.first().copied().unwrap_or(0);
        reading.documents.iter().map(|document| Place { file: file.id, page: page(document) }).collect()
    };
    files.iter().zip(readings).flat_map(of_file).collect()
}

fn pages(files: &[File], readings: &[FileReading]) -> Vec<Page> {
    let of_file = |(file, reading): (&File, &FileReading)| -> Vec<Page> {
        let page = |page: &reading::PageFacts| Page {
            file: file.id,
            number: i32::try_from(page.number).unwrap_or(i32::MAX),
            width: page.width,
            height: page.height,
            source: page.source.as_str().to_owned(),
            sheet: page.sheet.clone(),
            text: page.text.clone(),
            grid: page.grid.clone(),
            turn: page.turn,
        };
        reading.pages.iter().map(page).collect()
    };
    files.iter().zip(readings).flat_map(of_file).collect()
}
