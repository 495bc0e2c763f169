//! How far two cases are apart, and how far apart two identical ones can be by chance.

use rand::{RngExt, rngs::SmallRng, seq::SliceRandom};

use crate::{
    cases::{Action, Kind},
    runs::Samples,
};

/// The pairs of identical cases.
const PAIRS: usize = 20;
/// How often a bootstrap draws a sample.
const DRAWS: usize = 500;
/// Answers leave at multiples of this time, in microseconds (`MIN_RESPONSE_TIME`).
const STEP: f64 = 100_000.0;
/// 95 % of a normal distribution lie within so many standard errors.
const WITHIN: f64 = 1.96;

/// One measurement of a case, and of the addresses with which it is compared, in the same minutes.
pub struct Round {
    pub case: Vec<f64>,
    pub baseline: Vec<f64>,
}

/// A difference with its 95 % interval, in microseconds.
#[derive(Clone, Copy, Debug)]
pub struct Estimate {
    pub difference: f64,
    low: f64,
    high: f64,
}

/// How far the intervals of identical cases reach.
#[derive(Clone, Copy, Debug)]
pub struct Noise {
    pub means: f64,
    pub delays: f64,
}

impl Round {
    pub fn of(samples: &Samples, action: Action, kind: Kind) -> Self {
        Self {
            case: samples.times(action, kind).to_vec(),
            baseline: samples.times(action, action.baseline(kind)).to_vec(),
        }
    }

    /// How long after its multiple of the step each answer came.
    fn delays(&self) -> Self {
        let of = |times: &[f64]| times.iter().map(|time| time % STEP).collect();
        Self { case: of(&self.case), baseline: of(&self.baseline) }
    }
}

impl Estimate {
    /// The differences of the means, and of the medians of the delays. Each round has its own, and the result is the mean of these: the
    /// machine may be slower in one round, and each kind of address has another share of the rounds.
    pub fn of(rounds: &[Round], random: &mut SmallRng) -> [Self; 2] {
        [Self::of_means(rounds), Self::of_delays(rounds, random)]
    }

    pub const fn interval(&self) -> [f64; 2] {
        [self.low, self.high]
    }

    /// Welch's interval.
    fn of_means(rounds: &[Round]) -> Self {
        let difference = mean_of(rounds, |round| mean(&round.case) - mean(&round.baseline));
        let squares: f64 = rounds.iter().map(|round| error_squared(&round.case) + error_squared(&round.baseline)).sum();
        let reach = WITHIN * squares.sqrt() / count(rounds.len());
        Self { difference, low: difference - reach, high: difference + reach }
    }

    /// The interval of a bootstrap.
    fn of_delays(rounds: &[Round], random: &mut SmallRng) -> Self {
        let rounds: Vec<_> = rounds.iter().map(Round::delays).collect();
        let rounds = rounds.as_slice();
        let difference = mean_of(rounds, |round| median(&round.case) - median(&round.baseline));
        let mut draws: Vec<f64> = (0..DRAWS)
            .map(|_| mean_of(rounds, |round| drawn_median(&round.case, random) - drawn_median(&round.baseline, random)))
            .collect();
        draws.sort_by(f64::total_cmp);
        let tail = DRAWS / 40;
        Self { difference, low: draws[tail], high: draws[DRAWS - 1 - tail] }
    }

    fn reach(&self) -> f64 {
        self.low.abs().max(self.high.abs())
    }
}

impl Noise {
    /// Splits the runs of one case at random.
    pub fn of(identical: &[f64], random: &mut SmallRng) -> Self {
        let mut noise = Self { means: 0.0, delays: 0.0 };
        let mut times = identical.to_vec();
        for _ in 0..PAIRS {
            times.shuffle(random);
            let (case, baseline) = times.split_at(times.len() / 2);
            let pair = Round { case: case.to_vec(), baseline: baseline.to_vec() };
            let [means, delays] = Estimate::of(&[pair], random);
            noise.means = noise.means.max(means.reach());
            noise.delays = noise.delays.max(delays.reach());
        }
        noise
    }

    /// The noise of two rounds: the machine may have been busier in one.
    pub const fn or(self, other: Self) -> Self {
        Self { means: self.means.max(other.means), delays: self.delays.max(other.delays) }
    }

    /// Whether the intervals of both differences lie within.
    pub fn holds(&self, [means, delays]: &[Estimate; 2]) -> bool {
        means.reach() <= self.means && delays.reach() <= self.delays
    }
}

/// The number in the middle.
pub fn median(numbers: &[f64]) -> f64 {
    middle(&mut numbers.to_vec())
}

/// A figure for a line.
#[expect(clippy::cast_possible_truncation, reason = "microseconds of an answer fit")]
pub fn whole(microseconds: f64) -> i64 {
    microseconds.round() as i64
}

fn drawn_median(numbers: &[f64], random: &mut SmallRng) -> f64 {
    middle(&mut (0..numbers.len()).map(|_| numbers[random.random_range(0..numbers.len())]).collect::<Vec<_>>())
}

fn middle(numbers: &mut [f64]) -> f64 {
    let half = numbers.len() / 2;
    *numbers.select_nth_unstable_by(half, f64::total_cmp).1
}

fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / count(numbers.len())
}

/// The square of the standard error of a mean.
fn error_squared(numbers: &[f64]) -> f64 {
    let middle = mean(numbers);
    let squares: f64 = numbers.iter().map(|number| (number - middle).powi(2)).sum();
    squares / (count(numbers.len()) - 1.0) / count(numbers.len())
}

fn mean_of(rounds: &[Round], mut of: impl FnMut(&Round) -> f64) -> f64 {
    rounds.iter().map(&mut of).sum::<f64>() / count(rounds.len())
}

#[expect(clippy::cast_precision_loss, reason = "counts of runs are small")]
const fn count(number: usize) -> f64 {
    number as f64
}
