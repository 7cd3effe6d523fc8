"""From an action to its form, and from the filled-in form to the act; used by every page that asks something."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask import current_app, url_for
from werkzeug.datastructures import CombinedMultiDict, MultiDict

from helpdesk.clock import calendar, local
from helpdesk.enterprises.queries import find_enterprise, find_enterprise_named
from helpdesk.errors import NotFoundError
from helpdesk.files import Shelf
from helpdesk.forms import ActionForm, Choices, answers_of, form_for, values
from helpdesk.org.queries import groups, handlers_of
from helpdesk.problems import queries, showing
from helpdesk.problems.cases import Standing, roles_towards
from helpdesk.problems.commands import Acted, Actor, act, act_beside
from helpdesk.problems.models import Problem
from helpdesk.rules import rules_on
from workflows import engine
from workflows.book import CLOCKS
from workflows.policy_words import limit_words
from workflows.problem import PROBLEM
from workflows.roles import Role
from workflows.terms import Action, Asked, Case, Choose, Field, Kind, Phase

Sent = MultiDict[str, Any]
"""What a browser has sent: fields and files."""


def sent_by(fields: MultiDict[str, str], files: MultiDict[str, Any]) -> Sent:
    """Fields and files of one request together, as forms read them."""
    return CombinedMultiDict([files, fields])


def known_action(name: str) -> Action:
    """The action of that name; NotFoundError for a name the table does not know."""
    try:
        return PROBLEM.action(name)
    except KeyError as error:
        raise NotFoundError("没有这个办理事项") from error


def refusal(me: Standing, problem: Problem, action: Action) -> engine.Refused | None:
    """Why this person may not do this to this problem now; None when he may."""
    case, named, _ = showing.case_for(me, problem)
    return engine.refusal(
        PROBLEM,
        case,
        action.name,
        roles=roles_towards(me.person_id, problem, me.seating, named),
        **me.wishing,
    )


# -- Asking ------------------------------------------------------------------------------------------------------------


def form_of(
    asked: Iterable[Field], *, problem: Problem | None, owner: str, now: datetime, sent: Sent | None = None
) -> ActionForm:
    """A form for these questions; ``owner`` is whoever may find again the files he sent with it."""
    asked = tuple(asked)
    made = form_for(asked, choices=choices_for(asked, problem, owner=owner, today=calendar().day_of(now)))
    form = made(formdata=sent, data=answers_so_far(asked, problem) | offered_at(now, asked))
    if sent is None and problem is not None:
        form.version.data = str(problem.version)
    return form


def choices_for(asked: Sequence[Field], problem: Problem | None, *, owner: str, today: date) -> Choices:
    """What the house offers as answers to these questions; only what is asked for is read."""
    kinds = {question.kind for question in asked}
    group_id = problem.group_id if problem else None
    return Choices(
        groups=[(unit.id, unit.name) for unit in groups()] if kinds & {Kind.GROUP, Kind.GROUPS} else (),
        handlers=[(each.id, each.name) for each in handlers_of(group_id, today)] if Kind.HANDLER in kinds else (),
        enterprise_named=lambda words: getattr(find_enterprise_named(words), "id", None),
        enterprise_name=lambda key: getattr(find_enterprise(key), "name", None),
        enterprises_url=url_for("enterprises.find") if Kind.ENTERPRISE in kinds else "",
        problem_numbered=lambda number: getattr(queries.find_by_number(number), "id", None),
        problem_number=queries.number_of,
        shelf=Shelf(current_app.config["UPLOAD_DIR"], secret=current_app.config["SECRET_KEY"], owner=owner),
        hints=hints_for(asked, today),
    )


def hints_for(asked: Iterable[Field], today: date) -> dict[str, str]:
    """The help of those questions on which a limit depends, with the limits in force on that day."""
    rules = rules_on(today)
    found = {question.name: [rules.said(question.help)] if question.help else [] for question in asked}
    for clock in map(rules.clock, CLOCKS):
        for question in asked:
            chosen = isinstance(clock.limit, Choose) and clock.limit.fact == question.keep
            if chosen or (isinstance(clock.limit, Asked) and clock.limit.question == question.name):
                found[question.name].append(f"{clock.label}时限：{limit_words(clock)}")
    return {name: "。".join(words) for name, words in found.items()}


def answers_so_far(asked: Iterable[Field], problem: Problem | None) -> dict[str, Any]:
    """What a draft already says; other forms begin empty."""
    if problem is None or problem.phase != Phase.START:
        return {}
    return {question.name: getattr(problem, question.keep) for question in asked if question.keep}


def offered_at(now: datetime, asked: Iterable[Field]) -> dict[str, datetime]:
    """This minute as the answer to what usually happened just now; what is typed stands instead."""
    minute = local(now).replace(second=0, microsecond=0)
    return {question.name: minute for question in asked if question.begins_now}


OFFERED = (Kind.LINE, Kind.TEXT, Kind.PROBLEM)


def offer_answers(form: ActionForm, given: Mapping[str, str]) -> None:
    """Put the answers that an address offers into an empty form, to be read and sent by whoever opened it."""
    for question in form.asked:
        if question.kind in OFFERED and (words := given.get(question.name)):
            form[question.name].process(MultiDict({question.name: words}))


# -- Acting ------------------------------------------------------------------------------------------------------------


def do(
    form: ActionForm,
    action: Action,
    problem_id: int | None,
    *,
    by: Actor,
    now: datetime,
    also: Callable[[Acted], None] | None = None,
) -> Acted:
    """Do the action with the form's answers; raises whatever ``act`` raises, Missing also for what cannot be read."""
    asked = tuple(question for question in form.asked if question in action.asks)
    today = calendar().day_of(now)
    given = answers_of(form, asked, today=today, lenient=action.lenient)
    return _act(form, action, problem_id, by, now, given, also)


