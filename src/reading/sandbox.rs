//! Reading files that strangers made: each file is read by a child process of its own, the same program started with a hidden
//! subcommand, which gives up its rights before it looks at the bytes. The parent hands over bytes, counts time and output, and
//! turns every way of dying into a refusal with a sentence. It never parses a file itself.

pub mod child;
mod frame;
mod jail;

use super::FileReading;
use super::ocr::Engine;
use super::source::{Limits, Refusal};
use frame::{Frame, Job, Task};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::pin::pin;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use thiserror::Error;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::time::{Instant, timeout};

/// The hidden subcommand under which the program reads one file.
pub const SUBCOMMAND: &str = "read-file";

/// Where and how files are read.
#[derive(Clone, Debug)]
pub struct Sandbox {
    /// This program.
    pub program: PathBuf,
    pub limits: Limits,
    pub ocr: Engine,
}

/// Why a page has no picture.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RenderError {
    #[error("the file has no such page")]
    NoSuchPage,
    #[error("the page cannot be shown: {0}")]
    Refused(String),
}

/// What a child answered in the end.
enum Answer {
    Reading(FileReading),
    Picture(Vec<u8>),
}

impl Sandbox {
    /// Reads one file of `size` bytes. `progress` is told pages done and pages in all. Whatever happens to the reader, the file
    /// has its documents in the result: one `unknown` document with a problem where it could not be read. Dropping the future
    /// ends the reader and everything it started.
    pub async fn read_file(
        &self,
        name: &str,
        source: impl AsyncRead + Unpin,
        size: u64,
        mut progress: impl FnMut(u32, u32),
    ) -> FileReading {
        let mut sha256 = String::new();
        let job = Job::new(name, size, &self.limits, Task::Read { ocr: self.ocr.clone() });
        let answer = self.converse(&job, source, |frame| match frame {
            Frame::Sha256(digest) => sha256 = digest,
            Frame::Progress { page, of } => progress(page, of),
            Frame::Reading(_) | Frame::Picture { .. } | Frame::Refused(_) | Frame::NoSuchPage => {}
        });
        let refusal = match answer.await {
            Ok(Some(Answer::Reading(reading))) => return reading,
            Ok(_) => Refusal::Crashed,
            Err(refusal) => refusal,
        };
        tracing::info!(code = refusal.code(), bytes = size, "a file was not read");
        FileReading { documents: vec![refusal.document(name, &sha256)], ..FileReading::default() }
    }

    /// The page `page` (from 1) of a PDF or picture of `size` bytes as a PNG, `width` pixels wide or as wide as is allowed.
    pub async fn render_page(
        &self,
        name: &str,
        source: impl AsyncRead + Unpin,
        size: u64,
        page: u32,
        width: u32,
    ) -> Result<Vec<u8>, RenderError> {
        let job = Job::new(name, size, &self.limits, Task::Render { page, width });
        let refused = |refusal: Refusal| RenderError::Refused(refusal.problem(name).message);
        match self.converse(&job, source, |_| {}).await {
            Ok(Some(Answer::Picture(png))) => Ok(png),
            Ok(Some(Answer::Reading(_))) => Err(refused(Refusal::Crashed)),
            Ok(None) => Err(RenderError::NoSuchPage),
            Err(refusal) => Err(refused(refusal)),
        }
    }

