//! Statements on `clock`.

use signet::domain::time::Timestamp;

use crate::fixture::{NOW, after, on_each};

#[tokio::test]
async fn the_last_word_about_the_clock_counts() {
    on_each(async |db| {
        assert_eq!(tx!(db, clock_confirmed_at()).unwrap(), None);
        for at in [NOW, after(60), Timestamp(NOW.0 - 60)] {
            tx!(db, confirm_clock(at)).unwrap();
            assert_eq!(tx!(db, clock_confirmed_at()).unwrap(), Some(at));
        }
        assert_eq!(db.rows("SELECT COUNT(*) FROM clock").await, ["1"]);
    })
    .await;
}
