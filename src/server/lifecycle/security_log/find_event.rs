//! `find_event`: one event of the account's own security log.

use crate::server::lifecycle::{Error, Lifecycle, Viewer, security_log::SecurityLogEntry, sudo::SudoWays};

impl Lifecycle {
    /// The event with this number in the viewer's log, if there is one, and the methods by which the user can confirm
    /// their identity. A caller may pass any number, because only the viewer's own events are read.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] if the database fails.
    pub async fn find_event(
        &self,
        viewer: &Viewer,
        number: i64,
    ) -> Result<(Option<SecurityLogEntry>, SudoWays), Error> {
        let mut snapshot = self.read_settings(viewer).await?;
        // The newest event before the next number is this one, unless the log has no such number.
        let rows = snapshot.events(&viewer.user.id, Some(number.saturating_add(1)), 1).await?;
        let sudo_ways = self.sudo_ways_in(&mut snapshot, viewer).await?;
        snapshot.end().await?;
        let found = rows.into_iter().find(|row| row.id == number);
        Ok((found.map(SecurityLogEntry::from), sudo_ways))
    }
}
