//! The kinds of documents, by the words of the packet result. Which fields each kind prints is `contents`'.

use crate::domain::words::words;

words! {
    /// What a document is to a broker.
    Kind {
        CommercialInvoice = "commercial_invoice",
        PackingList = "packing_list",
        BillOfLading = "bill_of_lading",
        AirWaybill = "air_waybill",
        Isf = "isf",
        ArrivalNotice = "arrival_notice",
        TransitDeclaration = "transit_declaration",
        Unknown = "unknown",
    }
}

impl Kind {
    /// The name on a page: sentence case, as a broker says it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::CommercialInvoice => "Commercial invoice",
            Self::PackingList => "Packing list",
            Self::BillOfLading => "Bill of lading",
            Self::AirWaybill => "Air waybill",
            Self::Isf => "ISF",
            Self::ArrivalNotice => "Arrival notice",
            Self::TransitDeclaration => "Transit declaration",
            Self::Unknown => "Other document",
        }
    }
}
