//! Bodies of generated tickets: real text from a folder, or words put together from our own.
//!
//! The folder is read when it is asked for and never becomes part of anything of ours. Known are
//! banking77 (questions of bank customers), tldr_ops (short operations sentences), ntrex_lid (news
//! sentences in many languages) and k8s_docs_parallel (documentation pages).

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

/// Texts at most, so that memory is bounded.
const TEXTS_MAX: usize = 60_000;
/// Longest text taken from a page, characters.
const PAGE_CHARS_MAX: usize = 1_500;

/// Texts with their languages.
#[derive(Debug)]
pub(super) struct Bodies {
    texts: Vec<(String, String)>,
}

/// A command's page: what it does, in several languages.
#[derive(Deserialize)]
struct CommandLine {
    lang: BTreeMap<String, CommandText>,
}

#[derive(Deserialize)]
struct CommandText {
    #[serde(default)]
    desc: String,
    #[serde(default)]
    items: Vec<String>,
}

/// A page of documentation, in several languages.
#[derive(Deserialize)]
struct PageLine {
    lang: BTreeMap<String, Page>,
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    sections: Vec<Section>,
}

#[derive(Deserialize)]
struct Section {
    #[serde(default)]
    text: String,
}

impl Bodies {
    /// Of a folder, or our own.
    pub(super) fn read(folder: Option<&Path>) -> Result<Self> {
        let Some(folder) = folder else {
            return Ok(Self { texts: own() });
        };
        let mut texts = Vec::new();
        banking(&folder.join("banking77_nlupp/banking77_train.csv"), &mut texts)?;
        sentences(&folder.join("ntrex_lid"), &mut texts)?;
        commands(&folder.join("tldr_ops/tldr.jsonl"), &mut texts)?;
        pages(&folder.join("k8s_docs_parallel/pages.jsonl"), &mut texts)?;
        ensure!(!texts.is_empty(), "no known texts under {}", folder.display());
        Ok(Self { texts })
    }

    /// A text for a number: language and words; another number, other words.
    pub(super) fn text(&self, number: u64) -> (String, String) {
        let of = u64::try_from(self.texts.len()).unwrap_or(1).max(1);
        let place = usize::try_from(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) % of);
        let (language, text) = &self.texts[place.unwrap_or_default()];
        (language.clone(), format!("{text}\n\nRef. {number:x}"))
    }
}

fn banking(path: &Path, texts: &mut Vec<(String, String)>) -> Result<()> {
    let Ok(all) = std::fs::read_to_string(path) else {
        return Ok(());
    };
    for line in all.lines().skip(1) {
        // text,category: the category has no comma.
        let text = line.rsplit_once(',').map_or(line, |(text, _)| text).trim_matches('"');
        texts.push(("en".into(), text.replace("\"\"", "\"")));
    }
    Ok(())
}

fn sentences(folder: &Path, texts: &mut Vec<(String, String)>) -> Result<()> {
    const TAGS: [(&str, &str); 16] = [
        ("arb", "ar"),
        ("deu", "de"),
        ("eng", "en"),
        ("fra", "fr"),
        ("hin", "hi"),
        ("ind", "id"),
        ("ita", "it"),
        ("jpn", "ja"),
        ("kor", "ko"),
        ("por-BR", "pt-BR"),
        ("rus", "ru"),
        ("spa", "es"),
        ("tha", "th"),
        ("vie", "vi"),
        ("zho-CN", "zh-Hans"),
        ("zho-TW", "zh-Hant"),
    ];
    for (name, tag) in TAGS {
        let path = folder.join(format!("{name}.txt"));
        let Ok(all) = std::fs::read_to_string(path) else {
            continue;
        };
        let lines: Vec<&str> = all.lines().filter(|line| !line.trim().is_empty()).collect();
        texts.extend(lines.chunks(3).map(|lines| (tag.into(), lines.join(" "))));
    }
    Ok(())
}

fn commands(path: &Path, texts: &mut Vec<(String, String)>) -> Result<()> {
    for line in lines::<CommandLine>(path)? {
        for (language, CommandText { desc, items }) in line.lang {
            let words = std::iter::once(desc).chain(items).collect::<Vec<_>>().join("\n");
            add(&language, &words, texts);
        }
    }
    Ok(())
}

