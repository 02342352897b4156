"""Timelines as SVG: what is drawn, where, and that it needs nothing else."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

import attrs

from kubecontainers.golang.duration import Duration
from kubecontainers.simulation.gantt_svg import gantt_svg
from kubecontainers.simulation.pod_timeline import PodTimeline
from kubecontainers.simulation.spans import Span, SpanKind
from kubecontainers.simulation.timeline import Timeline

SVG = "{http://www.w3.org/2000/svg}"
BARS = {"wait", "pull", "create", "run", "stop", "post", "pre"}


def drawn(timeline: Timeline, **options: int) -> ET.Element:
    return ET.fromstring(gantt_svg(timeline.pods, **options))  # noqa: S314  (made here)


def texts(root: ET.Element) -> list[str]:
    return ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]


def bars(root: ET.Element) -> Iterator[tuple[str, float, float, str]]:
    """Yield the kind, the place, the width and the tip of every bar; the squares of the legend have no tip."""
    for rect in root.iter(f"{SVG}rect"):
        tip = rect.find(f"{SVG}title")
        if rect.get("class") in BARS and tip is not None:
            yield rect.get("class", ""), float(rect.get("x", "")), float(rect.get("width", "")), tip.text or ""


def pod(*spans: Span, name: str = "web") -> Timeline:
    return Timeline((PodTimeline(name="shop/p", pod={"spec": {"containers": [{"name": name}]}}, spans=spans),))


def span(kind: SpanKind, begin: float, end: float | None, attempt: int = 0, note: str = "") -> Span:
    return Span("web", kind, Duration.of(begin), None if end is None else Duration.of(end), attempt, note)


def test_the_same_bytes(timeline: Timeline) -> None:
    assert gantt_svg(timeline.pods) == gantt_svg(timeline.pods)


def test_it_needs_nothing_else(timeline: Timeline) -> None:
    text = gantt_svg(timeline.pods)
    assert not re.search(r"script|href|url\(|import|font-face|http(?!://www\.w3\.org/2000/svg\")", text)


def test_names_and_words(timeline: Timeline) -> None:
    root = drawn(timeline)
    assert root.findtext(f"{SVG}title") == "Timeline of 2 pods"
    described = "shop/web-0: Pending 0s, Running 4s, web restarted 1 time. shop/db: Running 2s, deleted 20s, Failed 50s, stopped 50s."
    assert root.findtext(f"{SVG}desc") == described
    assert root.get("aria-labelledby") == "kc-title kc-desc"
    assert "shop/web-0Pending 0s, Running 4sshop/web-0" in texts(root)  # the name once more is its tip
    legend = ["waits", "pulls", "is created", "runs", "is stopped", "postStart", "preStop", "starts again"]
    assert texts(root)[-8:] == legend


def test_bars(timeline: Timeline) -> None:
    found = list(bars(drawn(timeline)))
    tips = [tip for _, _, _, tip in found]
    assert "web waits: 5s - 15s (10s), CrashLoopBackOff" in tips
    assert "web waits: 16s - \u2026, CrashLoopBackOff" in tips
    assert "log is stopped: 20s - 22s (2s)" in tips
    # what stops is drawn over what runs, hooks over both
    kinds = [kind for kind, _, _, tip in found if tip.startswith("web")][6:]
    assert kinds == ["create", "run", "stop", "post", "pre"]


def test_places(stopped: PodTimeline) -> None:
    found = {tip: (x, width) for _, x, width, tip in bars(drawn(Timeline((stopped,)), width=690))}
    wanted = {"log waits: 0s - 8s (8s)": (166, 80), "log runs: 8s - 22s (14s)": (246, 140), "web preStop: 20s - 28s (8s)": (366, 80)}
    assert {tip: found[tip] for tip in wanted} == wanted


def test_short_times_are_seen() -> None:
    root = drawn(pod(span(SpanKind.WAITING, 0, 1000), span(SpanKind.RUNNING, 500, 500.001), span(SpanKind.CREATING, 500, 500)))
    assert [(kind, width) for kind, _, width, _ in bars(root)] == [("wait", 610), ("run", 2)]


def test_bars_on_one_another_are_one() -> None:
    runs = [span(SpanKind.RUNNING, at, at + 0.5, at) for at in range(10_000)]
    text = gantt_svg(pod(*runs).pods)
    assert len(text) < 60_000
    assert "web runs: 0s - 2h46m39.5s, 10000 times" in text
    assert text.count('class="again"') <= 610 // 2 + 1


def test_restarts_are_marked(crash_loop: PodTimeline) -> None:
    assert gantt_svg((crash_loop,)).count('class="again"') == 1 + 1  # and the legend
    quiet = attrs.evolve(crash_loop, spans=crash_loop.spans[:3])
    assert 'class="again"' not in gantt_svg((quiet,))


def test_what_goes_on_has_an_arrow(crash_loop: PodTimeline) -> None:
    assert len(re.findall('<path class="wait"', gantt_svg((crash_loop,)))) == 1
    assert len(re.findall('<path class="post"', gantt_svg(pod(span(SpanKind.POST_START, 0, None)).pods))) == 1


def test_notes_where_there_is_room(crash_loop: PodTimeline) -> None:
    told = [text for text in texts(drawn(Timeline((crash_loop,)))) if text == "CrashLoopBackOff"]
    assert len(told) == 1  # the second wait has only begun
    # none where another bar is drawn over it, or where the note is longer than the bar
    waits = span(SpanKind.WAITING, 0, 100, note="PodInitializing")
    assert "PodInitializing" in texts(drawn(pod(waits)))
    assert "PodInitializing" not in texts(drawn(pod(waits, span(SpanKind.RUNNING, 50, 60))))
    assert "PodInitializing" not in texts(drawn(pod(waits, span(SpanKind.CREATING, 101, 2000))))
    assert "why" not in texts(drawn(pod(span(SpanKind.PRE_STOP, 0, 100, note="why"))))


def test_what_would_spoil_the_file() -> None:
    name = 'a<"&\x07'
    waits = attrs.evolve(span(SpanKind.WAITING, 0, 100, note="<&>\x00\ud800"), container=name)
    root = drawn(pod(waits, name=name))
    assert "<&>\ufffd\ufffd" in texts(root)
    assert 'a<"&\ufffda<"&\ufffd' in texts(root)
    assert [tip for *_, tip in bars(root)] == ['a<"&\ufffd waits: 0s - 1m40s (1m40s), <&>\ufffd\ufffd']


def test_long_names_are_cut(stopped: PodTimeline) -> None:
    name = f"shop/{'p' * 300}"
    long = PodTimeline(name=name, pod={"spec": {"containers": [{"name": "a" * 63}]}})
    head, row, *_ = texts(drawn(Timeline((long,)), width=480))
    assert head == f"shop/{'p' * 48}\u2026{name}"
    assert row == f"{'a' * 20}\u2026{'a' * 63}"  # the whole name is its tip
    head, *_ = texts(drawn(Timeline((attrs.evolve(stopped, name=name),)), width=480))
    assert head == f"shop/{'p' * 21}\u2026Running 2s, deleted 20s, Faile\u2026{name}"


def test_nothing() -> None:
    root = drawn(Timeline())
    assert (root.findtext(f"{SVG}title"), root.findtext(f"{SVG}desc")) == ("Timeline of 0 pods", "Nothing happened.")


def test_sizes(timeline: Timeline) -> None:
    narrow, wide = drawn(timeline, width=-1), drawn(timeline, width=1200)
    assert (narrow.get("width"), wide.get("viewBox")) == ("480", f"0 0 1200 {wide.get('height')}")
    # the legend takes more lines where there is less room
    assert int(narrow.get("height", "")) == int(wide.get("height", "")) + 22
    x = [float(text.get("x", "")) for text in narrow.iter(f"{SVG}text")]
    assert max(x) < 480


def test_output_is_bounded(stopped: PodTimeline) -> None:
    many = Timeline(tuple(attrs.evolve(stopped, name=f"shop/db-{number}") for number in range(1000)))
    root = drawn(many)
    assert "\u2026 1800 more containers" in texts(root)
    assert (root.findtext(f"{SVG}title"), (root.findtext(f"{SVG}desc") or "")[-18:]) == ("Timeline of 100 pods", " And 80 more pods.")
    assert "\u2026 1 more container" in texts(drawn(many, max_rows=1999))
