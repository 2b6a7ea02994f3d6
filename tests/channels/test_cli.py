"""The command line: right answers, every error at once, and one sentence instead of a stack trace."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import actions.content
from actions import crisis
from actions.content import Content, load_content
from actions.dialogue import knowledge as knowledge_module
from actions.dialogue.journeys import BACKGROUND, JOURNEYS
from channels import app, cli, review
from channels.settings import ROOT
from channels.storage import cases, conversations
from channels.storage.migrate import upgrade
from channels.storage.store import make_engine
from tests import ours
from tests.bot.held_out import LANGUAGES

NLU = (*LANGUAGES, "words", "quantities")
Run = Callable[..., tuple[int, str]]
OURS = knowledge_module.knowledge().content
RIGHTS = {rule.right for journey in JOURNEYS.values() for rule in journey.goals} | {rule.right for rule in BACKGROUND}


def read_our_own_content_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Content of a test is read as always; that of this house was read before."""

    def content(data: Path) -> Content:
        return OURS if data == ROOT / "data" else load_content(data)

    def danger(folder: Path) -> object:
        return None if folder.resolve() == ROOT / "data" / "crisis" else crisis.load(folder)

    for module in (actions.content, knowledge_module, review):
        monkeypatch.setattr(module, "load_content", content)
    monkeypatch.setattr(review, "load_crisis", danger)
    monkeypatch.setattr(review, "load_guesser", lambda _data, _languages: ours.guesser())


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in a house of its own; the answer is the exit code and what it wrote."""
    monkeypatch.setenv("THUISWIJZER_RUN", str(tmp_path / "run"))
    read_our_own_content_once(monkeypatch)
    for name in ("DATABASE_URL", "RASA_URL", "RASA_PORT", "RASA_TOKEN", "DATA", "LOCALES", "TODAY", "HOST"):
        monkeypatch.delenv(f"THUISWIJZER_{name}", raising=False)

    def once(*arguments: str, **env: str) -> tuple[int, str]:
        for name, value in env.items():
            monkeypatch.setenv(f"THUISWIJZER_{name}", value)
        code = cli.main(list(arguments))
        return code, capsys.readouterr().out

    return once


def told_in_one_sentence(answer: tuple[int, str]) -> bool:
    code, out = answer
    return code == 2 and out.count("\n") == 1 and len(out) > 20 and "Traceback" not in out


def situation(tmp_path: Path, text: str | bytes) -> str:
    path = tmp_path / "situation.yml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return str(path)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# --- assess


def test_assess_runs_every_rule_on_the_answers_of_a_file(run: Run, tmp_path: Path) -> None:
    file = situation(tmp_path, "child_dutch: true\nchild_age: 6\ncare: main\n")
    code, out = run("assess", file, "--json", "--today", "2026-11-22")
    found = json.loads(out)
    assert code == 0
    assert {finding["right"] for finding in found} == RIGHTS
    for finding in found:
        assert finding["day"] == "2026-11-22"
        assert finding["receipt"]
        assert finding["hand_over_to"][-1] == "person"
        assert all(isinstance(finding[name], list) for name in ("grounds", "missing", "next_steps"))


def test_assess_of_one_right_runs_that_rule_alone(run: Run, tmp_path: Path) -> None:
    file = situation(tmp_path, "right: chavez\nsituation: {child_dutch: false}\n")
    code, out = run("assess", file, "--json")
    assert (code, [finding["right"] for finding in json.loads(out)]) == (0, ["chavez"])


def test_assess_without_json_shows_the_same_for_people(run: Run, tmp_path: Path) -> None:
    file = situation(tmp_path, "right: chavez\nchild_dutch: unsure\n")
    day = ("--today", "2026-11-22")
    (finding,) = json.loads(run("assess", file, "--json", *day)[1])
    code, out = run("assess", file, *day)
    assert code == 0
    assert all(part in out for part in (finding["right"], finding["outcome"], finding["receipt"], *finding["grounds"]))


def test_the_day_is_an_argument_or_a_setting_and_the_receipt_is_the_same_for_the_same_day(
    run: Run, tmp_path: Path
) -> None:
    file = situation(tmp_path, "right: objection_deadline\nletter_date: 2026-11-01\n")
    by_argument = json.loads(run("assess", file, "--json", "--today", "2026-11-22")[1])
    by_setting = json.loads(run("assess", file, "--json", TODAY="2026-11-22")[1])
    another_day = json.loads(run("assess", file, "--json", "--today", "2026-11-23")[1])
    assert by_argument == by_setting
    assert another_day[0]["receipt"] != by_argument[0]["receipt"]


def test_assess_tells_every_wrong_answer_at_once(run: Run, tmp_path: Path) -> None:
    answer = run("assess", situation(tmp_path, "child_age: -3\nno_such: 1\ncare: soms\nletter_date: morgen\n"))
    assert told_in_one_sentence(answer)
    assert all(name in answer[1] for name in ("child_age", "no_such", "care", "letter_date"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- child_dutch: true\n",
        "just words\n",
        "child_dutch: [\n",
        "child_dutch: 'oops\n",
        "right: no_such_right\n",
        "right: [chavez]\n",
        "right: {a: b}\n",
        "situation: 7\n",
        "situation: [child_dutch]\n",
        "situation:\n",
        "1: true\n",
        "letter_date: 2026-13-45\n",
        "? [a, b]\n: true\n",
        b"\xff\xfe\x00",
        "child_dutch: !!python/object:os.system {}\n",
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(run: Run, tmp_path: Path, text: str | bytes) -> None:
    assert told_in_one_sentence(run("assess", situation(tmp_path, text)))


def test_a_file_that_is_not_there_is_told_in_one_sentence(run: Run, tmp_path: Path) -> None:
    assert told_in_one_sentence(run("assess", str(tmp_path / "nothing.yml")))
    assert told_in_one_sentence(run("assess", str(tmp_path)))


@pytest.mark.parametrize(
    "arguments", [[], ["nothing"], ["assess"], ["assess", "x.yml", "--today", "soon"], ["check", "x"]]
)
def test_a_wrong_call_shows_how_to_call_and_ends_with_two(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2


# --- check, languages, cases


@pytest.mark.slow
def test_check_finds_nothing_wrong_with_our_own_content(run: Run) -> None:
    assert run("check", "--today", "2026-11-22")[0] == 0


@pytest.mark.slow
def test_check_on_a_later_day_names_every_fact_that_should_have_been_reviewed(run: Run) -> None:
    code, out = run("check", "--today", "2036-01-01")
    assert code == 1
    assert "shelter.national_access" in out
    assert out.count("\n") > 100


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A copy of data/ with a broken rights file and a broken message."""
    data = Path(shutil.copytree(ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns(*NLU, "crisis")))
    (data / "crisis").mkdir()
    with (data / "messages" / "web.yml").open("a", encoding="utf-8") as file:
        file.write("test.x: {tekst: a}\n")
    (data / "crisis" / "nl.yml").write_text("- no\n", encoding="utf-8")
    (data / "rights" / "safety.yml").write_text("", encoding="utf-8")
    return data


