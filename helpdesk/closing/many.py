"""Several problems closed at once: only where the enterprise itself was content through its own link, and why not others."""

from typing import Any

from helpdesk.closing.judging import BY_LINK
from workflows.sampling import CONTENT

GONE = "已经不在待销号，或者不在您的职责范围内"
NOT_BY_LINK = "不是企业通过自己的评价链接说的，要逐件核对后销号"
NOT_CONTENT = "企业没有表示已解决并且满意，要逐件核对后销号"
INVOLVED = "您（或者您代理的同事）参与过办理，按回避要求由别的同事销号"


def obstacle(line: Any, worked: frozenset[int]) -> str | None:
    """Why a problem in 待销号 cannot be closed together with others; None when it can."""
    if line.word_action not in BY_LINK:
        return NOT_BY_LINK
    if line.solved != "yes" or line.satisfaction not in CONTENT:
        return NOT_CONTENT
    return INVOLVED if line.id in worked else None
