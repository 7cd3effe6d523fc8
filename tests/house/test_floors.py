"""What import-linter cannot say: which files may touch the request, build SQL, commit, or read the wall clock."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOORS = {"clocks_cli.py", "api.py", "cli.py", "scheduler.py", "wsgi.py"}
GROUND_AT_THE_DOOR = {"errors.py", "pages.py", "security.py", "accounts.py"}  # they wrap every request
SQL_WORDS = {"select", "insert", "update", "delete", "text", "func", "union", "union_all", "exists"}
SQL_ROOMS = {"models.py", "queries.py", "db.py", "chain.py", "rules.py"}
COMMITTERS = {"commands.py", "post.py", "sweep.py"}  # post and sweep: their own ledgers
OUTSIDE = {"demo", "operations"}  # fill and maintain whole tables
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc"}


def is_door(name: str) -> bool:
    """Whether files of that name answer requests: pages, and those that are too many for one file."""
    return name in DOORS or name.endswith("views.py")


def is_sql_room(name: str) -> bool:
    """Whether files of that name may build SQL: queries, and those that are too many for one file."""
    return name in SQL_ROOMS or name.endswith("_queries.py")


def house() -> Iterator[tuple[Path, ast.Module]]:
    """Every module of the house, parsed."""
    for folder in ("helpdesk", "workflows"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """All (module, name) pairs a file imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from ((node.module or "", alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)


def called(tree: ast.Module) -> Iterator[str]:
    """The dotted text of everything a file calls."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def test_only_doors_touch_the_request_and_the_session() -> None:
    wrong = [
        f"{path}: {name}"
        for path, tree in house()
        for module, name in imported(tree)
        if module == "flask" and name in {"request", "session", "redirect", "flash", "make_response", "jsonify"}
        if not is_door(path.name) and path.name not in GROUND_AT_THE_DOOR
    ]
    assert wrong == []


def test_only_queries_and_models_build_sql() -> None:
    wrong = [
        f"{path}: {name}"
        for path, tree in house()
        for module, name in imported(tree)
        if module.startswith("sqlalchemy") and name in SQL_WORDS
        if not is_sql_room(path.name) and path.name not in COMMITTERS and not OUTSIDE & set(path.parts)
    ]
    assert wrong == []


def test_only_commands_commit() -> None:
    wrong = [
        str(path)
        for path, tree in house()
        if any(text.endswith("session.commit") for text in called(tree))
        if path.name not in COMMITTERS and not OUTSIDE & set(path.parts)
    ]
    assert wrong == []


def test_only_the_clock_reads_the_wall_clock() -> None:
    readers = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
    wrong = [
        f"{path}: {text}"
        for path, tree in house()
        for text in called(tree)
        if text in readers or (text.startswith("datetime.datetime.") and text.endswith(".now"))
        if path != Path("helpdesk/clock.py")
    ]
    assert wrong == []


def test_the_rule_book_imports_the_standard_library_and_itself() -> None:
    allowed = sys.stdlib_module_names | {"workflows"}
    wrong = [
        f"{path}: {module}"
        for path, tree in house()
        for module, _ in imported(tree)
        if path.parts[0] == "workflows" and module.split(".")[0] not in allowed
        if not (path.name == "engine.py" and module.split(".")[0] == "transitions")
    ]
    assert wrong == []


def test_every_module_says_what_it_is_for_and_is_named_for_it() -> None:
    wrong = [str(path) for path, tree in house() if not ast.get_docstring(tree) or path.stem in EMPTY_NAMES]
    assert wrong == []
