//! What a document of a packet is: its kind, its fields and lines, and the proof of each value on the page.
//! The words here are those of the packet result (`quayside.packet/1`); how a file becomes a document is `reading`'s business.

use super::arrangement::Arranged;
use super::correction::Corrected;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Declares an enum whose variants are known to the outside by one stable word each.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $word)] $variant),+ }
        impl $name {
            /// Every variant, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The stable word: the same in results, tables and logs.
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $word),+ } }
            /// The variant of a stable word, or nothing.
            pub fn from_word(word: &str) -> Option<Self> { Self::ALL.iter().copied().find(|v| v.as_str() == word) }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.as_str()) }
        }
    };
}
pub(crate) use words;

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

words! {
    /// Where the words of a document came from.
    TextSource { PdfText = "pdf_text", Ocr = "ocr", Xlsx = "xlsx", Csv = "csv", Xml = "xml", Edi = "edi" }
}

/// How a field is written in a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    Text,
    /// The name of a party: the first line of its block.
    Party,
    Date,
    /// An amount, a price or a quantity.
    Decimal,
    /// Kilograms.
    Weight,
    /// Cubic metres.
    Volume,
    Count,
    /// ISO 3166-1 alpha-2.
    Country,
    /// ISO 4217.
    Currency,
    /// Digits of a tariff number.
    Tariff,
    /// Upper case, no spaces or hyphens: containers, bills, MRNs.
    Identifier,
    /// One of a few words.
    Choice,
}

macro_rules! fields {
    ($($variant:ident = $word:literal, $type:ident, $many:literal, $label:literal;)+) => {
        words! {
            /// A key of the packet result, for header fields and line cells alike. Keys are stable: add, never rename.
            Field { $($variant = $word),+ }
        }
        impl Field {
            /// How the value is written.
            pub const fn field_type(self) -> FieldType { match self { $(Self::$variant => FieldType::$type),+ } }
            /// True where the value is a list.
            pub const fn is_list(self) -> bool { match self { $(Self::$variant => $many),+ } }
            /// The name on a page.
            pub const fn label(self) -> &'static str { match self { $(Self::$variant => $label),+ } }
        }
    };
}

