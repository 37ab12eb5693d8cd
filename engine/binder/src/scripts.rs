//! Scripts: WebAssembly and its bindings in one file.

use crate::theme::stripped;
use anyhow::Result;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use std::io::Write;
use wasm_bindgen_cli_support::Bindgen;

/// The WebAssembly with its bindings, as a script that holds it, so that it
/// loads from a file as it does from a server, and that leaves a promise of what
/// it exports: `liveListings.overshooting`, and no other name, so that a page can
/// hold several; with `small`, at the price of a second.
///
/// # Errors
///
/// If that is no WebAssembly made for wasm-bindgen.
pub fn wrap(wasm: Vec<u8>, chapter: &str, small: bool) -> Result<String> {
    let mut bindings = Bindgen::new()
        .input_bytes(chapter, wasm)
        .no_modules(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()?;
    let wasm = bindings.wasm_mut().emit_wasm();
    let wasm = BASE64_STANDARD.encode(deflated(&wasm, small)?);
    Ok(format!(
        "(() => {{\n{js}\n\
         (window.liveListings ??= {{}}).{chapter} = fetch(\n\
         \"data:application/octet-stream;base64,{wasm}\")\n\
         .then(({{ body }}) => wasm_bindgen({{ module_or_path: new Response(\n\
         body.pipeThrough(new DecompressionStream(\"deflate-raw\"))).arrayBuffer() }}))\n\
         .then(() => wasm_bindgen);\n}})();\n",
        js = stripped(bindings.js()),
    ))
}

/// Compressed here, because a server can make little of base64.
fn deflated(wasm: &[u8], small: bool) -> Result<Vec<u8>> {
    if small {
        let mut deflated = Vec::new();
        zopfli::compress(
            zopfli::Options::default(),
            zopfli::Format::Deflate,
            wasm,
            &mut deflated,
        )?;
        return Ok(deflated);
    }
    let mut deflated = DeflateEncoder::new(Vec::new(), Compression::best());
    deflated.write_all(wasm)?;
    Ok(deflated.finish()?)
}
