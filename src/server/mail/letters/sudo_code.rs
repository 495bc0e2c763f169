//! The code that begins sudo mode. It is not in the subject, which locked screens may show.

use super::{ComposeError, Facts, Words};

pub(super) fn words(facts: &Facts) -> Result<Words, ComposeError> {
    let (code, until) = facts.code()?;
    Ok(Words::about("Your code to confirm it's you")
        .says("Somebody, most likely you, is about to change something important in your Signet account.")
        .says(format!("Code: {code}"))
        .says(format!("It works in the browser that asked for it, until {until}."))
        .says("Signet never asks for it by mail or phone. If this was not you, do nothing, and tell nobody the code."))
}
