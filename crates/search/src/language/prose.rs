//! What of a message was written by a person in a language: not its code, logs, commands,
//! addresses, ids and quoted lines. Those look English in every language.

/// Enough to tell a language; a pasted log behind it changes nothing.
const MAX_PROSE_CHARS: usize = 2_000;

/// What is read at most, so that a message of mostly log costs little.
const MAX_READ_BYTES: usize = 32 * 1024;

/// A line with a greater share of these among its visible characters is not prose.
const CODE_MARKS: &str = "{}()[]<>;=|&$\\/_#@*+~^%\"";
const MAX_CODE_SHARE_PERCENT: usize = 20;

const COMMANDS: [&str; 16] = [
    "sudo",
    "kubectl",
    "curl",
    "ssh",
    "docker",
    "git",
    "systemctl",
    "journalctl",
    "ping",
    "traceroute",
    "openssl",
    "select",
    "aws",
    "helm",
    "iptables",
    "nslookup",
];

/// The words of a message, separated by single spaces and line ends; may be empty.
pub(super) fn prose(text: &str) -> String {
    let text = &text[..text.floor_char_boundary(MAX_READ_BYTES)];
    let strict = words(text, |line| is_code(line) || is_dense(line));
    // A sentence that ends in a command is dense as well; if that is all there is, it must do.
    if strict.trim().is_empty() { words(text, is_code) } else { strict }
}

fn words(text: &str, is_left_out: impl Fn(&str) -> bool) -> String {
    let mut out = String::new();
    let mut chars = 0;
    let mut fenced = false;
    for line in text.lines() {
        let trimmed = line.trim_start();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            fenced = !fenced;
            continue;
        }
        if fenced || trimmed.starts_with('>') || is_left_out(line) {
            continue;
        }
        for word in without_code_spans(trimmed).split_whitespace().filter(|word| is_word(word)) {
            chars += word.chars().count() + 1;
            if chars > MAX_PROSE_CHARS && !out.is_empty() {
                return out;
            }
            out.push_str(word);
            out.push(' ');
        }
        out.push('\n');
    }
    out
}

/// Text between pairs of backquotes is left out; a lone backquote is only a character.
fn without_code_spans(line: &str) -> String {
    let parts: Vec<&str> = line.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return parts.join(" ");
    }
    parts.into_iter().step_by(2).collect::<Vec<_>>().join(" ")
}

fn is_code(line: &str) -> bool {
    let trimmed = line.trim();
    let indented = line.starts_with("    ") || line.starts_with('\t');
    let prompt = trimmed.starts_with("$ ") || trimmed.starts_with("# ") && trimmed.is_ascii();
    let command = trimmed.split_whitespace().next().is_some_and(|first| {
        COMMANDS.contains(&first) && trimmed.is_ascii() && trimmed.len() > first.len()
    });
    indented && trimmed.is_ascii() || prompt || command || is_log(trimmed)
}

/// Begins with a time stamp: `2026-11-01T10:00`, `[ 12.345678]`, `Nov 21 10:00:00`.
fn is_log(line: &str) -> bool {
    let start: String = line.chars().take(24).collect();
    let digits = start.chars().filter(char::is_ascii_digit).count();
    let first = line.trim_start_matches('[').trim_start().chars().next();
    let stamped = first.is_some_and(|c| c.is_ascii_digit()) && digits >= 8;
    let syslog = digits >= 7 && start.matches(':').count() >= 2 && start.is_ascii();
    (stamped || syslog) && start.contains([':', '.'])
}

fn is_dense(line: &str) -> bool {
    let visible = line.chars().filter(|c| !c.is_whitespace()).count();
    let marks = line.chars().filter(|c| CODE_MARKS.contains(*c)).count();
    marks >= 3 && marks * 100 > visible * MAX_CODE_SHARE_PERCENT
}

/// Neither address, path, id, variable, flag nor name of a product in the middle of a sentence.
fn is_word(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    if !word.is_ascii() && bare.chars().any(|c| !c.is_ascii() && c.is_alphabetic()) {
        // A run of another script may have an id inside; its letters still tell the language.
        return !bare.starts_with("http");
    }
    let mut chars = bare.chars();
    let capitals_inside = chars.next().is_some()
        && chars.clone().any(|c| c.is_ascii_uppercase())
        && chars.any(|c| c.is_ascii_lowercase());
    let machine = |c: char| c.is_ascii_digit() || "_/\\@=:{}<>$|%#&+~".contains(c);
    let dotted = bare.contains('.') && !bare.contains(". ");
    let marked = word.starts_with(['-', '<', '{', '$', '/', '[']) || bare.contains(machine);
    !(bare.is_empty() || dotted || capitals_inside || marked)
}

#[cfg(test)]
mod tests {
    use super::prose;

    #[test]
    fn only_what_a_person_wrote_is_left() {
        let table = [
            ("Bitte `systemctl status` prüfen", "Bitte prüfen"),
            ("see https://x.example/a?b=c please", "see please"),
            ("error on i-bp1f4k9x and 10.0.0.1 again", "error on and again"),
            ("hello\n```\nfn main() {}\n```\nthere", "hello\nthere"),
            ("> quoted\nanswer", "answer"),
            ("2026-11-01T10:00:00Z ERROR pool exhausted\nhelp", "help"),
            ("Nov 21 10:00:00 host kernel: out of memory\nhelp", "help"),
            ("$ kubectl get pods\nkubectl get nodes\nno pods", "no pods"),
            ("if (a == b) { return x[0]; }\nwhy?", "why?"),
            ("InvalidAccessKeyId means what", "means what"),
            ("mail wang@bank.example now", "mail now"),
            ("实例i-bp1f4k9x蓝屏", "实例i-bp1f4k9x蓝屏"),
            ("", ""),
        ];
        for (text, wanted) in table {
            let left = prose(text);
            let lines: Vec<&str> =
                left.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
            assert_eq!(lines.join("\n"), wanted, "{text}");
        }
    }
}
