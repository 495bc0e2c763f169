//! The tables of earlier programs, whose names had no prefix. The recorded migrations identify them, because a host
//! may have tables of the same names.

use super::StoreError;

/// Tables of an earlier program.
pub(super) struct Unprefixed {
    pub sqlite: Origin,
    pub postgres: Origin,
    /// After the migration with this number, new tables are the same as renamed ones.
    pub same_as: i64,
    /// The last migration of the earlier program.
    newest: i64,
}

/// How an earlier program made the tables on one of the two databases.
#[derive(Clone, Copy)]
pub(super) struct Origin {
    /// The SHA-384 of its first migration; `last` is that of its last one.
    first: &'static str,
    last: &'static str,
    /// The SQL that gives them today's names.
    pub rename: &'static str,
}

const USERS: &str = "5fbeda5953f28a826ec673970a1df06cea4dbfe921b780fab26ce9000a21b31ac005308b480f8fbbd473d92b8d9fc2d5";
const SQLITE_CLOCK: &str =
    "c5d0d27765eb91d9e0ae77f81091640a0c97e1ab1e3db808bde25a79182d9067e30b06303efdd58676b9df6a25ff7217";
const POSTGRES_CLOCK: &str =
    "8a5e1990d4691ea295fe26471c63ce6616e503f52860929b49a72ac31944b150fa13db0c6e93ff5d575eebc41d00bd12";
const SQLITE_ERASURES: &str =
    "04c4a2869882eeb1f24ec462faf189a5fee3e49efeb522e66202979fc11a9aa35bc688227bc05eac426f56b78b9be111";
const POSTGRES_ERASURES: &str =
    "a711af835b5c677bddb31b1ddc9862c7f256374096ba39825bbae2a904ab2610d20aabb69d87468144a0716ce1015e4a";

impl Unprefixed {
    /// Reads the version and checksum of the migrations that have run.
    pub const HISTORY: &str = "SELECT version, checksum FROM _sqlx_migrations WHERE success";

    /// The tables of accounts.
    pub const ACCOUNTS: Self = Self {
        sqlite: Origin {
            first: USERS,
            last: SQLITE_CLOCK,
            rename: include_str!("../../../migrations/adopt/sqlite.sql"),
        },
        postgres: Origin {
            first: USERS,
            last: POSTGRES_CLOCK,
            rename: include_str!("../../../migrations/adopt/postgres.sql"),
        },
        same_as: 13,
        newest: 20,
    };

    /// The tables of the ledger of erasures.
    pub const LEDGER: Self = Self {
        sqlite: Origin {
            first: SQLITE_ERASURES,
            last: SQLITE_ERASURES,
            rename: include_str!("../../../migrations/adopt/ledger_sqlite.sql"),
        },
        postgres: Origin {
            first: POSTGRES_ERASURES,
            last: POSTGRES_ERASURES,
            rename: include_str!("../../../migrations/adopt/ledger_postgres.sql"),
        },
        same_as: 1,
        newest: 1,
    };

    /// Whether a history of migrations is that of the last program without the prefix. A history of the host's own
    /// migrations is not.
    ///
    /// # Errors
    /// [`StoreError::Unadoptable`] for tables of a still earlier program.
    pub fn is_to_be_adopted(&self, history: &[(i64, Vec<u8>)], origin: Origin) -> Result<bool, StoreError> {
        let has = |version: i64, checksum: &str| {
            history.iter().any(|(ran, sum)| *ran == version && crate::domain::id::hex(sum) == checksum)
        };
        match (has(1, origin.first), has(self.newest, origin.last)) {
            (_, true) => Ok(true),
            (false, false) => Ok(false),
            (true, false) => Err(StoreError::Unadoptable),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
    }

    #[test]
    fn only_the_last_tables_of_ours_are_adopted_and_a_hosts_are_left_alone() {
        let (first, last) = ((1, bytes(USERS)), (20, bytes(SQLITE_CLOCK)));
        let (hosts, hosts_last) = ((1, vec![1; 48]), (20, vec![2; 48]));
        let adopted = |history: &[(i64, Vec<u8>)]| {
            Unprefixed::ACCOUNTS.is_to_be_adopted(history, Unprefixed::ACCOUNTS.sqlite).ok()
        };
        assert_eq!(adopted(&[]), Some(false));
        assert_eq!(adopted(&[hosts, hosts_last.clone()]), Some(false));
        assert_eq!(adopted(&[first.clone(), last]), Some(true));
        assert_eq!(adopted(&[first.clone(), hosts_last]), None);
        assert_eq!(adopted(&[first]), None);
    }
}
