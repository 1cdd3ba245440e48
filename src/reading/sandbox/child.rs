//! The child's side: takes a job, shuts itself in, does the job, answers, takes the next. Nothing here runs in a server's own process.

use super::frame::{Frame, Job, Task};
use super::jail;
use crate::reading::ocr::Tesseract;
use crate::reading::source::{self, Refusal};
use crate::reading::{self, FileReading, Manner, render};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, getpgrp, getpid};
use sha2::{Digest, Sha256};
use std::io::{self, BufRead, Read, Write};
use std::os::fd::AsFd;
use thiserror::Error;

/// Why a child gives up without an answer. Its parent reports the file as not read.
#[derive(Debug, Error)]
pub enum ChildError {
    #[error("the job could not be understood: {0}")]
    Job(#[from] serde_json::Error),
    #[error("the parent is gone: {0}")]
    Pipe(#[from] io::Error),
    #[error(transparent)]
    Jail(#[from] jail::NotJailed),
    #[error("the file ended early")]
    Short,
}

/// A job's first line is never longer: a file name has at most 255 bytes, and each page of an arrangement takes fewer than 100.
const HEADER_BYTES: u64 = 1024 * 1024;

/// What comes after an answer.
enum Next {
    AnotherJob,
    End,
}

/// Does the jobs that standard input brings, one after another, until it ends or a job's answer is not a reading.
pub fn run() -> Result<(), ChildError> {
    let mut input = io::stdin().lock();
    let mut answers = Answers(io::BufWriter::with_capacity(64 * 1024, io::stdout().lock()));
    let mut shut_in = false;
    while let Some(job) = next_job(&mut input)? {
        if shut_in {
            jail::limit_time(&job.limits)?;
        } else {
            let engine = match &job.task {
                Task::Read { ocr, .. } => Some(ocr),
                Task::Render { .. } => None,
            };
            jail::enter(&job.limits, engine)?;
            std::thread::Builder::new().stack_size(64 * 1024).spawn(end_with_parent)?;
            shut_in = true;
        }
        match answer(job, &mut input, &mut answers)? {
            Next::AnotherJob => {}
            Next::End => break,
        }
    }
    Ok(())
}

fn next_job(input: &mut impl BufRead) -> Result<Option<Job>, ChildError> {
    let mut header = Vec::new();
    input.take(HEADER_BYTES).read_until(b'\n', &mut header)?;
    if header.is_empty() { Ok(None) } else { Ok(Some(serde_json::from_slice(&header)?)) }
}

fn answer(job: Job, input: &mut impl BufRead, answers: &mut Answers<impl Write>) -> Result<Next, ChildError> {
    let last = |said: Result<(), ChildError>| said.map(|()| Next::End);
    if job.size > job.limits.file_bytes {
        return last(answers.say(&Frame::Refused(Refusal::TooLarge { limit: job.limits.file_bytes })));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(job.size).unwrap_or(0));
    input.take(job.size).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).ok() != Some(job.size) {
        return Err(ChildError::Short);
    }
    answers.say(&Frame::Sha256(hex::encode(Sha256::digest(&bytes))))?;
    let format = match source::admit(&bytes, &job.limits) {
        Ok(format) => format,
        Err(refusal) => return last(answers.say(&Frame::Refused(refusal))),
    };
    match job.task {
        Task::Read { ocr, pages_alone, arrangement } => {
            let engine = Tesseract::new(ocr, job.limits.clone());
            let manner = Manner { limits: job.limits, pages_alone, arrangement };
            read(&job.name, bytes, format, &manner, &engine, answers).map(|()| Next::AnotherJob)
        }
        Task::Render { leaf, width } => last(match render::page(bytes, format, leaf, width, &job.limits) {
            Ok(png) => answers.picture(&png),
            Err(render::NotRendered::NoSuchPage) => answers.say(&Frame::NoSuchPage),
            Err(render::NotRendered::Refused(refusal)) => answers.say(&Frame::Refused(refusal)),
        }),
    }
}

fn read(
    name: &str,
    bytes: Vec<u8>,
    format: source::Format,
    manner: &Manner,
    engine: &Tesseract,
    answers: &mut Answers<impl Write>,
) -> Result<(), ChildError> {
    let mut progress = |page: u32, of: u32| {
        let too_many = Frame::Refused(Refusal::TooManyPages { limit: manner.limits.pages });
        let frame = if of > manner.limits.pages { too_many } else { Frame::Progress { page, of } };
        let told = answers.say(&frame);
        if told.is_err() || of > manner.limits.pages {
            // Nobody listens any more, or the answer is given: the rest of the file is not worth its time.
            std::process::exit(0);
        }
    };
    let mut reading: FileReading = reading::read_as(name, bytes, format, manner, engine, &mut progress);
    if let (Some(note), Some(first)) = (source::misnamed(name, format), reading.documents.first_mut()) {
        first.problems.push(note);
    }
    answers.say(&Frame::Reading(reading))
}

/// Frames on standard output.
struct Answers<W: Write>(W);

impl<W: Write> Answers<W> {
    fn say(&mut self, frame: &Frame) -> Result<(), ChildError> {
        serde_json::to_writer(&mut self.0, frame)?;
        self.0.write_all(b"\n")?;
        Ok(self.0.flush()?)
    }

    fn picture(&mut self, png: &[u8]) -> Result<(), ChildError> {
        self.say(&Frame::Picture { bytes: Vec::new() })?;
        self.0.write_all(png)?;
        Ok(self.0.flush()?)
    }
}

/// Ends this process and what it started as soon as the parent is gone, however it went: its end of the pipe closes with it.
/// A signal on the parent's death would not do: it comes when the thread that started the child ends, and a server's threads
/// come and go.
fn end_with_parent() {
    let input = io::stdin();
    // Nothing is waited for but the end, which is always told; the jobs are left to those who do them.
    let mut end = [PollFd::new(input.as_fd(), PollFlags::empty())];
    while !matches!(poll(&mut end, PollTimeout::NONE), Ok(1..)) {}
    // Only a group of its own may be ended whole; one started by hand in a shell shares the shell's.
    let whole = getpgrp() == getpid();
    let _ = kill(if whole { Pid::from_raw(0) } else { getpid() }, Signal::SIGKILL);
}
