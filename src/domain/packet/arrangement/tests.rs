//! Whatever steps somebody takes, each page of the file stays in one document, once.

use super::*;
use proptest::prelude::*;

fn read(kinds: &[(Kind, &[u32])]) -> Vec<ReadAs> {
    kinds.iter().map(|(kind, pages)| ReadAs { kind: *kind, pages: pages.to_vec() }).collect()
}

fn pages(arrangement: &Arrangement) -> Vec<Vec<u32>> {
    arrangement.sheaves.iter().map(Sheaf::pages).collect()
}

fn stack(count: u32) -> Stack {
    Stack { loose: vec![(1..=count).collect()], fixed: Vec::new() }
}

/// An invoice of two pages, a packing list and a bill in one file.
fn one_file() -> (Arrangement, Stack) {
    let read = read(&[(Kind::CommercialInvoice, &[1, 2]), (Kind::PackingList, &[3]), (Kind::BillOfLading, &[4])]);
    (Arrangement::as_read(&read), stack(4))
}

fn after(steps: &[Step]) -> Result<Arrangement, ArrangementRefused> {
    let (start, stack) = one_file();
    steps.iter().try_fold(start, |now, step| now.stepped(*step, &stack))
}

#[test]
fn documents_are_split_joined_named_and_put_in_order() -> Result<(), ArrangementRefused> {
    assert_eq!(pages(&after(&[Step::Split { page: 2 }])?), [vec![1], vec![2], vec![3], vec![4]]);
    assert_eq!(pages(&after(&[Step::Join { document: 1 }])?), [vec![1, 2, 3], vec![4]]);
    assert_eq!(pages(&after(&[Step::Earlier { page: 2 }])?), [vec![2, 1], vec![3], vec![4]]);
    assert_eq!(pages(&after(&[Step::Later { page: 2 }])?), [vec![1], vec![2, 3], vec![4]]);
    assert_eq!(pages(&after(&[Step::Earlier { page: 3 }])?), [vec![1, 2, 3], vec![4]]);
    let named = after(&[Step::Kind { document: 1, kind: Some(Kind::Isf) }])?;
    assert_eq!(named.sheaves.iter().map(|sheaf| sheaf.kind).collect::<Vec<_>>(), [None, Some(Kind::Isf), None]);
    Ok(())
}

#[test]
fn a_split_leaves_the_kind_with_the_first_part_and_a_join_takes_that_of_the_first() -> Result<(), ArrangementRefused> {
    let named = Step::Kind { document: 0, kind: Some(Kind::PackingList) };
    let split = after(&[named, Step::Split { page: 2 }])?;
    assert_eq!((split.sheaves[0].kind, split.sheaves[1].kind), (Some(Kind::PackingList), None));
    let joined = after(&[Step::Kind { document: 1, kind: Some(Kind::Isf) }, named, Step::Join { document: 1 }])?;
    assert_eq!(joined.sheaves[0].kind, Some(Kind::PackingList));
    Ok(())
}

#[test]
fn what_cannot_be_done_says_why() {
    for (step, why) in [
        (Step::Split { page: 1 }, ArrangementRefused::BeginsThere),
        (Step::Split { page: 9 }, ArrangementRefused::Unknown),
        (Step::Join { document: 0 }, ArrangementRefused::NothingBefore),
        (Step::Join { document: 3 }, ArrangementRefused::Unknown),
        (Step::Earlier { page: 1 }, ArrangementRefused::First),
        (Step::Later { page: 4 }, ArrangementRefused::Last),
        (Step::Turn { page: 1, by: Turn::None }, ArrangementRefused::NoChange),
        (Step::Kind { document: 0, kind: None }, ArrangementRefused::NoChange),
        (Step::Kind { document: 7, kind: None }, ArrangementRefused::Unknown),
    ] {
        assert_eq!(after(&[step]), Err(why), "{step:?}");
    }
}

#[test]
fn of_a_sheet_or_a_message_only_the_kind_changes() -> Result<(), ArrangementRefused> {
    let read = read(&[(Kind::CommercialInvoice, &[1]), (Kind::PackingList, &[1])]);
    let stack = Stack { loose: Vec::new(), fixed: vec![vec![1], vec![1]] };
    let start = Arrangement::as_read(&read);
    assert_eq!(start.judge(&stack), Ok(()));
    let named = start.stepped(Step::Kind { document: 1, kind: Some(Kind::Isf) }, &stack)?;
    assert_eq!(named.sheaves[1].kind, Some(Kind::Isf));
    for (step, why) in [
        (Step::Turn { page: 1, by: Turn::Right }, ArrangementRefused::Fixed),
        (Step::Split { page: 1 }, ArrangementRefused::Fixed),
        (Step::Join { document: 1 }, ArrangementRefused::NothingBefore),
    ] {
        assert_eq!(start.stepped(step, &stack), Err(why), "{step:?}");
    }
    Ok(())
}

