//! Transit declarations of invented movements, drawn as customs and forwarders' software print them: numbered elements, numbered boxes,
//! words alone; several languages, a list of items behind. Whether customs would accept one is not asked.

#![expect(clippy::unwrap_used, reason = "a test may stop where its own preparation fails")]

use proptest::prelude::*;
use quayside::domain::packet::document::{Document, Field, Kind};
use quayside::domain::trade::{check_digit, mrn};
use quayside::print::{Align, Column, Paper, Table, Weight};
use quayside::reading::{NoOcr, number, read};
use std::path::PathBuf;

/// The values of a movement, as its papers print them.
#[derive(Clone, Debug)]
struct Movement {
    mrn: String,
    lrn: String,
    kind: &'static str,
    departure: String,
    destination: String,
    release: (u32, u32, u32),
    limit: (u32, u32, u32),
    holder: [String; 3],
    consignor: [String; 3],
    consignee: [String; 3],
    packages: u32,
    gross_tenths: u32,
    containers: Vec<String>,
    seals: Vec<String>,
    guarantee: String,
    vehicle: String,
    shift: f32,
}

const LANDS: &[&str] = &["NL", "DE", "FR", "PL", "ES", "IT"];

fn checked(body: String, length: u32) -> String {
    let digit = check_digit::of(&body, length).unwrap();
    format!("{body}{digit}")
}

fn company() -> impl Strategy<Value = [String; 3]> {
    let names = prop::sample::select(vec![
        "Van Dijk Expeditie",
        "Nordsee Spedition",
        "Transports Lenoir",
        "Shenzhen Bright Toys",
        "Kowalski Logistyka",
    ]);
    let forms = prop::sample::select(vec!["B.V.", "GmbH", "S.A.S.", "Co., Ltd.", "Sp. z o.o."]);
    let land = prop::sample::select(LANDS);
    (names, forms, 1u32..200, 1000u32..9999, land).prop_map(|(name, form, house, code, land)| {
        [format!("{name} {form}"), format!("Havenstraat {house}"), format!("{code} AB Rotterdam {land}")]
    })
}

fn boxes() -> impl Strategy<Value = Vec<String>> {
    let number = "(MSK|TGH|CMA)U[0-9]{6}".prop_map(|body| checked(body, 10));
    prop::collection::btree_set(number, 1..3).prop_map(|numbers| numbers.into_iter().collect())
}

fn days() -> impl Strategy<Value = ((u32, u32, u32), (u32, u32, u32))> {
    (2024u32..2028, 1u32..12, 13u32..28).prop_map(|(year, month, day)| ((year, month, day), (year, month + 1, day + 1)))
}

fn movements() -> impl Strategy<Value = Movement> {
    let numbers = (
        "2[4-7](NL|DE|PL|ES)[0-9]{6}[A-Z0-9]{6}J".prop_map(|body| checked(body, 17)),
        "[A-Z]{3}[0-9]{7}",
        prop::sample::select(vec!["T1", "T2", "T2F"]),
        "(NL000[0-9]{3}|DE00[0-9]{4})",
        "(FR00[0-9]{4}|AT[0-9]{6}|PL[0-9]{6})",
        "2[3-6](NL|DE)[0-9]{12}".prop_map(|body| checked(body, 16)),
        "(BX-[0-9]{3}-[A-Z]{2}|(GW|NW|[A-Z]{2}) [0-9]{4} [A-Z])",
    );
    let parties = (company(), company(), company());
    let goods = (1u32..2000, 100u32..290_000, boxes(), prop::collection::btree_set("[A-Z]{2}[0-9]{6}", 1..4));
    (numbers, parties, goods, days(), 0u8..12).prop_map(|(numbers, parties, goods, days, shift)| {
        let (mrn, lrn, kind, departure, destination, guarantee, vehicle) = numbers;
        let (packages, gross_tenths, containers, seals) = goods;
        let seals = seals.into_iter().collect();
        let (holder, consignor, consignee) = parties;
        let ((release, limit), shift) = (days, f32::from(shift));
        Movement {
            mrn,
            lrn,
            kind,
            departure,
            destination,
            release,
            limit,
            holder,
            consignor,
            consignee,
            packages,
            gross_tenths,
            containers,
            seals,
            guarantee,
            vehicle,
            shift,
        }
    })
}

