//! Notes the issuer of each provider with the logins that an earlier version of the program linked.

use crate::server::lifecycle::{Error, Lifecycle};

impl Lifecycle {
    /// Notes, at the start of a process, the issuers of the settings with logins that have none yet. From then on
    /// such a login is not handed over when an operator puts another issuer under the same id.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] if the database fails.
    pub async fn note_issuers(&self) -> Result<(), Error> {
        for provider in self.providers.list() {
            let mut tx = self.db.begin().await?;
            let noted = tx.note_issuer(&provider.id, &provider.issuer).await?;
            tx.commit().await?;
            if noted > 0 {
                let (provider, issuer) = (provider.id.as_str(), provider.issuer.as_str());
                tracing::info!(
                    provider,
                    issuer,
                    noted,
                    "logins of an earlier version belong to this issuer from now on"
                );
            }
        }
        Ok(())
    }
}
