"""Who is signed in, and what only some may open; that one must be signed in at all is asked in security.py."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask_login import current_user
from werkzeug.exceptions import Unauthorized

from helpdesk.org.models import Person
from workflows.engine import NotYours

P = ParamSpec("P")
R = TypeVar("R")
DUTIES = {"system": "系统管理员", "security": "安全管理员", "audit": "审计管理员"}
"""The three administrators (三员): the names of AdminRole and what they are called."""


def current_person() -> Person:
    """Whoever is signed in; Unauthorized (401) when nobody is."""
    if not current_user.is_authenticated:
        raise Unauthorized
    return cast(Person, current_user._get_current_object())


def signed_in(view: Callable[P, R]) -> Callable[P, R]:
    """A view that is for people with an account. All are, unless security.OPEN says otherwise; this says it twice."""

    @wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        current_person()
        return view(*args, **kwargs)

    return checked


def needs_admin(*duties: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A view for those who hold one of these administrators' duties; NotYours (403) for all others."""

    def closing(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            if not is_admin(current_person(), *duties):
                raise NotYours(f"这一页只供{'、'.join(DUTIES[duty] for duty in duties)}使用", ())
            return view(*args, **kwargs)

        return checked

    return closing


def is_admin(person: Person, *duties: str) -> bool:
    """Whether that person holds one of these duties, or any of them when none is named."""
    return any(role.name in (duties or DUTIES) for role in person.roles)
