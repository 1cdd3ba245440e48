//! The header fields of an e-mail that say what it is called and who sent it, before anybody reads the message itself. What is attached
//! is `mail`'s business.

use super::source::{self, Format};
use crate::domain::mailbox::Envelope;
use mail_parser::MessageParser;

/// How much of a message is looked at: no sound header is longer.
pub const HEAD_BYTES: u64 = 64 * 1024;

/// The envelope of a message that begins like this; nothing where it is no e-mail.
pub fn envelope(head: &[u8]) -> Option<Envelope> {
    if source::sniff(head) != Format::Mail {
        return None;
    }
    let message = MessageParser::default().parse_headers(head)?;
    let sender = message.from().and_then(|from| from.first());
    let (name, address) = (sender.and_then(|sender| sender.name()), sender.and_then(|sender| sender.address()));
    Some(Envelope::of(message.message_id(), message.subject(), name, address))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HEAD: &[u8] = b"Return-Path: <ann@shipper.example>\r\nReceived: from a by b\r\nMessage-ID: <77@shipper.example>\r\n\
        From: =?utf-8?Q?Ann_M=C3=BCller?= <ann@shipper.example>, b@c.example\r\nSubject: =?utf-8?B?SU5WLTcgcGFwZXJz?=\r\n\r\nHello";

    #[test]
    fn a_message_says_its_number_its_subject_and_its_first_sender() {
        let said = envelope(HEAD);
        assert_eq!(
            said.as_ref().map(|said| (said.message_id.as_deref(), said.subject.as_deref(), said.sender.as_deref())),
            Some((Some("77@shipper.example"), Some("INV-7 papers"), Some("Ann Müller <ann@shipper.example>")))
        );
    }

    #[test]
    fn what_is_no_message_has_no_envelope() {
        for other in [b"%PDF-1.7".as_slice(), b"", b"hello", b"\0\0\0", b"<html>"] {
            assert_eq!(envelope(other), None);
        }
    }

    proptest! {
        #[test]
        fn no_bytes_trouble_it(bytes in proptest::collection::vec(any::<u8>(), 0..300), cut in 0usize..300) {
            let head: Vec<u8> = HEAD.iter().copied().take(cut).chain(bytes).collect();
            let _ = envelope(&head);
        }
    }
}
