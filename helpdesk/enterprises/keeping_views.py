"""Pages of what stands beside an enterprise in the register: contacts, projects, talents to be kept in touch with."""

from collections.abc import Sequence
from typing import Any

import qrcode
from flask import Blueprint, Response, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from qrcode.image.svg import SvgPathFillImage

from helpdesk import clock
from helpdesk.enterprises import commands, queries
from helpdesk.enterprises.forms import PROJECT_FIELDS, TALENT_FIELDS, ContactForm, ProjectForm, TalentForm
from helpdesk.enterprises.models import Contact, Enterprise, Project, Talent
from helpdesk.enterprises.views import done, only_keepers
from helpdesk.errors import NotFoundError
from helpdesk.org.login import current_person
from helpdesk.org.queries import people_with_posts
from helpdesk.problems.views import my_standing
from helpdesk.security import OF_CONTACT, sign_link

bp = Blueprint("register", __name__, url_prefix="/enterprises/<int:enterprise_id>")


# -- Contacts ----------------------------------------------------------------------------------------------------------


@bp.route("/contacts/new", methods=["GET", "POST"])
def new_contact(enterprise_id: int) -> ResponseReturnValue:
    """One more person to call."""
    return _contact(queries.get_enterprise(enterprise_id), None)


@bp.route("/contacts/<int:contact_id>/edit", methods=["GET", "POST"])
def edit_contact(enterprise_id: int, contact_id: int) -> ResponseReturnValue:
    """Another number, another name."""
    return _contact(queries.get_enterprise(enterprise_id), queries.get_contact(enterprise_id, contact_id))


def _contact(enterprise: Enterprise, contact: Contact | None) -> ResponseReturnValue:
    only_keepers(enterprise.id)
    form = ContactForm(obj=contact, contact_name=contact.name if contact else "")
    if form.validate_on_submit():
        key = contact.id if contact else None
        commands.keep_contact(enterprise.id, form.contact(), by=current_person(), now=clock.now(), contact_id=key)
        return done(enterprise.id, "联系人已保存")
    return _page(form, enterprise, "修改联系人" if contact else "添加联系人")


@bp.get("/contacts/<int:contact_id>/link")
def link(enterprise_id: int, contact_id: int) -> ResponseReturnValue:
    """The contact's own link, as words and as a picture to be scanned from the screen."""
    enterprise, contact = queries.get_enterprise(enterprise_id), queries.get_contact(enterprise_id, contact_id)
    only_keepers(enterprise.id)
    found = queries.link_of_contact(contact_id)
    return render_template(
        "enterprises/link.html",
        enterprise=enterprise,
        contact=contact,
        link=found,
        address=_address(found.id) if found else None,
    )


@bp.get("/contacts/<int:contact_id>/link.svg")
def link_picture(enterprise_id: int, contact_id: int) -> ResponseReturnValue:
    """The same as a picture (QR)."""
    only_keepers(queries.get_enterprise(enterprise_id).id)
    queries.get_contact(enterprise_id, contact_id)
    found = queries.link_of_contact(contact_id)
    if found is None:
        raise NotFoundError("这位联系人没有正在使用的链接")
    picture = qrcode.make(_address(found.id), image_factory=SvgPathFillImage, border=2).to_string()
    return Response(picture, mimetype="image/svg+xml", headers={"Cache-Control": "no-store"})


@bp.post("/contacts/<int:contact_id>/link")
def make_link(enterprise_id: int, contact_id: int) -> ResponseReturnValue:
    """A first link, or another one instead."""
    only_keepers(queries.get_enterprise(enterprise_id).id)
    commands.make_link(enterprise_id, contact_id, by=current_person(), now=clock.now())
    flash("专属链接已生成，以前的链接不能再用。", "success")
    return redirect(url_for("register.link", enterprise_id=enterprise_id, contact_id=contact_id))


