//! The fields: every key of the packet result, with how its value is written and what a page calls it. What was read for them is
//! `document`'s.

use crate::domain::words::words;

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
