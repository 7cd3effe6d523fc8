"""Publishing versions as the head of 调度室 does, for tests of what follows."""

from datetime import date, datetime

from helpdesk.db import db
from helpdesk.org.models import Person
from helpdesk.policies import commands, queries
from helpdesk.policies.commands import Approval
from workflows.policy import Policy


def approval(effective_on: date, by: str = "领导小组", how: str = "领导小组第 3 次会议纪要") -> Approval:
    """Somebody approved it on some paper."""
    return Approval(effective_on, by, how)


def drafted(policy: Policy, by: Person, now: datetime) -> int:
    """The key of a draft that says this."""
    return commands.begin_draft(policy, by=by, now=now)


def publish(policy: Policy, by: Person, effective_on: date, now: datetime) -> int:
    """The key of a version that says this and holds from that day on."""
    draft_id = drafted(policy, by, now)
    version = queries.get_version(draft_id).version
    commands.publish(draft_id, approval(effective_on), version=version, by=by, now=now)
    db.session.expire_all()
    return draft_id
