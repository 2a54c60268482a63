"""Every Chinese string a person sees, on the page and in the terminal."""

from __future__ import annotations

# --- the page ---------------------------------------------------------------------------------
NAME = "问据"
SEAL = "据"
PAGE_TITLE = "问据 · 有据可查的问答"
TAGLINE = "问一句，答一句，句句有出处"
COLLECTION = "{articles} 篇文章"
COLLECTION_RANGE = "{first} 至 {last}"
THEME_BUTTON = "切换深浅色"
NEW_BUTTON = "新对话"

WELCOME_TITLE = "想查点什么？"
WELCOME_BODY = (
    "像平时说话那样问就行。答案只取自收进来的文章，并翻出原文给您核对；文章里没有的，会直说没有。"
)
WELCOME_EXAMPLES = "不妨这样问"

PLACEHOLDER = "输入问题，按回车提问"
QUESTION_LABEL = "问题"
ASK_BUTTON = "提问"
STOP_BUTTON = "停止"

YOU_ASKED = "问："
WE_ANSWER = "答："
SEARCHING = "正在翻找文章"
WRITING = "正在作答"
STOPPED = "已停止，以上是停下之前的内容。"
STOPPED_EMPTY = "已停止，没有留下答案。"
STATUS = {"answered": "有据", "partial": "部分有据", "not_found": "没有找到"}
STATUS_MEANING = {
    "answered": "答案的每一处都能在原文里找到",
    "partial": "只有一部分能在原文里找到",
    "not_found": "收进来的文章里没有能回答这个问题的话",
}
REWRITTEN = "按这句来查：{question}"
NOTES = "请留意"
SOURCES = "出处"
NEAREST = "内容相近的文章，也许有用"
ELAPSED = "用时 {seconds} 秒"
COPY = "复制答案和出处"
COPIED = "已复制"
GO_TO_EVIDENCE = "看原文"
UNDATED = "日期不详"
DATE_UNITS = ("年", "月", "日")

EVIDENCE_EMPTY_TITLE = "原文会显示在这里"
EVIDENCE_EMPTY_BODY = "有了答案以后，点答案里的角标，这里就翻到那篇文章，并把引用的那句话标出来。"
EVIDENCE_HEADING = "答案出自这里"
NEAREST_HEADING = "内容相近的文章"
EVIDENCE_TABS = "这个答案的出处"
EVIDENCE_CLOSE = "关闭原文"
EVIDENCE_GONE = "这篇文章已经不在索引里了。"
UNTITLED = "（无标题）"
AUTHOR = "作者 {name}"
PAGE_NUMBER = "第 {page} 版"
MENDED = "引文里有修复过的字：原文件在这里有损坏。"
FILE = "文件"
PUBLISHED_AT = "网址"

# --- what went wrong, said to the person on the page ---------------------------------------------
PROBLEM_QUESTION = "这个问题没法查：太长了，或者没有内容。请控制在 {limit} 字以内再问一次。"
PROBLEM_INDEX = "文章索引现在用不了，请管理员在服务器上运行 wenju check 看看。"
PROBLEM_GENERATOR = "语言模型没有回应，请稍后再试。"
PROBLEM_EXPECTED = "这次没能查成，请管理员看看服务器上的记录。"
PROBLEM_UNEXPECTED = "出了意外，这次没有答成。请再问一次；还是不行的话，请告诉管理员。"

# --- HTTP -------------------------------------------------------------------------------------
API_TITLE = "问据的 HTTP 接口"
API_BODY = "机器可读的完整描述："
API_QUERY = "提一个问题，得到一行答案；stream 为 true 时以 server-sent events 逐步返回"
API_ARTICLE = "取一篇文章"
API_HEALTH = "服务是否可用"
API_REQUEST = "请求"
HTTP_TOO_LARGE = "请求太大：最多 {limit} 字节"
HTTP_FOREIGN = "不接受来自其他网站的请求"
HTTP_NO_ARTICLE = "没有这篇文章：{article_id}"

# --- what came in, on a page and in the terminal --------------------------------------------------
REPORT_TITLE = "收进来了什么"
REPORT_TOTALS = "{sources} 个来源，{articles} 篇文章，{characters} 字"
REPORT_COLUMNS = ("来源", "编码", "文章", "字数", "修复", "其中存疑", "缺日期", "缺标题")
REPORT_DUPLICATES = "重复收录的文章"
REPORT_FAILURES = "没能读入的地方"
REPORT_WRITTEN = "已写出 {path}"
REPAIRS = {
    "pinyin_residue": "拼音残留",
    "shifted_bytes": "字节错位",
    "mojibake": "乱码",
    "lost_bytes": "丢失字节",
    "page_text": "版面文字",
}

