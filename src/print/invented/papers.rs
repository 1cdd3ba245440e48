//! Draws the documents of an invented shipment: invoice, packing list, bill of lading, arrival notice and ISF sheet, each as a PDF whose
//! footer says that it is invented.

use super::shipment::{Flaw, Party, Shipment};
use crate::print::{Align, Column, Paper, PrintError, Table, Weight};

const LEFT: f32 = 40.0;
const FULL: f32 = 532.0;
const FOOTER: &str = "Demo data: an invented shipment";

/// A document by its file name.
pub struct Drawn {
    pub file: String,
    pub pdf: Vec<u8>,
}

fn money(cents: u32) -> String {
    format!("{}.{:02}", grouped(cents / 100), cents % 100)
}

fn tenths(value: u32) -> String {
    format!("{}.{}", grouped(value / 10), value % 10)
}

fn cubic(litres: u32) -> String {
    format!("{}.{:03}", litres / 1000, litres % 1000)
}

fn grouped(number: u32) -> String {
    let (head, tail) = (number / 1000, number % 1000);
    if head == 0 { tail.to_string() } else { format!("{},{tail:03}", grouped(head)) }
}

/// A page with its title and the boxes below it.
struct Form {
    paper: Paper,
    y: f32,
}

impl Form {
    fn new(letterhead: &Party, title: &str) -> Result<Self, PrintError> {
        let mut paper = Paper::letter(title, FOOTER)?;
        let [name, address @ ..] = letterhead;
        paper.text((LEFT, 52.0), Align::Left, 12.0, Weight::Bold, *name);
        paper.text((LEFT, 66.0), Align::Left, 8.0, Weight::Regular, address.join(", "));
        paper.text((LEFT + FULL, 58.0), Align::Right, 16.0, Weight::Bold, title);
        Ok(Self { paper, y: 82.0 })
    }

    /// Boxes side by side, each with its label in the corner and its lines below.
    fn boxes(&mut self, height: f32, cells: &[(&str, &[&str])]) {
        let count = u16::try_from(cells.len()).unwrap_or(1).max(1);
        let width = FULL / f32::from(count);
        let mut x = LEFT;
        for (label, lines) in cells {
            self.paper.frame((x, self.y), (width, height));
            self.paper.text((x + 4.0, self.y + 8.5), Align::Left, 6.5, Weight::Regular, *label);
            self.paper.lines((x + 4.0, self.y + 20.0), 9.0, lines);
            x += width;
        }
        self.y += height;
    }

    fn parties(&mut self, cells: &[(&str, &Party)]) {
        let cells: Vec<(&str, &[&str])> = cells.iter().map(|(label, party)| (*label, party.as_slice())).collect();
        self.boxes(66.0, &cells);
    }

    fn facts(&mut self, cells: &[(&str, &str)]) {
        let values: Vec<[&str; 1]> = cells.iter().map(|(_, value)| [*value]).collect();
        let cells: Vec<(&str, &[&str])> =
            cells.iter().zip(&values).map(|((label, _), value)| (*label, value.as_slice())).collect();
        self.boxes(27.0, &cells);
    }

    fn voyage(&mut self, shipment: &Shipment) {
        self.facts(&[
            ("Vessel", shipment.vessel),
            ("Voyage", shipment.voyage),
            ("Port of Loading", shipment.loading),
            ("Port of Discharge", shipment.discharge),
        ]);
    }

    fn table(&mut self, columns: Vec<Column>, rows: &[Vec<String>], total: Option<&[String]>) {
        self.y = Table::new(LEFT, columns).draw(&mut self.paper, self.y + 8.0, rows, total) + 8.0;
    }

    fn done(self, file: String) -> Result<Drawn, PrintError> {
        Ok(Drawn { file, pdf: self.paper.finish()? })
    }
}

impl Shipment {
    /// The cartons that the carrier's papers show.
    fn shipped_cartons(&self) -> u32 {
        let packed = self.sum(|goods| goods.cartons);
        if self.flaw == Flaw::CartonsAndAmount { packed.saturating_sub(2) } else { packed }
    }

    /// Every document of the shipment.
    ///
    /// # Errors
    /// [`PrintError`] where a page cannot be drawn.
    pub fn papers(&self) -> Result<Vec<Drawn>, PrintError> {
        Ok(vec![self.invoice()?, self.packing_list()?, self.bill()?, self.arrival_notice()?, self.isf()?])
    }

