//! The question before an action that ends access: a dialog on the page of the action, and a page without JavaScript.

use leptos::prelude::*;

use super::{post_form::PostForm, submit::Submit};
use crate::{
    copy::questions,
    domain::{paths, questions::Question},
    islands::question::AskFirst,
};

/// The fields of a form: names and values.
pub type Hidden = Vec<(&'static str, String)>;

/// The button that opens the question. Its form leads to the question's page; with JavaScript the dialog opens instead.
#[component]
pub fn Opener(
    /// The question's page.
    page: &'static str,
    /// The fields that say what the question is about.
    #[prop(optional)]
    fields: Hidden,
    /// What the question is about, in words, for the dialog.
    #[prop(optional, into)]
    about: String,
    /// The button's label.
    label: &'static str,
    /// The button's accessible name, if it is longer than its label.
    #[prop(optional, into)]
    name: Option<String>,
    /// The button's CSS classes.
    #[prop(default = "button")]
    class: &'static str,
) -> impl IntoView {
    view! {
        <form class="act" method="get" action=page data-asks=about>
            {inputs(fields)}
            <button class=class type="submit" aria-label=name>{label}</button>
        </form>
    }
}

/// The dialog for all openers of a page. It fills in what the pressed opener is about.
#[component]
pub fn QuestionDialog(
    /// The question.
    question: Question,
    /// The fields that are the same for all openers.
    #[prop(optional)]
    fields: Hidden,
    /// Whether the openers differ by an event.
    #[prop(optional)]
    of_event: bool,
) -> impl IntoView {
    let about = of_event.then(|| view! { <p class="question-about" data-asked=""></p> });
    let event = of_event.then(|| ("event", String::new()));
    let fields: Hidden = event.into_iter().chain(fields).collect();
    view! {
        <dialog class="dialog" id="question" aria-labelledby="question-title" aria-describedby="question-text">
            <h2 class="dialog-title" id="question-title">{questions::title(question)}</h2>
            <div class="question" id="question-text">
                {about}
                <Consequences question />
            </div>
            <div class="button-row">
                <Agree question fields />
                <form method="dialog">
                    <button class="button" type="submit" autofocus>{questions::cancel()}</button>
                </form>
            </div>
        </dialog>
        <AskFirst />
    }
}

/// The content of the question's page.
#[component]
pub fn QuestionBody(
    /// The question.
    question: Question,
    /// The fields of the action's form.
    #[prop(optional)]
    fields: Hidden,
    /// What the question is about, in words.
    #[prop(optional, into)]
    about: Option<String>,
    /// Where **Cancel** leads.
    #[prop(into)]
    back: String,
) -> impl IntoView {
    view! {
        <div class="question">
            {about.map(|about| view! { <p class="question-about">{about}</p> })}
            <Consequences question />
        </div>
        <div class="button-row">
            <Agree question fields />
            <a class="button" href=back>{questions::cancel()}</a>
        </div>
    }
}

#[component]
fn Consequences(question: Question) -> impl IntoView {
    let lines = questions::consequences(question).iter().map(|line| view! { <li>{*line}</li> });
    view! { <ul class="list">{lines.collect_view()}</ul> }
}

/// The form that does it.
#[component]
fn Agree(question: Question, fields: Hidden) -> impl IntoView {
    let action = match question {
        Question::SignOutOthers => "revoke_other_sessions",
        Question::RevokeAllTokens => "revoke_all_api_tokens",
        Question::Disown => "disown_event",
    };
    view! {
        <PostForm action=paths::action(action) guarded=true>
            {inputs(fields)}
            <Submit label=questions::agree(question) busy=questions::agreed(question) class="button button-danger" />
        </PostForm>
    }
}

fn inputs(fields: Hidden) -> impl IntoView {
    fields.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect_view()
}