def do_knowing(form: ActionForm, action: Action, known: Mapping[str, Any], *, by: Actor, now: datetime) -> Acted:
    """Begin a problem of which some answers are ``known`` and not asked; raises whatever ``act`` raises."""
    given = answers_of(form, form.asked, today=calendar().day_of(now), lenient=False)
    return _act(form, action, None, by, now, {**given, **known})


def do_unoffered(form: ActionForm, action: Action, problem_id: int | None, *, by: Actor, now: datetime) -> Acted:
    """The same for an action that is not offered: done before with this very form, or refused for its true reason."""
    return _act(form, action, problem_id, by, now, values(form, action.asks))


def _act(
    form: ActionForm,
    action: Action,
    problem_id: int | None,
    by: Actor,
    now: datetime,
    given: dict[str, Any],
    also: Callable[[Acted], None] | None = None,
) -> Acted:
    return act(
        problem_id,
        action.name,
        by=by,
        given=given,
        now=now,
        version=form.shown_version(),
        request_key=form.key(),
        also=also,
    )


def do_beside(
    form: ActionForm,
    action: Action,
    problem_id: int,
    process: str,
    matter_id: int | None,
    *,
    by: Actor,
    now: datetime,
) -> Acted:
    """Do an action to something beside a problem with the form's answers; raises whatever ``act_beside`` raises."""
    given = answers_of(form, action.asks, today=calendar().day_of(now), lenient=False)
    return act_beside(problem_id, process, matter_id, action.name, by=by, given=given, now=now, request_key=form.key())


# -- A new problem -----------------------------------------------------------------------------------------------------


def starting_actions(state: str, me: Standing) -> tuple[engine.Offer, ...]:
    """What a cadre may do with a problem that is not reported yet."""
    return engine.offers(
        PROBLEM, Case(state=state), roles={Role.REPORTER}, actor=me.person_id, now=me.now, today=me.today
    )


def starting_questions(offers: Collection[engine.Offer]) -> tuple[Field, ...]:
    """All their questions, once each."""
    return tuple(dict.fromkeys(question for offer in offers for question in offer.fields))


def extra_questions(offers: Collection[engine.Offer]) -> dict[str, list[str]]:
    """By the name of each of these actions the questions that it asks alone."""
    return {offer.action.name: [question.name for question in _only_for(offer, offers)] for offer in offers}


def _only_for(offer: engine.Offer, offers: Collection[engine.Offer]) -> tuple[Field, ...]:
    others = {question for each in offers if each is not offer for question in each.fields}
    return tuple(question for question in offer.action.asks if question not in others)
