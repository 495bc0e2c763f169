use std::sync::mpsc;

use super::*;

/// A test that waits longer fails.
const SOON: Duration = Duration::from_secs(5);
const HOUR: Duration = Duration::from_hours(1);

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// A pool of one thread, which works until the sender is used or dropped.
async fn busy(queue: usize, patience: Duration) -> (Arc<Pool>, mpsc::Sender<()>) {
    let pool = Arc::new(Pool::new(Turns { threads: 1, queue, patience }));
    let (finish, finished) = mpsc::channel::<()>();
    let work = Arc::clone(&pool);
    tokio::spawn(async move { work.run(None, move || Ok(finished.recv())).await });
    while pool.running.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    (pool, finish)
}

/// Work of `client` that waits for its turn.
async fn waiter(pool: &Arc<Pool>, client: Option<IpAddr>) -> tokio::task::JoinHandle<Result<(), PoolError>> {
    let before = pool.waiting.available_permits();
    let work = Arc::clone(pool);
    let waiter = tokio::spawn(async move { work.run(client, || Ok(())).await });
    while pool.waiting.available_permits() == before {
        tokio::task::yield_now().await;
    }
    waiter
}

#[tokio::test]
async fn who_finds_no_place_is_turned_away_at_once() {
    let (pool, finish) = busy(1, HOUR).await;
    let waiting = waiter(&pool, None).await;
    let turned_away = timeout(SOON, pool.run(Some(address("192.0.2.1")), || Ok("computed"))).await;
    assert_eq!(turned_away, Ok(Err(PoolError::Busy)));
    drop(finish);
    assert_eq!(waiting.await.unwrap(), Ok(()));
    assert_eq!(pool.run(None, || Ok("computed")).await, Ok("computed"));
}

#[tokio::test]
async fn one_address_takes_four_waiting_places_and_leaves_the_rest_to_others() {
    let (pool, finish) = busy(64, HOUR).await;
    let networks = [("192.0.2.1", "::ffff:192.0.2.1"), ("2001:db8::1", "2001:db8:0:0:ffff::2")];
    let mut waiting = Vec::new();
    for (address_of_it, other_form) in networks {
        for _ in 0..PLACES_OF_ONE_ADDRESS {
            waiting.push(waiter(&pool, Some(address(address_of_it))).await);
        }
        for same in [address_of_it, other_form] {
            let fifth = timeout(SOON, pool.run(Some(address(same)), || Ok(()))).await;
            assert_eq!(fifth, Ok(Err(PoolError::Busy)), "{same}");
        }
    }
    for other in [Some(address("192.0.2.2")), Some(address("2001:db8:0:1::1")), None] {
        waiting.push(waiter(&pool, other).await);
    }
    drop(finish);
    for waiter in waiting {
        assert_eq!(waiter.await.unwrap(), Ok(()));
    }
    assert!(pool.places.lock().is_empty(), "places are given back");
}

#[tokio::test]
async fn a_place_is_given_back_by_a_caller_that_hangs_up() {
    let (pool, _finish) = busy(64, HOUR).await;
    for _ in 0..3 * PLACES_OF_ONE_ADDRESS {
        let waiting = waiter(&pool, None).await;
        waiting.abort();
        assert!(waiting.await.unwrap_err().is_cancelled());
    }
    assert!(pool.places.lock().is_empty());
    assert_eq!(pool.waiting.available_permits(), 64);
}

#[tokio::test]
async fn who_waits_too_long_is_turned_away() {
    let (pool, finish) = busy(1, Duration::from_millis(20)).await;
    let waited = timeout(SOON, pool.run(None, || Ok(()))).await;
    assert_eq!(waited, Ok(Err(PoolError::Busy)));
    drop(finish);
    while pool.running.available_permits() == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(pool.run(None, || Ok(())).await, Ok(()));
}

#[tokio::test]
async fn a_caller_that_hangs_up_makes_no_room_before_its_work_is_done() {
    let pool = Arc::new(Pool::new(Turns::new(1, 0)));
    let (finish, finished) = mpsc::channel::<()>();
    let work = Arc::clone(&pool);
    let caller = tokio::spawn(async move { work.run(None, move || Ok(finished.recv().is_ok())).await });
    while pool.running.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    assert_eq!(pool.run(None, || Ok(())).await, Err(PoolError::Busy));
    finish.send(()).unwrap();
    while pool.running.available_permits() == 0 {
        tokio::task::yield_now().await;
    }
}
