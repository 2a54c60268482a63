"""Question sets in, measures out: what a release rests on.

Reading: `read_question_set`, `read_beir`, `read_qrels`, `read_run`, `read_answers`. Asking:
`answer_questions`. Measuring: `evaluate_questions`, `evaluate_answers`, `evaluate_beir`,
`evaluate_run`.
"""

from rag.evaluation.answer_lines import read_answers
from rag.evaluation.answering import AnsweringReport, answer_questions
from rag.evaluation.beir import BeirSet, is_beir_folder, read_beir
from rag.evaluation.question_sets import read_question_set
from rag.evaluation.questions import Evidence, Question, QuestionSet
from rag.evaluation.run import evaluate_answers, evaluate_beir, evaluate_questions, evaluate_run
from rag.evaluation.summary import Evaluation
from rag.evaluation.trec import read_qrels, read_run

__all__ = [
    "AnsweringReport",
    "BeirSet",
    "Evaluation",
    "Evidence",
    "Question",
    "QuestionSet",
    "answer_questions",
    "evaluate_answers",
    "evaluate_beir",
    "evaluate_questions",
    "evaluate_run",
    "is_beir_folder",
    "read_answers",
    "read_beir",
    "read_qrels",
    "read_question_set",
    "read_run",
]
