//! Brings what the pages load from npm into `static/npm/node_modules`, once, from the lock file. It builds nothing else.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=migrations");
    println!("cargo:rerun-if-changed=static/npm/package-lock.json");
    if Path::new("static/npm/node_modules/htmx.org/dist/htmx.min.js").exists() {
        return;
    }
    let done = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir("static/npm")
        .status();
    if !done.is_ok_and(|status| status.success()) {
        println!(
            "cargo:warning=`npm ci` in static/npm failed: pages work as plain HTML, without htmx. Install npm and build again."
        );
    }
}
