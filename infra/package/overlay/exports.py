"""The bucket of exported files."""

from __future__ import annotations

from typing import Any

from infra.package.overlay.intrinsics import KEPT, attribute, policy, ref, resource, sub
from infra.package.overlay.names import BUCKET, KEY
from infra.package.stage import Stage


def resources(stage: Stage) -> dict[str, Any]:
    encryption = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": attribute(KEY)}
    closed = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    denied = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [attribute(BUCKET), sub(f"${{{BUCKET}.Arn}}/*")],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return {
        BUCKET: resource(
            "S3::Bucket",
            {
                "BucketEncryption": {
                    "ServerSideEncryptionConfiguration": [
                        {"ServerSideEncryptionByDefault": encryption, "BucketKeyEnabled": True}
                    ]
                },
                "PublicAccessBlockConfiguration": dict.fromkeys(closed, True),
                "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
                "LifecycleConfiguration": {
                    "Rules": [
                        {
                            "Id": "forget",
                            "Status": "Enabled",
                            "ExpirationInDays": stage.overlay.export_retention_days,
                            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
                        }
                    ]
                },
            },
            **KEPT,  # CloudFormation cannot delete a bucket that has files
        ),
        f"{BUCKET}Policy": resource("S3::BucketPolicy", {"Bucket": ref(BUCKET), "PolicyDocument": policy(denied)}),
    }
