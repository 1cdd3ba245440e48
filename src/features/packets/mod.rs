//! Packets: upload a shipment's documents, follow the reading, see what does not agree beside the page that proves it.

mod arrange;
mod arrangement_page;
mod bin;
pub mod checking;
mod chosen;
mod comment;
mod correct;
mod decide;
mod evidence;
mod file;
mod limits;
mod list;
mod progress;
mod report;
mod run;
mod selection;
mod show;
mod twins;
mod unplaced;
mod upload;
mod versions;
mod viewer;
pub mod waive;

pub use file::Drawing;
pub use limits::UploadLimits;

use crate::domain::access::Action;
use crate::web::route::Access;

crate::routes! {
    get "/packets" Access::Needs(Action::PacketView) => list::list;
    post "/packets" Access::Needs(Action::PacketCreate) => upload::create;
    get "/packets/new" Access::Needs(Action::PacketCreate) => upload::form;
    get "/packets/bin" Access::Needs(Action::PacketView) => bin::list;
    post "/packets/claim" Access::Needs(Action::PacketAssign) => decide::claim;
    get "/packets/{id}" Access::Needs(Action::PacketView) => show::show;
    get "/packets/{id}/progress" Access::Needs(Action::PacketView) => progress::show;
    get "/packets/{id}/report.pdf" Access::Needs(Action::PacketExport) => report::show;
    get "/packets/{id}/result.json" Access::Needs(Action::PacketView) => run::result;
    post "/packets/{id}/runs" Access::Needs(Action::PacketCheck) => run::create;
    post "/packets/{id}/corrections" Access::Needs(Action::PacketCorrect) => correct::create;
    post "/packets/{id}/corrections/back" Access::Needs(Action::PacketCorrect) => correct::take_back;
    post "/packets/{id}/waivers" Access::Needs(Action::PacketWaive) => waive::create;
    post "/packets/{id}/waivers/back" Access::Needs(Action::PacketWaive) => waive::take_back;
    post "/packets/{id}/decision" Access::Needs(Action::PacketDecide) => decide::create;
    post "/packets/{id}/owner" Access::Needs(Action::PacketAssign) => decide::assign;
    post "/packets/{id}/comments" Access::Needs(Action::PacketComment) => comment::create;
    post "/packets/{id}/comments/edit" Access::Needs(Action::PacketComment) => comment::edit;
    post "/packets/{id}/comments/remove" Access::Needs(Action::PacketComment) => comment::remove;
    post "/packets/{id}/delete" Access::Needs(Action::PacketDelete) => bin::delete;
    post "/packets/{id}/restore" Access::Needs(Action::PacketDelete) => bin::restore;
    get "/packets/{id}/files" Access::Needs(Action::PacketView) => versions::list;
    post "/packets/{id}/files" Access::Needs(Action::PacketFiles) => versions::add;
    post "/packets/{id}/files/{file}/replacement" Access::Needs(Action::PacketFiles) => versions::replace;
    post "/packets/{id}/files/{file}/aside" Access::Needs(Action::PacketFiles) => versions::leave_out;
    post "/packets/{id}/files/{file}/return" Access::Needs(Action::PacketFiles) => versions::take_in;
    get "/packets/{id}/files/{file}" Access::Needs(Action::PacketView) => file::original;
    get "/packets/{id}/files/{file}/arrangement" Access::Needs(Action::PacketArrange) => arrange::show;
    post "/packets/{id}/files/{file}/arrangement" Access::Needs(Action::PacketArrange) => arrange::create;
    post "/packets/{id}/files/{file}/arrangement/back" Access::Needs(Action::PacketArrange) => arrange::take_back;
    get "/packets/{id}/files/{file}/pages/{page}.png" Access::Needs(Action::PacketView) => file::page_image;
}
