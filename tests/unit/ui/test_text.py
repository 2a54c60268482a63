"""All Chinese that people read stands in ui/text.py, and nothing stands there unread."""

import ast
import re
from pathlib import Path

import ui
from ui import text

FOLDER = Path(ui.__file__).parent
MODULES = sorted(path for path in FOLDER.glob("*.py") if path.name != "text.py")
IDEOGRAPH = re.compile("[\u3400-\u9fff]")


def strings_of(path):
    """Yield the string constants of a module that are no docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docstrings
        ):
            yield node.value


def test_no_other_module_holds_chinese():
    found = {
        (path.name, value)
        for path in MODULES
        for value in strings_of(path)
        if IDEOGRAPH.search(value)
    }
    assert found == set()


def test_neither_script_nor_style_holds_chinese_that_is_shown():
    assert not IDEOGRAPH.search((FOLDER / "wenju.js").read_text(encoding="utf-8"))
    assert not IDEOGRAPH.search((FOLDER / "wenju.css").read_text(encoding="utf-8"))


def test_every_string_is_used():
    source = "\n".join(path.read_text(encoding="utf-8") for path in MODULES)
    names = [name for name in vars(text) if name.isupper()]
    assert names
    assert [name for name in names if not re.search(rf"\bwords\.{name}\b", source)] == []
