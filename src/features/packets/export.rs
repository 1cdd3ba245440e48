//! The list under any filter as a file, CSV or Excel, all rows of it, in bounded memory. The export is in the log twice: that it began,
//! with its filter, and how it ended, with the number of rows. The head of the log stands in the file.

use super::filter::Asked;
use crate::domain::access::{Action, Actor};
use crate::domain::audit::anchor::Head;
use crate::domain::limits::EXPORT_PERSON;
use crate::domain::secret::Secret;
use crate::store::packets::Packet;
use crate::store::packets::list::{self, Filter, Key, Listed, Order};
use crate::store::{Change, Db, StoreError, WriteTx, audit};
use crate::web::csv;
use crate::web::error::AppError;
use crate::web::export::{BrokenOff, Exporting, Piece, download};
use crate::web::limits::spend;
use crate::web::session::SignedIn;
use crate::web::sheet::{Cell, Sheet};
use actix_web::{HttpResponse, web};
use bytes::Bytes;
use chrono::{SecondsFormat, Utc};
use std::io::Read;
use tokio::sync::mpsc::{self, Sender};

const BATCH: usize = 1_000;
/// Bytes of a piece of a finished file.
const PIECE: usize = 64 * 1024;

const COLUMNS: [&str; 14] = [
    "Packet",
    "State",
    "Verdict",
    "Score",
    "Critical",
    "Warnings",
    "B/L or AWB",
    "Numbers",
    "Client",
    "Route",
    "Arrives",
    "Documents",
    "Owner",
    "Added (UTC)",
];

/// A file as it grows.
enum Growing {
    Csv(String),
    Excel(Box<Sheet>),
}

/// An export under way.
struct Export {
    db: Db,
    actor: Actor,
    subject: String,
    team: String,
    filter: Filter,
    /// The filter in words.
    said: String,
    order: Order,
    after: Option<Key>,
    head: Head,
    rows: u64,
}

fn cells(packet: Packet) -> [Cell; 14] {
    let text = |text: Option<String>| text.map_or(Cell::Empty, Cell::Text);
    let number = |number: Option<i32>| number.map_or(Cell::Empty, Cell::Number);
    [
        Cell::Text(packet.name),
        Cell::Text(packet.state.to_string()),
        text(packet.verdict.map(|verdict| verdict.to_string())),
        number(packet.score.map(i32::from)),
        number(packet.criticals),
        number(packet.warnings),
        text(packet.transport),
        text(packet.numbers),
        text(packet.client),
        text(packet.route),
        text(packet.eta.map(|eta| eta.to_string())),
        number(Some(packet.document_count.unwrap_or(packet.file_count))),
        text(packet.owner),
        Cell::Text(packet.created_at.to_rfc3339_opts(SecondsFormat::Secs, true)),
    ]
}

/// A line of a CSV file.
pub fn line(out: &mut String, cells: &[Cell]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        match cell {
            Cell::Text(text) => csv::text(out, text),
            Cell::Number(number) => csv::own(out, &number.to_string()),
            Cell::Decimal(number) => csv::own(out, &number.to_string()),
            Cell::Empty => csv::own(out, ""),
        }
    }
    out.push_str("\r\n");
}

/// Breaks off, and says why in the server's own log.
pub fn broken(error: impl std::fmt::Display) -> BrokenOff {
    tracing::error!(%error, "an export broke off");
    BrokenOff
}

impl Growing {
    /// The file's beginning.
    fn begin(is_excel: bool) -> Result<Self, BrokenOff> {
        if is_excel {
            return Ok(Self::Excel(Box::new(Sheet::new("Packets", &COLUMNS).map_err(broken)?)));
        }
        let mut out = String::new();
        csv::line(&mut out, &COLUMNS);
        Ok(Self::Csv(out))
    }

    /// The same with more packets.
    fn with(mut self, listed: Vec<Listed>) -> Result<Self, BrokenOff> {
        for packet in listed {
            let cells = cells(packet.packet);
            match &mut self {
                Self::Csv(out) => line(out, &cells),
                Self::Excel(sheet) => sheet.add(&cells).map_err(broken)?,
            }
        }
        Ok(self)
    }
}

/// The list as CSV.
pub async fn csv(
    signed_in: SignedIn,
    db: web::Data<Db>,
    exporting: web::Data<Exporting>,
    secret: web::Data<Secret>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    export(signed_in, &db, &exporting, &secret, asked.into_inner(), false).await
}

