//! Statements on `limits`.

use signet::{
    domain::{
        limits::{Counted, FailuresInARow, Millis, Rate},
        time::Span,
    },
    server::store::LimitKey,
    testing::TestDb,
};

use crate::fixture::on_each;

const TEN: Rate = Rate { count: 10, period: Span::minutes(5) };
const NOW: Millis = Millis(1_800_000_000_000);
const KEY: LimitKey = [1; 16];
const OTHER: LimitKey = [2; 16];

async fn takes(db: &TestDb, key: &LimitKey, at: i64) -> bool {
    tx!(db, take_place(key, TEN, Millis(NOW.0 + at))).unwrap()
}

async fn counted(db: &TestDb, key: &LimitKey) -> Option<Counted> {
    tx!(db, counted(&[*key])).unwrap()[0]
}

#[tokio::test]
async fn ten_places_are_taken_at_once_and_one_more_every_thirty_seconds() {
    on_each(async |db| {
        for number in 0..10 {
            assert!(takes(db, &KEY, 0).await, "place {number}");
        }
        let full = counted(db, &KEY).await;
        assert!(!takes(db, &KEY, 0).await);
        assert_eq!(counted(db, &KEY).await, full, "a refusal takes nothing");
        assert!(takes(db, &OTHER, 0).await, "another key");
        assert!(!takes(db, &KEY, 29_999).await);
        assert!(takes(db, &KEY, 30_000).await);
        assert!(!takes(db, &KEY, 30_000).await);
        let keys = [KEY, [3; 16], OTHER];
        let all = tx!(db, counted(&keys)).unwrap();
        assert_eq!(all, [counted(db, &KEY).await, None, counted(db, &OTHER).await]);
    })
    .await;
}

#[tokio::test]
async fn a_place_that_is_given_back_can_be_taken_again() {
    on_each(async |db| {
        for _ in 0..10 {
            takes(db, &KEY, 0).await;
        }
        tx!(db, give_place_back(&KEY, TEN)).unwrap();
        assert!(takes(db, &KEY, 0).await);
        assert!(!takes(db, &KEY, 0).await);
        tx!(db, forget_counted(&KEY)).unwrap();
        assert_eq!(counted(db, &KEY).await, None);
    })
    .await;
}

#[tokio::test]
async fn racing_callers_take_no_more_places_than_there_are() {
    on_each(async |db| {
        let attempt = async || {
            let mut tx = db.db.begin().await.unwrap();
            let taken = tx.take_place(&KEY, TEN, NOW).await.unwrap();
            tx.commit().await.unwrap();
            taken
        };
        let taken = futures_util::future::join_all((0..32).map(|_| attempt())).await;
        assert_eq!(taken.into_iter().filter(|taken| *taken).count(), 10);
    })
    .await;
}

#[tokio::test]
async fn an_instant_from_before_the_clock_was_set_back_does_not_count() {
    on_each(async |db| {
        for _ in 0..10 {
            takes(db, &KEY, 86_400_000).await;
        }
        assert!(takes(db, &KEY, 0).await);
        assert_eq!(counted(db, &KEY).await, Some(Counted { empty_at: Millis(NOW.0 + 30_000), failures: 0 }));
    })
    .await;
}

#[tokio::test]
async fn who_queues_gets_a_turn_for_each_place() {
    on_each(async |db| {
        let two = Rate { count: 2, period: Span::minutes(1) };
        for turn in [0, 0, 30_000, 60_000] {
            assert_eq!(tx!(db, queue_for_place(&KEY, two, Span::minutes(15), NOW)).unwrap(), Millis(NOW.0 + turn));
        }
        let before_the_clock_was_set_back = Millis(NOW.0 + 10_000_000);
        assert_eq!(
            tx!(db, queue_for_place(&OTHER, two, Span::minutes(15), before_the_clock_was_set_back)).unwrap(),
            before_the_clock_was_set_back
        );
        assert_eq!(tx!(db, queue_for_place(&OTHER, two, Span::minutes(15), NOW)).unwrap(), NOW);
        assert_eq!(
            tx!(db, queue_for_place(&KEY, two, Span::minutes(15), Millis(NOW.0 + 90_000))).unwrap(),
            Millis(NOW.0 + 90_000)
        );
    })
    .await;
}

#[tokio::test]
async fn failures_in_a_row_wait_twice_as_long_each_time_and_then_end() {
    on_each(async |db| {
        let rule = FailuresInARow { wait_from: 3, most: 12 };
        let mut at = 0;
        let mut waits = Vec::new();
        for _ in 0..12 {
            assert!(tx!(db, count_failure(&KEY, rule, Millis(NOW.0 + at))).unwrap());
            let wait = counted(db, &KEY).await.unwrap().empty_at.0 - NOW.0 - at;
            if wait > 0 {
                assert!(!tx!(db, count_failure(&KEY, rule, Millis(NOW.0 + at + wait - 1))).unwrap());
            }
            waits.push(wait / 1_000);
            at += wait;
        }
        assert_eq!(waits, [0, 0, 30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600]);
        assert!(!tx!(db, count_failure(&KEY, rule, Millis(NOW.0 + at))).unwrap(), "no more");
        tx!(db, uncount_failure(&KEY)).unwrap();
        assert!(tx!(db, count_failure(&KEY, rule, Millis(NOW.0 + at))).unwrap());
    })
    .await;
}

#[tokio::test]
async fn rows_that_count_nothing_any_more_go() {
    on_each(async |db| {
        takes(db, &KEY, 0).await;
        tx!(db, count_failure(&OTHER, FailuresInARow { wait_from: 3, most: 12 }, NOW)).unwrap();
        assert_eq!(tx!(db, sweep_limits(Millis(NOW.0 + 29_999), 10)).unwrap(), 0);
        assert_eq!(tx!(db, sweep_limits(Millis(NOW.0 + 30_000), 10)).unwrap(), 1);
        assert_eq!(counted(db, &KEY).await, None);
        let days = 90 * 86_400_000;
        assert_eq!(tx!(db, sweep_limits(Millis(NOW.0 + days - 1), 10)).unwrap(), 0);
        assert_eq!(tx!(db, sweep_limits(Millis(NOW.0 + days), 10)).unwrap(), 1);
    })
    .await;
}
