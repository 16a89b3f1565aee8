"""A process that submits one task as the API's function does and runs it as a consumer does: ``python -m`` with the
environment of a Lambda function. Prints, in JSON, what a test wants to know of it.

The X-Ray SDK keeps its state in the process, hence one of its own.
"""

from __future__ import annotations

import json
import os
import sys

import boto3
from moto import mock_aws

from chalicelib.container import Container
from chalicelib.settings import load
from chalicelib.tasks.service import Caller


def main() -> None:
    with mock_aws():
        sqs = boto3.client("sqs")
        url = sqs.create_queue(QueueName="cam-normal")["QueueUrl"]
        boto3.client("s3").create_bucket(Bucket=os.environ["CAM_EXPORT_BUCKET"])
        lanes = {f"CAM_QUEUE_{lane}_URL": url for lane in ("HIGH", "NORMAL", "LOW")}
        container = Container(load({**os.environ, **lanes}))
        task = container.tasks.submit("export_assets", {"format": "csv"}, caller=Caller("default", "tester")).task
        received = sqs.receive_message(QueueUrl=url, MessageSystemAttributeNames=["All"])
        os.environ["_X_AMZN_TRACE_ID"] = os.environ["CONSUMER_TRACE_ID"]
        container.worker.run([task.id])
        answer = {
            "task_id": task.id,
            "status": container.tasks.get("default", task.id).status.value,
            "carried": received["Messages"][0]["Attributes"].get("AWSTraceHeader"),
            "sdk_loaded": "aws_xray_sdk" in sys.modules,
        }
        container.close()
    sys.stderr.write(json.dumps(answer))


if __name__ == "__main__":
    main()
