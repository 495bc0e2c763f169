//! The parts of a letter.

use crate::domain::language::Language;

/// In which language a letter speaks, and for which product.
#[derive(Clone, Copy, Debug)]
pub struct Voice<'a> {
    /// The language of the reader.
    pub language: Language,
    /// The product's name (setting `site.name`).
    pub product: &'a str,
}

/// The words of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// The subject line.
    pub subject: String,
    /// What stands between the greeting and the last line.
    pub parts: Vec<Part>,
}

/// A part of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A paragraph.
    Paragraph(String),
    /// The label of the button, which is the letter's own link.
    Button(String),
    /// A sentence that ends in a colon, followed by a link to a page of the site.
    Page {
        /// The sentence.
        sentence: String,
        /// The path of the page.
        path: &'static str,
    },
}

impl Words {
    /// A letter without a paragraph yet.
    pub(super) const fn about(subject: String) -> Self {
        Self { subject, parts: Vec::new() }
    }

    /// Adds a paragraph.
    pub(super) fn says(mut self, paragraph: String) -> Self {
        self.parts.push(Part::Paragraph(paragraph));
        self
    }

    /// Adds the button.
    pub(super) fn button(mut self, label: String) -> Self {
        self.parts.push(Part::Button(label));
        self
    }

    /// Adds a sentence and the page that it links to.
    pub(super) fn leads(mut self, sentence: String, path: &'static str) -> Self {
        self.parts.push(Part::Page { sentence, path });
        self
    }
}