@bp.post("/contacts/<int:contact_id>/link/revoke")
def revoke_link(enterprise_id: int, contact_id: int) -> ResponseReturnValue:
    """He shall use it no more."""
    only_keepers(queries.get_enterprise(enterprise_id).id)
    commands.revoke_link(enterprise_id, contact_id, by=current_person(), now=clock.now())
    flash("专属链接已停用。", "success")
    return redirect(url_for("register.link", enterprise_id=enterprise_id, contact_id=contact_id))


def _address(link_id: int) -> str:
    return f"{current_app.config['SITE_URL']}{url_for('contact.show', token=sign_link(link_id, OF_CONTACT))}"


# -- Projects and talents ----------------------------------------------------------------------------------------------


@bp.route("/projects/new", methods=["GET", "POST"])
def new_project(enterprise_id: int) -> ResponseReturnValue:
    """A project to be helped along."""
    return _project(queries.get_enterprise(enterprise_id), None)


@bp.route("/projects/<int:key>/edit", methods=["GET", "POST"])
def edit_project(enterprise_id: int, key: int) -> ResponseReturnValue:
    """It has come further, or is told better."""
    return _project(queries.get_enterprise(enterprise_id), queries.get_beside(Project, enterprise_id, key))


@bp.post("/projects/<int:key>/drop")
def drop_project(enterprise_id: int, key: int) -> ResponseReturnValue:
    """It is no project any more."""
    return _dropped(Project, enterprise_id, key)


def _project(enterprise: Enterprise, row: Project | None) -> ResponseReturnValue:
    form = ProjectForm(obj=row)
    title = "修改项目" if row else "登记项目"
    return _beside(enterprise, row, Project, form, PROJECT_FIELDS, title)


@bp.route("/talents/new", methods=["GET", "POST"])
def new_talent(enterprise_id: int) -> ResponseReturnValue:
    """Somebody to be kept in touch with."""
    return _talent(queries.get_enterprise(enterprise_id), None)


@bp.route("/talents/<int:key>/edit", methods=["GET", "POST"])
def edit_talent(enterprise_id: int, key: int) -> ResponseReturnValue:
    """Another title, another cadre who keeps in touch."""
    return _talent(queries.get_enterprise(enterprise_id), queries.get_beside(Talent, enterprise_id, key))


@bp.post("/talents/<int:key>/drop")
def drop_talent(enterprise_id: int, key: int) -> ResponseReturnValue:
    """He is no longer kept in touch with."""
    return _dropped(Talent, enterprise_id, key)


def _talent(enterprise: Enterprise, row: Talent | None) -> ResponseReturnValue:
    form = TalentForm(obj=row)
    form.offer(people_with_posts(my_standing().today))
    title = "修改联系人才" if row else "登记联系人才"
    return _beside(enterprise, row, Talent, form, TALENT_FIELDS, title)


def _beside(
    enterprise: Enterprise,
    row: Project | Talent | None,
    kind: type[Project] | type[Talent],
    form: FlaskForm,
    asked: Sequence[str],
    title: str,
) -> ResponseReturnValue:
    only_keepers(enterprise.id)
    if not form.validate_on_submit():
        return _page(form, enterprise, title)
    values: dict[str, Any] = {name: form[name].data or None for name in asked}
    commands.keep_beside(kind, enterprise.id, values, by=current_person(), now=clock.now(), key=row.id if row else None)
    return done(enterprise.id, f"{title.removeprefix('修改').removeprefix('登记')}已保存")


def _dropped(kind: type[Project] | type[Talent], enterprise_id: int, key: int) -> ResponseReturnValue:
    only_keepers(queries.get_enterprise(enterprise_id).id)
    commands.drop_beside(kind, enterprise_id, key, by=current_person(), now=clock.now())
    return done(enterprise_id, "已移除")


def _page(form: FlaskForm, enterprise: Enterprise, title: str) -> ResponseReturnValue:
    back = url_for("enterprises.show", enterprise_id=enterprise.id)
    page = render_template("enterprises/beside.html", form=form, enterprise=enterprise, title=title, back=back)
    return page, 422 if form.is_submitted() else 200