fn iso((year, month, day): (u32, u32, u32)) -> String {
    format!("{year}-{month:02}-{day:02}")
}

fn slashed((year, month, day): (u32, u32, u32)) -> String {
    format!("{day:02}/{month:02}/{year}")
}

fn tenths(value: u32) -> String {
    format!("{}.{}", value / 10, value % 10)
}

fn comma(value: u32) -> String {
    let whole = value / 10;
    let grouped = if whole < 1000 { whole.to_string() } else { format!("{}.{:03}", whole / 1000, whole % 1000) };
    format!("{grouped},{}", value % 10)
}

/// A box: its label in the corner, its lines below.
fn boxed(paper: &mut Paper, (x, y): (f32, f32), (width, height): (f32, f32), label: &str, lines: &[&str]) {
    paper.frame((x, y), (width, height));
    paper.text((x + 3.0, y + 8.0), Align::Left, 6.0, Weight::Regular, label);
    paper.lines((x + 3.0, y + 18.0), 8.5, lines);
}

fn text(paper: &mut Paper, x: f32, y: f32, size: f32, print: &str) {
    paper.text((x, y), Align::Left, size, Weight::Regular, print);
}

/// The words of one language for the boxes of a form.
struct Words {
    title: &'static str,
    list: &'static str,
    labels: [&'static str; 15],
}

const ENGLISH: Words = Words {
    title: "TRANSIT - ACCOMPANYING DOCUMENT",
    list: "TRANSIT - LIST OF ITEMS",
    labels: [
        "Type",
        "LRN",
        "Consignor",
        "Consignee",
        "Holder of the transit procedure",
        "Total packages",
        "Total gross mass (kg)",
        "Departure transport means",
        "Transport equipment",
        "Seal",
        "Guarantee",
        "CUSTOMS OFFICE OF DEPARTURE",
        "CUSTOMS OFFICE OF DESTINATION",
        "Limit date",
        "Release date",
    ],
};

const GERMAN: Words = Words {
    title: "VERSANDBEGLEITDOKUMENT",
    list: "LISTE DER POSITIONEN",
    labels: [
        "Art der Anmeldung",
        "LRN",
        "Versender",
        "Empfänger",
        "Inhaber des Verfahrens",
        "Packstücke insgesamt",
        "Gesamtrohmasse (kg)",
        "Beförderungsmittel beim Abgang",
        "Transportausrüstung",
        "Verschluss",
        "Sicherheit",
        "ABGANGSZOLLSTELLE",
        "BESTIMMUNGSZOLLSTELLE",
        "Frist",
        "Datum der Überlassung",
    ],
};

/// A language of which the vocabulary knows no label: only the numbers speak.
const FINNISH: Words = Words {
    title: "PASSITUSSAATE",
    list: "LUETTELO",
    labels: [
        "Tyyppi",
        "LRN",
        "Lähettäjä",
        "Vastaanottaja",
        "Passitusmenettelyn haltija",
        "Kollit yhteensä total",
        "Bruttopaino total",
        "Kuljetusväline",
        "Kuljetusvarusteet",
        "Sinetti",
        "Vakuus",
        "LÄHTÖTULLITOIMIPAIKKA",
        "MÄÄRÄTULLITOIMIPAIKKA",
        "Määräaika",
        "Luovutuspäivä",
    ],
};

fn joined(values: &[String]) -> String {
    let numbered: Vec<String> = values.iter().zip(1u32..).map(|(value, at)| format!("{at}/{value}")).collect();
    format!("{}.", numbered.join("; "))
}

/// The form of 2024 and later: every label ends with the number of its data element, values with a full stop.
fn numbered_elements(movement: &Movement, words: &Words) -> Vec<u8> {
    let mut paper = Paper::letter(words.title, "Invented").unwrap();
    let top = 40.0 + movement.shift;
    paper.text((40.0, top), Align::Left, 12.0, Weight::Bold, words.title);
    text(&mut paper, 380.0, top, 9.0, &format!("MRN {}", movement.mrn));
    let label = |at: usize, number: &str| format!("{} [{number}]", words.labels.get(at).unwrap());
    let lines = |party: &[String; 3]| -> Vec<String> { party.to_vec() };
    let mut y = top + 16.0;
    let mut row = |height: f32, cells: &[(String, Vec<String>)]| {
        let width = 532.0 / f32::from(u16::try_from(cells.len()).unwrap());
        let mut x = 40.0;
        for (label, lines) in cells {
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            boxed(&mut paper, (x, y), (width, height), label, &lines);
            x += width;
        }
        y += height;
    };
    row(
        26.0,
        &[
            (label(0, "11 01"), vec![format!("{}.", movement.kind)]),
            ("Security [11 07]".to_owned(), vec!["0".to_owned()]),
            (label(1, "12 09"), vec![format!("{}.", movement.lrn)]),
            (label(5, "18 06"), vec![movement.packages.to_string()]),
            (label(6, "18 04"), vec![tenths(movement.gross_tenths)]),
        ],
    );
    row(
        52.0,
        &[
            (label(2, "13 02"), lines(&movement.consignor)),
            ("ID [13 02 017]".to_owned(), vec!["NL123456789".to_owned()]),
        ],
    );
    row(52.0, &[(label(3, "13 03"), lines(&movement.consignee)), (label(4, "13 07"), lines(&movement.holder))]);
    row(
        30.0,
        &[
            (label(7, "19 05"), vec![format!("1/30/{}/NL.", movement.vehicle)]),
            (label(8, "19 07"), vec![joined(&movement.containers)]),
            (label(9, "19 10"), vec![joined(&movement.seals)]),
        ],
    );
    row(
        30.0,
        &[
            ("Previous document [12 01]".to_owned(), vec!["1/N820/26NL000432A1B2C3J5.".to_owned()]),
            (label(10, "99 02 - 99 03 - 99 04"), vec![format!("1/1/{}.", movement.guarantee)]),
        ],
    );
    row(
        30.0,
        &[
            (label(11, "17 03"), vec![format!("{}.", movement.departure)]),
            ("Customs office of transit [17 04]".to_owned(), vec!["1/CH001251; 2/FR002910.".to_owned()]),
            (label(12, "17 05"), vec![format!("{}.", movement.destination)]),
        ],
    );
    row(
        26.0,
        &[
            (label(13, "15 11"), vec![iso(movement.limit)]),
            ("Country of dispatch [16 06]".to_owned(), vec!["NL".to_owned()]),
        ],
    );
    paper.turn();
    paper.text((40.0, 44.0), Align::Left, 12.0, Weight::Bold, words.list);
    text(&mut paper, 380.0, 44.0, 9.0, &format!("MRN {}", movement.mrn));
    let mut y = 60.0;
    for item in 1u32..4 {
        boxed(&mut paper, (40.0, y), (132.0, 26.0), "Goods item number [11 03]", &[&item.to_string()]);
        boxed(&mut paper, (172.0, y), (200.0, 26.0), "Packages [18 06]", &[&format!("BX/{}/marks.", item + 3)]);
        boxed(&mut paper, (372.0, y), (200.0, 26.0), "Gross mass (kg) [18 04]", &[&tenths(item * 70 + 5)]);
        boxed(&mut paper, (40.0, y + 26.0), (266.0, 26.0), "Consignee [13 03]", &[&format!("Filiale {item} Nord")]);
        boxed(&mut paper, (306.0, y + 26.0), (266.0, 26.0), "Description of goods [18 05]", &["Toys of plastic."]);
        y += 60.0;
    }
    paper.finish().unwrap()
}

/// The form before: numbered boxes, the guarantee in box 52, the time limit and the seals in box D.
fn numbered_boxes(movement: &Movement, french: bool) -> Vec<u8> {
    let pick = |english: &'static str, other: &'static str| if french { other } else { english };
    let title = pick("TRANSIT ACCOMPANYING DOCUMENT", "DOCUMENT D'ACCOMPAGNEMENT TRANSIT");
    let mut paper = Paper::letter(title, "Invented").unwrap();
    let top = 40.0 + movement.shift;
    paper.text((40.0, top), Align::Left, 12.0, Weight::Bold, title);
    text(&mut paper, 400.0, top, 9.0, "MRN");
    text(&mut paper, 424.0, top, 9.0, &movement.mrn);
    text(&mut paper, 424.0, top + 12.0, 8.0, &format!("LRN {}", movement.lrn));
    let mut y = top + 20.0;
    let lines = |party: &[String; 3]| -> [String; 3] { party.clone() };
    let [a, b, c] = lines(&movement.consignor);
    boxed(
        &mut paper,
        (40.0, y),
        (300.0, 56.0),
        pick("2 Consignor/Exporter", "2 Expéditeur/Exportateur"),
        &[&a, &b, &c],
    );
    text(&mut paper, 180.0, y + 8.0, 6.0, "No");
    text(&mut paper, 196.0, y + 8.0, 8.0, "GB954131544000");
    boxed(&mut paper, (340.0, y), (80.0, 28.0), pick("1 Regime", "1 Régime"), &[movement.kind]);
    boxed(&mut paper, (420.0, y), (76.0, 28.0), pick("5 Items", "5 Articles"), &["3"]);
    boxed(
        &mut paper,
        (496.0, y),
        (76.0, 28.0),
        pick("6 Total packages", "6 Total des colis"),
        &[&movement.packages.to_string()],
    );
    y += 56.0;
    let [a, b, c] = lines(&movement.consignee);
    boxed(&mut paper, (40.0, y), (300.0, 56.0), pick("8 Consignee", "8 Destinataire"), &[&a, &b, &c]);
    y += 56.0;
    let vehicle = pick(
        "18 Identity and nationality of means of transport at departure",
        "18 Identité et nationalité du moyen de transport au départ",
    );
    boxed(&mut paper, (40.0, y), (240.0, 28.0), vehicle, &[&movement.vehicle]);
    boxed(&mut paper, (280.0, y), (40.0, 28.0), "", &["NL"]);
    boxed(
        &mut paper,
        (372.0, y),
        (200.0, 28.0),
        pick("35 Gross mass (kg)", "35 Masse brute (kg)"),
        &[&tenths(movement.gross_tenths)],
    );
    y += 28.0;
    let containers = movement.containers.join(", ");
    boxed(&mut paper, (40.0, y), (532.0, 40.0), pick("31 Container No(s)", "31 N° de conteneur"), &[&containers]);
    y += 40.0;
    let [a, b, c] = lines(&movement.holder);
    boxed(&mut paper, (40.0, y), (300.0, 56.0), pick("50 Principal", "50 Principal obligé"), &[&a, &b, &c]);
    text(&mut paper, 180.0, y + 8.0, 8.0, "NL004412345");
    boxed(
        &mut paper,
        (340.0, y),
        (232.0, 56.0),
        pick("C OFFICE OF DEPARTURE", "C BUREAU DE DÉPART"),
        &[&movement.departure],
    );
    y += 56.0;
    boxed(&mut paper, (40.0, y), (300.0, 28.0), pick("52 Guarantee", "52 Garantie"), &[&movement.guarantee]);
    boxed(
        &mut paper,
        (340.0, y),
        (232.0, 28.0),
        pick("53 Office of destination (and country)", "53 Bureau de destination (et pays)"),
        &[&movement.destination],
    );
    y += 28.0;
    paper.frame((40.0, y), (532.0, 52.0));
    text(
        &mut paper,
        43.0,
        y + 8.0,
        6.0,
        pick("D CONTROL BY OFFICE OF DEPARTURE", "D CONTRÔLE PAR LE BUREAU DE DÉPART"),
    );
    let seals = movement.seals.join(", ");
    text(&mut paper, 43.0, y + 20.0, 8.0, &format!("{}: {seals}", pick("Seals affixed", "Scellés apposés")));
    text(
        &mut paper,
        43.0,
        y + 32.0,
        8.0,
        &format!("{}: {}", pick("Time limit (date)", "Délai (date limite)"), slashed(movement.limit)),
    );
    text(
        &mut paper,
        43.0,
        y + 44.0,
        8.0,
        &format!("{}: {}", pick("Date of release", "Date de mainlevée"), slashed(movement.release)),
    );
    paper.turn();
    paper.text((40.0, 44.0), Align::Left, 12.0, Weight::Bold, pick("List of Items", "Liste des articles"));
    text(&mut paper, 400.0, 44.0, 9.0, &format!("MRN {}", movement.mrn));
    let columns = vec![
        Column::text(pick("Item No", "Article"), 60.0),
        Column::text(pick("Description of goods", "Description des marchandises"), 220.0),
        Column::number(pick("Packages", "Colis"), 100.0),
        Column::number(pick("Gross mass (kg)", "Masse brute (kg)"), 120.0),
    ];
    let rows: Vec<Vec<String>> = (1u32..4)
        .map(|item| vec![item.to_string(), "Toys of plastic".to_owned(), (item + 2).to_string(), tenths(item * 71)])
        .collect();
    Table::new(40.0, columns).draw(&mut paper, 70.0, &rows, None);
    paper.finish().unwrap()
}

/// A forwarder's own print: words and colons in two columns, the goods in a table with its totals.
fn words_alone(movement: &Movement, language: usize) -> Vec<u8> {
    const LABELS: [[&str; 13]; 4] = [
        [
            "Transitaangifte T",
            "Kantoor van vertrek",
            "Kantoor van bestemming",
            "Datum vrijgave",
            "Uiterste datum",
            "Houder van de regeling",
            "Afzender",
            "Geadresseerde",
            "Containernummer",
            "Zegelnummers",
            "Zekerheid",
            "Kenteken",
            "Soort aangifte",
        ],
        [
            "Dichiarazione di transito",
            "Ufficio di partenza",
            "Ufficio di destinazione",
            "Data di svincolo",
            "Data limite",
            "Titolare del regime di transito",
            "Speditore",
            "Destinatario",
            "Numero container",
            "Sigilli",
            "Garanzia",
            "Identità del mezzo di trasporto",
            "Tipo di dichiarazione",
        ],
        [
            "Declaración de tránsito",
            "Oficina de partida",
            "Oficina de destino",
            "Fecha de levante",
            "Fecha límite",
            "Titular del régimen",
            "Expedidor",
            "Destinatario",
            "Número de contenedor",
            "Precintos",
            "Garantía",
            "Identidad del medio de transporte",
            "Tipo de declaración",
        ],
        [
            "Zgłoszenie tranzytowe",
            "Urząd wyjścia",
            "Urząd przeznaczenia",
            "Data zwolnienia",
            "Termin dostarczenia",
            "Główny zobowiązany",
            "Nadawca",
            "Odbiorca",
            "Numer kontenera",
            "Numery plomb",
            "Zabezpieczenie",
            "Tożsamość środka transportu",
            "Rodzaj zgłoszenia",
        ],
    ];
    const HEADINGS: [[&str; 3]; 4] = [
        ["Omschrijving", "Colli", "Brutogewicht (kg)"],
        ["Descrizione", "Colli", "Peso lordo (kg)"],
        ["Descripción", "Bultos", "Peso bruto (kg)"],
        ["Description of goods", "Liczba opakowań", "Masa brutto (kg)"],
    ];
    let [
        title,
        departure,
        destination,
        release,
        limit,
        holder,
        consignor,
        consignee,
        container,
        seal,
        guarantee,
        vehicle,
        kind,
    ] = *LABELS.get(language).unwrap();
    let mut paper = Paper::letter(title, "Invented").unwrap();
    let top = 44.0 + movement.shift;
    paper.text((40.0, top), Align::Left, 14.0, Weight::Bold, title);
    let mut y = top + 30.0;
    let day = |(year, month, day): (u32, u32, u32)| format!("{day:02}-{month:02}-{year}");
    let pairs = [
        [("MRN", movement.mrn.clone()), ("LRN", movement.lrn.clone())],
        [(kind, movement.kind.to_owned()), (vehicle, movement.vehicle.clone())],
        [(departure, format!("{} Centraal", movement.departure)), (destination, movement.destination.clone())],
        [(release, day(movement.release)), (limit, day(movement.limit))],
        [(container, movement.containers.join(", ")), (seal, movement.seals.join(", "))],
        [(guarantee, movement.guarantee.clone()), ("Ref.", "X-99".to_owned())],
    ];
    for pair in pairs {
        for ((label, value), x) in pair.iter().zip([40.0, 320.0]) {
            text(&mut paper, x, y, 8.0, &format!("{label}:"));
            text(&mut paper, x + 130.0, y, 8.5, value);
        }
        y += 16.0;
    }
    y += 8.0;
    for ((label, party), x) in
        [(holder, &movement.holder), (consignor, &movement.consignor), (consignee, &movement.consignee)]
            .into_iter()
            .zip([40.0, 220.0, 400.0])
    {
        paper.text((x, y), Align::Left, 8.0, Weight::Bold, label);
        let [a, b, c] = party;
        paper.lines((x, y + 11.0), 8.0, &[a.as_str(), b, c]);
    }
    y += 60.0;
    let [goods, packages, gross] = *HEADINGS.get(language).unwrap();
    let columns = vec![Column::text(goods, 240.0), Column::number(packages, 120.0), Column::number(gross, 140.0)];
    let (first, rest) = (movement.packages / 3, movement.packages - movement.packages / 3);
    let (light, heavy) = (movement.gross_tenths / 3, movement.gross_tenths - movement.gross_tenths / 3);
    let rows = vec![
        vec!["Speelgoed".to_owned(), first.to_string(), comma(light)],
        vec!["Koffers".to_owned(), rest.to_string(), comma(heavy)],
    ];
    let total = ["Total".to_owned(), movement.packages.to_string(), comma(movement.gross_tenths)];
    Table::new(40.0, columns).draw(&mut paper, y, &rows, Some(&total));
    paper.finish().unwrap()
}

fn wanted(movement: &Movement) -> Vec<(Field, String)> {
    let [holder, ..] = movement.holder.clone();
    let [consignor, ..] = movement.consignor.clone();
    let [consignee, ..] = movement.consignee.clone();
    vec![
        (Field::Mrn, movement.mrn.clone()),
        (Field::Lrn, movement.lrn.clone()),
        (Field::DeclarationType, movement.kind.to_owned()),
        (Field::OfficeOfDeparture, movement.departure.clone()),
        (Field::OfficeOfDestination, movement.destination.clone()),
        (Field::LimitDate, iso(movement.limit)),
        (Field::HolderName, holder),
        (Field::ConsignorName, consignor),
        (Field::ConsigneeName, consignee),
        (Field::PackageCount, movement.packages.to_string()),
        (Field::GrossWeightKg, tenths(movement.gross_tenths)),
        (Field::ContainerNumbers, movement.containers.join(", ")),
        (Field::SealNumbers, movement.seals.join(", ")),
        (Field::GuaranteeReference, movement.guarantee.clone()),
        (Field::TransportIdentity, movement.vehicle.clone()),
    ]
}

fn judged(name: &str, pdf: Vec<u8>, wanted: &[(Field, String)]) -> Result<(), TestCaseError> {
    let documents = documents(name, pdf);
    let [document] = documents.as_slice() else {
        let kinds: Vec<Kind> = documents.iter().map(|document| document.kind).collect();
        return Err(TestCaseError::fail(format!("{name}: {kinds:?}")));
    };
    prop_assert_eq!(document.kind, Kind::TransitDeclaration, "{}", name);
    for (field, value) in wanted {
        let read = document.field(*field).map(|reading| reading.value.words());
        prop_assert_eq!(read.as_deref(), Some(value.as_str()), "{}: {:?}", name, field);
    }
    let extra: Vec<Field> =
        document.fields.keys().filter(|field| wanted.iter().all(|(known, _)| known != *field)).copied().collect();
    prop_assert!(extra.is_empty(), "{}: {:?}", name, extra);
    prop_assert!(document.lines.is_empty());
    Ok(())
}

#[test]
fn a_declaration_of_the_transition_period_is_read_by_its_words() {
    let root = std::env::var_os("QUAYSIDE_SHARED").map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    let folder = root.join("reference/ncts/tad");
    let Ok(files) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: ../shared is not here");
        return;
    };
    for file in files.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some_and(|kind| kind == "pdf"))
    {
        let documents = documents("tad.pdf", std::fs::read(&file).unwrap());
        assert_eq!(documents.len(), 1, "{}", file.display());
        let document = documents.first().unwrap();
        assert_eq!(document.kind, Kind::TransitDeclaration, "{}", file.display());
        for (field, value) in [
            (Field::Mrn, Some("23GB000246IF9W5YJ0")),
            (Field::Lrn, Some("O6oJHgerHc9PnTG")),
            (Field::DeclarationType, Some("T1")),
            (Field::OfficeOfDeparture, Some("GB000060")),
            (Field::OfficeOfDestination, Some("XI000142")),
            (Field::LimitDate, Some("2023-11-25")),
            (Field::ReleaseDate, None),
            (Field::HolderName, Some("GB TAD Testing")),
            (Field::ConsignorName, Some("GB TAD Testing")),
            (Field::ConsigneeName, None),
            (Field::PackageCount, Some("432")),
            (Field::GrossWeightKg, Some("9069.0")),
            (Field::TransportIdentity, Some("NC15REG")),
        ] {
            let read = document.field(field).map(|reading| reading.value.words());
            assert_eq!(read.as_deref(), value, "{field:?} of {}", file.display());
        }
    }
}

