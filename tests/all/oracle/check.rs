//! Compares a decision document with the naive reading: what must be equal is compared, what may be chosen is checked.

use patchgate::document::decision::Wait;
use patchgate::document::decision::{Decision, Document};
use patchgate::model::effect::Effect;
use patchgate::model::rule::Rule;
use patchgate::model::truth::Truth;
use patchgate::model::verdict::Verdict;

use super::naive;
use super::universe::*;

type Check = Result<(), String>;

fn number(id: &str) -> u8 {
    id.trim_start_matches("KB500").parse().unwrap()
}

fn shown(decision: &Decision) -> String {
    serde_json::to_string_pretty(decision).unwrap()
}

fn place(fleet: &Fleet, name: &str) -> usize {
    (0..fleet.hosts.len()).find(|n| host_name(*n) == name).unwrap()
}

/// One server's part of the document.
struct Part<'a> {
    fleet: &'a Fleet,
    index: usize,
    decisions: Vec<&'a Decision>,
}

pub fn compare(fleet: &Fleet, document: &Document) -> Check {
    for index in 0..fleet.hosts.len() {
        let decisions = document.decisions.iter().filter(|d| d.server.as_str() == host_name(index)).collect();
        let part = Part { fleet, index, decisions };
        part.pairs()?;
        for decision in &part.decisions {
            let told = |what: String| format!("{} {}: {what}\n{}", decision.server, decision.update, shown(decision));
            part.reasons(decision).map_err(told)?;
            part.house_rules(decision).map_err(told)?;
            part.verdict(decision).map_err(told)?;
            part.rounds(decision).map_err(told)?;
            part.ways(decision).map_err(told)?;
            part.superseded(decision).map_err(told)?;
        }
        part.missing(document)?;
    }
    pools(fleet, document)?;
    order(fleet, document)?;
    references(document)
}

