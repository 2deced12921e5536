//! Laws on generated cases: each run has a fresh seed and a budget of time, and a failure says how to see it again.
//!
//! `PGSEED` gives the seed. `PGBUDGET` is how many seconds all laws take together, 8 unless told otherwise; `PGCASES` is
//! how many cases each law is asked for instead, however long that takes.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, RngSeed, TestCaseError, TestRng, TestRunner};

use crate::reading::fleets;
use crate::reading::world::{Inputs, list};

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

/// Asks a law about generated fleets, of which each has a seed of its own. One that breaks it is made small: as long as
/// what is said about it begins with the same word, up to the first colon.
pub fn hold_on_fleets(name: &str, law: impl Fn(&Inputs) -> Result<(), String>) {
    let (start, cases) = (Instant::now(), number("PGCASES"));
    let mut done = 0;
    while cases.map_or(done == 0 || start.elapsed() < share(), |cases| done < cases) {
        let seed = SEED.wrapping_add(done);
        let inputs = fleet(seed);
        if let Err(said) = law(&inputs) {
            panic!(
                "{}\nto see it again: PGSEED={seed} PGCASES=1 cargo test --test all {name}",
                small(&inputs, &said, &law)
            );
        }
        done += 1;
    }
    println!("{name}: {done} fleets from seed {} in {:.1?}", *SEED, start.elapsed());
}

/// The fleet of a seed.
pub fn fleet(seed: u64) -> Inputs {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    fleets::fleet().new_tree(&mut TestRunner::new_with_rng(Config::default(), rng)).unwrap().current()
}

/// How many smaller fleets are looked at, until a failing one is small enough.
const TRIES: usize = 1000;

/// A fleet that breaks a law as small as it gets, and what is said about it.
fn small(inputs: &Inputs, said: &str, law: &impl Fn(&Inputs) -> Result<(), String>) -> String {
    let kind = |said: &str| said.split(':').next().unwrap_or_default().to_owned();
    let breaks = |less: &Inputs| law(less).is_err_and(|now| kind(&now) == kind(said));
    let less = fleets::minimise(inputs, TRIES, &breaks);
    let said = law(&less).err().unwrap_or_else(|| said.to_owned());
    format!("{}\n{said}", shown(&less))
}

/// A fleet as text, a line for each thing in it.
fn shown(inputs: &Inputs) -> String {
    let mut lines = vec![format!("inventory {}", inputs.inventory["complete"])];
    let lists = [
        ("server", list(&inputs.inventory["servers"])),
        ("pending", list(&inputs.pending["updates"])),
        ("row", &inputs.rows),
        ("product", &inputs.products),
        ("advisory", &inputs.advisories),
        ("waiver", list(&inputs.waivers["waivers"])),
    ];
    lines.extend(lists.iter().flat_map(|(name, all)| all.iter().map(move |one| format!("{name} {one}"))));
    lines.extend([format!("coverage {}", inputs.coverage), format!("policy {}", inputs.policy)]);
    lines.join("\n")
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