#[test]
fn an_invoice_and_a_bill_that_mention_transit_stay_what_they_are() {
    for (title, kind, label, value) in [
        ("COMMERCIAL INVOICE", Kind::CommercialInvoice, "Invoice No.", "RE-4711"),
        ("BILL OF LADING", Kind::BillOfLading, "B/L No.", "HLCUSHA2601778"),
    ] {
        let mut paper = Paper::letter(title, "Invented").unwrap();
        paper.text((380.0, 50.0), Align::Left, 15.0, Weight::Bold, title);
        boxed(&mut paper, (40.0, 70.0), (266.0, 28.0), label, &[value]);
        boxed(&mut paper, (306.0, 70.0), (266.0, 28.0), "Customs status", &["T1"]);
        boxed(
            &mut paper,
            (40.0, 98.0),
            (532.0, 56.0),
            "Consignee",
            &["Van Dijk Expeditie B.V.", "Kade 12", "3011 AB Rotterdam NL"],
        );
        boxed(&mut paper, (40.0, 154.0), (266.0, 28.0), "MRN", &["26NL000432A1B2C3J5"]);
        boxed(
            &mut paper,
            (306.0, 154.0),
            (266.0, 28.0),
            "Remarks",
            &["Goods under T1, transit accompanying document follows"],
        );
        let documents = documents("mention.pdf", paper.finish().unwrap());
        assert_eq!(documents.iter().map(|document| document.kind).collect::<Vec<_>>(), [kind], "{title}");
    }
}

