"""Refusals in the shape of aliyun's gateway."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from infra.local.clouds.server import Answer


class Refusal(Exception):
    """A request that is answered with an error document. ``retry_after`` is in seconds."""

    def __init__(self, status: int, code: str, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after

    def answer(self, request_id: str, host: str) -> Answer:
        document = {
            "RequestId": request_id,
            "Message": self.message,
            "Recommend": f"https://api.aliyun.com/troubleshoot?q={self.code}&requestId={request_id}",
            "HostId": host,
            "Code": self.code,
        }
        answer = Answer.json(document, status=self.status)
        headers = dict(answer.headers) | {"x-acs-request-id": request_id}
        if self.retry_after is not None:
            headers["x-acs-retry-after"] = str(max(1, round(self.retry_after * 1000)))
        return Answer(self.status, answer.body, headers)

    def xml_answer(self, request_id: str, host: str) -> Answer:
        """As the object storage refuses."""
        said = {"Code": self.code, "Message": self.message, "RequestId": request_id, "HostId": host}
        error = ET.Element("Error")
        for name, value in said.items():
            ET.SubElement(error, name).text = value
        headers = {"Content-Type": "application/xml", "x-oss-request-id": request_id}
        return Answer(self.status, ET.tostring(error, encoding="utf-8"), headers)


def missing(parameter: str) -> Refusal:
    return Refusal(400, f"Missing{parameter}", f"{parameter} is mandatory for this action.")


def invalid(parameter: str) -> Refusal:
    return Refusal(400, f"Invalid{parameter}", f"Specified parameter {parameter} is not valid.")


def throttled(retry_after: float | None) -> Refusal:
    return Refusal(400, "Throttling.User", "Request was denied due to user flow control.", retry_after=retry_after)


def passed_dry_run() -> Refusal:
    return Refusal(400, "DryRunOperation", "Request validation has been passed with DryRun flag set.")


def forbidden() -> Refusal:
    return Refusal(403, "Forbidden.RAM", "User not authorized to operate on the specified resource.")


FAULTS = {
    "unavailable": Refusal(503, "ServiceUnavailable", "The request has failed due to a temporary failure."),
    "internal_error": Refusal(500, "InternalError", "The request processing has failed due to some unknown error."),
    "denied": forbidden(),
}
