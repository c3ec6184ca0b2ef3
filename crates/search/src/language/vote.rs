//! The two borrowed detectors, asked only among languages that are possible in the script at hand.
//! One is exact but knows neither Indonesian nor Polish; the other knows them, less exactly.

use std::sync::LazyLock;

use whatlang::{Detector, Lang as Trigrams};
use whichlang::{Lang as Letters, detect_language};

/// By letter groups; of the Latin-script languages, `None` if it takes the text for another.
pub(super) fn by_letters(prose: &str) -> Option<&'static str> {
    Some(match detect_language(prose) {
        Letters::Eng => "en",
        Letters::Deu => "de",
        Letters::Fra => "fr",
        Letters::Spa => "es",
        Letters::Por => "pt",
        Letters::Ita => "it",
        Letters::Nld => "nl",
        Letters::Swe => "sv",
        Letters::Tur => "tr",
        Letters::Vie => "vi",
        Letters::Ara | Letters::Cmn | Letters::Hin | Letters::Jpn | Letters::Kor | Letters::Rus => {
            return None;
        }
    })
}

/// By trigrams, of the Latin-script languages.
pub(super) fn latin_by_trigrams(prose: &str) -> Option<&'static str> {
    ask(&LATIN, prose)
}

/// By trigrams, of those written in Arabic letters.
pub(super) fn arabic_by_trigrams(prose: &str) -> Option<&'static str> {
    ask(&ARABIC, prose)
}

struct Among {
    languages: &'static [(Trigrams, &'static str)],
    detector: Detector,
}

fn among(languages: &'static [(Trigrams, &'static str)]) -> Among {
    let known = languages.iter().map(|(language, _)| *language).collect();
    Among { languages, detector: Detector::with_allowlist(known) }
}

fn ask(among: &Among, prose: &str) -> Option<&'static str> {
    let found = among.detector.detect_lang(prose)?;
    among.languages.iter().find(|(language, _)| *language == found).map(|(_, tag)| *tag)
}

static LATIN: LazyLock<Among> = LazyLock::new(|| {
    among(&[
        (Trigrams::Eng, "en"),
        (Trigrams::Deu, "de"),
        (Trigrams::Fra, "fr"),
        (Trigrams::Spa, "es"),
        (Trigrams::Por, "pt"),
        (Trigrams::Ita, "it"),
        (Trigrams::Nld, "nl"),
        (Trigrams::Pol, "pl"),
        (Trigrams::Swe, "sv"),
        (Trigrams::Tur, "tr"),
        (Trigrams::Vie, "vi"),
        (Trigrams::Ind, "id"),
    ])
});

static ARABIC: LazyLock<Among> =
    LazyLock::new(|| among(&[(Trigrams::Ara, "ar"), (Trigrams::Pes, "fa"), (Trigrams::Urd, "ur")]));
