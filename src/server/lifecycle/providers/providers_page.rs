//! The query of the providers page in the settings, and the configured providers for the sign-in page.

use crate::{
    domain::{providers::ProviderId, time::Timestamp},
    server::{
        lifecycle::{Error, Lifecycle, Viewer, sudo::SudoWays},
        oauth::Listed,
        store::LinkedIdentity,
    },
};

/// The data of the providers page.
pub struct ProvidersPage {
    /// Every provider of the settings, in their order, followed by linked ones that the settings no longer list.
    pub providers: Vec<ProviderLine>,
    /// The methods by which the user can confirm their identity.
    pub sudo_ways: SudoWays,
}

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
    /// Whether the settings still list the provider, with the issuer that it had.
    pub is_configured: bool,
}

impl Lifecycle {
    /// Every provider of the settings, in their order. Does not query the database.
    #[must_use]
    pub fn configured_providers(&self) -> Vec<Listed> {
        self.providers.list().cloned().collect()
    }

    /// The data of the viewer's providers page.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] if the database fails.
    pub async fn providers_page(&self, viewer: &Viewer) -> Result<ProvidersPage, Error> {
        let mut snapshot = self.read_settings(viewer).await?;
        let linked = snapshot.identities(&viewer.user.id).await?;
        let sudo_ways = self.sudo_ways_with(&mut snapshot, viewer, &linked).await?;
        snapshot.end().await?;
        Ok(ProvidersPage { providers: self.provider_lines(viewer, &linked), sudo_ways })
    }

    /// Every provider of the settings, in their order, followed by linked ones that the settings no longer list.
    pub(in crate::server::lifecycle) fn provider_lines(
        &self,
        viewer: &Viewer,
        linked: &[LinkedIdentity],
    ) -> Vec<ProviderLine> {
        let configured = self.providers.list().map(|listed| listed.id.clone());
        let forgotten = linked.iter().map(|identity| identity.provider.clone());
        let forgotten = forgotten.filter(|id| self.providers.get(id).is_none());
        configured.chain(forgotten).map(|id| self.provider_line(viewer, linked, id)).collect()
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
                is_configured: self.providers.of(&own.provider, own.issuer.as_deref()).is_some(),
            }),
            id,
        }
    }
}
