//! The ready export and the one that is being prepared: the same documents, byte for byte.

use serde_json::Value;

use crate::site::{Deeds, on_each};

/// Columns that were removed with the job queue: documents no longer mention them.
const GONE: [(&str, &str); 3] = [("users", "deletion_job"), ("letters", "job"), ("exports", "job")];

/// A document without its last section, the names of the columns that it does not show.
fn without_omissions(document: &str) -> &str {
    document.split_once("\"omissions\":").unwrap().0
}

/// The columns that a document does not show: `(table, column)`.
fn omissions(document: &str) -> Vec<(String, String)> {
    let document: Value = serde_json::from_str(document).unwrap();
    let omissions = document["omissions"].as_array().unwrap().iter();
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    omissions.map(|omission| (word(&omission["section"]), word(&omission["field"]))).collect()
}

#[tokio::test]
async fn a_ready_export_is_opened() {
    on_each(async |site| {
        let document = site.browser("exporter").downloads(&site.known("exports", "ready")).await;
        assert_eq!(document, site.expected("document_of_exporter").as_str().unwrap());
    })
    .await;
}

/// It contains the whole log of a person who did everything possible.
#[tokio::test]
async fn an_export_that_was_being_prepared_says_what_the_old_program_says() {
    on_each(async |site| {
        site.app().deliver_beside_others().await;
        let document = site.browser("historian").downloads(&site.known("exports", "building")).await;
        // The old program did not note when an open page refreshed itself.
        let document = document.replace(",\n      \"looked_at\": null", "").replace("      \"looked_at\": null,\n", "");
        // Nor did it know languages.
        let is_known = |line: &&str| line.trim() != "\"language\": null,";
        let document = document.split_inclusive('\n').filter(is_known).collect::<String>();
        let expected = site.expected("document_of_historian").as_str().unwrap();
        // Prints the line that differs, instead of both documents.
        for (line, expected) in without_omissions(&document).lines().zip(without_omissions(expected).lines()) {
            assert_eq!(line, expected);
        }
        assert_eq!(without_omissions(&document), without_omissions(expected));
        let (omitted, mut expected) = (omissions(&document), omissions(expected));
        expected.retain(|(table, column)| !GONE.contains(&(table.as_str(), column.as_str())));
        let forgotten: Vec<_> = expected.iter().filter(|omission| !omitted.contains(omission)).collect();
        assert!(forgotten.is_empty(), "{forgotten:?}");
    })
    .await;
}
