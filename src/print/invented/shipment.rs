//! The invented shipments of the demo team. No company, vessel or number in them exists; two of the three are wrong on purpose.

/// A line of goods. Money in cents, weights in tenths of a kilogram, volume in litres.
pub struct Goods {
    pub sku: &'static str,
    pub description: &'static str,
    pub hts: &'static str,
    pub pieces: u32,
    pub price_cents: u32,
    pub cartons: u32,
    pub net_tenths: u32,
    pub gross_tenths: u32,
    pub litres: u32,
}

impl Goods {
    /// What the line comes to.
    pub fn amount_cents(&self) -> u32 {
        self.pieces.saturating_mul(self.price_cents)
    }
}

/// What is wrong on purpose.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    Nothing,
    /// The bill carries two cartons fewer, and the invoice's second line is multiplied wrongly.
    CartonsAndAmount,
    /// The container's last digit does not fit the others, on every paper.
    ContainerDigit,
}

/// A party: its name, then its address.
pub type Party = [&'static str; 4];

/// A shipment.
pub struct Shipment {
    pub name: &'static str,
    pub flaw: Flaw,
    pub seller: Party,
    pub seller_country: &'static str,
    pub buyer: Party,
    pub invoice: &'static str,
    pub order: &'static str,
    pub invoice_date: &'static str,
    pub on_board: &'static str,
    pub eta: &'static str,
    pub vessel: &'static str,
    pub voyage: &'static str,
    pub loading: &'static str,
    pub discharge: &'static str,
    pub bill: &'static str,
    pub container: &'static str,
    pub seal: &'static str,
    pub importer: &'static str,
    pub goods: &'static [Goods],
}

impl Shipment {
    /// A sum over the goods.
    pub fn sum(&self, of: impl Fn(&Goods) -> u32) -> u32 {
        self.goods.iter().map(of).fold(0, u32::saturating_add)
    }
}

const fn goods(
    sku: &'static str,
    description: &'static str,
    hts: &'static str,
    [pieces, price_cents, cartons]: [u32; 3],
    [net_tenths, gross_tenths, litres]: [u32; 3],
) -> Goods {
    Goods { sku, description, hts, pieces, price_cents, cartons, net_tenths, gross_tenths, litres }
}

/// The three shipments.
pub const SHIPMENTS: [Shipment; 3] = [
    Shipment {
        name: "HB-2026-118 bed linen",
        flaw: Flaw::Nothing,
        seller: ["Harbourview Textile Works Ltd.", "18 Loom Street", "Izmir 35110", "Turkey"],
        seller_country: "Turkey",
        buyer: ["Willow Lane Home Inc.", "410 Orchard Avenue", "Savannah, GA 31401", "United States"],
        invoice: "HB-2026-118",
        order: "PO-77120",
        invoice_date: "2026-10-02",
        on_board: "2026-10-11",
        eta: "2026-11-02",
        vessel: "TEALWIND PIONEER",
        voyage: "041W",
        loading: "Izmir, Turkey",
        discharge: "Savannah, GA",
        bill: "TLWD60411873",
        container: "TLWU 304518-5",
        seal: "TL558120",
        importer: "58-221447000",
        goods: &[
            goods("WL-2201", "Cotton duvet cover, queen", "6302.31.9010", [1200, 1150, 100], [9600, 10400, 5200]),
            goods("WL-2202", "Cotton pillow case, pair", "6302.31.9020", [2400, 385, 60], [4200, 4680, 2340]),
            goods("WL-2210", "Cotton fitted sheet, king", "6302.31.9030", [900, 940, 75], [6300, 6900, 3375]),
        ],
    },
    Shipment {
        name: "NK-4471 kitchen tools",
        flaw: Flaw::CartonsAndAmount,
        seller: ["Ningkai Houseware Manufacturing Co., Ltd.", "77 Jinshan Road, Beilun", "Ningbo 315800", "China"],
        seller_country: "China",
        buyer: ["Pepper & Pine Trading LLC", "2250 Dockside Drive", "Long Beach, CA 90802", "United States"],
        invoice: "NK-4471",
        order: "PO-31004",
        invoice_date: "2026-10-06",
        on_board: "2026-10-15",
        eta: "2026-11-05",
        vessel: "OSPREY HORIZON",
        voyage: "218E",
        loading: "Ningbo, China",
        discharge: "Long Beach, CA",
        bill: "OSPH88120455",
        container: "OSPU 118842-1",
        seal: "OS700312",
        importer: "94-118726000",
        goods: &[
            goods("PP-101", "Stainless steel tongs, 30 cm", "8215.99.3000", [4800, 142, 48], [7200, 7920, 2880]),
            goods("PP-118", "Silicone baking mat, 40x60 cm", "3924.10.4000", [3000, 210, 30], [5400, 5850, 1950]),
            goods("PP-125", "Bamboo cutting board, large", "4419.11.0000", [1260, 465, 42], [9450, 10290, 3150]),
        ],
    },
    Shipment {
        name: "RV-0932 bicycle parts",
        flaw: Flaw::ContainerDigit,
        seller: ["Rivetta Componenti S.r.l.", "Via del Mulino 9", "Genova 16149", "Italy"],
        seller_country: "Italy",
        buyer: ["Cascade Wheelworks Corp.", "88 Foundry Road", "Newark, NJ 07114", "United States"],
        invoice: "RV-0932",
        order: "PO-5518",
        invoice_date: "2026-10-09",
        on_board: "2026-10-19",
        eta: "2026-11-08",
        vessel: "LIGURIA SPIRIT",
        voyage: "077W",
        loading: "Genoa, Italy",
        discharge: "Newark, NJ",
        bill: "LGRS40093218",
        container: "LGRU 220917-4",
        seal: "LG310996",
        importer: "22-339114800",
        goods: &[
            goods("CW-9101", "Bicycle crank set, 170 mm", "8714.96.9000", [600, 3890, 50], [7500, 8250, 2100]),
            goods("CW-9140", "Bicycle saddle, leather", "8714.95.0000", [450, 2725, 45], [2700, 3150, 2475]),
        ],
    },
];
