//! What the child gives up before it looks at a file: memory and time beyond its limits, files to write, files to read but
//! those of the OCR engine, the network, and the road to more rights. Where a kernel lacks a fence, the others still stand.

use crate::reading::ocr::Engine;
use crate::reading::source::Limits;
use landlock::{ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetCreatedAttr, path_beneath_rules};
use nix::libc;
use nix::sys::resource::{Resource, UsageWho, getrusage, setrlimit};
use nix::sys::time::TimeValLike;
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch};
use std::path::PathBuf;
use thiserror::Error;

/// A limit that every Linux has could not be set: nothing may be read then.
#[derive(Debug, Error)]
#[error("the reader could not limit itself: {0}")]
pub struct NotJailed(#[from] nix::Error);

/// Where programs find their shared libraries.
const LIBRARIES: [&str; 6] = ["/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache"];

/// Shuts the process in. `engine` names the one program it may still start.
pub fn enter(limits: &Limits, engine: Option<&Engine>) -> Result<(), NotJailed> {
    setrlimit(Resource::RLIMIT_AS, limits.memory_bytes, limits.memory_bytes)?;
    limit_time(limits)?;
    setrlimit(Resource::RLIMIT_FSIZE, 0, 0)?;
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    setrlimit(Resource::RLIMIT_NOFILE, 64, 64)?;
    nix::sys::prctl::set_no_new_privs()?;
    // These two depend on the kernel; the limits above do not.
    if let Err(reason) = fence_files(engine) {
        tracing::debug!(%reason, "the kernel does not fence files");
    }
    if let Err(reason) = fence_network() {
        tracing::debug!(%reason, "the kernel does not fence the network");
    }
    Ok(())
}

/// Gives the file that comes next its processor time, whatever the files before it used. The parent lets a process take another
/// file only while those before it used less than one file may, so twice that is the end of every process.
pub fn limit_time(limits: &Limits) -> Result<(), NotJailed> {
    let usage = getrusage(UsageWho::RUSAGE_SELF)?;
    let used = u64::try_from((usage.user_time() + usage.system_time()).num_seconds()).unwrap_or(0);
    let last = limits.cpu_seconds.saturating_mul(2).saturating_add(2);
    setrlimit(Resource::RLIMIT_CPU, used.saturating_add(limits.cpu_seconds).min(last), last)?;
    Ok(())
}

/// Landlock: no file but libraries, the engine and its language data can be opened, none can be written, nothing connects.
fn fence_files(engine: Option<&Engine>) -> Result<(), landlock::RulesetError> {
    let abi = ABI::V5;
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    let run = read | AccessFs::Execute;
    let programs: Vec<PathBuf> = engine.and_then(|engine| engine.program.clone()).into_iter().collect();
    let languages: Vec<PathBuf> = engine.map(Engine::language_folders).unwrap_or_default();
    let ruleset = Ruleset::default().handle_access(AccessFs::from_all(abi))?.handle_access(AccessNet::from_all(abi))?;
    let mut fenced = ruleset.create()?;
    if !programs.is_empty() {
        fenced = fenced.add_rules(path_beneath_rules(LIBRARIES, run))?;
        fenced = fenced.add_rules(path_beneath_rules(programs, run))?;
        fenced = fenced.add_rules(path_beneath_rules(languages, read))?;
        fenced = fenced.add_rules(path_beneath_rules(["/dev/null"], AccessFs::ReadFile | AccessFs::WriteFile))?;
    }
    fenced.restrict_self().map(|_| ())
}

/// Seccomp: no socket of any family, and none of the calls that reach into other processes or the kernel's own machinery.
fn fence_network() -> Result<(), seccompiler::Error> {
    let Ok(arch) = TargetArch::try_from(std::env::consts::ARCH) else { return Ok(()) };
    let denied = [
        libc::SYS_socket,
        libc::SYS_socketpair,
        libc::SYS_connect,
        libc::SYS_bind,
        libc::SYS_ptrace,
        libc::SYS_process_vm_readv,
        libc::SYS_process_vm_writev,
        libc::SYS_bpf,
        libc::SYS_perf_event_open,
        libc::SYS_userfaultfd,
        libc::SYS_io_uring_setup,
        libc::SYS_keyctl,
        libc::SYS_add_key,
        libc::SYS_mount,
        libc::SYS_unshare,
        libc::SYS_setns,
        libc::SYS_kexec_load,
        libc::SYS_init_module,
        libc::SYS_finit_module,
    ];
    let refuse = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    let rules = denied.into_iter().map(|call| (call, Vec::new())).collect();
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, refuse, arch)?;
    let program: BpfProgram = filter.try_into()?;
    seccompiler::apply_filter(&program)
}
