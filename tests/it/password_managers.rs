//! What password managers read of each form: to which account a password belongs, and which password a field holds
//! (HTML, "Autofill"; ASVS V6.2.7).

use signet::testing::TestApp;

const ADA: &str = "ada@example.com";

/// The `<input>` tags of each form of a page.
fn forms(body: &str) -> Vec<Vec<&str>> {
    let tags = |form: &'static str, body: &str| body.matches(form).count();
    assert_eq!(tags("<form", body), tags("</form>", body));
    let forms = body.split("<form").skip(1).map(|form| form.split("</form>").next().unwrap());
    forms.map(|form| form.split("<input").skip(1).map(|rest| &rest[..rest.find('>').unwrap()]).collect()).collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split_once(&format!(" {name}=\"")).map(|(_, rest)| rest.split('"').next().unwrap())
}

/// How often each kind of field was seen.
#[derive(Default, Debug, PartialEq, Eq)]
struct Seen {
    current: usize,
    new: usize,
    addresses: usize,
}

impl Seen {
    /// Checks the fields of one form. `account` is the address that the form is about; `None` if the user types it.
    fn check(&mut self, form: &[&str], account: Option<&str>, path: &str) {
        let mut username = None;
        let mut passwords = Vec::new();
        for tag in form {
            let autocomplete = attribute(tag, "autocomplete");
            // A browser rewrites the domain of an address in such a field.
            assert_ne!(attribute(tag, "type"), Some("email"), "{path}: {tag}");
            match (attribute(tag, "type"), autocomplete) {
                (Some("password"), Some(kind)) => passwords.push((kind, attribute(tag, "passwordrules"))),
                (Some("password"), None) => panic!("{path}: {tag}"),
                (_, Some("username")) if passwords.is_empty() => username = Some(attribute(tag, "value").unwrap_or("")),
                (_, Some("email")) => {
                    assert_eq!(attribute(tag, "inputmode"), Some("email"), "{path}: {tag}");
                    self.addresses += 1;
                }
                _ => {}
            }
        }
        if !passwords.is_empty() {
            assert_eq!(username, Some(account.unwrap_or("")), "{path}: {form:?}");
        }
        for (kind, rules) in passwords {
            match (kind, rules) {
                ("current-password", None) => self.current += 1,
                ("new-password", Some("minlength: 12; maxlength: 128;")) => self.new += 1,
                other => panic!("{path}: {other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn every_form_says_whose_password_it_takes_and_which() {
    let app = TestApp::unlimited().await;
    let mut seen = Seen::default();
    let stranger = app.browser();
    for path in ["/users/register", "/users/log-in", "/users/reset-password"] {
        for form in forms(&stranger.get(path).await.body) {
            seen.check(&form, None, path);
        }
    }
    assert_eq!(seen, Seen { current: 1, new: 1, addresses: 0 });
    let ada = app.authenticated_browser(ADA).await;
    let reset = ada.ask_for_reset(ADA).await;
    let (_, confirm) = app.unverified("new@example.com").await;
    let links =
        [(format!("/users/reset-password/{reset}"), ADA), (format!("/users/confirm/{confirm}"), "new@example.com")];
    for (path, whose) in &links {
        for form in forms(&stranger.get(path).await.body) {
            seen.check(&form, Some(whose), path);
        }
    }
    assert_eq!(seen, Seen { current: 2, new: 2, addresses: 0 });
    // In words the page says whose password it is, but anyone who looks over a shoulder reads no address.
    let page = stranger.get(&links[0].0).await.body;
    assert!(page.contains("This is the password of <span class=\"address\">a•••@example.com</span>"), "{page}");
    let settings =
        ["profile", "email", "password", "providers", "sessions", "export", "api-tokens", "security-log", "delete"];
    let settings = settings.iter().map(|page| format!("/users/settings/{page}")).chain(["/users/sudo".to_owned()]);
    for path in settings {
        for form in forms(&ada.get(&path).await.body) {
            seen.check(&form, Some(ADA), &path);
        }
    }
    // The password page, the sudo page and the sudo dialogs of the others ask for it.
    assert_eq!(seen, Seen { current: 12, new: 3, addresses: 1 });
    app.db.run("UPDATE signet_users SET password_hash = NULL WHERE email = 'ada@example.com'").await.unwrap();
    for path in ["/users/settings/password", "/users/sudo"] {
        for form in forms(&ada.get(path).await.body) {
            seen.check(&form, Some(ADA), path);
        }
    }
    assert_eq!(seen, Seen { current: 12, new: 4, addresses: 1 });
}
