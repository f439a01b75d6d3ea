"""What .ebextensions makes besides settings, as a template of CloudFormation's that its linter reads.

    python -m tests.shipping.platform_template > template.yml

Elastic Beanstalk puts these resources beside its own, which stand in here as far as ours name them.
"""

import json
import sys

import yaml

from tests.live import ROOT

PLATFORM = {
    "AWSEBV2LoadBalancer": {
        "Type": "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "Properties": {"Subnets": ["subnet-11111111", "subnet-22222222"]},
    }
}


def template() -> dict[str, object]:
    resources: dict[str, object] = dict(PLATFORM)
    for path in sorted((ROOT / ".ebextensions").glob("*.config")):
        resources |= yaml.safe_load(path.read_text(encoding="utf-8")).get("Resources", {})
    return {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(template(), indent=2) + "\n")