#[test]
fn files_inside_an_e_mail_keep_their_pages() -> Result<(), ArrangementRefused> {
    let read = read(&[(Kind::CommercialInvoice, &[1, 2]), (Kind::PackingList, &[100_001]), (Kind::Isf, &[100_002])]);
    let stack = Stack { loose: vec![vec![1, 2], vec![100_001, 100_002]], fixed: Vec::new() };
    let start = Arrangement::as_read(&read);
    let refused = start.stepped(Step::Join { document: 1 }, &stack);
    assert_eq!(refused, Err(ArrangementRefused::NothingBefore));
    assert_eq!(start.stepped(Step::Later { page: 2 }, &stack), Err(ArrangementRefused::Last));
    let joined = start.stepped(Step::Join { document: 2 }, &stack)?;
    assert_eq!(pages(&joined.inside(100_000, 100_000)), [vec![1, 2]]);
    assert_eq!(pages(&joined.inside(0, 100_000)), [vec![1, 2]]);
    Ok(())
}

#[test]
fn an_arrangement_that_lost_or_doubled_a_page_is_none() {
    let (start, stack) = one_file();
    let mut lost = start.clone();
    lost.sheaves.pop();
    let mut doubled = start.clone();
    doubled.sheaves.push(start.sheaves[0].clone());
    let mut empty = start.clone();
    empty.sheaves.push(Sheaf { kind: None, leaves: Vec::new() });
    let mut foreign = start.clone();
    foreign.sheaves[0].leaves.push(Leaf { page: 5, turn: Turn::None });
    for torn in [lost, doubled, empty, foreign] {
        assert_eq!(torn.judge(&stack), Err(ArrangementRefused::Torn), "{torn:?}");
    }
}

#[test]
fn what_the_reader_saw_is_told_for_each_document() {
    let read = read(&[(Kind::CommercialInvoice, &[1, 2]), (Kind::PackingList, &[3])]);
    let arranged = Arranged { number: 1, read, by: UserId::fresh(), at: DateTime::UNIX_EPOCH };
    assert_eq!(arranged.of(&[2, 3], 0).read.len(), 2);
    assert_eq!(arranged.of(&[3], 0).read[0].kind, Kind::PackingList);
    let read = self::read(&[(Kind::CommercialInvoice, &[1]), (Kind::PackingList, &[1])]);
    let message = Arranged { read, ..arranged };
    assert_eq!(message.of(&[1], 1).read, [ReadAs { kind: Kind::PackingList, pages: vec![1] }]);
}

fn step() -> impl Strategy<Value = Step> {
    let page = 0u32..9;
    let document = 0usize..8;
    prop_oneof![
        page.clone().prop_map(|page| Step::Split { page }),
        document.clone().prop_map(|document| Step::Join { document }),
        page.clone().prop_map(|page| Step::Earlier { page }),
        page.clone().prop_map(|page| Step::Later { page }),
        (page, 0usize..4).prop_map(|(page, by)| Step::Turn { page, by: Turn::ALL[by] }),
        (document, proptest::option::of(0..Kind::ALL.len()))
            .prop_map(|(document, kind)| Step::Kind { document, kind: kind.map(|at| Kind::ALL[at]) }),
    ]
}

proptest! {
    #[test]
    fn no_steps_lose_or_double_a_page(
        cuts in proptest::collection::vec(any::<bool>(), 7), steps in proptest::collection::vec(step(), 0..40)
    ) {
        let mut read = vec![ReadAs { kind: Kind::Unknown, pages: vec![1] }];
        for (page, cut) in (2u32..).zip(cuts) {
            match read.last_mut().filter(|_| !cut) {
                Some(last) => last.pages.push(page),
                None => read.push(ReadAs { kind: Kind::Unknown, pages: vec![page] }),
            }
        }
        let stack = stack(8);
        let mut now = Arrangement::as_read(&read);
        for step in steps {
            if let Ok(next) = now.stepped(step, &stack) {
                prop_assert_eq!(next.judge(&stack), Ok(()));
                prop_assert_ne!(next.key(), now.key());
                now = next;
            }
        }
        let mut all: Vec<u32> = pages(&now).concat();
        all.sort_unstable();
        prop_assert_eq!(all, (1..=8).collect::<Vec<u32>>());
        let kept = serde_json::to_string(&now).unwrap_or_default();
        prop_assert_eq!(serde_json::from_str::<Arrangement>(&kept).ok(), Some(now));
    }

    #[test]
    fn every_step_has_a_way_back(page in 1u32..5, quarter in 0usize..4) {
        let (start, stack) = one_file();
        if let Ok(split) = start.stepped(Step::Split { page }, &stack) {
            let document = split.sheaves.iter().take_while(|sheaf| sheaf.leaves[0].page != page).count();
            prop_assert_eq!(split.stepped(Step::Join { document }, &stack), Ok(start.clone()));
        }
        let turn = Turn::ALL[quarter];
        let back = Turn::ALL[(4 - quarter) % 4];
        if let Ok(turned) = start.stepped(Step::Turn { page, by: turn }, &stack) {
            prop_assert_eq!(turned.turn(page), turn);
            prop_assert_eq!(turned.stepped(Step::Turn { page, by: back }, &stack), Ok(start));
        }
    }
}
