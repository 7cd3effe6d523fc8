"""审计日志: for the 审计管理员 alone, searched, exported (which is audited itself), with the state of the proof on top."""

from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.audit import queries, seal_queries
from helpdesk.audit.models import AuditEvent
from helpdesk.audit.queries import Search
from helpdesk.listings import sheets
from helpdesk.listings.terms import Column, Kind, Table
from helpdesk.listings.views import made
from helpdesk.listings.words import Reading
from helpdesk.org.login import current_person, needs_admin
from helpdesk.problems.views import my_standing
from workflows.audited import AUDITED, KINDS

bp = Blueprint("audit", __name__, url_prefix="/audit")

PAGE = 50
LAST_PAGE = 200
MOST_IN_A_FILE = 10_000
PROVED_EVERY = timedelta(hours=50)
"""The proof runs every night; when two were left out it is late."""
RESULTS = (("", "全部结果"), ("yes", "成功"), ("no", "失败或者被拒绝"))
EXPORT_LABELS = {"xlsx": "导出 Excel", "json": "JSON"}


def _result(event: AuditEvent) -> str:
    return "成功" if event.ok else "未成功"


def detail_words(event: AuditEvent) -> str:
    """The details in one line: 字段：原来 → 现在；…"""
    return "；".join(
        f"{each['label']}：{each['before'] or '无'} → {each['after'] or '无'}"
        if "before" in each
        else f"{each['label']}：{each['value']}"
        for each in event.details
        if each.get("value", True)
    )


TABLE = Table(
    "audit",
    "审计日志",
    (
        Column("index", "序号", lambda row, _: None, Kind.INDEX, 6),
        Column("at", "时间", lambda row, _: row.at, Kind.MOMENT, 18),
        Column("kind", "事项", lambda row, _: AUDITED[row.kind].label, width=18),
        Column("result", "结果", lambda row, _: _result(row), width=8),
        Column("by", "人员", lambda row, _: row.by_name, width=22),
        Column("about", "内容", lambda row, _: row.about, width=50),
        Column("details", "详情", lambda row, _: detail_words(row), width=60),
        Column("number", "问题编号", lambda row, _: row.number or "", width=14),
        Column("address", "来源地址", lambda row, _: row.address or "", width=18),
    ),
)


@bp.get("")
@needs_admin("audit")
def index() -> ResponseReturnValue:
    """The newest events first, narrowed by what was chosen."""
    search, page = _search(), min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    rows = queries.found(search, start=(page - 1) * PAGE, count=PAGE + 1)
    total = queries.count(search)
    asked: dict[str, Any] = {name: _asked(name) for name, _, _ in FILTERS if _asked(name)}
    return render_template(
        "audit/index.html",
        state=_state(),
        rows=[_row(event) for event in rows[:PAGE]],
        filters=_filters(),
        ignored=_ignored(),
        narrowed=search != Search(),
        total=f"超过 {queries.COUNTED:,}" if total == queries.COUNTED else f"{total:,}",
        pager={
            "page": page,
            "has_prev": page > 1,
            "has_next": len(rows) > PAGE,
            "first_url": url_for("audit.index", **asked),
            "prev_url": url_for("audit.index", **asked, page=page - 1),
            "next_url": url_for("audit.index", **asked, page=page + 1),
        },
        exports=[
            {"label": EXPORT_LABELS[ext], "url": url_for("audit.file", ext=ext, **asked)} for ext in sheets.WRITERS
        ],
        most=MOST_IN_A_FILE if total > MOST_IN_A_FILE - 1 else None,
        wide_paper=True,
    )


@bp.get("/log.<any(xlsx, json):ext>")
@needs_admin("audit")
def file(ext: str) -> ResponseReturnValue:
    """What was chosen as a file; taking it out is on record too."""
    chosen = [(label, _asked(name)) for name, label, _ in FILTERS if _asked(name)]
    about = sheets.About(f"{current_app.config['DISTRICT']}{TABLE.title}", current_person().name, chosen)
    rows = queries.found(_search(), start=0, count=MOST_IN_A_FILE)
    return made(TABLE, rows, Reading(my_standing()), about, ext)


def _row(event: AuditEvent) -> dict[str, Any]:
    return {
        "at": f"{clock.local(event.at):%Y-%m-%d %H:%M:%S}",
        "kind": AUDITED[event.kind].label,
        "lamp": {"colour": "green" if event.ok else "red", "words": _result(event)},
        "by": event.by_name,
        "about": event.about,
        "details": event.details,
        "number": event.number,
        "address": event.address,
    }


# -- What is looked for ------------------------------------------------------------------------------------------------

FILTERS = (
    ("q", "内容", "text"),
    ("who", "人员", "text"),
    ("kind", "事项", "select"),
    ("result", "结果", "select"),
    ("number", "问题编号", "text"),
    ("since", "从", "date"),
    ("until", "到", "date"),
)
HINTS = {"q": "内容、详情里的词", "who": "姓名或者用户名", "number": "如 0012"}


def _filters() -> list[dict[str, Any]]:
    options = {"kind": _kind_options(), "result": RESULTS}
    return [
        {
            "name": name,
            "label": label,
            "kind": kind,
            "value": _asked(name),
            "placeholder": HINTS.get(name, ""),
            "options": options.get(name, ()),
        }
        for name, label, kind in FILTERS
    ]


def _kind_options() -> list[tuple[str, str]]:
    """Whole groups, and each kind."""
    found = [("", "全部事项")]
    for group in dict.fromkeys(kind.group for kind in KINDS):
        found.append((f"*{group}", f"{group}（全部）"))
        found += [(kind.name, f"　{kind.label}") for kind in KINDS if kind.group == group]
    return found


def _asked(name: str) -> str:
    return request.args.get(name, "").strip()[:100]


def _search() -> Search:
    kind, result, since, until = _asked("kind"), _asked("result"), _day("since"), _day("until")
    return Search(
        words=_asked("q"),
        who=_asked("who"),
        kinds=tuple(each.name for each in KINDS if kind and kind in (each.name, f"*{each.group}")),
        ok={"yes": True, "no": False}.get(result),
        number=_asked("number"),
        since=_begin(since) if since else None,
        before=_begin(until + timedelta(days=1)) if until else None,
    )


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(_asked(name))
    except ValueError:
        return None


def _begin(day: date) -> datetime:
    return clock.calendar().at(day, time.min)


def _ignored() -> list[str]:
    """Filters whose words mean nothing."""
    return [label for name, label, kind in FILTERS if kind == "date" and _asked(name) and _day(name) is None]


# -- The proof ---------------------------------------------------------------------------------------------------------


def _state() -> dict[str, Any]:
    """Whether the record holds, in a lamp, words and facts."""
    seal, proof, now = seal_queries.last_seal(), queries.last_verified(), clock.now()
    late = proof is None or now - proof.at > PROVED_EVERY
    colour, words = ("yellow", "还没有核验过" if proof is None else "超过两天没有核验") if late else ("green", "完好")
    if proof is not None and not proof.ok:
        colour, words = "red", "发现断点"
    return {
        "lamp": {"colour": colour, "words": words},
        "broken": proof.about if proof is not None and not proof.ok else None,
        "late": late,
        "proof": proof,
        "proof_details": detail_words(proof) if proof else "",
        "seal": seal,
        "sealed": sum(total["count"] for total in seal.totals.values()) if seal else 0,
    }
