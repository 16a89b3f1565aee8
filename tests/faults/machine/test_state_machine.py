"""Any interleaving of what callers, workers, the queue and the recoverer may do, on the real store."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from chalicelib.errors import ApiError, FatalError, RetryableError
from chalicelib.tasks.aftermath import Aftermath
from chalicelib.tasks.context import TaskContext
from chalicelib.tasks.executor import Child, ChildResult, Continue, FanOut, RunResult
from chalicelib.tasks.heartbeat import Heartbeat
from chalicelib.tasks.model import Lane, Lease, Task
from chalicelib.tasks.outcome import Completed, Outcome
from chalicelib.tasks.queue import Message
from chalicelib.tasks.runner import TaskRunner
from tests.faults.conftest import Say
from tests.faults.machine.bag import Bag
from tests.faults.machine.invariants import History, check_ended, check_families, check_open
from tests.integration.conftest import CALLER, TENANT, Framework
from tests.support.clock import FakeClock
from tests.support.probe import ProbeParams

WAYS = ("complete", "fatal", "refuse", "refuse for long", "fault", "continue", "fan out", "fan out", "progress")
picks = st.integers(min_value=0, max_value=1 << 16)
counts: Counter[str] = Counter()
FAMILY = "abc"


def tally(name: str) -> None:
    counts[name] += 1


@dataclass
class Held:
    """A claim of some worker: still to run, to settle, or to follow up."""

    task: Task
    context: TaskContext
    token: str
    outcome: Outcome | None = None
    ran: bool = False
    settled: bool = False


class Tasks(RuleBasedStateMachine):
    framework: Framework

    @initialize()
    def empty(self) -> None:
        self.clock = FakeClock()
        self.bag = Bag(self.clock)
        policy = replace(
            self.framework.policy,
            lease=timedelta(seconds=30),
            patience=timedelta(seconds=120),
            recheck=timedelta(seconds=60),
            first_backoff=timedelta(seconds=2),
            max_hops=3,
            random=lambda: 0.5,
        )
        self.made = replace(self.framework, clock=self.clock, queue=self.bag, policy=policy)
        self.made.tasks.delete_many({})
        self.made.lane_states.delete_many({})
        self.made.probe.max_retry = 2
        self.made.probe.work = self.work
        self.made.probe.joined = self.join
        self.lanes = self.made.lanes
        self.runner = TaskRunner(self.made.executors, self.made.children, policy=policy, clock=self.clock)
        self.aftermath = Aftermath(self.made.dispatch, self.made.children)
        self.way = "complete"
        self.held: list[Held] = []
        self.submitted: list[str] = []
        self.history = History()
        self.numbers = itertools.count()
        for _ in range(3):
            self.submit("", same=False, key=None)

    # --- what executors do ------------------------------------------------------------------------------------------

    def work(self, params: ProbeParams, context: TaskContext) -> RunResult:
        match self.way:
            case "fatal":
                raise FatalError("no")
            case "refuse":
                raise RetryableError("busy")
            case "refuse for long":
                raise RetryableError("busy", retry_after=1000)
            case "fault":
                raise ZeroDivisionError
            case "continue":
                return Continue({"at": 1})
            case "fan out" if not context.is_child:
                return FanOut([Child(key, "probe", ProbeParams(name=key)) for key in FAMILY])
            case "progress":
                context.report(10 * context.attempt + 30, "some")
        return {"done": True}

    def join(self, children: Any, context: TaskContext) -> Mapping[str, Any]:
        if self.way in ("refuse", "fatal"):
            self.work(ProbeParams(), context)
        found: list[ChildResult] = list(children)
        return {"children": len(found)}

    # --- callers ----------------------------------------------------------------------------------------------------

    @rule(name=st.sampled_from(["", "x"]), same=st.booleans(), key=st.sampled_from([None, None, "k"]))
    def submit(self, name: str, same: bool, key: str | None) -> None:
        self.made.probe.deduplicate = same
        body = {"name": name, "timeout_seconds": 600}
        try:
            task = self.made.service.submit("probe", body, caller=CALLER, idempotency_key=key).task
        except ApiError:
            return
        self.submitted.append(task.id)
        if key or same:
            again = self.made.service.submit("probe", body, caller=CALLER, idempotency_key=key)
            assert again.task.id == task.id

    @rule(pick=picks)
    def cancel(self, pick: int) -> None:
        if pick % 3 == 2 and (document := self.any_task(pick)):
            self.attempt(lambda: self.made.service.cancel(TENANT, document["_id"]))

    @rule(pick=picks)
    def retry_by_hand(self, pick: int) -> None:
        if document := self.any_task(pick):
            self.attempt(lambda: self.made.service.retry(TENANT, document["_id"], by="tester"))

    @rule(pick=picks, force=st.booleans())
    def delete(self, pick: int, force: bool) -> None:
        if pick % 8 == 7 and (document := self.any_task(pick)):
            self.attempt(lambda: self.made.service.delete(TENANT, document["_id"], force=force))

    @rule(pause=st.booleans())
    def pause_or_resume(self, pause: bool) -> None:
        (self.lanes.pause if pause else self.lanes.resume)(Lane.NORMAL, by="tester")

    # --- the queue --------------------------------------------------------------------------------------------------

    @rule(pick=picks, copy=st.booleans())
    def claim(self, pick: int, copy: bool) -> None:
        if message := self.next_message(pick):
            self.bag.take(message, keep=copy)
            if message.lane not in self.lanes.paused():
                self.held += self.claimed([message.task_id])

    @rule(pick=picks, way=st.sampled_from(WAYS))
    def work_off_messages(self, pick: int, way: str) -> None:
        """From claim to follow-up in one go: what happens most of the time."""
        for _ in range(pick % 4):
            message = self.next_message(pick)
            if message is None:
                return
            self.bag.take(message)
            if message.lane not in self.lanes.paused():
                for held in self.claimed([message.task_id]):
                    self.run_one(held, way)
                    self.settle_one(held)
                    self.follow_one(held)

    @rule(pick=picks, way=st.sampled_from(WAYS))
    def claim_and_run(self, pick: int, way: str) -> None:
        before = len(self.held)
        self.claim(pick, copy=True)
        for held in self.held[before:]:
            self.run_one(held, way)

    @rule(pick=picks)
    def lose_a_message(self, pick: int) -> None:
        message = self.any_message(pick, self.bag.visible())
        if message and pick % 3 == 2:
            self.bag.take(message)

    @rule(pick=picks)
    def give_a_message_up(self, pick: int) -> None:
        message = self.any_message(pick, self.bag.visible())
        if message and pick % 3 == 2:
            self.bag.take(message)
            self.made.backlog.given_up(message.task_id, now=self.clock())
            self.made.children.buried(message.task_id)

    @rule(down=st.sampled_from([False, False, True]))
    def queue_outage(self, down: bool) -> None:
        self.bag.down = down

    # --- workers ----------------------------------------------------------------------------------------------------

    @precondition(lambda self: any(not held.ran for held in self.held))
    @rule(pick=picks, way=st.sampled_from(WAYS))
    def run(self, pick: int, way: str) -> None:
        fresh = [held for held in self.held if not held.ran]
        self.run_one(fresh[pick % len(fresh)], way)

    @precondition(lambda self: any(held.ran and not held.settled for held in self.held))
    @rule(pick=picks)
    def settle(self, pick: int) -> None:
        ready = [held for held in self.held if held.ran and not held.settled]
        self.settle_one(ready[pick % len(ready)])

    @precondition(lambda self: any(held.settled for held in self.held))
    @rule(pick=picks)
    def follow_up(self, pick: int) -> None:
        settled = [held for held in self.held if held.settled]
        self.follow_one(settled[pick % len(settled)])

    @precondition(lambda self: self.held)
    @rule(pick=picks)
    def beat(self, pick: int) -> None:
        held = self.held[pick % len(self.held)]
        beating = Heartbeat(
            [held.context],
            held.token,
            self.made.claims,
            clock=self.clock,
            lease=self.made.policy.lease,
            every=timedelta(minutes=1),
        )
        beating.beat()

    @precondition(lambda self: self.held)
    @rule(pick=picks)
    def crash(self, pick: int) -> None:
        del self.held[pick % len(self.held)]

    @precondition(lambda self: any(held.outcome and not held.settled for held in self.held))
    @rule(pick=picks, way=st.sampled_from(WAYS))
    def overtake(self, pick: int, way: str) -> None:
        """A worker sleeps past its lease between its work and its settlement; another one takes its task over."""
        sleeping = [held for held in self.held if held.outcome and not held.settled]
        chosen = sleeping[pick % len(sleeping)].task.id
        self.clock.advance(31)
        for held in self.claimed([chosen]):
            self.run_one(held, way)
            self.settle_one(held)
            self.held.append(held)

    # --- time and the recoverer -------------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([0.001, 1, 31, 61, 121, 601]))
    def time_passes(self, seconds: float) -> None:
        self.clock.advance(seconds)

    @rule()
    def recover(self) -> None:
        self.made.recoverer().run()

    # --- what always holds ------------------------------------------------------------------------------------------

    @invariant()
    def the_store_is_consistent(self) -> None:
        documents = list(self.made.tasks.find({}))
        tally("steps")
        for document in documents:
            check_open(document) if document["status"] in ("pending", "running") else check_ended(document)
        check_families(documents, len(FAMILY))
        self.history.check(documents)

    def teardown(self) -> None:
        """With healthy workers and the recoverer, everything that is left comes to its end."""
        if not hasattr(self, "made"):
            return
        self.bag.down = False
        self.lanes.resume(Lane.NORMAL, by="tester")
        self.held.clear()
        for _ in range(60):
            if not self.made.tasks.count_documents({"status": {"$in": ["pending", "running"]}}):
                break
            self.clock.advance(61)
            self.made.recoverer().run()
            while taken := self.bag.drain():
                for held in self.claimed([message.task_id for message in taken]):
                    self.run_one(held, "complete")
                    self.settle_one(held)
                    self.follow_one(held)
            self.the_store_is_consistent()
        left = list(self.made.tasks.find({"status": {"$in": ["pending", "running"]}}))
        assert left == [], "never ended"
        for document in self.made.tasks.find({}):
            tally(document["status"])

    # --- pieces -----------------------------------------------------------------------------------------------------

    def next_message(self, pick: int) -> Message | None:
        """Any message that was sent; one with a delay makes time pass."""
        message = self.any_message(pick, [message for _, message in self.bag.waiting])
        if message:
            at = min(at for at, waiting in self.bag.waiting if waiting == message)
            self.clock.advance(max(0.0, (at - self.clock()).total_seconds()))
        return message

    def any_message(self, pick: int, messages: list[Message]) -> Message | None:
        order = {document["_id"]: number for number, document in enumerate(self.ordered())}
        messages = sorted(messages, key=lambda message: order.get(message.task_id, -1))
        return messages[pick % len(messages)] if messages else None

    def any_task(self, pick: int) -> dict[str, Any] | None:
        documents = self.ordered()
        return documents[pick % len(documents)] if documents else None

    def ordered(self) -> list[dict[str, Any]]:
        """All tasks, in an order that is the same in every run of an example, which that of random ids is not."""
        fields = {"parent_id": 1, "generation": 1, "child_key": 1}
        return sorted(
            self.made.tasks.find({}, fields),
            key=lambda task: (
                self.submitted.index(task.get("parent_id") or task["_id"]),
                task["generation"],
                task.get("child_key", ""),
            ),
        )

    def attempt(self, call: Any) -> None:
        try:
            call()
        except ApiError:
            tally("refused")

    def claimed(self, task_ids: list[str]) -> list[Held]:
        now = self.clock()
        until = now + self.made.policy.lease
        lease = Lease("w", f"token-{next(self.numbers)}")
        tasks = self.made.claims.claim(task_ids, lease, now=now, until=until)
        contexts = [TaskContext(task, leased_until=until, clock=self.clock) for task in tasks]
        return [Held(task, context, lease.token) for task, context in zip(tasks, contexts, strict=True)]

    def run_one(self, held: Held, way: str) -> None:
        self.way = way
        held.outcome = self.runner.run(held.task, held.context, lambda: self.runner.wanted([held.task]))
        tally(type(held.outcome).__name__)
        held.ran = True
        if held.outcome is None:
            self.held = [other for other in self.held if other is not held]

    def settle_one(self, held: Held) -> None:
        ended = [(held.task, held.outcome)] if held.outcome is not None else []
        if ended and not self.made.claims.settle(held.token, ended, now=self.clock()):
            tally("fenced out")
        elif isinstance(held.outcome, Completed) and held.task.fanned_out:
            self.history.joined(held.task.id, held.task.generation)
        held.settled = True

    def follow_one(self, held: Held) -> None:
        if held.outcome is not None:
            self.aftermath.follow([(held.task, held.outcome)])
        self.held = [other for other in self.held if other is not held]


def test_every_interleaving_keeps_the_invariants_and_comes_to_an_end(framework: Framework, say: Say) -> None:
    class Bound(Tasks):
        pass

    Bound.framework = framework
    counts.clear()
    run_state_machine_as_test(
        Bound,
        settings=settings(
            max_examples=70,
            stateful_step_count=50,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    say(", ".join(f"{name}: {number}" for name, number in sorted(counts.items())))
    assert min(counts[status] for status in ("completed", "failed", "cancelled", "Waiting", "fenced out")) > 5
