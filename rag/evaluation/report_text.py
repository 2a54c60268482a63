"""Every Chinese string of the report, with what each measure means in plain words."""

from __future__ import annotations

TITLE = "评测报告：{name}"
COUNTS_QUESTIONS = "{questions} 道题：{answerable} 道资料里有答案，{unanswerable} 道没有。"
COUNTS_QUERIES = "{questions} 个查询，有相关性标注；没有检索到任何结果的 {empty} 个，按 0 分计。"
HEADLINE_QUESTIONS = "答对 {right} 道，占 {mean}（95% 区间 {low} 到 {high}）。"
HEADLINE_QUERIES = "nDCG@10 为 {mean}（95% 区间 {low} 到 {high}）。"
STATUSES = (
    "作答 {answered} 道，部分作答 {partial} 道，回答“没有找到” {not_found} 道，出错 {errors} 道。"
)
UNJUDGED = "前 10 名结果中有 {share} 没有标注过，按不相关计。"

MEASURES_TITLE = "各项指标"
MEASURES_NOTE = (
    "均为 0 到 1，越高越好；横线是 95% 区间（对题目有放回抽样 {resamples} 次）；"
    "题数是该指标适用的题。"
)
MEASURE_COLUMNS = ("指标", "含义", "均值", "95% 区间", "题数")
SLICES_TITLE = "分组看"
SLICE_COLUMN, SLICE_COUNT = "分组", "题数"
SLICES = {
    "answerable": "可答",
    "unanswerable": "不可答",
    "follow-up": "追问",
    "type": "类型：{name}",
    "tag": "标签：{name}",
}
DISTRIBUTION_TITLE = "{measure} 的分布"
DISTRIBUTION_NOTE = "每一档有多少道题；最右一档含 1。"
CALIBRATION_TITLE = "把握与对错"
CALIBRATION_NOTE = (
    "只答最有把握的那一部分题时，答错的占多少。"
    "曲线下面积 {aurc}，把握与实际的平均差距 {ece}，都是越低越好。"
)
COVERAGE_AXIS, RISK_AXIS = "作答的比例", "其中答错的比例"
LATENCY_TITLE = "耗时"
LATENCY_COLUMNS = ("步骤", "中位数（毫秒）", "95% 在此之内（毫秒）", "次数")
WORST_TITLE = "答错的题"
WORST_NOTE = "最差的 {shown} 道，共 {wrong} 道。左边是应有的答案和依据，右边是系统给出的。"
WORST_NONE = "没有答错的题。"
EXPECTED, GIVEN = "应有", "给出"
EXPECTED_REFUSAL = "资料里没有答案，应回答“没有找到”"
NO_EVIDENCE = "（题目没有注明依据）"
NO_CITATION = "（没有引用）"
RELEVANT, FOUND = "相关文档", "检索到的前 10 名"
NOTHING_FOUND = "（没有结果）"
GATE_TITLE = "门槛"
GATE_FAILED = "有 {count} 项没有达到："
PROBLEMS_TITLE = "题集本身的问题"
PROBLEMS_NOTE = "这些题的得分要打折扣看，先改题集。"
ABOUT_TITLE = "怎么算的"
ABOUT = "随机种子 {seed}。同样的答案、同样的种子，得到逐字节相同的结果。版本：{versions}。"

PROBLEMS = {
    "no_answer": "标为可答，却没有给出答案",
    "answers_although_unanswerable": "标为不可答，却给了答案",
    "question_holds_answer": "题目里已经写着答案",
    "answer_not_in_evidence": "依据里找不到这个答案",
    "asked_twice": "与另一题重复",
    "asked_twice_differently": "与另一题问法相同、答案不同",
    "evidence_not_in_collection": "资料里找不到这条依据",
    "unanswerable_is_in_collection": "标为不可答，答案却在资料里",
    "relevant_not_in_collection": "标注为相关的文档不在资料里",
    "not_judged": "没有相关性标注，不计分",
    "no_such_query": "有标注而没有这个查询，按 0 分计",
}

MEASURES = {
    "Correct": "答对：可答的题说全了该说的，不可答的题说了没有找到",
    "Contains": "答案正文包含全部标准答案",
    "AnswerRecall": "标准答案说到了几成",
    "ShortContains": "简短答案本身包含全部标准答案",
    "EM": "简短答案与标准答案一字不差（不计标点）",
    "F1": "简短答案与标准答案的字面重合（CMRC 2018 算法）",
    "ROUGE-L": "简短答案与标准答案的最长公共子序列",
    "NumberRecall": "标准答案里的数字说到了几成",
    "NumberExact": "数字一个不多、一个不少",
    "Answered": "可答的题作了答（不论对错）",
    "RefusalPrecision": "说没有找到时，确实没有",
    "RefusalRecall": "确实没有时，说了没有找到",
    "EvidenceRecall": "标准依据被引用了几成",
    "EvidencePrecision": "引用中有几成正是标准依据",
    "CitationRecall": "每句话都有引文支持（按数字与用字判断）",
    "CitationPrecision": "每条引文都用得上（按数字与用字判断）",
    "QuoteVerbatim": "引文与原文逐字相同、位置无误",
    "NumberSupport": "答案里的数字都在引文里",
    "nDCG@10": "前 10 名的排序质量",
    "RR@10": "第一篇相关文档名次的倒数（前 10 名）",
    "Success@1": "第 1 名就相关",
    "Success@5": "前 5 名里有相关的",
    "Success@10": "前 10 名里有相关的",
    "R@10": "相关文档进入前 10 名的比例",
    "R@100": "相关文档进入前 100 名的比例",
    "AP": "平均准确率（其均值即 MAP）",
}
