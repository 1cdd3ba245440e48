//! How often something may be tried: so many times freely within a window, then each time after a wait that grows, and never a lock
//! without an end. Where the counts are kept is `store::limits`.

use chrono::{DateTime, Duration, Utc};
use std::net::IpAddr;

/// One rule: `free` tries within `window`, then waits that double from `first_wait` to `longest_wait`. All in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What it counts; part of the key under which it counts.
    pub name: &'static str,
    pub free: u32,
    pub window: u32,
    pub first_wait: u32,
    pub longest_wait: u32,
}

const MINUTE: u32 = 60;
const HOUR: u32 = 60 * MINUTE;

const fn limit(name: &'static str, free: u32, window: u32, first_wait: u32, longest_wait: u32) -> Limit {
    Limit { name, free, window, first_wait, longest_wait }
}

/// Wrong passwords of one account, from devices that it does not know.
pub const SIGN_IN_ACCOUNT: Limit = limit("sign_in.account", 5, 15 * MINUTE, 30, 15 * MINUTE);
/// Wrong passwords from one address, for whatever accounts.
pub const SIGN_IN_ADDRESS: Limit = limit("sign_in.address", 30, 15 * MINUTE, 10, 15 * MINUTE);
/// Wrong passwords of one account from one device that it knows.
pub const SIGN_IN_DEVICE: Limit = limit("sign_in.device", 10, 15 * MINUTE, 10, 5 * MINUTE);
/// Wrong codes for one e-mail address.
pub const CODE_ACCOUNT: Limit = limit("code.account", 10, 24 * HOUR, 5 * MINUTE, HOUR);
/// Wrong codes from one address.
pub const CODE_ADDRESS: Limit = limit("code.address", 20, HOUR, MINUTE, HOUR);
/// Wrong codes in the whole installation: whoever guesses at thousands of codes at once is slowed too.
pub const CODE_INSTALLATION: Limit = limit("code.installation", 300, HOUR, 5, 5 * MINUTE);
/// Letters with codes and links to one e-mail address.
pub const LETTER_ACCOUNT: Limit = limit("letter.account", 3, HOUR, 2 * MINUTE, HOUR);
/// Letters asked for from one address.
pub const LETTER_ADDRESS: Limit = limit("letter.address", 20, HOUR, MINUTE, HOUR);
/// Wrong codes of a second factor for one account, by whoever has its password.
pub const FACTOR_ACCOUNT: Limit = limit("factor.account", 5, 15 * MINUTE, 30, 15 * MINUTE);
/// Wrong passwords of somebody who is signed in.
pub const PROOF_ACCOUNT: Limit = limit("proof.account", 5, 15 * MINUTE, 30, 15 * MINUTE);
/// Links to set a new password that were tried from one address.
pub const RESET_ADDRESS: Limit = limit("reset.address", 20, HOUR, MINUTE, HOUR);

/// Letters with invites to one e-mail address, from whatever teams.
pub const INVITE_ACCOUNT: Limit = limit("invite.account", 3, HOUR, 2 * MINUTE, HOUR);
/// Letters with invites that one team sends.
pub const INVITE_TEAM: Limit = limit("invite.team", 50, HOUR, MINUTE, HOUR);
/// Further teams that one person founds.
pub const TEAM_FOUNDER: Limit = limit("team.founder", 5, 24 * HOUR, 10 * MINUTE, HOUR);
/// Packets that one person uploads: reading them costs minutes of processor time.
pub const PACKET_PERSON: Limit = limit("packet.person", 300, HOUR, 5, 5 * MINUTE);
/// Packets that come to a team by e-mail; what is held back waits in its folder.
pub const PACKET_MAILBOX: Limit = limit("packet.mailbox", 300, HOUR, 10, 5 * MINUTE);
/// Checks that one person has made again.
pub const CHECK_PERSON: Limit = limit("check.person", 120, HOUR, 5, 5 * MINUTE);
/// Values that one person corrects: each makes a check.
pub const CORRECT_PERSON: Limit = limit("correct.person", 600, HOUR, 5, 5 * MINUTE);
/// Exports that one person asks for.
pub const EXPORT_PERSON: Limit = limit("export.person", 30, HOUR, 10, 10 * MINUTE);
/// Letters with questions to one importer's address, from whatever teams.
pub const QUESTION_ACCOUNT: Limit = limit("question.account", 10, HOUR, MINUTE, HOUR);
/// Questions that one person sends to importers.
pub const QUESTION_PERSON: Limit = limit("question.person", 60, HOUR, 10, 10 * MINUTE);
/// Packets that one API token sends.
pub const PACKET_TOKEN: Limit = limit("packet.token", 600, HOUR, 2, 10);
/// Checks that one API token has made again.
pub const CHECK_TOKEN: Limit = limit("check.token", 300, HOUR, 5, 30);
/// Reports that one API token has drawn.
pub const REPORT_TOKEN: Limit = limit("report.token", 120, HOUR, 5, 30);

