//! The header `Forwarded` (RFC 7239), in which a proxy may name the client's address.

/// The values of `for` in one line, the rightmost first. `None` for an element without one. A line that breaks the
/// grammar of quotes is one such element: nothing in it can be told apart.
pub(super) fn nodes(line: &[u8]) -> Vec<Option<String>> {
    let text = String::from_utf8_lossy(line);
    match split(&text, ',') {
        Some(elements) => elements.into_iter().rev().map(node).collect(),
        None => vec![None],
    }
}

/// The value of the one `for` of an element, without its quotes.
fn node(element: &str) -> Option<String> {
    let pairs = split(element, ';')?;
    let mut named = pairs.into_iter().filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        // The grammar allows no space around `=`.
        name.trim_start().eq_ignore_ascii_case("for").then_some(value)
    });
    let value = named.next().filter(|_| named.next().is_none())?;
    unquoted(value.trim_end())
}

/// The parts between separators that stand outside of quotes; `None` if a quote does not end.
fn split(text: &str, separator: char) -> Option<Vec<&str>> {
    let (mut parts, mut begin, mut quoted, mut escaped) = (Vec::new(), 0, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            c if c == separator && !quoted => {
                parts.push(&text[begin..at]);
                begin = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[begin..]);
    (!quoted).then_some(parts)
}

/// A token as it is, or the content of a quoted string. `None` if quotes stand elsewhere.
fn unquoted(value: &str) -> Option<String> {
    let Some(inner) = value.strip_prefix('"') else {
        return (!value.contains('"')).then(|| value.to_owned());
    };
    let inner = inner.strip_suffix('"')?;
    let (mut content, mut escaped) = (String::new(), false);
    for c in inner.chars() {
        match c {
            _ if escaped => {
                content.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => return None,
            _ => content.push(c),
        }
    }
    (!escaped).then_some(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nodes_of_a_line_are_read_from_the_right() {
        let cases: [(&str, &[Option<&str>]); 16] = [
            ("for=192.0.2.43", &[Some("192.0.2.43")]),
            ("For=\"[2001:db8:cafe::17]:4711\"", &[Some("[2001:db8:cafe::17]:4711")]),
            ("for=192.0.2.60;proto=http;by=203.0.113.43", &[Some("192.0.2.60")]),
            ("proto=https; for=192.0.2.60", &[Some("192.0.2.60")]),
            ("for=192.0.2.43, for=198.51.100.17", &[Some("198.51.100.17"), Some("192.0.2.43")]),
            ("for=192.0.2.43,for=\"198.51.100.17:80\"", &[Some("198.51.100.17:80"), Some("192.0.2.43")]),
            ("for=\"_gazonk\", for=unknown", &[Some("unknown"), Some("_gazonk")]),
            // A comma, a semicolon and a quote inside a quoted string belong to it.
            ("for=\"a,b;c\\\"d\", for=192.0.2.1", &[Some("192.0.2.1"), Some("a,b;c\"d")]),
            ("host=\"x,for=192.0.2.9\";for=192.0.2.1", &[Some("192.0.2.1")]),
            ("proto=https", &[None]),
            ("", &[None]),
            ("for=192.0.2.1;for=192.0.2.2", &[None]),
            ("for=\"192.0.2.1", &[None]),
            ("for=192.0.2.1\"", &[None]),
            ("for=\"192.0.2.1\"x", &[None]),
            ("for = 192.0.2.1", &[None]),
        ];
        for (line, expected) in cases {
            let read = nodes(line.as_bytes());
            assert_eq!(read.iter().map(Option::as_deref).collect::<Vec<_>>(), expected, "{line}");
        }
    }
}
