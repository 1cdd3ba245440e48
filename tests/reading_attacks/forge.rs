//! Files made byte by byte, where no program that means well would write them.

use flate2::{Compress, Compression, FlushCompress, write::ZlibEncoder};
use std::fmt::Write as _;
use std::io::Write as _;

pub fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// So many megabytes of one byte, deflated. One of them is packed and the packing repeated: to pack a gigabyte takes a minute.
pub fn filled(byte: u8, megabytes: u32) -> Vec<u8> {
    let mut packer = Compress::new(Compression::best(), false);
    let mut block = Vec::with_capacity(1 << 16);
    packer.compress_vec(&vec![byte; 1 << 20], &mut block, FlushCompress::Full).unwrap();
    assert_eq!(packer.total_in(), 1 << 20);
    let mut file = vec![0x78, 0xda];
    (0..megabytes).for_each(|_| file.extend_from_slice(&block));
    file.extend_from_slice(&[0x03, 0x00]);
    // Adler-32 of a row of one byte, as RFC 1950 defines it.
    let (count, each) = (u128::from(megabytes) << 20, u128::from(byte));
    let low = (1 + each * count) % 65_521;
    let high = (count + each * count * (count + 1) / 2) % 65_521;
    file.extend_from_slice(&u32::try_from(high << 16 | low).unwrap().to_be_bytes());
    file
}

/// A PDF of the given objects, numbered from 1; the first is the catalogue.
pub fn pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut file = b"%PDF-1.5\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in (1..).zip(objects) {
        places.push(file.len());
        writeln!(file, "{number} 0 obj").unwrap();
        file.extend_from_slice(object);
        file.extend_from_slice(b"\nendobj\n");
    }
    let start = file.len();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1);
    for place in &places {
        writeln!(table, "{place:010} 00000 n ").unwrap();
    }
    writeln!(table, "trailer<</Size {}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF", places.len() + 1).unwrap();
    file.extend_from_slice(table.as_bytes());
    file
}

pub fn stream(dictionary: &str, bytes: &[u8]) -> Vec<u8> {
    let mut object = format!("<<{dictionary}/Length {}>>stream\n", bytes.len()).into_bytes();
    object.extend_from_slice(bytes);
    object.extend_from_slice(b"\nendstream");
    object
}

/// A PDF of one page with the given resources and content stream.
pub fn one_page(resources: &str, content: Vec<u8>, more: Vec<Vec<u8>>) -> Vec<u8> {
    let page = format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<<{resources}>>>>");
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        page.into_bytes(),
        content,
    ];
    objects.extend(more);
    pdf(&objects)
}

/// What the sound file prints.
pub const PRINT: &str = "INV 4421";

/// The print of a page that is worth reading, and the resources it needs.
pub const CONTENT: &[u8] =
    b"BT /F 20 Tf 40 700 Td (Commercial invoice number INV 4421 of the second of June 2026) Tj ET\n";
pub const FONT: &str = "/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>";

/// A PDF of one page against which nothing is to be said.
pub fn sound() -> Vec<u8> {
    one_page(FONT, stream("", CONTENT), vec![])
}

/// A PDF whose page is sound and which carries a file inside.
pub fn carrier(name: &str, file: Vec<u8>) -> Vec<u8> {
    let page = format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<<{FONT}>>>>");
    pdf(&[
        b"<</Type/Catalog/Pages 2 0 R/AF[5 0 R]/Names<</EmbeddedFiles 7 0 R>>>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        page.into_bytes(),
        stream("", CONTENT),
        format!("<</Type/Filespec/F({name})/EF<</F 6 0 R>>>>").into_bytes(),
        file,
        format!("<</Names[({name}) 5 0 R]/Kids[7 0 R 7 0 R]>>").into_bytes(),
    ])
}

/// A zip file whose last part is followed by `spaces` times 64 KB of spaces.
pub fn zip(parts: &[(&str, Vec<u8>)], spaces: usize) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    for _ in 0..spaces {
        writer.write_all(&[b' '; 1 << 16]).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
