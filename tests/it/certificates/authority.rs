//! A private authority, as a company has one, and servers with its certificates.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tempfile::TempDir;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

/// How long a certificate lasts, in days from now.
const LASTS: &str = "2";
/// It ended yesterday.
const ENDED: &str = "-1";

/// An authority whose certificate no machine knows.
pub struct Authority {
    folder: TempDir,
}

/// A folder with a certificate and its key: `server.pem` and `server.key`.
pub struct Certificate(pub PathBuf);

impl Authority {
    /// Makes one with this name.
    pub fn new(name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        openssl(folder.path(), &format!("req -x509 -nodes -keyout ca.key -out ca.pem -subj /CN={name} -days 2"));
        Self { folder }
    }

    /// The file with its certificate.
    pub fn file(&self) -> String {
        self.folder.path().join("ca.pem").display().to_string()
    }

    /// A folder with that file and nothing else.
    pub fn folder(&self) -> String {
        let folder = self.folder.path().join("authorities");
        fs::create_dir_all(&folder).unwrap();
        fs::copy(self.file(), folder.join("ca.pem")).unwrap();
        folder.display().to_string()
    }

    /// A certificate for a host.
    pub fn certify(&self, host: &str) -> Certificate {
        self.certify_for(host, LASTS)
    }

    /// A certificate for a host that has expired.
    pub fn certify_until_yesterday(&self, host: &str) -> Certificate {
        self.certify_for(host, ENDED)
    }

    fn certify_for(&self, host: &str, days: &str) -> Certificate {
        let folder = self.folder.path().join(format!("{host}{days}"));
        fs::create_dir_all(&folder).unwrap();
        let name = format!("-subj /CN=server -addext subjectAltName=DNS:{host}");
        openssl(&folder, &format!("req -nodes -keyout server.key -out server.csr {name}"));
        let signs = "-CA ../ca.pem -CAkey ../ca.key -copy_extensions copy";
        openssl(&folder, &format!("x509 -req -in server.csr -out server.pem -days {days} {signs}"));
        Certificate(folder)
    }
}

fn openssl(folder: &Path, arguments: &str) {
    let mut arguments: Vec<_> = arguments.split(' ').collect();
    if arguments[0] == "req" {
        arguments.extend(["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]);
    }
    let done = Command::new("openssl").args(arguments).current_dir(folder).output().expect("openssl is installed");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

impl Certificate {
    /// Speaks TLS with this certificate at the returned port, and passes everything on to `plain`, which speaks none.
    pub async fn in_front_of(&self, plain: SocketAddr) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        self.pass_on(listener, plain);
        port
    }

    /// As [`Self::in_front_of`], where `listener` listens.
    pub fn pass_on(&self, listener: TcpListener, plain: SocketAddr) {
        let acceptor = self.acceptor();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    // A client that does not accept the certificate breaks off.
                    let Ok(mut client) = acceptor.accept(client).await else { return };
                    let mut server = TcpStream::connect(plain).await.unwrap();
                    let _ = copy_bidirectional(&mut client, &mut server).await;
                });
            }
        });
    }

    fn acceptor(&self) -> TlsAcceptor {
        let certificate = CertificateDer::from_pem_file(self.0.join("server.pem")).unwrap();
        let key = PrivateKeyDer::from_pem_file(self.0.join("server.key")).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }
}
