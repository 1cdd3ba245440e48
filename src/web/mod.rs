//! Floor 2: what every page shares. It knows sessions, errors and frames, and no feature.

pub mod address;
pub mod assets;
pub mod cookies;
pub mod csrf;
pub mod csv;
pub mod device;
pub mod error;
pub mod export;
pub mod headers;
pub mod limits;
pub mod log;
pub mod opening;
pub mod passkeys;
pub mod passwords;
pub mod refusals;
pub mod route;
pub mod session;
pub mod sheet;
pub mod tls;
pub mod view;
