//! The rendered book as browsers find it: on a server and in a folder. Each page
//! remembers what goes wrong in it.

use crate::server::serve;
use crate::tree::tree;
use std::fs;
use std::path::{Path, PathBuf};

/// First in each page: keeps errors, what did not load, and what the console is
/// told, for which WebDriver has no word. The page for print finds no printer.
const RECORDER: &str = r#"<head><script>
var said = [];
addEventListener("error", ({ message, target }) =>
    said.push(message ?? `${target.src ?? target.href} did not load`), true);
addEventListener("unhandledrejection", ({ reason }) => said.push(`${reason}`));
for (const level of ["warn", "error"]) console[level] = (...words) => said.push(words.join(" "));
print = () => {};
</script>"#;

pub struct Site {
    folder: PathBuf,
}

impl Site {
    /// A copy of the book that was rendered last, in a folder of that name.
    pub fn copy(name: &str) -> Site {
        Site::copy_of("book", name)
    }

    /// A copy of a book that was rendered into this folder of the repository.
    pub fn copy_of(book: &str, name: &str) -> Site {
        let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(book);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        for (file, content) in tree(&book) {
            let place = folder.join(&file);
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            if file
                .extension()
                .is_some_and(|extension| extension == "html")
            {
                let page = String::from_utf8(content).unwrap();
                fs::write(place, page.replacen("<head>", RECORDER, 1)).unwrap();
            } else {
                fs::write(place, content).unwrap();
            }
        }
        let site = Site { folder };
        assert!(
            !site.live_pages().is_empty(),
            "no live figures in {}: `cargo run` says how to get them",
            book.display()
        );
        site
    }

    /// The folder of the copy.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder as browsers open it.
    pub fn file_address(&self) -> String {
        format!("file://{}", self.folder.display())
    }

    /// Serves the folder as it is now; returns the address.
    pub fn serve(&self) -> String {
        serve(&self.folder)
    }

    /// The names of the pages: all that readers open.
    pub fn pages(&self) -> Vec<String> {
        let files = self.folder.read_dir().unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        let is_page = |name: &String| name.ends_with(".html") && name != "toc.html";
        let mut pages: Vec<String> = names.filter(is_page).collect();
        pages.sort();
        pages
    }

    /// Those of them that have knobs; the page for print has all knobs again.
    pub fn live_pages(&self) -> Vec<String> {
        let has_knobs = |page: &String| {
            let html = fs::read_to_string(self.folder.join(page)).unwrap();
            html.contains("<form class=\"knobs") && page != "print.html"
        };
        self.pages().into_iter().filter(has_knobs).collect()
    }
}