impl Part<'_> {
    fn host(&self) -> &Host {
        &self.fleet.hosts[self.index]
    }

    fn pending(&self) -> Vec<u8> {
        self.decisions.iter().map(|decision| number(decision.update.as_str())).collect()
    }

    fn pairs(&self) -> Check {
        let expected: Vec<u8> = (0..UPDATES).filter(|update| self.fleet.is_pair(self.index, *update)).collect();
        let found: Vec<u8> = self.decisions.iter().map(|decision| number(decision.update.as_str())).collect();
        if expected == found {
            Ok(())
        } else {
            Err(format!("server {}: pairs {found:?}, naively {expected:?}", self.index))
        }
    }

    /// What is installed before a round, in the order of the rounds.
    fn before(&self, round: u32) -> Vec<u8> {
        let mut earlier: Vec<_> = self.decisions.iter().filter(|d| d.round.is_some_and(|r| r < round)).collect();
        earlier.sort_by_key(|decision| (decision.round, decision.update.clone()));
        earlier.iter().map(|decision| number(decision.update.as_str())).collect()
    }

    /// The same, with the others of the round.
    fn beside(&self, decision: &Decision, round: u32) -> Vec<u8> {
        let mut all = self.before(round + 1);
        all.retain(|update| *update != number(decision.update.as_str()));
        all
    }

    /// All that the server becomes on the way; what a decision waits for may be all of the earlier rounds that is there.
    fn states(&self, decision: &Decision) -> impl Iterator<Item = Vec<u8>> {
        let last = self.decisions.iter().filter_map(|decision| decision.round).max().map_or(0, |round| round + 1);
        let rounds = (0..=last).flat_map(move |round| [self.before(round), self.beside(decision, round)]);
        rounds.chain([self.awaited(decision)])
    }

    /// What a decision waits for on its server.
    fn awaited(&self, decision: &Decision) -> Vec<u8> {
        let is_awaited = |other: &&Decision| {
            decision
                .after
                .iter()
                .filter_map(Wait::pair)
                .any(|pair| pair.server == other.server && pair.update == other.update)
        };
        let mut awaited: Vec<_> = self.decisions.iter().copied().filter(is_awaited).collect();
        awaited.sort_by_key(|other| (other.round, other.update.clone()));
        awaited.iter().map(|other| number(other.update.as_str())).collect()
    }

    fn is_free(&self, decision: &Decision, assumed: &[u8]) -> bool {
        self.fleet.is_free(self.host(), assumed, number(decision.update.as_str()), decision.expedited)
    }

    /// Advisories: all that speak now are told, with the right truth; others only when they speak along the way.
    fn reasons(&self, decision: &Decision) -> Check {
        let update = number(decision.update.as_str());
        let now = self.fleet.advice_on(self.host(), &[], update);
        for (advice, truth, effect) in &now {
            let id = advisory_id(*advice);
            let Some(reason) = decision.reasons.iter().find(|r| r.advisory.as_ref().is_some_and(|a| a.as_str() == id))
            else {
                return Err(format!("{id} speaks naively ({truth:?}, {effect}), but is not told"));
            };
            // What keeps it from going later may be told in place of what keeps it from going now.
            let later = match decision.round {
                Some(0) => Vec::new(),
                _ => {
                    self.states(decision).flat_map(|state| self.fleet.advice_on(self.host(), &state, update)).collect()
                }
            };
            let found = (reason.truth.to_string(), reason.effect.to_string());
            let has_helper = decision.round != Some(0) || !decision.with.is_empty();
            let fits = |(n, truth, effect): &(usize, naive::Truth, &str)| {
                let waits = *effect == "block" && has_helper && found.1 == "sequence";
                n == advice && found.0 == format!("{truth:?}").to_lowercase() && (found.1 == *effect || waits)
            };
            if !fits(&(*advice, *truth, effect)) && !later.iter().any(fits) {
                return Err(format!("{id} is {found:?}, naively {truth:?} and {effect}"));
            }
            if (reason.truth == Truth::Unknown) == reason.missing.is_empty() {
                return Err(format!("{id} is {} and misses {:?}", reason.truth, reason.missing));
            }
        }
        let kinds = [Rule::KnownBad, Rule::Prerequisite, Rule::Hazard, Rule::Procedure];
        for reason in decision.reasons.iter().filter(|reason| kinds.contains(&reason.rule)) {
            let id = reason.advisory.as_ref().unwrap().as_str();
            let speaks = |assumed: &[u8]| {
                self.fleet.advice_on(self.host(), assumed, update).iter().any(|(n, ..)| advisory_id(*n) == id)
            };
            if !speaks(&[]) && !self.states(decision).any(|assumed| speaks(&assumed)) {
                return Err(format!("{id} is told, but never speaks naively"));
            }
        }
        self.required(decision)
    }

    fn required(&self, decision: &Decision) -> Check {
        let update = number(decision.update.as_str());
        for (n, advice) in self.fleet.advices.iter().enumerate() {
            let id = advisory_id(n);
            let told = decision
                .reasons
                .iter()
                .any(|r| r.rule == Rule::Required && r.advisory.as_ref().unwrap().as_str() == id);
            match self.fleet.wants(advice, self.host(), &self.pending(), update) {
                naive::Truth::True if !told => return Err(format!("{id} is satisfied by it, but is not told")),
                naive::Truth::True if !decision.expedited => {
                    return Err(format!("{id} is satisfied by it, but it is not expedited"));
                }
                naive::Truth::False if told => return Err(format!("{id} is told to be satisfied by it")),
                _ => {}
            }
        }
        let is_wanted = decision.reasons.iter().any(|reason| reason.rule == Rule::Required);
        let exploited = self.fleet.patches[usize::from(update)].is_exploited;
        if decision.expedited && !is_wanted && !exploited {
            return Err("expedited, but neither wanted nor exploited".to_owned());
        }
        if exploited && !decision.expedited {
            return Err("exploited, but not expedited".to_owned());
        }
        let is_superseded = decision.reasons.iter().any(|reason| reason.rule == Rule::Superseded);
        let known_wanted = decision.reasons.iter().any(|r| r.rule == Rule::Required && r.truth == Truth::True);
        let conflicts = known_wanted && decision.verdict == Verdict::Block;
        if conflicts && !decision.conflict && !is_superseded {
            return Err("wanted and blocked, but no conflict".to_owned());
        }
        if decision.conflict && (!is_wanted || decision.verdict != Verdict::Block) {
            return Err("a conflict of what is not wanted or not blocked".to_owned());
        }
        if decision.verdict == Verdict::Block && decision.conflict && decision.unblock.is_empty() {
            return Err("a conflict without a way out".to_owned());
        }
        Ok(())
    }

    fn house_rules(&self, decision: &Decision) -> Check {
        let update = number(decision.update.as_str());
        let patch = &self.fleet.patches[usize::from(update)];
        let find = |rule| decision.reasons.iter().find(|reason| reason.rule == rule);
        let days = Fleet::soak_days(self.host(), decision.expedited);
        let soak = match patch.released {
            _ if days == 0 => None,
            None => Some((Effect::Block, Truth::Unknown)),
            Some(age) if age < days => Some((Effect::Sequence, Truth::True)),
            Some(_) => None,
        };
        let found = find(Rule::Soak).map(|reason| (reason.effect, reason.truth));
        if found != soak {
            return Err(format!("soak is {found:?}, naively {soak:?}"));
        }
        if find(Rule::Hold).is_some() != self.fleet.is_held(update) {
            return Err("hold differs".to_owned());
        }
        let frozen = self.fleet.freeze.is_some_and(|excepts| !(excepts && decision.expedited));
        if find(Rule::Freeze).map(|reason| reason.effect) != frozen.then_some(Effect::Sequence) {
            return Err("freeze differs".to_owned());
        }
        let aged = patch.released.filter(|age| *age < days).map(|age| {
            let released: jiff::civil::Date = days_ago(age).parse().unwrap();
            released.checked_add(jiff::SignedDuration::from_hours(24 * i64::from(days))).unwrap()
        });
        let thawed = frozen.then(|| "2024-06-20".parse::<jiff::civil::Date>().unwrap());
        let own = aged.max(thawed).map(|day| day.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp());
        // What goes together waits together.
        let is_company = |other: &&&Decision| {
            decision
                .with
                .iter()
                .filter_map(Wait::pair)
                .any(|pair| pair.server == other.server && pair.update == other.update)
        };
        let company = self.decisions.iter().filter(is_company).filter_map(|other| other.not_before).max();
        let not_before = own.max(company);
        if decision.verdict == Verdict::Sequence && decision.not_before != not_before {
            return Err(format!("not before {:?}, naively {not_before:?}", decision.not_before));
        }
        Ok(())
    }

    fn verdict(&self, decision: &Decision) -> Check {
        let effect = decision.reasons.iter().map(|reason| reason.effect).max().unwrap_or(Effect::Note);
        let verdict = match effect {
            Effect::Note => Verdict::Approve,
            Effect::Sequence => Verdict::Sequence,
            Effect::Block => Verdict::Block,
        };
        if decision.verdict != verdict {
            return Err(format!("the verdict is not the join of its reasons, {verdict}"));
        }
        let mut blocks = decision.reasons.iter().filter(|reason| reason.effect == Effect::Block);
        let undecided = decision.verdict == Verdict::Block && blocks.all(|reason| reason.truth == Truth::Unknown);
        if decision.undecided != undecided {
            return Err(format!("undecided is naively {undecided}"));
        }
        match (decision.verdict, decision.round) {
            (Verdict::Block, None) | (Verdict::Approve, Some(0)) | (Verdict::Sequence, Some(_)) => {}
            (verdict, round) => return Err(format!("{verdict} in round {round:?}")),
        }
        let is_explained = !decision.after.is_empty() || !decision.with.is_empty() || decision.not_before.is_some();
        let is_procedure = decision.reasons.iter().any(|r| r.rule == Rule::Procedure && r.effect == Effect::Sequence);
        if decision.verdict == Verdict::Sequence && !is_explained && !is_procedure {
            return Err("sequenced after nothing".to_owned());
        }
        Ok(())
    }

    /// Section 6, 3: free in its round, still free with the whole round, and in no later round than it could be.
    fn rounds(&self, decision: &Decision) -> Check {
        let update = number(decision.update.as_str());
        let Some(round) = decision.round else {
            let end = self.before(u32::MAX);
            let is_superseded = decision.reasons.iter().any(|reason| reason.rule == Rule::Superseded);
            let is_covered = self.fleet.installed(self.host(), &end, update) == naive::Truth::True;
            if !is_superseded && !is_covered && self.is_free(decision, &end) {
                return Err("blocked, but naively free once the others are installed".to_owned());
            }
            return Ok(());
        };
        if !self.is_free(decision, &self.beside(decision, round)) {
            return Err("naively blocked when its whole round is installed".to_owned());
        }
        if decision.with.is_empty() && !self.is_free(decision, &self.before(round)) {
            return Err("naively blocked in its round, and together with nothing".to_owned());
        }
        // Rounds in which servers wait for each other are later than the server's own steps.
        let others = |d: &&Decision| d.reasons.iter().any(|r| matches!(r.rule, Rule::Pool | Rule::Order));
        let is_alone = !self.decisions.iter().any(others);
        if let Some(earlier) = round.checked_sub(1).filter(|_| is_alone) {
            let is_free = self.is_free(decision, &self.before(earlier))
                && self.is_free(decision, &self.beside(decision, earlier));
            if is_free {
                return Err(format!("naively free in round {earlier}"));
            }
        }
        Ok(())
    }

    /// What `after` and `with` name suffices, and nothing of it can be dropped.
    fn ways(&self, decision: &Decision) -> Check {
        let own = |waits: &[Wait]| -> Vec<u8> {
            let here = waits.iter().filter_map(Wait::pair).filter(|pair| pair.server.as_str() == host_name(self.index));
            here.map(|pair| number(pair.update.as_str())).collect()
        };
        let named = [own(&decision.after), own(&decision.with)].concat();
        if decision.verdict != Verdict::Sequence {
            return if decision.after.is_empty() && decision.with.is_empty() {
                Ok(())
            } else {
                Err("waits, but is not sequenced".to_owned())
            };
        }
        if !self.is_free(decision, &self.closed(&named)) {
            return Err(format!("what it waits for, {named:?}, does not suffice"));
        }
        for spare in &named {
            let rest: Vec<u8> = named.iter().copied().filter(|update| update != spare).collect();
            let others = self.closed(&rest);
            // What the others wait for themselves may be named again.
            if !others.contains(spare) && self.is_free(decision, &others) {
                return Err(format!("{} need not be waited for", update_id(*spare)));
            }
        }
        Ok(())
    }

    /// Updates with all that they wait for themselves, in the order of their rounds.
    fn closed(&self, updates: &[u8]) -> Vec<u8> {
        let mut found = updates.to_vec();
        loop {
            let waited = self.decisions.iter().filter(|d| found.contains(&number(d.update.as_str())));
            let here = waited
                .flat_map(|d| d.after.iter().chain(&d.with).filter_map(Wait::pair))
                .filter(|pair| pair.server.as_str() == host_name(self.index));
            let next = here.map(|pair| number(pair.update.as_str())).find(|update| !found.contains(update));
            match next {
                Some(next) => found.push(next),
                None => break,
            }
        }
        let order = self.before(u32::MAX);
        found.sort_by_key(|update| order.iter().position(|one| one == update));
        found
    }

    /// Section 6, 4: replaced by what is approved now, and by nothing that is blocked or has to wait.
    fn superseded(&self, decision: &Decision) -> Check {
        let update = number(decision.update.as_str());
        let told = decision.reasons.iter().any(|reason| reason.rule == Rule::Superseded);
        let newer: Vec<_> =
            self.decisions.iter().filter(|d| self.fleet.supersedes(number(d.update.as_str()), update)).collect();
        // Whether a newer one that only waits for other servers is "approved now" the contract leaves open.
        let waits_for_others = |d: &Decision| {
            d.reasons
                .iter()
                .filter(|r| r.effect == Effect::Sequence)
                .all(|r| matches!(r.rule, Rule::Pool | Rule::Order))
        };
        let surely = newer.iter().any(|d| d.verdict == Verdict::Approve);
        let perhaps = newer.iter().filter(|d| d.verdict == Verdict::Sequence).any(|d| waits_for_others(d));
        if surely && !told {
            return Err("an approved update replaces it, but that is not told".to_owned());
        }
        if told && !surely && !perhaps {
            return Err("replaced by what is not approved now".to_owned());
        }
        Ok(())
    }

    /// Section 6, 5: where nothing pending makes hold what a required advisory asks for, the server is listed.
    fn missing(&self, document: &Document) -> Check {
        for (n, advice) in self.fleet.advices.iter().enumerate() {
            let mut of_pair = document
                .missing
                .iter()
                .filter(|m| m.server.as_str() == host_name(self.index) && m.advisory.as_str() == advisory_id(n));
            let entry = of_pair.next();
            let told = entry.is_some();
            let asks = self.fleet.asks(advice, self.host(), &[]);
            if entry.is_some_and(|entry| entry.truth == Truth::True) && asks != naive::Truth::True {
                return Err(format!("server {}: {} is surely missing, naively {asks:?}", self.index, advisory_id(n)));
            }
            let pending = self.pending();
            let wants = |update: &u8| self.fleet.wants(advice, self.host(), &pending, *update);
            let helped = pending.iter().map(wants).max().unwrap_or(naive::Truth::False);
            let expected = asks == naive::Truth::True && helped == naive::Truth::False;
            let possible = asks != naive::Truth::False && helped != naive::Truth::True;
            if expected && !told || told && !possible {
                return Err(format!(
                    "server {}: missing {} is {told}, naively {asks:?}, helped {helped:?}",
                    self.index,
                    advisory_id(n)
                ));
            }
        }
        Ok(())
    }
}

