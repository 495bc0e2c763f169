# Die E-Mails, in der Reihenfolge ihrer Arten in src/domain/outbox.rs. Anrede: Sie.

## In jeder E-Mail

# Für alle gleich: Den Anzeigenamen des Kontos kann ein Angreifer gewählt haben.
letter-greeting = Guten Tag.
letter-without-button = Die Schaltfläche funktioniert nicht? Öffnen Sie diese Adresse:
letter-last-line = Gesendet von { $product }, { $host }. Antworten werden nicht gelesen.

## In mehreren

letter-nothing-to-do = Wenn Sie das waren, brauchen Sie nichts zu tun.
letter-change-password = Wenn Sie das nicht waren, ändern Sie jetzt Ihr Passwort. Damit werden Sie überall abgemeldet:
letter-secure-mailbox = Wenn Sie das nicht waren, kann jemand anderes Ihre E-Mails lesen. Sichern Sie zuerst Ihr E-Mail-Konto und ändern Sie dann Ihr Passwort:
letter-ignore = Wenn Sie das nicht waren, ignorieren Sie diese E-Mail und leiten Sie sie nicht weiter.
letter-reason = Angegebener Grund: { $reason }
letter-sign-in-again = Sie können sich wieder anmelden:

## confirm_address

confirm-address-subject = Bestätigen Sie Ihre E-Mail-Adresse
confirm-address-created = Jemand, wahrscheinlich Sie, hat mit dieser Adresse ein Konto bei { $product } angelegt.
confirm-address-open = Öffnen Sie den Link und bestätigen Sie die Adresse, um Ihr Konto zu nutzen. Der Link gilt bis zum { $until }.
confirm-address-button = Adresse bestätigen
confirm-address-elsewhere = In einem anderen Browser werden Sie zuerst nach Ihrem Passwort gefragt.
confirm-address-no-claim = Solange Sie die Adresse nicht bestätigen, kann das Konto sie nicht verwenden.

## already_registered

already-registered-subject = Sie haben bereits ein Konto
already-registered-asked = Jemand, wahrscheinlich Sie, wollte mit dieser Adresse ein Konto bei { $product } anlegen. Es gibt schon eines, deshalb wurde nichts geändert.
already-registered-sign-in = Melden Sie sich mit Ihrem Passwort an:
already-registered-forgotten = Wenn Sie Ihr Passwort nicht mehr wissen, wählen Sie ein neues:
already-registered-not-you = Wenn Sie das nicht waren, brauchen Sie nichts zu tun. Wer es versucht hat, hat nicht erfahren, dass es das Konto gibt.

## reset_password

reset-password-subject = Wählen Sie ein neues Passwort
reset-password-asked = Jemand, wahrscheinlich Sie, hat ein neues Passwort für Ihr Konto bei { $product } angefordert oder eine Änderung der E-Mail-Adresse rückgängig gemacht.
reset-password-closed = Das Konto ist geschlossen und wird am { $at } gelöscht. Mit einem neuen Passwort bleibt es bestehen.
reset-password-open = Öffnen Sie den Link, um ein neues Passwort zu wählen. Er gilt einmal, bis zum { $until }.
reset-password-button = Passwort zurücksetzen
reset-password-after = Sie werden überall abgemeldet; melden Sie sich danach mit dem neuen Passwort an.
reset-password-no-change = Solange Sie kein neues Passwort wählen, ändert sich nichts.

## password_reset

password-reset-subject = Ihr Passwort wurde zurückgesetzt
password-reset-done = Das Passwort Ihres Kontos bei { $product } wurde am { $at } über einen Link in einer E-Mail zurückgesetzt. Alle Sitzungen wurden beendet, alle API-Tokens widerrufen und alle bekannten Browser vergessen.
password-reset-linked = Sie können sich bei Ihrem Konto auch hiermit anmelden: { $names }.
password-reset-unlink = Heben Sie jede Verknüpfung auf, die Sie nicht kennen:

## password_changed

password-changed-subject = Ihr Passwort wurde geändert
password-changed-done = Das Passwort Ihres Kontos bei { $product } wurde am { $at } geändert. Alle anderen Sitzungen wurden beendet.

## password_set

password-set-subject = Für Ihr Konto wurde ein Passwort festgelegt
password-set-done = Für Ihr Konto bei { $product } wurde am { $at } ein Passwort festgelegt. Sie können sich damit ebenso anmelden wie über Ihren Anbieter. Alle anderen Sitzungen wurden beendet.

## provider_linked

