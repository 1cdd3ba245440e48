//! UN/LOCODE: as UNECE publishes it, twelve columns without names, or as others pass it on, with a line of names. Only code and name
//! are of use here.

use super::table::{Row, Table};
use super::{ListError, Tally};
use crate::domain::trade::country;
use crate::domain::trade::port::Place;
use std::io::BufRead;

/// Where the columns are.
struct Columns {
    country: usize,
    location: usize,
    name: usize,
    plain_name: Option<usize>,
    change: Option<usize>,
}

/// The columns of UNECE: change, country, location, name, name without diacritics, …
const UNECE: Columns = Columns { country: 1, location: 2, name: 3, plain_name: Some(4), change: Some(0) };

/// Hands on each place of a text table.
///
/// # Errors
/// [`ListError`] where the file is no such table, and what `keep` refuses.
pub fn ports<E>(from: impl BufRead, mut keep: impl FnMut(Place) -> Result<(), E>) -> Result<Tally, ListError<E>> {
    let list = "UN/LOCODE list";
    let mut table = Table::new(from)?;
    let named = |table: &Table<_>| {
        Some(Columns {
            country: table.column(&["country", "countrycode"])?,
            location: table.column(&["location", "locationcode", "locode"])?,
            name: table.column(&["name"])?,
            plain_name: table.column(&["namewodiacritics", "nameascii"]),
            change: table.column(&["change", "ch"]),
        })
    };
    let mut tally = Tally::default();
    let mut take = |tally: &mut Tally, row: &Row, columns: &Columns| match place(row, columns) {
        Ok(None) => Ok(()),
        Ok(Some(place)) => {
            tally.lines = tally.lines.saturating_add(1);
            keep(place).map_err(ListError::Kept)
        }
        Err(why) => {
            tally.fault(row.line, why);
            Ok(())
        }
    };
    let columns = match named(&table) {
        Some(columns) => columns,
        None => {
            let first = table.first().filter(|row| row.cell(UNECE.country).len() == 2);
            take(&mut tally, &first.ok_or(ListError::NoColumn { list, column: "Country" })?, &UNECE)?;
            UNECE
        }
    };
    while let Some(row) = table.record()? {
        take(&mut tally, &row, &columns)?;
    }
    tally.judged(list)
}

/// The place of a row; nothing for the names of countries, for references to other names, and for places that are taken off the list.
fn place(row: &Row, columns: &Columns) -> Result<Option<Place>, String> {
    let location = row.cell(columns.location);
    let change = columns.change.map(|column| row.cell(column)).unwrap_or_default();
    if location.is_empty() || matches!(change.as_str(), "X" | "=") {
        return Ok(None);
    }
    let land = row.cell(columns.country);
    let code = format!("{land}{location}");
    // The high seas are no country.
    let known = country::is_code(&land) || land == "XZ";
    let place = location.len() == 3 && location.bytes().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    if !known || !place {
        return Err(format!("{code} is not two letters of a country and three of a place"));
    }
    let plain = columns.plain_name.map(|column| row.cell(column)).filter(|name| !name.is_empty());
    let name = plain.unwrap_or_else(|| row.cell(columns.name));
    if name.is_empty() {
        return Err(format!("{code} has no name"));
    }
    Ok(Some(Place { code, name }))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Vec<String>, String> {
        let mut kept = Vec::new();
        let tally = ports(bytes, |place| {
            kept.push(format!("{} {}", place.code, place.name));
            Ok::<_, String>(())
        });
        tally.map(|_| kept).map_err(|error| error.to_string())
    }

    #[test]
    fn the_list_is_read_with_names_over_its_columns_and_without() {
        let named =
            b"country,location,name,name_ascii,subdivision\nSE,GOT,G\xF6teborg,Goteborg,O\nUS,LAX,Los Angeles,,CA\n";
        assert_eq!(read(named).unwrap(), ["SEGOT Goteborg", "USLAX Los Angeles"]);
        let unece = b"\xEF\xBB\xBF,\"SE\",,\".SWEDEN\",,,,,,,,\n,\"SE\",\"GOT\",\"G\xF6teborg\",\"Goteborg\",,\"12345---\",,,,,\nX,\"SE\",\"OLD\",\"Old\",\"Old\",,,,,,,\n=,\"SE\",,\"Gothenburg = Goteborg\",\"\",,,,,,,\n";
        assert_eq!(read(unece).unwrap(), ["SEGOT Goteborg"]);
    }

    #[test]
    fn another_table_is_refused() {
        assert!(read(b"colour,size\nred,1\n").unwrap_err().contains("no column Country"));
        assert!(read(b"country,location,name\nQQ,ABC,Nowhere\n").unwrap_err().contains("Line 2: QQABC"));
    }
}