fn pages(path: &Path, texts: &mut Vec<(String, String)>) -> Result<()> {
    for line in lines::<PageLine>(path)? {
        for (language, page) in line.lang {
            for section in page.sections {
                add(&language, &section.text, texts);
            }
        }
    }
    Ok(())
}

fn add(language: &str, words: &str, texts: &mut Vec<(String, String)>) {
    let words: String = words.trim().chars().take(PAGE_CHARS_MAX).collect();
    let tag = match language {
        "zh" | "zh_CN" => "zh-Hans".to_owned(),
        "zh_TW" => "zh-Hant".to_owned(),
        other => other.replace('_', "-"),
    };
    if !words.is_empty() && texts.len() < TEXTS_MAX {
        texts.push((tag, words));
    }
}

/// The lines of a file that may be missing.
fn lines<T: serde::de::DeserializeOwned>(path: &Path) -> Result<Vec<T>> {
    let Ok(all) = std::fs::read_to_string(path) else {
        return Ok(Vec::new());
    };
    let read = |(n, line): (usize, &str)| {
        let place = || format!("{} line {}", path.display(), n + 1);
        serde_json::from_str(line).with_context(place)
    };
    all.lines().enumerate().map(read).collect()
}

/// Each of these with each of those, in each language.
fn own() -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for (language, first, second) in SAID {
        for begin in first {
            for end in second {
                texts.push((language.into(), format!("{begin} {end}")));
            }
        }
    }
    texts
}

/// A language, what is wrong, what they say besides.
type Said = (&'static str, [&'static str; 4], [&'static str; 4]);

const SAID: [Said; 4] = [
    (
        "en",
        [
            "Since the change of last night the instance answers only every third request.",
            "The nightly export stopped halfway and left a lock behind.",
            "Our monitoring reports packet loss between two zones of the same region.",
            "The certificate was renewed, and yet clients still see the old one.",
        ],
        [
            "Nothing was deployed on our side, and a restart made no difference.",
            "We need it before the settlement run; please tell us what you can see.",
            "The log of the last hour is attached to our console, access is granted.",
            "A colleague saw the same in spring; it went away by itself then.",
        ],
    ),
    (
        "zh-Hans",
        [
            "昨晚变更之后，实例每三次请求只有一次能正常响应。",
            "夜间导出任务执行到一半停止，并留下了一个未释放的锁。",
            "监控显示同一地域的两个可用区之间存在丢包。",
            "证书已经更新，但是客户端看到的仍然是旧证书。",
        ],
        [
            "我们这边没有任何发布，重启之后也没有改善。",
            "需要在结算批处理之前恢复，请告知你们能看到的情况。",
            "最近一小时的日志已经放在控制台，权限已开通。",
            "春季的时候同事遇到过同样的现象，当时自行恢复了。",
        ],
    ),
    (
        "es",
        [
            "Desde el cambio de anoche la instancia responde solo a una de cada tres peticiones.",
            "La exportación nocturna se detuvo a la mitad y dejó un bloqueo.",
            "La monitorización muestra pérdida de paquetes entre dos zonas de la misma región.",
            "El certificado se renovó y aun así los clientes ven el anterior.",
        ],
        [
            "De nuestro lado no se desplegó nada, y reiniciar no cambió nada.",
            "Lo necesitamos antes de la liquidación; díganos qué pueden ver.",
            "El registro de la última hora está en la consola, con acceso concedido.",
            "Un compañero vio lo mismo en primavera; entonces desapareció solo.",
        ],
    ),
    (
        "de",
        [
            "Seit der Änderung heute Nacht antwortet die Instanz nur auf jede dritte Anfrage.",
            "Der nächtliche Export blieb auf halbem Weg stehen und hinterließ eine Sperre.",
            "Unsere Überwachung meldet Paketverlust zwischen zwei Zonen derselben Region.",
            "Das Zertifikat wurde erneuert, und doch sehen Clients noch das alte.",
        ],
        [
            "Bei uns wurde nichts ausgerollt, ein Neustart hat nichts geändert.",
            "Wir brauchen es vor dem Abrechnungslauf; bitte sagen Sie, was Sie sehen.",
            "Das Protokoll der letzten Stunde liegt in der Konsole, Zugriff ist erteilt.",
            "Ein Kollege sah dasselbe im Frühjahr; damals verschwand es von allein.",
        ],
    ),
];
