//! Clients hang up in the middle of a page while other people sign in, who must not notice.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use fail::FailScenario;
use signet::{
    server::{clock::Clock, crypto::random::Random},
    testing::people::{PASSWORD, delivered, verified},
};
use tokio::{task::JoinSet, time::sleep};

use crate::{
    server_process::{Server, Start},
    world::{Database, World},
};

/// How many clients hang up, again and again.
const IMPATIENT: usize = 24;
/// How many people sign in, again and again.
const PATIENT: usize = 6;
/// How long the load lasts.
const LOAD: Duration = Duration::from_secs(3);
/// The page that they request: it does little else than begin a read transaction.
const PAGE: &str = "/users/reset-password/no-such-link";
/// How long a client pauses before it comes back. Without the pause the test would do nothing but open sockets.
const PAUSE: Duration = Duration::from_millis(10);

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_hangs_up_is_noticed_by_nobody_else() {
    let Some(world) = prepared().await else { return };
    // Cheap hashes leave the processors to the requests.
    let cheap = vec![("SIGNET_PASSWORD__ARGON2__M", "128".to_owned()), ("SIGNET_PASSWORD__ARGON2__T", "1".to_owned())];
    let start = Start { worker: true, others: cheap, ..Start::default() };
    let server = Arc::new(Server::start(&world, &start).await);
    let end = Instant::now() + LOAD;
    let mut clients = JoinSet::new();
    for number in 0..IMPATIENT {
        clients.spawn(hangs_up(Arc::clone(&server), number, end));
    }
    for number in 0..PATIENT {
        clients.spawn(signs_in(Arc::clone(&server), address(number), end));
    }
    let counts = clients.join_all().await;
    let log = Arc::into_inner(server).unwrap().stop().await;
    println!("{counts:?}");
    for trouble in ["already a transaction", "read-only transaction", "broke off"] {
        assert!(!log.contains(trouble), "{trouble}: {log}");
    }
}

/// Signs every account up.
async fn prepared() -> Option<World> {
    // Waits for the tests whose fail points would stop this preparation.
    let scenario = FailScenario::setup();
    let world = World::new(Database::Postgres, Clock::System.now()).await;
    if let Some(world) = &world {
        let life = world.process(Random::System);
        for number in 0..PATIENT {
            verified(&life, &address(number)).await;
        }
        delivered(&life).await;
    }
    scenario.teardown();
    world
}

fn address(number: usize) -> String {
    format!("person-{number}@example.com")
}

/// Requests a page, and hangs up 1 to 12 ms later.
async fn hangs_up(server: Arc<Server>, number: usize, end: Instant) -> usize {
    let mut times = 0;
    while times == 0 || Instant::now() < end {
        let patience = u64::try_from(1 + (number + 5 * times) % 12).unwrap();
        server.ask_and_hang_up(PAGE, Duration::from_millis(patience)).await;
        sleep(PAUSE).await;
        times += 1;
    }
    times
}

/// Signs in from new browsers; each attempt must succeed.
async fn signs_in(server: Arc<Server>, email: String, end: Instant) -> usize {
    let mut times = 0;
    while times == 0 || Instant::now() < end {
        let fields = [("email", email.as_str()), ("password", PASSWORD)];
        assert_eq!(server.post("sign_in", &fields, None).await.as_deref(), Some("/dashboard"), "{}", server.log());
        times += 1;
    }
    times
}
