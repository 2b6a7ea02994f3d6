"""Write channels/webchat/static/loader.js: loader.in.js without remarks, with the words of every language in it.

Websites hold the file to its hash. While it was never handed out, it may change; afterwards a change is a new version
(see DECISIONS): the old file stays, at its address, as it is.
"""

from __future__ import annotations

import json
import re
import string

from actions.content import load_content
from channels.settings import ROOT
from channels.words import Words, load_words

STATIC = ROOT / "channels" / "webchat" / "static"
KEYS = ("web.chat_open", "web.chat_close", "web.chat_elsewhere")


_NAMES = re.compile(r"\bvar (\w+(?:, \w+)*)|\bfunction (\w*)\((\w+(?:, \w+)*)?\)")
# strings and patterns stay as they are; spaces around signs go
_SPACES = re.compile(r'("[^"]*"|/(?:;|\^https:)/g?)|\s*([-{}()\[\]=+,;:?<>&|!%])\s*|\s+')


def made(words: Words) -> str:
    """The loader. A language that is not whole yet is left out: its people see the Dutch."""
    said = {}
    for code in words.offered():
        texts = [words.text(key, code) for key in KEYS]
        if all(current for _, current in texts):
            said[code] = [text for text, _ in texts] + (["rtl"] if words.languages[code].dir == "rtl" else [])
    exits = re.findall(r'data-exit="([^"]+)"', (STATIC / "index.html").read_text("utf-8"))
    lines = (STATIC / "loader.in.js").read_text("utf-8").splitlines()
    code = "\n".join(re.sub(r"\s// .*$", "", line) for line in lines if not line.lstrip().startswith("//"))
    code = _SPACES.sub(lambda found: found[1] or found[2] or " ", _renamed(code)).replace(";}", "}").strip()
    code = code.replace("WORDS", json.dumps(said, ensure_ascii=False, separators=(",", ":")), 1)
    return code.replace("AWAY", json.dumps(exits[0]), 1) + "\n"


def _renamed(code: str) -> str:
    """Our own names, shorter; none of them is also the name of a property."""
    own = dict.fromkeys(name for found in _NAMES.findall(code) for part in found for name in part.split(", ") if name)
    short = dict(zip(own, [*string.ascii_letters, *(f"${letter}" for letter in string.ascii_letters)], strict=False))
    return re.sub(r'"[^"]*"|(?<![\w.])[a-z]\w*', lambda found: short.get(found[0], found[0]), code)


if __name__ == "__main__":
    (STATIC / "loader.js").write_text(made(load_words(load_content(ROOT / "data"), ROOT / "locales")), "utf-8")
