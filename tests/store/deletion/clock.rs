//! Statements on `clock`.

use signet::domain::{
    deletion::clock_guard::ClockJump,
    time::{Span, Timestamp},
};

use crate::fixture::{NOW, after, on_each};

const fn doubt(at: Timestamp, hours: u32) -> ClockJump {
    ClockJump { at, ahead: Span::hours(hours) }
}

#[tokio::test]
async fn the_last_word_about_the_clock_counts() {
    on_each(async |db| {
        assert_eq!(tx!(db, clock_notes()).unwrap().confirmed_at, None);
        for at in [NOW, after(60), Timestamp(NOW.0 - 60)] {
            tx!(db, confirm_clock(at)).unwrap();
            assert_eq!(tx!(db, clock_notes()).unwrap().confirmed_at, Some(at));
        }
        assert_eq!(db.rows("SELECT COUNT(*) FROM signet_clock").await, ["1"]);
    })
    .await;
}

#[tokio::test]
async fn of_several_doubts_the_earliest_and_the_largest_is_kept() {
    on_each(async |db| {
        let doubts = [
            (doubt(after(60), 5), doubt(after(60), 5)),
            (doubt(after(90), 2), doubt(after(60), 5)),
            (doubt(after(30), 2), doubt(after(30), 5)),
            (doubt(after(90), 9), doubt(after(30), 9)),
        ];
        for (new, kept) in doubts {
            tx!(db, doubt_clock(new)).unwrap();
            assert_eq!(tx!(db, clock_notes()).unwrap().doubt, Some(kept), "{new:?}");
        }
        tx!(db, trust_clock()).unwrap();
        assert_eq!(tx!(db, clock_notes()).unwrap().doubt, None);
        tx!(db, doubt_clock(doubt(after(90), 2))).unwrap();
        assert_eq!(tx!(db, clock_notes()).unwrap().doubt, Some(doubt(after(90), 2)));
    })
    .await;
}

#[tokio::test]
async fn a_word_answers_the_doubt_that_it_is_not_earlier_than() {
    on_each(async |db| {
        for (word, is_answered) in [(after(59), false), (after(60), true), (after(61), true)] {
            tx!(db, doubt_clock(doubt(after(60), 2))).unwrap();
            tx!(db, confirm_clock(word)).unwrap();
            let notes = tx!(db, clock_notes()).unwrap();
            assert_eq!((notes.confirmed_at, notes.doubt.is_none()), (Some(word), is_answered));
        }
    })
    .await;
}

#[tokio::test]
async fn a_doubt_leaves_the_word_alone() {
    on_each(async |db| {
        tx!(db, confirm_clock(NOW)).unwrap();
        tx!(db, doubt_clock(doubt(after(60), 2))).unwrap();
        tx!(db, trust_clock()).unwrap();
        assert_eq!(tx!(db, clock_notes()).unwrap().confirmed_at, Some(NOW));
    })
    .await;
}
