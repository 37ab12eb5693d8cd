//! The repository: where the web shows the files of a book.

use crate::page::url_path;
use mdbook_driver::config::HtmlConfig;

/// How hosts write the address of a page that edits a file, and of one that
/// shows it: GitHub, GitLab, and Forgejo as on Codeberg.
const HOSTS: [(&str, &str); 3] = [
    ("/edit/", "/blob/"),
    ("/-/edit/", "/-/blob/"),
    ("/_edit/", "/src/branch/"),
];

/// A repository on the web.
pub struct Repository {
    /// The address of a file, with `{path}` for its path from the book's root.
    template: String,
}

impl Repository {
    /// That of `git-repository-url`. `edit-url-template` says, where it is set,
    /// which branch the book is on and in which folder.
    pub fn new(html: &HtmlConfig) -> Option<Repository> {
        let url = html.git_repository_url.as_deref()?.trim_end_matches('/');
        let edit = html.edit_url_template.as_deref();
        let edit = edit.and_then(|template| template.strip_prefix(url));
        let shown = edit.and_then(|edit| {
            let mut hosts = HOSTS.into_iter();
            hosts.find_map(|(edits, shows)| Some(format!("{shows}{}", edit.strip_prefix(edits)?)))
        });
        let shown = shown.unwrap_or_else(|| "/blob/HEAD/{path}".to_string());
        Some(Repository {
            template: format!("{url}{shown}"),
        })
    }

    /// Where it shows a file of the book, by its path from the root.
    pub fn link(&self, file: &str) -> String {
        self.template.replace("{path}", &url_path(file))
    }
}