provider-linked-subject = Ein Anbieter wurde mit Ihrem Konto verknüpft
provider-linked-done = { $provider } wurde am { $at } mit Ihrem Konto bei { $product } verknüpft. Wer sich dort anmelden kann, kann sich auch hier anmelden.
provider-linked-unlink = Heben Sie danach die Verknüpfung auf:

## provider_unlinked

provider-unlinked-subject = Die Verknüpfung mit einem Anbieter wurde aufgehoben
provider-unlinked-done = Die Verknüpfung Ihres Kontos bei { $product } mit { $provider } wurde am { $at } aufgehoben. Sie können sich nicht mehr darüber anmelden.
provider-unlinked-check = Prüfen Sie danach, welche Anbieter verknüpft sind:

## sudo_code

sudo-code-subject = Ihr Code, um Ihre Identität zu bestätigen
sudo-code-asked = Jemand, wahrscheinlich Sie, ist dabei, etwas Wichtiges an Ihrem Konto bei { $product } zu ändern.
sudo-code-code = Code: { $code }
sudo-code-until = Er gilt in dem Browser, in dem er angefordert wurde, bis zum { $until }.
sudo-code-never = { $product } fragt Sie nie per E-Mail oder Telefon nach diesem Code. Wenn Sie das nicht waren, ignorieren Sie diese E-Mail und verraten Sie niemandem den Code.

## export_ready

export-ready-subject = Ihr Datenexport ist bereit
export-ready-done = Der Export Ihres Kontos bei { $product } ist bereit. Sie können ihn bis zum { $until } herunterladen.
export-ready-download = Melden Sie sich an, bestätigen Sie Ihre Identität und laden Sie ihn herunter:
export-ready-not-you = Wenn Sie ihn nicht angefordert haben, ändern Sie jetzt Ihr Passwort. Damit werden Sie überall abgemeldet:

## api_token_created

api-token-created-subject = Für Ihr Konto wurde ein API-Token erstellt
api-token-created-done = Für Ihr Konto bei { $product } wurde am { $at } ein API-Token erstellt. Wer es hat, kann { $scope ->
    [read] Ihr Konto, seine Sitzungen und sein Sicherheitsprotokoll lesen
   *[write] Ihr Konto, seine Sitzungen und sein Sicherheitsprotokoll lesen und Sitzungen beenden
}, bis zum { $until }. Die Liste der Tokens zeigt es als …{ $hint }.
api-token-created-revoke = Wenn Sie das nicht waren, widerrufen Sie es:
api-token-created-password = Ändern Sie danach Ihr Passwort; auch das widerruft alle Tokens:

## sessions_revoked_by_token

sessions-revoked-by-token-subject = Ein Programm hat mehrere Ihrer Sitzungen beendet
sessions-revoked-by-token-done = Ein Programm mit einem API-Token Ihres Kontos bei { $product } hat am { $at } eine Sitzung beendet. Mit diesem Token haben Programme innerhalb eines Tages { $count ->
    [one] eine Sitzung
   *[other] { $count } Sitzungen
} beendet. Die Liste der Tokens zeigt es als …{ $hint }.
sessions-revoked-by-token-own = Wenn das eines Ihrer Programme war, brauchen Sie nichts zu tun.
sessions-revoked-by-token-revoke = Wenn nicht, widerrufen Sie das Token:
sessions-revoked-by-token-password = Wenn Sie vorher abgemeldet werden, ändern Sie Ihr Passwort; auch das widerruft alle Tokens:

## new_device

new-device-subject = Neue Anmeldung bei Ihrem Konto
new-device-done = Jemand hat sich am { $at } mit einem neuen Gerät bei Ihrem Konto bei { $product } angemeldet.
new-device-device = Gerät: { $device }
new-device-browser-on = { $browser } unter { $system }
new-device-unknown = Unbekannter Browser

## confirm_email_change

confirm-email-change-subject = Bestätigen Sie Ihre neue E-Mail-Adresse
confirm-email-change-asked = Jemand, wahrscheinlich Sie, möchte diese Adresse für ein Konto bei { $product } verwenden.
confirm-email-change-open = Öffnen Sie den Link und bestätigen Sie die neue Adresse. Melden Sie sich bis dahin mit Ihrer bisherigen Adresse an, { $now }. Der Link gilt bis zum { $until }; bis Sie ihn nutzen, bleibt Ihre Adresse, wie sie ist.
confirm-email-change-open-signed-out = Öffnen Sie den Link, melden Sie sich an, wenn Sie danach gefragt werden, und bestätigen Sie die neue Adresse. Der Link gilt bis zum { $until }; bis Sie ihn nutzen, bleibt Ihre Adresse, wie sie ist.
confirm-email-change-button = Neue Adresse bestätigen
confirm-email-change-after = Sie werden überall abgemeldet; melden Sie sich danach mit dieser Adresse an.
confirm-email-change-not-used = Ihre Adresse wird dann nicht verwendet.

