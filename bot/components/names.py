"""Finds names of countries, Dutch towns and papers, in any spelling of the lists.

In: a message. Out: the same message with entities `country`, `town`, `paper`; the value is
the code of the list (NL, GM0363, passport). spaCy is used as a library with no model: blank
words and a rule for each name. The lists live in data/nlu/lookup and are copied into the model.
"""

import hashlib
import re
import unicodedata
from pathlib import Path
from typing import Any, Dict, List, Optional, Set, Text, Tuple

import rasa.shared.utils.io
import spacy
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.tokens import Doc

from bot.components.text import clean, fold, word_spans

LISTS = {"country": "countries.yml", "town": "towns.yml", "paper": "papers.yml"}
# Shorter names (NL, ID, BES) are also pieces of ordinary words: only in capitals, or alone.
SHORTEST_FREE_NAME = 4
# Names that are everyday words as well: only alone, or with a capital inside a sentence.
EVERYDAY = frozenset(
    "best houten huizen soest oss ede goes epe urk buren haren beek leek mill borne laren kampen "
    "asten heerde leiden bergen hoorn weert putten wijk rucphen dongen veere duiven kapelle sluis "
    "hulst stein reunion".split()
)
# The same, in messages of one language, and in those of which the language is not known.
EVERYDAY_IN = {
    "es": frozenset("gana franca".split()),
    "fr": frozenset(["dort"]),
    "pt": frozenset("gana ira irao reuniao camaroes fas".split()),
    "so": frozenset(["hadana", "ee uu", "maali"]),
    "tr": frozenset("dort mali misir gine yaman fas".split()),
}
# What a language writes onto a name. Before it, longest first: Arabic and Tigrinya `in`, `to`,
# `from`, `and`, `the`.
_BEFORE = {
    "ARABIC": "وبال ولل عال بال وال فال كال لل ال وب ول ب ل و ف ع".split(),
    "ETHIOPIC": "ካብ ኣብ ናብ ናይ ከም ን ብ ዝ".split(),
}
_ELISION = re.compile(r"^(?:l|d|qu)'(?=\w{3})")
# Behind it: Turkish cases and Somali articles, folded. After an apostrophe all of them:
# `Hollanda'ya`, `Den Haag'dan`, `Fas'a`.
_PLACE = r"[dt][ae](?:n|ki|y[iu][mz]|yd[iu][mk]?|yken|siniz)?"
_ARTICLE = r"[kgth][au]|d[au]"
_AFTER_APOSTROPHE = re.compile(rf"(\w+)'(?:{_PLACE}|n?[iu]n|[yn]?[aeiu]|l[ae]|{_ARTICLE})")
# Without one only those that hardly end a word of another language, behind a name of some length:
# `turkiyede`, `amsterdama`, `belgesini`.
_GLUED_ENDING = re.compile(
    rf"(?:(?<=\w{{6}})|(?<=\w{{4}}[^\Wn])|(?<=haag))(?:{_PLACE}|y[ae]|nin|{_ARTICLE})$"
    r"|(?<=\w{6}[^aeiou\W])[ae]$"
    r"|(?<=\w{4}s[iu])n(?:[ieua]|d[ae]n?|[iu]n)$"
)
_ETHIOPIC_AND = "ን"

Entries = List[Dict[str, Any]]


def stem(word: str) -> str:
    """A folded word without the Arabic article or a French `l'` and `d'`."""
    if word.startswith("ال") and len(word) > 4:
        return word[2:]
    return _ELISION.sub("", word)


def without_clitic(word: str, known: Set[str], last: Set[str]) -> str:
    """The word without what was written onto it, when the rest is a word of a name.

    `last`: the words that may take an ending without an apostrophe.
    """
    if stem(word) in known:
        return stem(word)
    script = unicodedata.name(word[0], "").split(" ")[0]
    rests = [word]
    if script == "ETHIOPIC" and word.endswith(_ETHIOPIC_AND):
        rests.append(word[: -len(_ETHIOPIC_AND)])
    rests += [r[len(c) :] for c in _BEFORE.get(script, ()) for r in rests if r.startswith(c)]
    for rest in rests:
        if len(rest) > 1 and stem(rest) in known:
            return stem(rest)
    return without_ending(word, known, last) if script == "LATIN" else word


