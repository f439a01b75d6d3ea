"""The planner on AWS: the ports of `lib.ports` over DynamoDB, S3, SQS, SNS, SES and Lambda, and what sets those up."""
