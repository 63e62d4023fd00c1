"""No text can be more than text in a comment, wherever it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rendered import render
from sagemaker_tuning.pull_requests.markdown import (
    block,
    code,
    details,
    html_code,
    length,
    prose,
    shortened,
    table,
    table_row,
)

HOSTILE = [
    "a|b",
    "`tick` ``two`` ```three",
    "<script>document.title='owned'</script>",
    '<img src=x onerror="document.title=1">',
    "</summary></details><h1>out",
    "@acme/everyone #1 !2 GH-3 acme/models#4 https://evil.example www.evil.example a@b.example",
    "**bold** _em_ __strong__ ~~gone~~ [link](https://evil.example) ![](x.png) <https://evil.example>",
    "# heading",
    "- item\n- item",
    "line\nline\r\n\n\nline\u2028line",
    "$x$ $`y`$ $$z$$ :tada: ~label %milestone &12",
    "\\| \\` \\\\",
    "trailing backslash\\",
    "| --- | --- |",
    "-->",
    "<!-- sagemaker-tuning:pr-comment other -->",
    "\u202eright to left",
    "half \ud83d a character",
    "\r",
    "&lt;b&gt; &amp; &#124;",
    "1. one",
    "snake_case _private __init__ trailing_",
]
TEXTS = st.text(st.characters(), min_size=1, max_size=60) | st.lists(
    st.sampled_from(
        ["|", "`", "``", "<", ">", "@a", "#1", "*", "_", "[", "](x)", "\\", "\n", " ", "x", "$", "~~", "&lt;", ":a:"]
    ),
    min_size=1,
).map("".join)
MARKUP = {"p", "table", "thead", "tbody", "tr", "td", "th", "code", "details", "summary", "ul", "li", "pre"}


def place(text: str) -> str:
    """The text in every place where a comment has text of others."""
    cells = [code(text), prose(text), html_code(text)]
    return "\n\n".join(
        [
            table(["a", "b", "c"], [table_row(cells), table_row(["1", "2", "3"])]),
            details(html_code(text), f"- {code(text)}: {prose(text)}\n- next"),
            f"{code(text)}:\n{block(text)}",
            "the end",
        ]
    )


def check(text: str) -> None:
    shown = render(place(text))
    assert shown.tags <= MARKUP, "nothing in it is markup"
    assert shown.attributes <= {"lang", "class"}
    assert shown.linked == [], "nothing in it is a mention, a reference or a link"
    assert [len(row) for row in shown.tables[0]] == [3, 3, 3], "it stays in its cell"
    assert len(shown.tables) == 1
    assert shown.tables[0][2] == ["1", "2", "3"]
    assert len(shown.folds) == 1
    assert next(iter(shown.folds.values())).rstrip().endswith("next"), "nor does it end a fold"
    assert shown.text.endswith("the end\n")
    assert place(text).encode(), "a file can hold it"


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_markup_a_mention_or_a_link(text):
    check(text)


@given(TEXTS)
def test_no_text_at_all_is(text):
    check(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_is_read_as_it_was_written_but_for_its_line_breaks(text):
    shown = render(table(["a", "b"], [table_row([code(text), prose(text)])])).tables[0][1]
    wanted = shortened(text, 1000)
    assert shown[0].replace("\u2060", "").strip() == wanted.strip()
    assert shown[1].replace("\u2060", "").strip() == wanted.strip()


def test_a_block_keeps_lines_and_backticks():
    text = "one\n\n  ````two````\n\tthree"
    assert render(block(text)).text.rstrip("\n") == "one\n\n  ````two````\n    three"


def test_a_long_text_is_cut_and_says_so():
    assert code("x" * 500, 10) == "`xxxxxxxxx…`"
    assert len(prose("y" * 500, 20)) == 20


def test_an_amount_stays_an_amount():
    assert prose("$0.58 at most, (+$0.23)") == "$0.58 at most, (+$0.23)"


def test_length_is_that_of_the_strictest_count():
    assert (length("ab"), length("→"), length("🔁")) == (2, 3, 4)
