"""Instances of containers: their states follow from the time, and only those that matter are kept."""

from __future__ import annotations

from kubecontainers.golang.duration import Duration
from kubecontainers.lifecycle.runtime_status import RuntimeState
from kubecontainers.simulation.instances import Instance, Instances, earliest


def seconds(count: float) -> Duration:
    return Duration.of(count)


def instance(attempt: int, *, name: str = "app", created: int = 0, started: int | None = None, ends: int | None = None) -> Instance:
    return Instance(
        id=f"{name}-{attempt}",
        name=name,
        attempt=attempt,
        created_at=seconds(created),
        started_at=None if started is None else seconds(started),
        ends_at=None if ends is None else seconds(ends),
        exit_code=3,
        reason="Error",
    )


def test_states_in_time() -> None:
    one = instance(0, started=2, ends=5)
    assert [one.state(seconds(at)).value for at in (0, 1.9, 2, 4.9, 5)] == ["created", "created", "running", "running", "exited"]
    assert one.target == "app#0"


def test_what_is_reported() -> None:
    one = instance(4, started=2, ends=5)
    created, running, exited = (one.reported(seconds(at)) for at in (0, 2, 5))
    assert (created.started_at, created.restart_count) == (None, 4)
    assert (running.started_at, running.finished_at, running.exit_code, running.reason) == (seconds(2), None, 0, "")
    assert (exited.finished_at, exited.exit_code, exited.reason) == (seconds(5), 3, "Error")
    assert one.reported(seconds(9)) is exited


def test_one_whose_state_is_not_known() -> None:
    lost = Instance(id="x", name="app", attempt=0, created_at=seconds(0), started_at=seconds(0), unknown=True, exit_code=137)
    assert (lost.state(seconds(5)), lost.reported(seconds(5)).exit_code) == (RuntimeState.UNKNOWN, 137)


class TestWhatIsKept:
    def kept(self, instances: Instances) -> list[int]:
        return [one.attempt for one in instances]

    def test_of_app_containers_the_two_newest_and_one_that_has_ended(self) -> None:
        instances = Instances()
        dropped = [instances.add(instance(attempt, started=attempt, ends=attempt), keep_ended=False) for attempt in range(3)]
        dropped += [instances.add(instance(attempt), keep_ended=False) for attempt in (3, 4)]
        assert self.kept(instances) == [4, 3, 2]
        assert [one.attempt for some in dropped for one in some] == [0, 1]

    def test_of_init_containers_all_that_have_ended_and_two_that_were_only_created(self) -> None:
        instances = Instances()
        for attempt in range(8):
            instances.add(instance(attempt, started=0, ends=0) if attempt % 4 == 0 else instance(attempt), keep_ended=True)
        assert self.kept(instances) == [7, 6, 5, 4, 3, 0]

    def test_the_next_number(self) -> None:
        instances = Instances()
        assert instances.count("app") == 0
        instances.add(instance(6), keep_ended=False)
        assert instances.count("app") == 7

    def test_removed(self) -> None:
        instances, one = Instances(), instance(0)
        instances.add(one, keep_ended=True)
        instances.remove(one)
        assert instances.reported(seconds(0)) == ()


def test_one_that_is_being_created_is_not_reported() -> None:
    instances = Instances()
    instances.add(instance(0, created=5), keep_ended=False)
    assert [len(instances.reported(seconds(at))) for at in (4, 5)] == [0, 1]


def test_next_end() -> None:
    instances = Instances()
    instances.add(instance(0, name="a", started=0, ends=7), keep_ended=False)
    instances.add(instance(0, name="b", started=0, ends=4), keep_ended=False)
    instances.add(instance(0, name="c", started=0), keep_ended=False)
    assert [instances.next_end(seconds(at)) for at in (0, 4, 7)] == [seconds(4), seconds(7), None]
    assert earliest([None, seconds(2), seconds(1)]) == seconds(1)
