//! Statements on `users`.

use crate::fixture::{on_each, unverified};

#[tokio::test]
async fn a_new_account_is_unverified() {
    on_each(async |db| {
        for n in 0..30 { 
        unverified(db, n, &format!("Ada{n}@Example.com")).await;}
        for _ in 0..20 {
            let t = std::time::Instant::now();
            let each = crate::db::TestDb::each().await;
            let u = t.elapsed();
            for d in &each { d.db.close().await; } let v=t.elapsed(); drop(each);
            println!("{:?} {:?} {:?}", u, v-u, t.elapsed()-v);
        }
    })
    .await;
}
