"""Who wrote, edited and photographed: byline, editor and credit lines and brackets.

The words stay where they stand; what is read from them goes into fields beside the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from corpus.fold import fold
from corpus.segment import load_segmenter

AttributionKind = Literal["byline", "editor", "credit"]

LONGEST_LINE_CHARS = 40
"""A longer line is running text, whatever it begins with."""

_WRITER = (
    r"(?:[一-鿿·]{0,14}(?:报|网|刊|台|社|媒体|客户端))?(?:见习|首席|特约|特派|实习|全媒体)*"
    r"(?:记者|通讯员|撰稿人|评论员|实习生|作者|撰文|撰稿|采写|文/图|文/摄|供稿|文(?=[:/ ]))"
)
_NAME = r"[一-鿿]{1,4}(?:·[一-鿿]{1,8})?"
_NAMES = rf"{_NAME}(?:[ 、,/]+{_NAME})*"
_CREDITED = rf"{_WRITER}(?:[:/ ] *)?{_NAMES}"
_SIGNED = re.compile(
    r"[一-鿿、]{2,30}(?:主席|书记|部长|局长|主任|院长|会长|总统|总理|教授|研究员) +([一-鿿]{2,4})"
)
_WRITERS = re.compile(rf"{_CREDITED}(?:[ ;、,/|]+{_CREDITED})*(?: +(?:摄影报道|报道|文/图))?")
_ROLE = re.compile(rf"({_WRITER})(?:[:/ ] *|(?=[一-鿿]))")
_EDITOR = re.compile(
    r"[\[【(]?(?:本版|本期|值班|执行|网络)*(?:责任编辑|责编|编辑|编审|编校|主编)[:/] *"
    r"([^\[\]【】();,。:]{2,20}?) *"
    r"(?:[;,、 ]*(?:校对|审核|校审|签发|美编|终审|[一二三]审|监制|统筹)[:/][^。]{2,20})*[\]】)]?"
)
_CREDIT = re.compile(
    r"[(【]?(?:图片|图|照片|摄影|供图|题图|配图|资料图)(?:来源|提供)?[/:] *([^。!?]{2,36}?)[)】]?"
)
_PHOTO = re.compile(r"摄影?|供图|图$|图片|资料图")
_CAPTION_END = re.compile(r"[ (][^。;!?()]{0,24}?(?:摄|供图|资料图)\)?$|\([^。;!?()]{0,12}图\)$")
_TAIL_BRACKET = re.compile(r"\(([^()]{2,40})\)$")
_LEAD_BRACKET = re.compile(rf"^[^。!?]{{0,40}}?\(({_WRITER}[^()。]{{2,40}})\)")
_OFFICE = re.compile(r"[一-鿿]{1,12}(?:部|处|办|会|局|委|社|组|科|站|中心|公司|报|网|校|院|厂)")
_ORIGINAL_TITLE = re.compile(r"\(?\[?原标题[:)\]]+ *")

_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章云苏潘葛奚"
    "范彭郎鲁韦昌马苗凤花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于傅皮卞齐康伍余元"
    "卜顾孟平黄和穆萧肖尹姚邵汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季"
    "贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万柯管卢莫经房丁邓单洪包诸左石崔吉龚"
    "程邢裴陆荣翁荀惠曲封靳井段巫焦谷车侯全班仰仲宫宁仇栾甘厉祖武符刘景詹束龙叶司韶黎乔阎"
    "温庄晏柴瞿连习艾向古易廖耿匡文寇广聂晁勾敖冷辛简饶沙关查游权闫覃岳付代冉牟谭涂沐辜"
)
_DOUBLE_SURNAMES = ("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐")


@dataclass(frozen=True, slots=True)
class Credit:
    """Names with their role, both as written; the role is None where none is given."""

    names: str
    role: str | None = None


def attribution_kind(plain: str) -> AttributionKind | None:
    """Return what a whole line attributes, or None for any other line."""
    if len(plain) > LONGEST_LINE_CHARS:
        return None
    if _EDITOR.fullmatch(plain):
        return "editor"
    signed = _SIGNED.fullmatch(plain)
    if _WRITERS.fullmatch(plain.strip("()[]【】□■◎")) or (signed and is_person(signed[1])):
        return "byline"
    return "credit" if _CREDIT.fullmatch(plain) else None


def is_caption(plain: str) -> bool:
    """Tell whether a line says at its end, or at its beginning, that it goes with a picture."""
    return len(plain) <= 120 and (  # noqa: PLR2004 - a caption is no paragraph
        _CAPTION_END.search(plain) is not None or plain.startswith(("图为", "图:", "图1", "图2"))
    )


def is_person(plain: str) -> bool:
    """Tell whether a line is nothing but one Chinese name."""
    if not re.fullmatch(r"[一-鿿]{2,4}", plain):
        return False
    if plain.startswith(_DOUBLE_SURNAMES):
        return len(plain) > 2  # noqa: PLR2004 - a double surname and a given name
    if plain[0] not in _SURNAMES or len(plain) > 3:  # noqa: PLR2004
        return False
    tagged = load_segmenter().tagged(plain)
    named = len(tagged) == 1 and tagged[0][1].startswith(("nr", "x"))
    return named or tagged[0][0] == plain[0]


def read_byline(text: str) -> Credit:
    """Return names and role of a byline line or of the inside of its bracket."""
    text = text.strip("()（）[]【】□■◎ ")
    plain = fold(text)
    roles = [text[m.start(1) : m.end(1)] for m in _ROLE.finditer(plain)]
    names = _without(text, [m.span() for m in _ROLE.finditer(plain)])
    role = "、".join(dict.fromkeys(roles)) or None
    return Credit("、".join(re.findall(r"[^\s、,，/;；|]+", names)), role)


def read_editor(text: str) -> str | None:
    """Return the responsible editor named by an editor line, as written."""
    match = _EDITOR.fullmatch(fold(text))
    return text[match.start(1) : match.end(1)].strip() if match else None


def read_brackets(text: str) -> Credit | None:
    """Return the writer that a paragraph names in its first or last bracket, or None."""
    plain = fold(text)
    tail = _TAIL_BRACKET.search(plain)
    if tail and _WRITERS.fullmatch(tail[1].strip()):
        return read_byline(text[tail.start(1) : tail.end(1)])
    if tail and _OFFICE.fullmatch(tail[1]) and plain[: tail.start()].endswith(tuple("。!?”…")):
        return Credit(text[tail.start(1) : tail.end(1)])
    lead = _LEAD_BRACKET.match(plain)
    return read_byline(text[lead.start(1) : lead.end(1)]) if lead else None


def read_photo_credit(text: str) -> str | None:
    """Return the bracket at a caption's end that names the photographer, as written."""
    tail = _TAIL_BRACKET.search(fold(text))
    if tail and _PHOTO.search(tail[1]):
        return text[tail.start(1) : tail.end(1)].strip()
    return None


def original_title_mark(plain: str) -> int:
    """Return the length of a leading 原标题 mark, 0 where there is none."""
    match = _ORIGINAL_TITLE.match(plain)
    return match.end() if match else 0


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    kept, at = [], 0
    for start, end in spans:
        kept += [text[at:start], " "]
        at = end
    return "".join([*kept, text[at:]])
