//! The frame of every letter, and the two forms of its words: plain text and HTML.
//!
//! Both forms are made from the same parts, so that they always say the same. The HTML contains no image, no style
//! sheet and nothing else to fetch, so that a sender cannot notice when the user reads the letter. Colours are the
//! mail program's own, light or dark; only the button has its own pair.

use core::fmt::Write as _;

use html_escape::{encode_double_quoted_attribute, encode_text};

use super::facts::{ComposeError, Facts};
use crate::copy::letters::{self, Words, frame};

/// A letter with its links, from which both forms are made.
pub(super) struct Layout {
    /// The subject line.
    pub(super) subject: String,
    parts: Vec<Part>,
}

enum Part {
    Paragraph(String),
    /// The letter's main link.
    Button {
        label: &'static str,
        url: String,
    },
    /// A sentence that ends in a colon, followed by a link.
    Link {
        sentence: &'static str,
        url: String,
    },
}

impl Layout {
    /// Adds the links to the words.
    pub(super) fn of(words: Words, facts: &Facts) -> Result<Self, ComposeError> {
        let parts = words.parts.into_iter().map(|part| Part::of(part, facts)).collect::<Result<_, _>>()?;
        Ok(Self { subject: words.subject, parts })
    }

    /// Every link, in reading order.
    pub(super) fn links(&self) -> Vec<String> {
        let url_of = |part: &Part| match part {
            Part::Paragraph(_) => None,
            Part::Button { url, .. } | Part::Link { url, .. } => Some(url.clone()),
        };
        self.parts.iter().filter_map(url_of).collect()
    }

    /// The plain text. Its last line names `host`.
    pub(super) fn text(&self, host: &str) -> String {
        let mut text = format!("{}\n\n", frame::greeting());
        for part in &self.parts {
            match part {
                Part::Paragraph(words) => text.push_str(words),
                Part::Button { label, url } => {
                    text.push_str(label);
                    text.push_str(":\n");
                    text.push_str(url);
                }
                Part::Link { sentence, url } => {
                    text.push_str(sentence);
                    text.push('\n');
                    text.push_str(url);
                }
            }
            text.push_str("\n\n");
        }
        text.push_str(&frame::last_line(host));
        text.push('\n');
        text
    }

    /// The HTML. Its last line names `host`.
    pub(super) fn html(&self, host: &str) -> String {
        let body: String = self.parts.iter().map(html_part).collect();
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n</head>\n\
             <body style=\"{BODY}\">\n<div style=\"{COLUMN}\">\n<p style=\"{PARAGRAPH}\">{greeting}</p>\n\
             {body}<p style=\"{FOOTER}\">{footer}</p>\n</div>\n</body>\n</html>\n",
            title = encode_text(&self.subject),
            greeting = encode_text(frame::greeting()),
            footer = encode_text(&frame::last_line(host)),
        )
    }
}

impl Part {
    fn of(part: letters::Part, facts: &Facts) -> Result<Self, ComposeError> {
        Ok(match part {
            letters::Part::Paragraph(words) => Self::Paragraph(words),
            letters::Part::Button(label) => Self::Button { label, url: facts.url()?.to_owned() },
            letters::Part::Page { sentence, path } => Self::Link { sentence, url: facts.page(path) },
        })
    }
}

const BODY: &str = "margin:0;padding:24px 16px;\
    font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif";
const COLUMN: &str = "max-width:36rem;margin:0 auto";
const PARAGRAPH: &str = "margin:0 0 16px";
// White on this blue-green has a contrast of 7.6 to 1, on a light and on a dark page.
const BUTTON: &str = "display:inline-block;padding:12px 20px;border-radius:6px;\
    background:#0b5d66;color:#ffffff;font-weight:600;text-decoration:none";
const URL: &str = "font-size:14px;word-break:break-all";
const FOOTER: &str = "margin:32px 0 0;font-size:14px";

fn html_part(part: &Part) -> String {
    let mut html = format!("<p style=\"{PARAGRAPH}\">");
    let url = match part {
        Part::Paragraph(words) => {
            html.push_str(&encode_text(words));
            None
        }
        Part::Button { label, url } => {
            let href = encode_double_quoted_attribute(url);
            let label = encode_text(label);
            // Writing to a string cannot fail.
            let _ = write!(html, "<a href=\"{href}\" style=\"{BUTTON}\">{label}</a>");
            Some(url)
        }
        Part::Link { sentence, url } => {
            html.push_str(&encode_text(sentence));
            Some(url)
        }
    };
    if let Some(url) = url {
        let href = encode_double_quoted_attribute(url);
        let shown = encode_text(url);
        let _ = write!(html, "<br>\n<a href=\"{href}\" style=\"{URL}\">{shown}</a>");
    }
    html.push_str("</p>\n");
    html
}
