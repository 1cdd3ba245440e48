//! One type for each thing that has an identity, so that a packet's id never lands where a team's belongs.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => { $(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);
        impl $name {
            /// An identity that nothing has yet; later ones sort after earlier ones.
            pub fn fresh() -> Self { Self(Uuid::now_v7()) }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }
        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> { text.parse().map(Self) }
        }
    )+ };
}

ids! {
    /// A brokerage: the owner of everything but accounts.
    TeamId,
    /// A person with an account.
    UserId,
    /// The documents of one shipment.
    PacketId,
    /// One file of a packet, as it was uploaded.
    FileId,
    /// One reading and checking of a packet.
    RunId,
    /// One piece of work in the queue.
    WorkId,
    /// One letter in the outbox.
    MailId,
    /// One open invite into a team.
    InviteId,
    /// A client of whose papers the team has said what it expects.
    ClientId,
    /// Two names that are one company.
    AliasId,
    /// What was done with many packets at once.
    BatchId,
    /// A view of the list of packets.
    ViewId,
    /// One check of a team's audit log.
    CheckId,
    /// One correction of a value.
    CorrectionId,
    /// One waiver of a finding.
    WaiverId,
    /// One comment on a packet.
    CommentId,
    /// One question to an importer.
    QuestionId,
    /// One API token.
    TokenId,
}
