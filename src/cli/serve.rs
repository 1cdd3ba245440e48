//! `quayside serve`: the web server with its workers, until it is asked to stop.

use super::ground::Ground;
use super::{Failure, system};
use crate::app::{self, Parts};
use crate::features::packets::checking::Checker;
use crate::features::public::Metrics;
use crate::worker::Worker;
use metrics_exporter_prometheus::PrometheusBuilder;
use std::net::TcpListener;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Runs it.
pub fn run() -> Result<(), Failure> {
    run_on(&Ground::new()?, || {})
}

/// Runs it on ground that stands, and calls `ready` when browsers can come.
pub fn run_on(ground: &Ground, ready: impl FnOnce()) -> Result<(), Failure> {
    // After the ground: a server that cannot serve does not hold the port.
    let listen = ground.config.listen;
    let listener = TcpListener::bind(listen).map_err(system(format!("listening on {listen}")))?;
    let handle = PrometheusBuilder::new().install_recorder().ok();
    actix_web::rt::System::new().block_on(serve(ground, listener, handle, ready))
}

async fn serve(
    ground: &Ground,
    listener: TcpListener,
    handle: Option<metrics_exporter_prometheus::PrometheusHandle>,
    ready: impl FnOnce(),
) -> Result<(), Failure> {
    let config = &ground.config;
    let patience = Duration::from_secs(config.stop_seconds);
    let (stop, stopping) = watch::channel(false);
    let checker = Checker { db: ground.db.clone(), objects: ground.objects.clone(), sandbox: ground.sandbox.clone() };
    let worker = Worker::new(checker, ground.postman(), ground.keeper(), config.workers).taking(ground.mail_in());
    worker.listen(ground.app_url.clone());
    let working = (config.workers > 0).then(|| tokio::spawn(worker.run(stopping, patience)));
    let parts = Parts {
        db: ground.db.clone(),
        objects: ground.objects.clone(),
        sandbox: ground.sandbox.clone(),
        mail: ground.mail.clone(),
        secret: ground.secret.clone(),
    };
    let metrics = Metrics { token: config.metrics_token.clone(), handle };
    let address = listener.local_addr().map_err(system("listening"))?;
    let server = app::server(config, parts, metrics, listener).map_err(system("starting the server"))?;
    let redirect = match config.redirect_listen {
        None => None,
        Some(listen) => {
            let listener = TcpListener::bind(listen).map_err(system(format!("listening on {listen}")))?;
            let redirect = app::redirect(config, listener).map_err(system("starting the redirect"))?;
            let handle = redirect.handle();
            tokio::spawn(redirect);
            Some(handle)
        }
    };
    let handle = server.handle();
    let serving = tokio::spawn(server);
    if !config.is_secure() {
        tracing::warn!("QUAYSIDE_PUBLIC_URL is plain http: fine on this machine, not on a network");
    }
    tracing::info!(%address, public_url = %config.public_url, "Quayside is serving");
    ready();
    asked_to_stop().await?;
    tracing::info!("stopping: answering what is under way");
    stop.send_replace(true);
    if let Some(redirect) = redirect {
        redirect.stop(false).await;
    }
    handle.stop(true).await;
    drop(serving.await);
    if let Some(working) = working {
        drop(working.await);
    }
    tracing::info!("stopped");
    Ok(())
}

/// Waits for SIGTERM or Ctrl-C.
pub async fn asked_to_stop() -> Result<(), Failure> {
    let mut terminate = signal(SignalKind::terminate()).map_err(system("listening for signals"))?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(system("listening for signals"))?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
