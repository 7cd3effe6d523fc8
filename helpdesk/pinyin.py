"""The sounds of Chinese characters; without the library's phrases, which take 45 MB in every process."""

import os

os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # read when the library is imported
from pypinyin import Style, lazy_pinyin, load_phrases_dict, load_single_dict

SINGLE = {"长": "cháng,zhǎng", "朝": "cháo,zhāo"}
"""Characters whose usual sound in names is not the library's first one."""
PHRASES = {
    "银行": "yín háng",
    "商行": "shāng háng",
    "行业": "háng yè",
    "重庆": "chóng qìng",
    "厦门": "xià mén",
    "音乐": "yīn yuè",
    "成长": "chéng zhǎng",
    "增长": "zēng zhǎng",
    "会计": "kuài jì",
}
"""Words in names of enterprises in which a character sounds otherwise."""

load_single_dict({ord(character): sounds for character, sounds in SINGLE.items()})
load_phrases_dict({word: [[sound] for sound in sounds.split()] for word, sounds in PHRASES.items()})


def sounds(text: str) -> list[str]:
    """The sound of each character without its tone; what is not Chinese stays as it is."""
    return [str(each) for each in lazy_pinyin(text)]


def first_letters(text: str) -> str:
    """The first letter of each sound: 长春宏达 is cchd."""
    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER))
