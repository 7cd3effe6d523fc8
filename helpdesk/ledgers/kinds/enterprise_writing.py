"""Writing an import of 企业名录 into the register, and taking it back."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from helpdesk.db import db
from helpdesk.enterprises.models import Contact, Enterprise, FormerName, RegisterChange, Tag
from helpdesk.enterprises.naming import initials_of
from helpdesk.ledgers.kinds import enterprise_queries as queries
from helpdesk.ledgers.kinds.enterprise_comparing import FACTS
from helpdesk.ledgers.reference_queries import references
from helpdesk.ledgers.terms import CHANGED, NEW, Difference, Doing, Done, Row

AT_ONCE = 500
initials = lru_cache(maxsize=50_000)(initials_of)
"""The sounds of 20,000 names take seconds: they are known before the registers are locked."""


def warm_up(rows: Sequence[Row]) -> None:
    """Reckon the initials of all names."""
    for row in rows:
        initials(row.get("name"))


def apply(differences: Sequence[Difference], doing: Doing) -> None:
    """Write what the plan says; the caller commits."""
    for start in range(0, len(differences), AT_ONCE):
        some = differences[start : start + AT_ONCE]
        rows = {each.id: each for each in queries.with_keys([d.subject_id for d in some if d.subject_id])}
        written = [(each, _write(each, rows, doing)) for each in some]
        db.session.flush()
        for difference, enterprise in written:
            _finish(difference, enterprise, doing)
        db.session.flush()
        doing.tell(start + len(some))


def _write(difference: Difference, rows: Mapping[int, Enterprise], doing: Doing) -> Enterprise:
    after, more = difference.data
    enterprise = rows[difference.subject_id] if difference.subject_id else Enterprise(added_at=doing.now)
    before = {name: _kept(getattr(enterprise, name)) for name in FACTS} if difference.subject_id else {}
    for name in FACTS:
        setattr(enterprise, name, after[name])
    enterprise.initials = initials(after["name"])
    made = [FormerName(name=name, initials=initials_of(name)) for name in more.former_names]
    tags = [Tag(word=word) for word in more.tags]
    enterprise.former_names.extend(made)
    enterprise.tags.extend(tags)
    difference.undo = {"before": before, "after": {name: _kept(after[name]) for name in FACTS}}
    contact = next((each for each in enterprise.contacts if each.id == more.contact_id), None) or Contact()
    if more.contact:
        was = {name: getattr(contact, name) for name in more.contact} if more.contact_id else None
        for name, value in more.contact.items():
            setattr(contact, name, value)
        if was is None:
            enterprise.contacts.append(contact)
        difference.undo["contact"] = {"before": was, "after": more.contact}
    db.session.add(enterprise)
    difference.data = (made, tags, contact)
    return enterprise


def _finish(difference: Difference, enterprise: Enterprise, doing: Doing) -> None:
    """Keys are known now: they go into what undoing needs; a change of what was there goes into the register's history."""
    made, tags, contact = difference.data
    difference.subject_id = enterprise.id
    difference.undo["former_names"] = [each.id for each in made]
    difference.undo["tags"] = [each.id for each in tags]
    if "contact" in difference.undo:
        difference.undo["contact"]["id"] = contact.id
    if difference.outcome == CHANGED:
        _history(enterprise.id, "import", f"导入“{doing.file_name}”", difference.changes, doing)


def _history(enterprise_id: int, kind: str, words: str, changes: Sequence[Sequence[str]], doing: Doing) -> None:
    db.session.add(
        RegisterChange(
            enterprise_id=enterprise_id,
            at=doing.now,
            by_id=doing.by_id,
            by_name=doing.by_name[:100],
            kind=kind,
            words=words[:500],
            details={label: [before, after] for label, before, after in changes},
        )
    )


def obstacles(done: Sequence[Done]) -> list[str]:
    """What was built on the import: records about enterprises that are new by it, and facts changed since."""
    rows = {each.id: each for each in queries.with_keys([line.subject_id for line in done if line.subject_id])}
    new = [line.subject_id for line in done if line.outcome == NEW and line.subject_id]
    together = ("contacts", "former_names", "enterprise_tags")
    found = [
        f"导入的企业已经有{words} {count} 条" for words, count in references("enterprises", new, but=together).items()
    ]
    made = [line.undo["contact"]["id"] for line in done if line.undo.get("contact") and not _was(line)]
    found += [f"导入的联系人已经有{words} {count} 条" for words, count in references("contacts", made).items()]
    found += [
        f"“{line.label}”导入以后又修改过" for line in done if _changed_since(line, rows.get(line.subject_id or 0))
    ]
    return found


def _was(line: Done) -> Any:
    return line.undo["contact"]["before"]


def _changed_since(line: Done, row: Enterprise | None) -> bool:
    if row is None or any(_kept(getattr(row, name)) != value for name, value in line.undo["after"].items()):
        return True
    contacts = {each.id: each for each in row.contacts}
    if contact := line.undo.get("contact"):
        now = contacts.get(contact["id"])
        if now is None or any(getattr(now, name) != value for name, value in contact["after"].items()):
            return True
    if line.outcome != NEW:
        return False
    mine = {line.undo["contact"]["id"]} if line.undo.get("contact") else set()
    extra = (set(contacts), mine), ({t.id for t in row.tags}, set(line.undo["tags"]))
    names = {each.id for each in row.former_names}, set(line.undo["former_names"])
    return any(now != then for now, then in (*extra, names))


def undo(done: Sequence[Done], doing: Doing) -> None:
    """Take it back; the caller has made sure that nothing builds on it, and commits."""
    for start in range(0, len(done), AT_ONCE):
        some = done[start : start + AT_ONCE]
        rows = {each.id: each for each in queries.with_keys([line.subject_id for line in some if line.subject_id])}
        for line in some:
            if line.outcome != NEW:
                _put_back(line, rows[line.subject_id or 0], doing)
        db.session.flush()
        queries.delete([line.subject_id for line in some if line.outcome == NEW and line.subject_id])
        doing.tell(start + len(some))


def _put_back(line: Done, row: Enterprise, doing: Doing) -> None:
    before = line.undo["before"]
    for name, value in before.items():
        setattr(row, name, Decimal(value) if value is not None and name in ("revenue", "assets") else value)
    row.initials = initials_of(row.name)
    row.former_names = [each for each in row.former_names if each.id not in line.undo["former_names"]]
    row.tags = [each for each in row.tags if each.id not in line.undo["tags"]]
    if contact := line.undo.get("contact"):
        person = next(each for each in row.contacts if each.id == contact["id"])
        if contact["before"] is None:
            db.session.delete(person)
        else:
            for name, value in contact["before"].items():
                setattr(person, name, value)
    _history(row.id, "import_undone", f"撤销导入“{doing.file_name}”", (), doing)


def _kept(value: Any) -> Any:
    """As JSON keeps it."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value
