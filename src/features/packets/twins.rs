//! Files that are in another packet of the team as well, byte for byte: pointed out, with the way there. Nothing is refused for it.

use crate::store::files::Twin;
use crate::web::view::When;
use chrono::Utc;

/// The most that are pointed out.
pub const SHOWN: i64 = 20;

/// One of them, for a page.
pub struct TwinView {
    pub name: String,
    pub href: String,
    pub packet: String,
    pub when: When,
    pub by: String,
}

/// As a page tells them.
pub fn views(twins: Vec<Twin>) -> Vec<TwinView> {
    let view = |twin: Twin| TwinView {
        name: twin.name,
        href: format!("/packets/{}", twin.packet),
        packet: twin.packet_name,
        when: When::new(twin.at, Utc::now()),
        by: twin.by.unwrap_or_else(|| "Quayside".to_owned()),
    };
    twins.into_iter().map(view).collect()
}
