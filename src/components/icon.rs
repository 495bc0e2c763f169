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
    /// The account is protected.
    Shield,
    /// A browser on a desk.
    Laptop,
    /// A browser in a hand.
    Phone,
    /// A browser of an unknown kind.
    Globe,
    /// Signing in and out.
    Door,
    /// An email.
    Envelope,
    /// A password or a token.
    Key,
    /// Two services that are linked.
    Chain,
    /// A file.
    File,
    /// The person.
    Person,
}

impl Icon {
    /// The strokes, in a square of 16 by 16.
    const fn strokes(self) -> &'static str {
        match self {
            Self::Done => "M3 8.5 6.5 12 13 4.5",
            Self::Warning => "M8 2 14.5 13.5H1.5ZM8 6.5v3.5M8 12v.2",
            Self::Waiting => "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M8 4.5V8l2.5 1.5",
            Self::Shield => "M8 1.5 13.5 3.5V8c0 3.3-2.4 5.4-5.5 6.5C4.9 13.4 2.5 11.3 2.5 8V3.5ZM5.5 8l2 2 3.5-4",
            Self::Laptop => "M3.5 3h9a.5.5 0 0 1 .5.5V10H3V3.5a.5.5 0 0 1 .5-.5M1.5 12.5h13",
            Self::Phone => {
                "M5 1.5h6a.5.5 0 0 1 .5.5v12a.5.5 0 0 1-.5.5H5a.5.5 0 0 1-.5-.5V2a.5.5 0 0 1 .5-.5M7.5 12.3h1"
            }
            Self::Globe => {
                "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M1.5 8h13M8 1.5c2 2 2.5 4.2 2.5 6.5S10 12.5 8 14.5C6 12.5 5.5 10.3 5.5 8S6 3.5 8 1.5"
            }
            Self::Door => "M9.5 2.5h3.5v11H9.5M2.5 8h7M6.5 5l3 3-3 3",
            Self::Envelope => "M2 3.5h12v9H2ZM2 4.5l6 4.5 6-4.5",
            Self::Key => "M10.5 2a3.5 3.5 0 1 1-2 6.4L3 14H1.5v-2L7.2 6.2A3.5 3.5 0 0 1 10.5 2M11 5v.2",
            Self::Chain => {
                "M6.5 9.5l3-3M7.5 4.5 9 3a2.8 2.8 0 0 1 4 4l-1.5 1.5M8.5 11.5 7 13a2.8 2.8 0 0 1-4-4l1.5-1.5"
            }
            Self::File => "M4 1.5h5.5L12.5 4.5v10H4ZM9.5 1.5v3h3M8.2 7v5M6.2 10l2 2 2-2",
            Self::Person => "M8 8a3 3 0 1 0 0-6 3 3 0 0 0 0 6M2.5 14.5c0-3 2.5-4.5 5.5-4.5s5.5 1.5 5.5 4.5",
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