    /// Starts a child, hands it the job and the bytes, and listens until it has answered or must be ended. `None` is the answer
    /// that there is no such page.
    async fn converse(
        &self,
        job: &Job,
        source: impl AsyncRead + Unpin,
        mut hear: impl FnMut(Frame),
    ) -> Result<Option<Answer>, Refusal> {
        let mut child = self.start().map_err(|_| Refusal::NotStarted)?;
        let group = Group::of(&child).ok_or(Refusal::NotStarted)?;
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = (stdin, stdout, stderr) else {
            return Err(Refusal::NotStarted);
        };

        let deadline = Instant::now() + Duration::from_secs(job.limits.total_seconds);
        let silence = Duration::from_secs(job.limits.wall_seconds);
        let listening = async {
            let mut output = BufReader::new(stdout.take(job.limits.output_bytes.saturating_add(1)));
            let heard = loop {
                let patience = silence.min(deadline.saturating_duration_since(Instant::now()));
                match timeout(patience, next_frame(&mut output)).await {
                    Err(_) => break Err(Some(Refusal::OutOfTime)),
                    Ok(Ok(Frame::Reading(reading))) => break Ok(Some(Answer::Reading(reading))),
                    Ok(Ok(Frame::Picture { bytes })) => break Ok(Some(Answer::Picture(bytes))),
                    Ok(Ok(Frame::NoSuchPage)) => break Ok(None),
                    Ok(Ok(Frame::Refused(refusal))) => break Err(Some(refusal)),
                    Ok(Ok(frame)) => hear(frame),
                    Ok(Err(Silence)) if output.get_ref().limit() == 0 => break Err(Some(Refusal::AnswerTooLarge)),
                    Ok(Err(Silence)) => break Err(None),
                }
            };
            // Whatever the child or its children still do, nobody waits for it any more.
            drop(group);
            heard
        };
        let answered = async {
            let mut listening = pin!(listening);
            let mut feeding = pin!(feed(stdin, job, source));
            let mut fed = None;
            // What `feed` gives back is the pipe to the child, open until the child has answered: its end would tell the
            // child that its parent is gone.
            loop {
                tokio::select! {
                    heard = &mut listening => break (heard, fed),
                    pipe = &mut feeding, if fed.is_none() => fed = Some(pipe),
                }
            }
        };
        let ((heard, fed), words) = tokio::join!(answered, last_words(stderr));
        let status = child.wait().await.ok();
        match (heard, fed) {
            (Ok(answer), _) => Ok(answer),
            (Err(Some(refusal)), _) => Err(refusal),
            (Err(None), Some(Err(SourceFailed))) => Err(Refusal::NotStarted),
            (Err(None), _) => Err(cause_of_death(status, &words)),
        }
    }

    fn start(&self) -> std::io::Result<Child> {
        let mut command = Command::new(&self.program);
        command.arg(SUBCOMMAND).env_clear().env("MALLOC_ARENA_MAX", "1").process_group(0).kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn()
    }
}

/// The child's process group; ended when this is dropped.
struct Group(Pid);

impl Group {
    fn of(child: &Child) -> Option<Self> {
        child.id().and_then(|id| i32::try_from(id).ok()).map(|id| Self(Pid::from_raw(id)))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // A group that is already gone is what is wanted.
        let _ = killpg(self.0, Signal::SIGKILL);
    }
}

/// The bytes of the file could not be had to the end.
struct SourceFailed;

/// Hands job and bytes to the child. That the child stops listening is no fault of the source.
async fn feed(mut stdin: ChildStdin, job: &Job, source: impl AsyncRead + Unpin) -> Result<ChildStdin, SourceFailed> {
    let header = serde_json::to_vec(job).map_err(|_| SourceFailed)?;
    let mut source = source.take(job.size);
    let mut chunk = vec![0; 64 * 1024];
    let mut left = job.size;
    let mut hearing = stdin.write_all(&header).await.is_ok() && stdin.write_all(b"\n").await.is_ok();
    while hearing && left > 0 {
        let count = source.read(&mut chunk).await.map_err(|_| SourceFailed)?;
        let read = chunk.get(..count).unwrap_or_default();
        if read.is_empty() {
            return Err(SourceFailed);
        }
        hearing = stdin.write_all(read).await.is_ok();
        left = left.saturating_sub(u64::try_from(count).unwrap_or(u64::MAX));
    }
    Ok(stdin)
}

/// The child ended its output, or said something that is no frame.
struct Silence;

async fn next_frame(output: &mut (impl AsyncBufReadExt + Unpin)) -> Result<Frame, Silence> {
    let mut line = Vec::new();
    output.read_until(b'\n', &mut line).await.map_err(|_| Silence)?;
    let frame = serde_json::from_slice(&line).map_err(|_| Silence)?;
    let Frame::Picture { .. } = frame else { return Ok(frame) };
    let mut bytes = Vec::new();
    output.read_to_end(&mut bytes).await.map_err(|_| Silence)?;
    Ok(Frame::Picture { bytes })
}

/// The first kilobytes of what the child complained about. They are judged, never logged: they may quote the file.
async fn last_words(mut stderr: impl AsyncRead + Unpin) -> String {
    let mut words = Vec::new();
    let _ = (&mut stderr).take(4096).read_to_end(&mut words).await;
    let _ = tokio::io::copy(&mut stderr, &mut tokio::io::sink()).await;
    String::from_utf8_lossy(&words).into_owned()
}

fn cause_of_death(status: Option<ExitStatus>, words: &str) -> Refusal {
    let signal = status.and_then(|status| status.signal()).and_then(|signal| Signal::try_from(signal).ok());
    match signal {
        Some(Signal::SIGXCPU) => Refusal::OutOfTime,
        _ if words.contains("memory allocation of") => Refusal::OutOfMemory,
        // Nobody here kills a child that has not answered in time without saying so: this was the system, short of memory.
        Some(Signal::SIGKILL) => Refusal::OutOfMemory,
        _ => Refusal::Crashed,
    }
}
