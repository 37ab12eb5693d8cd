//! The package: what an EPUB says of itself, and the zip file that holds all.

use super::contents::entries;
use super::links::{address, place};
use super::pages::{Page, Pages, media_type};
use super::xhtml::text;
use anyhow::{Context, Result};
use mdbook_driver::book::Book;
use mdbook_driver::config::Config;
use std::io::{Cursor, Write};
use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, DateTime};

/// The style of all pages.
const STYLE: &str = include_str!("epub.css");

/// Where a reader finds the package.
const CONTAINER: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<container version=\"1.0\" xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\">
<rootfiles>
<rootfile full-path=\"EPUB/package.opf\" media-type=\"application/oebps-package+xml\"/>
</rootfiles>
</container>
";

/// What the book says of itself.
pub struct About {
    title: String,
    authors: Vec<String>,
    description: Option<String>,
    language: String,
    modified: String,
}

impl About {
    /// What `book.toml` says.
    ///
    /// # Errors
    ///
    /// If it names no title.
    pub fn new(config: &Config, modified: String) -> Result<About> {
        let book = config.book.clone();
        let title = book.title.filter(|title| !title.trim().is_empty());
        Ok(About {
            title: title.context(
                "book.toml: no title, which an EPUB needs; add title = \"…\" under [book]",
            )?,
            authors: book.authors,
            description: book.description,
            language: book.language.unwrap_or_else(|| "en".to_string()),
            modified,
        })
    }

    /// The title as the name of a file.
    pub fn slug(&self) -> String {
        slug(&self.title)
    }

    /// The package document: all files, and the order of the pages.
    fn package(&self, pages: &Pages) -> String {
        let mut metadata = format!(
            "<dc:identifier id=\"id\">{}</dc:identifier>\n<dc:title>{}</dc:title>\n\
             <dc:language>{}</dc:language>\n",
            slug(&format!("{} {}", self.title, self.authors.join(" "))),
            text(&self.title),
            text(&self.language)
        );
        for author in &self.authors {
            metadata += &format!("<dc:creator>{}</dc:creator>\n", text(author));
        }
        if let Some(description) = &self.description {
            metadata += &format!("<dc:description>{}</dc:description>\n", text(description));
        }
        let (mut manifest, mut spine) = (String::new(), String::new());
        for (at, page) in pages.pages.iter().enumerate() {
            let properties = match page.properties.join(" ") {
                none if none.is_empty() => none,
                some => format!(" properties=\"{some}\""),
            };
            let href = address(&page.path.with_extension("xhtml"));
            manifest += &format!(
                "<item id=\"page-{at}\" href=\"{href}\" \
                 media-type=\"application/xhtml+xml\"{properties}/>\n"
            );
            spine += &format!("<itemref idref=\"page-{at}\"/>\n");
        }
        for (at, image) in pages.images.keys().enumerate() {
            let (href, kind) = (address(image), media_type(image).unwrap_or_default());
            manifest +=
                &format!("<item id=\"image-{at}\" href=\"{href}\" media-type=\"{kind}\"/>\n");
        }
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <package xmlns=\"http://www.idpf.org/2007/opf\" version=\"3.0\" \
             unique-identifier=\"id\">\n\
             <metadata xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n{metadata}\
             <meta property=\"dcterms:modified\">{}</meta>\n</metadata>\n\
             <manifest>\n\
             <item id=\"contents\" href=\"contents.xhtml\" \
             media-type=\"application/xhtml+xml\" properties=\"nav\"/>\n\
             <item id=\"style\" href=\"epub.css\" media-type=\"text/css\"/>\n\
             {manifest}</manifest>\n\
             <spine>\n<itemref idref=\"contents\"/>\n{spine}</spine>\n</package>\n",
            self.modified
        )
    }

    /// The first page: title and table of contents.
    fn contents(&self, book: &Book, pages: &Pages) -> String {
        let authors = text(&self.authors.join(", "));
        let body = format!(
            "<h1>{}</h1>\n<p>{authors}</p>\n\
             <nav xmlns:epub=\"http://www.idpf.org/2007/ops\" epub:type=\"toc\">\n\
             <ol>\n{}</ol>\n</nav>",
            text(&self.title),
            entries(&book.items, pages)
        );
        self.document(&self.title, "", &body)
    }

    fn page(&self, page: &Page) -> String {
        let folders = page.path.components().count();
        self.document(&page.name, &"../".repeat(folders), &page.body)
    }

    /// A document of the EPUB; `root` leads to the folder of the package.
    fn document(&self, title: &str, root: &str, body: &str) -> String {
        let language = text(&self.language);
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE html>\n\
             <html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"{language}\" \
             xml:lang=\"{language}\">\n<head>\n<title>{}</title>\n\
             <link rel=\"stylesheet\" href=\"{root}epub.css\"/>\n</head>\n\
             <body>\n{body}\n</body>\n</html>\n",
            text(title)
        )
    }
}

/// The EPUB. Its first file says what it is, uncompressed, as readers expect; all
/// have the same date, so that the same pages make the same bytes.
///
/// # Errors
///
/// If a file is too large for the format.
pub fn zip(about: &About, book: &Book, pages: &Pages) -> Result<Vec<u8>> {
    let plain = SimpleFileOptions::default()
        .last_modified_time(DateTime::default())
        .compression_method(CompressionMethod::Stored);
    let packed = plain.compression_method(CompressionMethod::Deflated);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, content: &[u8], options: SimpleFileOptions| -> Result<()> {
        zip.start_file(name, options)?;
        Ok(zip.write_all(content)?)
    };
    add("mimetype", b"application/epub+zip", plain)?;
    add("META-INF/container.xml", CONTAINER.as_bytes(), packed)?;
    add("EPUB/package.opf", about.package(pages).as_bytes(), packed)?;
    let contents = about.contents(book, pages);
    add("EPUB/contents.xhtml", contents.as_bytes(), packed)?;
    add("EPUB/epub.css", STYLE.as_bytes(), packed)?;
    for page in &pages.pages {
        let name = format!("EPUB/{}", place(&page.path.with_extension("xhtml")));
        add(&name, about.page(page).as_bytes(), packed)?;
    }
    for (image, bytes) in &pages.images {
        add(&format!("EPUB/{}", place(image)), bytes, packed)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// Words as the letters and digits in them, small, with `-` between.
fn slug(words: &str) -> String {
    let words = words.to_lowercase();
    let words = words.split(|letter: char| !letter.is_alphanumeric());
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    match words.join("-") {
        none if none.is_empty() => "book".to_string(),
        slug => slug,
    }
}
