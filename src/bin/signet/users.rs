//! `signet user`: what an operator sees of an account and does to it, also while the site is served.

use signet::{
    copy::units,
    domain::{
        error::Refusal,
        user::{AccountStatus, User},
    },
    server::{
        clock::Clock,
        config::Settings,
        crypto::random::Random,
        lifecycle::{Error, Lifecycle, queries::AccountSheet},
        serve::ensure_ledger_current,
    },
};

use super::{
    arguments::{Because, UserCommand},
    commands::existing,
    failure::Failure,
};

/// Carries out a command on an account.
///
/// # Errors
/// [`Failure::UnknownAddress`], [`Failure::Unfit`], and those of the database and of the ledger.
pub async fn carry_out(settings: &Settings, command: UserCommand) -> Result<(), Failure> {
    let db = existing(settings).await?;
    let lifecycle = Lifecycle::new(settings, db, Clock::System, Random::System);
    let done = on_current_database(&lifecycle, command).await;
    lifecycle.close().await;
    println!("{}", done?);
    Ok(())
}

/// In a database that is older than its ledger, the account may be one that was erased.
async fn on_current_database(lifecycle: &Lifecycle, command: UserCommand) -> Result<String, Failure> {
    ensure_ledger_current(lifecycle.ledger_status().await?)?;
    let address = match &command {
        UserCommand::Show { address } => address,
        UserCommand::SignOut(because)
        | UserCommand::ForgetDevices(because)
        | UserCommand::ScheduleDeletion(because)
        | UserCommand::CancelDeletion(because) => &because.address,
    };
    act(lifecycle, &command).await.map_err(|error| failure(address, error))
}

/// Does it, and returns what to say.
async fn act(lifecycle: &Lifecycle, command: &UserCommand) -> Result<String, Error> {
    Ok(match command {
        UserCommand::Show { address } => sheet(&lifecycle.account_sheet(address).await?),
        UserCommand::SignOut(Because { address, reason }) => {
            let ended = lifecycle.sign_out_by_operator(address, reason).await?;
            format!("Signed {address} out: {ended} sessions ended, and no API token is left.")
        }
        UserCommand::ForgetDevices(Because { address, reason }) => {
            lifecycle.forget_devices_by_operator(address, reason).await?;
            format!("Forgot the known browsers of {address}.")
        }
        UserCommand::ScheduleDeletion(Because { address, reason }) => {
            let scheduled = lifecycle.schedule_deletion_by_operator(address, reason).await?;
            format!("Closed {address}. It is erased on {}.", units::minute(scheduled.delete_at))
        }
        UserCommand::CancelDeletion(Because { address, reason }) => {
            lifecycle.cancel_deletion_by_operator(address, reason).await?;
            format!("Kept {address}.")
        }
    })
}

fn failure(address: &str, error: Error) -> Failure {
    let unfit = |problem| Failure::Unfit { address: address.to_owned(), problem };
    match error {
        Error::Refused(Refusal::InvalidEmail | Refusal::NotFound) => Failure::UnknownAddress(address.to_owned()),
        Error::Refused(Refusal::DeletionScheduled) => unfit("is closed already, and its date stays"),
        Error::Refused(Refusal::ChangedMeanwhile) => unfit("is not closed, so there is no deletion to cancel"),
        error => error.into(),
    }
}

/// What an operator reads of an account, a line for each fact.
fn sheet(sheet: &AccountSheet) -> String {
    let user = &sheet.user;
    let verified = user.email_verified_at.map_or_else(|| "no".to_owned(), units::minute);
    let password = user.has_password.then(|| "password".to_owned());
    let ways: Vec<String> = password.into_iter().chain(sheet.providers.iter().map(ToString::to_string)).collect();
    let ways = if ways.is_empty() { "none".to_owned() } else { ways.join(", ") };
    let facts = [
        ("Address", user.email.to_string()),
        ("Id", user.id.to_string()),
        ("Status", status(user)),
        ("Created", units::minute(user.created_at)),
        ("Verified", verified),
        ("Ways in", ways),
        ("Sessions", sheet.sessions.to_string()),
        ("Known browsers", sheet.known_devices.to_string()),
        ("API tokens", sheet.api_tokens.to_string()),
    ];
    facts.map(|(name, value)| format!("{name:<16}{value}")).join("\n")
}

fn status(user: &User) -> String {
    match (user.status(), &user.deletion) {
        (_, Some(deletion)) => format!(
            "closed on {}, erased on {}",
            units::minute(deletion.deletion_scheduled_at),
            units::minute(deletion.delete_at)
        ),
        (AccountStatus::Unverified, None) => "unverified".to_owned(),
        _ => "active".to_owned(),
    }
}
