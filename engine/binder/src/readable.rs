//! JSON laid out for eyes and for diffs.

use anyhow::Result;
use serde::Serialize;
use serde_json::Value as Json;
use std::io::Write;

/// JSON for eyes and for diffs: an object's fields each on a line of their own,
/// and so the items of its lists, but what is inside those in one line.
pub fn readable(json: &Json) -> Result<String> {
    let mut out = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, Lines::default());
    json.serialize(&mut serializer)?;
    out.push(b'\n');
    Ok(String::from_utf8(out)?)
}

/// A formatter that breaks lines outside lists and between a list's items.
#[derive(Default)]
struct Lines {
    objects: usize,
    lists: usize,
}

impl Lines {
    fn new_line<W: ?Sized + Write>(&self, out: &mut W) -> std::io::Result<()> {
        write!(out, "\n{:width$}", "", width = self.objects + self.lists)
    }

    fn separate<W: ?Sized + Write>(
        &self,
        out: &mut W,
        first: bool,
        most_lists: usize,
    ) -> std::io::Result<()> {
        if !first {
            out.write_all(b",")?;
        }
        if self.lists <= most_lists {
            self.new_line(out)?;
        }
        Ok(())
    }
}

impl serde_json::ser::Formatter for Lines {
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> std::io::Result<()> {
        self.lists += 1;
        out.write_all(b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> std::io::Result<()> {
        self.lists -= 1;
        out.write_all(b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        first: bool,
    ) -> std::io::Result<()> {
        self.separate(out, first, 1)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> std::io::Result<()> {
        self.objects += 1;
        out.write_all(b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> std::io::Result<()> {
        self.objects -= 1;
        if self.lists == 0 {
            self.new_line(out)?;
        }
        out.write_all(b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        first: bool,
    ) -> std::io::Result<()> {
        self.separate(out, first, 0)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> std::io::Result<()> {
        out.write_all(b": ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_takes_a_line_an_item() {
        let json = serde_json::json!({"data": [{"points": [[0, 1], [1, 2]]}], "n": 1});
        let text = "{\n \"data\": [\n  {\"points\": [[0,1],[1,2]]}],\n \"n\": 1\n}\n";
        assert_eq!(readable(&json).unwrap(), text);
    }
}
