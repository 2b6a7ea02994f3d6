"""One way to clean and fold text, shared by every component.

In: whatever a person typed. Out: `clean` keeps the words as a reader would see them,
`fold` makes two spellings of the same words equal, `words` splits folded text.
"""

import re
import unicodedata
from typing import List, Tuple

MAX_CHARACTERS = 600

_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"(?:[^\W_]|[\u064b-\u065f\u0670])+(?:['’][^\W_]+)*")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'"})
# Letters that decompose into no base letter, and Arabic letters people use for one another.
_SAME_LETTER = str.maketrans(
    {
        "ø": "o", "đ": "d", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i",
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ئ": "ي",
        "ؤ": "و", "ة": "ه", "ک": "ك", "ـ": None, "ء": None,
    }
)  # fmt: skip
# Ge'ez letters that sound alike in Tigrinya: ሠ ሰ, ፀ ጸ, ኀ ሓ; ኣ ዓ ሓ ሃ with and without their vowel.
_GEEZ_ROWS = ((0x1220, 0x1230), (0x1340, 0x1338), (0x1280, 0x1210))
_SAME_LETTER.update({a + i: b + i for a, b in _GEEZ_ROWS for i in range(1, 8)})
_SAME_LETTER.update(
    {0x1220: 0x1230, 0x1340: 0x1338, 0x1280: 0x1213}
    | {first: first + 3 for first in (0x12A0, 0x12D0, 0x1210, 0x1200)}
)
_GEEZ = (0x1200, 0x135A)  # eight forms of each letter, one after the other
_MARK_CATEGORIES = {"Mn", "Me"}
_UNREADABLE_CATEGORIES = {"Cc", "Cs", "Cf", "Co", "Cn"}


def clean(text: str) -> str:
    """The same words, readable: NFKC, no control characters, no lone surrogates, one space."""
    if not isinstance(text, str):
        return ""
    text = text[: MAX_CHARACTERS * 4].replace("\u200d", "").replace("\u200c", "")
    text = "".join(
        " " if unicodedata.category(letter) in _UNREADABLE_CATEGORIES else letter for letter in text
    )
    text = unicodedata.normalize("NFKC", text)
    return _SPACE.sub(" ", text).strip()[:MAX_CHARACTERS]


def without_marks(text: str) -> str:
    """The text without accents and without Arabic vowel signs."""
    decomposed = unicodedata.normalize("NFD", text)
    bare = "".join(c for c in decomposed if unicodedata.category(c) not in _MARK_CATEGORIES)
    return unicodedata.normalize("NFC", bare)


def western_digits(text: str) -> str:
    """Arabic and Persian digits become 0-9; everything else stays."""
    return "".join(
        str(unicodedata.decimal(c)) if not c.isascii() and c.isdecimal() else c for c in text
    )


def consonants(word: str) -> str:
    """A word in Ge'ez script with the vowel of every letter taken off; any other word as it is."""
    return "".join(
        chr(ord(c) - (ord(c) - _GEEZ[0]) % 8) if _GEEZ[0] <= ord(c) <= _GEEZ[1] else c for c in word
    )


def fold(text: str) -> str:
    """Cleaned text, made comparable: small letters, no accents, one Arabic spelling, 0-9."""
    text = clean(text).translate(_APOSTROPHES).replace("İ", "i").casefold()
    # Precomposed Arabic letters must be mapped before their marks are taken off.
    text = without_marks(text.translate(_SAME_LETTER)).translate(_SAME_LETTER)
    return western_digits(text)


def words(text: str) -> List[str]:
    """The words of a text that is folded already, without punctuation."""
    return _WORD.findall(text)


def word_spans(text: str) -> List[Tuple[int, int, str]]:
    """(start, end, folded word) for each word; positions are those in the cleaned text."""
    text = clean(text).translate(_APOSTROPHES)
    return [(m.start(), m.end(), fold(m[0])) for m in _WORD.finditer(text)]


def bare_message(text: str) -> str:
    """The whole message as a comparable key: folded words with single spaces."""
    return " ".join(words(fold(text)))