@pytest.mark.parametrize("command", ["check", "languages"])
def test_broken_content_is_told_line_by_line_and_ends_with_one(run: Run, broken: Path, command: str) -> None:
    code, out = run(command, DATA=str(broken))
    assert code == 1
    assert f"{broken / 'rights' / 'safety.yml'}:1:" in out
    assert str(broken / "messages" / "web.yml") in out
    assert (str(broken / "crisis" / "nl.yml") in out) == (command == "check")


def test_serve_with_broken_words_of_danger_tells_what_is_broken_and_does_not_start(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def started(*_: Any) -> None:
        raise AssertionError("it went on to the database")

    monkeypatch.setattr(app, "load_crisis", crisis.load)  # really read, although other tests read it once for all
    monkeypatch.setattr(app, "upgrade", started)
    data = Path(shutil.copytree(ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns(*NLU, "crisis")))
    (data / "crisis").mkdir()
    (data / "crisis" / "nl.yml").write_text("- no\n", encoding="utf-8")
    code, out = run("serve", DATA=str(data), GATEWAY_PORT=str(free_port()))
    assert code == 1
    assert str(data / "crisis" / "nl.yml") in out


def test_assess_with_broken_content_tells_what_is_broken(run: Run, broken: Path, tmp_path: Path) -> None:
    code, out = run("assess", situation(tmp_path, "child_dutch: true\n"), DATA=str(broken))
    assert code == 1
    assert f"{broken / 'rights' / 'safety.yml'}:1:" in out


@pytest.mark.slow
def test_check_names_all_that_is_dead_missing_or_too_long(run: Run, tmp_path: Path) -> None:
    data = Path(shutil.copytree(ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns(*NLU, "crisis")))
    (data / "crisis").symlink_to(ROOT / "data" / "crisis")
    with (data / "messages" / "web.yml").open("a", encoding="utf-8") as file:
        file.write("web.nobody_says_this: {text: a}\n")
        file.write("answer.nobody_says_this: {text: a}\n")
        file.write("answer.x: {text: a, choices: [no.choice], grounds: [no.fact]}\n")
        file.write("choice.yes_please: {text: een veel te lange knop}\n")
    organisation = "{name: A, source: awb, certainty: law, checked: '2026'}\n"
    (data / "organisations" / "test.yml").write_text(organisation, encoding="utf-8")
    code, out = run("check", "--today", "2026-11-22", DATA=str(data))
    assert code == 1
    for named in ("web.nobody_says_this", "answer.nobody_says_this", "no.choice", "no.fact", "contact.test"):
        assert f"'{named}'" in out
    assert "'choice.yes_please' is " in out


@pytest.mark.slow
def test_check_names_a_translation_with_other_holes_and_a_button_that_is_too_long(run: Run, tmp_path: Path) -> None:
    locales = Path(shutil.copytree(ROOT / "locales", tmp_path / "locales"))
    path = locales / "en" / "LC_MESSAGES" / "messages.po"
    text = path.read_text(encoding="utf-8")
    for key in ("choice.yes", "web.read_on"):
        begin = text.index("msgstr", text.index(f'msgctxt "{key}"'))
        end = text.index("\n\n", begin)
        text = text[:begin] + 'msgstr "far too long for a button of any channel"' + text[end:]
    path.write_text(text, encoding="utf-8")
    code, out = run("check", "--today", "2026-11-22", LOCALES=str(locales))
    assert code == 1
    assert "'choice.yes'" in out
    assert "'web.read_on'" in out


def test_languages_shows_a_line_per_language_with_its_state(run: Run) -> None:
    code, out = run("languages")
    lines = {line.split()[0]: line for line in out.splitlines()}
    assert code == 0
    assert set(LANGUAGES) <= set(lines)
    assert all(state in lines[code] for code, state in (("nl", "live"), ("ar", "draft")))


def test_cases_of_an_empty_house_is_an_empty_list(run: Run) -> None:
    assert run("cases")[0] == 0
    assert run("cases", "--json") == (0, "[]\n")


def test_cases_shows_what_waits_the_most_urgent_first(run: Run, sqlite_url: str) -> None:
    upgrade(sqlite_url)
    engine = make_engine(sqlite_url)
    with engine.begin() as connection:
        codes = []
        for number, urgency in enumerate((1, 3)):
            conversation = conversations.create(connection, "webchat", str(number), "nl", chosen=True, entry={})
            case = cases.create(
                connection, conversation, "queued", "nl", urgency=urgency, reason="asked", topic="school"
            )
            codes.append(case.code)
    engine.dispose()
    code, out = run("cases", DATABASE_URL=sqlite_url)
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == codes[::-1]
    listed = json.loads(run("cases", "--json")[1])
    assert [(case["code"], case["urgency"]) for case in listed] == [(codes[1], 3), (codes[0], 1)]


# --- without a bot, without a gateway, with wrong settings


def test_understand_without_a_bot_says_so_in_one_sentence_and_writes_only_in_the_run_folder(
    run: Run, tmp_path: Path
) -> None:
    assert told_in_one_sentence(run("understand", "hallo", RASA_URL=f"http://127.0.0.1:{free_port()}"))
    assert (tmp_path / "run" / "rasa.token").exists()


def test_chat_without_a_gateway_says_so_in_one_sentence(run: Run) -> None:
    code, out = run("chat", GATEWAY_PORT=str(free_port()))
    assert (code, out.count("\n")) == (1, 1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GATEWAY_PORT", "web"),
        ("GATEWAY_PORT", "0"),
        ("GATEWAY_PORT", "70000"),
        ("GATEWAY_PORT", "²"),
        ("RASA_PORT", "-1"),
        ("RASA_TIMEOUT", "soon"),
        ("RASA_TIMEOUT", "nan"),
        ("RASA_TIMEOUT", "0"),
        ("DATABASE_URL", "mysql://here"),
        ("DATA", "/no/such/folder"),
        ("LOCALES", "/no/such/folder"),
        ("TODAY", "tomorrow"),
        ("RUN", "/dev/null"),
        ("RUN", "/dev/null/deeper"),
        ("RUN", "/proc/nothing"),
    ],
)
def test_a_setting_that_cannot_be_is_named_in_one_sentence(run: Run, name: str, value: str) -> None:
    answer = run("cases", **{name: value})
    assert told_in_one_sentence(answer)
    assert f"THUISWIJZER_{name}" in answer[1]


