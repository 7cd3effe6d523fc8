"""`flask export`: a list as a file, for somebody as far as he sees it, or for whoever sits at the server."""

import os
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import click

from helpdesk import clock
from helpdesk.figures.scope import district
from helpdesk.listings import exporting, sheets, showing
from helpdesk.listings.catalogue import LISTINGS
from helpdesk.listings.choosing import COLUMNS, choose, columns_in_words, table_of
from helpdesk.listings.registers import PEOPLE, TOLD, posted
from helpdesk.listings.terms import About, Line, Listing, Table
from helpdesk.listings.words import Reading
from helpdesk.notices.queries import told_to
from helpdesk.org.auditing import AT_THE_SERVER
from helpdesk.org.models import Person
from helpdesk.org.queries import everybody, find_by_username, seating
from helpdesk.org.roles import SEATS
from helpdesk.org.views import CALLS_PEOPLE
from helpdesk.problems.cases import Standing
from helpdesk.problems.queries import standing

MOST_IN_A_REGISTER = 10_000
REGISTERS = {PEOPLE.name: PEOPLE, TOLD.name: TOLD}
OWN = ("mine", TOLD.name)
"""What is somebody's own: it has to be said whose."""


def run(
    name: str, file: str, *, login: str | None, form: str | None, filters: tuple[str, ...], columns: str = ""
) -> None:
    """Write list NAME to FILE; the ending of its name says which kind, .xlsx or .json."""
    ending = Path(file).suffix.lstrip(".").lower()
    if ending not in sheets.WRITERS:
        raise click.UsageError(f"{file}: the name must end in .{' or .'.join(sheets.WRITERS)}")
    person = _person(login)
    reading = Reading(standing(person.id, clock.now()) if person else _everything())
    table, lines, about = _wanted(name, person, reading, form, filters, columns)
    written = _write(Path(file), table, lines, reading, about, ending, person)
    click.echo(f"{about.title}: {written} rows, {file}")


def _everything() -> Standing:
    """The whole district, with the names of those who sit in it today."""
    return replace(district(clock.now()), seating=seating(clock.today()))


def _person(login: str | None) -> Person | None:
    if login is None:
        return None
    person = find_by_username(login)
    if person is None or not person.active:
        raise click.ClickException(f"there is nobody with the login {login!r} who may sign in")
    return person


def _wanted(
    name: str, person: Person | None, reading: Reading, form: str | None, filters: tuple[str, ...], columns: str
) -> tuple[Listing | Table, Iterable[Line], About]:
    if person is None and name in OWN:
        raise click.ClickException(f"{name} is somebody's own list: say whose, with --as LOGIN")
    by = person.name if person else AT_THE_SERVER
    if name in REGISTERS:
        return _register(REGISTERS[name], person, reading, by)
    if name not in LISTINGS:
        raise click.ClickException(f"there is no list {name!r}; there are: {', '.join([*LISTINGS, *REGISTERS])}")
    listing = LISTINGS[name]
    if person and not _may_open(listing, person, reading.me):
        raise click.ClickException(f"{person.username} may not open {name}")
    table = _form_of(listing, form)
    given = _given(listing, filters)
    chosen = choose(listing, given | ({COLUMNS: columns} if table is listing else {}), reading)
    if chosen.unknown:
        known = ", ".join(each.name for each in listing.columns)
        raise click.ClickException(f"unknown column {', '.join(chosen.unknown)}; {name} has: {known}")
    if missed := [each.name for each in listing.filters if each.name in given and each.name not in chosen.values]:
        raise click.ClickException(f"these filters were not understood: {', '.join(missed)}")
    about = exporting.about_of(listing, chosen, reading, by, columns=columns_in_words(listing, chosen))
    found = table_of(listing, chosen) if table is listing else table
    return found, showing.everything(listing, chosen, reading), about


def _may_open(listing: Listing, person: Person, me: Standing) -> bool:
    return listing.open_to(frozenset(role for role in SEATS if me.units(role)), handles=not person.roles)


def _form_of(listing: Listing, form: str | None) -> Listing | Table:
    if form is None:
        return listing
    found = next((each for each in listing.forms if each.name == form), None)
    if found is None:
        forms = ", ".join(each.name for each in listing.forms) or "none"
        raise click.ClickException(f"{listing.name} has no form {form!r}; forms: {forms}")
    return found


def _given(listing: Listing, filters: tuple[str, ...]) -> dict[str, str]:
    given = dict(each.partition("=")[::2] for each in filters)
    known = [each.name for each in listing.filters]
    if unknown := [name for name in given if name not in known]:
        raise click.ClickException(f"unknown filter {', '.join(unknown)}; {listing.name} has: {', '.join(known)}")
    return given


def _register(table: Table, person: Person | None, reading: Reading, by: str) -> tuple[Table, Iterable[Line], About]:
    about = About(exporting.title_of(table), by, [])
    if table is PEOPLE:
        calls = person is None or any(reading.me.units(role) for role in CALLS_PEOPLE)
        found = everybody(reading.today, inactive=False, limit=MOST_IN_A_REGISTER)
        return table, posted(found, shows_phones=calls), about
    return table, told_to(person.id if person else 0, start=0, count=MOST_IN_A_REGISTER), about


def _write(
    file: Path,
    table: Listing | Table,
    lines: Iterable[Line],
    reading: Reading,
    about: About,
    ending: str,
    person: Person | None,
) -> int:
    """Beside its place first: a file that breaks off is never taken for a whole one, nor stands there unlogged."""
    try:
        with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".", suffix=f".{ending}", delete=False) as made:
            beside = Path(made.name)
            try:
                key = person.id if person else None
                written = exporting.take_out(made, table, lines, reading, about, ending, person_id=key)
            except BaseException:
                beside.unlink()
                raise
        os.replace(beside, file)
    except OSError as error:
        raise click.ClickException(f"cannot write {file}: {error.strerror}") from error
    return written
