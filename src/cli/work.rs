//! `quayside work`: workers without a web server, as many as there are machines.

use super::ground::Ground;
use super::{Failure, serve, system};
use crate::features::packets::checking::Checker;
use crate::worker::Worker;
use std::time::Duration;
use tokio::sync::watch;

/// The arguments.
#[derive(clap::Args)]
pub struct Arguments {
    /// How many packets to check at a time; without it QUAYSIDE_WORKERS.
    #[arg(long)]
    at_once: Option<usize>,
    /// Stop when nothing is due any more.
    #[arg(long)]
    until_idle: bool,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let ground = Ground::new()?;
    let runtime = tokio::runtime::Runtime::new().map_err(system("starting threads"))?;
    let checker = Checker { db: ground.db.clone(), objects: ground.objects.clone(), sandbox: ground.sandbox.clone() };
    let worker = Worker::new(
        checker,
        ground.postman(),
        ground.keeper(),
        arguments.at_once.unwrap_or(ground.config.workers).max(1),
    )
    .taking(ground.mail_in());
    if arguments.until_idle {
        let done = runtime.block_on(worker.run_until_idle())?;
        println!("{done} pieces of work done");
        return Ok(());
    }
    worker.listen(ground.app_url.clone());
    let patience = Duration::from_secs(ground.config.stop_seconds);
    runtime.block_on(async {
        let (stop, stopping) = watch::channel(false);
        let working = tokio::spawn(worker.run(stopping, patience));
        tracing::info!("Quayside is working");
        serve::asked_to_stop().await?;
        stop.send_replace(true);
        drop(working.await);
        tracing::info!("stopped");
        Ok(())
    })
}
