//! A web server for a folder of files, on a port of its own, that compresses
//! text as those on the web do.

use crate::reading::compressed;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::{fs, io, thread};

/// Serves the folder until the test ends; returns its address.
pub fn serve(folder: &Path) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let folder = folder.to_path_buf();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let folder = folder.clone();
            thread::spawn(move || answer(&stream, &folder));
        }
    });
    address
}

/// Answers one request after the other until the browser hangs up.
fn answer(mut stream: &TcpStream, folder: &Path) -> io::Result<()> {
    let mut lines = BufReader::new(stream).lines();
    while let Some(request) = lines.next() {
        let request = request?;
        while lines
            .next()
            .is_some_and(|line| line.is_ok_and(|line| !line.is_empty()))
        {}
        let path = request.split([' ', '?']).nth(1).unwrap_or("/");
        let file = folder.join(path.trim_start_matches('/'));
        let (kind, is_text) = match file.extension().and_then(|extension| extension.to_str()) {
            Some("html") => ("text/html; charset=utf-8", true),
            Some("css") => ("text/css", true),
            Some("js") => ("text/javascript", true),
            Some("svg") => ("image/svg+xml", true),
            _ => ("application/octet-stream", false),
        };
        let (status, coding, content) = match fs::read(&file) {
            Ok(content) if is_text => ("200 OK", "gzip", compressed(&content)),
            Ok(content) => ("200 OK", "identity", content),
            Err(_) => ("404 Not Found", "identity", Vec::new()),
        };
        let length = content.len();
        write!(
            stream,
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Encoding: {coding}\r\n\
             Content-Length: {length}\r\n\r\n"
        )?;
        stream.write_all(&content)?;
    }
    Ok(())
}