fields! {
    InvoiceNumber = "invoice_number", Text, false, "Invoice number";
    InvoiceDate = "invoice_date", Date, false, "Invoice date";
    SellerName = "seller_name", Party, false, "Seller";
    SellerAddress = "seller_address", Text, false, "Seller's address";
    SellerCountry = "seller_country", Country, false, "Seller's country";
    BuyerName = "buyer_name", Party, false, "Buyer";
    BuyerAddress = "buyer_address", Text, false, "Buyer's address";
    BuyerCountry = "buyer_country", Country, false, "Buyer's country";
    ConsigneeName = "consignee_name", Party, false, "Consignee";
    ManufacturerName = "manufacturer_name", Party, false, "Manufacturer";
    Incoterm = "incoterm", Choice, false, "Incoterm";
    IncotermPlace = "incoterm_place", Text, false, "Incoterm place";
    Currency = "currency", Currency, false, "Currency";
    SubtotalAmount = "subtotal_amount", Decimal, false, "Subtotal";
    FreightAmount = "freight_amount", Decimal, false, "Freight";
    InsuranceAmount = "insurance_amount", Decimal, false, "Insurance";
    DiscountAmount = "discount_amount", Decimal, false, "Discount";
    // What is charged beside freight and insurance.
    ChargesAmount = "charges_amount", Decimal, false, "Other charges";
    TotalAmount = "total_amount", Decimal, false, "Total";
    // Value added tax and taxes like it, where the total includes them.
    TaxAmount = "tax_amount", Decimal, false, "Tax";
    PoNumbers = "po_numbers", Text, true, "Purchase orders";
    PaymentTerms = "payment_terms", Text, false, "Payment terms";
    CountryOfOrigin = "country_of_origin", Country, false, "Country of origin";
    GrossWeightKg = "gross_weight_kg", Weight, false, "Gross weight";
    NetWeightKg = "net_weight_kg", Weight, false, "Net weight";
    PackageCount = "package_count", Count, false, "Packages";
    ContainerNumbers = "container_numbers", Identifier, true, "Containers";
    BlNumber = "bl_number", Identifier, false, "B/L number";
    Vessel = "vessel", Text, false, "Vessel";
    Voyage = "voyage", Text, false, "Voyage";
    PortOfLoading = "port_of_loading", Text, false, "Port of loading";
    PortOfDischarge = "port_of_discharge", Text, false, "Port of discharge";
    LineNumber = "line_number", Text, false, "Line";
    Sku = "sku", Text, false, "Part number";
    Description = "description", Text, false, "Description";
    HtsCode = "hts_code", Tariff, false, "HTS code";
    Quantity = "quantity", Decimal, false, "Quantity";
    Unit = "unit", Text, false, "Unit";
    UnitPrice = "unit_price", Decimal, false, "Unit price";
    Amount = "amount", Decimal, false, "Amount";
    PackingListNumber = "packing_list_number", Text, false, "Packing list number";
    PackingListDate = "packing_list_date", Date, false, "Packing list date";
    ShipperName = "shipper_name", Party, false, "Shipper";
    VolumeM3 = "volume_m3", Volume, false, "Volume";
    SealNumbers = "seal_numbers", Identifier, true, "Seals";
    MasterBlNumber = "master_bl_number", Identifier, false, "Master B/L number";
    BookingNumber = "booking_number", Text, false, "Booking number";
    Scac = "scac", Identifier, false, "SCAC";
    NotifyName = "notify_name", Party, false, "Notify party";
    PlaceOfReceipt = "place_of_receipt", Text, false, "Place of receipt";
    PlaceOfDelivery = "place_of_delivery", Text, false, "Place of delivery";
    OnBoardDate = "on_board_date", Date, false, "On board";
    IssueDate = "issue_date", Date, false, "Issued";
    FreightTerms = "freight_terms", Choice, false, "Freight terms";
    HtsCodes = "hts_codes", Tariff, true, "HTS codes";
    DescriptionOfGoods = "description_of_goods", Text, false, "Goods";
    ContainerNumber = "container_number", Identifier, false, "Container";
    SealNumber = "seal_number", Identifier, false, "Seal";
    ContainerType = "container_type", Text, false, "Container type";
    AwbNumber = "awb_number", Identifier, false, "Air waybill number";
    HawbNumber = "hawb_number", Identifier, false, "House waybill number";
    AirportOfDeparture = "airport_of_departure", Text, false, "Airport of departure";
    AirportOfDestination = "airport_of_destination", Text, false, "Airport of destination";
    FlightNumber = "flight_number", Text, false, "Flight";
    FlightDate = "flight_date", Date, false, "Flight date";
    ChargeableWeightKg = "chargeable_weight_kg", Weight, false, "Chargeable weight";
    ImporterOfRecordNumber = "importer_of_record_number", Text, false, "Importer of record number";
    ImporterName = "importer_name", Party, false, "Importer";
    ConsigneeNumber = "consignee_number", Text, false, "Consignee number";
    ShipToName = "ship_to_name", Party, false, "Ship to";
    StuffingLocationName = "stuffing_location_name", Party, false, "Stuffing location";
    ConsolidatorName = "consolidator_name", Party, false, "Consolidator";
    Etd = "etd", Date, false, "ETD";
    Eta = "eta", Date, false, "ETA";
    ArrivalNoticeNumber = "arrival_notice_number", Text, false, "Arrival notice number";
    NoticeDate = "notice_date", Date, false, "Notice date";
    FirmsCode = "firms_code", Identifier, false, "FIRMS code";
    ItNumber = "it_number", Text, false, "IT number";
    LastFreeDay = "last_free_day", Date, false, "Last free day";
    TotalCharges = "total_charges", Decimal, false, "Total charges";
    Mrn = "mrn", Identifier, false, "MRN";
    Lrn = "lrn", Text, false, "LRN";
    DeclarationType = "declaration_type", Choice, false, "Declaration type";
    OfficeOfDeparture = "office_of_departure", Text, false, "Office of departure";
    OfficeOfDestination = "office_of_destination", Text, false, "Office of destination";
    ReleaseDate = "release_date", Date, false, "Released";
    LimitDate = "limit_date", Date, false, "Limit date";
    HolderName = "holder_name", Party, false, "Holder";
    ConsignorName = "consignor_name", Party, false, "Consignor";
    GuaranteeReference = "guarantee_reference", Identifier, false, "Guarantee reference";
    TransportIdentity = "transport_identity", Text, false, "Means of transport";
}

