"""A small district for tests: every role is held by somebody, and there is a stranger who must see nothing."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import uuid4

from flask.testing import FlaskClient

from helpdesk.db import db
from helpdesk.enterprises.models import Contact, Enterprise, Pairing
from helpdesk.org.models import AdminRole, Duty, Person, Post, Unit, UnitKind
from helpdesk.security import begin_session

LONG_AGO = date(2019, 5, 10)

SEATS = {
    "dispatcher": ("调度室", Duty.MEMBER),
    "other_dispatcher": ("调度室", Duty.MEMBER),
    "dispatch_lead": ("调度室", Duty.LEAD),
    "group_lead": ("基础设施保障组", Duty.LEAD),
    "handler": ("基础设施保障组", Duty.HANDLER),
    "other_handler": ("基础设施保障组", Duty.HANDLER),
    "leader": ("基础设施保障组", Duty.IN_CHARGE),
    "other_lead": ("营商环境组", Duty.LEAD),
    "other_leader": ("营商环境组", Duty.IN_CHARGE),
    "supervisor": ("督查考核办公室", Duty.MEMBER),
    "chief": ("领导小组", Duty.LEAD),
    "reporter": ("区工信局", Duty.MEMBER),
    "cadre": ("区商务局", Duty.MEMBER),
    "stranger": ("区体育局", Duty.MEMBER),
}
UNITS = {
    "领导小组": UnitKind.LEADING_GROUP,
    "调度室": UnitKind.DISPATCH,
    "督查考核办公室": UnitKind.SUPERVISION,
    "基础设施保障组": UnitKind.GROUP,
    "营商环境组": UnitKind.GROUP,
    "区工信局": UnitKind.DEPARTMENT,
    "区商务局": UnitKind.DEPARTMENT,
    "区体育局": UnitKind.DEPARTMENT,
}


@dataclass
class District:
    """Keys of everything a test may want to name; ``person("handler")`` fetches the row."""

    people: dict[str, int] = field(default_factory=dict)
    units: dict[str, int] = field(default_factory=dict)
    enterprise_id: int = 0
    group_id: int = 0
    other_group_id: int = 0

    def person(self, name: str) -> Person:
        """The row of the person who plays that part."""
        person = db.session.get(Person, self.people[name])
        assert person is not None
        return person


def found_district() -> District:
    """Fill the database with the district; inside an application context."""
    world = District()
    for name, kind in UNITS.items():
        unit = Unit(
            name=name, kind=kind, phone="0431-80000000" if kind in (UnitKind.GROUP, UnitKind.DISPATCH) else None
        )
        db.session.add(unit)
        db.session.flush()
        world.units[name] = unit.id
    for part, (unit_name, duty) in SEATS.items():
        world.people[part] = _person(part)
        db.session.add(Post(person_id=world.people[part], unit_id=world.units[unit_name], duty=duty, from_on=LONG_AGO))
    world.people["administrator"] = _person("administrator", AdminRole(name="system", description="系统管理员"))
    world.enterprise_id = _enterprise(world)
    world.group_id, world.other_group_id = world.units["基础设施保障组"], world.units["营商环境组"]
    db.session.commit()
    return world


def _person(part: str, *roles: AdminRole) -> int:
    person = Person(
        username=part,
        name=f"某{part}",
        email=f"{part}@example.org",
        phone="13900000625",
        active=True,
        fs_uniquifier=uuid4().hex,
        roles=list(roles),
    )
    db.session.add(person)
    db.session.flush()
    return person.id


def _enterprise(world: District) -> int:
    enterprise = Enterprise(
        name="示例一号机械有限公司",
        initials="slyhjxyxgs",
        no_uscc_reason="演示",
        industry="C",
        added_at=datetime(2026, 1, 5, tzinfo=UTC),
    )
    db.session.add(enterprise)
    db.session.flush()
    db.session.add(Contact(enterprise_id=enterprise.id, name="王经理", phone="15000000625", email="wang@example.org"))
    db.session.add(Pairing(enterprise_id=enterprise.id, person_id=world.people["cadre"], from_on=LONG_AGO))
    return enterprise.id


def sign_in(client: FlaskClient, person: Person) -> FlaskClient:
    """That person is signed in from now on, without going through the door."""
    with client.session_transaction() as session:
        session["_user_id"] = person.fs_uniquifier
        session["_fresh"] = True
        session["fs_cc"] = "set"
        session["fs_paa"] = datetime.now(UTC).timestamp()
        begin_session(session, datetime.now(UTC))
    return client
