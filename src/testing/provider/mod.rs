//! Identity providers on loopback ports that obey the test: each answers well unless a test says otherwise.
//!
//! A browser is not needed: [`TestProvider::approve`] reads the address that the browser was sent to and returns
//! what it would bring back. The token endpoint then checks the client's request against that address: code,
//! redirect address, PKCE and secret must fit.

mod endpoints;
mod github;
mod openid;
mod script;
mod signing;

pub use self::{
    github::{GITHUB_ACCESS_TOKEN, GithubScript, TestGithub},
    openid::TestProvider,
    script::{ACCESS_TOKEN, CLIENT_ID, CLIENT_SECRET, Callback, Manner, REFRESH_TOKEN, Script, TokenRequest},
    signing::Signature,
};
