//! Markup: a customer's words that came as an HTML document, made safe to show in a frame of their
//! own.
//!
//! Channels that read mail hand over what there is; a mail without a plain part is markup, and
//! nobody can read its source. Its structure stays (paragraphs, lists, tables, pictures it brings
//! along), its looks and everything it would load, run, send or lead to go. Links become numbers:
//! where each of them truly leads stands in the list beside it ([`Markup::links`]), which the
//! window shows outside of the frame. docs/decisions/0010 says why a frame for this and for nothing
//! else.
//!
//! Deliberately absent: what counts as markup, and what of it stands in a list (the domain's
//! [`holdfast_domain::markup`]).

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use holdfast_domain::markup::document;

use super::shown;

/// Largest picture that markup may bring along, bytes of its address.
const PICTURE_BYTES_MAX: usize = 128 * 1024;
/// Most links that are listed; those beyond lead nowhere.
const LINKS_MAX: usize = 200;

/// Markup as it can be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Markup {
    /// Safe HTML. Each link in it is underlined and followed by its number in brackets.
    pub html: String,
    /// Where the links lead, in the order of their numbers, from 1.
    pub links: Vec<String>,
}

/// What a text is as markup; `None` if it is plain words.
pub fn markup(text: &str) -> Option<Markup> {
    document(text).map(|document| number_links(&CLEANER.clean(shown(document)).to_string()))
}

/// Puts numbers in place of links. What comes in was written by the cleaner: in attributes a quote
/// is always written as a reference, so that `<a href="` stands nowhere but at the start of a link.
fn number_links(clean: &str) -> Markup {
    let mut markup = Markup { html: String::with_capacity(clean.len()), links: Vec::new() };
    // Links do not nest.
    let mut open = None;
    let mut rest = clean;
    while let Some(at) = rest.find("<a").into_iter().chain(rest.find("</a>")).min() {
        markup.html.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.find('>').map_or(rest.len(), |end| end + 1);
        let tag = &rest[..end];
        rest = &rest[end..];
        if tag == "</a>" {
            markup.html.push_str(
                match open.take() {
                    Some(number) => format!("</u> [{number}]"),
                    None => String::new(),
                }
                .as_str(),
            );
        } else if let Some(url) = href(tag) {
            if markup.links.len() < LINKS_MAX {
                markup.links.push(url);
                markup.html.push_str("<u>");
                open = Some(markup.links.len());
            }
        } else if tag != "<a>" {
            // `<abbr>` and its like.
            markup.html.push_str(tag);
        }
    }
    markup.html.push_str(rest);
    markup
}

fn href(tag: &str) -> Option<String> {
    let url = tag.strip_prefix("<a href=\"")?.strip_suffix("\">")?;
    let plain = url.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">");
    Some(plain.replace("&nbsp;", "\u{a0}").replace("&amp;", "&"))
}

/// Pictures stay if the markup brought them along and they are of a kind that draws and does
/// nothing else; of others their words stay.
fn attribute<'v>(element: &str, attribute: &str, value: &'v str) -> Option<Cow<'v, str>> {
    const KINDS: [&str; 4] = ["png", "jpeg", "gif", "webp"];
    if (element, attribute) != ("img", "src") {
        return Some(value.into());
    }
    let kind = value.strip_prefix("data:image/")?;
    let fits = KINDS
        .iter()
        .any(|known| kind.strip_prefix(known).is_some_and(|rest| rest.starts_with(";base64,")));
    (fits && value.len() <= PICTURE_BYTES_MAX).then(|| value.into())
}

#[rustfmt::skip]
const TAGS: [&str; 62] = [
    "a", "abbr", "b", "bdi", "bdo", "blockquote", "br", "caption", "center", "cite", "code", "col",
    "colgroup", "dd", "del", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2",
    "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q",
    "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "table",
    "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var",
];
/// What stands in these is not for readers.
#[rustfmt::skip]
const SILENT: [&str; 17] = [
    "applet", "audio", "canvas", "embed", "frameset", "iframe", "math", "noembed", "noframes",
    "noscript", "object", "script", "style", "svg", "template", "title", "video",
];

