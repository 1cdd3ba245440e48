//! Packets: upload a shipment's documents, follow the reading, see what does not agree beside the page that proves it.

pub mod checking;
mod choices;
mod evidence;
mod export;
mod file;
mod filter;
mod home;
pub mod indexing;
mod limits;
mod list;
mod progress;
mod row;
mod run;
mod selection;
mod show;
mod upload;
mod viewer;
mod views;

pub use file::Drawing;
pub use limits::UploadLimits;

use crate::domain::access::Action;
use crate::web::route::Access;

crate::routes! {
    get "/" Access::Needs(Action::PacketView) => home::show;
    get "/packets" Access::Needs(Action::PacketView) => list::list;
    post "/packets" Access::Needs(Action::PacketCreate) => upload::create;
    get "/packets/views" Access::Needs(Action::PacketView) => views::list;
    post "/packets/views" Access::Needs(Action::ViewSave) => views::create;
    post "/packets/views/{id}" Access::Needs(Action::ViewSave) => views::change;
    post "/packets/views/{id}/remove" Access::Needs(Action::ViewRemove) => views::remove;
    get "/packets/export.csv" Access::Needs(Action::PacketExport) => export::csv;
    get "/packets/export.xlsx" Access::Needs(Action::PacketExport) => export::xlsx;
    get "/packets/new" Access::Needs(Action::PacketCreate) => upload::form;
    get "/packets/{id}" Access::Needs(Action::PacketView) => show::show;
    get "/packets/{id}/progress" Access::Needs(Action::PacketView) => progress::show;
    get "/packets/{id}/result.json" Access::Needs(Action::PacketView) => run::result;
    post "/packets/{id}/runs" Access::Needs(Action::PacketCheck) => run::create;
    get "/packets/{id}/files/{file}" Access::Needs(Action::PacketView) => file::original;
    get "/packets/{id}/files/{file}/pages/{page}.png" Access::Needs(Action::PacketView) => file::page_image;
}
