//! Why a connection to another server was not made, in words for the log.

use std::{error::Error, io};

use rustls::CertificateError;

/// What a failed lookup of a host name says.
const UNKNOWN_NAME: &str = "failed to lookup address information";

/// Says why a connection failed, from the deepest error that says something: what a client wraps around it is the same
/// for every cause. Leaves out what is around it also because that may repeat an address with a secret in it.
#[must_use]
pub fn cause(error: &(dyn Error + 'static)) -> String {
    let mut next = Some(error);
    let mut words = String::new();
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref::<rustls::Error>() {
            return of_tls(error);
        }
        let inside = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        words = match error.downcast_ref::<io::Error>() {
            Some(error) if inside.is_none() => return of_io(error),
            Some(error) if error.to_string().starts_with(UNKNOWN_NAME) => return of_io(error),
            _ => error.to_string(),
        };
        // The source of an `io::Error` is that of the error inside it, which would be passed over.
        next = inside.map_or_else(|| error.source(), |inside| Some(inside as &(dyn Error + 'static)));
    }
    words
}

fn of_tls(error: &rustls::Error) -> String {
    match error {
        rustls::Error::InvalidCertificate(error) => of_certificate(error),
        rustls::Error::InvalidMessage(_) => "it does not speak TLS at this port".to_owned(),
        rustls::Error::AlertReceived(alert) => format!("it broke TLS off ({alert:?})"),
        error => format!("TLS failed ({error})"),
    }
}

fn of_certificate(error: &CertificateError) -> String {
    match error {
        CertificateError::UnknownIssuer => {
            "its certificate is of an authority that is not trusted here; tls.ca_file names further authorities"
        }
        // An authority that was made anew, usually.
        CertificateError::BadSignature => {
            "its certificate is of an authority that has only the name of a trusted one; tls.ca_file names further \
             authorities"
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "its certificate has expired",
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet by the clock of this machine"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "its certificate is for another host name"
        }
        other => return format!("its certificate cannot be accepted ({other})"),
    }
    .to_owned()
}

fn of_io(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "it refused the connection".to_owned(),
        io::ErrorKind::TimedOut => "it did not answer in time".to_owned(),
        io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::UnexpectedEof => "it closed the connection".to_owned(),
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => "no network leads to it".to_owned(),
        _ if error.to_string().starts_with(UNKNOWN_NAME) => "its host name is not known".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As a client that wraps the cause, and repeats an address with a secret in it.
    #[derive(Debug, thiserror::Error)]
    #[error("error sending request for https://id.example/token?code=hunter2")]
    struct Around(#[source] io::Error);

    #[test]
    fn the_deepest_error_says_why_and_what_is_around_it_is_left_out() {
        let unknown = rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let expired = rustls::Error::InvalidCertificate(CertificateError::Expired);
        let plain = rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType);
        for (error, words) in [
            (io::Error::other(unknown), "of an authority that is not trusted here"),
            (io::Error::other(expired), "has expired"),
            (io::Error::other(plain), "does not speak TLS"),
            (io::ErrorKind::ConnectionRefused.into(), "refused the connection"),
            (io::Error::from_raw_os_error(111), "refused the connection"),
            (io::Error::other(io::Error::from_raw_os_error(113)), "no network leads to it"),
            (io::Error::other(format!("{UNKNOWN_NAME}: Name or service not known")), "host name is not known"),
            (io::Error::other("something new"), "something new"),
        ] {
            let said = cause(&Around(error));
            assert!(said.contains(words) && !said.contains("hunter2"), "{words}: {said}");
        }
    }
}