fn documents(name: &str, pdf: Vec<u8>) -> Vec<Document> {
    number(vec![read(name, pdf, &NoOcr, &mut |_, _| {})])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn numbered_elements_are_read_in_any_language(movement in movements()) {
        prop_assume!(mrn::judge(&movement.mrn).is_ok());
        for (language, words) in [("english", &ENGLISH), ("german", &GERMAN), ("finnish", &FINNISH)] {
            judged(language, numbered_elements(&movement, words), &wanted(&movement))?;
        }
    }

    #[test]
    fn numbered_boxes_are_read(movement in movements()) {
        let mut wanted = wanted(&movement);
        wanted.push((Field::ReleaseDate, iso(movement.release)));
        for french in [false, true] {
            judged(if french { "french" } else { "english" }, numbered_boxes(&movement, french), &wanted)?;
        }
    }

    #[test]
    fn words_alone_are_read(movement in movements()) {
        let mut wanted = wanted(&movement);
        wanted.push((Field::ReleaseDate, iso(movement.release)));
        for (field, value) in &mut wanted {
            if *field == Field::OfficeOfDeparture {
                value.push_str(" Centraal");
            }
        }
        for (language, name) in ["dutch", "italian", "spanish", "polish"].iter().enumerate() {
            judged(name, words_alone(&movement, language), &wanted)?;
        }
    }
}
