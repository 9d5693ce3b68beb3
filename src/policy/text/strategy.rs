//! Text forms of strategies: a name, a table with settings, or a list of them.
//!
//! ```toml
//! strategy = "skills"
//! strategy = ["skills", { by = "shortest_wait", weight = 0.5 }, { by = "model", head = "value" }]
//! ```

use crate::def::{BanditDef, By, StrategyDef};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Names of strategies.
const NAMES: &str = "random, round_robin, rules, skills, longest_idle, least_loaded, shortest_wait, model, c_mu, fixed_ratio, \
                     epsilon_greedy, lin_ucb or thompson";

/// A strategy as a table.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    by: String,
    #[serde(default = "one")]
    weight: f32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    head: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    epsilon: Option<f32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    alpha: Option<f32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    spread: Option<f32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bandit: Option<BanditDef>,
}

/// One strategy, by name or as a table.
struct One(Written);

/// One strategy, or a list of them.
struct Many(Vec<One>);

struct OneVisitor;

struct ManyVisitor;

impl<'de> Visitor<'de> for OneVisitor {
    type Value = One;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a strategy: its name, or a table as in { by = \"skills\", weight = 2 }")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<One, E> {
        Ok(One(Written::named(name.into())))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<One, A::Error> {
        Written::deserialize(MapAccessDeserializer::new(map)).map(One)
    }
}

impl<'de> Visitor<'de> for ManyVisitor {
    type Value = Many;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a strategy or a list of them: \"skills\", or [\"skills\", { by = \"shortest_wait\", weight = 0.5 }]")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Many, E> {
        OneVisitor.visit_str(name).map(|one| Many(vec![one]))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Many, A::Error> {
        OneVisitor.visit_map(map).map(|one| Many(vec![one]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Many, A::Error> {
        let mut many = Vec::new();
        while let Some(one) = list.next_element()? {
            many.push(one);
        }
        Ok(Many(many))
    }
}

impl<'de> Deserialize<'de> for One {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(OneVisitor)
    }
}

impl<'de> Deserialize<'de> for Many {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(ManyVisitor)
    }
}

const fn one() -> f32 {
    1.0
}

impl Written {
    fn named(by: String) -> Self {
        Self { by, weight: 1.0, head: None, epsilon: None, alpha: None, spread: None, bandit: None }
    }

    fn of(def: &StrategyDef) -> Self {
        let mut written = Self { weight: def.weight, ..Self::named(String::new()) };
        let name = match def.by.clone() {
            By::Random => "random",
            By::RoundRobin => "round_robin",
            By::Rules => "rules",
            By::Skills => "skills",
            By::LongestIdle => "longest_idle",
            By::LeastLoaded => "least_loaded",
            By::ShortestWait => "shortest_wait",
            By::Model { head } => {
                written.head = Some(head);
                "model"
            }
            By::CMu => "c_mu",
            By::FixedRatio => "fixed_ratio",
            By::EpsilonGreedy { epsilon, bandit } => {
                (written.epsilon, written.bandit) = (Some(epsilon), Some(bandit));
                "epsilon_greedy"
            }
            By::LinUcb { alpha, bandit } => {
                (written.alpha, written.bandit) = (Some(alpha), Some(bandit));
                "lin_ucb"
            }
            By::Thompson { spread, bandit } => {
                (written.spread, written.bandit) = (Some(spread), Some(bandit));
                "thompson"
            }
        };
        written.by = name.into();
        written
    }

    /// The strategy as data. A setting that the strategy does not have is refused: it would have no effect.
    fn read(mut self) -> Result<StrategyDef, String> {
        let bandit = self.bandit.take();
        let by = match self.by.as_str() {
            "random" => By::Random,
            "round_robin" => By::RoundRobin,
            "rules" => By::Rules,
            "skills" => By::Skills,
            "longest_idle" => By::LongestIdle,
            "least_loaded" => By::LeastLoaded,
            "shortest_wait" => By::ShortestWait,
            "c_mu" => By::CMu,
            "fixed_ratio" => By::FixedRatio,
            "model" => {
                let head = self.head.take();
                By::Model {
                    head: head
                        .ok_or("strategy `model` needs a head: { by = \"model\", head = \"value\" }")?,
                }
            }
            "epsilon_greedy" => By::EpsilonGreedy {
                epsilon: self.epsilon.take().unwrap_or(0.1),
                bandit: learnt(&self.by, bandit.clone())?,
            },
            "lin_ucb" => By::LinUcb {
                alpha: self.alpha.take().unwrap_or(1.0),
                bandit: learnt(&self.by, bandit.clone())?,
            },
            "thompson" => By::Thompson {
                spread: self.spread.take().unwrap_or(1.0),
                bandit: learnt(&self.by, bandit.clone())?,
            },
            other => return Err(format!("there is no strategy `{other}`; name {NAMES}")),
        };
        let is_bandit = matches!(by, By::EpsilonGreedy { .. } | By::LinUcb { .. } | By::Thompson { .. });
        let left = [
            ("head", self.head.is_some()),
            ("epsilon", self.epsilon.is_some()),
            ("alpha", self.alpha.is_some()),
            ("spread", self.spread.is_some()),
            ("bandit", bandit.is_some() && !is_bandit),
        ];
        match left.iter().find(|(_, is_left)| *is_left) {
            Some((name, _)) => Err(format!("strategy `{}` has no setting `{name}`; remove it", self.by)),
            None => Ok(StrategyDef { by, weight: self.weight }),
        }
    }
}

fn learnt(by: &str, bandit: Option<BanditDef>) -> Result<BanditDef, String> {
    bandit.ok_or_else(|| {
        format!("strategy `{by}` needs a bandit; write at least bandit = {{ inputs = [\"intent.returns\"] }}")
    })
}

impl Many {
    fn read(self) -> Result<Vec<StrategyDef>, String> {
        self.0.into_iter().map(|One(written)| written.read()).collect()
    }
}

/// A policy's strategies.
pub(crate) mod strategies {
    use super::{Deserialize, Deserializer, Error, Many, Serializer, StrategyDef, Written};

    pub(crate) fn serialize<S: Serializer>(defs: &[StrategyDef], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(defs.iter().map(Written::of))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<StrategyDef>, D::Error> {
        Many::deserialize(from)?.read().map_err(D::Error::custom)
    }
}

/// A filter's own strategies, if it has any.
pub(crate) mod maybe_strategies {
    use super::{Deserialize, Deserializer, Error, Many, Serialize, Serializer, StrategyDef, Written};

    pub(crate) fn serialize<S: Serializer>(
        defs: &Option<Vec<StrategyDef>>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        defs.as_ref().map(|defs| defs.iter().map(Written::of).collect::<Vec<_>>()).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Vec<StrategyDef>>, D::Error> {
        let many: Option<Many> = Option::deserialize(from)?;
        many.map(Many::read).transpose().map_err(D::Error::custom)
    }
}
