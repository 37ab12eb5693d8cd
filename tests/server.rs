//! A web server for a folder of files, on a port of its own, that compresses
//! text as those on the web do.

use crate::reading::compressed;
use crate::small_book::tree;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{io, thread};

/// A file as it is sent.
struct Content {
    kind: &'static str,
    coding: &'static str,
    bytes: Vec<u8>,
}

type Files = BTreeMap<PathBuf, Content>;

/// Serves the folder, as it is now, until the test ends; returns its address.
pub fn serve(folder: &Path) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let files = tree(folder).into_iter();
    let files: Files = files
        .map(|(path, bytes)| {
            let content = content(&path, bytes);
            (path, content)
        })
        .collect();
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
    let text = match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css",
        Some("js") => "text/javascript",
        Some("svg") => "image/svg+xml",
        _ => {
            return Content {
                kind: "application/octet-stream",
                coding: "identity",
                bytes,
            };
        }
    };
    Content {
        kind: text,
        coding: "gzip",
        bytes: compressed(&bytes),
    }
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
        let Some(file) = files.get(Path::new(path.trim_start_matches('/'))) else {
            write!(
                stream,
                "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
            )?;
            continue;
        };
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: {}\r\nContent-Encoding: {}\r\n\
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
