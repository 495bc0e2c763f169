//! `/users/settings/api-tokens`.

use leptos::prelude::*;

use super::query::{loaded, sudo_lasts, with_viewer};
use crate::{
    components::{
        card::Card,
        field::TextField,
        field_form::FieldForm,
        layout::Layout,
        live::Live,
        post_form::PostForm,
        question::{Opener, QuestionDialog},
        select::SelectField,
        settings_nav::Section,
        submit::Submit,
        sudo_dialog::SudoDialog,
        sudo_prompt::SudoPrompt,
        time::{Time, Words},
    },
    copy::{choices, sudo::purposes, units},
    domain::{
        api_tokens::{Expiry, IssuedToken, Scope},
        error::Field,
        id::{ID_BYTES, hex},
        paths,
        questions::Question,
        time::Timestamp,
    },
    islands::copy::Copy,
    server::{
        context::{Form, RequestContext},
        lifecycle::api_tokens::ApiTokensPage,
    },
};

/// The account's API tokens, and the form for a new one.
#[component]
pub fn ApiTokens() -> impl IntoView {
    with_viewer(|context, viewer| {
        let email = viewer.user.email.to_string();
        let is_confirmed = viewer.is_sudo(context.now, context.state.lifecycle.policy.sudo_ttl);
        let lifecycle = context.state.lifecycle.clone();
        let query = async move { lifecycle.api_tokens_page(&viewer).await };
        loaded(context, query, move |context, found| {
            let fresh = context.take_fresh_token().map(|token| view! { <Fresh token=token.text().to_owned() /> });
            let lasts = sudo_lasts(&context);
            let (prompt_lasts, whose, confirming) = (lasts.clone(), email.clone(), found.sudo_ways.clone());
            let ways = found.sudo_ways.clone();
            view! {
                <Layout title="API tokens" section=Section::ApiTokens>
                    <p>
                        "Tokens let programs use your account within the scope you choose. No token can change how you sign
                        in."
                    </p>
                    {fresh}
                    <Card title="Create a token">
                        <ApiTokenForm context />
                        <SudoDialog
                            id="sudo-create"
                            purpose=purposes::create_api_token()
                            lasts
                            email
                            ways
                            return_to=paths::API_TOKENS
                            button="Create token"
                        />
                    </Card>
                    <SudoPrompt purpose=purposes::revoke_api_tokens() email=whose ways=confirming return_to=paths::API_TOKENS lasts=prompt_lasts is_confirmed />
                    <QuestionDialog question=Question::RevokeAllTokens />
                    <Live key="tokens"><List found /></Live>
                </Layout>
            }
            .into_any()
        })
    })
}

/// The new token. Only this page shows it.
#[component]
fn Fresh(token: String) -> impl IntoView {
    view! {
        <Card title="Your new token">
            <div class="field">
                <label class="field-label" for="new-token">"Token"</label>
                <p class="field-help" id="new-token-help">"Copy it now. You won't be able to see it again."</p>
                <textarea
                    class="field-input token"
                    id="new-token"
                    rows="3"
                    readonly
                    autocomplete="off"
                    spellcheck="false"
                    aria-describedby="new-token-help"
                >
                    {token}
                </textarea>
                <div>
                    <button type="button" class="button" hidden data-copies="new-token">
                        <span class="button-words">"Copy"</span>
                        <span class="button-words is-unseen" aria-hidden="true">"Copied"</span>
                    </button>
                    <span class="visually-hidden" role="status"></span>
                </div>
                <Copy />
            </div>
        </Card>
    }
}

/// Name, Scope, Expires, **Create token**; after a refusal the form starts with the draft.
#[component]
fn ApiTokenForm(
    /// The request.
    context: RequestContext,
) -> impl IntoView {
    let draft = context.take_draft(Form::CreateApiToken);
    let chosen = draft.as_ref().map(|draft| draft.chosen.clone()).unwrap_or_default();
    let (typed, refusal) = draft.map(|draft| (draft.typed, draft.refusal)).unwrap_or_default();
    let chosen = |place: usize, otherwise: &str| chosen.get(place).map_or(otherwise, String::as_str).to_owned();
    let once = hex(&context.state.lifecycle.random.bytes::<ID_BYTES>());
    let (scope, expires) = (chosen(0, Scope::Read.word()), chosen(1, Expiry::Month.word()));
    let scopes = Scope::ALL.iter().map(|scope| (scope.word(), choices::scope(*scope))).collect();
    let expiries = Expiry::ALL.iter().map(|expiry| (expiry.word(), choices::expiry(*expiry))).collect();
    view! {
        <FieldForm action="create_api_token" refusal fields=&[Field::Name] sudo="sudo-create">
            <input type="hidden" name="once" value=once />
            <TextField
                label="Name"
                name="name"
                autocomplete="off"
                value=typed
                help="What is it for? Only you can see this."
                refusal
                field=Field::Name
            />
            <SelectField label="Scope" name="scope" choices=scopes chosen=scope />
            <SelectField label="Expires" name="expires" choices=expiries chosen=expires />
            <Submit label="Create token" busy="Creating…" />
        </FieldForm>
    }
}

/// The table of the account's tokens.
#[component]
fn List(found: ApiTokensPage) -> impl IntoView {
    let ApiTokensPage { tokens, now, .. } = found;
    let body = if tokens.is_empty() {
        view! { <p>"You have no API tokens."</p> }.into_any()
    } else {
        let rows = tokens.into_iter().map(|token| view! { <Row token now /> }).collect_view();
        view! {
            <table class="table" role="table" aria-label="API tokens, newest first">
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">"Token"</th>
                        <th role="columnheader" scope="col">"Expires"</th>
                        <th role="columnheader" scope="col">"Last used"</th>
                        <th role="columnheader" scope="col"><span class="visually-hidden">"Action"</span></th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
            <p class="field-help">"Revoked tokens stop working immediately."</p>
            <Opener page=paths::REVOKE_ALL_TOKENS label="Revoke all tokens" />
        }
        .into_any()
    };
    view! { <Card title="Your tokens">{body}</Card> }
}

/// One token. The ARIA roles are explicit, as in the security log.
#[component]
fn Row(token: IssuedToken, now: Timestamp) -> impl IntoView {
    let name_id = format!("token-{}", token.id);
    let scope = format!("{}, …{}", choices::scope(token.scope), token.hint);
    let works = if token.alive(now) { "" } else { "Expired on " };
    let created = format!("Created on {}", units::day(token.created_at));
    let used = match token.last_used_at {
        Some(at) => view! { <Time at /> }.into_any(),
        None => "Never".into_any(),
    };
    view! {
        <tr role="row">
            <td role="cell" data-label="Token">
                <span class="address" id=name_id.clone()>{token.name.as_str().to_owned()}</span>
                <span class="table-detail">{scope}</span>
            </td>
            <td role="cell" data-label="Expires">
                {works}<Time at=token.expires_at words=Words::Exact />
                <span class="table-detail">{created}</span>
            </td>
            <td role="cell" data-label="Last used">{used}</td>
            <td role="cell">
                <PostForm action=paths::action("revoke_api_token") guarded=true>
                    <input type="hidden" name="id" value=token.id.to_string() />
                    <button class="button" type="submit" aria-describedby=name_id>"Revoke"</button>
                </PostForm>
            </td>
        </tr>
    }
}
