"""What a person may leave behind, a provider for each kind of thing: what there is, and how it changes hands.

Another feature joins with a class of its own in ``PROVIDERS``: nobody else has to know it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from helpdesk.db import db
from helpdesk.enterprises.facts import note
from helpdesk.enterprises.models import Pairing, Talent
from helpdesk.enterprises.pairing import move
from helpdesk.enterprises.queries import get_enterprise
from helpdesk.leaving import queries
from helpdesk.org import queries as org_queries
from helpdesk.org.models import Duty, Person, Post, Substitute
from helpdesk.org.roles import SEATS
from helpdesk.org.staffing import Term, end_post, give_post, words_of
from helpdesk.org.substituting import Naming, objections
from helpdesk.pages import masked_name
from helpdesk.problems import doing
from helpdesk.problems.actors import Actor, Wish
from helpdesk.problems.cases import Standing
from helpdesk.problems.models import Problem
from workflows.engine import Missing, NotNow
from workflows.roles import Role


@dataclass(frozen=True)
class Thing:
    """One thing of his turn: ``key`` in its own table, ``words`` as the page calls it, ``path`` where it is seen."""

    key: int
    words: str
    path: str = ""
    unit_id: int | None = None  # whose lead hands it over, where that is no business of the administrator
    refused: str = ""  # why it cannot change hands here, and what to do instead


class HandOver(Protocol):
    """A kind of thing that somebody may leave behind."""

    name: str
    """In addresses and records, at most 20 letters."""
    label: str
    hint: str
    by_lead: bool
    """Whether the lead of the unit hands it over (the administrators take no part in problems), or the administrator."""

    def left(self, person: Person, me: Standing) -> Sequence[Thing]:
        """What there is now; ``me`` is that person as he stands."""

    def hand(self, thing: Thing, to: Person, act: "Handing") -> None:
        """Put it into the successor's hands in the running transaction; Refused says why not."""


@dataclass(frozen=True)
class Handing:
    """Who hands something of whom over, why, and when."""

    person: Person
    by: Person
    reason: str
    me: Standing  # the person who leaves

    @property
    def today(self) -> date:
        """The local date."""
        return self.me.today


class Problems:
    """Problems that he handles: the group's lead names another handler."""

    name, label, by_lead = "problems", "承办的问题", True
    hint = "由责任组组长或联络员转交本组另一位承办人，办理经过里记为“转交承办人”"

    def left(self, person: Person, me: Standing) -> Sequence[Thing]:
        """In every state from signing to the end: whoever answered for it is asked again when it comes back."""
        return [
            Thing(each.id, f"{each.number} {each.title}", f"/problems/{each.id}", each.group_id)
            for each in queries.problems_handled(person.id)
        ]

    def hand(self, thing: Thing, to: Person, act: Handing) -> None:
        """转交承办人, by the same rules as on the problem's own page."""
        given = {"handler": to.id, "reason": act.reason}
        doing.do(thing.key, Wish("hand_over", Actor.person(act.by), given, act.me.now))


class Drafts:
    """Reports that he has not sent."""

    name, label, by_lead = "drafts", "没有上报的草稿", False
    hint = "转给接手人，由他核实后上报或者删除"

    def left(self, person: Person, me: Standing) -> Sequence[Thing]:
        """His drafts; the administrator learns no more of them than the enterprise."""
        return [
            Thing(each.id, f"草稿：{each.enterprise.name if each.enterprise else '没有选企业'}")
            for each in queries.reports(person.id, "draft")
        ]

    def hand(self, thing: Thing, to: Person, act: Handing) -> None:
        """The draft becomes the successor's own."""
        draft = db.session.get(Problem, thing.key)
        if draft is None:
            raise NotNow("草稿已经删除")
        draft.reporter_id = to.id


class Returned:
    """Reports that wait for him to say more: only he, or whoever stands in for him, can."""

    name, label, by_lead = "returned", "等他补充的上报", False
    hint = "请本人先补充；本人已经离开的，请先在他的页面指定代理人代为补充"

    def left(self, person: Person, me: Standing) -> Sequence[Thing]:
        """What the dispatch office returned."""
        return [
            Thing(each.id, f"{each.number} {each.title}", refused="要先补充，不能转交")
            for each in queries.reports(person.id, "returned")
        ]

    def hand(self, thing: Thing, to: Person, act: Handing) -> None:
        """Never."""
        raise NotNow(f"{thing.words}：{self.hint}")


class Pairings:
    """Enterprises that he is paired with."""

    name, label, by_lead = "pairings", "包联的企业", False
    hint = "从今天起由接手人包联"

    def left(self, person: Person, me: Standing) -> Sequence[Thing]:
        """Those of today and later."""
        found = queries.pairings(person.id, me.today)
        return [Thing(each.id, each.enterprise.name, f"/enterprises/{each.enterprise_id}") for each in found]

    def hand(self, thing: Thing, to: Person, act: Handing) -> None:
        """The pairing ends yesterday, and the successor's begins today unless he is paired already."""
        pairing = db.session.get(Pairing, thing.key)
        if pairing is None:
            raise NotNow(f"{thing.words}已经不由他包联")
        move([pairing], to, most=0, by=act.by, now=act.me.now, today=act.today)


