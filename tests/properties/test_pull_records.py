from __future__ import annotations

import json
from contextlib import suppress

import attrs
from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.release import NotInRelease, Release
from kubecontainers.golang.duration import Duration
from kubecontainers.golang.text import to_text
from kubecontainers.pulling.image_pulled_record import PulledCredentials, PulledRecord, intent_from_json, intent_to_json
from kubecontainers.pulling.must_attempt_pull import PodCredentials, must_attempt_pull
from kubecontainers.pulling.pulled_records import ListedImage, PullRecords
from kubecontainers.testing import strategies
from kubecontainers.testing.kubelet import durations, kubelet_configs
from kubecontainers.testing.pulling import pull_records, pulled_credentials

images = st.sampled_from(["nginx", "nginx:1", "x.io/team/app:2", "docker.io/library/nginx", "BAD"])
refs = st.sampled_from(["sha256:a", "sha256:b", "sha256:d"])
releases = strategies.releases(first="1.33")
records = pull_records(images=images)
whole_seconds = st.integers(0, 10**6)


@st.composite
def written_records(draw: st.DrawFn) -> tuple[PulledRecord, Release]:
    release = draw(releases)
    mapping = draw(st.dictionaries(images, pulled_credentials(release=release), max_size=3))
    return PulledRecord(draw(refs), mapping, draw(whole_seconds)), release


objects = written_records().map(lambda written: written[0].to_json())
nearly_valid = objects | strategies.damaged(objects)


class TestRecordsOnDisk:
    """What a kubelet writes it reads, and newer ones read it as well; anything else is refused, not misread."""

    @given(written_records(), whole_seconds)
    def test_round_trip(self, written: tuple[PulledRecord, Release], start: int) -> None:
        record, release = written
        obj = json.loads(json.dumps(record.to_json(start=start, release=release)))
        assert PulledRecord.from_json(obj, start=start, release=release) == PulledRecord.from_json(obj, start=start) == record

    @given(strategies.json_texts(), releases)
    def test_intents(self, image: str, release: Release) -> None:
        assert intent_from_json(intent_to_json(image, release=release), release=release) == to_text(image)

    @given(strategies.json_objects() | nearly_valid, releases)
    def test_anything(self, obj: dict[str, object], release: Release) -> None:
        for read in (PulledRecord.from_json, intent_from_json):
            with suppress(MalformedObject, NotInRelease):
                read(obj, release=release)

    def test_both_happen(self) -> None:
        read: list[bool] = []

        @given(nearly_valid)
        def see(obj: dict[str, object]) -> None:
            read.append(False)
            with suppress(MalformedObject):
                PulledRecord.from_json(obj)
                read[-1] = True

        see()
        assert min(read.count(True), read.count(False)) >= len(read) / 5


class TestRecordingIsMerging:
    """Recording the same again changes nothing, not even the time; what pods may use an image only grows."""

    @given(records, images, refs, pulled_credentials(), durations(min_value=0, max_value=1000))
    def test_idempotent(self, before: PullRecords, image: str, ref: str, used: PulledCredentials, now: Duration) -> None:
        once = before.merge(image, ref, used, now=now)
        assert once.merge(image, ref, used, now=now + Duration.of(1)) == once

    @given(records, images, refs, pulled_credentials(), pulled_credentials())
    def test_who_may_use_it_still_may(
        self, before: PullRecords, image: str, ref: str, used: PulledCredentials, more: PulledCredentials
    ) -> None:
        pod = PodCredentials(used.secrets, used.service_accounts[0] if used.service_accounts else None)
        known = before.merge(image, ref, used, now=0)
        allowed = not must_attempt_pull(known, image, ref, pod, now=0).must_pull
        after = known.merge(image, ref, more, now=1)
        assert not allowed or not must_attempt_pull(after, image, ref, pod, now=1).must_pull

    @given(records, images)
    def test_an_intent_is_dropped_as_often_as_it_is_noted(self, before: PullRecords, image: str) -> None:
        assert before.record_intent(image).record_failed(image).intents.get(image, 0) == before.intents.get(image, 0)

    @given(records, st.lists(refs, max_size=2), durations(min_value=0, max_value=1000))
    def test_pruning(self, before: PullRecords, in_use: list[str], moment: Duration) -> None:
        after = before.prune(in_use, before=moment)
        assert after.prune(in_use, before=moment) == after
        assert set(in_use) & set(before.pulled) <= set(after.pulled) <= set(before.pulled)
        assert after.intents == before.intents

    @given(records, st.lists(st.builds(ListedImage, refs, st.lists(images, max_size=2).map(tuple)), max_size=3))
    def test_restarting(self, before: PullRecords, listed: list[ListedImage]) -> None:
        after = before.restart(listed, now=0)
        assert set(after.intents) <= set(before.intents)
        assert set(before.pulled) <= set(after.pulled) <= {*before.pulled, *(image.image_ref for image in listed)}
        assert not any(after.intents.values())
        assert after.restart(now=9) == after


class TestVerifyingIsSteady:
    """A pod that may use an image may use it again, whatever is noted on the way."""

    @given(records, images, refs, st.lists(pulled_credentials(), max_size=2), st.data())
    def test_again(self, before: PullRecords, image: str, ref: str, shown: list[PulledCredentials], data: st.DataObject) -> None:
        kubelet = data.draw(kubelet_configs())
        pod = PodCredentials(tuple(secret for used in shown for secret in used.secrets))
        first = must_attempt_pull(before, image, ref, pod, now=0, kubelet=kubelet)
        again = must_attempt_pull(first.records, image, ref, pod, now=1, kubelet=kubelet)
        assert again.must_pull is first.must_pull
        assert not first.must_pull or first.records == before
        assert attrs.evolve(first.records, pulled=before.pulled) == before
