//! `revoke_api_token`: one token stops working.

use axum::http::Method;
use signet::{
    domain::{api_tokens::Scope, error::Refusal},
    testing::TestApp,
};

use crate::api::{ADA, ask, token};

async fn id_of(app: &TestApp, hint: &str) -> String {
    app.rows(&format!("SELECT id FROM signet_api_tokens WHERE hint = '{hint}'")).await.remove(0)
}

#[tokio::test]
async fn it_is_refused_at_its_next_request_and_the_others_go_on() {
    let app = TestApp::new().await;
    let ada = app.authenticated_browser(ADA).await;
    let (gone, left) = (token(&ada, Scope::Read).await, token(&ada, Scope::Write).await);
    let id = id_of(&app, &gone.hint()).await;
    let page = ada.post("revoke_api_token", &[("id", &id)]).await;
    assert_eq!(page.sent_to(), "/users/settings/api-tokens");
    assert_eq!(app.news().await, [format!("api_token.revoked by person of {ADA}")]);
    let detail = app.rows("SELECT detail FROM signet_event_context ORDER BY event_id DESC LIMIT 1").await;
    assert_eq!(detail, [format!(r#"{{"api_token":{{"name":"backup","hint":"{}"}}}}"#, gone.hint())]);
    assert_eq!(ask(&app, Method::GET, "/api/v1/me", Some(gone.expose())).await.status, 401);
    assert_eq!(ask(&app, Method::GET, "/api/v1/me", Some(left.expose())).await.status, 200);
    assert!(app.deliver().await.words().is_empty());
    let again = ada.call("revoke_api_token", &[("id", &id)]).await;
    assert_eq!((again.status.as_u16(), again.refusal()), (404, Some(Refusal::NotFound)));
}
