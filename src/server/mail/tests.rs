//! Tests that cover every letter.

mod german;
mod safety;
mod words;

use super::*;
use crate::domain::{
    api_tokens::{Described, Scope},
    language::Language,
    time::Timestamp,
};

const REASON: &str = "You asked for it by phone.";
const CODE: &str = "0K7QP2M9";

const BASE: &str = "https://signet.example";
const HOSTILE: &str = "<b title=\"x\">\"&'</b>\r\nBcc: eve@evil.example https://evil.example evil.example";

fn email(address: &str) -> Email {
    Email::parse(address).unwrap()
}

fn facts(kind: Kind) -> Facts {
    let path = kind.link().map_or("/none/", crate::domain::mail_token::Purpose::path);
    Facts {
        base_url: BASE.to_owned(),
        product: "Signet".to_owned(),
        language: Language::English,
        link: Some(Link { url: format!("{BASE}{path}v1.word.row.mac"), until: Timestamp(1_796_738_700) }),
        other: Some(email("grace@example.org")),
        at: Some(Timestamp(1_796_652_300)),
        device: Some(HOSTILE.to_owned()),
        provider: Some("Acme".to_owned()),
        linked: vec!["Acme".to_owned(), "GitHub".to_owned()],
        api_token: Some(Described {
            scope: Scope::Write,
            hint: "0af3".to_owned(),
            expires_at: Timestamp(1_796_800_000),
        }),
        reason: is_an_operators(kind).then(|| REASON.to_owned()),
        code: Some(Code { text: CODE.to_owned(), until: Timestamp(1_796_700_000) }),
    }
}

/// Whether only an operator can cause the letter.
fn is_an_operators(kind: Kind) -> bool {
    matches!(kind, Kind::SignedOutByOperator | Kind::DevicesForgottenByOperator)
}

fn every_letter() -> impl Iterator<Item = (Kind, Letter)> {
    every_letter_in(Language::English)
}

fn every_letter_in(language: Language) -> impl Iterator<Item = (Kind, Letter)> {
    Kind::ALL.iter().copied().map(move |kind| {
        let letter = compose(kind, &email("ada@example.com"), &Facts { language, ..facts(kind) });
        (kind, letter.unwrap())
    })
}
