"""The words a process table is written in; a table is nothing but these frozen records."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from workflows.counts import Counts
from workflows.roles import Recipient, Role, Whose


class Phase(StrEnum):
    """Where in its life a problem is; lists and figures ask for the phase, never for single states."""

    START = "start"
    OPEN = "open"
    CLOSED = "closed"


class Kind(StrEnum):
    """What sort of answer a question takes; ``helpdesk/forms.py`` knows how each is asked on a page."""

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    YES_NO = "yes_no"
    DAY = "day"
    MOMENT = "moment"
    PHONE = "phone"
    EMAIL = "email"
    FILES = "files"
    ENTERPRISE = "enterprise"
    GROUP = "group"
    GROUPS = "groups"
    HANDLER = "handler"
    PROBLEM = "problem"


class Unit(StrEnum):
    """What a limit is counted in."""

    WORKING_DAYS = "working_days"
    NATURAL_DAYS = "natural_days"
    HOURS = "hours"  # real time
    WORKING_HOURS = "working_hours"  # within the offices' windows of working days


class Pace(StrEnum):
    """How soon a notice leaves: when the turn starts, or with the reader's next morning digest."""

    AT_ONCE = "at_once"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Case:
    """All that the rules may know of one problem; a plain value, read from the rows by the house."""

    state: str
    round: int = 1
    has_group: bool = False
    difficulty: str | None = None
    urgency: str | None = None
    objected: bool = False
    appealed: bool = False
    unreached_calls: int = 0
    satisfaction: str | None = None  # what the enterprise said in this round; None: nothing
    answered: str | None = None  # what it said on the phone in this round; its link does not ask that
    came_from: str | None = None
    closed_on: date | None = None
    assigned_at: datetime | None = None
    workers: frozenset[int] = frozenset()
    due_at: Mapping[str, datetime] = field(default_factory=dict)
    finished: frozenset[str] = frozenset()  # clocks answered by their own act since the last assignment
    ended: frozenset[str] = frozenset()  # clocks that stopped in any way since the last assignment
    open_tasks: int = 0  # assisting tasks that are not done yet
    open_request: bool = False
    # Of a matter beside a problem (a request, an assisting task); ``state`` is then the matter's own.
    kind: str | None = None
    beside: str | None = None  # the state of the problem
    asked_by: int | None = None
    extended: int = 0  # how often the clock that a request is about was granted more
    days_left: int | None = None  # working days until its due day; None while it does not run
    due_on: date | None = None
    latest_on: date | None = None  # the last day up to which it may be extended
    untouched: bool = False  # moved in from an old ledger, and nobody has done anything to it since
    level: str | None = None  # of a supervision order
    signers: int | None = None  # of a proceeding: how many people sign for the unit it is addressed to


@dataclass(frozen=True, slots=True)
class Moment:
    """One wish, looked at now: what guards and branches judge."""

    case: Case
    actor: int | None
    given: Mapping[str, Any]
    now: datetime
    today: date
    roles: frozenset[Role] = frozenset()
    standing_for: frozenset[int] = frozenset()  # those whose substitute the actor is


@dataclass(frozen=True)
class Guard:
    """A named condition; ``message`` is said to the person when it does not hold."""

    name: str
    holds: Callable[[Moment], bool]
    message: str = ""

    def __call__(self, moment: Moment) -> bool:
        """Whether the condition holds at this moment."""
        return self.holds(moment)


@dataclass(frozen=True)
class State:
    """A place a problem can be in. ``turn``: who is expected to act, the first role somebody holds."""

    name: str
    label: str
    phase: Phase
    turn: tuple[Role, ...] = ()
    plainly: str = ""  # what the enterprise reads instead of the office's word
    dot: int = 0  # which of the enterprise page's four dots is lit
    frees: str | None = None  # the action by which SYSTEM lets problems go on that were merged into one that ends here
    drawn: bool = True  # has a box in the picture of the process


