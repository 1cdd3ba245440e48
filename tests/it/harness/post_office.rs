//! A mail server of one's own: it speaks SMTP on loopback, keeps what it is given, and answers as it is told.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A letter as it arrived.
#[derive(Clone, Debug, Default)]
pub struct Arrived {
    pub from: String,
    pub to: Vec<String>,
    pub data: String,
}

#[derive(Clone)]
pub struct PostOffice {
    pub url: String,
    arrived: Arc<Mutex<Vec<Arrived>>>,
    /// What the next recipients are answered; then `250 OK`.
    answers: Arc<Mutex<VecDeque<String>>>,
}

impl PostOffice {
    pub fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let office = Self { url, arrived: Arc::default(), answers: Arc::default() };
        let counter = office.clone();
        std::thread::spawn(move || {
            for caller in listener.incoming() {
                let office = counter.clone();
                std::thread::spawn(move || office.talk(&caller.unwrap()));
            }
        });
        office
    }

    pub fn arrived(&self) -> Vec<Arrived> {
        self.arrived.lock().unwrap().clone()
    }

    pub fn answer_next(&self, answer: &str) {
        self.answers.lock().unwrap().push_back(answer.to_owned());
    }

    fn talk(&self, caller: &TcpStream) -> Option<()> {
        let mut out = caller.try_clone().ok()?;
        let mut lines = BufReader::new(caller).lines();
        let mut letter = Arrived::default();
        write!(out, "220 post.example ESMTP\r\n").ok()?;
        while let Some(Ok(line)) = lines.next() {
            let answer = match line.to_uppercase().as_str() {
                said if said.starts_with("EHLO") => "250-post.example\r\n250 8BITMIME".to_owned(),
                said if said.starts_with("MAIL") => {
                    letter = Arrived { from: line.clone(), ..Arrived::default() };
                    "250 OK".to_owned()
                }
                said if said.starts_with("RCPT") => {
                    letter.to.push(line.clone());
                    self.answers.lock().unwrap().pop_front().unwrap_or_else(|| "250 OK".to_owned())
                }
                "DATA" => {
                    write!(out, "354 Go on\r\n").ok()?;
                    for line in lines.by_ref().map_while(Result::ok).take_while(|line| line != ".") {
                        letter.data.push_str(line.strip_prefix('.').unwrap_or(&line));
                        letter.data.push('\n');
                    }
                    self.arrived.lock().unwrap().push(letter.clone());
                    "250 Queued as 4711".to_owned()
                }
                "QUIT" => "221 Bye".to_owned(),
                _ => "250 OK".to_owned(),
            };
            write!(out, "{answer}\r\n").ok()?;
        }
        Some(())
    }
}
