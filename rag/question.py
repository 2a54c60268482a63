"""What is asked: the kind of answer, the places, years and names, and the words that matter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from corpus import Segmenter, fold
from rag.facts import Mention, find_mentions, measures_agree
from rag.persons import PERSON_CHARS, is_person
from rag.places import gazetteer
from rag.types import FactKind
from rag.vocabulary import function_words, general_nouns, synonyms

AnswerKind = Literal[
    "amount", "count", "percent", "date", "person", "place", "organisation",
    "list", "how", "why", "yesno", "definition", "what",
]  # fmt: skip

HOW_MANY = r"(?:多少|好多|几多|几)"
_MONEY = "钱|元|款|金额|资金|经费|补助|补贴|津贴|奖金|奖励|慰问金|助学金|消费券|工资|薪|费|价|块"
_KINDS: tuple[tuple[AnswerKind, str], ...] = (
    (
        "percent",
        rf"百分之{HOW_MANY}|{HOW_MANY}个百分点|(?:比例|占比|比率|率|折)[^,。]{{0,4}}(?:多少|几)|按(?:什么|多少)比例",
    ),
    ("why", r"为什么|为何|为啥|原因|凭什么"),
    (
        "date",
        r"什么时候|什么时间|何时|啥时候|哪天|哪(?:一)?年|哪(?:个|一)月|几月|几号|几时|哪一天|什么日子",
    ),
    ("definition", r"什么是|指的是什么|是什么意思|啥意思|指什么|何谓|是啥$|^[^,]{2,14}是什么$"),
    (
        "list",
        rf"哪些|哪{HOW_MANY}|哪[二三四五六七八九十两](?:个|项|类|种|条|点|方面)|分别是|包括什么|有什么内容|几个类别|哪几",
    ),
    (
        "amount",
        rf"{HOW_MANY}(?:{_MONEY})|(?:多少|好多|几多)[^,。;?人名位个家次场]{{0,4}}(?:{_MONEY})"
        rf"|(?:{_MONEY})[^,。]{{0,8}}(?:多少|好多|几多)",
    ),
    ("count", rf"{HOW_MANY}|多久|多长|多大|多高|多远"),
    ("person", r"谁|哪位|何人|什么人|叫什么名字|哪个人|哪名"),
    ("place", r"哪里|哪儿|何处|什么地方|在哪|哪个(?:区|县|市|镇|村|街道|地方|社区)|啥地方|何地"),
    (
        "organisation",
        r"哪(?:个|家|些)?(?:单位|公司|部门|机构|企业|工会|组织)|什么(?:单位|公司|部门|机构|组织)",
    ),
    ("how", r"怎么|怎样|如何|咋|何以"),
    (
        "yesno",
        r"吗$|吗[?]|是否|能不能|可不可以|有没有|是不是|要不要|会不会|能否|可否|对不对|行不行",
    ),
)
_WANTED: dict[AnswerKind, frozenset[FactKind]] = {
    "amount": frozenset({"money", "percent", "count"}),
    "count": frozenset({"count"}),
    "percent": frozenset({"percent", "count"}),
    "date": frozenset({"date"}),
}
_UNIT = re.compile(
    rf"{HOW_MANY}(个(?=人)|人次|摄氏度|度|℃|平方米|公里|小时|分钟|个月|人|名|位|个|家|次|场|条|件|项|份|本|篇|首|天|日|年|岁|届|户|对|套|辆|台|张|期|处|座|所|支|批|笔|种|类|级|册|间|亩|米|吨|周|倍)"
)
_DURATION = re.compile(r"多久|多长(?:时间)?|什么期限|时效")
DURATIONS = ("年", "个月", "月", "天", "日", "周", "星期", "小时", "分钟")
_NAMED_PERSON = re.compile(r"是谁|叫什么|名字|哪位|姓什么|哪个人")
_FOCUS = re.compile(
    rf"(?:哪些|哪几[个项类种条]?|哪[一二两三四五六七八九十]?[个项类种条家]|什么|{HOW_MANY}(?:个(?!月|人)|家|名|位|项|次|场|条|件|份|本|篇|种|类|支|台|所|间)?)"
)

_DROPPED = re.compile(
    r"请问|麻烦问一下|我想(?:问|知道)(?:一下)?|想问(?:一下)?|告诉我|一下|什么时候|什么时间|什么地方|什么意思|是什么|什么|多少|几多|好多钱|好多|"
    r"哪里人|哪里|哪儿|哪些|哪几|哪个|哪位|哪天|哪年|哪一年|哪家|哪项|哪|为什么|为何|怎么样|怎么|怎样|如何|是否|有没有|能不能|可不可以|"
    r"是不是|谁|几(?=[个名位人家次场条件项份类种天年月号届期])|多久|多长|多大|何时|何处|分别|一共|总共|共|吗|呢|呀|啊|吧|具体|主要"
)
_FUNCTION_TAGS = ("u", "p", "c", "r", "y", "x", "w", "e", "o", "d", "k", "h", "q", "z")
_COMMON_TAGS = frozenset(
    {"n", "v", "a", "d", "vn", "an", "ad", "t", "f", "m", "b", "l", "i", "z", "s"}
)
_QUOTED = re.compile(r"[“\"「『《]([^”\"」』》]{2,30})[”\"」』》]")
YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})年?(?!\d|[.%万元])")

_LOCALITY = re.compile(
    r"(?:^|[ 的在从给到])((?!乡镇|各|每|哪|几|全|农|本|该|这|那|城乡)[\u4e00-\u9fff]{2,4}?"
    r"(?:街道|镇|乡|村|社区))(?!干部|企业|职工)"
)


@dataclass(frozen=True, slots=True)
class Term:
    """A content word and how much it weighs by its part of speech, 0 to 1."""

    word: str
    weight: float


@dataclass(frozen=True, slots=True)
class Question:
    """A question taken apart.

    Attributes:
        text: the question as asked, or made whole.
        folded: its search form.
        kind: what kind of answer is wanted.
        wanted: kinds of figure that answer it; empty where any sentence may.
        unit: the measure word asked for (几名 → 名), "" for any.
        terms: content words in order, question and function words and places dropped.
        persons: those of the names that are surely persons.
        mentions: the figures and dates the question itself states.
        focus: the noun asked for (哪些诗集 → 诗集), "" when it is general.
        context: words taken over from the conversation; they weigh less.
        places: stems of the places asked about, the most exact only.
        localities: streets, towns and villages asked about (王家街道), as written.
        years: four-digit years asked about.
        names: persons, titles and quoted words that the evidence must name.
    """

    text: str
    folded: str
    kind: AnswerKind
    wanted: frozenset[FactKind]
    unit: str
    terms: tuple[Term, ...]
    places: tuple[str, ...]
    years: tuple[int, ...]
    names: tuple[str, ...]
    context: tuple[Term, ...] = ()
    mentions: tuple[Mention, ...] = ()
    focus: str = ""
    persons: tuple[str, ...] = ()
    localities: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """Return the content words in order."""
        return tuple(term.word for term in self.terms)

    @property
    def needs_span(self) -> bool:
        """Tell whether only a figure, date or name of the kind asked for is an answer."""
        named = self.kind == "person" and bool(_NAMED_PERSON.search(self.folded))
        return bool(self.wanted) or named

    def fits(self, mention: Mention) -> bool:
        """Tell whether a figure or date is of the kind and measure asked for."""
        if mention.kind not in self.wanted:
            return False
        if mention.kind != "count":
            return True
        if self.kind in ("percent", "amount"):
            return mention.unit in ("倍", "折")
        if self.unit == "duration":
            return mention.unit in DURATIONS
        if self.unit in ("人", "名", "位"):
            return mention.unit in ("人", "名", "位", "人次")
        return not self.unit or measures_agree(self.unit, mention.unit)


def analyse(text: str, segmenter: Segmenter) -> Question:
    """Take a question apart; it is taken to be whole."""
    folded = fold(text).strip()
    kind = _kind(folded)
    places, rest = _places(folded, segmenter)
    localities = tuple(match[1] for match in _LOCALITY.finditer(rest))
    for locality in localities:
        rest = rest.replace(locality, " " * len(locality))
    mentions = tuple(find_mentions(rest))
    focus = _focus(rest, segmenter)
    for mention in mentions:
        rest = f"{rest[: mention.start]}{' ' * len(mention.text)}{rest[mention.end :]}"
    tagged = segmenter.tagged(_DROPPED.sub(" ", rest))
    terms = {
        word: Term(word, _weight(word, tag, segmenter))
        for word, tag in tagged
        if _is_content(word, tag)
    }
    persons = tuple(dict.fromkeys(word for word, tag in tagged if is_person(word, tag)))
    names = [*persons, *(word for word, tag in tagged if tag.startswith("nt"))]
    quoted = [match[1] for match in _QUOTED.finditer(folded)]
    return Question(
        text=text,
        folded=folded,
        kind=kind,
        wanted=_WANTED.get(kind, frozenset()),
        unit=_unit(folded) if kind == "count" else "",
        terms=tuple(terms.values()),
        places=places,
        years=tuple(int(match[1]) for match in YEAR.finditer(folded)),
        names=tuple(dict.fromkeys([*quoted, *names])),
        mentions=mentions,
        focus=focus,
        localities=localities,
        persons=tuple(p for p in persons if len(p) == PERSON_CHARS),
    )


def _unit(folded: str) -> str:
    """Return the measure word asked for, "duration" for any of time, "" for any."""
    unit = _UNIT.search(folded)
    if unit is None:
        return "duration" if _DURATION.search(folded) else ""
    return "人" if unit[1] == "个" and folded.startswith("人", unit.end()) else unit[1]


def _focus(folded: str, segmenter: Segmenter) -> str:
    """Return the noun behind the question word (哪些诗集, 几名医生), "" when it is general."""
    asked = _FOCUS.search(folded)
    if asked is None:
        return ""
    for word, tag in segmenter.tagged(folded[asked.end() :]):
        if tag.startswith(("n", "vn", "j", "l")) and word not in general_nouns():
            return word
        if not tag.startswith(("b", "a", "n", "uj", "f")):
            return ""
    return ""


def _kind(folded: str) -> AnswerKind:
    return next((kind for kind, pattern in _KINDS if re.search(pattern, folded)), "what")


def _places(folded: str, segmenter: Segmenter) -> tuple[tuple[str, ...], str]:
    """Return the stems of the places named, the widest left out, and the rest of the question."""
    known = gazetteer()
    bare = [stem for stem in known.levels if stem in folded and is_place_name(stem, segmenter)]
    mentions = known.find(folded, bare=bare)
    stems = list(dict.fromkeys(mention.stem for mention in mentions))
    exact = [s for s in stems if not any(s != t and known.is_within(t, s) for t in stems)]
    rest = list(folded)
    for mention in mentions:
        rest[mention.start : mention.end] = " " * (mention.end - mention.start)
    return tuple(exact), "".join(rest)


def is_place_name(stem: str, segmenter: Segmenter) -> bool:
    """Tell a place's name from a word of everyday speech that is also a place's (和平, 城区)."""
    tagged = segmenter.tagged(stem)
    return len(tagged) != 1 or tagged[0][1] not in _COMMON_TAGS


def _weight(word: str, tag: str, segmenter: Segmenter) -> float:
    """Return how much a word says of the matter by its part of speech.

    A word that no dictionary knows may have been cut wrongly (消费季发 → 消费, 季发): it counts
    half, unless it is a name.

    Source: order by reason: people asking change verbs and adjectives (拿到, 领取) where they keep
    nouns; checked on the sample questions.
    """
    if tag.startswith(("n", "vn", "j", "eng", "i", "l")):
        known = segmenter.knows(word) or word in synonyms() or word.isascii()
        return 1.0 if known or is_person(word, tag) else 0.5
    return 0.5 if tag.startswith("v") else 0.35


def _is_content(word: str, tag: str) -> bool:
    if not word[0].isalnum() or word in function_words():
        return False
    return not tag.startswith(_FUNCTION_TAGS) or tag == "zg"
