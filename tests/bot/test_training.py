"""The model is made once per content, and every file it is made of counts."""

import importlib.util
import os
from pathlib import Path

import pytest

from channels.programs import newest_model

SPEC = importlib.util.spec_from_file_location("train", Path(__file__).parents[2] / "bot/train.py")
train = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(train)


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A small copy of the house with one file of each kind."""
    for file in ("config.yml", "domain/a.yml", "dialogue/a.yml", "components/a.py", "../data/nlu/nl/a.yml"):
        path = (tmp_path / "bot" / file).resolve()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file)
    monkeypatch.setattr(train, "ROOT", tmp_path)
    monkeypatch.setattr(train, "rank_facts", lambda _out: None)  # the vectors need the engine
    return tmp_path


def test_the_same_content_has_the_same_name(house):
    before = train.content_hash()
    (house / "README.md").write_text("not an ingredient")
    (house / "bot/components/a.pyc").write_text("not an ingredient")
    assert train.content_hash() == before


@pytest.mark.parametrize(
    "file", ["bot/config.yml", "bot/components/a.py", "data/nlu/nl/a.yml", "data/nlu/words/nl.yml"]
)
def test_another_content_has_another_name(house, file):
    before = train.content_hash()
    (house / file).parent.mkdir(exist_ok=True)
    (house / file).write_text("changed")
    assert train.content_hash() != before


@pytest.mark.usefixtures("house")
def test_a_model_that_exists_is_not_trained_again(monkeypatch, capsys, tmp_path):
    model = tmp_path / "models" / f"thuiswijzer-{train.content_hash()}.tar.gz"
    model.parent.mkdir()
    model.touch()
    monkeypatch.setattr("sys.argv", ["train.py", "--out", str(model.parent)])
    monkeypatch.setattr(train, "train", lambda *_: pytest.fail("trained"))
    assert train.main() == 0
    assert capsys.readouterr().out.strip() == str(model)


@pytest.mark.usefixtures("house")
def test_going_back_to_older_content_makes_its_model_the_newest(monkeypatch, tmp_path):
    model = tmp_path / "models" / f"thuiswijzer-{train.content_hash()}.tar.gz"
    later = model.with_name("thuiswijzer-later.tar.gz")
    model.parent.mkdir()
    for file, made in ((model, 1), (later, 2)):
        file.touch()
        os.utime(file, (made, made))
    monkeypatch.setattr("sys.argv", ["train.py", "--out", str(model.parent)])
    assert train.main() == 0
    assert newest_model(model.parent) == model


@pytest.mark.usefixtures("house")
def test_a_failed_training_keeps_the_old_model_and_says_one_sentence(monkeypatch, capfd, tmp_path):
    old = tmp_path / "models" / "thuiswijzer-old.tar.gz"
    old.parent.mkdir()
    old.touch()

    def fails(*_):
        raise ValueError("the words are wrong")

    monkeypatch.setattr("sys.argv", ["train.py", "--out", str(old.parent)])
    monkeypatch.setattr(train, "train", fails)
    assert train.main() == 1
    assert list(old.parent.iterdir()) == [old]
    assert capfd.readouterr().err.splitlines()[-1] == "Training failed, the old model stays: the words are wrong"