    fn invoice(&self) -> Result<Drawn, PrintError> {
        let mut form = Form::new(&self.seller, "COMMERCIAL INVOICE")?;
        form.facts(&[
            ("Invoice No.", self.invoice),
            ("Invoice Date", self.invoice_date),
            ("Customer Order No. (P.O.)", self.order),
        ]);
        form.parties(&[("Seller / Exporter", &self.seller), ("Buyer / Importer", &self.buyer)]);
        let terms = format!("FOB {}", self.loading);
        form.facts(&[
            ("Terms of Sale (Incoterms 2020)", &terms),
            ("Currency", "USD"),
            ("Country of Origin", self.seller_country),
        ]);
        form.voyage(self);
        let columns = vec![
            Column::text("Item", 30.0),
            Column::text("Part No.", 56.0),
            Column::text("Description of Goods", 166.0),
            Column::text("HTS No.", 76.0),
            Column::number("Quantity", 58.0),
            Column::text("Unit", 36.0),
            Column::number("Unit Price", 52.0),
            Column::number("Amount", 58.0),
        ];
        let rows: Vec<Vec<String>> = (1u32..)
            .zip(self.goods)
            .map(|(item, goods)| {
                // The flaw: forty dollars too much on the second line, which the total then carries.
                let wrong = self.flaw == Flaw::CartonsAndAmount && item == 2;
                let amount = goods.amount_cents().saturating_add(if wrong { 4000 } else { 0 });
                vec![
                    item.to_string(),
                    goods.sku.to_owned(),
                    goods.description.to_owned(),
                    goods.hts.to_owned(),
                    grouped(goods.pieces),
                    "PCS".to_owned(),
                    money(goods.price_cents),
                    money(amount),
                ]
            })
            .collect();
        form.table(columns, &rows, None);
        let extra = if self.flaw == Flaw::CartonsAndAmount { 4000 } else { 0 };
        let total = money(self.sum(super::shipment::Goods::amount_cents).saturating_add(extra));
        let y = form.y + 10.0;
        form.paper.text((LEFT + 380.0, y), Align::Left, 9.5, Weight::Bold, "INVOICE TOTAL USD");
        form.paper.text((LEFT + FULL - 3.0, y), Align::Right, 9.5, Weight::Bold, total);
        form.y = y + 14.0;
        let (packages, gross, net) = self.totals();
        form.facts(&[
            ("No. of Packages", &packages),
            ("Gross Weight", &gross),
            ("Net Weight", &net),
            ("Container No.", self.container),
        ]);
        form.done(format!("Commercial Invoice {}.pdf", self.invoice))
    }

    fn totals(&self) -> (String, String, String) {
        let packages = format!("{} CTNS", self.sum(|goods| goods.cartons));
        let gross = format!("{} KGS", tenths(self.sum(|goods| goods.gross_tenths)));
        (packages, gross, format!("{} KGS", tenths(self.sum(|goods| goods.net_tenths))))
    }

    fn packing_list(&self) -> Result<Drawn, PrintError> {
        let mut form = Form::new(&self.seller, "PACKING LIST")?;
        form.facts(&[("Invoice No.", self.invoice), ("Packing Date", self.invoice_date), ("P.O. No.", self.order)]);
        form.parties(&[("Shipper", &self.seller), ("Consignee", &self.buyer)]);
        form.voyage(self);
        form.facts(&[("Container No.", self.container), ("Seal No.", self.seal)]);
        let columns = vec![
            Column::text("Item", 32.0),
            Column::text("Part No.", 60.0),
            Column::text("Description of Goods", 172.0),
            Column::number("Quantity", 56.0),
            Column::text("Unit", 34.0),
            Column::number("Cartons", 46.0),
            Column::number("N.W. (KGS)", 54.0),
            Column::number("G.W. (KGS)", 54.0),
            Column::number("CBM", 24.0),
        ];
        let rows: Vec<Vec<String>> = (1u32..)
            .zip(self.goods)
            .map(|(item, goods)| {
                vec![
                    item.to_string(),
                    goods.sku.to_owned(),
                    goods.description.to_owned(),
                    grouped(goods.pieces),
                    "PCS".to_owned(),
                    goods.cartons.to_string(),
                    tenths(goods.net_tenths),
                    tenths(goods.gross_tenths),
                    cubic(goods.litres),
                ]
            })
            .collect();
        let total = [
            String::new(),
            String::new(),
            "TOTAL".to_owned(),
            String::new(),
            String::new(),
            self.sum(|goods| goods.cartons).to_string(),
            tenths(self.sum(|goods| goods.net_tenths)),
            tenths(self.sum(|goods| goods.gross_tenths)),
            cubic(self.sum(|goods| goods.litres)),
        ];
        form.table(columns, &rows, Some(&total));
        form.done(format!("Packing List {}.pdf", self.invoice))
    }

