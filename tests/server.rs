//! A web server for a folder of files, on a port of its own, that compresses
//! text as those on the web do.

use crate::tree::tree;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::{io, thread};

/// A file as it is sent.
struct Content {
    kind: &'static str,
    coding: &'static str,
    bytes: Vec<u8>,
}

static NOTHING: Content = Content {
    kind: "text/plain",
    coding: "identity",
    bytes: Vec::new(),
};

type Files = BTreeMap<PathBuf, Content>;

/// Serves the folder, as it is now, until the test ends; returns its address.
pub fn serve(folder: &Path) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let mut files = Files::new();
    for (path, bytes) in tree(folder) {
        let content = content(&path, bytes);
        files.insert(path, content);
    }
    let files = Arc::new(files);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let files = Arc::clone(&files);
            thread::spawn(move || answer(&stream, &files));
        }
    });
    address
}

fn content(path: &Path, bytes: Vec<u8>) -> Content {
    let extension = path.extension().and_then(|extension| extension.to_str());
    let (kind, coding) = match extension {
        Some("html") => ("text/html; charset=utf-8", "gzip"),
        Some("css") => ("text/css", "gzip"),
        Some("js") => ("text/javascript", "gzip"),
        Some("svg") => ("image/svg+xml", "gzip"),
        _ => ("application/octet-stream", "identity"),
    };
    let bytes = if coding == "gzip" {
        compressed(&bytes)
    } else {
        bytes
    };
    Content {
        kind,
        coding,
        bytes,
    }
}

/// What gzip makes of it.
pub fn compressed(content: &[u8]) -> Vec<u8> {
    let mut gzip = Command::new("gzip")
        .arg("-9c")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("gzip starts");
    let mut input = gzip.stdin.take().unwrap();
    let content = content.to_vec();
    let writer = thread::spawn(move || input.write_all(&content));
    let output = gzip.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    output.stdout
}

/// Answers one request after the other until the browser hangs up.
fn answer(mut stream: &TcpStream, files: &Files) -> io::Result<()> {
    let mut lines = BufReader::new(stream).lines();
    while let Some(request) = lines.next() {
        let request = request?;
        while lines
            .next()
            .is_some_and(|line| line.is_ok_and(|line| !line.is_empty()))
        {}
        let path = request.split([' ', '?']).nth(1).unwrap_or("/");
        let path = Path::new(path.trim_start_matches('/'));
        let (status, file) = match files.get(path) {
            Some(file) => ("200 OK", file),
            None => ("404 Not Found", lost(path, files).unwrap_or(&NOTHING)),
        };
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {}\r\nContent-Encoding: {}\r\n\
             Content-Length: {}\r\n\r\n",
            file.kind,
            file.coding,
            file.bytes.len()
        );
        // In one piece: the second of two would wait for an answer to the first.
        stream.write_all(&[head.as_bytes(), &file.bytes].concat())?;
    }
    Ok(())
}

/// What is sent for a path that leads nowhere: the page for it of the nearest folder
/// above, as GitHub Pages has one for each repository.
fn lost<'a>(path: &Path, files: &'a Files) -> Option<&'a Content> {
    let mut above = path.ancestors().skip(1);
    above.find_map(|folder| files.get(&folder.join("404.html")))
}
