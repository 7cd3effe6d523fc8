"""In whose name papers go out."""

from flask import current_app

from helpdesk.org.models import UnitKind
from helpdesk.org.queries import find_unit_of_kind


def supervision_office() -> str:
    """The office in whose name orders and bulletins are issued, as it is called now: 二道区“万人助万企”督查考核办公室."""
    office = find_unit_of_kind(UnitKind.SUPERVISION)
    return f"{current_app.config['DISTRICT']}“万人助万企”{office.name if office else '督查考核办公室'}"