    fn bill(&self) -> Result<Drawn, PrintError> {
        let carrier = ["Bluewater Container Line", "1 Quay Square", "Rotterdam", "Netherlands"];
        let mut form = Form::new(&carrier, "BILL OF LADING")?;
        form.parties(&[("Shipper", &self.seller), ("Consignee", &self.buyer)]);
        form.facts(&[
            ("Bill of Lading No.", self.bill),
            ("Export References", self.invoice),
            ("Notify Party", "SAME AS CONSIGNEE"),
        ]);
        form.facts(&[
            ("Ocean Vessel", self.vessel),
            ("Voyage No.", self.voyage),
            ("Port of Loading", self.loading),
            ("Port of Discharge", self.discharge),
        ]);
        let columns = vec![
            Column::text("Container No.", 90.0),
            Column::text("Seal No.", 70.0),
            Column::number("Packages", 60.0),
            Column::text("Description of Goods", 172.0),
            Column::number("Gross Weight (KGS)", 80.0),
            Column::number("CBM", 60.0),
        ];
        let goods = self.goods.first().map(|goods| goods.description).unwrap_or_default();
        let row = vec![
            self.container.to_owned(),
            self.seal.to_owned(),
            self.shipped_cartons().to_string(),
            goods.to_owned(),
            tenths(self.sum(|goods| goods.gross_tenths)),
            cubic(self.sum(|goods| goods.litres)),
        ];
        form.table(columns, &[row], None);
        form.facts(&[
            ("Freight", "FREIGHT COLLECT"),
            ("Shipped on Board", self.on_board),
            ("Date of Issue", self.on_board),
        ]);
        form.done(format!("BL {}.pdf", self.bill))
    }

    fn arrival_notice(&self) -> Result<Drawn, PrintError> {
        let agent = ["Bluewater Agencies Inc.", "500 Pier Road", self.discharge, "United States"];
        let mut form = Form::new(&agent, "ARRIVAL NOTICE")?;
        form.parties(&[("Shipper", &self.seller), ("Consignee", &self.buyer)]);
        form.facts(&[
            ("Bill of Lading No.", self.bill),
            ("Vessel", self.vessel),
            ("Voyage", self.voyage),
            ("ETA", self.eta),
        ]);
        form.facts(&[("Port of Loading", self.loading), ("Port of Discharge", self.discharge), ("Freight", "COLLECT")]);
        let packages = format!("{} CTNS", self.shipped_cartons());
        let gross = format!("{} KGS", tenths(self.sum(|goods| goods.gross_tenths)));
        form.facts(&[
            ("Container No.", self.container),
            ("Seal No.", self.seal),
            ("No. of Packages", &packages),
            ("Gross Weight", &gross),
        ]);
        form.done(format!("Arrival Notice {}.pdf", self.bill))
    }

    fn isf(&self) -> Result<Drawn, PrintError> {
        let broker = ["Demo brokerage", "12 Harbor Plaza", self.discharge, "United States"];
        let mut form = Form::new(&broker, "IMPORTER SECURITY FILING (10+2)")?;
        form.facts(&[
            ("Importer of Record No.", self.importer),
            ("Consignee No.", self.importer),
            ("B/L No.", self.bill),
        ]);
        form.parties(&[("Seller", &self.seller), ("Buyer", &self.buyer)]);
        form.parties(&[("Manufacturer", &self.seller), ("Ship to", &self.buyer)]);
        form.parties(&[("Container Stuffing Location", &self.seller), ("Consolidator", &self.seller)]);
        form.voyage(self);
        let columns = vec![
            Column::text("Manufacturer", 190.0),
            Column::text("Country of Origin", 90.0),
            Column::text("HTS-6", 70.0),
            Column::text("Description", 182.0),
        ];
        let [maker, ..] = self.seller;
        let row = |goods: &super::shipment::Goods| {
            let six: String = goods.hts.chars().filter(char::is_ascii_digit).take(6).collect();
            vec![maker.to_owned(), self.seller_country.to_owned(), six, goods.description.to_owned()]
        };
        let rows: Vec<Vec<String>> = self.goods.iter().map(row).collect();
        form.table(columns, &rows, None);
        form.done(format!("ISF {}.pdf", self.invoice))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::shipment::SHIPMENTS;
    use super::*;

    #[test]
    fn every_shipment_draws_its_five_papers() {
        for shipment in &SHIPMENTS {
            let papers = shipment.papers().unwrap();
            assert_eq!(papers.len(), 5);
            for drawn in papers {
                assert_eq!(hayro_syntax::Pdf::new(drawn.pdf).unwrap().pages().len(), 1, "{}", drawn.file);
            }
        }
    }

    #[test]
    fn numbers_are_printed_as_traders_print_them() {
        assert_eq!(
            [money(123_456_789), tenths(5), cubic(10_915), grouped(1_000_001)],
            ["1,234,567.89", "0.5", "10.915", "1,000,001"]
        );
    }
}