/// Section 6, 6: no more servers of a pool are approved for what may restart than the policy allows, and none waits in vain.
fn pools(fleet: &Fleet, document: &Document) -> Check {
    for pool in 0..2u8 {
        let is_in = |decision: &&Decision| fleet.hosts[place(fleet, decision.server.as_str())].pool == Some(pool);
        let restarts = |decision: &&Decision| {
            fleet.patches[usize::from(number(decision.update.as_str()))].restart != Some("never")
        };
        let mut away: Vec<_> = document
            .decisions
            .iter()
            .filter(|d| is_in(d) && restarts(d) && d.verdict == Verdict::Approve)
            .map(|d| d.server.as_str())
            .collect();
        away.dedup();
        if away.len() > 1 {
            return Err(format!("pool {pool}: {away:?} may restart together"));
        }
        for waiting in
            document.decisions.iter().filter(is_in).filter(|d| d.reasons.iter().any(|r| r.rule == Rule::Pool))
        {
            if !restarts(&waiting) {
                return Err(format!("waits for its pool, but never restarts\n{}", shown(waiting)));
            }
        }
    }
    for decision in document.decisions.iter().filter(|d| d.reasons.iter().any(|r| r.rule == Rule::Pool)) {
        if fleet.hosts[place(fleet, decision.server.as_str())].pool.is_none() {
            return Err(format!("waits for a pool that it is not in\n{}", shown(decision)));
        }
    }
    Ok(())
}

