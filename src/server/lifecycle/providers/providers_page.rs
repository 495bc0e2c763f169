//! The query of the providers page in the settings, and the configured providers for the sign-in page.

use crate::{
    domain::{providers::ProviderId, time::Timestamp},
    server::{
        lifecycle::{Error, Lifecycle, Viewer},
        oauth::Listed,
        store::LinkedIdentity,
    },
};

/// A provider, for the owner of an account.
pub struct ProviderLine {
    /// Its name in paths and rows.
    pub id: ProviderId,
    /// Its name on buttons.
    pub name: String,
    /// The linked identity, if any.
    pub linked: Option<LinkedProvider>,
    /// Whether it is the last sign-in method of the account.
    pub is_last_way_in: bool,
}

/// A linked identity.
pub struct LinkedProvider {
    /// The address that the provider had verified at the time of linking. Only a label.
    pub email: Option<String>,
    /// When it was linked.
    pub linked_at: Timestamp,
    /// When the user last signed in or confirmed their identity with it.
    pub last_used_at: Option<Timestamp>,
    /// Whether the settings still list the provider.
    pub is_configured: bool,
}

impl Lifecycle {
    /// Every provider of the settings, in their order. Does not query the database.
    #[must_use]
    pub fn configured_providers(&self) -> Vec<Listed> {
        self.providers.list().cloned().collect()
    }

    /// Every provider of the settings, followed by linked ones that the settings no longer list.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] if the database fails.
    pub async fn providers_page(&self, viewer: &Viewer) -> Result<Vec<ProviderLine>, Error> {
        let linked = self.db.single_read().await?.identities(&viewer.user.id).await?;
        let configured = self.providers.list().map(|listed| listed.id.clone());
        let forgotten = linked.iter().map(|identity| identity.provider.clone());
        let forgotten = forgotten.filter(|id| self.providers.get(id).is_none());
        Ok(configured.chain(forgotten).map(|id| self.provider_line(viewer, &linked, id)).collect())
    }

    fn provider_line(&self, viewer: &Viewer, linked: &[LinkedIdentity], id: ProviderId) -> ProviderLine {
        let own = linked.iter().find(|identity| identity.provider == id);
        ProviderLine {
            name: self.providers.name_of(&id),
            is_last_way_in: own.is_some() && self.is_last_way_in(&viewer.user, linked, &id),
            linked: own.map(|own| LinkedProvider {
                email: own.email.clone(),
                linked_at: own.linked_at,
                last_used_at: own.last_used_at,
                is_configured: self.providers.get(&id).is_some(),
            }),
            id,
        }
    }
}
