"""A question's whole way over the sample collection, from words to a cited answer."""

import json
import re
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

import rag
from corpus import fold
from rag import Assistant, QuestionError, SourcesError, Turn
from rag.index import open_index
from tests.conftest import ROOT
from tests.fake_generator import FakeGenerator
from tests.scripted_answers import LIARS, Prompt, truthful
from tests.small_index import NEWS, settings_in, write_files

QUESTION = "武隆区建会补助多少"
LINES = [
    json.loads(line)
    for line in (ROOT / "corpus" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
]
ALONE = [line["question"] for line in LINES if line["follows"] is None]


@cache
def decoded(source):
    """Return a file's text as the reader saw it."""
    raw = (ROOT / source).read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030")


@pytest.fixture(scope="module")
def answers(sample):
    """Return the answers to all questions of the sample that follow no other."""
    return [sample.query(question) for question in ALONE]


@pytest.fixture
def quoting(sample_settings):
    """Make an assistant over the sample with a language model of ours."""
    return lambda model: Assistant(sample_settings, open_index(sample_settings), model)


def markers(answer):
    return [int(number) for number in re.findall(r"\[(\d+)\]", answer.text)]


# --- the first question --------------------------------------------------------------------------


def test_the_first_question_is_answered_with_both_sums(sample):
    answer = sample.query(QUESTION)
    assert answer.status == "answered"
    for shown in (answer.text, answer.short):
        assert "58万元" in shown
        assert re.search(r"(?<!\d)6万元", shown)
    assert {580_000, 60_000} <= {fact.value for fact in answer.facts}
    assert all(
        citation.source.endswith("wulong_jianhui_buzhu.txt") for citation in answer.citations
    )


@pytest.mark.parametrize("place", ["璧山区", "璧山", "涪陵区", "北京市"])
def test_another_districts_sum_is_never_the_answer(sample, place):
    answer = sample.query(f"{place}建会补助多少")
    assert (answer.status, answer.short, answer.citations) == ("not_found", None, ())
    assert "万元" not in answer.text
    assert answer.nearest
    assert set(answer.nearest) <= {hit.title for hit in answer.retrieved}


def test_the_same_question_in_traditional_script_finds_the_same_words(sample):
    simplified, traditional = sample.query(QUESTION), sample.query("武隆區建會補助多少")
    assert traditional.citations == simplified.citations
    assert traditional.short == simplified.short


# --- every question of the collection ------------------------------------------------------------


def test_every_quote_stands_in_its_article_and_in_its_file(sample, answers):
    cited = [citation for answer in answers for citation in answer.citations]
    assert len(cited) > 100
    for citation in cited:
        article = sample.article(citation.article_id)
        assert article.text[citation.start : citation.end] == citation.quote
        assert citation.source.startswith("corpus/articles/")
        words = "".join(decoded(citation.source)[a:b] for a, b in citation.file_ranges)
        if citation.source.endswith((".txt", ".md")) and not citation.mended:
            assert words == citation.quote


def test_every_marker_has_one_citation_and_the_reverse(answers):
    for answer in answers:
        assert set(markers(answer)) == {citation.marker for citation in answer.citations}
        numbers = [citation.marker for citation in answer.citations]
        assert numbers == list(range(1, len(numbers) + 1))
        assert bool(numbers) == (answer.status != "not_found")


def test_every_fact_is_supported_by_a_quote_that_has_its_words(answers):
    facts = 0
    for answer in answers:
        quotes = {citation.marker: fold(citation.quote) for citation in answer.citations}
        for fact in answer.facts:
            facts += 1
            assert fact.supported_by
            assert any(fold(fact.text) in quotes[marker] for marker in fact.supported_by)
    assert facts > 50


def test_every_answer_can_be_written_as_a_line(answers):
    for answer in answers:
        line = json.loads(json.dumps(answer.to_dict(), ensure_ascii=False))
        assert line["status"] in ("answered", "partial", "not_found")
        assert list(line)[:6] == ["id", "question", "rewritten", "status", "text", "short"]


def test_nothing_is_shown_of_how_it_looks_inside(answers):
    for answer in answers:
        assert not re.search(r"\{|\}|None|nan|Traceback", answer.text)


def test_the_same_question_gets_the_same_answer_also_in_another_process_of_mind(
    sample_settings, answers
):
    again = Assistant.open(sample_settings)
    for question, answer in list(zip(ALONE, answers, strict=True))[::7]:
        assert replace(again.query(question), timings_ms={}) == replace(answer, timings_ms={})


def test_many_may_ask_at_once(sample, answers):
    with ThreadPoolExecutor(max_workers=4) as pool:
        found = list(pool.map(sample.query, ALONE[:24]))
    assert [answer.text for answer in found] == [answer.text for answer in answers[:24]]


# --- stream, conversation, dates -----------------------------------------------------------------


def test_the_answer_is_the_last_of_the_stream(sample):
    *grown, last = sample.stream(QUESTION)
    assert grown
    assert replace(last, timings_ms={}) == replace(sample.query(QUESTION), timings_ms={})
    assert last.question == QUESTION
    assert set(last.timings_ms) == {"question", "retrieve", "extract", "total"}
    assert last.timings_ms["total"] >= last.timings_ms["extract"]


def test_versions_say_what_answered(sample):
    versions = sample.query(QUESTION).versions
    assert versions["index"] == str(sample.stats().index_version)
    assert versions["encoder"] == sample.stats().encoder
    assert versions["reader"]
    assert versions["model"] is None


def test_a_follow_up_is_made_whole_and_shown(sample):
    history = [Turn(QUESTION, sample.query(QUESTION).text)]
    answer = sample.query("那璧山区呢？", history=history)
    assert answer.rewritten is not None
    assert "璧山" in answer.rewritten
    assert answer.status == "not_found"
    assert answer.question == "那璧山区呢？"


def test_a_conversation_of_any_length_is_taken(sample):
    history = [Turn("那笔钱呢？", "6万元[1]。")] * 3000
    assert sample.query("这6万元是补给谁的？", history=history).status in (
        "answered", "partial", "not_found",
    )  # fmt: skip


@pytest.fixture
def dated(tmp_path, encoded, quick_disk):
    """An index of one old article, two hundred young ones and one without a date."""
    days = [n % 28 + 1 for n in range(199)]
    lines = [
        {"id": str(n), "text": f"第{n}号通知说，夜校招生{n}人。", "published": f"2024-01-{day:02}"}
        for n, day in enumerate(days)
    ]
    lines += [
        {"id": "old", "text": "旧通知说，夜校招生7人。", "published": "2019-05-01"},
        {"id": "bare", "text": "无日期的通知说，夜校招生8人。"},
    ]
    path = tmp_path / "articles" / "notices.jsonl"
    path.parent.mkdir()
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    chosen = settings_in(tmp_path)
    rag.build(chosen)
    return Assistant.open(chosen)


def dates(assistant, answer):
    return {assistant.article(hit.article_id).published for hit in answer.retrieved}


def test_articles_published_later_are_left_out_however_many_there_are(dated):
    answer = dated.query("夜校招生多少人", as_of=date(2020, 1, 1))
    assert dates(dated, answer) == {"2019-05-01", None}
    until = dated.query("夜校招生多少人", as_of=date(2024, 1, 5))
    assert max(filter(None, dates(dated, until))) <= "2024-01-05"
    assert len(until.retrieved) == 10


def test_an_article_is_there_from_its_own_day_on(dated):
    for day, there in ((date(2019, 4, 30), False), (date(2019, 5, 1), True)):
        answer = dated.query("旧通知夜校招生多少人", as_of=day)
        assert ("2019-05-01" in dates(dated, answer)) is there


# --- the index changes underneath ----------------------------------------------------------------


@pytest.fixture
def small(tmp_path, encoded, quick_disk):
    write_files(tmp_path / "articles", NEWS)
    chosen = settings_in(tmp_path)
    rag.build(chosen)
    return chosen


def test_the_next_question_sees_what_another_process_changed(small):
    assistant = Assistant.open(small)
    assert "120人" in assistant.query("甲区夜校招生多少人").text
    path = small.folder / "articles" / "夜校.txt"
    path.write_text(NEWS["夜校.txt"].replace("120", "345"), encoding="utf-8")
    rag.build(small)
    assert "345人" in assistant.query("甲区夜校招生多少人").text
    rag.remove(small, [str(path)])
    assert assistant.query("甲区夜校招生多少人").status == "not_found"
    assert assistant.stats().articles == 3


def test_an_index_deleted_and_built_anew_is_followed_too(small):
    assistant = Assistant.open(small)
    small.index.dir.rename(small.folder / "gone")
    path = small.folder / "articles" / "夜校.txt"
    path.write_text(NEWS["夜校.txt"].replace("120", "345"), encoding="utf-8")
    rag.build(small)
    assert "345人" in assistant.query("甲区夜校招生多少人").text


CANTEEN = {"食堂.txt": "食堂\n\n戊区工会食堂开张，设座位88个。"}


def test_an_assistant_changes_its_own_collection(small):
    assistant = Assistant.open(small)
    new = write_files(small.folder / "articles", CANTEEN)
    assert assistant.add(new).added == 1
    assert "88个" in assistant.query("戊区工会食堂设座位多少个").text
    assert assistant.remove([str(new[0])]).articles == 4
    assert assistant.build().unchanged == 4
    assert len(assistant.report().sources) == 5


# --- looking things up ---------------------------------------------------------------------------


def test_articles_and_their_passages_are_looked_up(sample):
    (citation, *_) = sample.query(QUESTION).citations
    article = sample.article(citation.article_id)
    passages = sample.passages(citation.article_id)
    assert citation.title == article.title
    assert passages[0].start == 0
    assert passages[-1].end == len(article.text)
    assert sample.passages("unknown") == []
    with pytest.raises(SourcesError, match="'unknown'"):
        sample.article("unknown")


def test_passages_are_retrieved_by_rank(sample):
    hits = sample.retrieve(QUESTION, top_k=3)
    assert [hit.rank for hit in hits] == [1, 2, 3]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len(sample.retrieve(QUESTION)) == 10


def test_stats_count_the_collection(sample):
    stats = sample.stats()
    assert (stats.articles, stats.sources) == (77, 69)
    assert stats.passages >= stats.articles
    assert stats.published_from <= stats.published_to


def test_examples_are_questions_that_are_answered(sample, small):
    examples = sample.examples()
    assert QUESTION in examples
    assert all(sample.query(question).status == "answered" for question in examples)
    assert set(Assistant.open(small).examples()) <= {text.split("\n")[0] for text in NEWS.values()}


def test_examples_ask_no_language_model(quoting):
    model = FakeGenerator("随便说说。")
    assert QUESTION in quoting(model).examples()
    assert model.asked == []


# --- bad questions -------------------------------------------------------------------------------


@pytest.mark.parametrize("question", ["", " \n", "？！。", "——"])
def test_an_empty_question_is_refused(sample, question):
    for ask in (sample.query, sample.retrieve, lambda q: list(sample.stream(q))):
        with pytest.raises(QuestionError, match="is empty"):
            ask(question)


def test_a_question_of_100000_characters_is_refused_at_once(sample):
    with pytest.raises(QuestionError, match=r"100000 characters, at most 2000 .*shorten"):
        sample.query("长" * 100_000)


ODD = ("a", "区", "？1", "[1][2]58万元", "%s{0}\\x00'\"; DROP TABLE", "😀多少", "\ud83d工会")


@pytest.mark.parametrize("question", [*ODD, "中" * 2000, "58" * 1000, "武隆区" * 600])
def test_odd_questions_are_answered_or_not_found_but_never_fail(sample, question):
    answer = sample.query(question, history=[Turn(question, question)])
    assert answer.status in ("answered", "partial", "not_found")
    assert json.dumps(answer.to_dict(), ensure_ascii=False).encode()


# --- with a language model -----------------------------------------------------------------------


def says(answer_of):
    return FakeGenerator(
        says=lambda question, passages: answer_of(
            Prompt(question, {one.number: one.text for one in passages})
        )
    )


def test_a_truthful_model_answers_in_its_own_name(quoting):
    answer = quoting(says(truthful)).query(QUESTION)
    assert answer.status == "answered"
    assert "58万元" in answer.text
    assert answer.versions["model"] == "fake"
    assert answer.timings_ms["generate"] >= 0


def test_a_model_that_breaks_off_leaves_the_quotes_and_the_reason(quoting, sample):
    answer = quoting(FakeGenerator("武隆区补助99万元[1]。", dies=True)).query(QUESTION)
    assert answer.text == sample.query(QUESTION).text
    assert answer.notes[0] == "语言模型没有答上来（the model broke off），下面直接引用原文。"


def test_no_lie_about_the_sample_ever_shows_a_figure_that_no_quote_has(quoting):
    asked = [line["question"] for line in LINES if line["type"] == "amount"][::4]
    shown = 0
    for answer_of in LIARS.values():
        liar = quoting(says(answer_of))
        for question in asked:
            for answer in liar.stream(question):
                figures = set(re.findall(r"\d[\d.]*", re.sub(r"\[\d+\]", "", answer.text)))
                quotes = "".join(fold(citation.quote) for citation in answer.citations)
                assert all(figure.rstrip(".") in quotes for figure in figures), answer
                shown += 1
    assert shown >= len(LIARS) * len(asked)


# --- nothing from outside ------------------------------------------------------------------------


def test_nobody_is_called(sample_settings, monkeypatch):
    def refuse(*_args, **_kwargs):
        pytest.fail("the network was asked")

    for name in ("getaddrinfo", "create_connection", "gethostbyname"):
        monkeypatch.setattr(socket, name, refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert Assistant.open(sample_settings).query(QUESTION).status == "answered"


def test_a_question_to_the_library_itself(sample_settings, monkeypatch):
    assert "58万元" in rag.query(QUESTION, settings=sample_settings).short
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("WENJU_INDEX__DIR", str(sample_settings.index.dir))
    assert rag.query(QUESTION).status == "answered"
    assert rag.query(
        "那涪陵呢", history=[Turn(QUESTION, "58万元")], as_of=date(2030, 1, 1)
    ).rewritten
