//! Laws on generated cases: each run has a fresh seed and a budget of time, and a failure says how to see it again.
//!
//! `PGSEED` gives the seed. `PGBUDGET` is how many seconds all laws take together, 8 unless told otherwise; `PGCASES` is
//! how many cases each law is asked for instead, however long that takes.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};

/// How many cases a law is asked for before it looks at the clock again.
const BATCH: u32 = 16;

/// The seed of this run, the same for all laws of it.
pub static SEED: LazyLock<u64> = LazyLock::new(|| number("PGSEED").unwrap_or_else(|| RandomState::new().hash_one(0)));

/// A number from the environment.
pub fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is `{text}`, which is not a number")))
}

/// A law on the values of a strategy.
pub struct Law<'a> {
    /// Its name.
    pub name: &'a str,
    /// How many cases it is asked for; else as many as its time allows.
    pub cases: Option<u64>,
    /// The variable that gives their number.
    pub variable: &'a str,
}

impl Law<'_> {
    /// Asks the law, case by case.
    pub fn hold<S: Strategy>(&self, strategy: S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) {
        let start = Instant::now();
        let mut done = 0;
        while self.cases.map_or(done == 0 || start.elapsed() < share(), |cases| done < cases) {
            let outcome = runner(self.seed_after(done), BATCH).run(&strategy, &test);
            done += u64::from(BATCH);
            outcome.unwrap_or_else(|failure| panic!("{failure}\n{}", self.again(done)));
        }
        println!("{}: {done} cases of seed {} in {:.1?}", self.name, *SEED, start.elapsed());
    }

    /// The seed of the cases after so many others: each law and each batch sees its own.
    fn seed_after(&self, done: u64) -> u64 {
        let name = self.name.bytes().fold(*SEED, |mixed, byte| mixed.wrapping_mul(0x100_0000_01b3) ^ u64::from(byte));
        name.wrapping_add(done.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn again(&self, cases: u64) -> String {
        let Self { name, variable, .. } = self;
        format!("to see it again: PGSEED={} {variable}={cases} cargo test --test all {name}", *SEED)
    }
}

/// Asks a law: on the one seed, and so many cases, on which it holds; or else on this run's.
pub fn ask<S: Strategy>(
    name: &str,
    pinned: Option<(u64, u32)>,
    strategy: S,
    test: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    match pinned {
        Some((seed, cases)) => runner(seed, cases).run(&strategy, test).unwrap_or_else(|failure| panic!("{failure}")),
        None => Law { name, cases: number("PGCASES"), variable: "PGCASES" }.hold(strategy, test),
    }
}

/// What makes cases, and those that fail as small as a minute makes them.
fn runner(seed: u64, cases: u32) -> TestRunner {
    TestRunner::new(Config {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(seed),
        max_shrink_time: 60_000,
        max_shrink_iters: u32::MAX,
        ..Config::default()
    })
}

/// The time of one law.
fn share() -> Duration {
    let laws: usize =
        [include_str!("laws.rs"), include_str!("oracle.rs")].map(|text| text.matches("#[test]").count()).iter().sum();
    Duration::from_secs(number("PGBUDGET").unwrap_or(8)) / u32::try_from(laws).unwrap()
}

/// Laws as tests: `fn name(value in strategy, …) { … }`, in which `prop_assert!` and its kind may be used. After
/// `on seed SEED, CASES cases:` they are asked there alone.
macro_rules! laws {
    (on seed $seed:literal, $cases:literal cases: $($laws:tt)+) => {
        $crate::generated::laws! { @(Some(($seed, $cases))) $($laws)+ }
    };
    (@($pinned:expr) $(
        $(#[$attribute:meta])*
        fn $name:ident($($argument:pat in $strategy:expr),+ $(,)?) $body:block
    )+) => {$(
        $(#[$attribute])*
        fn $name() {
            $crate::generated::ask(stringify!($name), $pinned, ($($strategy,)+), |($($argument,)+)| {
                $body
                Ok(())
            });
        }
    )+};
    ($($laws:tt)+) => {
        $crate::generated::laws! { @(None) $($laws)+ }
    };
}
pub(crate) use laws;
