//! The course of a packet's score: a point for each of its last finished runs, which leads to what was otherwise in the run before. It
//! judges nothing: each score is the one that was judged last while its run was the newest, so that the last point is the ring's.

use crate::domain::ids::PacketId;
use crate::domain::packet::result::Verdict;
use crate::store::scores::Scored;

/// The most points; beside each other they fit the narrowest screen, each as large as a finger needs.
const SHOWN: usize = 12;
/// The runs to load: the points, and the run before the first of them.
pub const LOADED: i64 = 13;
/// Units from point to point.
const STEP: usize = 24;

/// A run in the picture.
pub struct Point {
    pub x: usize,
    pub y: i16,
    /// Where its field begins.
    pub left: usize,
    pub class: &'static str,
    pub title: String,
    /// The comparison with the run before; nothing for the first run.
    pub href: Option<String>,
}

/// The picture.
pub struct Course {
    pub width: usize,
    /// The points of the line between them.
    pub line: String,
    pub points: Vec<Point>,
    /// The same in words.
    pub words: String,
    /// The comparison of the two newest runs.
    pub compare: String,
}

/// The class of a verdict's colour.
pub fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Blocked => "critical",
        Verdict::Review => "warning",
        Verdict::Ready => "ready",
    }
}

impl Course {
    /// The course of runs, newest first; nothing for fewer than two.
    pub fn new(packet: PacketId, newest: &[Scored]) -> Option<Self> {
        let shown = newest.iter().take(SHOWN);
        let count = shown.len();
        if count < 2 {
            return None;
        }
        let before = newest.iter().skip(1).map(Some).chain([None]);
        let mut points: Vec<Point> = shown
            .zip(before)
            .enumerate()
            .map(|(back, (run, before))| {
                let left = count.saturating_sub(back).saturating_sub(1).saturating_mul(STEP);
                let compared = before.map(|before| format!(", compare with run {}", before.number)).unwrap_or_default();
                Point {
                    x: left.saturating_add(STEP / 2),
                    // 100 stands 6 units from the top, 0 as far from the bottom.
                    y: 46_i16.saturating_sub(run.score.saturating_mul(2) / 5),
                    left,
                    class: class(run.verdict),
                    title: format!(
                        "Run {}: {} of 100, {}, {} UTC{compared}",
                        run.number,
                        run.score,
                        run.verdict,
                        run.at.format("%-d %b %Y %H:%M")
                    ),
                    href: before.map(|before| address(packet, before.number, run.number)),
                }
            })
            .collect();
        points.reverse();
        let line: Vec<String> = points.iter().map(|point| format!("{},{}", point.x, point.y)).collect();
        let scores: Vec<String> = newest.iter().take(SHOWN).rev().map(|run| run.score.to_string()).collect();
        Some(Self {
            width: count.saturating_mul(STEP),
            line: line.join(" "),
            points,
            words: format!("Scores of the last {count} runs, oldest first: {}", scores.join(", ")),
            compare: format!("/packets/{packet}/compare"),
        })
    }
}

/// Where two runs are compared.
pub fn address(packet: PacketId, from: i32, to: i32) -> String {
    format!("/packets/{packet}/compare?from={from}&to={to}")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::domain::ids::RunId;

    fn runs(scores: &[i16]) -> Vec<Scored> {
        let at = "2026-11-21T14:02:00Z".parse().unwrap();
        let run = |(number, score): (i32, &i16)| Scored {
            run: RunId::fresh(),
            number,
            score: *score,
            verdict: Verdict::Review,
            at,
        };
        let mut runs: Vec<Scored> = (1i32..).zip(scores).map(run).collect();
        runs.reverse();
        runs
    }

    #[test]
    fn a_course_needs_two_runs_and_each_point_but_the_first_leads_to_the_run_before() {
        let packet = PacketId::fresh();
        assert!(Course::new(packet, &[]).is_none() && Course::new(packet, &runs(&[88])).is_none());
        let course = Course::new(packet, &runs(&[0, 50, 100])).unwrap();
        assert_eq!(course.line, "12,46 36,26 60,6");
        assert_eq!(course.words, "Scores of the last 3 runs, oldest first: 0, 50, 100");
        let hrefs: Vec<Option<String>> = course.points.iter().map(|point| point.href.clone()).collect();
        assert_eq!(hrefs, [None, Some(address(packet, 1, 2)), Some(address(packet, 2, 3))]);
        let title = "Run 3: 100 of 100, review, 21 Nov 2026 14:02 UTC, compare with run 2";
        assert_eq!(course.points.last().unwrap().title, title);
    }

    #[test]
    fn of_many_runs_the_last_are_shown_each_with_its_comparison() {
        let course = Course::new(PacketId::fresh(), &runs(&[70; 13])).unwrap();
        assert_eq!((course.points.len(), course.width), (12, 288));
        assert!(course.points.iter().all(|point| point.href.is_some()));
    }
}
