//! Source text as the rules read it: comments blanked, tests blanked, lines kept.

/// One source file.
pub struct Code {
    /// Relative to the repository, with slashes.
    pub path: String,
    /// Without comments and tests; strings are kept.
    pub code: String,
    /// Without comments, tests and what strings hold.
    pub bare: String,
}

impl Code {
    pub fn new(path: &str, text: &str) -> Self {
        let (mut code, mut bare) = blanked(text);
        if is_test(path) {
            (code, bare) = (String::new(), String::new());
        }
        for (start, end) in test_modules(&bare) {
            code = without(&code, start, end);
            bare = without(&bare, start, end);
        }
        Self { path: path.to_owned(), code, bare }
    }

    /// The places where `word` stands in the code as a word of its own, as line numbers.
    pub fn lines_with(&self, word: &str) -> Vec<usize> {
        words_at(&self.bare, word).into_iter().map(|at| line_of(&self.bare, at)).collect()
    }
}

/// Whether the file holds nothing but tests.
fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/")
}

/// Byte offsets of `word` in `text`, where no longer identifier goes on at either end.
pub fn words_at(text: &str, word: &str) -> Vec<usize> {
    let goes_on = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word)
        .filter(|(at, _)| {
            let before = text[..*at].chars().next_back();
            let after = text[at + word.len()..].chars().next();
            let begins = word.starts_with(goes_on);
            let ends = word.ends_with(goes_on);
            !(begins && before.is_some_and(goes_on) || ends && after.is_some_and(goes_on))
        })
        .map(|(at, _)| at)
        .collect()
}

/// The number of the line at a byte offset, from 1.
pub fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// The offset just behind the bracket that closes the one at `open`.
pub fn closing(bare: &str, open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, c) in bare[open..].char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => return open + at + 1,
            '}' => depth -= 1,
            _ => {}
        }
    }
    bare.len()
}

/// Where `#[cfg(test)]` modules with a body are.
fn test_modules(bare: &str) -> Vec<(usize, usize)> {
    bare.match_indices("#[cfg(test)]")
        .filter_map(|(at, _)| {
            let open = at + bare[at..].find(['{', ';'])?;
            bare[open..].starts_with('{').then(|| (at, closing(bare, open)))
        })
        .collect()
}

fn without(text: &str, start: usize, end: usize) -> String {
    let blank = spaces(&text[start..end]);
    format!("{}{blank}{}", &text[..start], &text[end..])
}

/// As many bytes, none of them telling, and the same lines.
fn spaces(text: &str) -> String {
    text.bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }).collect()
}

/// The text without comments, and the same without what strings hold.
fn blanked(text: &str) -> (String, String) {
    let (mut code, mut bare) = (String::new(), String::new());
    let mut rest = text;
    while !rest.is_empty() {
        let (kind, length) = token(rest);
        let (piece, after) = rest.split_at(length);
        code.push_str(&if kind == Kind::Comment { spaces(piece) } else { piece.to_owned() });
        bare.push_str(&if kind == Kind::Other { piece.to_owned() } else { spaces(piece) });
        rest = after;
    }
    (code, bare)
}

#[derive(PartialEq)]
enum Kind {
    Comment,
    Text,
    Other,
}

/// What `rest` begins with, and how many bytes long it is.
fn token(rest: &str) -> (Kind, usize) {
    let until = |end: &str| rest.find(end).map_or(rest.len(), |at| at + end.len());
    let first = rest.chars().next().map_or(1, char::len_utf8);
    if rest.starts_with("//") {
        return (Kind::Comment, rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return (Kind::Comment, until("*/"));
    }
    if let Some(length) = raw_string(rest) {
        return (Kind::Text, length);
    }
    if rest.starts_with('"') {
        return (Kind::Text, string(rest));
    }
    if let Some(length) = character(rest) {
        return (Kind::Text, length);
    }
    // An identifier whole, so that its last letter is not taken for the r of a raw string.
    let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    (Kind::Other, word.max(first))
}

fn raw_string(rest: &str) -> Option<usize> {
    let hashes = rest.strip_prefix('r')?.bytes().take_while(|b| *b == b'#').count();
    let open = 1 + hashes;
    rest[open..].starts_with('"').then(|| {
        let end = format!("\"{}", "#".repeat(hashes));
        rest[open + 1..].find(&end).map_or(rest.len(), |at| open + 1 + at + end.len())
    })
}

fn string(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// A character literal, told from a lifetime by its closing quote.
fn character(rest: &str) -> Option<usize> {
    let inner = rest.strip_prefix('\'')?;
    if inner.starts_with('\\') {
        return inner[2..].find('\'').map(|at| at + 4);
    }
    let c = inner.chars().next()?;
    inner[c.len_utf8()..].starts_with('\'').then(|| c.len_utf8() + 2)
}

#[test]
fn comments_strings_and_tests_are_told_from_code() {
    let text = "a(); // sqlx\nlet q = \"sqlx \\\" {\"; let c = '{'; fn f<'a>() {}\n/* sqlx */ r#\"sqlx\"#;\n\
        #[cfg(test)]\nmod tests { fn t() { sqlx::query(); } }\nsqlx();";
    let code = Code::new("src/x.rs", text);
    assert_eq!(code.lines_with("sqlx"), [6], "{}", code.bare);
    assert!(code.code.contains("\"sqlx \\\" {\""), "{}", code.code);
    assert_eq!(code.code.len(), text.len());
}
