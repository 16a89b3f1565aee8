"""The event source mapping: takes batches from an SQS queue to a function, as Lambda's own pollers do."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from infra.local.function import Crashed, Draining, FunctionEnvironment, HandlerRaised, InvocationError
from infra.local.sqs_event import BatchFailed, failed_ids, sqs_event

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import MessageTypeDef

RECEIVE_WAIT_SECONDS = 1  # bounds how long a stop waits for an idle poller
RETRY_SECONDS = 0.5

logger = logging.getLogger(__name__)


class StartFailed(Exception):
    """A function's process did not come up."""


Deliver = Callable[[FunctionEnvironment, "Sequence[MessageTypeDef]", str], frozenset[str]]
"""Gives messages of the queue with this ARN to a function; answers the ids of those that it could not do."""


def as_batch(environment: FunctionEnvironment, messages: Sequence[MessageTypeDef], queue_arn: str) -> frozenset[str]:
    """All at once, as the event that SQS has for Lambda."""
    event = sqs_event(messages, queue_arn=queue_arn, region=queue_arn.split(":")[3])
    return failed_ids(environment.invoke(event), {message["MessageId"] for message in messages})


def as_events(environment: FunctionEnvironment, messages: Sequence[MessageTypeDef], queue_arn: str) -> frozenset[str]:
    """One by one, each message being an EventBridge event whose target the function is."""
    failed = set()
    for message in messages:
        try:
            environment.invoke(json.loads(message["Body"]))
        except HandlerRaised as error:
            logger.warning("%s: an event failed: %s", environment.name, error)
            failed.add(message["MessageId"])
    return frozenset(failed)


class EventSource:
    """One poller for each environment: their number is the concurrency.

    A message is deleted when the function's answer says that it is done. All others come back by themselves after
    the queue's visibility timeout: those that the answer names, and whole batches whose invocation failed.
    """

    def __init__(
        self,
        sqs: SQSClient,
        queue_url: str,
        environments: Sequence[FunctionEnvironment],
        *,
        batch_size: int = 10,
        deliver: Deliver = as_batch,
        reclaim_after: float | None = None,
    ) -> None:
        """With ``reclaim_after`` processes start when there is work, and end when there was none for so many
        seconds.
        """
        self._pollers = [
            _Poller(sqs, queue_url, environment, batch_size, deliver, reclaim_after) for environment in environments
        ]

    def start(self) -> None:
        """Begin to poll; the processes come up side by side."""
        for poller in self._pollers:
            poller.start()

    def wait_ready(self, within: float) -> None:
        """Wait for every process to be up. Raises StartFailed with the reason of the first that is not."""
        deadline = time.monotonic() + within
        for poller in self._pollers:
            poller.wait_ready(deadline - time.monotonic())

    def stop(self, *, grace: float = 10) -> None:
        """Take no more messages, let running batches hand back or finish for ``grace`` seconds, end the processes.

        What a function answers in that time still decides which messages are deleted.
        """
        self.drain()
        self.join(grace)

    def drain(self) -> None:
        for poller in self._pollers:
            poller.drain()

    def join(self, grace: float) -> None:
        deadline = time.monotonic() + grace
        for poller in self._pollers:
            poller.join(max(0, deadline - time.monotonic()))


class _Poller:
    """Starts the environment's process, hence lives as long as it."""

    def __init__(
        self,
        sqs: SQSClient,
        queue_url: str,
        environment: FunctionEnvironment,
        batch_size: int,
        deliver: Deliver,
        reclaim_after: float | None,
    ) -> None:
        self._thread = threading.Thread(target=self._poll, name=f"{environment.name}-poller", daemon=True)
        self._sqs = sqs
        self._queue_url = queue_url
        self._queue_arn = ""
        self._environment = environment
        self._batch_size = batch_size
        self._deliver = deliver
        self._reclaim_after = reclaim_after
        self._worked_at = time.monotonic()
        self._stopping = threading.Event()
        self._up = threading.Event()
        self._start_error: Crashed | None = None

    def start(self) -> None:
        self._thread.start()

    def wait_ready(self, within: float) -> None:
        if not self._up.wait(max(0, within)):
            raise StartFailed(f"{self._environment.name} is not ready within its time")
        if self._start_error:
            raise StartFailed(str(self._start_error))

    def drain(self) -> None:
        self._stopping.set()
        self._environment.drain()

    def join(self, grace: float) -> None:
        self._thread.join(grace)
        if self._thread.is_alive():
            logger.warning("%s did not drain in time and is killed", self._environment.name)
            self._environment.kill()
            self._thread.join()

    def _poll(self) -> None:
        try:
            while not self._stopping.is_set():
                self._turn()
        finally:
            self._environment.close()

    def _turn(self) -> None:
        """Receive one batch and run it; what goes wrong is logged and tried again a little later."""
        if self._reclaim_after is None and not self._started():
            return
        self._up.set()
        try:
            messages = self._receive()
            if messages:
                self._run(messages)
                self._worked_at = time.monotonic()
            elif self._reclaim_after is not None and time.monotonic() - self._worked_at > self._reclaim_after:
                self._environment.reclaim()
        except (BotoCoreError, ClientError) as error:
            logger.warning("%s: the queue does not answer: %s", self._environment.name, error)
            self._stopping.wait(RETRY_SECONDS)

    def _started(self) -> bool:
        try:
            self._environment.start()
        except Draining:
            return False
        except Crashed as error:
            self._start_error = error
            self._up.set()
            logger.error("%s", error)  # noqa: TRY400 - the process's own log has the traceback
            self._stopping.wait(RETRY_SECONDS)
            return False
        return True

    def _receive(self) -> list[MessageTypeDef]:
        if not self._queue_arn:
            answer = self._sqs.get_queue_attributes(QueueUrl=self._queue_url, AttributeNames=["QueueArn"])
            self._queue_arn = answer["Attributes"]["QueueArn"]
        received = self._sqs.receive_message(
            QueueUrl=self._queue_url,
            MaxNumberOfMessages=self._batch_size,
            WaitTimeSeconds=RECEIVE_WAIT_SECONDS,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
        )
        return received.get("Messages", [])

    def _run(self, messages: list[MessageTypeDef]) -> None:
        try:
            failed = self._deliver(self._environment, messages, self._queue_arn)
        except Draining:
            self._give_back(messages)
            return
        except (InvocationError, BatchFailed) as error:
            logger.warning("%s: a batch of %d failed: %s", self._environment.name, len(messages), error)
            return
        self._delete([message for message in messages if message["MessageId"] not in failed])

    def _delete(self, messages: list[MessageTypeDef]) -> None:
        if not messages:
            return
        answer = self._sqs.delete_message_batch(
            QueueUrl=self._queue_url,
            Entries=[
                {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
                for number, message in enumerate(messages)
            ],
        )
        for entry in answer.get("Failed", []):
            logger.warning("%s: a message was not deleted: %s", self._environment.name, entry.get("Message", ""))

    def _give_back(self, messages: list[MessageTypeDef]) -> None:
        """Make messages that nothing was done with visible again at once."""
        self._sqs.change_message_visibility_batch(
            QueueUrl=self._queue_url,
            Entries=[
                {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 0}
                for number, message in enumerate(messages)
            ],
        )
