//! The settings of the wire that browsers come over: certificates, the way from plain HTTP, whose headers are believed, and where a
//! weakness is reported to. Serving it is `web`'s.

use super::reader::{ConfigError, Reader};
use super::url;
use crate::web::tls::TlsFiles;
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};
use url::Url;

/// Certificate and key, or neither.
pub(super) fn tls(read: &Reader<'_>) -> Result<Option<TlsFiles>, ConfigError> {
    let wrong = |name, found, wanted: &str| Err(ConfigError { name, found, wanted: wanted.to_owned(), default: "" });
    const BOTH: &str = "a certificate needs its key and a key its certificate: set both";
    let address = read.text("QUAYSIDE_PUBLIC_URL");
    match (read.some("QUAYSIDE_TLS_CERTIFICATE"), read.some("QUAYSIDE_TLS_KEY")) {
        (Some(_), Some(_)) if address.starts_with("http:") => {
            wrong("QUAYSIDE_PUBLIC_URL", address, "with a certificate it has to be an https URL")
        }
        (Some(certificate), Some(key)) => Ok(Some(TlsFiles { certificate: certificate.into(), key: key.into() })),
        (None, None) => Ok(None),
        (Some(found), None) => wrong("QUAYSIDE_TLS_CERTIFICATE", found, BOTH),
        (None, Some(found)) => wrong("QUAYSIDE_TLS_KEY", found, BOTH),
    }
}

/// Where plain HTTP is answered with the way to the address of the application.
pub(super) fn redirect_listen(read: &Reader<'_>) -> Result<Option<SocketAddr>, ConfigError> {
    read.optional("QUAYSIDE_REDIRECT_LISTEN", "it has to be an address and a port such as 0.0.0.0:80", |text| {
        text.parse().ok()
    })
}

/// The proxies whose forwarded headers are believed.
pub(super) fn trusted_proxies(read: &Reader<'_>) -> Result<Vec<IpNet>, ConfigError> {
    let nets = |text: &str| -> Option<Vec<IpNet>> {
        let parts = text.split([',', ' ']).filter(|part| !part.is_empty());
        parts.map(|part| part.parse().or_else(|_| part.parse::<IpAddr>().map(IpNet::from)).ok()).collect()
    };
    let wanted = "it has to be addresses or networks such as 10.0.0.0/8, separated by commas";
    read.parsed("QUAYSIDE_TRUSTED_PROXIES", wanted, nets)
}

/// Where a weakness is reported to.
pub(super) fn security_contact(read: &Reader<'_>) -> Result<Option<Url>, ConfigError> {
    read.optional("QUAYSIDE_SECURITY_CONTACT", "it has to be a mailto: or https: URL", |text| {
        url(text).filter(|url| matches!(url.scheme(), "mailto" | "https"))
    })
}
