"""What carries messages and searches texts."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.providers.aws.declaration import AssetType, Detail

TYPES: Mapping[str, AssetType] = {
    "kafka": AssetType(
        service="kafka",
        operation="ListClustersV2",
        items="ClusterInfoList",
        page_size=100,
        native_id="ClusterArn",
        name="ClusterName",
        status="State",
        created_at="CreationTime",
        relations={
            "vswitch": "Provisioned.BrokerNodeGroupInfo.ClientSubnets || Serverless.VpcConfigs[].SubnetIds[]",
            "security_group": (
                "Provisioned.BrokerNodeGroupInfo.SecurityGroups || Serverless.VpcConfigs[].SecurityGroupIds[]"
            ),
        },
    ),
    "elasticsearch": AssetType(
        service="opensearch",
        operation="ListDomainNames",
        items="DomainNames[].DomainName",
        detail=Detail("DescribeDomains", "DomainNames", batch=5, items="DomainStatusList"),
        native_id="DomainId",
        name="DomainName",
        status="DomainProcessingStatus",
        tags="",
        relations={
            "vpc": "VPCOptions.VPCId",
            "vswitch": "VPCOptions.SubnetIds",
            "security_group": "VPCOptions.SecurityGroupIds",
        },
    ),
}
