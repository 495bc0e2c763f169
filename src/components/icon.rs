//! Icons: inline drawings in one style, always beside a word.

use leptos::prelude::*;

/// An icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// An action is done.
    Done,
    /// Something failed or needs attention.
    Warning,
    /// Something is pending.
    Waiting,
}

impl Icon {
    /// The strokes, in a square of 16 by 16.
    const fn strokes(self) -> &'static str {
        match self {
            Self::Done => "M3 8.5 6.5 12 13 4.5",
            Self::Warning => "M8 2 14.5 13.5H1.5ZM8 6.5v3.5M8 12v.2",
            Self::Waiting => "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M8 4.5V8l2.5 1.5",
        }
    }
}

/// An icon, as large as the text around it.
#[component]
pub fn IconMark(
    /// The icon.
    icon: Icon,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
            <path
                d=icon.strokes()
                fill="none"
                stroke="currentColor"
                stroke-width="1.5"
                stroke-linecap="round"
                stroke-linejoin="round"
            />
        </svg>
    }
}
