//! Where a packet stands between upload and decision.

use crate::domain::words::words;

words! {
    /// The state of a packet.
    PacketState {
        /// Its files wait to be read, or are being read.
        Checking = "checking",
        /// The newest run is done; its verdict stands.
        Checked = "checked",
        /// The newest run failed and waits for a person.
        Failed = "failed",
    }
}

words! {
    /// The state of one run.
    RunState { Waiting = "waiting", Done = "done", Failed = "failed" }
}
