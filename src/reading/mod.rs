//! Floor 1: bytes to documents with evidence. The only room that knows file formats. CPU only: no database, no web.

pub mod page;
