//! How long things may be, and that each Rust file says why it exists.
//!
//! Short files and functions are not the aim; things that can be read at a sitting are. Data in
//! strings may be longer when the line says so.

use super::rust::Rust;
use super::{File, Finding};

const LINE_COLUMNS: usize = 100;
const FUNCTION_LINES: usize = 70;
const FILE_LINES: usize = 600;
const COMPONENT_LINES: usize = 250;
const SHELL_LINES: usize = 800;

/// Lengths of one file.
pub fn check(file: &File, rust: Option<&Rust>) -> Vec<Finding> {
    match rust {
        Some(rust) => of_rust(rust),
        None if file.path.ends_with(".svelte") => of_component(file),
        None => Vec::new(),
    }
}

/// The shell is a window around the desk and stays one.
pub fn shell(files: &[File]) -> Vec<Finding> {
    let lines: usize = files
        .iter()
        .filter(|file| file.path.starts_with("src-tauri/") && file.path.ends_with(".rs"))
        .map(|file| file.text.lines().count())
        .sum();
    if lines <= SHELL_LINES {
        return Vec::new();
    }
    let what = format!("{lines} lines of Rust, at most {SHELL_LINES}: move what it knows to desk");
    vec![Finding::new("src-tauri/src/main.rs", 1, "file-length", what)]
}

fn of_rust(rust: &Rust) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !first_line(rust).is_some_and(|line| line.starts_with("//!")) {
        let what = "begin with `//!`: why it exists, what is deliberately absent";
        findings.push(Finding::new(rust.path, 1, "module-doc", what));
    }
    for (at, line) in rust.raw.iter().enumerate() {
        let columns = line.chars().count();
        if columns > LINE_COLUMNS {
            let what = format!("{columns} columns, at most {LINE_COLUMNS}");
            findings.push(Finding::new(rust.path, at + 1, "line-length", what));
        }
    }
    for function in &rust.functions {
        let lines = function.last - function.first + 1;
        if lines > FUNCTION_LINES {
            let what = format!("`{}` has {lines} lines, at most {FUNCTION_LINES}", function.name);
            findings.push(Finding::new(rust.path, function.first + 1, "function-length", what));
        }
    }
    let lines = rust.test.iter().filter(|test| !**test).count();
    if lines > FILE_LINES {
        let what = format!("{lines} lines without tests, at most {FILE_LINES}: split by noun");
        findings.push(Finding::new(rust.path, 1, "file-length", what));
    }
    findings
}

fn first_line<'a>(rust: &Rust<'a>) -> Option<&'a str> {
    rust.raw.iter().copied().find(|line| !line.trim().is_empty())
}

fn of_component(file: &File) -> Vec<Finding> {
    let lines = file.text.lines().count();
    if lines <= COMPONENT_LINES {
        return Vec::new();
    }
    let what = format!("{lines} lines, at most {COMPONENT_LINES}: split it");
    vec![Finding::new(&file.path, 1, "component-length", what)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(path: &str, text: &str) -> Vec<&'static str> {
        let file = File { path: path.to_owned(), text: text.to_owned() };
        let rust = path.ends_with(".rs").then(|| Rust::scan(&file));
        check(&file, rust.as_ref()).into_iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn a_module_that_does_not_say_why_it_exists_is_red() {
        assert_eq!(rules("a.rs", "use x;\n"), ["module-doc"]);
    }

    #[test]
    fn a_long_line_is_red_and_columns_are_characters() {
        let text = |count: usize| format!("//! Why.\n// {}\n", "字".repeat(count));
        assert_eq!(rules("a.rs", &text(97)), Vec::<&str>::new());
        assert_eq!(rules("a.rs", &text(98)), ["line-length"]);
    }

    #[test]
    fn a_long_function_is_red() {
        let text =
            |lines: usize| format!("//! Why.\nfn f() {{\n{}}}\n", "    g();\n".repeat(lines));
        assert_eq!(rules("a.rs", &text(68)), Vec::<&str>::new());
        assert_eq!(rules("a.rs", &text(69)), ["function-length"]);
    }

    #[test]
    fn a_long_file_is_red_but_its_tests_do_not_count() {
        let body = "const A: u8 = 1;\n".repeat(599);
        let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", "// a\n".repeat(50));
        assert_eq!(rules("a.rs", &format!("//! Why.\n{body}{tests}")), Vec::<&str>::new());
        assert_eq!(rules("a.rs", &format!("//! Why.\n{body}// one more\n")), ["file-length"]);
    }

    #[test]
    fn a_long_component_is_red() {
        assert_eq!(rules("ui/src/A.svelte", &"<p></p>\n".repeat(251)), ["component-length"]);
        assert_eq!(rules("ui/src/A.svelte", &"<p></p>\n".repeat(250)), Vec::<&str>::new());
    }

    #[test]
    fn a_shell_that_grows_is_red() {
        let file = |lines: usize| File {
            path: "src-tauri/src/main.rs".to_owned(),
            text: "x\n".repeat(lines),
        };
        assert!(shell(&[file(400), file(400)]).is_empty());
        assert_eq!(shell(&[file(400), file(401)]).len(), 1);
    }
}