/// Entries in a team's audit log that say that a limit held somebody back.
pub const LIMIT_NOTED: Limit = limit("limit.noted", 3, 15 * MINUTE, MINUTE, 15 * MINUTE);

/// Every rule there is.
pub const ALL: [Limit; 25] = [
    SIGN_IN_ACCOUNT,
    SIGN_IN_ADDRESS,
    SIGN_IN_DEVICE,
    CODE_ACCOUNT,
    CODE_ADDRESS,
    CODE_INSTALLATION,
    LETTER_ACCOUNT,
    LETTER_ADDRESS,
    FACTOR_ACCOUNT,
    PROOF_ACCOUNT,
    RESET_ADDRESS,
    INVITE_ACCOUNT,
    INVITE_TEAM,
    TEAM_FOUNDER,
    PACKET_PERSON,
    PACKET_MAILBOX,
    CHECK_PERSON,
    CORRECT_PERSON,
    EXPORT_PERSON,
    QUESTION_ACCOUNT,
    QUESTION_PERSON,
    PACKET_TOKEN,
    CHECK_TOKEN,
    REPORT_TOKEN,
    LIMIT_NOTED,
];

/// What has been counted so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub count: u32,
    /// The last try that was counted.
    pub last: DateTime<Utc>,
    /// No try before this moment.
    pub until: DateTime<Utc>,
}

/// Not yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Too many tries. Try again in {} (at {} UTC).", words(self.seconds), self.until.format("%H:%M:%S"))]
pub struct Wait {
    pub until: DateTime<Utc>,
    /// From the moment of asking, rounded up.
    pub seconds: u32,
}

fn words(seconds: u32) -> String {
    match seconds {
        1 => "1 second".to_owned(),
        ..100 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}

impl Limit {
    /// Counts one more try, or says how long to wait. A try that has to wait is not counted: whoever hammers does not make it longer.
    ///
    /// # Errors
    /// [`Wait`] before the time.
    pub fn take(self, standing: Option<Standing>, now: DateTime<Utc>) -> Result<Standing, Wait> {
        let fresh = Standing { count: 0, last: now, until: now };
        let window = Duration::seconds(i64::from(self.window));
        // Several servers ask in no order: a try that was made a moment after this one is no wait.
        let waits = |past: &Standing| past.until > now && past.until > past.last;
        let past = standing.filter(|past| waits(past) || now.signed_duration_since(past.last) < window);
        let past = past.unwrap_or(fresh);
        if waits(&past) {
            let left = past.until.signed_duration_since(now).num_milliseconds();
            let seconds = u32::try_from(left.saturating_add(999) / 1000).unwrap_or(u32::MAX);
            return Err(Wait { until: past.until, seconds });
        }
        let count = past.count.saturating_add(1);
        let wait = i64::from(self.wait(count));
        Ok(Standing { count, last: now, until: now.checked_add_signed(Duration::seconds(wait)).unwrap_or(now) })
    }

    /// The wait after the `count`th try, in seconds.
    fn wait(self, count: u32) -> u32 {
        match count.checked_sub(self.free) {
            None => 0,
            Some(over) => {
                let doubled = 2u32.checked_pow(over).unwrap_or(u32::MAX);
                self.first_wait.saturating_mul(doubled).min(self.longest_wait)
            }
        }
    }

    /// True where this try was the first that made the next one wait: the moment to tell somebody, once.
    pub fn has_just_slowed(self, standing: Standing) -> bool {
        standing.count == self.free
    }
}

/// A pace that is kept all day: so many at once, then one in each interval. It needs one moment for its memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub burst: u32,
    /// Milliseconds.
    pub interval: u32,
}

/// Requests of one API token, in each process.
pub const API_REQUESTS: Rate = Rate { burst: 120, interval: 100 };

impl Rate {
    /// Counts one more, or says how long to wait. `until` is what the last one gave: the moment at which all of the burst is free again.
    ///
    /// # Errors
    /// [`Wait`] before the time.
    pub fn take(self, until: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<DateTime<Utc>, Wait> {
        let interval = Duration::milliseconds(i64::from(self.interval));
        let room = Duration::milliseconds(i64::from(self.interval).saturating_mul(i64::from(self.burst)));
        let next = until.unwrap_or(now).max(now).checked_add_signed(interval).unwrap_or(now);
        let over = next.signed_duration_since(now).checked_sub(&room).unwrap_or_default();
        if over <= Duration::zero() {
            return Ok(next);
        }
        let seconds = u32::try_from(over.num_milliseconds().saturating_add(1000) / 1000).unwrap_or(u32::MAX);
        Err(Wait { until: now.checked_add_signed(over).unwrap_or(now), seconds })
    }

    /// How many in a minute, all day.
    pub const fn per_minute(self) -> u32 {
        MINUTE.saturating_mul(1000) / self.interval
    }
}

/// The part of an address that one household or machine owns: an IPv6 network of 64 bits, an IPv4 address as it is.
pub fn source(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => network_v6(address, 4),
    }
}

