"""Reading YAML nobody vouches for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.errors import ScenarioError
from sim.scenario_io.yaml_file import (
    DEEPEST,
    LARGEST_FILE,
    MOST_PARTS,
    MOST_PROBLEMS,
    parse,
    parse_value,
    plain_scalar,
    read,
)


def message_of(text: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        parse(text, file="f.yaml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-3", 0.001),
        ("no", "no"),
        ("012", 12),
        ("12:30", "12:30"),
        ("0x1F", 31),
        ("0o17", 15),
        ("-3", -3),
        (".5", 0.5),
        ("1.", 1.0),
        ("1_000", "1_000"),
        ("2020-01-01", "2020-01-01"),
        ("true", True),
        ("False", False),
        ("", None),
        ("~", None),
        ("null", None),
        ("=", "="),
        (".inf", ".inf"),
    ],
)
def test_plain_scalars_follow_the_core_schema_of_yaml_1_2(text: str, value: Any) -> None:
    found = plain_scalar(text)
    assert (type(found), found) == (type(value), value)


def test_maps_lists_and_quoted_texts_come_out_plain() -> None:
    document = parse("a: [1, 'x', \"1\"]\nb:\n  c: |\n    long\n", file="f.yaml")
    assert document.tree == {"a": [1, "x", "1"], "b": {"c": "long\n"}}


def test_every_part_remembers_its_line() -> None:
    document = parse("a:\n  b:\n    - 1\n    - c: 2\n", file="f.yaml")
    assert document.lines == {(): 1, ("a",): 1, ("a", "b"): 2, ("a", "b", "0"): 3, ("a", "b", "1"): 4} | {
        ("a", "b", "1", "c"): 4
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "f.yaml: must be a map of settings, got an empty file"),
        ("# only a comment\n", "f.yaml: must be a map of settings, got an empty file"),
        ("- a", "f.yaml: must be a map of settings, got a list of 1"),
        ("3", "f.yaml: must be a map of settings, got 3"),
        ("a: 1\nb: {c: 1, c: 2}", "f.yaml:2: b.c: must be given once, got it again; it stands on line 2 too"),
        ("a: &x 1\nb: *x", "f.yaml:2: b: must be written out, got the alias '*x'"),
        (
            "a: !!python/name:os.system x",
            "f.yaml:1: a: must carry no tag, got 'tag:yaml.org,2002:python/name:os.system'",
        ),
        ("a: !x [1]", "f.yaml:1: a: must carry no tag, got '!x'"),
        ("1: 2", "f.yaml:1: key must be a text, got 1"),
        ("a: {true: 1}", "f.yaml:1: a: key must be a text, got true"),
        (": 1", "f.yaml:1: key must be a text, got nothing"),
        ("? [1]\n: 2", "f.yaml:1: key must be a text, got a list"),
        ("? {a: 1}\n: 2", "f.yaml:1: key must be a text, got a map"),
        ("a: &x 1\n*x : 2", "f.yaml:2: key must be a text, got an alias"),
        ("a: 1\n<<: {b: 1}", "f.yaml:2: must not merge maps with '<<', got one; write the keys out"),
        ("a: .inf", "f.yaml:1: a: must be a finite number, got .inf"),
        ("a: -.INF", "f.yaml:1: a: must be a finite number, got -.INF"),
        ("a: .nan", "f.yaml:1: a: must be a finite number, got .nan"),
        ("a: 1e999", "f.yaml:1: a: must be a finite number, got 1e999"),
        ("a: 1234567890123456789", "f.yaml:1: a: must have at most 18 digits, got 1234567890123456789"),
        ("a: 1\n---\nb: 2", "f.yaml:2: must hold one document, got another one"),
        ("%YAML 1.1\n---\na: no", "f.yaml:2: must be YAML 1.2, got 1.1"),
        (
            "a: 1\r\nb: \x07",
            "f.yaml:2: must be valid YAML, got a mistake here: unacceptable character #x0007: special characters are "
            "not allowed",
        ),
        ("a: b: c", "f.yaml:1: must be valid YAML, got a mistake here: mapping values are not allowed here"),
        ('"\\ud800": 1', "f.yaml:1: must be readable text, got half of a surrogate pair"),
        ('a: "\\ud800"', "f.yaml:1: a: must be readable text, got half of a surrogate pair"),
    ],
)
def test_what_is_not_plain_is_refused_with_its_line(text: str, message: str) -> None:
    assert message_of(text) == message


@pytest.mark.parametrize("text", ["\x01", '"\\UFFFFFFFF"', "a: [", "a:\tb: c", "&", "%YAML x"])
def test_broken_yaml_is_a_scenario_error(text: str) -> None:
    assert "must be valid YAML, got a mistake here" in message_of(text)


def test_all_mistakes_are_told_at_once_with_the_syntax_error_last() -> None:
    assert message_of("a: .nan\na: 1\nb: [").splitlines() == [
        "f.yaml:1: a: must be a finite number, got .nan",
        "f.yaml:2: a: must be given once, got it again; it stands on line 1 too",
        "f.yaml:3: must be valid YAML, got a mistake here: expected the node content, but found '<stream end>'",
    ]


def test_deep_files_are_refused() -> None:
    assert message_of("a: " + "[" * 10_000).endswith(f"must have at most {DEEPEST} levels, got more")


def test_files_of_too_many_parts_are_refused() -> None:
    text = "a: [" + "1," * MOST_PARTS + "]"
    assert message_of(text) == f"f.yaml:1: must have at most {MOST_PARTS} parts, got more"


def test_reading_stops_after_many_mistakes() -> None:
    assert (
        len(message_of("\n".join(f"a{i}: .nan" for i in range(5 * MOST_PROBLEMS))).splitlines())
        == MOST_PROBLEMS
    )


def test_a_merge_key_in_quotes_is_a_key_like_any_other() -> None:
    assert parse('"<<": 1', file="f.yaml").tree == {"<<": 1}


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"^no\.yaml: must be an existing file, got nothing there$"):
        read(tmp_path / "no.yaml", file="no.yaml")


def test_a_directory_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"^d: must be a file, got a directory$"):
        read(tmp_path, file="d")


def test_an_impossible_path_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="f: must be "):
        read(tmp_path / "a\0b", file="f")


def test_an_unreadable_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "f.yaml"
    path.write_text("a: 1", encoding="utf-8")

    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "open", refuse)
    with pytest.raises(ScenarioError, match=r"^f: must be readable, got 'Permission denied'$"):
        read(path, file="f")


def test_a_large_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes(b"#" * (LARGEST_FILE + 1))
    with pytest.raises(ScenarioError, match=r"^f: must be at most 2 MB, got more$"):
        read(path, file="f")


def test_other_encodings_are_told_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes("a: 1\nb: é".encode("latin-1"))
    with pytest.raises(ScenarioError, match=r"^f:2: must be UTF-8 text, got byte 0xe9$"):
        read(path, file="f")


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes("a: é".encode("utf-8-sig"))
    assert read(path).tree == {"a": "é"}


def test_one_value_may_be_anything_plain() -> None:
    assert parse_value('{"value": 0.5, "range": [0, 1]}', file="--set") == {"value": 0.5, "range": [0, 1]}


def test_one_value_must_be_plain() -> None:
    with pytest.raises(ScenarioError, match=r"^--set:1: must be a finite number, got \.nan$"):
        parse_value(".nan", file="--set")


def test_the_two_halves_of_a_surrogate_pair_are_one_character_as_in_json() -> None:
    assert parse('a: "\\ud83d\\ude00"', file="f.yaml").tree == {"a": "\N{GRINNING FACE}"}
