//! The parent's side of a reader: one living child that takes file after file, and a new one wherever a file could have left a
//! trace in the old. A child's files are always those of one packet: what a file that took its reader over could do to the next,
//! it could do to no one else's. Every limit counts for each file anew.

use super::frame::{Frame, Job, Task};
use super::{SUBCOMMAND, Sandbox};
use crate::domain::packet::arrangement::Arrangement;
use crate::reading::FileReading;
use crate::reading::source::Refusal;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::pin::pin;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader, Take};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

/// A child that read a larger file takes no other: what the memory of a process was used for, the next file cannot have.
const KEPT_AFTER_BYTES: u64 = 4 * 1024 * 1024;

/// Reads the files of one packet one after another. Dropping it, or the future of one of its readings, ends the child and
/// everything that it started.
pub struct Reader {
    sandbox: Sandbox,
    living: Option<Process>,
}

/// What a child answered in the end.
pub(super) enum Answer {
    Reading(FileReading),
    Picture(Vec<u8>),
}

impl Reader {
    pub(super) const fn new(sandbox: Sandbox) -> Self {
        Self { sandbox, living: None }
    }

    /// Reads one file as [`Sandbox::read_file`] does.
    pub async fn read_file(
        &mut self,
        name: &str,
        source: impl AsyncRead + Unpin,
        size: u64,
        progress: impl FnMut(u32, u32),
    ) -> FileReading {
        self.read_arranged(name, source, size, None, progress).await
    }

    /// Reads one file as [`Sandbox::read_arranged`] does.
    pub async fn read_arranged(
        &mut self,
        name: &str,
        source: impl AsyncRead + Unpin,
        size: u64,
        arrangement: Option<&Arrangement>,
        mut progress: impl FnMut(u32, u32),
    ) -> FileReading {
        let mut sha256 = String::new();
        let Sandbox { ocr, pages_alone, .. } = self.sandbox.clone();
        let task = Task::Read { ocr, pages_alone, arrangement: arrangement.cloned() };
        let job = Job::new(name, size, &self.sandbox.limits, task);
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

    /// Ends the child and waits until it is gone.
    pub async fn close(mut self) {
        if let Some(process) = self.living.take() {
            process.end().await;
        }
    }

    /// Hands the job and the bytes to the child, and listens until it has answered or must be ended. `None` is the answer that
    /// there is no such page.
    pub(super) async fn converse(
        &mut self,
        job: &Job,
        source: impl AsyncRead + Unpin,
        hear: impl FnMut(Frame),
    ) -> Result<Option<Answer>, Refusal> {
        // Out of its place while it works: who drops this future drops the process with it.
        let living = self.living.take().and_then(Process::if_alive);
        let started = living.map_or_else(|| Process::start(&self.sandbox), Ok);
        let mut process = started.map_err(|_| Refusal::NotStarted)?;
        let (heard, fed) = process.exchange(job, source, hear).await;
        if matches!(heard, Ok(Some(Answer::Reading(_)))) && matches!(fed, Some(Ok(()))) && process.is_fresh(job) {
            self.living = Some(process);
            return heard.map_err(|_| Refusal::Crashed);
        }
        let (status, words) = process.end().await;
        match (heard, fed) {
            (Ok(answer), _) => Ok(answer),
            (Err(Some(refusal)), _) => Err(refusal),
            (Err(None), Some(Err(SourceFailed))) => Err(Refusal::NotStarted),
            (Err(None), _) => Err(cause_of_death(status, &words)),
        }
    }
}

/// A living child with its pipes.
struct Process {
    child: Child,
    group: Group,
    /// Open as long as the child is wanted: its end would tell the child that its parent is gone.
    stdin: Option<ChildStdin>,
    output: BufReader<Take<ChildStdout>>,
    words: JoinHandle<String>,
    started: Instant,
}

/// The answer, or the refusal that the parent knows of, or none where the child fell silent.
type Heard = Result<Option<Answer>, Option<Refusal>>;

impl Process {
    fn start(sandbox: &Sandbox) -> io::Result<Self> {
        let mut command = Command::new(&sandbox.program);
        command.arg(SUBCOMMAND).env_clear().env("MALLOC_ARENA_MAX", "1").process_group(0).kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let lost = || io::Error::other("a child without pipes");
        let group = Group::of(&child).ok_or_else(lost)?;
        let stdin = child.stdin.take();
        let output = BufReader::new(child.stdout.take().ok_or_else(lost)?.take(0));
        let words = tokio::spawn(last_words(child.stderr.take().ok_or_else(lost)?));
        Ok(Self { child, group, stdin, output, words, started: Instant::now() })
    }

