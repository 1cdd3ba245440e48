//! The ways from a page to others: how large it is shown, and which pages stand before and after it in the packet.

use super::selection::Selection;
use crate::domain::ids::PacketId;
use crate::domain::packet::document::Document;
use crate::domain::packet::result::PacketResult;

/// How large a page is shown, in percent of the panel's width.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Zoom {
    #[default]
    Fit,
    Half,
    Double,
    Triple,
}

impl Zoom {
    const ALL: [Self; 4] = [Self::Fit, Self::Half, Self::Double, Self::Triple];

    /// The percent.
    pub const fn percent(self) -> u16 {
        match self {
            Self::Fit => 100,
            Self::Half => 150,
            Self::Double => 200,
            Self::Triple => 300,
        }
    }

    /// The zoom of an address; what is none is none.
    pub fn of(percent: Option<u16>) -> Self {
        Self::ALL.into_iter().find(|zoom| Some(zoom.percent()) == percent).unwrap_or_default()
    }

    /// What an address says of it.
    pub fn words(self) -> String {
        if self == Self::Fit { String::new() } else { format!("&zoom={}", self.percent()) }
    }

    fn beside(self) -> (Option<Self>, Option<Self>) {
        let larger = Self::ALL.into_iter().find(|zoom| zoom.percent() > self.percent());
        let smaller = Self::ALL.into_iter().rev().find(|zoom| zoom.percent() < self.percent());
        (larger, smaller)
    }
}

/// Ways from the page that is shown; where there is none, nothing.
#[derive(Default)]
pub struct Strip {
    pub percent: u16,
    pub larger: Option<String>,
    pub smaller: Option<String>,
    pub before: Option<String>,
    pub after: Option<String>,
}

impl Strip {
    /// The ways from the selection.
    pub fn new(packet: PacketId, result: &PacketResult, selection: &Selection) -> Self {
        let zoom = selection.zoom;
        let finding = selection.finding.map(|index| format!("finding={index}&")).unwrap_or_default();
        let to = |document: &Document, page: u32, zoom: Zoom| {
            format!("/packets/{packet}?{finding}document={}&page={page}{}#viewer", document.id, zoom.words())
        };
        let sized = |zoom: Zoom| {
            let value = selection.value_words();
            let document = result.documents.get(selection.document)?;
            let page = selection.page;
            Some(format!(
                "/packets/{packet}?{finding}document={}&page={page}{value}{}#viewer",
                document.id,
                zoom.words()
            ))
        };
        let (larger, smaller) = zoom.beside();
        let all = result.documents.iter().enumerate();
        let all: Vec<(usize, &Document, u32)> =
            all.flat_map(|(at, document)| document.pages.iter().map(move |page| (at, document, *page))).collect();
        let now = all.iter().position(|(at, _, page)| *at == selection.document && *page == selection.page);
        let page =
            |at: Option<usize>| at.and_then(|at| all.get(at)).map(|(_, document, page)| to(document, *page, zoom));
        Self {
            percent: zoom.percent(),
            larger: larger.and_then(sized),
            smaller: smaller.and_then(sized),
            before: page(now.and_then(|now| now.checked_sub(1))),
            after: page(now.and_then(|now| now.checked_add(1))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_as_wide_as_its_panel_unless_the_address_says_otherwise() {
        for (percent, zoom) in
            [(None, Zoom::Fit), (Some(200), Zoom::Double), (Some(77), Zoom::Fit), (Some(0), Zoom::Fit)]
        {
            assert_eq!(Zoom::of(percent), zoom);
        }
        assert_eq!(Zoom::Fit.beside(), (Some(Zoom::Half), None));
        assert_eq!(Zoom::Double.beside(), (Some(Zoom::Triple), Some(Zoom::Half)));
        assert_eq!((Zoom::Fit.words(), Zoom::Triple.words()), (String::new(), "&zoom=300".to_owned()));
    }
}
