//! Which files of one upload belong to which packet, told by the folders in which they came: one packet for each folder that holds
//! files, where there are two or more. What the files are is not asked.

/// The most packets of one upload.
pub const PILES_MAX: usize = 20;
/// The longest path of a folder that is told from others, in letters.
const PATH_MAX: usize = 1_000;
/// What computers leave in folders for themselves.
const LEFT_BY_SYSTEMS: [&str; 3] = [".DS_Store", "Thumbs.db", "desktop.ini"];

/// The files of one packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pile {
    /// What the packet is called; nothing where no folder says.
    pub name: Option<String>,
    /// Which of the files, in the order in which they came.
    pub files: Vec<usize>,
}

/// The folder of a path as a browser sends it: `voyage/4471` of `voyage/4471/invoice.pdf`, nothing for a loose file.
pub fn folder(path: &str) -> String {
    let parts = path.rsplit_once('/').map(|(folder, _)| folder).unwrap_or_default().split('/');
    let named = parts.map(str::trim).filter(|part| !matches!(*part, "" | "." | ".."));
    let joined = named.collect::<Vec<_>>().join("/");
    joined.chars().filter(|letter| !letter.is_control()).take(PATH_MAX).collect()
}

/// True for a file in a folder that no person put there.
pub fn is_left_by_a_system(path: &str) -> bool {
    let name = path.rsplit_once('/').filter(|(folder, _)| !folder.is_empty()).map(|(_, name)| name);
    name.is_some_and(|name| LEFT_BY_SYSTEMS.contains(&name) || name.starts_with("._"))
}

/// Tells the files apart, given the folder of each. Each file is in one pile; the piles come in the order of their first files.
pub fn piles(folders: &[String]) -> Vec<Pile> {
    let mut seen: Vec<(&str, Vec<usize>)> = Vec::new();
    for (index, folder) in folders.iter().enumerate() {
        match seen.iter_mut().find(|(known, _)| known == folder) {
            Some((_, files)) => files.push(index),
            None => seen.push((folder, vec![index])),
        }
    }
    if seen.iter().filter(|(folder, _)| !folder.is_empty()).count() < 2 {
        return match folders.len() {
            0 => Vec::new(),
            count => vec![Pile { name: None, files: (0..count).collect() }],
        };
    }
    let last = |folder: &str| folder.rsplit('/').next().unwrap_or_default().to_owned();
    let lasts: Vec<String> = seen.iter().map(|(folder, _)| last(folder)).collect();
    let name = |folder: &str| {
        let own = last(folder);
        let is_alone = lasts.iter().filter(|other| **other == own).count() == 1;
        let name = if is_alone { own } else { folder.replace('/', " / ") };
        Some(name).filter(|name| !name.is_empty())
    };
    seen.iter().map(|(folder, files)| Pile { name: name(folder), files: files.clone() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sorted(paths: &[&str]) -> Vec<(Option<String>, Vec<usize>)> {
        let folders: Vec<String> = paths.iter().map(|path| folder(path)).collect();
        piles(&folders).into_iter().map(|pile| (pile.name, pile.files)).collect()
    }

    #[test]
    fn each_of_several_folders_is_a_packet_and_one_folder_or_loose_files_are_one() {
        let named = |name: &str| Some(name.to_owned());
        assert_eq!(sorted(&["a.pdf", "b.pdf"]), [(None, vec![0, 1])]);
        assert_eq!(sorted(&["4471/a.pdf", "4471/b.pdf", "c.pdf"]), [(None, vec![0, 1, 2])]);
        assert_eq!(
            sorted(&["week/4471/a.pdf", "week/4472/b.pdf", "week/4471/c.pdf"]),
            [(named("4471"), vec![0, 2]), (named("4472"), vec![1])]
        );
        assert_eq!(
            sorted(&["x/docs/a.pdf", "y/docs/b.pdf", "loose.pdf"]),
            [(named("x / docs"), vec![0]), (named("y / docs"), vec![1]), (None, vec![2])]
        );
        assert_eq!(sorted(&[]), []);
    }

    #[test]
    fn a_path_leads_nowhere_else() {
        for (path, wanted) in [
            ("a.pdf", ""),
            ("/a.pdf", ""),
            ("../../etc/passwd", "etc"),
            ("./x//y/a.pdf", "x/y"),
            ("x\u{0}\r\n/a.pdf", "x"),
            ("x\\y\\a.pdf", ""),
        ] {
            assert_eq!(folder(path), wanted, "{path}");
        }
    }

    #[test]
    fn what_computers_leave_in_folders_is_told_from_documents() {
        for path in ["x/.DS_Store", "x/y/Thumbs.db", "x/._invoice.pdf"] {
            assert!(is_left_by_a_system(path), "{path}");
        }
        for path in [".DS_Store", "x/invoice.pdf", "desktop.ini/invoice.pdf"] {
            assert!(!is_left_by_a_system(path), "{path}");
        }
    }

    proptest! {
        #[test]
        fn no_file_is_lost_or_doubled_and_order_is_kept(paths in proptest::collection::vec("[ab]{0,1}/?[ab/.]{0,4}", 0..40)) {
            let folders: Vec<String> = paths.iter().map(|path| folder(path)).collect();
            let piles = piles(&folders);
            let mut all: Vec<usize> = piles.iter().flat_map(|pile| pile.files.clone()).collect();
            prop_assert!(piles.iter().all(|pile| pile.files.is_sorted() && !pile.files.is_empty()));
            prop_assert!(piles.iter().map(|pile| pile.files.first()).is_sorted());
            all.sort_unstable();
            prop_assert_eq!(all, (0..paths.len()).collect::<Vec<_>>());
            let distinct: std::collections::BTreeSet<&String> = folders.iter().collect();
            prop_assert!(piles.len() <= distinct.len());
            let names: Vec<&String> = piles.iter().filter_map(|pile| pile.name.as_ref()).collect();
            let unlike: std::collections::BTreeSet<&String> = names.iter().copied().collect();
            prop_assert_eq!(names.len(), unlike.len());
        }
    }
}