/// A value as a result writes it: one, or a list in the order printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    One(String),
    Many(Vec<String>),
}

impl Value {
    /// The single value, or nothing for a list.
    pub fn one(&self) -> Option<&str> {
        match self {
            Self::One(text) => Some(text),
            Self::Many(_) => None,
        }
    }

    /// Every value: one for a single value, all of a list.
    pub fn all(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Many(texts) => texts,
        }
    }

    /// The value in one line for a page or a message.
    pub fn words(&self) -> String {
        self.all().join(", ")
    }
}

/// The place on the original that proves a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Evidence {
    /// A box on a page: points from the top left corner, `[x0, y0, x1, y1]`; pages count from 1 in their file.
    Page { page: u32, bbox: [f32; 4] },
    /// A cell of a spreadsheet, `B7`.
    Cell { sheet: String, cell: String },
    /// A line of a text file, from 1.
    Line { line: u32 },
}

/// What was read for one field: the value, how it was printed, how sure the reader is, and where it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    pub value: Value,
    /// The print itself, before normalisation.
    pub raw: String,
    /// The share of such readings that are right, 0 to 1.
    pub confidence: f32,
    pub evidence: Vec<Evidence>,
}

/// Below this the reader was not sure enough to be taken at its word: a person looks at the page first.
const SURE: f32 = 0.8;

impl Reading {
    /// True where a person should look at the page before trusting the value.
    pub fn is_unsure(&self) -> bool {
        self.confidence < SURE
    }
}

/// The readings of a document's header or of one of its lines.
pub type Readings = BTreeMap<Field, Reading>;

/// Something about a file or page that a person must know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// A stable code such as `file.encrypted` or `page.unreadable`.
    pub code: String,
    /// The page it concerns, or the whole file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// One sentence that names what is wrong and what to do.
    pub message: String,
}

/// One document of a packet. A file may hold several; a document never spans files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// `d1`, `d2`, … in the order of files and pages.
    pub id: String,
    /// The name of the file it came in.
    pub file: String,
    /// SHA-256 of the file, lower-case hexadecimal.
    pub sha256: String,
    /// Its pages in that file, from 1; empty where the file could not be read.
    pub pages: Vec<u32>,
    pub kind: Kind,
    pub kind_confidence: f32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text_source: Option<TextSource>,
    pub fields: Readings,
    pub lines: Vec<Readings>,
    pub problems: Vec<Problem>,
    /// What people said in place of what was read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<Corrected>,
    /// That a person arranged its file otherwise than it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arranged: Option<Arranged>,
}

impl Document {
    /// The reading of a header field.
    pub fn field(&self, field: Field) -> Option<&Reading> {
        self.fields.get(&field)
    }

    /// The reading of a header field, or of a cell of the line `line`, from 0.
    pub fn reading(&self, field: Field, line: Option<usize>) -> Option<&Reading> {
        match line {
            None => self.field(field),
            Some(line) => self.lines.get(line).and_then(|cells| cells.get(&field)),
        }
    }

    /// The single value of a header field.
    pub fn value(&self, field: Field) -> Option<&str> {
        self.field(field).and_then(|reading| reading.value.one())
    }

    /// Every value of a header field, none where it is absent.
    pub fn values(&self, field: Field) -> &[String] {
        self.field(field).map_or(&[], |reading| reading.value.all())
    }
}