static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let attributes = HashMap::from([
        ("a", HashSet::from(["href"])),
        ("img", HashSet::from(["src", "alt", "width", "height"])),
        ("ol", HashSet::from(["start"])),
        ("td", HashSet::from(["colspan", "rowspan"])),
        ("th", HashSet::from(["colspan", "rowspan"])),
    ]);
    let mut cleaner = ammonia::Builder::new();
    cleaner
        .tags(HashSet::from(TAGS))
        .clean_content_tags(HashSet::from(SILENT))
        .tag_attributes(attributes)
        .generic_attributes(HashSet::from(["dir", "lang"]))
        .url_schemes(HashSet::from(["http", "https", "mailto", "data"]))
        .url_relative(ammonia::UrlRelative::Deny)
        .attribute_filter(|element, name, value| match (element, name) {
            ("a", "href") => leads_out(value).then(|| value.into()),
            _ => attribute(element, name, value),
        })
        .link_rel(None);
    cleaner
});

fn leads_out(url: &str) -> bool {
    let scheme = url.split(':').next().unwrap_or_default().to_ascii_lowercase();
    ["http", "https", "mailto"].contains(&scheme.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &str) -> String {
        markup(text).expect("markup").html
    }

    #[test]
    fn structure_stays_and_looks_go() {
        let text = "<html><head><title>t</title><style>p{color:red}</style></head><body>\
            <p style='position:fixed' class=x id=y>Hello</p><table bgcolor=red><tr><td colspan=2>\
            a</table></body></html>";
        assert_eq!(
            html(text),
            "<p>Hello</p><table><tbody><tr><td colspan=\"2\">a</td></tr></tbody></table>"
        );
    }

    #[test]
    fn links_become_numbers_and_stand_beside_it_with_where_they_truly_lead() {
        let text = "<html><a href='https://evil.example/?a=1&amp;b=\"'>https://bank.example</a> \
            <a href='javascript:alert(1)'>press</a> <a name=x>here</a> <abbr>ECS</abbr> \
            <a href='mailto:a@b.example'>write</a>";
        let markup = markup(text).expect("markup");
        assert_eq!(
            markup.html,
            "<u>https://bank.example</u> [1] press here <abbr>ECS</abbr> <u>write</u> [2]"
        );
        assert_eq!(markup.links, ["https://evil.example/?a=1&b=\"", "mailto:a@b.example"]);
    }

    #[test]
    fn a_picture_that_would_be_fetched_is_its_words() {
        let text = "<html><img src='https://evil.example/p.png' alt='our plan' onerror=alert(1)>\
            <img src='cid:1'><img src='data:image/svg+xml;base64,PHN2Zz4=' alt=drawn>\
            <img src='data:image/png;base64,iVBORw0KGgo=' alt=dot>";
        assert_eq!(
            html(text),
            "<img alt=\"our plan\"><img><img alt=\"drawn\">\
             <img src=\"data:image/png;base64,iVBORw0KGgo=\" alt=\"dot\">"
        );
    }

    #[test]
    fn what_would_run_load_send_or_lead_away_is_gone() {
        let text = "<html><meta http-equiv=refresh content='0;url=https://evil.example'>\
            <base href='https://evil.example'><link rel=stylesheet href='https://evil.example'>\
            <form action='https://evil.example'><input name=q><button>go</button></form>\
            <svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>\
            <iframe srcdoc='<script>alert(1)</script>'></iframe><script>alert(1)</script>\
            <object data=x></object><math><mtext><table><mglyph><style><img src onerror=alert(1)>\
            </style></mglyph></table></mtext></math><p onclick=alert(1)>left</p>";
        let html = html(text);
        assert!(html.contains("left"), "{html}");
        for bad in ["evil", "alert", "form", "input", "button>", "svg", "iframe", "on", "meta"] {
            assert!(!html.replace("button", "").contains(bad), "`{bad}` in {html}");
        }
    }
}