## email_change_to_taken

email-change-to-taken-subject = Jemand wollte Ihre Adresse verwenden
email-change-to-taken-asked = Jemand wollte diese Adresse für ein Konto bei { $product } verwenden. Sie gehört bereits zu Ihrem Konto, deshalb wurde nichts geändert.
email-change-to-taken-not-you = Wenn Sie das nicht waren, brauchen Sie nichts zu tun. Wer es versucht hat, hat nicht erfahren, dass es Ihr Konto gibt.
email-change-to-taken-own = Wenn Sie die Adresse für ein anderes Ihrer Konten verwenden möchten, ändern Sie zuerst die Adresse des Kontos, zu dem sie gehört, oder löschen Sie dieses Konto:

## email_change_requested

email-change-requested-subject = Ihre E-Mail-Adresse wird sich ändern
email-change-requested-asked = Jemand, wahrscheinlich Sie, möchte die E-Mail-Adresse Ihres Kontos bei { $product } in { $new } ändern. Bis diese Adresse bestätigt ist, melden Sie sich weiter mit der bisherigen an.
email-change-requested-was-you = Wenn Sie das waren, öffnen Sie den Link, der an die neue Adresse gesendet wurde.
email-change-requested-not-you = Wenn Sie das nicht waren, brechen Sie die Änderung ab. Sie müssen sich dafür nicht anmelden; der Link gilt bis zum { $until }.
email-change-requested-button = Änderung abbrechen
email-change-requested-password = Ändern Sie danach Ihr Passwort. Damit werden Sie überall abgemeldet:

## email_change_cancelled

email-change-cancelled-subject = Die Änderung auf diese Adresse wurde abgebrochen
email-change-cancelled-done = Jemand wollte diese Adresse für ein Konto bei { $product } verwenden. Die Änderung wurde abgebrochen, und der Link, der hierher gesendet wurde, gilt nicht mehr.
email-change-cancelled-again = Wenn Sie die Änderung weiterhin möchten, fordern Sie sie noch einmal an:
email-change-cancelled-not-you = Wenn Sie sie nicht angefordert haben, brauchen Sie nichts zu tun. Ihre Adresse wurde nicht verwendet.

## email_changed_new

email-changed-new-subject = Ihre E-Mail-Adresse wurde geändert
email-changed-new-done = Die E-Mail-Adresse Ihres Kontos bei { $product } ist jetzt { $new }. Sie wurden überall abgemeldet.
email-changed-new-sign-in = Melden Sie sich mit der neuen Adresse an:

## email_changed_old

email-changed-old-subject = Diese Adresse gehört nicht mehr zu Ihrem Konto
email-changed-old-done = Die E-Mail-Adresse Ihres Kontos bei { $product } wurde von dieser Adresse in { $new } geändert. Alle Sitzungen wurden beendet.
email-changed-old-was-you = Wenn Sie das waren, brauchen Sie nichts zu tun. Melden Sie sich mit der neuen Adresse an.
email-changed-old-not-you = Wenn Sie das nicht waren, stellen Sie diese Adresse wieder her. Sie müssen sich dafür nicht anmelden; der Link gilt bis zum { $until }.
email-changed-old-button = Adresse wiederherstellen
email-changed-old-after = Dabei wird das Passwort entfernt, Sie werden überall abgemeldet und erhalten einen Link, um ein neues Passwort zu wählen.

## email_change_undone

email-change-undone-subject = Die Änderung Ihrer E-Mail-Adresse wurde rückgängig gemacht
email-change-undone-done = Die E-Mail-Adresse des Kontos ist wieder { $restored }. Die Änderung wurde über einen Link rückgängig gemacht, der an diese Adresse gesendet wurde. Alle Sitzungen wurden beendet. Das Passwort, alle API-Tokens und die Anbieter, die kurz vor der Änderung oder seitdem verknüpft wurden, wurden entfernt. Wenn das Konto geschlossen war, ist es wieder offen.
email-change-undone-yours = Wenn das Konto Ihnen gehört, öffnen Sie den Link, der an { $restored } gesendet wurde, und wählen Sie ein neues Passwort. Bis dahin kann sich niemand mit einem Passwort anmelden.
email-change-undone-again = Wenn dieser Link nicht mehr gilt, fordern Sie einen neuen an:
email-change-undone-not-yours = Wenn es Ihnen nicht gehört, brauchen Sie nichts zu tun.

