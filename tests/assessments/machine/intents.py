"""Every action that the machine drives, who mostly tries it, and what is sensible at which stage."""

from collections.abc import Collection

from tests.assessments.machine import council_intents as council
from tests.assessments.machine import panel_intents as panel
from tests.assessments.machine import unit_intents as unit
from tests.assessments.machine.mind import Doing, Intent, Mind
from tests.assessments.machine.parties import person
from tests.assessments.machine.roles import ROLES, about


def who(mind: Mind, code: str, doing: Doing) -> int:
    """Mostly somebody who may; sometimes anybody."""
    subject = about(mind.tables, doing.model._meta.model_name or "", doing.pk)
    everyone = list(mind.scene.people.values())
    fitting = [pk for pk in everyone if ROLES[code](person(mind.tables, pk), subject, mind.scene)]
    return mind.draw.one_of(mind.draw.mostly(fitting or everyone, everyone))


INTENTS: dict[str, Intent] = {
    "round.open_self_assessment": panel.on_the_round(),
    "entry.save": unit.save,
    "entry.attach": unit.attach,
    "entry.attach_link": unit.attach_link,
    "entry.cite": unit.cite,
    "entry.place_citation": unit.place,
    "entry.detach": unit.detach,
    "entry.remark": unit.remark,
    "dossier.assign_leaves": unit.assign_leaves,
    "dossier.request_review": unit.request_review,
    "dossier.send_back": unit.send_back,
    "dossier.submit": unit.submit,
    "dossier.withdraw": unit.withdraw,
    "dossier.return": panel.return_dossier,
    "dossier.record_not_submitted": panel.record_not_submitted,
    "round.extend": panel.extend,
    "round.start_aggregation": panel.on_the_round(),
    "panel.assign": panel.assign,
    "panel.assign_units": panel.assign_units,
    "panel.take_back": panel.take_back,
    "panel.hand_over": panel.hand_over,
    "panel.add": panel.add_member,
    "conflict.declare": panel.declare_conflict,
    "conflict.withdraw": panel.withdraw_conflict,
    "round.set_judging_rules": panel.set_judging_rules,
    "round.start_appraisal": panel.on_the_round(),
    "entry.appraise": panel.appraise,
    "entry.judge_independently": panel.judge_independently,
    "official_figures.enter": panel.enter_figures,
    "leaf.reopen": panel.reopen,
    "leaf.settle": panel.settle,
    "round.agree_with_self_scores": panel.agree,
    "round.sign_off_office": panel.sign_off,
    "round.sign_off_pass": panel.sign_off,
    "round.send_notices": panel.send_notices,
    "notice.open": unit.open_notice,
    "entry.explain": unit.explain,
    "dossier.resubmit": unit.resubmit,
    "round.start_reappraisal": panel.on_the_round(),
    "meeting.convene": council.convene,
    "meeting.reschedule": council.reschedule,
    "meeting.open": council.open_meeting,
    "meeting.send_consultation": council.send_consultation,
    "meeting.record_attendance": council.record_attendance,
    "meeting.give_opinion": council.give_opinion,
    "motion.list": council.list_item,
    "motion.unlist": council.unlist_item,
    "motion.propose": council.propose,
    "motion.withdraw": council.withdraw_motion,
    "motion.vote": council.vote,
    "motion.conclude": council.conclude,
    "meeting.adopt_en_bloc": council.adopt_en_bloc,
    "meeting.adopt": council.adopt,
    "result.submit": council.submit_result,
    "result.approve": council.approve,
    "result.return": council.return_result,
    "result.publish": council.publish,
    "result.correct": council.correct,
}

_ENTERS = ("entry.save",) * 5 + ("dossier.submit",) * 2
_PROVES = ("entry.attach", "entry.attach_link", "entry.cite", "entry.place_citation", "entry.detach")
_REVIEWS = ("entry.remark", "dossier.assign_leaves", "dossier.request_review", "dossier.send_back")
_BEFORE_TEAM = (*_ENTERS, *_PROVES, *_REVIEWS, "dossier.withdraw", "dossier.return", "round.extend")
_MEMBERS = ("panel.hand_over", "panel.add", "conflict.declare", "conflict.withdraw")
_TEAM = (*_MEMBERS, "panel.assign", "panel.assign_units", "panel.take_back")
_REOPENS = ("leaf.reopen", "entry.explain", "entry.explain", "entry.attach", "leaf.settle")
_VOTES = ("motion.propose",) * 3 + ("motion.vote",) * 6 + ("motion.conclude",) * 2
_AGENDA = ("motion.list", "motion.unlist", "motion.withdraw", "meeting.adopt_en_bloc")
_MEETS = ("meeting.convene", "meeting.reschedule", "meeting.open", "meeting.send_consultation")
_ATTENDS = ("meeting.record_attendance", "meeting.give_opinion", "meeting.adopt")
SENSIBLE: dict[str, Collection[str]] = {
    "preparation": ("round.open_self_assessment", "round.set_judging_rules", *_TEAM),
    "self_assessment": (*_BEFORE_TEAM, "official_figures.enter", "round.start_aggregation"),
    "aggregation": (
        *_BEFORE_TEAM,
        "official_figures.enter",
        "round.set_judging_rules",
        "dossier.record_not_submitted",
        "round.start_appraisal",
        *_TEAM,
    ),
    "appraisal": ("entry.appraise",) * 8
    + ("entry.judge_independently",) * 4
    + (
        "round.agree_with_self_scores",
        "official_figures.enter",
        "round.sign_off_office",
        "round.sign_off_pass",
        *_TEAM,
    ),
    "notice": ("round.send_notices", "round.set_judging_rules", *_TEAM),
    "supplement": ("entry.explain",) * 5
    + (*_PROVES, "notice.open", "dossier.resubmit", "round.extend", "round.start_reappraisal"),
    "reappraisal": ("entry.appraise",) * 6
    + ("entry.judge_independently",) * 3
    + ("round.sign_off_office", "round.sign_off_pass", "round.set_judging_rules", *_REOPENS, *_TEAM),
    "council": (*_REOPENS, *_VOTES, *_AGENDA, *_MEETS, *_ATTENDS, *_MEMBERS),
    "approval": ("result.submit", "result.approve", "result.return", "result.publish"),
    "published": ("result.correct", "result.publish", "motion.propose", "entry.appraise", "panel.hand_over"),
}


def sensible_or_not(mind: Mind) -> str:
    """The code of an action, mostly one that fits the stage."""
    return mind.draw.one_of(mind.draw.mostly(tuple(SENSIBLE[mind.stage]), tuple(INTENTS)))
