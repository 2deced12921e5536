//! How many other servers meet each condition of `others`: each server is asked once, and groups are summed up once.

use std::sync::Arc;

use hashbrown::HashMap;
use rayon::prelude::*;

use crate::condition::others::Others;
use crate::evaluate::Gate;
use crate::model::id::UpdateId;
use crate::model::name::Folded;
use crate::model::neighbours::{Among, Counted, Neighbours, Number};
use crate::model::server::Server;
use crate::model::trace::Trace;
use crate::model::truth::Truth;

/// What a server sees of the others.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'s> {
    /// As they are now: what the server is told about itself.
    pub now: &'s Arc<Neighbours>,
    /// With what may come to them: what is decided about its updates.
    pub then: &'s Arc<Neighbours>,
}

/// What is installed on a server beside what was collected.
#[derive(Clone, Debug, Default)]
pub struct Installed<'a> {
    /// For certain.
    pub certain: Vec<&'a UpdateId>,
    /// Perhaps.
    pub possible: Vec<&'a UpdateId>,
}

/// The servers that are counted together; none for those that are in every site.
pub type Group = Option<Folded>;

/// Whether a server meets a condition: the weakest and the strongest answer.
pub type Answer = [Truth; 2];

/// What is asked of all servers, and what each answers to each question.
pub struct Answers<'q, 'a> {
    gate: &'q Gate<'a>,
    /// By server and question.
    of: Vec<Vec<Answer>>,
}

impl<'q, 'a> Answers<'q, 'a> {
    /// Asks some servers, each with what is installed there by then.
    pub fn of<'s>(gate: &'q Gate<'a>, servers: &[(&'s Server, Installed<'s>)]) -> Self
    where
        'a: 's,
        'q: 's,
    {
        let answers = |(server, installed): &(&'s Server, Installed<'s>)| {
            let now = gate.now(server).with(installed.certain.iter().copied());
            let on = now.with_any(installed.possible.iter().copied());
            let test = |others: &&Others| {
                let strongest = others.matching().test(&on, &mut Trace::silent());
                [others.matching().test(&on.opposite(), &mut Trace::silent()), strongest]
            };
            gate.others.iter().map(test).collect()
        };
        Self { gate, of: servers.par_iter().map(answers).collect() }
    }

    /// What a server answers to a question.
    pub fn answer(&self, server: usize, question: usize) -> Option<Answer> {
        self.of.get(server)?.get(question).copied()
    }

    /// What each server counts: groups are summed up once, and each takes itself out.
    pub fn neighbours(&self, servers: &[&Server]) -> Vec<Arc<Neighbours>> {
        let is_complete = self.gate.question.is_complete;
        let mut all = vec![Neighbours { is_complete, counted: Vec::new() }; servers.len()];
        for (place, others) in self.gate.others.iter().enumerate() {
            let own = |server: usize| self.answer(server, place);
            let mut sums: HashMap<Group, Sum> = HashMap::new();
            for (number, server) in servers.iter().enumerate() {
                let Some((group, answer)) = others.group(server).zip(own(number)) else { continue };
                sums.entry(group).or_default().add(answer);
            }
            let mut total = Sum::default();
            sums.values().for_each(|sum| total.join(*sum));
            let everywhere = sums.get(&None).copied().unwrap_or_default();
            for ((number, server), seen) in servers.iter().enumerate().zip(&mut all) {
                let mut sum = match others.group(server) {
                    None => Sum::default(),
                    Some(None) => total,
                    Some(group) => {
                        let mut sum = sums.get(&group).copied().unwrap_or_default();
                        if others.among() == Among::Site {
                            sum.join(everywhere);
                        }
                        sum
                    }
                };
                if others.group(server).is_some() {
                    own(number).into_iter().for_each(|answer| sum.take(answer));
                }
                seen.counted.push((others.question().clone(), sum.0));
            }
        }
        all.into_iter().map(Arc::new).collect()
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Sum(Counted);

impl Sum {
    fn each(&mut self, answer: Answer, change: impl Fn(&mut u64)) {
        let Counted { least, most } = &mut self.0;
        for (truth, number) in answer.into_iter().zip([least, most]) {
            let Number { certain, possible } = number;
            if truth.is_true() {
                change(certain);
            }
            if truth.is_possible() {
                change(possible);
            }
        }
    }

    fn add(&mut self, answer: Answer) {
        self.each(answer, |number| *number += 1);
    }

    fn take(&mut self, answer: Answer) {
        self.each(answer, |number| *number = number.saturating_sub(1));
    }

    fn join(&mut self, other: Self) {
        let pairs = [(&mut self.0.least, other.0.least), (&mut self.0.most, other.0.most)];
        for (own, other) in pairs {
            own.certain += other.certain;
            own.possible += other.possible;
        }
    }
}
