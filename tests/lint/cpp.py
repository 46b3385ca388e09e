"""What checks need to know about C++: code without comments and texts, and where functions begin and end.

The tree is formatted by clang-format, so a function ends at the brace that closes its body; macros that hide braces would
mislead this, and there are none.
"""
from __future__ import annotations

import re
from dataclasses import dataclass

from tree import line_of

TOKEN = re.compile(
    r"//[^\n]*"
    r"|/\*.*?\*/"
    r'|R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])+'",
    re.DOTALL)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)
CONTROL = re.compile(r"\b(if|for|while|switch|catch|do|else|try|namespace|class|struct|union|enum|concept|return)\b")
FUNCTION_END = re.compile(r"\)\s*(const|noexcept|override|final|mutable|&|&&|->\s*[\w:<>,&*\s]+|\s)*$")
CONSTRUCTOR_LIST = re.compile(r"\)\s*(noexcept)?\s*:\s*[^:]")


def blanked(text: str, keep_texts: bool = False) -> str:
    """The text with comments (and, unless kept, the inside of string and character literals) turned to blanks; lines stay."""
    def blank(match: re.Match) -> str:
        token = match.group(0)
        if token.startswith(("//", "/*")):
            return re.sub(r"[^\n]", " ", token)
        if keep_texts:
            return token
        return '"' + re.sub(r"[^\n]", " ", token[1:-1]) + '"'
    return TOKEN.sub(blank, text)


def includes(text: str) -> list[tuple[int, str, bool]]:
    """Line, name and whether it is in quotes, of each include."""
    code = blanked(text, keep_texts=True)
    return [(line_of(code, match.start()), match.group(1) or match.group(2), match.group(1) is not None)
            for match in INCLUDE.finditer(code)]


@dataclass(frozen=True)
class Function:
    """A function with a body: where it begins, how long it is, its first line."""

    line: int
    lines: int
    head: str


def functions(text: str) -> list[Function]:
    """Functions with their length in lines, signature and braces included. Lambdas count as part of what holds them."""
    code = without_directives(blanked(text))
    found: list[Function] = []
    opened: list[Open] = []
    start = 0
    for match in re.finditer(r"[{};]", code):
        place, sign = match.start(), match.group(0)
        ended = None
        if sign == "{":
            opened.append(open_brace(code, start, place, any(brace.began is not None for brace in opened)))
        elif sign == "}" and opened:
            ended = opened.pop()
            if ended.began is not None:
                first, last = line_of(code, ended.began), line_of(code, place)
                found.append(Function(first, last - first + 1, text[ended.began:].split("\n")[0]))
        in_statement = any(brace.in_statement for brace in opened) or (ended is not None and ended.in_statement)
        if not in_statement:
            start = place + 1
    return found


@dataclass(frozen=True)
class Open:
    """An open brace: where the function begins whose body it opens, and whether the statement goes on after it."""

    began: int | None
    in_statement: bool


def open_brace(code: str, start: int, brace: int, inside_function: bool) -> Open:
    """What a brace opens. An initialiser has no blank before it (`b_{1}`), a body has."""
    initialises = brace > 0 and not code[brace - 1].isspace()
    if inside_function or initialises:
        return Open(None, initialises and not inside_function)
    head = re.sub(r"\b(?:public|private|protected)\s*:(?!:)", lambda match: " " * len(match.group(0)), code[start:brace])
    return Open(start + len(head) - len(head.lstrip()) if names_function(head) else None, False)


def without_directives(code: str) -> str:
    """Code without preprocessor lines; lines stay."""
    return re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda match: re.sub(r"[^\n]", " ", match.group(0)), code, flags=re.MULTILINE)


def names_function(head: str) -> bool:
    """Whether what stands before a brace is the signature of a function."""
    head = re.sub(r"^\s*template\s*<[^{}]*?>\s*(?:requires[^\n]*\n)?", " ", head).strip()
    if "(" not in head or CONTROL.match(head):
        return False
    before_arguments = head.split("(", 1)[0]
    if "=" in before_arguments and "operator" not in before_arguments:
        return False
    return bool(FUNCTION_END.search(head) or CONSTRUCTOR_LIST.search(head))
