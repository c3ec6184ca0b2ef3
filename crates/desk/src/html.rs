//! HTML: what people wrote, made safe to show. Markdown for us and for customers alike.
//!
//! Raw HTML in a message is text, not markup; what comes out is cleaned again, so that neither
//! library alone is trusted. Nothing remote is ever referred to: images become their words, links
//! keep their target for the shell to show before it opens anything. Every paragraph finds its own
//! direction. What came as an HTML document is a [`markup`], and is shown in a frame of its own.

mod markup;

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

pub use markup::{Markup, markup};

/// Words that are rendered at all; the rest is cut with a mark.
const SHOWN_BYTES_MAX: usize = 256 * 1024;

/// Safe HTML of a message or note.
pub fn render(text: &str) -> String {
    let mut options = comrak::Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.autolink = true;
    options.render.escape = true;
    options.render.hardbreaks = true;
    CLEANER.clean(&comrak::markdown_to_html(shown(text), &options)).to_string()
}

/// What of a text is rendered.
fn shown(text: &str) -> &str {
    &text[..text.floor_char_boundary(SHOWN_BYTES_MAX)]
}

static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = ammonia::Builder::new();
    let tags = [
        "p",
        "br",
        "strong",
        "em",
        "del",
        "code",
        "pre",
        "blockquote",
        "ul",
        "ol",
        "li",
        "a",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    ];
    let turned = ["p", "li", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th"];
    cleaner
        .tags(HashSet::from(tags))
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"]))]))
        .generic_attributes(HashSet::new())
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        // What leads nowhere, as a link whose script was taken out, is not a link.
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"));
    for tag in turned {
        cleaner.set_tag_attribute_value(tag, "dir", "auto");
    }
    cleaner.set_tag_attribute_value("code", "dir", "ltr");
    cleaner
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_cannot_run_load_or_disguise_anything() {
        let attacks = [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "![tracker](https://evil.example/pixel.png)",
            "[click](javascript:alert(1))",
            "<a href=\"data:text/html;base64,xx\">x</a>",
            "<svg/onload=alert(1)>",
            "<style>*{display:none}</style>",
            "<iframe src=https://evil.example></iframe>",
        ];
        for attack in attacks {
            let html = render(attack);
            for forbidden in ["<script", "<img", "<svg", "<style", "<iframe", "\"javascript:"] {
                assert!(!html.contains(forbidden), "{attack} gave {html}");
            }
        }
    }

    #[test]
    fn a_link_that_leads_nowhere_is_no_link() {
        for dead in ["[click](javascript:alert(1))", "[click](data:text/html,x)", "[click](/here)"]
        {
            let html = render(dead);
            assert!(!html.contains("href"), "{dead} gave {html}");
        }
        assert!(render("[click](https://a.example)").contains("href=\"https://a.example\""));
    }

    #[test]
    fn every_paragraph_finds_its_own_direction() {
        let html = render("مرحبا i-bp1f4k9x\n\nHello");
        assert_eq!(html.matches("<p dir=\"auto\">").count(), 2);
    }

    #[test]
    fn lines_and_code_stay_as_they_were_written() {
        let html = render("one\ntwo\n\n```\nkubectl get <nodes>\n```");
        assert!(html.contains("one<br>"));
        assert!(html.contains("&lt;nodes&gt;"));
    }
}
