"""Founding the demo district: units, people with posts and one password, enterprises with their cadres."""

from datetime import date, datetime, timedelta
from uuid import uuid4

from flask import current_app
from flask_security import hash_password

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.demo.enterprises import Enterprise, enterprises
from helpdesk.demo.people import ABSENT, ADMINISTRATORS, IN_CHARGE, SEATS, UNITS, Seat
from helpdesk.enterprises import models as register
from helpdesk.enterprises.naming import initials_of
from helpdesk.enterprises.size import branches_of, size_of
from helpdesk.org.models import AdminRole, Duty, Person, Post, Substitute, Unit, UnitKind
from helpdesk.org.queries import streets as org_streets

PASSWORD = "bangqi-yanshi-2026"  # noqa: S105  (told to everybody by `flask demo logins`)
LONG_AGO = date(2019, 5, 10)
CADRES_IN = (UnitKind.DEPARTMENT, UnitKind.STREET, UnitKind.COORDINATION)
ENTERPRISES_EACH = 3
ABOVE_SCALE, KEY = 2000, 20000  # 万元 of revenue, in the demo


def is_empty() -> bool:
    """Whether nobody has entered anything into this database."""
    return not any(db.session.query(table.id).first() for table in (Unit, Person, register.Enterprise))


def found(now: datetime) -> None:
    """Fill an empty database with the district; commits once."""
    units = _units()
    people = _people(units)
    _register(people, now)
    db.session.commit()


def name_substitutes(now: datetime) -> None:
    """Whoever is away now has named somebody; commits once."""
    today = calendar().day_of(now)
    for absent, substitute, since, yet, reason in ABSENT:
        person, other = (db.session.query(Person).filter_by(username=name).one() for name in (absent, substitute))
        days = {"from_on": today - timedelta(days=since), "until_on": today + timedelta(days=yet)}
        named = {"named_at": now - timedelta(days=since), "named_by_id": person.id, "reason": reason}
        db.session.add(Substitute(person_id=person.id, substitute_id=other.id, **days, **named))
    db.session.commit()


def _units() -> dict[str, Unit]:
    city = Unit(name="长春市", kind=UnitKind.CITY)
    db.session.add(city)
    db.session.flush()
    district = Unit(name=current_app.config["DISTRICT"], kind=UnitKind.DISTRICT, parent_id=city.id)
    db.session.add(district)
    db.session.flush()
    units = {unit.name: Unit(name=unit.name, kind=unit.kind, phone=unit.phone, parent_id=district.id) for unit in UNITS}
    for unit in units.values():  # one by one, so that their keys follow the official order
        db.session.add(unit)
        db.session.flush()
    return units


def _people(units: dict[str, Unit]) -> dict[str, Person]:
    password = hash_password(PASSWORD)
    people = {}
    for number, seat in enumerate(SEATS, 1):
        person = _person(seat.name, seat.username, seat.title, password, number)
        people[seat.username] = person
        _post(person, units[seat.unit], seat.duty)
        for group in IN_CHARGE.get(seat.username, ()):
            _post(person, units[group], Duty.IN_CHARGE)
    for number, (name, username, role, title) in enumerate(ADMINISTRATORS, len(SEATS) + 1):
        person = _person(name, username, title, password, number)
        person.roles.append(_admin_role(role, title))
    return people


def _person(name: str, username: str, title: str, password: str, number: int) -> Person:
    person = Person(
        name=name,
        username=username,
        title=title,
        email=f"{username}@example.org",
        phone=f"1990001{number:04d}",
        password=password,
        active=True,
        must_change_password=False,
        fs_uniquifier=uuid4().hex,
    )
    db.session.add(person)
    db.session.flush()
    return person


def _admin_role(name: str, title: str) -> AdminRole:
    role = db.session.query(AdminRole).filter_by(name=name).one_or_none()
    return role or AdminRole(name=name, description=title)


def _post(person: Person, unit: Unit, duty: Duty) -> None:
    db.session.add(Post(person_id=person.id, unit_id=unit.id, duty=duty, from_on=LONG_AGO))
    db.session.flush()


def _register(people: dict[str, Person], now: datetime) -> None:
    streets = tuple(unit.name for unit in UNITS if unit.kind is UnitKind.STREET)
    pairs = [person for person in _cadres(people) for _ in range(ENTERPRISES_EACH)]
    keys = {unit.name: unit.id for unit in org_streets()}
    for number, fact in enumerate(enterprises(streets)):
        enterprise = _enterprise(fact, keys, now)
        db.session.add(enterprise)
        db.session.flush()
        if number < len(pairs):
            db.session.add(register.Pairing(enterprise_id=enterprise.id, person_id=pairs[number].id, from_on=LONG_AGO))


def _cadres(people: dict[str, Person]) -> list[Person]:
    kinds = {unit.name: unit.kind for unit in UNITS}
    seats: list[Seat] = [seat for seat in SEATS if kinds[seat.unit] in CADRES_IN]
    return [people[seat.username] for seat in seats]


def _enterprise(fact: Enterprise, streets: dict[str, int], now: datetime) -> register.Enterprise:
    branch = next(iter(branches_of(fact.industry)), None)
    return register.Enterprise(
        name=fact.name,
        initials=initials_of(fact.name),
        uscc=fact.code,
        industry=fact.industry,
        street_id=streets[fact.street],
        address=current_app.config["DISTRICT"] + fact.address,
        added_at=now,
        people=fact.people,
        revenue=fact.revenue,
        branch=branch,
        size=size_of(branch, {"people": fact.people, "revenue": fact.revenue}),
        above_scale=fact.revenue >= ABOVE_SCALE,
        is_key=fact.revenue >= KEY,
        contacts=[
            register.Contact(name=each.name, title=each.title, phone=each.phone, email=each.email)
            for each in fact.contacts
        ],
    )