@dataclass(frozen=True)
class Field:
    """A question an action asks. ``keep``: the column of the problem the answer is copied to, if any."""

    name: str
    label: str
    kind: Kind
    required: bool = True
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    shortest: int = 0
    longest: int = 2000
    keep: str | None = None
    only_if: tuple[str, str] | None = None  # asked only when that question was answered so
    only_in: tuple[str, ...] = ()  # asked only in these states
    asked_of: tuple[Role, ...] = ()  # asked only of people with one of these roles
    public: bool = False  # the enterprise may read the answer
    future: bool | None = None  # True: a day to come; False: not a day to come
    begins_now: bool = False  # an empty form offers this very minute as the answer
    bounds: Callable[[Moment], tuple[date | None, date | None]] | None = None  # the first and last day that will do
    fits: tuple[tuple[str, Guard], ...] = ()  # choices that are true only where this holds
    personal: bool = False  # somebody's name: not to be found by looking for it

    @property
    def choice_values(self) -> tuple[str, ...]:
        """The values a choice may take."""
        return tuple(value for value, _ in self.choices)


@dataclass(frozen=True)
class Tell:
    """Who hears of something, by which notice (one template file each), how soon."""

    notice: str
    to: tuple[Recipient, ...]
    pace: Pace = Pace.AT_ONCE
    link: str = "progress"  # what the enterprise's own link in it is good for: progress | evaluate
    followers: bool = False  # news also for those whose problems were merged into this one
    beside: bool = False  # also for who is late with what stands beside the problem, then for the late ones only


SELF, ORIGIN, NEW = "(self)", "(origin)", "new"
"""Pseudo-destinations: the state stays; back to where the problem was; and the place before the first row exists."""


@dataclass(frozen=True)
class Move:
    """One arrow: from any of ``sources`` to ``dest``, taken by the first move whose ``when`` holds."""

    sources: tuple[str, ...]
    dest: str
    when: Guard | None = None
    next_round: bool = False
    adds: tuple[str, ...] = ()  # counters of the problem that go up by one
    tells: tuple[Tell, ...] = ()
    counts: tuple[Counts, ...] = ()  # what it counts as when it goes this way


@dataclass(frozen=True)
class By:
    """A role that may act only while further conditions hold for it."""

    role: Role
    needs: tuple[Guard, ...] = ()