/// The list as an Excel file.
pub async fn xlsx(
    signed_in: SignedIn,
    db: web::Data<Db>,
    exporting: web::Data<Exporting>,
    secret: web::Data<Secret>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, AppError> {
    export(signed_in, &db, &exporting, &secret, asked.into_inner(), true).await
}

async fn export(
    signed_in: SignedIn,
    db: &Db,
    exporting: &Exporting,
    secret: &Secret,
    asked: Asked,
    is_excel: bool,
) -> Result<HttpResponse, AppError> {
    let permit = signed_in.actor.permit(Action::PacketExport)?;
    let (asked, now) = (asked.trimmed(), Utc::now());
    let filter = asked.filter(signed_in.actor.user(), now.date_naive())?;
    spend(db, secret, &signed_in, EXPORT_PERSON).await?;
    let ticket = exporting.0.clone().try_acquire_owned().map_err(|_| AppError::Busy)?;
    let ending = if is_excel { "xlsx" } else { "csv" };
    let subject = format!("packets {ending} export {}", uuid::Uuid::now_v7());
    let told = asked.told();
    let started = move |_: &mut WriteTx<'_>| {
        Ok::<_, AppError>(Change::to(()).diff(serde_json::Value::Null, told).ended("started"))
    };
    db.write(permit.clone(), &subject, started).await?;
    // After the entry of the export itself: the head in the file covers it.
    let head = db.read(&permit, audit::head).await?.ok_or(StoreError::NotFound)?;
    let export = Export {
        db: db.clone(),
        actor: signed_in.actor,
        subject,
        team: signed_in.team.name,
        filter,
        said: asked.query(),
        order: asked.order(),
        after: None,
        head,
        rows: 0,
    };
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(async move {
        let _ticket = ticket;
        export.run(is_excel, sender).await;
    });
    let name = format!("quayside-packets-{}.{ending}", now.format("%Y-%m-%d"));
    let media = if is_excel {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    } else {
        "text/csv; charset=utf-8"
    };
    Ok(download(&name, media, receiver))
}

impl Export {
    async fn run(mut self, is_excel: bool, sender: Sender<Piece>) {
        let ended = match self.send(is_excel, &sender).await {
            Ok(()) => "success",
            Err(BrokenOff) => {
                // The browser sees a download that failed.
                drop(sender.send(Err(std::io::Error::other("the export broke off"))).await);
                "broken_off"
            }
        };
        let told = serde_json::json!({ "rows": self.rows, "through": self.head.seq });
        let change = move |_: &mut WriteTx<'_>| {
            Ok::<_, StoreError>(Change::to(()).diff(serde_json::Value::Null, told).ended(ended))
        };
        let recorded = match self.actor.permit(Action::PacketExport) {
            Ok(permit) => self.db.write(permit, &self.subject, change).await,
            Err(_) => Ok(()),
        };
        if let Err(error) = recorded {
            tracing::error!(%error, "the end of an export could not be recorded");
        }
    }

    async fn send(&mut self, is_excel: bool, sender: &Sender<Piece>) -> Result<(), BrokenOff> {
        let mut growing = Growing::begin(is_excel)?;
        loop {
            let listed = self.read().await?;
            if listed.is_empty() {
                break;
            }
            self.rows = self.rows.saturating_add(u64::try_from(listed.len()).unwrap_or(0));
            growing = tokio::task::spawn_blocking(move || growing.with(listed)).await.map_err(broken)??;
            if let Growing::Csv(out) = &mut growing {
                sender.send(Ok(Bytes::from(std::mem::take(out)))).await.map_err(|_| BrokenOff)?;
            }
            if sender.is_closed() {
                return Err(BrokenOff);
            }
        }
        let rows = self.rows.to_string();
        match growing {
            Growing::Csv(mut out) => {
                let seq = self.head.seq.to_string();
                csv::line(&mut out, &["# end", &rows, "audit log", &seq, &self.head.hash]);
                sender.send(Ok(Bytes::from(out))).await.map_err(|_| BrokenOff)
            }
            Growing::Excel(sheet) => {
                let about = [
                    ("Team", self.team.clone()),
                    ("Filter", if self.said.is_empty() { "all packets".to_owned() } else { self.said.clone() }),
                    ("Packets", rows),
                    ("Made at", Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true)),
                    ("Audit log through", self.head.seq.to_string()),
                    ("Audit log head", self.head.hash.clone()),
                ];
                let finish = move || sheet.finish(&about).map_err(broken);
                let file = tokio::task::spawn_blocking(finish).await.map_err(broken)??;
                let (file, sender) = (file, sender.clone());
                tokio::task::spawn_blocking(move || pour(file, &sender)).await.map_err(broken)?
            }
        }
    }

    /// The next packets; none at the end.
    async fn read(&mut self) -> Result<Vec<Listed>, BrokenOff> {
        let permit = self.actor.permit(Action::PacketExport).map_err(|_| BrokenOff)?;
        let (filter, order, after) = (self.filter.clone(), self.order, self.after.clone());
        let read = move |tx: &mut crate::store::ReadTx<'_>| list::next(tx, &filter, order, after, BATCH);
        let listed = self.db.read::<_, StoreError, _>(&permit, read).await.map_err(broken)?;
        self.after = listed.last().map(|listed| listed.key.clone()).or(self.after.take());
        Ok(listed)
    }
}

/// Sends a finished file, piece by piece.
pub fn pour(mut file: std::fs::File, sender: &Sender<Piece>) -> Result<(), BrokenOff> {
    let mut piece = vec![0u8; PIECE];
    loop {
        let read = file.read(&mut piece).map_err(broken)?;
        let sent = piece.get(..read).unwrap_or_default();
        if sent.is_empty() {
            return Ok(());
        }
        sender.blocking_send(Ok(Bytes::copy_from_slice(sent))).map_err(|_| BrokenOff)?;
    }
}
