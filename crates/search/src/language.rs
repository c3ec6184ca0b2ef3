//! The language of a short text, offline and without a model to load.
//!
//! The script decides where it can; Simplified, Traditional and Japanese Han are told apart by the
//! characters only one of them writes; Latin scripts by two statistical judges (`whichlang` and
//! `whatlang`) joined with small words. Same text, same answer. The choice and its figures:
//! docs/decisions/0003-language-detection.md.
//!
//! Deliberately absent: several languages in one text (the one with most of it is named), and
//! Malay, which short texts do not tell from Indonesian.

mod latin;
mod prose;
mod script;
mod vote;
mod words;

/// Below this, [`detect`] prefers to say nothing.
const MIN_CONFIDENCE: f32 = 0.5;

/// A BCP 47 tag of a language that can be told, with the script where it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language(&'static str);

impl Language {
    /// Every language that can be told, in the order of their tags.
    pub const ALL: [Self; 36] = [
        Self("am"),
        Self("ar"),
        Self("bn"),
        Self("de"),
        Self("el"),
        Self("en"),
        Self("es"),
        Self("fa"),
        Self("fr"),
        Self("gu"),
        Self("he"),
        Self("hi"),
        Self("hy"),
        Self("id"),
        Self("it"),
        Self("ja"),
        Self("ka"),
        Self("km"),
        Self("ko"),
        Self("lo"),
        Self("my"),
        Self("nl"),
        Self("pl"),
        Self("pt-BR"),
        Self("pt-PT"),
        Self("ru"),
        Self("sv"),
        Self("ta"),
        Self("te"),
        Self("th"),
        Self("tr"),
        Self("uk"),
        Self("ur"),
        Self("vi"),
        Self("zh-Hans"),
        Self("zh-Hant"),
    ];

    /// The tag, in its canonical case.
    pub fn tag(self) -> &'static str {
        self.0
    }

    /// The language with this tag, in any case; `None` for one that cannot be told.
    pub fn parse(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.0.eq_ignore_ascii_case(tag))
    }

    /// Whether this is `range` or a kind of it: `zh-Hans` is within `zh`, in any case.
    pub fn is_within(self, range: &str) -> bool {
        let Some((head, rest)) = self.0.split_at_checked(range.len()) else {
            return false;
        };
        head.eq_ignore_ascii_case(range) && (rest.is_empty() || rest.starts_with('-'))
    }
}

/// A language, and how sure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Guess {
    /// The likeliest language.
    pub language: Language,
    /// From 0 to 1; comparable between texts, not a probability.
    pub confidence: f32,
}

/// The language of `text`, or `None` where it has no prose or too little to tell.
pub fn detect(text: &str) -> Option<Language> {
    guess(text).filter(|guess| guess.confidence >= MIN_CONFIDENCE).map(|guess| guess.language)
}

/// The likeliest language of `text`, however unsure; `None` if no letter of prose is in it.
pub fn guess(text: &str) -> Option<Guess> {
    let prose = prose::prose(text);
    let (tag, confidence) = match script::of(&prose)? {
        script::Found::Language(tag, confidence) => (tag, confidence),
        script::Found::Latin => latin::guess(&prose)?,
    };
    Language::parse(tag).map(|language| Guess { language, confidence })
}