@dataclass(frozen=True)
class Action:
    """Something done to a problem: the verb on the button, by whom, what it asks, where it leads."""

    name: str
    label: str
    moves: tuple[Move, ...]
    by: tuple[Role | By, ...]
    asks: tuple[Field, ...] = ()
    needs: tuple[Guard, ...] = ()
    tells: tuple[Tell, ...] = ()
    works: bool = False  # whoever does it has worked on the problem (independence)
    stops: tuple[str, ...] = ()  # clocks that this act answers
    renews: tuple[str, ...] = ()  # clocks that this act answers and that start again at once
    sets: Mapping[str, Any] = field(default_factory=dict)  # facts of the problem this act sets
    numbers: str | None = None  # the column of the problem that gets the next official number
    uses_link: str | None = None  # through a link only one of this purpose will do, and it is used up by it
    lenient: bool = False  # takes incomplete answers (a draft)
    danger: bool = False  # shown in red, apart from the ordinary ones
    extends: tuple[str, ...] = ()  # clocks whose due day becomes the day answered to ``until_on``
    via: str | None = None  # never done by itself: it follows from a decision in that process
    does: Mapping[str, str] = field(default_factory=dict)  # in a matter: what follows for the problem, by kind
    opens: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # question -> process, act of a unit's matter
    counts: tuple[Counts, ...] = ()  # what it counts as in figures, whichever way it goes
    takes_over: bool = False  # tells how a problem was found: the group and handler it names have it already
    hint: str = ""  # one line above the form
    done: str = ""  # what the page says afterwards

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Every state the action can start from, in the order of the table."""
        return tuple(dict.fromkeys(source for move in self.moves for source in move.sources))

    @cached_property
    def roles(self) -> tuple[Role, ...]:
        """Every role that may ever do it."""
        return tuple(by.role if isinstance(by, By) else by for by in self.by)


@dataclass(frozen=True)
class Limit:
    """So much of one unit."""

    amount: int
    unit: Unit = Unit.WORKING_DAYS


@dataclass(frozen=True)
class Choose:
    """A limit that depends on a fact of the case; ``again`` once that clock was answered, or in later rounds."""

    fact: str
    limits: Mapping[str | None, Limit]
    again: Limit | None = None


@dataclass(frozen=True)
class Asked:
    """A limit that somebody chose: the day answered to a question, ``most`` natural days ahead at most."""

    question: str
    most: int  # natural days, also the limit where no day was chosen


@dataclass(frozen=True)
class Milestone:
    """A moment of a clock. ``days``: working days from the due day, before it negative.

    The name is its identity in the ledger and holds no number, so that the number is free to change.
    """

    name: str
    label: str
    days: int
    tells: tuple[Tell, ...]
    severity: int = 0  # 0 reminds; from 1 on it escalates and never lapses


DUE, DATES = "due", "dates"
"""What an old ledger tells of a leg: the day by which it is to be done, or besides since when it has run."""


@dataclass(frozen=True)
class Clock:
    """A leg's time limit: runs in some states, waits in others, stops everywhere else."""

    name: str
    label: str
    limit: Limit | Choose | Asked
    runs_in: tuple[str, ...]
    owner: Role | Whose  # Whose.TURN: whoever has the turn in the state in which it starts
    waits_in: tuple[str, ...] = ()
    once: bool = False  # not started again once answered, until the problem is assigned anew
    renewed: bool = False  # every assignment starts it afresh: nobody inherits a spent clock
    lapses: str | None = None  # the action SYSTEM takes when it has run out
    milestones: tuple[Milestone, ...] = ()
    called: Mapping[str, str] = field(default_factory=dict)  # another label, by state, where something else is asked
    of_ledger: str = ""  # of a problem that is moved in: DUE, or DATES, is this leg's; otherwise it starts that day

    def label_in(self, state: str) -> str:
        """What it is called while the problem is in that state."""
        return self.called.get(state, self.label)


@dataclass(frozen=True, eq=False)
class Process:
    """A whole table; there is one of each, told apart by identity."""

    name: str
    label: str
    states: tuple[State, ...]
    actions: tuple[Action, ...]
    clocks: tuple[Clock, ...]
    lives_in: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # of a matter: states of the problem, by kind
    series: str = ""  # 机关代字 in front of its numbers: 督办〔2026〕3号
    apart: bool = False  # about no single problem: an order, a bulletin

    @cached_property
    def _states(self) -> dict[str, State]:
        return {state.name: state for state in self.states}

    @cached_property
    def _actions(self) -> dict[str, Action]:
        return {action.name: action for action in self.actions}

    @cached_property
    def _clocks(self) -> dict[str, Clock]:
        return {clock.name: clock for clock in self.clocks}

    def state(self, name: str) -> State:
        """The state of that name; KeyError for a name the table does not know."""
        return self._states[name]

    def action(self, name: str) -> Action:
        """The action of that name; KeyError for a name the table does not know."""
        return self._actions[name]

    def clock(self, name: str) -> Clock:
        """The clock of that name; KeyError for a name the table does not know."""
        return self._clocks[name]

    def names_in(self, phase: Phase) -> tuple[str, ...]:
        """The names of the states in a phase."""
        return tuple(state.name for state in self.states if state.phase is phase)

    @cached_property
    def tells(self) -> tuple[Tell, ...]:
        """Every notice anywhere in the table."""
        acts = [tell for action in self.actions for tell in action.tells]
        moves = [tell for action in self.actions for move in action.moves for tell in move.tells]
        strikes = [tell for clock in self.clocks for mark in clock.milestones for tell in mark.tells]
        return (*acts, *moves, *strikes)
