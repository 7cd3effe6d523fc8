"""Whether somebody may be named as a substitute (代理) for these days, and in clear words why not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from helpdesk.org import independence, queries
from helpdesk.org.independence import Side
from helpdesk.org.models import Person
from helpdesk.org.standing_in import StandIn, chained, circle
from helpdesk.pages import day_words

MOST_DAYS = 180
"""Natural days of one naming, first and last included; whoever is away longer has his post filled anew."""
AHEAD = 366
"""Natural days at most until it begins: a year that was mistyped is noticed."""


def candidates(person: Person, today: date) -> list[tuple[int, str]]:
    """Who may stand in for that person as far as posts tell today: key and words, those of his own units first."""
    seats = queries.seating(today)
    sides, nothing = independence.sides(seats.sitters), frozenset[Side]()
    wanted, barred = sides.get(person.id, nothing), {person.id, *queries.administrators()}
    near = {each.id for unit in queries.posts_of(person.id, today) for each in queries.colleagues(unit.unit_id, today)}
    found = [
        (key, words)
        for key, words in queries.people_with_posts(today)
        if key not in barred and not independence.conflict(wanted, sides.get(key, nothing))
    ]
    return sorted(found, key=lambda each: each[0] not in near)


@dataclass(frozen=True)
class Naming:
    """Who is to stand in for whom, from a day to a day, both included."""

    person: Person
    substitute: Person
    from_on: date
    until_on: date

    def stand_in(self) -> StandIn:
        """The same as it will be on each of its days."""
        here, away = self.substitute, self.person
        return StandIn(here.id, here.name, here.email, away.id, away.name, self.until_on)


def objections(naming: Naming, today: date) -> dict[str, str]:
    """What speaks against it, by question; nothing when it may be."""
    return _of_days(naming, today) or _of_people(naming) or _of_overlap(naming, today) or _of_chains(naming)


def _of_days(naming: Naming, today: date) -> dict[str, str]:
    found = {}
    if naming.from_on < today:
        found["from_on"] = "不能早于今天"
    elif naming.from_on > today + timedelta(days=AHEAD):
        found["from_on"] = "最多提前一年，请检查年份"
    if naming.until_on < naming.from_on:
        found["until_on"] = "不能早于开始日期"
    elif (naming.until_on - naming.from_on).days >= MOST_DAYS:
        last = naming.from_on + timedelta(days=MOST_DAYS - 1)
        found["until_on"] = f"一次最多 {MOST_DAYS} 天，最迟到{day_words(last, today)}"
    return found


def _of_people(naming: Naming) -> dict[str, str]:
    if naming.person.id == naming.substitute.id:
        return {"substitute": "不能由本人代理本人"}
    gone = [each.name for each in (naming.person, naming.substitute) if not each.active]
    if gone:
        return {"substitute": f"{gone[0]}的账号已停用"}
    if naming.person.roles or naming.substitute.roles:
        return {"substitute": independence.NO_ADMINISTRATORS}
    return {}


def _of_overlap(naming: Naming, today: date) -> dict[str, str]:
    other = queries.naming_in(naming.person.id, naming.from_on, naming.until_on)
    if other is None:
        return {}
    days = f"{day_words(other.from_on, today)}至{day_words(other.until_on, today)}"
    return {"from_on": f"{days}已经指定{other.substitute.name}代理，同一天只能有一位代理人；请改日期，或者先收回那一次"}


def _of_chains(naming: Naming) -> dict[str, str]:
    """Whatever would go wrong on one of its days, together with who else stands in for whom then."""
    new = naming.stand_in()
    for day in queries.days_of_change(naming.from_on, naming.until_on):
        named = queries.substitutes_on(day)
        if way := circle(named, new):
            chain = "→".join([new.for_name, *(each.name for each in way)])
            return {"substitute": f"代理不能首尾相接：{chain}，这样没有人真正在岗"}
        if words := _against_independence(named, new, independence.sides(queries.seating(day).sitters)):
            return {"substitute": words}
    return {}


def _against_independence(named: list[StandIn], new: StandIn, sides: dict[int, frozenset[Side]]) -> str | None:
    """Why one of those who would stand in for somebody because of the new naming may not."""
    before = {(each.person_id, each.for_id) for each in chained(named)}
    after = chained([*named, new])
    for each in after:
        if (each.person_id, each.for_id) in before:
            continue
        others = [one for one in after if one.person_id == each.person_id and one.for_id != each.for_id]
        if words := _apart(each, others, sides):
            return words
    return None


def _apart(each: StandIn, others: Iterable[StandIn], sides: dict[int, frozenset[Side]]) -> str | None:
    """Why this one may not stand in: because of his own posts, or of those for whom he stands in besides."""
    nothing: frozenset[Side] = frozenset()
    wanted = sides.get(each.for_id, nothing)
    hands = [(each.name, sides.get(each.person_id, nothing))]
    hands += [(f"{each.name}同时代理的{one.for_name}", sides.get(one.for_id, nothing)) for one in others]
    for who, held in hands:
        if pair := independence.conflict(wanted, held):
            away, here = (independence.LABELS[side] for side in pair)
            return (
                f"{each.name}不能代理{each.for_name}：{each.for_name}属于{away}，{who}属于{here}。"
                f"{independence.APART[frozenset(pair)]}，按回避要求不能由同一个人办"
            )
    return None