    fn if_alive(mut self) -> Option<Self> {
        matches!(self.child.try_wait(), Ok(None)).then_some(self)
    }

    /// One job and its answer, and what became of the bytes where the child took them to the end.
    async fn exchange(
        &mut self,
        job: &Job,
        source: impl AsyncRead + Unpin,
        mut hear: impl FnMut(Frame),
    ) -> (Heard, Option<Result<(), SourceFailed>>) {
        let deadline = Instant::now() + Duration::from_secs(job.limits.total_seconds);
        let silence = Duration::from_secs(job.limits.wall_seconds);
        let Self { stdin, output, .. } = self;
        output.get_mut().set_limit(job.limits.output_bytes.saturating_add(1));
        let listening = async {
            loop {
                let patience = silence.min(deadline.saturating_duration_since(Instant::now()));
                match timeout(patience, next_frame(output)).await {
                    Err(_) => break Err(Some(Refusal::OutOfTime)),
                    Ok(Ok(Frame::Reading(reading))) => break Ok(Some(Answer::Reading(reading))),
                    Ok(Ok(Frame::Picture { bytes })) => break Ok(Some(Answer::Picture(bytes))),
                    Ok(Ok(Frame::NoSuchPage)) => break Ok(None),
                    Ok(Ok(Frame::Refused(refusal))) => break Err(Some(refusal)),
                    Ok(Ok(frame)) => hear(frame),
                    Ok(Err(Silence)) if output.get_ref().limit() == 0 => break Err(Some(Refusal::AnswerTooLarge)),
                    Ok(Err(Silence)) => break Err(None),
                }
            }
        };
        let mut listening = pin!(listening);
        let mut feeding = pin!(feed(stdin, job, source));
        let mut fed = None;
        loop {
            tokio::select! {
                // The end of the feeding is seen before the answer, which cannot come earlier.
                biased;
                done = &mut feeding, if fed.is_none() => fed = Some(done),
                heard = &mut listening => break (heard, fed),
            }
        }
    }

    /// Whether the child may take another file: it said no more than it was asked, and it has lived for less time than the
    /// processor time of one file, so it cannot have used more.
    fn is_fresh(&self, job: &Job) -> bool {
        job.size <= KEPT_AFTER_BYTES
            && self.output.buffer().is_empty()
            && self.started.elapsed() < Duration::from_secs(job.limits.cpu_seconds)
    }

    /// Ends the child and what it started, and says how it went.
    async fn end(self) -> (Option<ExitStatus>, String) {
        let Self { mut child, group, words, stdin, .. } = self;
        // Whatever the child or its children still do, nobody waits for it any more.
        drop(group);
        drop(stdin);
        let words = words.await.unwrap_or_default();
        (child.wait().await.ok(), words)
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
async fn feed(pipe: &mut Option<ChildStdin>, job: &Job, source: impl AsyncRead + Unpin) -> Result<(), SourceFailed> {
    let fed = feed_all(pipe.as_mut().ok_or(SourceFailed)?, job, source).await;
    if fed.is_err() {
        // The child waits for bytes that will not come.
        pipe.take();
    }
    fed
}

async fn feed_all(stdin: &mut ChildStdin, job: &Job, source: impl AsyncRead + Unpin) -> Result<(), SourceFailed> {
    let mut header = serde_json::to_vec(job).map_err(|_| SourceFailed)?;
    header.push(b'\n');
    let mut source = source.take(job.size);
    let mut chunk = vec![0; 64 * 1024];
    let mut left = job.size;
    let mut hearing = stdin.write_all(&header).await.is_ok();
    while hearing && left > 0 {
        let count = source.read(&mut chunk).await.map_err(|_| SourceFailed)?;
        let read = chunk.get(..count).unwrap_or_default();
        if read.is_empty() {
            return Err(SourceFailed);
        }
        hearing = stdin.write_all(read).await.is_ok();
        left = left.saturating_sub(u64::try_from(count).unwrap_or(u64::MAX));
    }
    Ok(())
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
