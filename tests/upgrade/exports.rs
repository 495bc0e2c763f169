//! The export that is ready, and the one that is being prepared: the same documents, byte for byte.

use crate::site::on_each;

#[tokio::test]
async fn a_ready_export_is_opened() {
    on_each(async |site| {
        let document = site.browser("exporter").downloads(&site.known("exports", "ready")).await;
        assert_eq!(document, site.expected("document_of_exporter").as_str().unwrap());
    })
    .await;
}

/// It holds the whole log of somebody who did everything that there is.
#[tokio::test]
async fn an_export_that_was_being_prepared_says_what_the_old_program_says() {
    on_each(async |site| {
        site.app().deliver().await;
        let document = site.browser("historian").downloads(&site.known("exports", "building")).await;
        let expected = site.expected("document_of_historian").as_str().unwrap();
        // The line that differs, instead of both documents.
        for (line, expected) in document.lines().zip(expected.lines()) {
            assert_eq!(line, expected);
        }
        assert_eq!(document, expected);
    })
    .await;
}
