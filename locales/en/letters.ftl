# The emails, in the order of their kinds in src/domain/outbox.rs.

## In every email

# The same for everyone: an attacker may have chosen the account's display name.
letter-greeting = Hello,
letter-without-button = Button not working? Open this address:
letter-last-line = Sent by { $product } at { $host }. Replies aren't read.

## In several of them

letter-nothing-to-do = If this was you, you don't need to do anything.
letter-change-password = If this wasn't you, change your password now. That signs you out everywhere:
letter-secure-mailbox = If this wasn't you, someone else can read your email. Secure your email account first, then change your password:
letter-ignore = If this wasn't you, ignore this email and don't forward it.
letter-reason = The reason given: { $reason }
letter-sign-in-again = You can sign in again:

## confirm_address

confirm-address-subject = Confirm your email address
confirm-address-created = Someone, probably you, used this address to create an account at { $product }.
confirm-address-open = Open the link and confirm the address to start using your account. The link works until { $until }.
confirm-address-button = Confirm address
confirm-address-elsewhere = In a different browser you'll be asked for your password first.
confirm-address-no-claim = Unless you confirm it, the account can't use your address.

## already_registered

already-registered-subject = You already have an account
already-registered-asked = Someone, probably you, tried to create an account at { $product } with this address. It has one already, so nothing was changed.
already-registered-sign-in = Sign in with your password:
already-registered-forgotten = If you no longer know your password, choose a new one:
already-registered-not-you = If this wasn't you, you don't need to do anything. The person who tried wasn't told that the account exists.

## reset_password

reset-password-subject = Choose a new password
reset-password-asked = Someone, probably you, requested a new password for your { $product } account, or undid a change of its email.
reset-password-closed = The account is closed and will be erased on { $at }. A new password keeps it.
reset-password-open = Open the link to choose a new password. It works once, until { $until }.
reset-password-button = Reset password
reset-password-after = You'll be signed out everywhere; then sign in with the new password.
reset-password-no-change = Nothing changes until you choose a new password.

## password_reset

password-reset-subject = Your password was reset
password-reset-done = The password of your { $product } account was reset with an emailed link on { $at }. Every session was signed out, every API token was revoked, and every known browser was forgotten.
password-reset-linked = You can also sign in to your account with: { $names }.
password-reset-unlink = Unlink any that you don't recognize:

## password_changed

password-changed-subject = Your password was changed
password-changed-done = The password of your { $product } account was changed on { $at }. Every other session was signed out.

## password_set

password-set-subject = A password was set for your account
password-set-done = A password was set for your { $product } account on { $at }. You can sign in with it as well as with your provider. Every other session was signed out.

## provider_linked

provider-linked-subject = A provider was linked to your account
provider-linked-done = { $provider } was linked to your { $product } account on { $at }. Anyone who can sign in there can sign in here.
provider-linked-unlink = Then unlink the provider:

## provider_unlinked

provider-unlinked-subject = A provider was unlinked from your account
provider-unlinked-done = { $provider } was unlinked from your { $product } account on { $at }. You can't sign in with it any more.
provider-unlinked-check = Then check which providers are linked:

## sudo_code

sudo-code-subject = Your code to confirm it's you
sudo-code-asked = Someone, probably you, is about to change something important in your { $product } account.
sudo-code-code = Code: { $code }
sudo-code-until = It works in the browser that requested it, until { $until }.
sudo-code-never = { $product } never asks for this code by email or phone. If this wasn't you, ignore this email and don't tell anyone the code.

## export_ready

export-ready-subject = Your data export is ready
export-ready-done = The export of your { $product } account is ready. You can download it until { $until }.
export-ready-download = Sign in, confirm it's you and download it:
export-ready-not-you = If you didn't request it, change your password now. That signs you out everywhere:

## api_token_created

api-token-created-subject = An API token was created for your account
api-token-created-done = An API token was created for your { $product } account on { $at }. Anyone who has it can { $scope ->
    [read] read your account, its sessions and its security log
   *[write] read your account, its sessions and its security log, and sign out sessions
}, until { $until }. The list of tokens shows it as …{ $hint }.
api-token-created-revoke = If this wasn't you, revoke it:
api-token-created-password = Then change your password, which revokes every token too:

## sessions_revoked_by_token

sessions-revoked-by-token-subject = A program signed out several of your sessions
sessions-revoked-by-token-done = A program with an API token of your { $product } account signed out a session on { $at }. With this token, programs have signed out { $count ->
    [one] one session
   *[other] { $count } sessions
} within a day. The list of tokens shows it as …{ $hint }.
sessions-revoked-by-token-own = If this was one of your programs, you don't need to do anything.
sessions-revoked-by-token-revoke = If it wasn't, revoke the token:
sessions-revoked-by-token-password = If you're signed out before you can, change your password, which revokes every token too:

## new_device

new-device-subject = New sign-in to your account
new-device-done = Someone signed in to your { $product } account on { $at }, from a new device.
new-device-device = Device: { $device }
new-device-browser-on = { $browser } on { $system }
new-device-unknown = Unknown browser

## confirm_email_change

confirm-email-change-subject = Confirm your new email
confirm-email-change-asked = Someone, probably you, asked to make this address the email of an account at { $product }.
confirm-email-change-open = Open the link and confirm the new email. To sign in, use your current address, { $now }. The link works until { $until }; until it's used, your email stays as it is.
confirm-email-change-open-signed-out = Open the link, sign in if you're asked to, and confirm the new email. The link works until { $until }; until it's used, your email stays as it is.
confirm-email-change-button = Confirm new email
confirm-email-change-after = You'll be signed out everywhere; then sign in with this address.
confirm-email-change-not-used = Your address won't be used.