def without_ending(word: str, known: Set[str], last: Set[str]) -> str:
    """The word without a Turkish case or a Somali article behind it, when the rest is a name."""
    apart = _AFTER_APOSTROPHE.fullmatch(word)
    if apart:
        return apart[1] if apart[1] in known else word
    for ending in _GLUED_ENDING.finditer(word):
        if word[: ending.start()] in last:
            return word[: ending.start()]
    return word


def read_lists(folder: Path) -> Dict[str, Entries]:
    """Label -> [{code, names}]; a list that is not there yet is empty."""
    return {
        label: rasa.shared.utils.io.read_yaml_file(folder / file)
        if (folder / file).exists()
        else []
        for label, file in LISTS.items()
    }


class NameFinder:
    """All names as spaCy rules over folded words."""

    def __init__(self, lists: Dict[str, Entries]) -> None:
        self._nlp = spacy.blank("xx")
        self._codes: Dict[Tuple[str, str], str] = {}
        patterns, self._known, self._last = [], set(), set()
        for label, entries in lists.items():
            for entry in entries:
                for name in entry["names"]:
                    words = [stem(word) for _, _, word in word_spans(name)]
                    self._known.update(words)
                    self._last.update(words[-1:])
                    self._codes.setdefault((label, " ".join(words)), entry["code"])
                    patterns.append({"label": label, "pattern": [{"ORTH": word} for word in words]})
        ruler = self._nlp.add_pipe("entity_ruler")
        ruler.add_patterns([p for p in patterns if p["pattern"]])
        self._last -= EVERYDAY.union(*EVERYDAY_IN.values())

    def find(self, text: str, language: Optional[str] = None) -> List[Dict[str, Any]]:
        """Entities of a message, in order; positions are those in the cleaned text."""
        text = clean(text)
        spans = word_spans(text)
        if not spans:
            return []
        words = [without_clitic(word, self._known, self._last) for _, _, word in spans]
        found = []
        for span in self._nlp.get_pipe("entity_ruler")(Doc(self._nlp.vocab, words=words)).ents:
            start, end = spans[span.start][0], spans[span.end - 1][1]
            alone = len(span) == len(words)
            if alone or self._certain(text, start, end, language):
                value = self._codes[(span.label_, " ".join(words[span.start : span.end]))]
                found.append({"entity": span.label_, "value": value, "start": start, "end": end})
        return found

    @staticmethod
    def _certain(text: str, start: int, end: int, language: Optional[str]) -> bool:
        """Whether the name cannot be an everyday word at this place in the sentence."""
        name = text[start:end]
        here = (
            EVERYDAY_IN.values() if language is None else [EVERYDAY_IN.get(language, frozenset())]
        )
        if fold(name) in EVERYDAY.union(*here):
            return name[0].isupper() and start > 0
        return name.isupper() if len(name) < SHORTEST_FREE_NAME and name.isascii() else True


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class Names(EntityExtractorMixin, GraphComponent):
    """The extractor around NameFinder."""

    def __init__(self, config: Dict[Text, Any], finder: Optional[NameFinder] = None) -> None:
        self._config, self._finder = config, finder

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {"folder": "data/nlu/lookup"}

    @classmethod
    def fingerprint_addon(cls, config: Dict[Text, Any]) -> Optional[str]:
        files = sorted(Path(config["folder"]).glob("*.yml"))
        return hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "Names":
        component = cls(config)
        component._storage, component._resource = model_storage, resource
        return component

    def train(self, training_data: TrainingData) -> Resource:
        lists = read_lists(Path(self._config["folder"]))
        with self._storage.write_to(self._resource) as folder:
            rasa.shared.utils.io.dump_obj_as_json_to_file(folder / "names.json", lists)
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "Names":
        with model_storage.read_from(resource) as folder:
            return cls(
                config, NameFinder(rasa.shared.utils.io.read_json_file(folder / "names.json"))
            )

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            language = (message.get("metadata") or {}).get("language")
            found = self.add_extractor_name(self._finder.find(message.get(TEXT) or "", language))
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages
