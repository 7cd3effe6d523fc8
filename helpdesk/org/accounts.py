"""Signing in and choosing a password, with Flask-Security: what it is told, and the two forms it shows."""

import unicodedata
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, current_app, g, request, session
from flask_login import current_user, user_logged_in, user_logged_out
from flask_security import (
    Security,
    SQLAlchemyUserDatastore,
    hash_password,
    password_changed,
    verify_password,
)
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired

from helpdesk import clock, security
from helpdesk.audit.commands import record_apart
from helpdesk.db import begin_writing, db
from helpdesk.org import session_queries, sessions
from helpdesk.org.auditing import audited, audited_apart, called
from helpdesk.org.commands import LOCKED_FOR, TRIES, begin_attempt, end_session_of, forgive_attempts, saw_session
from helpdesk.org.models import AdminRole, Person
from helpdesk.org.passwords import ChinesePasswordUtil
from helpdesk.org.queries import find_by_username

MINUTES = int(LOCKED_FOR.total_seconds() // 60)
WRONG = (
    f"用户名或密码不正确。连续输错 {TRIES} 次，账号会锁定 {MINUTES} 分钟。"
    f"确信没有输错的，请过 {MINUTES} 分钟再试，或者请系统管理员解锁。"
)
LOCKED = f"已连续输错 {TRIES} 次，账号已锁定。请在 {{until:%H:%M}} 以后再试，急用请联系系统管理员解锁。"
INACTIVE = "这个账号已停用，请联系系统管理员。"
SHOWN_OF_NAME = 2  # characters of a name that nobody has
FAILED = "failed_sign_ins"  # in the session: name, how often, locked until

SETTINGS: dict[str, Any] = {
    "SECURITY_DATETIME_FACTORY": clock.now,
    "SECURITY_CHANGE_URL": "/account/password",
    "SECURITY_POST_CHANGE_VIEW": "org.account",
    "SECURITY_POST_LOGOUT_VIEW": "security.login",
    "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,
    "SECURITY_FRESHNESS": timedelta(seconds=-1),  # no page for signing in once more
    "SECURITY_STATIC_FOLDER": None,
    "SECURITY_CLI_USERS_NAME": None,
    "SECURITY_CLI_ROLES_NAME": None,
    "SECURITY_MSG_PASSWORD_CHANGE": ("密码已修改，其他设备上的登录都已退出。", "success"),
    "SECURITY_MSG_INVALID_REDIRECT": ("跳转的地址不对，已回到首页。", "warning"),
    "SECURITY_MSG_UNAUTHENTICATED": ("请先登录。", "warning"),
    "SECURITY_MSG_UNAUTHORIZED": ("您没有权限查看这一页。", "error"),
}
"""How this house uses Flask-Security; what an installation may choose stands in config.py."""


class SignInForm(FlaskForm):
    """User name and password. Whatever is wrong, the answer is the same for names that exist and names that do not."""

    username = StringField(
        "用户名", [InputRequired("请填写用户名")], render_kw={"autocomplete": "username", "autocapitalize": "none"}
    )
    password = PasswordField("密码", [InputRequired("请填写密码")], render_kw={"autocomplete": "current-password"})
    next = HiddenField()

    user: Person | None = None
    requires_confirmation = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.next.data = self.next.data or request.args.get("next", "")

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether this is somebody's name and password; counts the try, on his account and in this session."""
        if not super().validate(extra_validators):
            return False
        now = clock.now()
        name = unicodedata.normalize("NFKC", self.username.data or "").strip()
        person = _person_with(name, self.password.data or "", now)
        if person is None:
            self.form_errors.append(_failed(name, now))
            return False
        session.pop(FAILED, None)
        if not person.active:
            _audit_failed(person, name, "账号已停用", now)
            self.form_errors.append(INACTIVE)
            return False
        self.user = person
        return True


def _person_with(name: str, password: str, now: datetime) -> Person | None:
    """Whoever has this name and password and is not locked; every answer takes the same time."""
    plain = _rules().normalize(password)
    known = find_by_username(name)
    person = begin_attempt(known.id, now) if known and known.password else None
    if person is None:
        hash_password(plain)
        _audit_failed(known, name, "账号锁定期间" if known else "没有这个用户名", now)
        return None
    if not verify_password(plain, person.password or ""):
        locked = person.locked_until_at is not None
        _audit_failed(person, name, "密码不正确", now)
        if locked:
            _audit_failed(person, name, f"连续输错 {TRIES} 次，锁定 {MINUTES} 分钟", now, kind="account_locked")
        return None
    forgive_attempts(person.id)
    return person


def _audit_failed(person: Person | None, name: str, why: str, now: datetime, *, kind: str = "sign_in_failed") -> None:
    """Nobody has proved who he is: it is on record for the account that was named. A name that nobody has is shortened:
    people type their passwords there."""
    about = f"账号 {called(person)}" if person else f"用户名 {name[:SHOWN_OF_NAME]}…"
    record_apart(kind, by_id=None, by_name="未登录人员", about=about, now=now, details={"原因": why}, ok=False)


def _rules() -> ChinesePasswordUtil:
    rules = current_app.extensions["security"].password_util
    assert isinstance(rules, ChinesePasswordUtil)
    return rules


def _failed(name: str, now: datetime) -> str:
    """What to say, from what this visitor did alone: so nobody learns which names exist or are locked."""
    before, times, until = session.get(FAILED, ("", 0, 0))
    if before != name or (until and now.timestamp() >= until):
        times, until = 0, 0
    if not until and times + 1 >= TRIES:
        until = int((now + LOCKED_FOR).timestamp())
    session[FAILED] = (name, times + 1, until)
    return LOCKED.format(until=clock.local(datetime.fromtimestamp(until, now.tzinfo))) if until else WRONG


class ChangePasswordForm(FlaskForm):
    """The present password, and twice the new one."""

    password = PasswordField(
        "现在的密码", [InputRequired("请填写现在的密码")], render_kw={"autocomplete": "current-password"}
    )
    new_password = PasswordField(
        "新密码",
        [InputRequired("请填写新密码")],
        description="至少 10 位，不要用姓名、生日、电话和常见的词；连用几个不相干的词就很好",
        render_kw={"autocomplete": "new-password"},
    )
    new_password_confirm = PasswordField(
        "再写一遍新密码", [InputRequired("请再写一遍新密码")], render_kw={"autocomplete": "new-password"}
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the present password is right and the new one is good; the transaction for changing it is begun."""
        if not super().validate(extra_validators):
            return False
        util = _rules()
        present = util.normalize(self.password.data)
        complaints, new = util.validate(self.new_password.data, False, user=current_user)
        if not verify_password(present, current_user.password):
            self.password.errors = ["现在的密码不正确"]
        elif self.new_password.data != self.new_password_confirm.data:
            self.new_password_confirm.errors = ["两次填写的新密码不一样"]
        elif complaints:
            self.new_password.errors = complaints
        elif new == present:
            self.new_password.errors = ["新密码不能和现在的一样"]
        if self.errors:
            return False
        self.new_password.data = new
        begin_writing()
        return True


def init_app(app: Flask) -> None:
    """Let Flask-Security know our people, forms and rules."""
    for name, value in SETTINGS.items():
        app.config.setdefault(name, value)
    ours = Security(
        app,
        SQLAlchemyUserDatastore(db, Person, AdminRole),
        login_form=SignInForm,
        change_password_form=ChangePasswordForm,
        password_util_cls=ChinesePasswordUtil,
    )
    ours.want_json(lambda _request: False)  # pages only, and no tokens beside the session
    _limit_sessions(ours.login_manager)
    app.before_request(_note_sight)
    user_logged_in.connect(_on_signed_in, app)
    user_logged_out.connect(_on_signed_out, app)
    password_changed.connect(_on_password_changed, app)


def _limit_sessions(manager: Any) -> None:
    load = manager._user_callback
    manager.user_loader(lambda key: None if security.session_over(session, clock.now()) else _still_in(load(key)))
    manager.request_loader(lambda _request: None)


def _still_in(person: Person | None) -> Person | None:
    """Nobody, where this very session was ended; one that began before sessions were listed ends with its time."""
    token = session.get(security.TOKEN)
    if person is None or token is None:
        return person
    g.signed_in = sessions.known(token, person.id)
    return person if g.signed_in else None


def _note_sight() -> None:
    """At most every few minutes, before the request's own work begins."""
    now = clock.now()
    if current_user.is_authenticated and (known := g.get("signed_in")) and now - known.seen_at >= sessions.SEEN_AGAIN:
        saw_session(known.id, now)


def _on_signed_in(app: Flask, user: Person, **_about: Any) -> None:
    now = clock.now()
    if former := session.get(security.TOKEN):
        sessions.end(former, now)
    security.begin_session(session, now)
    agent, address = request.headers.get("User-Agent", ""), security.visitor_address()
    session[security.TOKEN] = sessions.begin(user.id, agent=agent, address=address, now=now)
    if request.endpoint == "security.login":  # whoever has changed his password is signed in anew, too
        audited("sign_in", by=user, about="登录系统", now=now)


def _on_signed_out(app: Flask, user: Person, **_about: Any) -> None:
    token = session.get(security.TOKEN)
    security.end_session(session)
    if request.endpoint == "security.logout":
        audited_apart("sign_out", by=user, about="退出登录", now=clock.now())
        if token:
            end_session_of(token, clock.now())


def _on_password_changed(app: Flask, user: Person, **_about: Any) -> None:
    user.must_change_password = False
    here = sessions.digest(session.get(security.TOKEN, ""))
    session_queries.end_all(user.id, clock.now(), but=here)
    audited("password_changed", by=user, about="修改自己的密码", now=clock.now())
