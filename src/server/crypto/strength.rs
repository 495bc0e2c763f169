//! Whether a new password is easy to guess, and why.
//!
//! There are no composition rules (ASVS V6.2.5). zxcvbn estimates how many guesses an attacker needs who knows the
//! common passwords, words, names, dates and keyboard runs, and also knows the user's name and address.

use zxcvbn::{
    feedback::{Feedback, Warning},
    matching::{Match, patterns::MatchPattern},
    zxcvbn,
};

use super::phrases::PHRASES;
use crate::domain::weakness::Weakness;

/// How many guesses a password must withstand, as a power of ten: 10^8, where zxcvbn's score 3 begins ("safely
/// unguessable" while tries are limited).
const ENOUGH_LOG10: f64 = 8.0;
/// The name of this service, which attackers try first here (ASVS V6.2.11).
const SERVICE: &str = "signet";
/// The shortest piece of a name or address to search for. Pieces of two letters occur in every other password.
const SHORTEST_WORD: usize = 3;
/// How many characters are judged; later ones can only add guesses. zxcvbn takes longest if many characters stand for
/// several letters ("4@8({[<3"): 41 ms for 24 of them, 68 ms for 40 and 96 ms for 48, where ordinary passwords take
/// half a millisecond.
const LOOKED_AT: usize = 24;

/// Refuses a new password in its normal form that an attacker finds with fewer than 10^8 guesses. `personal` is
/// what the attacker knows: the address, the name, this site's host.
///
/// Takes a millisecond for ordinary passwords and much longer for contrived ones. So a request calls
/// [`super::judge::Judge::judge`], which limits how many run at a time.
///
/// # Errors
/// [`Weakness::Personal`] if the cheapest sequence contains a personal word, else the [`Weakness`] of the longest
/// part that follows a pattern.
pub fn judge(normal_password: &str, personal: &[&str]) -> Result<(), Weakness> {
    let looked_at: String = normal_password.chars().take(LOOKED_AT).collect();
    let words = words_of(personal);
    let known: Vec<&str> = words.iter().map(String::as_str).chain(PHRASES).collect();
    let (whole, sequence) = guesses_log10(&looked_at, &known);
    let by_runs = in_any_order(runs(&looked_at).into_iter().map(|run| guesses_log10(run, &known).0));
    if whole.min(by_runs) >= ENOUGH_LOG10 {
        return Ok(());
    }
    if holds_personal(&sequence, &words) {
        return Err(Weakness::Personal);
    }
    Err(weakness(&sequence))
}

/// The personal words, whole and in pieces, in lower case.
fn words_of(personal: &[&str]) -> Vec<String> {
    let mut words = vec![SERVICE.to_owned()];
    for known in personal {
        let known = known.to_lowercase();
        let local = known.split('@').next().unwrap_or_default();
        let pieces = known.split(|c: char| !c.is_alphanumeric());
        let joined = local.chars().filter(|c| c.is_alphanumeric()).collect();
        words.extend(pieces.map(str::to_owned));
        words.extend([local.to_owned(), joined, known]);
    }
    // A word that is longer than what is looked at would not be found in it.
    words.extend(words.clone().iter().map(|word| word.chars().take(LOOKED_AT).collect()));
    words.retain(|word| word.chars().count() >= SHORTEST_WORD);
    words.sort_unstable();
    words.dedup();
    words
}

/// The guesses that `text` withstands, as a power of ten, and the cheapest sequence of parts to guess it.
///
/// zxcvbn multiplies by 10^4 for every further part, so that any text of three parts withstands 10^8, even
/// "Summer2024!!". This function counts each part for its own guesses instead.
fn guesses_log10(text: &str, known: &[&str]) -> (f64, Vec<Match>) {
    let estimate = zxcvbn(text, known);
    let parts = estimate.sequence().iter().map(|part| log10(part.guesses));
    let guesses = estimate.guesses_log10().min(in_any_order(parts));
    (guesses, estimate.sequence().to_vec())
}

#[expect(clippy::cast_precision_loss, reason = "the order of magnitude is all that counts")]
fn log10(guesses: Option<u64>) -> f64 {
    (guesses.unwrap_or(1) as f64).log10()
}

/// The guesses for parts in an unknown order: the product of the parts' guesses and the number of orders.
fn in_any_order(parts: impl Iterator<Item = f64>) -> f64 {
    parts.zip(1_u32..).map(|(part, nth)| part + f64::from(nth).log10()).sum()
}

/// Splits a text where letters, digits and other characters meet: "Admin", "@", "123456". Attackers combine
/// passwords that way; zxcvbn sometimes takes "Admin@" for six random letters.
fn runs(text: &str) -> Vec<&str> {
    let kind = |c: char| (c.is_alphabetic(), c.is_numeric());
    let mut runs = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| kind(c) != kind(first)).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        runs.push(run);
        rest = after;
    }
    runs
}

/// Whether the cheapest sequence of guesses contains a personal word, also a repeated one.
fn holds_personal(sequence: &[Match], words: &[String]) -> bool {
    sequence.iter().any(|part| match &part.pattern {
        MatchPattern::Dictionary(found) => words.contains(&found.matched_word),
        MatchPattern::Repeat(repeat) => holds_personal(&repeat.base_matches, words),
        _ => false,
    })
}

/// The weakness of the longest part that follows a pattern.
fn weakness(sequence: &[Match]) -> Weakness {
    let patterns = sequence.iter().filter(|part| part.pattern != MatchPattern::BruteForce);
    let Some(longest) = patterns.max_by_key(|part| part.token.chars().count()) else {
        return Weakness::Predictable;
    };
    match &longest.pattern {
        MatchPattern::Dictionary(_) => dictionary_weakness(&longest.token),
        MatchPattern::Spatial(_) | MatchPattern::Sequence(_) => Weakness::Sequence,
        MatchPattern::Repeat(_) => Weakness::Repeats,
        MatchPattern::Regex(_) | MatchPattern::Date(_) => Weakness::Date,
        MatchPattern::BruteForce => Weakness::Predictable,
    }
}

/// Whether a word from zxcvbn's or our lists is a common password or only a word. zxcvbn reveals the list only in
/// its feedback about the word alone.
fn dictionary_weakness(token: &str) -> Weakness {
    let alone = zxcvbn(token, &[]);
    match alone.feedback().and_then(Feedback::warning) {
        Some(
            Warning::ThisIsATop10Password
            | Warning::ThisIsATop100Password
            | Warning::ThisIsACommonPassword
            | Warning::ThisIsSimilarToACommonlyUsedPassword,
        ) => Weakness::Common,
        _ if PHRASES.contains(&token.to_lowercase().as_str()) => Weakness::Common,
        _ => Weakness::Word,
    }
}

#[cfg(test)]
mod tests;
