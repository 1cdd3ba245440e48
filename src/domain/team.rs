//! What may become of the members of a team, whoever asks: nobody reaches above their own role, nobody shuts themselves out, and a team
//! always has an Owner who can sign in. How members are stored is `store::members`.

use super::access::Role;
use super::ids::UserId;
use chrono::{DateTime, Utc};

/// How long an invite is good for, in days.
pub const INVITE_DAYS: i64 = 7;
/// How long a right code waits for the rest of the form, in minutes.
pub const JOIN_MINUTES: i64 = 60;
/// How long a team that is to be deleted can still be kept, in days.
pub const GRACE_DAYS: i64 = 30;
/// The longest name of a team, in letters.
pub const NAME_MAX: usize = 200;

/// A member as the rules see them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    pub user: UserId,
    pub role: Role,
    pub is_suspended: bool,
}

/// What is to become of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Become(Role),
    Suspend,
    Reactivate,
    Remove,
    /// The member goes of their own will.
    Leave,
}

/// Why it may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TeamRefused {
    #[error("A team has at least one Owner who can sign in. Make another member an Owner first.")]
    LastOwner,
    #[error("You cannot change a member whose role is above yours, or give a role above yours.")]
    Above,
    #[error("You cannot suspend or remove yourself. You can leave the team on the page Your teams.")]
    Oneself,
    #[error("This address belongs to a member of the team already.")]
    AlreadyMember,
    #[error("An invite for this address is open already. Send it again, or revoke it first.")]
    AlreadyInvited,
    #[error("Type the name of the team exactly as it stands there.")]
    NotTheName,
    #[error("The team is to be deleted already.")]
    AlreadyDeleting,
    #[error("The team is not to be deleted.")]
    NotDeleting,
    #[error("The code from the letter comes first.")]
    CodeFirst,
}

impl TeamRefused {
    /// The word for the log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::LastOwner => "last_owner",
            Self::Above => "denied",
            Self::Oneself => "oneself",
            Self::AlreadyMember => "already_member",
            Self::AlreadyInvited => "already_invited",
            Self::NotTheName => "not_the_name",
            Self::AlreadyDeleting => "already_deleting",
            Self::NotDeleting => "not_deleting",
            Self::CodeFirst => "code_first",
        }
    }
}

/// Whether `by` may take a step with `member`, in a team with so many Owners who are not suspended.
///
/// # Errors
/// [`TeamRefused`].
pub fn judge(by: Member, member: Member, step: Step, owners: i64) -> Result<(), TeamRefused> {
    let is_oneself = by.user == member.user;
    let reaches = by.role.is_watcher() && !by.is_suspended && !member.role.is_above(by.role);
    match step {
        Step::Leave if !is_oneself => return Err(TeamRefused::Above),
        Step::Leave => {}
        Step::Suspend | Step::Remove | Step::Reactivate if is_oneself => return Err(TeamRefused::Oneself),
        Step::Become(role) if role.is_above(by.role) => return Err(TeamRefused::Above),
        Step::Become(_) | Step::Suspend | Step::Remove | Step::Reactivate if !reaches => {
            return Err(TeamRefused::Above);
        }
        Step::Become(_) | Step::Suspend | Step::Remove | Step::Reactivate => {}
    }
    let stays = match step {
        Step::Become(role) => role.is_owner(),
        Step::Reactivate => true,
        Step::Suspend | Step::Remove | Step::Leave => false,
    };
    let counts = member.role.is_owner() && !member.is_suspended;
    if counts && !stays && owners <= 1 { Err(TeamRefused::LastOwner) } else { Ok(()) }
}

/// How many days are left before a team is deleted, counted as people count: the last one is still a day.
pub fn days_left(deletes_at: DateTime<Utc>, now: DateTime<Utc>) -> i64 {
    (deletes_at.signed_duration_since(now).num_seconds().max(0)).saturating_add(86_399) / 86_400
}

#[cfg(test)]
mod tests {
    use super::*;
    use Role::{Admin, Operator, Owner, Viewer};
    use TeamRefused::{Above, LastOwner, Oneself};

    fn member(role: Role) -> Member {
        Member { user: UserId::fresh(), role, is_suspended: false }
    }

    #[test]
    fn nobody_reaches_above_themselves_and_only_owners_and_admins_reach_at_all() {
        for (by, of, step, wanted) in [
            (Owner, Owner, Step::Suspend, Ok(())),
            (Owner, Viewer, Step::Become(Owner), Ok(())),
            (Admin, Owner, Step::Suspend, Err(Above)),
            (Admin, Owner, Step::Become(Viewer), Err(Above)),
            (Admin, Owner, Step::Reactivate, Err(Above)),
            (Admin, Admin, Step::Remove, Ok(())),
            (Admin, Operator, Step::Become(Admin), Ok(())),
            (Admin, Operator, Step::Become(Owner), Err(Above)),
            (Operator, Viewer, Step::Become(Viewer), Err(Above)),
            (Viewer, Viewer, Step::Remove, Err(Above)),
        ] {
            assert_eq!(judge(member(by), member(of), step, 2), wanted, "{by} {of} {step:?}");
        }
        let gone = Member { is_suspended: true, ..member(Owner) };
        assert_eq!(judge(gone, member(Viewer), Step::Remove, 2), Err(Above));
    }

    #[test]
    fn the_last_owner_stays_and_a_suspended_one_does_not_count() {
        for step in [Step::Become(Admin), Step::Leave, Step::Suspend, Step::Remove] {
            let owner = member(Owner);
            let by = if matches!(step, Step::Suspend | Step::Remove) { member(Owner) } else { owner };
            assert_eq!(judge(by, owner, step, 1), Err(LastOwner), "{step:?}");
            assert_eq!(judge(by, owner, step, 2), Ok(()), "{step:?}");
        }
        let suspended = Member { is_suspended: true, ..member(Owner) };
        assert_eq!(judge(member(Owner), suspended, Step::Remove, 1), Ok(()));
        let owner = member(Owner);
        assert_eq!(judge(owner, owner, Step::Become(Owner), 1), Ok(()));
    }

    #[test]
    fn the_countdown_ends_with_one_day() {
        let end = DateTime::UNIX_EPOCH + chrono::Duration::days(GRACE_DAYS);
        for (passed, left) in [(0, 30), (1, 30), (86_400, 29), (86_400 * 29, 1), (86_400 * 30 - 1, 1), (86_400 * 31, 0)]
        {
            assert_eq!(days_left(end, DateTime::UNIX_EPOCH + chrono::Duration::seconds(passed)), left, "{passed}");
        }
    }

    #[test]
    fn nobody_shuts_themselves_out_but_everybody_may_go() {
        let admin = member(Admin);
        assert_eq!(judge(admin, admin, Step::Suspend, 1), Err(Oneself));
        assert_eq!(judge(admin, admin, Step::Remove, 1), Err(Oneself));
        assert_eq!(judge(admin, admin, Step::Become(Viewer), 1), Ok(()));
        let viewer = member(Viewer);
        assert_eq!(judge(viewer, viewer, Step::Leave, 1), Ok(()));
        assert_eq!(judge(member(Owner), viewer, Step::Leave, 1), Err(Above));
    }
}
