"""Tables of figures: all together, or divided by group, unit, cadre, category, street or month."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from helpdesk.enterprises.queries import names_of_cadres
from helpdesk.figures import legs, queries, reckoning
from helpdesk.figures.catalogue import COUNTS, DAYS, EXPLAINED, OF, POINTS, SHARE, condition_of
from helpdesk.figures.legs import Outcomes
from helpdesk.figures.page_columns import NOT_FOR_GROUPS, OF_GROUPS
from helpdesk.figures.scope import NONE, Dimension, Scope, month_of, months_in
from helpdesk.figures.terms import Behind, Figure, Row
from helpdesk.org.models import UnitKind
from helpdesk.org.queries import units_by_id
from helpdesk.rules import rules_on
from workflows.counts import Counts
from workflows.fields import CATEGORIES
from workflows.policy import Policy, Weights

ALL, NOBODY = (
    "合计",
    {
        Dimension.GROUP: "未经交办",
        Dimension.UNIT: "未经交办",
        Dimension.CADRE: "没有包保干部",
        Dimension.CATEGORY: "没有类别",
        Dimension.STREET: "没有登记街道",
    },
)
SHARED = frozenset({Dimension.CADRE})
"""What several lines may share: they do not add up to the whole."""


def totals(scope: Scope) -> Row:
    """The figures of a scope as a whole."""
    return by(scope, None)[0]


def by(scope: Scope, dimension: Dimension | str | None) -> list[Row]:
    """The figures divided by a dimension: lines in the official order, never by their figures.

    Functional groups all have their line, others those about which something is to be said. What belongs to an
    enterprise with two cadres stands in the lines of both, so that lines need not add up to the whole.
    """
    dimension = Dimension(dimension) if dimension else None
    return _rows(scope, dimension, _counted(scope, dimension))


def with_totals(scope: Scope, dimension: Dimension) -> tuple[list[Row], Row]:
    """``by`` and ``totals`` of the same scope; every row is read once where each belongs to one line only."""
    counted = _counted(scope, dimension)
    whole = totals(scope) if dimension in SHARED else _rows(scope, None, counted.folded())[0]
    return _rows(scope, dimension, counted), whole


@dataclass(frozen=True)
class _Counted:
    """What was counted, by the raw key of the dimension."""

    marks: Mapping[Any, Mapping[str, int]]
    finished: Mapping[Any, Mapping[int, int]]
    closed: Mapping[Any, Mapping[int, int]]
    outcomes: Mapping[Any, Outcomes]

    def folded(self) -> "_Counted":
        """The same of all keys together."""
        outcomes: dict[str, Counter[str]] = {}
        for went in self.outcomes.values():
            for leg, hows in went.items():
                outcomes.setdefault(leg, Counter()).update(hows)
        return _Counted({"": _sum(self.marks)}, {"": _sum(self.finished)}, {"": _sum(self.closed)}, {"": outcomes})


def _sum(found: Mapping[Any, Mapping[Any, int]]) -> Counter[Any]:
    whole: Counter[Any] = Counter()
    for counts in found.values():
        whole.update(counts)
    return whole


def _counted(scope: Scope, dimension: Dimension | None) -> _Counted:
    soon = policy_of(scope).soon_days
    conditions = {
        name: condition_of(count.behind, soon_days=soon, entry_id=scope.until_entry_id)
        for name, count in COUNTS.items()
    }
    return _Counted(
        queries.counts(scope, dimension, conditions),
        queries.histograms(scope, dimension, Counts.FINISHED),
        queries.histograms(scope, dimension, Counts.CLOSED),
        legs.outcomes(scope, dimension),
    )


def _rows(scope: Scope, dimension: Dimension | None, counted: _Counted) -> list[Row]:
    weights = policy_of(scope).weights
    return [
        Row(
            key,
            label,
            _Reckoned(
                _of(scope, dimension, key),
                counted.marks.get(raw, {}),
                counted.outcomes.get(raw),
                weights,
                counted.finished.get(raw, {}),
                counted.closed.get(raw, {}),
            ).figures(),
        )
        for raw, key, label in _lines(scope, dimension, {*_with_something(counted.marks, dimension), *counted.outcomes})
    ]


def policy_of(scope: Scope) -> Policy:
    """The version that holds at the end of a period, today at the latest: its weights and yellow days count."""
    return rules_on(min(scope.until_on, scope.me.today)).policy


def _of(scope: Scope, dimension: Dimension | None, key: str) -> Scope:
    return scope.within(dimension, key) if dimension else scope


def _with_something(counted: Mapping[Any, Mapping[str, int]], dimension: Dimension | None) -> set[Any]:
    """The keys about which there is something to say; that nobody has yet what was reported is none, by group."""
    said = [name for name in COUNTS if dimension not in OF_GROUPS or name not in NOT_FOR_GROUPS]
    return {key for key, counts in counted.items() if any(counts[name] for name in said)}


# -- The lines ---------------------------------------------------------------------------------------------------------

Line = tuple[Any, str, str]
"""The key in the database, the key in addresses, and the name as it is now."""


def _lines(scope: Scope, dimension: Dimension | None, found: set[Any]) -> list[Line]:
    if dimension is None:
        return [("", "", ALL)]
    known = [line for line in _known(scope, dimension, found) if _wanted(scope, dimension, line[1])]
    rest = None in found and dimension in NOBODY and _wanted(scope, dimension, NONE)
    return [*known, (None, NONE, NOBODY[dimension])] if rest else known


def _wanted(scope: Scope, dimension: Dimension, key: str) -> bool:
    """A table that is narrowed to one line shows only that."""
    chosen = None if dimension is Dimension.MONTH else getattr(scope, dimension.value)
    return chosen in (None, key)


def _known(scope: Scope, dimension: Dimension, found: set[Any]) -> list[Line]:
    if dimension is Dimension.MONTH:
        return [(month, month, month_words(month)) for month in months_in(scope.first_on, scope.until_on)]
    if dimension is Dimension.CATEGORY:
        return [(name, name, label) for name, label in CATEGORIES if name in found]
    if dimension is Dimension.CADRE:
        return [(key, str(key), name) for key, name in names_of_cadres(found - {None})]
    units = units_by_id()
    shown = {key for key in found if key in units and _fits(dimension, units[key].kind)}
    if dimension is Dimension.GROUP and scope.me.sees_district:
        shown |= {key for key, unit in units.items() if unit.kind == UnitKind.GROUP}
    return [(key, str(key), unit.name) for key, unit in units.items() if key in shown]


def _fits(dimension: Dimension, kind: str) -> bool:
    wanted = {Dimension.GROUP: UnitKind.GROUP, Dimension.STREET: UnitKind.STREET}.get(dimension)
    return wanted is None or kind == wanted


def month_words(key: str) -> str:
    """2026年9月."""
    first, _ = month_of(key)
    return f"{first.year}年{first.month}月"


# -- One line ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Reckoned:
    """The figures of one line, from what was counted for it."""

    scope: Scope
    counted: Mapping[str, int]
    outcomes: Outcomes | None
    weights: Weights
    finished: Mapping[int, int]
    closed: Mapping[int, int]

    def figures(self) -> dict[str, Figure]:
        """Every figure by name."""
        found = [*self._counts(), *self._rates(), *self._spans(), *legs.figures(self.scope, self.outcomes)]
        return {figure.name: figure for figure in found}

    def _n(self, name: str) -> int:
        return self.counted.get(name, 0)

    def _behind(self, name: str) -> Behind:
        return Behind("marks", {**self.scope.address(), **COUNTS[name].behind}, self._n(name))

    def _counts(self) -> list[Figure]:
        return [
            Figure(name, count.label, count.unit, self._n(name), rows=self._behind(name))
            for name, count in COUNTS.items()
        ]

    def _rates(self) -> list[Figure]:
        answered, satisfied, fair = self._n("answered"), self._n("satisfied"), self._n("fair")
        weights = self.weights
        content = round(satisfied + fair * weights.fair / reckoning.HUNDRED, 2)
        pleased = reckoning.satisfaction(satisfied, fair, answered, fair_weight=weights.fair)
        points = reckoning.overall(self._n("contacted"), self._n("solved"), satisfied, fair, answered, weights=weights)
        return [
            self._share("finish_rate", "done"),
            self._share("coverage", "called"),
            self._share("response", "contacted"),
            self._share("solution", "solved"),
            self._rate("satisfaction", pleased, content, "content"),
            self._share("deviation", "deviated"),
            self._rate("overall", points, None, None, POINTS),
        ]

    def _share(self, name: str, part: str) -> Figure:
        return self._rate(name, reckoning.share(self._n(part), self._n(OF[name])), self._n(part), part)

    def _rate(
        self, name: str, value: float | None, numerator: float | None, part: str | None, unit: str = SHARE
    ) -> Figure:
        whole = OF[name]
        size = self._n(whole)
        return Figure(
            name,
            EXPLAINED[name][0],
            unit,
            value,
            numerator,
            size,
            reckoning.few(size),
            self._behind(whole),
            self._behind(part) if part else None,
        )

    def _spans(self) -> list[Figure]:
        return [
            self._span("mean_days", reckoning.mean(self.finished)),
            self._span("most_days", reckoning.most_within(self.finished)),
            self._span("way_mean", reckoning.mean(self.closed)),
            self._span("way_most", reckoning.most_within(self.closed)),
        ]

    def _span(self, name: str, value: float | None) -> Figure:
        return self._rate(name, value, None, None, DAYS)
