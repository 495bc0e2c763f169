//! Panics at a fail point, on the thread of the test that asks for them alone: other tests run beside it. All that a
//! test spawns is on its own thread, unless it asks for several.

use std::{cell::RefCell, collections::HashMap, ops::Range};

thread_local! {
    static PLANS: RefCell<HashMap<&'static str, Plan>> = RefCell::default();
}

/// Which of the times that a fail point is reached end in a panic.
struct Plan {
    panics: Range<usize>,
    reached: usize,
}

/// Panics at one fail point, for as long as this is kept.
pub struct Panics(&'static str);

impl Panics {
    /// Panics in `times` at the fail point, counted from one.
    pub fn at(point: &'static str, times: Range<usize>) -> Self {
        PLANS.with_borrow_mut(|plans| plans.insert(point, Plan { panics: times, reached: 0 }));
        fail::cfg_callback(point, move || reach(point)).expect("the feature failpoints");
        Self(point)
    }

    /// How often the fail point was reached.
    pub fn reached(&self) -> usize {
        PLANS.with_borrow(|plans| plans[self.0].reached)
    }
}

impl Drop for Panics {
    fn drop(&mut self) {
        PLANS.with_borrow_mut(|plans| plans.remove(self.0));
    }
}

fn reach(point: &'static str) {
    let is_now = PLANS.with_borrow_mut(|plans| {
        let Some(plan) = plans.get_mut(point) else { return false };
        plan.reached += 1;
        plan.panics.contains(&plan.reached)
    });
    assert!(!is_now, "a panic at {point}, which is meant");
}