def test_run_without_an_engine_or_a_model_says_what_to_make(run: Run, tmp_path: Path) -> None:
    engine = tmp_path / "python"
    assert told_in_one_sentence(run("run", ENGINE=str(engine)))
    engine.touch()
    (tmp_path / "models").mkdir()
    assert told_in_one_sentence(run("run", ENGINE=str(engine), MODELS=str(tmp_path / "models")))


@pytest.mark.parametrize("name", ["GATEWAY", "ACTIONS", "RASA"])
def test_run_with_a_port_that_is_taken_names_the_setting_and_starts_nothing(
    run: Run, tmp_path: Path, name: str
) -> None:
    engine, model = tmp_path / "python", tmp_path / "models" / "thuiswijzer-1.tar.gz"
    model.parent.mkdir()
    engine.touch()
    model.touch()
    env = {f"{one}_PORT": str(free_port()) for one in ("GATEWAY", "ACTIONS", "RASA")}
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        env[f"{name}_PORT"] = str(taken.getsockname()[1])
        answer = run("run", ENGINE=str(engine), MODELS=str(model.parent), **env)
    assert told_in_one_sentence(answer)
    assert f"THUISWIJZER_{name}_PORT" in answer[1]


def test_the_key_between_our_processes_is_made_once_and_only_we_can_read_it(run: Run, tmp_path: Path) -> None:
    def key() -> dict[str, Any]:
        run("understand", "hallo", RASA_URL=f"http://127.0.0.1:{free_port()}")
        path = tmp_path / "run" / "rasa.token"
        return {"key": path.read_text(encoding="utf-8"), "mode": path.stat().st_mode & 0o777}

    first = key()
    assert first["mode"] == 0o600
    assert len(first["key"]) >= 32
    assert key() == first