/// The network that an address belongs to, as far as people stay in one: 24 bits of IPv4, 48 of IPv6.
pub fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(address) => network_v6(address, 3),
    }
}

fn network_v6(address: std::net::Ipv6Addr, groups: usize) -> String {
    let kept: Vec<String> = address.segments().iter().take(groups).map(|group| format!("{group:x}")).collect();
    format!("{}::/{}", kept.join(":"), groups.saturating_mul(16))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    const RULE: Limit = limit("test", 3, 60, 10, 35);

    #[test]
    fn three_are_free_then_the_waits_double_up_to_their_longest() {
        let mut standing = None;
        let mut waits = Vec::new();
        let mut now = at(0);
        for _ in 0..7 {
            let next = RULE.take(standing, now).unwrap();
            waits.push(next.until.signed_duration_since(now).num_seconds());
            now = next.until.max(now);
            standing = Some(next);
        }
        assert_eq!(waits, [0, 0, 10, 20, 35, 35, 35]);
    }

    #[test]
    fn a_try_before_its_time_is_refused_uncounted_with_the_time_left() {
        let slowed = Standing { count: 3, last: at(0), until: at(10) };
        let wait = RULE.take(Some(slowed), at(3)).unwrap_err();
        assert_eq!((wait.until, wait.seconds), (at(10), 7));
        assert_eq!(RULE.take(Some(slowed), at(10)).unwrap().count, 4);
        assert_eq!(
            wait.to_string(),
            format!("Too many tries. Try again in 7 seconds (at {} UTC).", at(10).format("%H:%M:%S"))
        );
    }

    #[test]
    fn tries_at_once_that_are_counted_out_of_order_are_all_free() {
        let later = RULE.take(None, at(5)).unwrap();
        assert_eq!(RULE.take(Some(later), at(4)).unwrap().count, 2);
    }

    #[test]
    fn a_quiet_window_forgets_everything_but_not_in_the_middle_of_a_wait() {
        let old = Standing { count: 50, last: at(0), until: at(35) };
        assert_eq!(RULE.take(Some(old), at(60)).unwrap().count, 1);
        let long = Limit { longest_wait: 600, ..RULE };
        assert!(long.take(Some(Standing { until: at(300), ..old }), at(100)).is_err());
    }

    #[test]
    fn no_rule_locks_for_ever_and_every_one_has_its_own_name() {
        for rule in ALL {
            assert!(rule.wait(u32::MAX) == rule.longest_wait && rule.longest_wait <= HOUR, "{}", rule.name);
        }
        let names: std::collections::BTreeSet<&str> = ALL.iter().map(|rule| rule.name).collect();
        assert_eq!(names.len(), ALL.len());
    }

    #[test]
    fn a_pace_lets_a_burst_through_then_one_in_each_interval_and_forgets_what_is_long_ago() {
        let rate = Rate { burst: 3, interval: 500 };
        let mut until = None;
        for _ in 0..3 {
            until = Some(rate.take(until, at(0)).unwrap());
        }
        let wait = rate.take(until, at(0)).unwrap_err();
        assert_eq!((wait.seconds, wait.until), (1, at(0) + Duration::milliseconds(500)));
        until = Some(rate.take(until, wait.until).unwrap());
        assert!(rate.take(until, wait.until).is_err());
        for _ in 0..3 {
            until = Some(rate.take(until, at(60)).unwrap());
        }
        assert!(rate.take(until, at(60)).is_err());
        assert_eq!((rate.per_minute(), API_REQUESTS.per_minute()), (120, 600));
    }

    #[test]
    fn addresses_of_one_household_count_as_one() {
        let of = |text: &str| (source(text.parse().unwrap()), network(text.parse().unwrap()));
        assert_eq!(of("192.0.2.14"), ("192.0.2.14".to_owned(), "192.0.2.0/24".to_owned()));
        assert_eq!(of("::ffff:192.0.2.14"), of("192.0.2.14"));
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), ("2001:db8:1:2::/64".to_owned(), "2001:db8:1::/48".to_owned()));
        assert_eq!(of("2001:db8:1:2:ffff::1").0, of("2001:db8:1:2::9").0);
        assert_ne!(of("2001:db8:1:3::9").0, of("2001:db8:1:2::9").0);
    }
}
