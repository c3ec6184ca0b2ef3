//! Words of strangers on their way to the window: Markdown, and markup that came as a document.
//!
//! What comes out is read by another parser than the one that cleaned it, token by token: a closed
//! list of elements with a closed list of attributes, and no address but where a link leads.

use holdfast_desk::html::{markup as markup_of, render};
use holdfast_domain::markup::words;
use html5gum::{Token, Tokenizer};

pub(super) const MARKDOWN_WORDS: &[&str] = &[
    "[x](javascript:alert(1))",
    "![x](https://evil.example)",
    "<script>",
    "</p>",
    "```",
    "|a|b|",
    "|-|-|",
    "- ",
    "1. ",
    "> ",
    "**",
    "~~",
    "<https://a.example>",
    "www.a.example",
    "\n\n",
    "&#x3c;",
    "&lt;",
    "<!--",
    "<![CDATA[",
    "[a]: javascript:x",
    "<a href=\"",
    "\\",
    "`",
    "# ",
    "\t",
];
pub(super) const MARKUP_WORDS: &[&str] = &[
    "<html>",
    "<script>",
    "</script>",
    "<style>",
    "<svg>",
    "<math>",
    "<mtext>",
    "<table>",
    "<img src=",
    "<a href=\"https://a.example\">",
    "</a>",
    "<a>",
    " onerror=alert(1) ",
    "javascript:",
    "data:",
    "<template>",
    "<noscript>",
    "<title>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<p style=\"",
    "&quot;",
    "<annotation-xml encoding=\"text/html\">",
    "<mglyph>",
    "<select>",
    "<plaintext>",
    "<xmp>",
    "<br/>",
    "<img src=\"data:image/png;base64,AAAA\">",
    "\u{0}",
    "<form><math><mtext></form><form>",
    "<iframe",
];

const IN_WORDS: &[&str] = &[
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
/// What could run, load, send, lead away or look like a part of the window.
const NEVER_IN_MARKUP: &[&str] = &[
    "a",
    "applet",
    "area",
    "audio",
    "base",
    "button",
    "canvas",
    "dialog",
    "embed",
    "fieldset",
    "form",
    "frame",
    "frameset",
    "head",
    "html",
    "body",
    "iframe",
    "image",
    "input",
    "label",
    "link",
    "map",
    "marquee",
    "math",
    "menu",
    "meta",
    "noscript",
    "object",
    "option",
    "param",
    "picture",
    "portal",
    "script",
    "select",
    "slot",
    "source",
    "style",
    "summary",
    "svg",
    "template",
    "textarea",
    "title",
    "track",
    "video",
    "xmp",
    "plaintext",
    "details",
    "meter",
    "progress",
    "output",
    "isindex",
];
const IN_MARKUP: &[&str] =
    &["dir", "lang", "src", "alt", "width", "height", "start", "colspan", "rowspan"];

pub(super) fn markdown(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for (element, attributes) in elements(&render(&text)) {
        assert!(IN_WORDS.contains(&element.as_str()), "<{element}> in words");
        for (name, value) in attributes {
            match (element.as_str(), name.as_str()) {
                ("a", "href") => assert!(leads_out(&value), "a link leads to {value:?}"),
                ("a", "rel") => assert_eq!(value, "noopener noreferrer nofollow"),
                (_, "dir") => assert!(["auto", "ltr"].contains(&value.as_str()), "{value:?}"),
                _ => panic!("{name}={value:?} at <{element}>"),
            }
        }
    }
}

pub(super) fn markup(bytes: &[u8]) {
    let text = format!("<html>{}", String::from_utf8_lossy(bytes));
    let told = words(&text);
    assert!(!told.contains("  ") && !told.contains('\n'), "one line: {told:?}");
    let markup = markup_of(&text).expect("it says that it is one");
    harmless(&markup.html);
    assert!(markup.links.iter().all(|link| leads_out(link)), "{:?}", markup.links);
    // Whoever parses what came out, with whatever corrections, finds nothing new in it.
    let again = markup_of(&format!("<html>{}", markup.html)).expect("markup again");
    harmless(&again.html);
    assert!(again.links.is_empty(), "a link came back: {:?}", again.links);
}

fn harmless(html: &str) {
    for (element, attributes) in elements(html) {
        let known = !NEVER_IN_MARKUP.contains(&element.as_str()) && !element.contains(':');
        assert!(known, "<{element}> in {html}");
        for (name, value) in attributes {
            assert!(IN_MARKUP.contains(&name.as_str()), "{name}={value:?} at <{element}>");
            if name == "src" {
                assert_eq!(element, "img");
                assert!(value.starts_with("data:image/"), "it would fetch {value:?}");
                assert!(!value.starts_with("data:image/svg"), "a drawing can do more than draw");
            }
        }
    }
}

fn leads_out(link: &str) -> bool {
    let scheme = link.split(':').next().unwrap_or_default().to_ascii_lowercase();
    ["http", "https", "mailto"].contains(&scheme.as_str())
}

type Element = (String, Vec<(String, String)>);

fn elements(html: &str) -> Vec<Element> {
    let words = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut found = Vec::new();
    for Ok(token) in Tokenizer::new(html) {
        match token {
            Token::StartTag(tag) => {
                let attributes = tag.attributes.iter();
                let attributes = attributes.map(|(name, value)| (words(name), words(value)));
                found.push((words(&tag.name), attributes.collect()));
            }
            Token::Comment(_) | Token::Doctype(_) => panic!("a comment or doctype in {html}"),
            Token::EndTag(_) | Token::String(_) | Token::Error(_) => {}
        }
    }
    found
}
