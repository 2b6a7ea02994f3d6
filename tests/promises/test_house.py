"""What holds for the house as a whole: closed doors, parts that fit together, and a README that names every handle."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from channels import cli
from channels.settings import ROOT

# Everything that anybody may ask without a token. Whoever adds a route adds a token or a line here.
PUBLIC = {
    ("GET", "/"),
    ("GET", "/static/{name}"),
    ("GET", "/webchat/v1/words"),
    # a website that carries the chat, and what its makers read
    ("GET", "/widget/1/loader.js"),
    *(("GET", f"/w/{{site}}{rest}") for rest in ("", "/theme.css", "/logo")),
    *(("GET", f"/for/gemeenten{rest}") for rest in ("", "/{name}")),
    ("POST", "/webchat/v1/sessions"),
    # a link from WhatsApp or a code from another device, which is worth something once
    ("GET", "/v/{token}"),
    ("POST", "/webchat/v1/doors"),
    # a plan: whoever has the link, which is the token; anything else says kindly that it opens nothing
    *(("GET", f"/plan/{path}") for path in ("{token}", "{token}.pdf", "{token}.ics", "{rest}")),
    *(("GET", f"/plan/{{token}}/{name}") for name in ("ticks", "end", "host", "child")),
    *(("POST", f"/plan/{{token}}/{name}") for name in ("tick", "end")),
    # what a post prints: a page that holds nothing but words
    *(("GET", path) for path in ("/e/{post}", "/d/{code}")),
    ("GET", "/livez"),
    ("GET", "/readyz"),
    # the page of the desk, which holds nothing, and the ways in
    *(
        ("GET", f"/desk{path}")
        for path in (
            "",
            "/",
            "/login",
            "/join",
            "/counter",
            "/workers",
            "/audit",
            "/me",
            "/c/{code}",
            "/static/{name}",
            "/api/join",
        )
    ),
    *(("POST", f"/desk/api/{name}") for name in ("login", "join")),
    *(("GET", f"/desk/oidc/{{org}}/{step}") for step in ("start", "callback")),
}
LOCKS = ("app.txt", "dev.txt", "engine.txt")
SETTING = re.compile(r"\bTHUISWIJZER_[A-Z]+(?:_[A-Z]+)*\b")


# --- doors


def routes(house: Any) -> set[tuple[str, str]]:
    app = house.client.server.app
    found = {(route.method, route.resource.canonical) for route in app.router.routes() if route.resource}
    return {(method, path) for method, path in found if method != "HEAD"}


async def test_every_route_wants_a_token_or_stands_on_the_list_of_public_ones(house: Any) -> None:
    await house.open()
    for method, path in sorted(routes(house) - PUBLIC):
        for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic Og=="}):
            response = await house.client.request(method, re.sub(r"\{\w+\}", "1", path), headers=headers, json={})
            assert response.status == 401, f"{method} {path}"
            assert (await response.json())["message"]


async def test_the_list_of_public_routes_names_only_routes_that_exist(house: Any) -> None:
    assert routes(house) >= PUBLIC
    assert routes(house) - PUBLIC


async def test_a_token_in_the_address_opens_nothing(house: Any) -> None:
    token = await house.open()
    for name in ("token", "access_token", "authorization"):
        assert (await house.client.get(f"/webchat/v1/messages?{name}={token}")).status == 401


@pytest.mark.parametrize(
    "path",
    [
        "/static/../api.py",
        "/static/..%2fapi.py",
        "/static/%2e%2e/api.py",
        "/static//etc/passwd",
        "/static/",
        "/nothing",
    ],
)
async def test_nothing_beside_the_page_can_be_fetched(house: Any, path: str) -> None:
    import yarl

    response = await house.client.get(yarl.URL(path, encoded=True))
    assert response.status in (403, 404)


# --- containers


def stages() -> dict[str, dict[str, list[str]]]:
    """Dockerfile: stage → instruction → arguments; a stage has what its base stage has."""
    found: dict[str, dict[str, list[str]]] = {}
    stage = ""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        word, _, rest = line.strip().partition(" ")
        if word == "FROM":
            base, _, stage = rest.partition(" AS ")
            found[stage] = {key: list(values) for key, values in found.get(base, {}).items()}
            found[stage].setdefault("FROM", []).append(base)
        elif word and not word.startswith("#"):
            found[stage].setdefault(word, []).append(rest)
    return found


def services() -> dict[str, Any]:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return dict(compose["services"])


def test_every_container_that_we_build_has_its_target_in_the_dockerfile() -> None:
    targets = {service["build"]["target"] for service in services().values() if "build" in service}
    assert targets == {"gateway", "actions", "bot"}
    assert targets <= set(stages())


def test_everything_that_is_copied_into_a_container_exists_and_is_in_git() -> None:
    kept = set(tracked())
    for stage, told in stages().items():
        for copied in told.get("COPY", ()):
            *sources, _ = [part for part in shlex.split(copied) if not part.startswith("--")]
            for source in sources:
                assert any(path == source or path.startswith(f"{source}/") for path in kept), f"{stage}: {source}"


@pytest.mark.slow
def test_a_container_has_every_part_of_the_house_that_its_program_imports() -> None:
    needs = {
        "gateway": {"channels", "actions", "data", "locales"},
        "actions": {"actions", "data"},
        "bot": {"bot", "data"},
    }
    for stage, parts in needs.items():
        assert parts <= {copied.split()[0] for copied in stages()[stage]["COPY"]}, stage
        for part in parts & {"channels", "actions"}:
            assert imported_by(part) <= parts, part


def imported_by(part: str) -> set[str]:
    found = set()
    for path in (ROOT / part).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found |= {name.split(".")[0] for name in names}
    return found & {"actions", "channels", "bot", "tests", "bench"}


def test_only_the_gateway_has_a_port_and_only_on_this_machine() -> None:
    open_to = {name: service["ports"] for name, service in services().items() if service.get("ports")}
    assert list(open_to) == ["gateway"]
    assert all(port.startswith("127.0.0.1:") for port in open_to["gateway"])
    assert [name for name, service in services().items() if "outside" in service.get("networks", ())] == ["gateway"]


def test_no_container_of_ours_runs_as_root_and_every_image_installs_with_hashes() -> None:
    for name in ("gateway", "actions", "bot"):
        told = stages()[name]
        assert told["USER"] == ["thuiswijzer"]
        installs = [run for run in told["RUN"] if "pip install" in run]
        assert installs
        assert all("--require-hashes" in run for run in installs)


def test_the_containers_call_each_other_by_the_ports_on_which_they_listen() -> None:
    exposed = {name: told["EXPOSE"][0] for name, told in stages().items() if "EXPOSE" in told}
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    for name in ("bot", "actions"):
        assert set(re.findall(rf"http://{name}:(\d+)", text)) == {exposed[name]}
    assert services()["gateway"]["ports"][0].endswith(f":{exposed['gateway']}")
    for name in ("bot", "actions"):
        assert exposed[name] in stages()[name]["CMD"][0]


def test_what_a_container_is_told_is_something_that_it_reads() -> None:
    for name, service in services().items():
        told = set(service.get("environment", ()))
        if name == "bot":
            read = (ROOT / "bot" / "endpoints.yml").read_text(encoding="utf-8") + stages()["bot"]["CMD"][0]
            assert all(f"${variable}" in read or f"${{{variable}}}" in read for variable in told)
        elif name != "db":
            assert told <= settings_in_code()


# --- dependencies


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_has_exact_versions_with_hashes_and_no_address_or_path(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    assert "://" not in text
    wanted = [line for line in re.sub(r"\\\n", " ", text).splitlines() if line.strip() and not line.startswith("#")]
    assert wanted
    for line in wanted:
        assert re.match(r"[A-Za-z0-9._\[\],-]+==[\w.!+-]+ ", line), line[:80]
        assert re.search(r" --hash=sha256:[0-9a-f]{64}", line), line[:80]
        assert not re.search(r"(^|\s)(-e|-f|-i|--\w*index\S*|--find-links|file:|@)(\s|=|$)|(^|\s)[./~]\S*/", line), (
            line[:80]
        )


@pytest.mark.parametrize("name", ["app", "dev", "engine"])
def test_everything_we_ask_for_by_name_is_locked(name: str) -> None:
    folder = ROOT / "requirements"

    def asked(path: Path) -> set[str]:
        lines = [line.partition("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines()]
        found = {re.split(r"[\[<>=!~; ]", line)[0] for line in lines if line and not line.startswith("-")}
        return found.union(*(asked(folder / line.split()[1]) for line in lines if line.startswith("-r")))

    locked = {
        line.split("==")[0].partition("[")[0]
        for line in (folder / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        if "==" in line
    }
    plain = {re.sub(r"[-_.]+", "-", one).lower() for one in locked}
    assert {re.sub(r"[-_.]+", "-", one).lower() for one in asked(folder / f"{name}.in")} <= plain


# --- files


def tracked() -> list[str]:
    """Every file that is in git or would be with the next commit; in a copy without git, every file of ours."""
    told = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if told.returncode == 0 and told.stdout:
        return [path for path in told.stdout.splitlines() if (ROOT / path).is_file()]
    here = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    return [path.as_posix() for path in here if not path.parts[0].startswith(".")]


@pytest.mark.slow
def test_no_file_knows_the_machine_on_which_it_was_made() -> None:
    home = "/" + "root/"
    index = r"(https?|file)://\S*/simple\b|\b(index-url|find-links)\s*[=:]\s*\S"
    marks = re.compile(rf"{home}|{index}")
    found = [path for path in tracked() if marks.search((ROOT / path).read_text(encoding="utf-8", errors="ignore"))]
    assert found == []


def test_nothing_that_is_made_or_secret_is_in_git() -> None:
    made = re.compile(
        r"(^|/)(\.venv|\.models|\.run|__pycache__|\.env)(/|$)|\.(pyc|db|sqlite3?|mo|pem|key|tar\.gz)$|token$"
    )
    assert [path for path in tracked() if made.search(path)] == []


# --- the README


@pytest.fixture(scope="module")
def readme() -> str:
    """The README as one text."""
    return (ROOT / "README.md").read_text(encoding="utf-8")


def settings_in_code() -> set[str]:
    files = [path for part in ("actions", "channels", "bot") for path in (ROOT / part).rglob("*.py")]
    names = set().union(*(SETTING.findall(path.read_text(encoding="utf-8")) for path in files))
    return {name for name in names if name != "THUISWIJZER_"}


def test_every_command_stands_in_the_readme(readme: str) -> None:
    commands = re.findall(r"\badd\(\s*\"(\w+)\"", Path(str(cli.__file__)).read_text(encoding="utf-8"))
    assert len(commands) >= 8
    assert [name for name in commands if f"thuiswijzer {name}" not in readme] == []


def test_every_make_target_stands_in_the_readme_and_none_that_does_not_exist(readme: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {name for line in re.findall(r"^\.PHONY:(.*)$", makefile, re.MULTILINE) for name in line.split()}
    assert [name for name in sorted(targets) if not re.search(rf"\bmake {name}\b", readme)] == []
    named = set(re.findall(r"(?:`|^\s*|\$ )make ([a-z][\w-]*)", readme, re.MULTILINE))
    assert named <= targets


def test_every_setting_that_is_read_stands_in_the_readme_and_none_that_is_not(readme: str) -> None:
    assert sorted(settings_in_code() - set(SETTING.findall(readme))) == []
    assert sorted(set(SETTING.findall(readme)) - settings_in_code()) == []


def test_every_sentence_that_names_a_make_target_names_one_that_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][\w-]*):", makefile, re.MULTILINE))
    files = [*(ROOT / "channels").rglob("*.py"), *(ROOT / "scripts").glob("*.sh"), ROOT / ".ci" / "run"]
    for path in files:
        for name in re.findall(r"\b(?:with: |exec )make ([a-z][\w-]*)", path.read_text(encoding="utf-8")):
            assert name in targets, path


def test_make_run_hands_over_to_a_program_and_not_to_a_variable() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "exec env $(RUN_APP)" in makefile
    assert not re.search(r"exec \$\(RUN_APP\)|exec [A-Z]+=", makefile)
