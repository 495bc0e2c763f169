//! The files that the browser downloads: the server sends the bytes that the build compressed.

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Method, StatusCode},
};
use leptos::config::LeptosOptions;
use signet::server::{http::state::HttpState, router::router, state::AppState};
use tempfile::TempDir;
use tower::ServiceExt;

use super::header;
use crate::app::TestApp;

/// The encodings that Chromium and Firefox accept over https.
const BROWSER: &str = "gzip, deflate, br, zstd";
const SCRIPT: &str = "/pkg/signet.hash.js";
/// No compressor writes this text, so a response that holds it comes from the file of the build.
const BY_BROTLI: &str = "the file that the build compressed";

/// The application, and a site folder with the files of a build.
struct Built {
    app: TestApp,
    http: HttpState,
    script: String,
    site: TempDir,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    bytes: Vec<u8>,
}

impl Built {
    /// With the script only, as a debug build leaves it.
    async fn without_compressed_files() -> Self {
        let app = TestApp::new().await;
        let site = tempfile::tempdir().unwrap();
        let script = "export function hydrate() {}\n".repeat(40);
        std::fs::create_dir(site.path().join("pkg")).unwrap();
        std::fs::write(site.path().join(&SCRIPT[1..]), &script).unwrap();
        let leptos = LeptosOptions::builder().output_name("signet").site_root(site.path().to_str().unwrap());
        let state = AppState { leptos: leptos.hash_files(true).build(), ..app.state.clone() };
        Self { app, http: HttpState::new(state), script, site }
    }

    /// With the compressed files beside the script, as `--precompress` leaves them.
    async fn with_compressed_files() -> Self {
        let built = Self::without_compressed_files().await;
        for (ending, content) in [("br", BY_BROTLI), ("gz", "the server does not send this file")] {
            std::fs::write(built.site.path().join(format!("{}.{ending}", &SCRIPT[1..])), content).unwrap();
        }
        built
    }

    /// Requests the script with these headers.
    async fn ask(&self, method: Method, asked: &[(&str, &str)]) -> Answer {
        let mut request = self.app.browser().request(method, SCRIPT, "*/*");
        for (name, value) in asked {
            request = request.header(*name, *value);
        }
        let response = router(self.http.clone()).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap().into();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    async fn get(&self, accepted: &str) -> Answer {
        self.ask(Method::GET, &[("accept-encoding", accepted)]).await
    }
}

impl Answer {
    /// Asserts that the response is the script in this encoding, and that caches may store it.
    fn is_a_script_in(&self, encoding: &str) {
        assert_eq!(self.status, StatusCode::OK);
        assert_eq!(header(&self.headers, "content-encoding"), encoding);
        assert_eq!(header(&self.headers, "content-type"), "text/javascript");
        self.may_be_stored();
    }

    fn may_be_stored(&self) {
        let vary: Vec<_> = self.headers.get_all("vary").iter().collect();
        assert_eq!(vary, ["accept-encoding"]);
        assert_eq!(header(&self.headers, "cache-control"), "public, max-age=31536000, immutable");
    }
}

#[tokio::test]
async fn a_name_that_no_file_can_have_is_not_found() {
    let built = Built::with_compressed_files().await;
    let names = [252, 253, 255, 256, 300, 5_000].map(|length| "a".repeat(length));
    for name in names.into_iter().chain([500, 2_100].map(|count| "a/".repeat(count))) {
        let path = format!("/pkg/{name}");
        let request = built.app.browser().request(Method::GET, &path, "*/*").header("accept-encoding", BROWSER);
        let response = router(built.http.clone()).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{name}");
        assert_eq!(header(response.headers(), "cache-control"), "no-store", "{name}");
    }
}

#[tokio::test]
async fn a_browser_gets_the_file_that_the_build_compressed() {
    let built = Built::with_compressed_files().await;
    for accepted in [BROWSER, "br", "br;q=0.5"] {
        let answer = built.get(accepted).await;
        answer.is_a_script_in("br");
        assert_eq!(String::from_utf8_lossy(&answer.bytes), BY_BROTLI, "{accepted}");
        assert_eq!(header(&answer.headers, "content-length"), BY_BROTLI.len().to_string(), "{accepted}");
    }
}

#[tokio::test]
async fn a_browser_that_can_decompress_nothing_gets_the_file_itself() {
    let built = Built::with_compressed_files().await;
    for asked in [&[][..], &[("accept-encoding", "identity")], &[("accept-encoding", "zstd")]] {
        let answer = built.ask(Method::GET, asked).await;
        answer.is_a_script_in("");
        assert_eq!(answer.bytes, built.script.as_bytes(), "{asked:?}");
        assert_eq!(header(&answer.headers, "content-length"), built.script.len().to_string(), "{asked:?}");
    }
}

#[tokio::test]
async fn the_head_of_a_compressed_file_is_that_of_the_file_and_it_can_be_asked_for_again() {
    let built = Built::with_compressed_files().await;
    let accepted = ("accept-encoding", BROWSER);
    let head = built.ask(Method::HEAD, &[accepted]).await;
    head.is_a_script_in("br");
    assert_eq!(header(&head.headers, "content-length"), BY_BROTLI.len().to_string());
    let since = ("if-modified-since", header(&head.headers, "last-modified"));
    let again = built.ask(Method::GET, &[accepted, since]).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    assert!(again.bytes.is_empty());
    again.may_be_stored();
}

#[tokio::test]
async fn what_the_build_did_not_compress_is_compressed_on_the_way() {
    let (built, debug) = (Built::with_compressed_files().await, Built::without_compressed_files().await);
    for (build, accepted, encoding) in
        [(&built, "br;q=0, gzip", "gzip"), (&debug, BROWSER, "br"), (&debug, "gzip", "gzip")]
    {
        let answer = build.get(accepted).await;
        answer.is_a_script_in(encoding);
        let is_gzip = answer.bytes.starts_with(&[0x1f, 0x8b]);
        assert_eq!(is_gzip, encoding == "gzip", "{accepted}");
        assert!(answer.bytes.len() < build.script.len() / 2, "{accepted}: {} bytes", answer.bytes.len());
    }
    let plain = debug.get("identity").await;
    plain.is_a_script_in("");
    assert_eq!(plain.bytes, debug.script.as_bytes());
}
