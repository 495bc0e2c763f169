//! What in an account's rows belongs to other people: addresses that never were the account's own, and where an
//! unauthenticated caller's requests came from.

use std::{collections::HashSet, net::IpAddr};

use ipnet::IpNet;

use crate::{
    domain::{
        email::{Email, EmailKey},
        event_detail::Detail,
        security_log::{Actor, Event},
    },
    server::store::{Exported, ExportedEvent},
};

/// The part of a stranger's address that remains: enough to tell one network from another.
const V4_NETWORK: u8 = 24;
/// The same for IPv6: the network that a provider gives one customer.
const V6_NETWORK: u8 = 48;

/// The addresses that are or were an account's own.
pub struct OwnAddresses(HashSet<EmailKey>);

impl OwnAddresses {
    /// The account's address, those that it had before, and those that it changed to. The log remembers changes
    /// whose rows are gone.
    #[must_use]
    pub fn of(exported: &Exported) -> Self {
        let changes = exported.changes.iter().flat_map(|change| {
            let confirmed = change.confirmed_at.map(|_| change.new_email.as_str());
            [Some(change.old_email.as_str()), confirmed]
        });
        let changes = changes.flatten().filter_map(|text| Email::parse(text).ok()).map(|email| email.key());
        let events = exported.events.iter().flat_map(had).flatten().map(Email::key);
        let own = changes.chain(events).chain([exported.user.email.key()]);
        Self(own.collect())
    }

    /// The address, masked unless it is the account's own.
    #[must_use]
    pub fn shown(&self, address: &str) -> String {
        let email = Email::from_row(address.to_owned());
        if self.0.contains(&email.key()) { address.to_owned() } else { email.masked() }
    }
}

/// The addresses that an account had before and after an event, if the event changed them.
fn had(event: &ExportedEvent) -> [Option<&Email>; 2] {
    let Some(Detail::EmailChange { old, new }) = &event.detail else { return [None, None] };
    let changed = [Event::EmailChanged, Event::EmailChangeUndone].map(Event::word).contains(&event.event.as_str());
    [Some(old), Some(new).filter(|_| changed && event.failure.is_none())]
}

/// Whether an unauthenticated caller did it, who may not be the owner.
#[must_use]
pub fn is_strangers(event: &ExportedEvent) -> bool {
    Actor::from_word(&event.actor).is_none_or(|actor| actor == Actor::Anyone)
}

/// The network of an address; `None` for text that is no address.
#[must_use]
pub fn network(ip: &str) -> Option<String> {
    let ip: IpAddr = ip.parse::<IpAddr>().ok()?.to_canonical();
    let bits = if ip.is_ipv4() { V4_NETWORK } else { V6_NETWORK };
    IpNet::new(ip, bits).ok().map(|network| network.trunc().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(addresses: &[&str]) -> OwnAddresses {
        OwnAddresses(addresses.iter().map(|text| Email::parse(text).unwrap().key()).collect())
    }

    #[test]
    fn a_strangers_address_is_cut_to_its_network() {
        let cases = [
            ("203.0.113.77", Some("203.0.113.0/24")),
            ("::ffff:203.0.113.77", Some("203.0.113.0/24")),
            ("2001:db8:1:2:3:4:5:6", Some("2001:db8:1::/48")),
            ("nothing", None),
            ("", None),
        ];
        for (ip, expected) in cases {
            assert_eq!(network(ip).as_deref(), expected, "{ip}");
        }
    }

    #[test]
    fn only_own_addresses_are_shown_in_full() {
        let own = own(&["ada@example.com", "old@example.com"]);
        assert_eq!(own.shown("ADA@example.com"), "ADA@example.com");
        assert_eq!(own.shown("bob@example.org"), "b•••@example.org");
        let shown = |event, text: &str| detail(event, text).text_with(|address| own.shown(address));
        let change = "old@example.com → bob@example.org";
        assert_eq!(shown(Event::EmailChangeRequested, change), "old@example.com → b•••@example.org");
        assert_eq!(shown(Event::SessionRevoked, "nobody's address"), "nobody's address");
        // A name is free text.
        assert_eq!(shown(Event::ApiTokenCreated, "for bob@example.org …0af3"), "for b•••@example.org …0af3");
        assert_eq!(shown(Event::ApiTokenCreated, "@ …0af3"), "••••@ …0af3");
    }

    fn detail(event: Event, text: &str) -> Detail {
        Detail::from_row(Some(event), text.to_owned())
    }

    #[test]
    fn an_asked_for_address_is_nobodys_until_it_is_the_accounts() {
        let of = |event: Event, failure: Option<&str>, text: &str| ExportedEvent {
            at: 0,
            actor: Actor::Person.word().to_owned(),
            event: event.word().to_owned(),
            failure: failure.map(str::to_owned),
            session_id: None,
            ip: None,
            user_agent: None,
            detail: Some(detail(event, text)),
        };
        let event = |event, failure| of(event, failure, "a@example.com → b@example.com");
        let had = |event: &ExportedEvent| super::had(event).map(|email| email.map(Email::to_string));
        let [a, b] = ["a@example.com", "b@example.com"].map(|email| Some(email.to_owned()));
        assert_eq!(had(&event(Event::EmailChangeRequested, None)), [a.clone(), None]);
        assert_eq!(had(&event(Event::EmailChanged, None)), [a.clone(), b.clone()]);
        assert_eq!(had(&event(Event::EmailChanged, Some("dead_link"))), [a.clone(), None]);
        assert_eq!(had(&event(Event::EmailChangeUndone, None)), [a, b]);
        // The name that a person gives a token makes no address theirs.
        let named = "a@example.com → b@example.com …0af3";
        assert_eq!(had(&of(Event::ApiTokenCreated, None, named)), [None, None]);
    }
}
