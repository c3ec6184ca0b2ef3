//! Holes: `{{placeholders}}` in prepared words. While one is left, nothing is sent.

/// Longest name of a placeholder, bytes; longer braces are just braces.
const NAME_BYTES_MAX: usize = 80;

/// Names of the placeholders in a text, in order, each once.
pub fn find(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (_, _, name) in holes(text) {
        if !found.iter().any(|known| known == name) {
            found.push(name.to_owned());
        }
    }
    found
}

/// The text with those placeholders filled in that `value` knows.
pub fn fill(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (start, end, name) in holes(text) {
        out.push_str(&text[from..start]);
        match value(name) {
            Some(value) => out.push_str(&value),
            None => out.push_str(&text[start..end]),
        }
        from = end;
    }
    out.push_str(&text[from..]);
    out
}

fn holes(text: &str) -> impl Iterator<Item = (usize, usize, &str)> {
    text.match_indices("{{").filter_map(|(start, open)| {
        let inner = &text[start + open.len()..];
        let len = inner.find("}}")?;
        let fits = len <= NAME_BYTES_MAX && !inner[..len].contains(['{', '\n']);
        let name = inner[..len].trim();
        let fits = fits && !name.is_empty();
        fits.then_some((start, start + open.len() + len + 2, name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_filled_in_and_the_rest_stays_a_hole() {
        let text = "{{requester.name}}, up by {{recovery time}}. {{recovery time}}!";
        let filled = fill(text, |name| (name == "requester.name").then(|| "王伟".into()));
        assert_eq!(filled, "王伟, up by {{recovery time}}. {{recovery time}}!");
        assert_eq!(find(&filled), ["recovery time"]);
    }

    #[test]
    fn braces_in_code_are_not_holes() {
        for text in ["{{}}", "{{ }", "a {{\nb }}", "{\"a\": {\"b\": 1}}"] {
            assert!(find(text).is_empty(), "{text}");
        }
    }
}
