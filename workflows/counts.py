"""What an act counts as in figures and bulletins; which act counts as what stands in the tables."""

from enum import StrEnum


class Counts(StrEnum):
    """The kinds of marks that acts leave; figures count marks and nothing else."""

    REPORTED = "reported"
    APPEALED = "appealed"
    DECLINED = "declined"
    MERGED = "merged"
    SEPARATED = "separated"
    ASSIGNED = "assigned"  # a group was named, by whatever act
    REASSIGNED = "reassigned"  # the group that loses it
    OBJECTED = "objected"
    EXCUSED = "excused"  # the objection was right: somebody else is to do it
    UPHELD = "upheld"
    EXTENDED = "extended"
    SUSPENDED = "suspended"
    ELEVATED = "elevated"
    SENT_BACK = "sent_back"
    FINISHED = "finished"  # the result goes to the enterprise, which is asked what it thinks of it
    ANSWERED = "answered"  # the enterprise has said what it thinks, through its link or on the phone
    UNREACHED = "unreached"
    REDONE = "redone"  # it was not content: the next round begins
    CLOSED = "closed"
    REFUSED = "refused"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"
    URGED = "urged"
    SAMPLED = "sampled"  # called once more by somebody independent, and reached
    DEVIATED = "deviated"  # and it says otherwise than the record
    MOVED_IN = "moved_in"  # came over from an old ledger; what happened before counts nowhere
    TAKEN_BACK = "taken_back"


LABELS: dict[Counts, str] = {
    Counts.REPORTED: "上报",
    Counts.APPEALED: "申诉",
    Counts.DECLINED: "不予受理",
    Counts.MERGED: "并案",
    Counts.SEPARATED: "恢复单独办理",
    Counts.ASSIGNED: "交办",
    Counts.REASSIGNED: "改派",
    Counts.OBJECTED: "退单",
    Counts.EXCUSED: "退单成立",
    Counts.UPHELD: "维持交办",
    Counts.EXTENDED: "延期",
    Counts.SUSPENDED: "挂账",
    Counts.ELEVATED: "提级",
    Counts.SENT_BACK: "退回承办人",
    Counts.FINISHED: "办结",
    Counts.ANSWERED: "有效回访",
    Counts.UNREACHED: "未联系上",
    Counts.REDONE: "重办",
    Counts.CLOSED: "销号",
    Counts.REFUSED: "不予销号",
    Counts.REOPENED: "重启",
    Counts.WITHDRAWN: "撤回",
    Counts.TERMINATED: "终止",
    Counts.URGED: "催办",
    Counts.SAMPLED: "抽查核实",
    Counts.DEVIATED: "抽查偏差",
    Counts.MOVED_IN: "迁入",
    Counts.TAKEN_BACK: "撤销迁入",
}

OF_THE_NEW_GROUP = frozenset({Counts.ASSIGNED, Counts.MOVED_IN})
"""These count for the group that has the problem afterwards, all others for the one that had it until then."""

NO_EVENT = frozenset({Counts.MOVED_IN, Counts.TAKEN_BACK})
"""These say something of the ledger, not of the problem: for them alone no bulletin of a period lists it."""

BEGINS_HANDLING = frozenset(
    {
        Counts.REPORTED,
        Counts.APPEALED,
        Counts.SEPARATED,
        Counts.ASSIGNED,
        Counts.REDONE,
        Counts.REFUSED,
        Counts.REOPENED,
    }
)
"""From the latest of these on the days until 办结 are counted: nobody inherits the days of another."""

BEGINS_THE_WAY = frozenset({Counts.REPORTED, Counts.REOPENED})
"""From the latest of these on the days until 销号 are counted, whoever had it meanwhile."""
