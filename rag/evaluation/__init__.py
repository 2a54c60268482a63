"""Question sets in, measures, report and verdict out: what a release rests on.

Read with `read_question_set`, `read_beir`, `read_qrels`, `read_run`, `read_answers`; ask with
`answer_questions`; measure with `evaluate_questions` (asks, too), `evaluate_answers`,
`evaluate_beir`, `evaluate_run`; doubt the set with `check_questions`, `check_beir`. Then
`write_results`, `read_results`, `compare`, `gate`.
"""

from rag.evaluation.answer_lines import read_answers
from rag.evaluation.answering import AnsweringReport, answer_questions
from rag.evaluation.beir import BeirSet, is_beir_folder, read_beir
from rag.evaluation.comparison import Comparison, compare, compare_stored
from rag.evaluation.gate import GateRules, Violation, gate, read_gate_rules
from rag.evaluation.health import Problem, check_beir, check_questions
from rag.evaluation.question_sets import read_question_set
from rag.evaluation.questions import Evidence, Question, QuestionSet
from rag.evaluation.results import write_results, write_run
from rag.evaluation.run import evaluate_answers, evaluate_beir, evaluate_questions, evaluate_run
from rag.evaluation.sheets import csv_template
from rag.evaluation.squad import write_collection
from rag.evaluation.stored import Stored, read_results
from rag.evaluation.summary import Evaluation
from rag.evaluation.tables import comparison_markdown, runs_table
from rag.evaluation.trec import read_qrels, read_run

__all__ = [
    "AnsweringReport",
    "BeirSet",
    "Comparison",
    "Evaluation",
    "Evidence",
    "GateRules",
    "Problem",
    "Question",
    "QuestionSet",
    "Stored",
    "Violation",
    "answer_questions",
    "check_beir",
    "check_questions",
    "compare",
    "compare_stored",
    "comparison_markdown",
    "csv_template",
    "evaluate_answers",
    "evaluate_beir",
    "evaluate_questions",
    "evaluate_run",
    "gate",
    "is_beir_folder",
    "read_answers",
    "read_beir",
    "read_gate_rules",
    "read_qrels",
    "read_question_set",
    "read_results",
    "read_run",
    "runs_table",
    "write_collection",
    "write_results",
    "write_run",
]
