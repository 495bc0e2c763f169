//! Times in the reader's zone and language: "5 minutes ago", "today, 14:05". The server cannot know the zone, so it
//! writes every time exactly, in UTC. That text stays where there is no JavaScript.

use core::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{
    Document, Element,
    js_sys::{
        Array, Date,
        Intl::{
            DateTimeFormatOptions, DateTimeStyle, RelativeTimeFormat, RelativeTimeFormatNumeric,
            RelativeTimeFormatOptions,
        },
    },
};

/// How often the words are made anew: a time that was "5 minutes ago" does not stay so.
const EVERY: Duration = Duration::from_mins(1);
const MINUTE: f64 = 60_000.0;
const DAY: f64 = 1_440.0 * MINUTE;
/// A time that is farther away is said as a date.
const DAYS_IN_WORDS: f64 = 30.0;

/// Shows the times of the page. It renders nothing.
#[island]
pub fn Times() -> impl IntoView {
    Effect::new(|_| {
        show(&document());
        set_interval(|| show(&document()), EVERY);
    });
}

/// Shows the times of this page, or of one that a live refresh has found. If both are shown at the same moment, equal
/// times have equal words.
pub fn show(page: &Document) {
    let Ok(times) = page.query_selector_all("time[data-time]") else { return };
    let locale = locale(page);
    for time in (0..times.length()).filter_map(|at| times.get(at)?.dyn_into::<Element>().ok()) {
        show_one(&time, &locale);
    }
}

fn show_one(time: &Element, locale: &str) {
    let date = Date::new(&time.get_attribute("datetime").unwrap_or_default().into());
    let words = match time.get_attribute("data-time").as_deref() {
        Some("relative") => relative(&date, locale),
        _ => exact(&date, locale, DateTimeStyle::Medium, DateTimeStyle::Short),
    };
    // This call fails only for an invalid name.
    let _ = time.set_attribute("title", &exact(&date, locale, DateTimeStyle::Full, DateTimeStyle::Long));
    if time.text_content().as_ref() != Some(&words) {
        time.set_text_content(Some(&words));
    }
}

fn exact(date: &Date, locale: &str, day: DateTimeStyle, minute: DateTimeStyle) -> String {
    let options = DateTimeFormatOptions::new();
    options.set_date_style(day);
    options.set_time_style(minute);
    date.to_locale_string(locale, &options).into()
}

fn relative(date: &Date, locale: &str) -> String {
    let options = RelativeTimeFormatOptions::new();
    options.set_numeric(RelativeTimeFormatNumeric::Auto);
    let format = RelativeTimeFormat::new(&Array::of1(&locale.into()), &options);
    let words = |value: f64, unit: &str| String::from(format.format(value, unit));
    let minutes = ((date.get_time() - Date::now()) / MINUTE).trunc();
    let days = ((midnight(date) - midnight(&Date::new_0())) / DAY).round();
    if minutes == 0.0 {
        words(0.0, "second")
    } else if minutes.abs() < 60.0 {
        words(minutes, "minute")
    } else if days.abs() < 2.0 {
        let options = DateTimeFormatOptions::new();
        options.set_time_style(DateTimeStyle::Short);
        let time = String::from(date.to_locale_string(locale, &options));
        [words(days, "day"), time].join(", ")
    } else if days.abs() <= DAYS_IN_WORDS {
        words(days, "day")
    } else {
        exact(date, locale, DateTimeStyle::Medium, DateTimeStyle::Short)
    }
}

/// When the day of this time begins, in the reader's zone.
fn midnight(date: &Date) -> f64 {
    let (month, day) = (date.get_month().cast_signed(), date.get_date().cast_signed());
    Date::new_with_year_month_day(date.get_full_year(), month, day).get_time()
}

/// The language of the page, in the reader's own form of it if the browser names one: `en-GB` for `en`.
fn locale(page: &Document) -> String {
    let language = page.document_element().and_then(|root| root.get_attribute("lang")).unwrap_or_default();
    window().navigator().language().filter(|own| own.starts_with(&language)).unwrap_or(language)
}
