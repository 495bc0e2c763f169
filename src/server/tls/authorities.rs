//! The authorities whose certificates Signet accepts.

use std::{
    io,
    path::Path,
    sync::{Arc, OnceLock},
};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{
        CertificateDer,
        pem::{self, PemObject},
    },
};
use rustls_native_certs::{CertificateResult, load_certs_from_paths, load_native_certs};

/// Certificates of authorities, each of which can be read. Cheap to clone.
#[derive(Clone, Default)]
pub struct Authorities(Arc<[CertificateDer<'static>]>);

/// Why a file names no authority.
#[derive(Debug, thiserror::Error)]
pub enum NoAuthority {
    /// The file cannot be read.
    #[error("cannot be read ({0})")]
    Unread(io::Error),
    /// The file has no certificate between the two lines that PEM asks for.
    #[error("has no certificate in PEM form")]
    NotPem,
    /// What stands between those lines is no certificate, or one of a kind that Signet does not know.
    #[error("has a certificate that cannot be read: number {0}")]
    Certificate(usize),
}

impl Authorities {
    /// Reads the authorities of a PEM file.
    ///
    /// # Errors
    /// [`NoAuthority`], also if a single one of the certificates cannot be read: the operator meant it.
    pub fn of_file(path: &Path) -> Result<Self, NoAuthority> {
        let text = std::fs::read(path).map_err(NoAuthority::Unread)?;
        let mut found = Vec::new();
        for (certificate, number) in CertificateDer::pem_slice_iter(&text).zip(1..) {
            let certificate = certificate.map_err(|error| match error {
                pem::Error::NoItemsFound => NoAuthority::NotPem,
                _ => NoAuthority::Certificate(number),
            })?;
            RootCertStore::empty().add(certificate.clone()).map_err(|_| NoAuthority::Certificate(number))?;
            found.push(certificate);
        }
        if found.is_empty() { Err(NoAuthority::NotPem) } else { Ok(Self(found.into())) }
    }

    /// The authorities of the machine, read when a caller first asks for them.
    #[must_use]
    pub fn of_machine() -> Self {
        static FOUND: OnceLock<Authorities> = OnceLock::new();
        FOUND.get_or_init(|| Self::usable(load_native_certs())).clone()
    }

    /// The authorities in a file, in folders (separated by colons), or in both: what `SSL_CERT_FILE` and `SSL_CERT_DIR`
    /// name instead of those of the machine.
    #[must_use]
    pub fn in_place_of_machine(file: Option<&str>, folders: Option<&str>) -> Self {
        let mut found = load_certs_from_paths(file.map(Path::new), None);
        for folder in folders.into_iter().flat_map(|folders| folders.split(':')) {
            found.certs.extend(load_certs_from_paths(None, Some(Path::new(folder))).certs);
        }
        Self::usable(found)
    }

    /// Leaves out what cannot be read: a machine has many authorities, and one of them may be of a kind that Signet
    /// does not know.
    fn usable(found: CertificateResult) -> Self {
        let is_usable = |certificate: &CertificateDer<'_>| RootCertStore::empty().add(certificate.clone()).is_ok();
        Self(found.certs.into_iter().filter(is_usable).collect())
    }

    /// These authorities, and `others` besides.
    #[must_use]
    pub fn and(&self, others: &Self) -> Self {
        Self(self.0.iter().chain(others.0.iter()).cloned().collect())
    }

    /// Whether there is no authority, so that every server is refused.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each certificate (DER).
    pub fn certificates(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(AsRef::as_ref)
    }

    /// A client that accepts only servers with a certificate of these authorities. `None` if the library lacks what it
    /// needs for that, which its features rule out.
    #[must_use]
    pub fn client(&self) -> Option<ClientConfig> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(self.0.iter().cloned());
        let client = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let client = client.with_safe_default_protocol_versions().ok()?;
        Some(client.with_root_certificates(roots).with_no_client_auth())
    }
}

/// How many there are: the certificates would fill pages.
impl core::fmt::Debug for Authorities {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} authorities", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Authorities, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        std::fs::write(&path, text).unwrap();
        Authorities::of_file(&path).map_err(|error| error.to_string())
    }

    #[test]
    fn a_file_without_a_certificate_is_refused_with_the_reason() {
        let key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        for text in ["", "nonsense", key] {
            assert_eq!(read(text).unwrap_err(), "has no certificate in PEM form", "{text:?}");
        }
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let cut = "-----BEGIN CERTIFICATE-----\nAAAA\n";
        for text in [broken, cut] {
            assert_eq!(read(text).unwrap_err(), "has a certificate that cannot be read: number 1", "{text:?}");
        }
        let missing = Authorities::of_file(Path::new("/nowhere/ca.pem")).unwrap_err().to_string();
        assert_eq!(missing, "cannot be read (No such file or directory (os error 2))");
    }
}
