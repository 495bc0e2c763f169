//! What a page says about the form that led to it; and the page `docs/MISHAPS.md`, which the test prints.

use std::{collections::BTreeMap, fmt::Write, fs, path::Path};

use signet::{domain::paths, testing::Page};

use super::{
    Mishap, Outcomes,
    rules::{Done, again, done},
};
use crate::printed;

/// The notices, the refusals and the errors of the page; its heading and its first words if there are none.
pub fn words(page: &Page) -> String {
    if page.headers.contains_key("content-disposition") {
        return "(the file)".to_owned();
    }
    assert!(page.status.as_u16() < 500, "{}", page.body);
    let body = page.body.split("<template").next().unwrap();
    let main = body.split("<main").nth(1).unwrap_or(body);
    let parts = [("class=\"notice ", "</p>"), ("class=\"form-problem\"", "</div>"), ("class=\"field-error\"", "</p>")];
    let mut said: Vec<String> = parts.iter().flat_map(|(begin, end)| texts(main, begin, end)).collect();
    if said.is_empty() {
        let heading = texts(main, "<h1", "</h1>").map(|heading| format!("{heading}:"));
        said = heading.chain(texts(main, "<p>", "</p>").take(3)).collect();
    }
    said.join(" ")
}

/// The texts of the elements that begin and end so, without empty ones.
fn texts<'a>(html: &'a str, begin: &'a str, end: &'a str) -> impl Iterator<Item = String> + 'a {
    let inner = html.split(begin).skip(1).filter_map(move |rest| {
        let inside = if begin.ends_with('>') { rest } else { rest.split_once('>')?.1 };
        inside.split(end).next()
    });
    inner.map(text).filter(|words| !words.is_empty())
}

/// The text of a piece of HTML.
fn text(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        rest = tag.split_once('>').map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    let text = text.replace("&amp;", "&").replace("&#39;", "'").replace("&#x27;", "'").replace("&quot;", "\"");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The line above the printed part; the text before it is written by hand.
const BELOW: &str = "<!-- What follows is printed by tests/it/mishaps. -->\n";
const RENEW: &str = "docs/MISHAPS.md is not what the program does; renew it and look at what has changed:\n\
     SIGNET_WRITE_DOCS=1 cargo test --features ssr,failpoints,testing --test it mishaps";

/// Compares `docs/MISHAPS.md` with the outcomes of every form.
pub fn must_be_as_printed(all: &BTreeMap<&str, Outcomes>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/MISHAPS.md");
    let page = fs::read_to_string(&path).unwrap();
    let (by_hand, printed) = page.split_once(BELOW).expect("the line above what is printed");
    let fresh = printed_page(all);
    if printed::is_to_be_written() {
        fs::write(&path, format!("{by_hand}{BELOW}{fresh}")).unwrap();
        return;
    }
    let same = printed.lines().zip(fresh.lines()).find(|(old, new)| old != new);
    assert!(printed == fresh, "{RENEW}\nthe first difference: {same:?}");
}

fn printed_page(all: &BTreeMap<&str, Outcomes>) -> String {
    let mut page = String::from("\n## The table\n\n| form");
    for mishap in Mishap::ALL.iter().skip(1) {
        write!(page, " | {}", title(*mishap)).unwrap();
    }
    page.push_str(" |\n|---|---|---|---|---|---|\n");
    for (form, outcomes) in all {
        let cells = Mishap::ALL.iter().skip(1).map(|mishap| cell(form, outcomes, *mishap));
        writeln!(page, "| [`{form}`](#{}) | {} |", anchor(form), cells.collect::<Vec<_>>().join(" | ")).unwrap();
    }
    page.push_str("\n## What people read\n");
    for (form, outcomes) in all {
        print_form(&mut page, form, outcomes);
    }
    page
}

/// The anchor that a heading in code gets.
fn anchor(form: &str) -> String {
    form.chars().filter(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-')).collect()
}

const fn title(mishap: Mishap) -> &'static str {
    match mishap {
        Mishap::None => "no mishap",
        Mishap::AnswerLost => "answer lost, sent again",
        Mishap::SentAgain => "back, or a second tab: sent again",
        Mishap::PressedTwice => "pressed twice",
        Mishap::SignedInAgain => "signed in again in a second tab",
        Mishap::OtherAccount => "another account signed in",
    }
}

/// What comes of two presses depends on which is faster, so the table says for these only what holds of all.
fn cell(form: &str, outcomes: &Outcomes, mishap: Mishap) -> &'static str {
    match done(outcomes, mishap) {
        _ if mishap == Mishap::PressedTwice => {
            if again(form).is_some() {
                "once or again"
            } else {
                "once"
            }
        }
        Done::NotAtAll if mishap == Mishap::OtherAccount => "refused",
        Done::NotAtAll => "not done",
        Done::Once => "once",
        Done::Again => "again",
    }
}

fn print_form(page: &mut String, form: &str, outcomes: &Outcomes) {
    write!(page, "\n### `{form}`\n\n").unwrap();
    if let Some(why) = again(form) {
        write!(page, "Sent again, it does it again: {why}.\n\n").unwrap();
    }
    for (mishap, outcome) in outcomes.iter().filter(|(mishap, _)| **mishap != Mishap::PressedTwice) {
        let says = outcome.says.replace("user1@example.com", "ada@example.com").replace("u•••@", "a•••@");
        writeln!(page, "- {}: “{says}”", title(*mishap)).unwrap();
    }
    if form == paths::EXPORT_DOWNLOAD {
        page.push_str("- pressed twice: also “You're already downloading it. Try again in half a minute.”\n");
    }
}
