"""The district that is simulated: every role is held by somebody, every enterprise has a cadre, one mailbox is broken."""

from datetime import UTC, date, datetime
from uuid import UUID

from helpdesk.db import db
from helpdesk.enterprises.models import Contact, Enterprise, Pairing
from helpdesk.org.models import AdminRole, Duty, Person, Post, Substitute, Unit, UnitKind
from simulate.scenario import Scenario

LONG_AGO = date(2019, 5, 10)
FOUNDED_AT = datetime(2026, 1, 1, tzinfo=UTC)
ADMINISTRATOR = "administrator"
KEEPER_OF_THE_RULES = "dispatch.0"
BROKEN = "g1.h1@example.org"
"""Mail for this address is refused for good."""
WITHOUT_MAIL = 4  # every so many enterprises have no mailbox: somebody has to call


def found(scenario: Scenario) -> None:
    """Fill an empty database; commits once."""
    people = _people(scenario)
    _enterprises(scenario, people)
    for absence in scenario.absences:
        db.session.add(
            Substitute(
                person_id=people[absence.who],
                substitute_id=people[absence.substitute],
                from_on=absence.from_on,
                until_on=absence.until_on,
                named_at=FOUNDED_AT,
                named_by_id=people[absence.who],
            )
        )
    db.session.commit()


def _people(scenario: Scenario) -> dict[str, int]:
    people: dict[str, int] = {}
    leaders = [_person(f"leader.{number}", people) for number in range(scenario.leaders)]
    _seats(_unit("领导小组", UnitKind.LEADING_GROUP), "chief", scenario.chiefs, people, lead=True)
    _seats(_unit("调度室", UnitKind.DISPATCH), "dispatch", scenario.dispatchers, people, lead=True)
    _seats(_unit("督查考核办公室", UnitKind.SUPERVISION), "supervision", scenario.supervisors, people, lead=True)
    _seats(_unit("区工信局", UnitKind.DEPARTMENT), "reporter", scenario.reporters, people, lead=False)
    for number in range(1, scenario.groups + 1):
        unit = _unit(f"第{number}组", UnitKind.GROUP)
        _post(_person(f"g{number}.lead", people), unit, Duty.LEAD)
        if number <= scenario.liaisons:
            _post(_person(f"g{number}.liaison", people), unit, Duty.LIAISON)
        for handler in range(1, scenario.handlers + 1):
            _post(_person(f"g{number}.h{handler}", people), unit, Duty.HANDLER)
        _post(leaders[number % len(leaders)], unit, Duty.IN_CHARGE)
    _person(ADMINISTRATOR, people, AdminRole(name="system", description="系统管理员"))
    return people


def _unit(name: str, kind: UnitKind) -> int:
    unit = Unit(name=name, kind=kind, phone="0431-80000000")
    db.session.add(unit)
    db.session.flush()
    return unit.id


def _seats(unit: int, name: str, count: int, people: dict[str, int], *, lead: bool) -> None:
    for number in range(count):
        _post(_person(f"{name}.{number}", people), unit, Duty.LEAD if lead and number == 0 else Duty.MEMBER)


def _person(name: str, people: dict[str, int], *roles: AdminRole) -> int:
    person = Person(
        username=name,
        name=name,
        email=f"{name}@example.org",
        phone="13900000625",
        active=True,
        fs_uniquifier=UUID(int=len(people) + 1).hex,
        roles=list(roles),
    )
    db.session.add(person)
    db.session.flush()
    people[name] = person.id
    return person.id


def _post(person: int, unit: int, duty: Duty) -> None:
    db.session.add(Post(person_id=person, unit_id=unit, duty=duty, from_on=LONG_AGO))


def _enterprises(scenario: Scenario, people: dict[str, int]) -> None:
    for number in range(scenario.enterprises):
        enterprise = Enterprise(
            name=f"示例{number:03d}号机械有限公司",
            initials="slhjxyxgs",
            no_uscc_reason="演示",
            industry="C",
            added_at=FOUNDED_AT,
        )
        db.session.add(enterprise)
        db.session.flush()
        email = contact_email(number)
        db.session.add(Contact(enterprise_id=enterprise.id, name="王经理", phone="15000000625", email=email))
        cadre = people[f"reporter.{number % scenario.reporters}"]
        db.session.add(Pairing(enterprise_id=enterprise.id, person_id=cadre, from_on=LONG_AGO))


def contact_email(number: int) -> str | None:
    """The mailbox of the contact of that enterprise, if it has one."""
    return None if number % WITHOUT_MAIL == 0 else f"contact{number:03d}@example.com"