class Talents:
    """Talents whom he keeps in touch with (联系人才)."""

    name, label, by_lead = "talents", "联系的人才", False
    hint = "改由接手人联系，企业动态里有记录"

    def left(self, person: Person, me: Standing) -> Sequence[Thing]:
        """By enterprise; the administrator learns no more of them than a masked name."""
        return [
            Thing(each.id, f"{masked_name(each.name)}（{enterprise}）", f"/enterprises/{each.enterprise_id}")
            for each, enterprise in queries.talents(person.id)
        ]

    def hand(self, thing: Thing, to: Person, act: Handing) -> None:
        """The successor keeps in touch with him."""
        talent = db.session.get(Talent, thing.key)
        if talent is None:
            raise NotNow(f"{thing.words}：已经移除")
        talent.keeper_id = to.id
        words = f"联系人才 {masked_name(talent.name)} 改由 {to.name} 联系"
        note(get_enterprise(talent.enterprise_id), "talent_kept", words, by=act.by, now=act.me.now, details={})


class Substitutions:
    """Days on which he stands in for somebody else."""

    name, label, by_lead = "substitutions", "代理别人", False
    hint = "剩下的天数改由接手人代理，回避要求照旧"

    def left(self, person: Person, me: Standing) -> Sequence[Thing]:
        """Namings of today and later."""
        return [
            Thing(each.id, f"代理{each.person.name}，到 {each.until_on:%Y-%m-%d}")
            for each in queries.standing_in(person.id, me.today)
        ]

    def hand(self, thing: Thing, to: Person, act: Handing) -> None:
        """This naming is taken back and the successor named for the days that are left."""
        old = db.session.get(Substitute, thing.key)
        if old is None or old.ended_at:
            raise NotNow(f"{thing.words}：已经收回")
        old.ended_at = act.me.now
        db.session.flush()
        from_on = max(old.from_on, act.today)
        if wrong := objections(Naming(old.person, to, from_on, old.until_on), act.today):
            raise Missing({"successor": f"{thing.words}：{'；'.join(wrong.values())}"})
        row = Substitute(
            person_id=old.person_id,
            substitute_id=to.id,
            from_on=from_on,
            until_on=old.until_on,
            reason=old.reason,
            named_at=act.me.now,
            named_by_id=act.by.id,
        )
        db.session.add(row)


class Seats:
    """Posts that nobody else holds while something waits there: requests to decide, orders, bulletins, problems."""

    name, label, by_lead = "seats", "只有他在任的岗位", False
    hint = "等这个岗位办的问题、申请、督办单、通报没有别人能办；由接手人从今天起任同一岗位"

    def left(self, person: Person, me: Standing) -> Sequence[Thing]:
        """Each such post with what waits."""
        found = []
        for post in queries.posts(person.id, me.today):
            if waiting := [words for role in _alone(post, me) for words in queries.waiting_at(role, post.unit_id)]:
                found.append(Thing(post.id, f"{words_of(post)}（等他办的有{'、'.join(dict.fromkeys(waiting))}）"))
        return found

    def hand(self, thing: Thing, to: Person, act: Handing) -> None:
        """The successor has the post from today on; his own ended yesterday."""
        post = queries.get_post(thing.key)
        if post is None:
            raise NotNow("这项任职已经免去")
        term = Term(post.unit_id, Duty(post.duty), act.today)
        end_post(post, last_on=act.today - timedelta(days=1), by=act.by, now=act.me.now)
        give_post(to, term, by=act.by, now=act.me.now)


def _alone(post: Post, me: Standing) -> list[Role]:
    """The roles of that post that nobody else holds today."""
    found = []
    for role, seat in SEATS.items():
        if post.unit.kind == seat.kind and post.duty in seat.duties:
            holders = me.seating.holders(role, post.unit_id)
            if not any(each.person_id != me.person_id and each.for_id != me.person_id for each in holders):
                found.append(role)
    signing = {each.person_id for each in me.seating.sitters if _signs(each.unit_id, each.duty, post)}
    if post.duty in org_queries.SIGNING and not signing - {me.person_id}:
        found.append(Role.ADDRESSEE)
    return found


def _signs(unit_id: int, duty: str, post: Post) -> bool:
    return unit_id == post.unit_id and duty in org_queries.SIGNING


PROVIDERS: tuple[HandOver, ...] = (Problems(), Returned(), Drafts(), Pairings(), Talents(), Substitutions(), Seats())
"""Every kind of thing, in the order of the page."""
