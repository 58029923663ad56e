"""Scoring (chấm điểm): the pure core, from an index set and facts to points, totals, ranks and grades.

`read_index_set` reads a file in the form “chiso-index-set/1”; `score_leaf` scores one leaf; `roll_up` totals leaf
scores that were stored; `score_unit` and `score_round` do all of it for a unit and for a round; `run_score` and
`run_check` are the commands. Every kind of rule is one class in `rules`, which knows its keys, its inputs, its
points and its words. Where a number comes from is data: `LeafScore.steps`, `explain_node`, `explain_total`.
Numbers are exact integers and Fractions inside and `Decimal` at the edge, never floats; one function rounds,
half-up on the absolute value. No Django, no database, no clock.
"""

from chiso.scoring.calculation import explain_node, explain_total
from chiso.scoring.command import run_check, run_score
from chiso.scoring.facts import read_units, score_facts
from chiso.scoring.leaf import best_value, has_facts, score_leaf
from chiso.scoring.model import (
    Grade,
    IndexSet,
    Kind,
    Method,
    Node,
    NotApplicable,
    Policy,
    Precision,
    Ranking,
    State,
)
from chiso.scoring.numbers import parse_number, round_half_up, write_vietnamese
from chiso.scoring.problems import (
    FactErrors,
    FactProblem,
    FactsFileErrors,
    FileProblem,
    IndexSetErrors,
    Problem,
)
from chiso.scoring.ranking import grade_of, rank
from chiso.scoring.reading import read_index_set, read_tree
from chiso.scoring.rollup import points_of, roll_up, score_round, score_unit, survey_was_run
from chiso.scoring.rules import Input, InputKind, Rule
from chiso.scoring.scores import LeafPoints, LeafScore, NodeScore, RoundScore, Standing, UnitScore
from chiso.scoring.steps import Step, StepKind

__all__ = [
    "FactErrors",
    "FactProblem",
    "FactsFileErrors",
    "FileProblem",
    "Grade",
    "IndexSet",
    "IndexSetErrors",
    "Input",
    "InputKind",
    "Kind",
    "LeafPoints",
    "LeafScore",
    "Method",
    "Node",
    "NodeScore",
    "NotApplicable",
    "Policy",
    "Precision",
    "Problem",
    "Ranking",
    "RoundScore",
    "Rule",
    "Standing",
    "State",
    "Step",
    "StepKind",
    "UnitScore",
    "best_value",
    "explain_node",
    "explain_total",
    "grade_of",
    "has_facts",
    "parse_number",
    "points_of",
    "rank",
    "read_index_set",
    "read_tree",
    "read_units",
    "roll_up",
    "round_half_up",
    "run_check",
    "run_score",
    "score_facts",
    "score_leaf",
    "score_round",
    "score_unit",
    "survey_was_run",
    "write_vietnamese",
]
