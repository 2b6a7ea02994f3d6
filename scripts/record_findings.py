"""Records what every case of tests/rules concludes in full. Read the difference: it is what changes for families."""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.rules.cases import CASES, HERE, RULES, conclude, in_full


def main() -> int:
    """Write tests/rules/recorded/<right>.yml; the exit code is 0."""
    (HERE / "recorded").mkdir(exist_ok=True)
    for right in RULES:
        found = {
            case["name"]: in_full(conclude(right, case))
            for of, case in CASES
            if of == right and not case["expect"].get("law_unknown")
        }
        text = yaml.safe_dump(found, allow_unicode=True, sort_keys=False, width=160)
        (HERE / "recorded" / f"{right}.yml").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
