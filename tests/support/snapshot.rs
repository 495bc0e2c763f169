//! Inline snapshots for tests that compare one text in a loop, or once on each database.

/// Compares a text with an inline snapshot. A place that a test reaches several times has one snapshot for all of them.
/// In braces: patterns of what is random, and the name that the snapshot has instead.
macro_rules! snapshot {
    ($text:expr, @$snapshot:literal) => {{
        let text = $text;
        insta::allow_duplicates! { insta::assert_snapshot!(text, stringify!($text), @$snapshot) }
    }};
    ($text:expr, { $($pattern:expr => $name:literal),+ }, @$snapshot:literal) => {{
        let text = $text;
        insta::with_settings!({ filters => [$((&*$pattern, $name)),+] }, {
            insta::allow_duplicates! { insta::assert_snapshot!(text, stringify!($text), @$snapshot) }
        });
    }};
}
