//! Two pages under load, each beside something named, in one run: the list of packets beside a bare handler that asks the same query
//! through the same pool under row level security, and the result of a packet with 40 documents and 2,000 lines beside its limit of
//! 100 ms. Figures are printed and judged by nobody; packets are invented.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::panic,
    reason = "a benchmark"
)]
#![expect(dead_code, reason = "the harness serves tests too")]

#[path = "../tests/it/harness/mod.rs"]
mod harness;

use actix_web::{App, HttpResponse, HttpServer, web};
use harness::{Browser, House, Person};
use quayside::domain::access::{Action, Actor};
use quayside::domain::ids::TeamId;
use quayside::store::packets::list::{self, Filter, Order, Reach};
use quayside::store::packets::seed;
use quayside::store::{Db, StoreError};
use std::fmt::Write as _;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const PACKETS: i64 = 100_000;
const AT_ONCE: usize = 8;
const ROUNDS: usize = 5;
const SECONDS: u64 = 4;

/// A handler that does nothing but ask everything that the list page asks.
async fn whole(db: web::Data<Db>, team: web::Data<TeamId>) -> HttpResponse {
    let permit = Actor::keeper(**team).permit(Action::PacketView).unwrap();
    let read = |tx: &mut quayside::store::ReadTx<'_>| {
        let page = list::page(tx, &Filter::default(), Order::Newest, &Reach::First, 50)?;
        list::counts(tx, &vec![Filter::default(); 5])?;
        list::owners(tx, 200)?;
        quayside::store::packet_views::list(tx, None)?;
        Ok::<_, StoreError>(page.listed.len())
    };
    HttpResponse::Ok().body(db.read(&permit, read).await.unwrap_or_default().to_string())
}

/// A handler that does nothing but ask the query of the list.
async fn bare(db: web::Data<Db>, team: web::Data<TeamId>) -> HttpResponse {
    let permit = Actor::keeper(**team).permit(Action::PacketView).unwrap();
    let page = db.read(&permit, |tx| list::page(tx, &Filter::default(), Order::Newest, &Reach::First, 50)).await;
    HttpResponse::Ok().body(page.map(|page: list::Page| page.listed.len().to_string()).unwrap_or_default())
}

fn serve_bare(db: Db, team: TeamId) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let system = actix_web::rt::System::new();
        let app = move || {
            App::new()
                .app_data(web::Data::new(db.clone()))
                .app_data(web::Data::new(team))
                .route("/whole", web::get().to(whole))
                .default_service(web::to(bare))
        };
        system.block_on(HttpServer::new(app).listen(listener).unwrap().run()).unwrap();
    });
    base
}

/// Answers a second while some ask at once.
async fn pace(browser: &Browser, path: &str) -> f64 {
    let (answers, end) = (Arc::new(AtomicUsize::new(0)), Instant::now() + Duration::from_secs(SECONDS));
    let asking: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            let (client, url, answers) = (browser.client.clone(), format!("{}{path}", browser.base), answers.clone());
            tokio::spawn(async move {
                while Instant::now() < end {
                    let answer = client.get(&url).send().await.unwrap();
                    assert_eq!(answer.status(), 200, "{url}");
                    answer.bytes().await.unwrap();
                    answers.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    for one in asking {
        one.await.unwrap();
    }
    answers.load(Ordering::Relaxed) as f64 / SECONDS as f64
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

/// An invoice of 50 lines as a sheet.
fn invoice(number: usize) -> (String, Vec<u8>) {
    let mut text = format!(
        "COMMERCIAL INVOICE\nInvoice No.,INV-{number:03}\nInvoice Date,2026-05-02\nSeller,Invented Garments Co. Ltd.\nBuyer,Invented Trading Inc.\n\
         Currency,USD\n\nLine,Part number,Description,HS Code,Origin,Quantity,Unit,Unit Price,Amount\n"
    );
    for line in 1..=50 {
        let (quantity, cents) = (line * 10, 125 + line);
        let amount = f64::from(quantity) * f64::from(cents) / 100.0;
        writeln!(
            text,
            "{line},A-{number}-{line},Cotton shirt model {line},6105.10.0010,CN,{quantity},PCS,{:.2},{amount:.2}",
            f64::from(cents) / 100.0
        )
        .unwrap();
    }
    (format!("invoice-{number:03}.csv"), text.into_bytes())
}

#[tokio::main]
async fn main() {
    let house = House::new().await;
    let team: TeamId =
        house.database.texts("SELECT id FROM teams WHERE name = 'Atlas Customs'").remove(0).parse().unwrap();
    let otto = house.signed_in(Person::Otto).await;
    let large = otto.packet((0..40).map(invoice).collect()).await;
    house.work().await;
    let shown = house.database.texts(&format!(
        "SELECT jsonb_array_length(r.result -> 'documents') || ' documents, ' || \
            (SELECT sum(jsonb_array_length(d -> 'lines')) FROM jsonb_array_elements(r.result -> 'documents') d) || ' lines' \
         FROM runs r WHERE r.packet_id = '{}'",
        large.rsplit('/').next().unwrap()
    ));
    for first in (1..=PACKETS).step_by(5_000) {
        seed::add(&house.db, team, first, first + 4_999).await.unwrap_or_else(|error: StoreError| panic!("{error}"));
    }
    house.database.run("ANALYZE packets, packet_words");
    let nobody = Browser::new(&serve_bare(house.db.clone(), team));

    let (mut list, mut alone, mut all) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        alone.push(pace(&nobody, "/").await);
        all.push(pace(&nobody, "/whole").await);
        list.push(pace(&otto, "/packets").await);
    }
    let (list, alone, all) = (median(list), median(alone), median(all));
    println!("{PACKETS} packets, {AT_ONCE} at once, median of {ROUNDS} rounds of {SECONDS} s");
    println!("list page {list:.0}/s, bare handler {alone:.0}/s, ratio {:.2} (at least 0.5 is wanted)", list / alone);
    println!("bare handler with every query of the page {all:.0}/s, ratio {:.2}", list / all);

    let mut took = Vec::new();
    let mut size = 0;
    for _ in 0..21 {
        let start = Instant::now();
        size = otto.client.get(format!("{}{large}", otto.base)).send().await.unwrap().bytes().await.unwrap().len();
        took.push(start.elapsed().as_secs_f64() * 1e3);
    }
    println!("result page of {}: median {:.1} ms, {size} bytes (100 ms is the limit)", shown.join(", "), median(took));
}
