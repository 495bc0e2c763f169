//! The frame of every letter, and the two forms of its words: plain text and HTML.
//!
//! Both forms are made from the same parts, so that they always say the same. The HTML contains no image, no style
//! sheet and nothing else to fetch, so that a sender cannot notice when the user reads the letter. Colours are the
//! mail program's own, light or dark; only the button and the mark have their own.
//!
//! The HTML says three things besides: the product's name above the letter; the first paragraph, invisible, for the
//! line that a mailbox shows under the subject; and how to open a button's address without the button.

use core::fmt::Write as _;

use html_escape::{encode_double_quoted_attribute, encode_text};

use super::facts::{ComposeError, Facts};
use crate::copy::letters::{self, Voice, Words, frame};

/// A letter with its links, from which both forms are made.
pub(super) struct Layout<'a> {
    /// The subject line.
    pub(super) subject: String,
    parts: Vec<Part>,
    voice: Voice<'a>,
    /// The host of the site, which the last line names.
    host: &'a str,
}

enum Part {
    Paragraph(String),
    /// The letter's main link.
    Button {
        label: String,
        url: String,
    },
    /// A sentence that ends in a colon, followed by a link.
    Link {
        sentence: String,
        url: String,
    },
}

impl<'a> Layout<'a> {
    /// Adds the links to the words.
    pub(super) fn of(words: Words, facts: &'a Facts) -> Result<Self, ComposeError> {
        let parts = words.parts.into_iter().map(|part| Part::of(part, facts)).collect::<Result<_, _>>()?;
        Ok(Self { subject: words.subject, parts, voice: facts.voice(), host: facts.host() })
    }

    /// Every link, in reading order.
    pub(super) fn links(&self) -> Vec<String> {
        let url_of = |part: &Part| match part {
            Part::Paragraph(_) => None,
            Part::Button { url, .. } | Part::Link { url, .. } => Some(url.clone()),
        };
        self.parts.iter().filter_map(url_of).collect()
    }

    /// The plain text.
    pub(super) fn text(&self) -> String {
        let mut text = format!("{}\n\n", frame::greeting(self.voice));
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
        text.push_str(&frame::last_line(self.voice, self.host));
        text.push('\n');
        text
    }

    /// The HTML.
    pub(super) fn html(&self) -> String {
        let body: String = self.parts.iter().map(|part| html_part(part, self.voice)).collect();
        format!(
            "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <meta name=\"supported-color-schemes\" content=\"light dark\">\n<title>{title}</title>\n</head>\n\
             <body style=\"{BODY}\">\n<div style=\"{PREHEADER}\">{preheader}</div>\n<div style=\"{COLUMN}\">\n\
             <p style=\"{HEAD}\"><span style=\"{MARK}\"></span>{product}</p>\n\
             <p style=\"{PARAGRAPH}\">{greeting}</p>\n\
             {body}<p style=\"{FOOTER}\">{footer}</p>\n</div>\n</body>\n</html>\n",
            language = self.voice.language.word(),
            title = encode_text(&self.subject),
            preheader = encode_text(self.preheader()),
            product = encode_text(self.voice.product),
            greeting = encode_text(&frame::greeting(self.voice)),
            footer = encode_text(&frame::last_line(self.voice, self.host)),
        )
    }

    /// The first paragraph, which says what happened. No letter begins with a secret.
    fn preheader(&self) -> &str {
        self.parts
            .iter()
            .find_map(|part| match part {
                Part::Paragraph(words) => Some(words.as_str()),
                Part::Button { .. } | Part::Link { .. } => None,
            })
            .unwrap_or_default()
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

// An address may be longer than the line of a phone.
const BODY: &str = "margin:0;padding:24px 16px;overflow-wrap:anywhere;\
    font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif";
// Mail programs show the first words of a letter in their lists, also those of an invisible element.
const PREHEADER: &str = "display:none;max-height:0;overflow:hidden";
const COLUMN: &str = "max-width:36rem;margin:0 auto";
const HEAD: &str = "margin:0 0 24px;padding:0 0 16px;border-bottom:1px solid rgba(128,128,128,.4);\
    font-size:20px;line-height:1.2;font-weight:600";
// This blue-green has a contrast of 3 to 1 or more on white and on black.
const MARK: &str = "display:inline-block;width:12px;height:12px;margin-right:10px;border-radius:4px;background:#0f7f8c";
const PARAGRAPH: &str = "margin:0 0 16px";
const BUTTON_ROW: &str = "margin:24px 0";
// White on this blue-green has a contrast of 7.6 to 1, on a light and on a dark page.
const BUTTON: &str = "display:inline-block;padding:12px 20px;border-radius:6px;\
    background:#0b5d66;color:#ffffff;font-weight:600;text-decoration:none";
const SMALL: &str = "margin:0 0 24px;font-size:13px";
const URL: &str = "font-size:14px;color:inherit;word-break:break-all";
const SMALL_URL: &str = "color:inherit;word-break:break-all";
const FOOTER: &str = "margin:32px 0 0;padding:16px 0 0;border-top:1px solid rgba(128,128,128,.4);font-size:13px";

fn html_part(part: &Part, voice: Voice<'_>) -> String {
    let mut html = String::new();
    // Writing to a string cannot fail.
    let _ = match part {
        Part::Paragraph(words) => writeln!(html, "<p style=\"{PARAGRAPH}\">{}</p>", encode_text(words)),
        Part::Button { label, url } => writeln!(
            html,
            "<p style=\"{BUTTON_ROW}\"><a href=\"{href}\" style=\"{BUTTON}\">{label}</a></p>\n\
             <p style=\"{SMALL}\">{without}<br>\n<a href=\"{href}\" style=\"{SMALL_URL}\">{shown}</a></p>",
            href = encode_double_quoted_attribute(url),
            label = encode_text(label),
            without = encode_text(&frame::without_button(voice)),
            shown = encode_text(url),
        ),
        Part::Link { sentence, url } => writeln!(
            html,
            "<p style=\"{PARAGRAPH}\">{sentence}<br>\n<a href=\"{href}\" style=\"{URL}\">{shown}</a></p>",
            sentence = encode_text(sentence),
            href = encode_double_quoted_attribute(url),
            shown = encode_text(url),
        ),
    };
    html
}
