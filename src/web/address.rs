//! Where a request came from. Behind a proxy that is what the proxy says, and only a proxy that the settings name is believed: anybody
//! can send a forwarded header.

use actix_web::{HttpRequest, web};
use ipnet::IpNet;
use std::net::IpAddr;

/// The proxies whose forwarded headers are believed.
#[derive(Clone, Debug, Default)]
pub struct Proxies(pub Vec<IpNet>);

impl Proxies {
    fn know(&self, address: IpAddr) -> bool {
        self.0.iter().any(|net| net.contains(&address))
    }

    /// The sender behind a chain of known proxies: the last address of `forwarded` that is none of them. An address that cannot be
    /// read ends the chain, because what stands before it was not written by a known proxy.
    fn sender(&self, peer: IpAddr, forwarded: &[&str]) -> IpAddr {
        let mut sender = peer;
        for hop in forwarded.iter().rev().flat_map(|header| header.rsplit(',')) {
            if !self.know(sender) {
                break;
            }
            let Some(address) = read(hop) else { break };
            sender = address;
        }
        sender
    }
}

/// An address as proxies write it: alone, with a port, or in brackets.
fn read(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let with_port = || hop.parse::<std::net::SocketAddr>().ok().map(|address| address.ip());
    let bracketed = || hop.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    hop.parse().ok().or_else(with_port).or_else(bracketed).map(|address: IpAddr| address.to_canonical())
}

/// The address that a request came from.
pub fn of(request: &HttpRequest) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip().to_canonical();
    let Some(proxies) = request.app_data::<web::Data<Proxies>>() else { return Some(peer) };
    let headers = request.headers().get_all("x-forwarded-for");
    let forwarded: Vec<&str> = headers.filter_map(|header| header.to_str().ok()).collect();
    Some(proxies.sender(peer, &forwarded))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn sender(proxies: &[&str], peer: &str, forwarded: &[&str]) -> String {
        let proxies = Proxies(proxies.iter().map(|net| net.parse().unwrap()).collect());
        proxies.sender(peer.parse().unwrap(), forwarded).to_string()
    }

    #[test]
    fn a_forwarded_address_counts_only_from_a_known_proxy() {
        assert_eq!(sender(&[], "192.0.2.9", &["198.51.100.7"]), "192.0.2.9");
        assert_eq!(sender(&["10.0.0.0/8"], "192.0.2.9", &["198.51.100.7"]), "192.0.2.9");
        assert_eq!(sender(&["10.0.0.0/8"], "10.1.2.3", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(sender(&["10.0.0.0/8"], "10.1.2.3", &[]), "10.1.2.3");
    }

    #[test]
    fn what_a_browser_wrote_before_the_proxies_is_not_believed() {
        assert_eq!(sender(&["10.0.0.0/8"], "10.1.2.3", &["203.0.113.1, 198.51.100.7, 10.9.9.9"]), "198.51.100.7");
        assert_eq!(sender(&["10.0.0.0/8"], "10.1.2.3", &["203.0.113.1", "198.51.100.7"]), "198.51.100.7");
        assert_eq!(sender(&["10.0.0.0/8"], "10.1.2.3", &["203.0.113.1, nonsense"]), "10.1.2.3");
    }

    #[test]
    fn addresses_are_read_with_ports_and_brackets() {
        assert_eq!(sender(&["::1/128"], "::1", &["[2001:db8::7]:4711"]), "2001:db8::7");
        assert_eq!(sender(&["::1/128"], "::1", &["198.51.100.7:80"]), "198.51.100.7");
        assert_eq!(sender(&["::1/128"], "::1", &["::ffff:198.51.100.7"]), "198.51.100.7");
    }
}
