//! The log of any filter as a CSV file, in bounded memory. The export is in the log twice: that it began, with its filter, and how it
//! ended, with the number of rows. The chain's head stands in the file's first and last line.

use super::csv;
use super::filter::Asked;
use crate::domain::access::{Action, Actor};
use crate::domain::audit::anchor::Head;
use crate::domain::limits::EXPORT_PERSON;
use crate::domain::secret::Secret;
use crate::store::audit::export::{self, Plan, Row};
use crate::store::{Change, Db, StoreError};
use crate::web::error::AppError;
use crate::web::export::{BrokenOff, Exporting, Piece, download};
use crate::web::limits::spend;
use crate::web::session::SignedIn;
use actix_web::{HttpResponse, web};
use bytes::Bytes;
use tokio::sync::mpsc;

const BATCH: i64 = 3_000;
/// Bytes of a row, about: what a piece begins with, so that it seldom grows.
const ROW: usize = 400;

/// An export under way.
struct Export {
    db: Db,
    actor: Actor,
    subject: String,
    plan: Plan,
    head: Head,
    rows: u64,
}

/// The file.
pub async fn export(
    signed_in: SignedIn,
    db: web::Data<Db>,
    exporting: web::Data<Exporting>,
    secret: web::Data<Secret>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::AuditExport)?;
    let (filter, sought) = (asked.filter()?, asked.filter()?);
    spend(&db, &secret, &signed_in, EXPORT_PERSON).await?;
    let ticket = exporting.0.clone().try_acquire_owned().map_err(|_| AppError::Busy)?;
    let subject = format!("audit log export {}", uuid::Uuid::now_v7());
    let started = move |tx: &mut crate::store::WriteTx<'_>| {
        let told = asked.told(sought.people(tx)?.as_deref());
        Ok::<_, AppError>(Change::to(()).diff(serde_json::Value::Null, told).ended("started"))
    };
    db.write(permit.clone(), &subject, started).await?;
    // After the entry of the export itself: the head in the file covers it.
    let plan = db.read(&permit, |tx| export::plan(tx, filter)).await?;
    let head = plan.head.clone().ok_or(StoreError::NotFound)?;
    let team = signed_in.team.name.clone();
    let export = Export { db: db.get_ref().clone(), actor: signed_in.actor, subject, plan, head, rows: 0 };
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        let _ticket = ticket;
        export.run(&team, sender).await;
    });
    let name = format!("quayside-audit-log-{}.csv", chrono::Utc::now().format("%Y-%m-%d"));
    Ok(download(&name, "text/csv; charset=utf-8", receiver))
}

impl Export {
    async fn run(mut self, team: &str, sender: mpsc::Sender<Piece>) {
        let ended = match self.send(team, &sender).await {
            Ok(()) => "success",
            Err(BrokenOff) => {
                // The browser sees a download that failed, and the file has no last line.
                drop(sender.send(Err(std::io::Error::other("the export broke off"))).await);
                "broken_off"
            }
        };
        let told = serde_json::json!({ "rows": self.rows, "through": self.head.seq });
        let change = move |_: &mut crate::store::WriteTx<'_>| {
            Ok::<_, StoreError>(Change::to(()).diff(serde_json::Value::Null, told).ended(ended))
        };
        let recorded = match self.actor.permit(Action::AuditExport) {
            Ok(permit) => self.db.write(permit, &self.subject, change).await,
            Err(_) => Ok(()),
        };
        if let Err(error) = recorded {
            tracing::error!(%error, "the end of an export could not be recorded");
        }
    }

    async fn send(&mut self, team: &str, sender: &mpsc::Sender<Piece>) -> Result<(), BrokenOff> {
        let mut out = String::new();
        csv::opening(&mut out, team, &self.head);
        let mut rows = self.read().await?;
        while !rows.is_empty() {
            sender.send(Ok(Bytes::from(out))).await.map_err(|_| BrokenOff)?;
            self.rows = self.rows.saturating_add(u64::try_from(rows.len()).unwrap_or(0));
            // The database looks for the next rows while these are written.
            let (written, next) = tokio::join!(tokio::task::spawn_blocking(move || text(&rows)), self.read());
            (out, rows) = (written.map_err(|_| BrokenOff)?, next?);
        }
        sender.send(Ok(Bytes::from(out))).await.map_err(|_| BrokenOff)?;
        let mut last = String::new();
        csv::closing(&mut last, self.rows, &self.head);
        sender.send(Ok(Bytes::from(last))).await.map_err(|_| BrokenOff)
    }

    /// The next rows; none at the end.
    async fn read(&mut self) -> Result<Vec<Row>, BrokenOff> {
        let permit = self.actor.permit(Action::AuditExport).map_err(|_| BrokenOff)?;
        let mut plan = self.plan.clone();
        let read = self.db.read(&permit, move |tx| {
            let rows = export::next(tx, &mut plan, BATCH)?;
            Ok::<_, StoreError>((plan, rows))
        });
        let (plan, rows) = read.await.map_err(|error| {
            tracing::error!(%error, "an export broke off");
            BrokenOff
        })?;
        self.plan = plan;
        Ok(rows)
    }
}

fn text(rows: &[Row]) -> String {
    let mut out = String::with_capacity(rows.len().saturating_mul(ROW));
    rows.iter().for_each(|row| csv::row(&mut out, row));
    out
}