## deletion_scheduled

deletion-scheduled-subject = Ihr Konto ist geschlossen und wird am { $day } gelöscht
deletion-scheduled-by-you = Sie haben uns gebeten, Ihr Konto bei { $product } zu schließen. Es wird am { $at } gelöscht. Sie sind auf allen Geräten abgemeldet, und API-Tokens gelten nicht mehr.
deletion-scheduled-by-operator = Der Betreiber dieser Website hat Ihr Konto bei { $product } geschlossen. Es wird am { $at } gelöscht. Sie sind auf allen Geräten abgemeldet, und API-Tokens gelten nicht mehr.
deletion-scheduled-keep = Haben Sie es sich anders überlegt, oder waren Sie das nicht? Öffnen Sie den Link und behalten Sie Ihr Konto. Sie müssen sich dafür nicht anmelden. Der Link gilt einmal, bis zum { $until }.
deletion-scheduled-keep-by-operator = Um Ihr Konto zu behalten, öffnen Sie den Link. Sie müssen sich dafür nicht anmelden. Der Link gilt einmal, bis zum { $until }.
deletion-scheduled-button = Konto behalten
deletion-scheduled-sign-in = Haben Sie es sich anders überlegt? Melden Sie sich vorher an und behalten Sie Ihr Konto:
deletion-scheduled-not-you = Wenn Sie das nicht waren, melden Sie sich an und behalten Sie Ihr Konto auf dieselbe Weise.
deletion-scheduled-password = Wenn Sie das nicht waren, ändern Sie auch Ihr Passwort. Damit werden Sie überall abgemeldet, und das Konto bleibt ebenfalls bestehen:

## deletion_reminder

deletion-reminder-subject = Erinnerung: Ihr Konto wird am { $day } gelöscht
deletion-reminder-closed = Ihr Konto bei { $product } ist geschlossen und wird am { $at } gelöscht. Danach kann es nicht wiederhergestellt werden.
deletion-reminder-keep = Um es zu behalten, melden Sie sich vorher an und wählen Sie, dass Sie Ihr Konto behalten:
deletion-reminder-fine = Wenn es gelöscht werden soll, brauchen Sie nichts zu tun.
deletion-reminder-not-you = Wenn Sie es nicht geschlossen haben, wählen Sie ein neues Passwort. Damit bleibt das Konto bestehen, und Sie werden überall abgemeldet:

## deletion_cancelled

deletion-cancelled-subject = Willkommen zurück: Ihr Konto wird nicht gelöscht
deletion-cancelled-by-you = Jemand, wahrscheinlich Sie, hat Ihr Konto bei { $product } behalten: durch Anmelden, mit dem Link in unserer E-Mail oder mit einem neuen Passwort. Es wird nicht gelöscht.
deletion-cancelled-subject-by-operator = Ihr Konto wird nicht gelöscht
deletion-cancelled-by-operator = Der Betreiber dieser Website hat die Löschung Ihres Kontos bei { $product } aufgehoben. Es wird nicht gelöscht.

## deletion_executed

deletion-executed-subject = Ihr Konto wurde gelöscht
deletion-executed-done = Ihr Konto bei { $product } wurde an dem Tag gelöscht, den wir Ihnen angekündigt hatten. Es kann nicht wiederhergestellt werden, und dies ist die letzte E-Mail dazu.
deletion-executed-free = Diese Adresse ist wieder frei. Ein neues Konto mit ihr übernimmt nichts vom alten:
deletion-executed-goodbye = Auf Wiedersehen.

## signed_out_by_operator

signed-out-by-operator-subject = Der Betreiber dieser Website hat Sie abgemeldet
signed-out-by-operator-done = Der Betreiber dieser Website hat am { $at } alle Sitzungen Ihres Kontos bei { $product } beendet. API-Tokens gelten nicht mehr.

## devices_forgotten_by_operator

devices-forgotten-by-operator-subject = Ihre bekannten Browser wurden vergessen
devices-forgotten-by-operator-done = Der Betreiber dieser Website hat am { $at } Ihre bekannten Browser aus { $product } entfernt. Sie bleiben angemeldet, und wir schreiben Ihnen bei der nächsten Anmeldung mit jedem Browser.
devices-forgotten-by-operator-now = Diese Browser sind jetzt angemeldet:
