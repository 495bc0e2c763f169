//! The parts of a letter.

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
    Button(&'static str),
    /// A sentence that ends in a colon, followed by a link to a page of the site.
    Page {
        /// The sentence.
        sentence: &'static str,
        /// The path of the page.
        path: &'static str,
    },
}

impl Words {
    /// A letter without a paragraph yet.
    pub(super) fn about(subject: impl Into<String>) -> Self {
        Self { subject: subject.into(), parts: Vec::new() }
    }

    /// Adds a paragraph.
    pub(super) fn says(mut self, paragraph: impl Into<String>) -> Self {
        self.parts.push(Part::Paragraph(paragraph.into()));
        self
    }

    /// Adds the button.
    pub(super) fn button(mut self, label: &'static str) -> Self {
        self.parts.push(Part::Button(label));
        self
    }

    /// Adds a sentence and the page that it links to.
    pub(super) fn leads(mut self, sentence: &'static str, path: &'static str) -> Self {
        self.parts.push(Part::Page { sentence, path });
        self
    }
}