# --- the terminal --------------------------------------------------------------------------------
APP_HELP = "问据：从自己的文章里找答案，每个答案都给出原文。"
HELP_CONFIG = "配置文件"
HELP_INDEX = "索引所在文件夹（盖过配置文件里的 index.dir）"
HELP_VERBOSE = "说得详细些；出意外时给出完整的错误栈"
HELP_JSON = "输出 JSON，供程序读取"
HELP_HTML = "另存为一个 HTML 文件"
HELP_SOURCES = "文件、文件夹或 .jsonl / .jsonl.gz 文集"

HELP_BUILD = "建立索引，使它恰好包含这些来源；不给来源时用配置文件里的 corpus.sources。"
HELP_ADD = "把这些来源加进索引，其余不动。"
HELP_REMOVE = "从索引里去掉这些文章或来源。"
HELP_TARGETS = "文章编号，或当初收录时的来源"
HELP_REPORT = "收进来了什么：编码、修复、丢失、重复、缺日期、读不了的文件。"
HELP_CHECK = "检查整个索引；有问题时说明哪里坏了、用哪条命令修。"
HELP_SHOW = "显示一篇文章、它的来历和它的段落。"
HELP_ARTICLE_ID = "文章编号"
HELP_ASK = "提一个问题。"
HELP_QUESTION = "问题"
HELP_EXPLAIN = "列出查看过的段落和分数"
HELP_AS_OF = "按这一天的情形作答（YYYY-MM-DD）"
HELP_ANSWER = "回答一整套问题，每行一个答案；中断后再运行会接着做。"
HELP_QUESTIONS = "问题集（.jsonl 或 .csv）"
HELP_ANSWERS_OUT = "答案写到这个 .jsonl 文件"
HELP_EVALUATE = "在问题集、BEIR 文件夹或 CMRC/SQuAD 文件上评测。"
HELP_SET = "问题集（.jsonl/.csv）、BEIR 文件夹，或 CMRC/SQuAD 的 .json"
HELP_RUN = "另写一个 TREC run 文件"
HELP_EVALUATE_OUT = "逐题结果和汇总写到这个文件夹"
HELP_BASELINE = "与这个文件夹里的旧结果比较；变差时以 1 退出"
HELP_GATE = "发布门槛（YAML：floors、ceilings、max_drops）；不给时主要指标不得低于旧结果"
HELP_COMPARE = "逐题比较两次评测，并给出显著性。"
HELP_RESULTS = "wenju evaluate --out 写出的文件夹"
HELP_SERVE = "打开问答网页和 HTTP 接口。"
HELP_PORT = "端口（盖过配置文件里的 serve.port；0 表示任选一个空的）"

ERROR = "错误：{message}"
UNEXPECTED = "意外错误：{kind}: {message}（加 -v 再运行一次可看到完整的错误栈）"
PARTIAL_HEAD = "（部分有据）"
EXPLAIN_HEAD = "查看过的段落："
NEAREST_HEAD = "内容相近的文章："
NOTE = "注意：{note}"
TIMINGS = "用时（毫秒）：{timings}"
VERSIONS = "版本：{versions}"

BUILD_DONE = "索引就绪：{articles} 篇文章，{passages} 个段落，用时 {seconds:.1f} 秒"
BUILD_CHANGES = "新增 {added}，更新 {replaced}，去掉 {removed}，未变 {unchanged}"
BUILD_FAILURES = "有 {count} 处没能读入："
FAILURE_LINE = "{source}{where}：{reason}"
FAILURE_WHERE = "（{where}）"
CHECK_OK = "索引完好：{articles} 篇文章，{passages} 个段落"
CHECK_PROBLEM = "{what}；修复：{command}"
ANSWERS_DONE = "新答 {asked} 题，沿用 {kept} 题，无法提问 {failed} 题：{path}"
MEASURE_LINE = "{name:<24}{mean:6.3f}  [{low:.3f}, {high:.3f}]  {n} 题"
GATE_BROKEN = "未达门槛：{violation}"
RESULTS_WRITTEN = "结果写在 {path}"
STAGES = {"read": "读取文件", "articles": "收入文章", "index": "建立索引", "answer": "作答"}

SERVE_READY = "问据已就绪：{url} （按 Ctrl+C 停止）"
SHOW_PASSAGES = "段落："
