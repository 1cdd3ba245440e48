//! A packet's score and verdict: what the findings that nobody waived cost, in one number and one sentence. It judges findings, never documents.

use super::result::{Finding, Severity, Verdict};

/// What one finding takes off 100.
const fn cost(severity: Severity) -> usize {
    match severity {
        Severity::Critical => 12,
        Severity::Warning => 5,
        Severity::Info => 1,
    }
}

/// What counts: nobody lets it pass.
fn standing(findings: &[Finding]) -> impl Iterator<Item = &Finding> {
    findings.iter().filter(|finding| finding.waiver.is_none())
}

/// The score, 0 to 100, and the sentence that explains it.
pub fn score(findings: &[Finding]) -> (u8, String) {
    let mut spent = 0usize;
    let mut words = Vec::new();
    for severity in Severity::ALL.iter().copied() {
        let count = standing(findings).filter(|finding| finding.severity == severity).count();
        let lost = count.saturating_mul(cost(severity));
        spent = spent.saturating_add(lost);
        match (count, severity) {
            (0, _) => {}
            (1, Severity::Info) => words.push(format!("1 note costs {lost}")),
            (1, _) => words.push(format!("1 {severity} finding costs {lost}")),
            (_, Severity::Info) => words.push(format!("{count} notes cost {lost}")),
            (_, _) => words.push(format!("{count} {severity} findings cost {lost}")),
        }
    }
    let score = u8::try_from(100usize.saturating_sub(spent)).unwrap_or(0);
    let waived = findings.len().saturating_sub(standing(findings).count());
    match waived {
        0 => {}
        1 => words.push("1 finding is waived".to_owned()),
        _ => words.push(format!("{waived} findings are waived")),
    }
    let reason = if words.is_empty() {
        "100 of 100: nothing was found that does not agree.".to_owned()
    } else {
        format!("{score} of 100: {}.", words.join(", "))
    };
    (score, reason)
}

/// The verdict: the worst finding decides.
pub fn verdict(findings: &[Finding]) -> Verdict {
    match standing(findings).map(|finding| finding.severity).min() {
        Some(Severity::Critical) => Verdict::Blocked,
        Some(Severity::Warning) => Verdict::Review,
        Some(Severity::Info) | None => Verdict::Ready,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(severity: Severity) -> Finding {
        Finding {
            code: "c".into(),
            severity,
            title: String::new(),
            explanation: String::new(),
            fix: String::new(),
            citation: String::new(),
            values: vec![],
            waiver: None,
        }
    }

    #[test]
    fn a_clean_packet_is_ready_with_a_hundred() {
        assert_eq!(score(&[]).0, 100);
        assert_eq!(verdict(&[]), Verdict::Ready);
    }

    #[test]
    fn the_reason_adds_up_and_the_worst_finding_decides() {
        let findings = [finding(Severity::Critical), finding(Severity::Warning), finding(Severity::Critical)];
        assert_eq!(
            score(&findings),
            (71, "71 of 100: 2 critical findings cost 24, 1 warning finding costs 5.".to_owned())
        );
        assert_eq!(verdict(&findings), Verdict::Blocked);
    }

    #[test]
    fn a_score_never_falls_below_zero() {
        assert_eq!(score(&vec![finding(Severity::Critical); 40]).0, 0);
    }
}