/// The order of the first product's roles, 1 before 0 before 2, within a site; servers whose roles or products are not
/// known are left open.
fn order(fleet: &Fleet, document: &Document) -> Check {
    let rank = |host: &Host| {
        let roles = host.roles.as_ref()?;
        host.products.as_ref()?.iter().find(|(product, _)| *product == 0)?;
        [1u8, 0, 2].iter().position(|role| roles.contains(role))
    };
    for decision in document.decisions.iter().filter(|d| d.verdict != Verdict::Block) {
        let (host, update) = (&fleet.hosts[place(fleet, decision.server.as_str())], number(decision.update.as_str()));
        let told = decision.reasons.iter().any(|reason| reason.rule == Rule::Order);
        let concerns = fleet.patches[usize::from(update)].products.contains(&0);
        let earlier = document.decisions.iter().any(|other| {
            let one = &fleet.hosts[place(fleet, other.server.as_str())];
            let is_earlier = matches!((rank(one), rank(host)), (Some(one), Some(own)) if one < own);
            other.update == decision.update && one.site == host.site && other.verdict != Verdict::Block && is_earlier
        });
        if concerns && earlier && !told {
            return Err(format!("naively waits for servers of an earlier role\n{}", shown(decision)));
        }
        if told && !(concerns && earlier) && host.roles.is_some() && host.products.is_some() {
            return Err(format!("waits for no server of an earlier role\n{}", shown(decision)));
        }
    }
    Ok(())
}

/// What is waited for is evaluated and not blocked, and the waiting has no circle.
fn references(document: &Document) -> Check {
    let find = |pair: &patchgate::document::decision::Pair| {
        document.decisions.iter().find(|d| d.server == pair.server && d.update == pair.update)
    };
    for decision in &document.decisions {
        for pair in decision.after.iter().chain(&decision.with).filter_map(Wait::pair) {
            match find(pair) {
                None => return Err(format!("{pair:?} is waited for, but not evaluated")),
                Some(other) if other.verdict == Verdict::Block => {
                    return Err(format!("{pair:?} is waited for, but blocked"));
                }
                Some(_) => {}
            }
        }
    }
    let mut open: Vec<&Decision> = document.decisions.iter().collect();
    loop {
        let is_open = |pair: &patchgate::document::decision::Pair| {
            open.iter().any(|d| d.server == pair.server && d.update == pair.update)
        };
        let (later, done): (Vec<_>, Vec<_>) =
            open.iter().copied().partition(|d| d.after.iter().filter_map(Wait::pair).any(is_open));
        match (later.is_empty(), done.is_empty()) {
            (true, _) => return Ok(()),
            (false, true) => return Err(format!("a circle of waiting\n{later:#?}")),
            _ => open = later,
        }
    }
}
