//! How an `OpenID` provider signs its tokens: as it should, or in one of many wrong ways.

use std::sync::LazyLock;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use rsa::{
    RsaPrivateKey, pkcs1v15,
    pkcs8::{EncodePublicKey, LineEnding},
    pss,
    rand_core::OsRng,
    sha2::{Sha256, Sha384},
    signature::{RandomizedSigner, SignatureEncoding, Signer},
    traits::PublicKeyParts,
};
use serde_json::{Value, json};

/// How a token is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signature {
    /// With the published key, as nearly every provider does.
    Rs256,
    /// With the published key and the newer padding, PSS.
    Ps256,
    /// With the published key, by an algorithm that Signet does not accept.
    Rs384,
    /// Not at all.
    None,
    /// With the public key used as a shared secret (RFC 8725 §2.1).
    Hs256WithPublicKey,
    /// With the client's secret.
    Hs256WithClientSecret,
    /// With a key that was never published.
    ForeignKey,
    /// With the published key; afterwards a claim is replaced.
    Tampered,
    /// With an algorithm that does not exist.
    Unheard,
}

/// The provider's key, and another provider's; made once per process.
static KEYS: LazyLock<[RsaPrivateKey; 2]> =
    LazyLock::new(|| [0, 1].map(|_| RsaPrivateKey::new(&mut OsRng, 2048).unwrap()));

/// Makes the keys, so that a test with short time limits need not wait for them.
pub(super) fn warm_up() {
    LazyLock::force(&KEYS);
}

/// A key set that lists the provider's public key once under each of these names.
pub(super) fn key_set(names: &[&str]) -> Value {
    let [key, _] = &*KEYS;
    let number = |bytes: Vec<u8>| URL_SAFE_NO_PAD.encode(bytes);
    let (modulus, exponent) = (number(key.n().to_bytes_be()), number(key.e().to_bytes_be()));
    let keys = names.iter().map(|name| json!({"kty": "RSA", "use": "sig", "kid": name, "n": modulus, "e": exponent}));
    json!({"keys": keys.collect::<Vec<_>>()})
}

/// A token with these claims.
pub(super) fn token(signature: Signature, key_name: Option<&str>, claims: &Value, client_secret: &str) -> String {
    let mut header = json!({"typ": "JWT", "alg": algorithm(signature)});
    if let Some(name) = key_name {
        header["kid"] = json!(name);
    }
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(&header), part(claims));
    let proof = URL_SAFE_NO_PAD.encode(sign(signature, signed.as_bytes(), client_secret));
    if signature == Signature::Tampered {
        let mut claims = claims.clone();
        claims["sub"] = json!("somebody else");
        return format!("{}.{}.{proof}", part(&header), part(&claims));
    }
    format!("{signed}.{proof}")
}

fn algorithm(signature: Signature) -> &'static str {
    match signature {
        Signature::Rs256 | Signature::ForeignKey | Signature::Tampered => "RS256",
        Signature::Ps256 => "PS256",
        Signature::Rs384 => "RS384",
        Signature::None => "none",
        Signature::Hs256WithPublicKey | Signature::Hs256WithClientSecret => "HS256",
        Signature::Unheard => "XS999",
    }
}

fn sign(signature: Signature, message: &[u8], client_secret: &str) -> Vec<u8> {
    let [key, foreign] = KEYS.clone();
    match signature {
        Signature::Rs256 | Signature::Tampered => pkcs1v15::SigningKey::<Sha256>::new(key).sign(message).to_vec(),
        Signature::Rs384 => pkcs1v15::SigningKey::<Sha384>::new(key).sign(message).to_vec(),
        Signature::Ps256 => pss::SigningKey::<Sha256>::new(key).sign_with_rng(&mut OsRng, message).to_vec(),
        Signature::ForeignKey => pkcs1v15::SigningKey::<Sha256>::new(foreign).sign(message).to_vec(),
        Signature::Hs256WithPublicKey => {
            let public = key.to_public_key().to_public_key_pem(LineEnding::LF).unwrap();
            mac(public.as_bytes(), message)
        }
        Signature::Hs256WithClientSecret => mac(client_secret.as_bytes(), message),
        Signature::None | Signature::Unheard => Vec::new(),
    }
}

fn mac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mac = Hmac::<sha2::Sha256>::new_from_slice(key).unwrap();
    mac.chain_update(message).finalize().into_bytes().to_vec()
}
