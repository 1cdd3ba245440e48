//! The work on a packet as its page shows it: who does it, what was decided, said and asked, and what the person who looks may do.

use super::decide::{Told, told};
use crate::domain::access::{Action, Actor};
use crate::domain::ids::{RunId, UserId};
use crate::domain::packet::decision::{BIN_DAYS, Step, judge};
use crate::domain::packet::result::PacketResult;
use crate::store::packets::Packet;
use crate::store::{ReadTx, StoreError, comments, decisions, questions};
use crate::web::view::When;
use chrono::Utc;

/// When and by whom a packet was deleted.
pub struct BinnedView {
    pub by: String,
    pub when: When,
}

/// Who works on the packet, what was decided, and what the person who looks may do about it.
pub struct Work {
    pub owner: String,
    /// The owner's id, for the form to say whom it saw.
    pub seen: String,
    /// The id of the person who looks, where they may claim it.
    pub claim: Option<UserId>,
    pub workers: Vec<(UserId, String, bool)>,
    pub run: RunId,
    pub is_decided: bool,
    /// Why nobody can approve it yet; nothing where they can.
    pub not_yet: Option<String>,
    pub past: Vec<Told>,
    pub binned: Option<BinnedView>,
    pub days: i64,
    pub may_assign: bool,
    pub may_decide: bool,
    pub may_comment: bool,
    pub may_ask: bool,
    pub may_delete: bool,
}

/// What the packet's row and its history say of the work on it.
pub struct Desk {
    pub history: Vec<decisions::Entry>,
    pub comments: Vec<comments::Entry>,
    pub questions: Vec<questions::Entry>,
    pub workers: Vec<(UserId, String)>,
    pub binned: Option<decisions::Binned>,
}

impl Desk {
    /// Reads it.
    ///
    /// # Errors
    /// [`StoreError`] where the database fails.
    pub fn load(tx: &mut ReadTx<'_>, packet: &Packet) -> Result<Self, StoreError> {
        let binned = if packet.is_deleted { decisions::binned(tx, Some(packet.id), 1)?.pop() } else { None };
        Ok(Self {
            history: decisions::history(tx, packet.id)?,
            comments: comments::list(tx, packet.id)?,
            questions: questions::list(tx, packet.id)?,
            workers: decisions::workers(tx)?,
            binned,
        })
    }

    /// What the page shows of it to an actor, beside a result as its waivers leave it.
    pub fn view(self, packet: &Packet, result: &PacketResult, actor: &Actor) -> Work {
        let is_here = !packet.is_deleted;
        let chosen = |(user, name): (UserId, String)| (user, name, Some(user) == packet.owner_id);
        Work {
            owner: packet.owner.clone().unwrap_or_default(),
            seen: packet.owner_id.map(|owner| owner.to_string()).unwrap_or_default(),
            claim: actor.user().filter(|_| packet.owner_id.is_none()),
            workers: self.workers.into_iter().map(chosen).collect(),
            run: packet.run,
            is_decided: packet.decision.is_some(),
            not_yet: judge(Step::Approve, None, result).err().map(|refused| refused.to_string()),
            past: told(
                self.history,
                self.comments,
                &self.questions,
                actor.user().filter(|_| actor.may(Action::PacketComment)),
            ),
            binned: self
                .binned
                .map(|binned| BinnedView { by: binned.by.unwrap_or_default(), when: When::new(binned.at, Utc::now()) }),
            days: BIN_DAYS,
            may_assign: is_here && actor.may(Action::PacketAssign),
            may_decide: is_here && actor.may(Action::PacketDecide),
            may_comment: actor.may(Action::PacketComment),
            may_ask: is_here && actor.may(Action::PacketAsk),
            may_delete: actor.may(Action::PacketDelete),
        }
    }
}