## email_change_to_taken

email-change-to-taken-subject = Someone asked to use your address
email-change-to-taken-asked = Someone asked to make this address the email of an account at { $product }. It belongs to your account already, so nothing was changed.
email-change-to-taken-not-you = If this wasn't you, you don't need to do anything. The person who asked wasn't told that your account exists.
email-change-to-taken-own = If you want it for another account of yours, first change the email of the account that has it, or delete that account:

## email_change_requested

email-change-requested-subject = Your email is about to change
email-change-requested-asked = Someone, probably you, asked to change the email of your { $product } account to { $new }. Until that address is confirmed, keep signing in with this one.
email-change-requested-was-you = If this was you, open the link that was sent to the new address.
email-change-requested-not-you = If this wasn't you, cancel the change. You don't need to sign in, and the link works until { $until }.
email-change-requested-button = Cancel the change
email-change-requested-password = Then change your password. That signs you out everywhere:

## email_change_cancelled

email-change-cancelled-subject = The change to this address was cancelled
email-change-cancelled-done = Someone asked to make this address the email of an account at { $product }. That change was cancelled, and the link that was sent here no longer works.
email-change-cancelled-again = If you still want the change, request it again:
email-change-cancelled-not-you = If you didn't request it, you don't need to do anything. Your address wasn't used.

## email_changed_new

email-changed-new-subject = Your email was changed
email-changed-new-done = The email of your { $product } account is now { $new }. You're signed out everywhere.
email-changed-new-sign-in = Sign in with the new address:

## email_changed_old

email-changed-old-subject = This address is no longer your email
email-changed-old-done = The email of your { $product } account was changed from this address to { $new }. Every session was signed out.
email-changed-old-was-you = If this was you, you don't need to do anything. Sign in with the new address.
email-changed-old-not-you = If this wasn't you, restore this address. You don't need to sign in, and the link works until { $until }.
email-changed-old-button = Restore my email
email-changed-old-after = That removes the password, signs you out everywhere, and sends you a link to choose a new password.

## email_change_undone

email-change-undone-subject = Your email change was undone
email-change-undone-done = The email of the account is { $restored } again. The change was undone with a link that was sent to that address. Every session was signed out. The password, every API token, and the providers linked shortly before the change or since were removed. If the account was closed, it is open again.
email-change-undone-yours = If the account is yours, open the link that was sent to { $restored } and choose a new password. Until then, nobody can sign in with a password.
email-change-undone-again = If that link no longer works, request another one:
email-change-undone-not-yours = If it isn't yours, you don't need to do anything.

## deletion_scheduled

deletion-scheduled-subject = Your account is closed and will be erased on { $day }
deletion-scheduled-by-you = You asked us to close your { $product } account. It will be erased on { $at }. You're signed out on every device, and API tokens no longer work.
deletion-scheduled-by-operator = The operator of this site closed your { $product } account. It will be erased on { $at }. You're signed out on every device, and API tokens no longer work.
deletion-scheduled-keep = Changed your mind, or wasn't this you? Open the link and keep your account. You don't need to sign in. The link works once, until { $until }.
deletion-scheduled-keep-by-operator = To keep your account, open the link. You don't need to sign in. The link works once, until { $until }.
deletion-scheduled-button = Keep my account
deletion-scheduled-sign-in = Changed your mind? Sign in before then and choose to keep your account:
deletion-scheduled-not-you = If this wasn't you, sign in and keep your account in the same way.
deletion-scheduled-password = If this wasn't you, change your password as well. That signs you out everywhere, and keeps the account too:

## deletion_reminder

deletion-reminder-subject = Reminder: your account will be erased on { $day }
deletion-reminder-closed = Your { $product } account is closed and will be erased on { $at }. After that it can't be brought back.
deletion-reminder-keep = To keep it, sign in before then and choose to keep your account:
deletion-reminder-fine = If you want it erased, you don't need to do anything.
deletion-reminder-not-you = If you didn't close it, choose a new password. That keeps the account and signs you out everywhere:

## deletion_cancelled

deletion-cancelled-subject = Welcome back: your account won't be deleted
deletion-cancelled-by-you = Someone, probably you, kept your { $product } account: by signing in, with the link in our email, or with a new password. It won't be erased.
deletion-cancelled-subject-by-operator = Your account won't be deleted
deletion-cancelled-by-operator = The operator of this site cancelled the deletion of your { $product } account. It won't be erased.

## deletion_executed

deletion-executed-subject = Your account has been deleted
deletion-executed-done = Your { $product } account was deleted on the date that we announced to you. It can't be brought back, and this is the last email about it.
deletion-executed-free = This address is free again. A new account made with it inherits nothing from the old one:
deletion-executed-goodbye = Goodbye.

## signed_out_by_operator

signed-out-by-operator-subject = You were signed out by the operator of this site
signed-out-by-operator-done = The operator of this site ended every session of your { $product } account on { $at }. API tokens no longer work.

## devices_forgotten_by_operator

devices-forgotten-by-operator-subject = Your known browsers were forgotten
devices-forgotten-by-operator-done = The operator of this site had { $product } forget your known browsers on { $at }. You stay signed in, and we'll email you about the next sign-in from each browser.
devices-forgotten-by-operator-now = These browsers are signed in now:
