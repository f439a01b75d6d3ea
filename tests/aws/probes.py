"""For each action that some role may do: a request that needs it, on the thing it is allowed on."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from aws_config.account import Account
from aws_config.arns import Arns
from aws_config.config import FUNCTIONS, Names
from aws_config.dynamodb.tables import BY_WHAT
from aws_config.function_plans import LIVE
from aws_config.session import AWS
from tests.aws.ministack import ACCOUNT, REGION

REFUSED = {
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "AuthorizationErrorException",
    "403",
}
NAMES = Names()
ARNS = Arns(Account(ACCOUNT, REGION), NAMES)
SENDER = "planner@budget.example"
SECRET = "smart-budget/secret-key"
PHONE = "+4915112345678"
PHONES = f"arn:{ARNS.account.partition}:sns:*:*:*"  # what is left out where phones are meant
HANDLER = "def lambda_handler(event, context):\n    return {'statusCode': 200}\n"

Probe = Callable[[AWS, AWS, str], Any]  # who asks; root, who prepares; the thing's ARN


def is_refused(probe: Probe, asking: AWS, root: AWS, arn: str) -> bool:
    """Whether it fails for want of permission. Whatever else goes wrong is raised."""
    try:
        probe(asking, root, arn)
    except ClientError as error:
        if error.response["Error"]["Code"] in REFUSED:
            return True
        raise
    return False


def prepare(root: AWS) -> None:
    """What requests need beside what was set up: a function to call, a log, an address that may send, a second topic."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("lambda_function.py", HANDLER)
    functions = root.client("lambda", read_timeout=30)
    for what in FUNCTIONS:
        name = NAMES.function(what)
        functions.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=ARNS.role(NAMES.function_role(what)),
            Handler="lambda_function.lambda_handler",
            Code={"ZipFile": kept.getvalue()},
            Publish=True,
        )
        functions.create_alias(FunctionName=name, Name=LIVE, FunctionVersion="1")
        root.client("logs").create_log_group(logGroupName=f"/aws/lambda/{name}")
    root.client("ses").verify_email_identity(EmailAddress=SENDER)
    root.client("sns").create_topic(Name=NAMES.topic(2))


def _table(arn: str) -> tuple[str, str]:
    """The table's name, and the index's if it is one."""
    parts = arn.split("/")
    return parts[1], parts[3] if len(parts) > 2 else ""


def _place(arn: str) -> dict[str, str]:
    table, index = _table(arn)
    return {"TableName": table, **({"IndexName": index} if index else {})}


def _what(table: str) -> Any:
    return BY_WHAT[table.removeprefix(f"{NAMES.base}-")]


def _key(table: str) -> dict[str, Any]:
    definition = _what(table)
    return {name: {"S": "probe"} for name in (definition.hash, definition.range) if name}


def _dynamodb(operation: str, **more: Any) -> Probe:
    def probe(asking: AWS, root: AWS, arn: str) -> Any:
        table, _ = _table(arn)
        return getattr(asking.client("dynamodb"), operation)(TableName=table, Key=_key(table), **more)

    return probe


def _query(asking: AWS, root: AWS, arn: str) -> Any:
    table, index = _table(arn)
    hashed = _what(table).index(index).hash if index else _what(table).hash
    return asking.client("dynamodb").query(
        TableName=table,
        KeyConditionExpression="#h = :h",
        ExpressionAttributeNames={"#h": hashed},
        ExpressionAttributeValues={":h": {"S": "probe"}},
        **({"IndexName": index} if index else {}),
    )


def _object(arn: str) -> dict[str, str]:
    bucket, _, folder = arn.rpartition(":")[2].partition("/")
    return {"Bucket": bucket, "Key": folder.replace("*", "probe/file.pdf")}


def _get_object(asking: AWS, root: AWS, arn: str) -> Any:
    root.client("s3").put_object(**_object(arn), Body=b"x")
    return asking.client("s3").get_object(**_object(arn))


def _name(arn: str) -> str:
    return arn.rpartition(":")[2]


def _url(root: AWS, arn: str) -> str:
    return str(root.client("sqs").get_queue_url(QueueName=_name(arn))["QueueUrl"])


def _handle(root: AWS, arn: str) -> dict[str, str]:
    """A message that was just received."""
    url, sqs = _url(root, arn), root.client("sqs")
    sqs.send_message(QueueUrl=url, MessageBody="probe")
    message = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=0)["Messages"][0]
    return {"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"]}


def _topic(arn: str) -> str:
    return arn.replace("*", "2")


def _subscription(root: AWS) -> str:
    answer = root.client("sns").subscribe(
        TopicArn=ARNS.topic(), Protocol="email", Endpoint="probe@budget.example", ReturnSubscriptionArn=True
    )
    return str(answer["SubscriptionArn"])


def _publish(asking: AWS, root: AWS, arn: str) -> Any:
    where = {"PhoneNumber": PHONE} if arn == PHONES else {"TopicArn": _topic(arn)}
    return asking.client("sns").publish(Message="probe", **where)


def _opted_out(asking: AWS, root: AWS, arn: str) -> None:
    try:
        asking.client("sns").check_if_phone_number_is_opted_out(phoneNumber=PHONE)
    except ClientError as error:
        # MiniStack looks at permissions first, and has no phones.
        if error.response["Error"]["Code"] != "InvalidAction":
            raise


def _invoke(asking: AWS, root: AWS, arn: str) -> Any:
    return asking.client("lambda", read_timeout=30).invoke(FunctionName=arn, Qualifier=LIVE, Payload=b"{}")


def _group(arn: str) -> str:
    return arn.partition("log-group:")[2]


def _create_stream(asking: AWS, root: AWS, arn: str) -> Any:
    logs = root.client("logs")
    for stream in logs.describe_log_streams(logGroupName=_group(arn))["logStreams"]:
        logs.delete_log_stream(logGroupName=_group(arn), logStreamName=stream["logStreamName"])
    return asking.client("logs").create_log_stream(logGroupName=_group(arn), logStreamName="probe")


def _put_events(asking: AWS, root: AWS, arn: str) -> Any:
    _create_stream(root, root, arn)
    events = [{"timestamp": 1_795_000_000_000, "message": "probe"}]
    return asking.client("logs").put_log_events(
        logGroupName=_group(arn), logStreamName="probe", logEvents=events
    )


LETTER = {"Simple": {"Subject": {"Data": "probe"}, "Body": {"Text": {"Data": "probe"}}}}
RAW = b"From: planner@budget.example\r\nTo: probe@budget.example\r\nSubject: probe\r\n\r\nprobe\r\n"

PROBES: dict[str, Probe] = {
    "secretsmanager:GetSecretValue": lambda asking, root, arn: asking.client(
        "secretsmanager"
    ).get_secret_value(SecretId=SECRET),
    "dynamodb:GetItem": _dynamodb("get_item"),
    "dynamodb:BatchGetItem": lambda asking, root, arn: asking.client("dynamodb").batch_get_item(
        RequestItems={_table(arn)[0]: {"Keys": [_key(_table(arn)[0])]}}
    ),
    "dynamodb:Query": _query,
    "dynamodb:Scan": lambda asking, root, arn: asking.client("dynamodb").scan(**_place(arn)),
    "dynamodb:DescribeTable": lambda asking, root, arn: asking.client("dynamodb").describe_table(
        TableName=_table(arn)[0]
    ),
    "dynamodb:BatchWriteItem": lambda asking, root, arn: asking.client("dynamodb").batch_write_item(
        RequestItems={_table(arn)[0]: [{"DeleteRequest": {"Key": _key(_table(arn)[0])}}]}
    ),
    "dynamodb:PutItem": lambda asking, root, arn: asking.client("dynamodb").put_item(
        TableName=_table(arn)[0], Item=_key(_table(arn)[0])
    ),
    "dynamodb:UpdateItem": _dynamodb("update_item"),
    "dynamodb:DeleteItem": _dynamodb("delete_item"),
    "s3:GetObject": _get_object,
    "s3:PutObject": lambda asking, root, arn: asking.client("s3").put_object(**_object(arn), Body=b"x"),
    "s3:DeleteObject": lambda asking, root, arn: asking.client("s3").delete_object(**_object(arn)),
    "s3:ListBucket": lambda asking, root, arn: asking.client("s3").list_objects_v2(Bucket=_name(arn)),
    "sqs:SendMessage": lambda asking, root, arn: asking.client("sqs").send_message(
        QueueUrl=_url(root, arn), MessageBody="probe"
    ),
    "sqs:GetQueueUrl": lambda asking, root, arn: asking.client("sqs").get_queue_url(QueueName=_name(arn)),
    "sqs:GetQueueAttributes": lambda asking, root, arn: asking.client("sqs").get_queue_attributes(
        QueueUrl=_url(root, arn), AttributeNames=["QueueArn"]
    ),
    "sqs:ReceiveMessage": lambda asking, root, arn: asking.client("sqs").receive_message(
        QueueUrl=_url(root, arn), WaitTimeSeconds=0
    ),
    "sqs:DeleteMessage": lambda asking, root, arn: asking.client("sqs").delete_message(**_handle(root, arn)),
    "sqs:ChangeMessageVisibility": lambda asking, root, arn: asking.client("sqs").change_message_visibility(
        **_handle(root, arn), VisibilityTimeout=0
    ),
    "sns:Subscribe": lambda asking, root, arn: asking.client("sns").subscribe(
        TopicArn=_topic(arn), Protocol="email", Endpoint="probe@budget.example"
    ),
    "sns:GetTopicAttributes": lambda asking, root, arn: asking.client("sns").get_topic_attributes(
        TopicArn=_topic(arn)
    ),
    "sns:ListSubscriptionsByTopic": lambda asking, root, arn: asking.client(
        "sns"
    ).list_subscriptions_by_topic(TopicArn=_topic(arn)),
    "sns:CreateTopic": lambda asking, root, arn: asking.client("sns").create_topic(Name=_name(_topic(arn))),
    "sns:SetTopicAttributes": lambda asking, root, arn: asking.client("sns").set_topic_attributes(
        TopicArn=_topic(arn), AttributeName="DisplayName", AttributeValue="probe"
    ),
    "sns:GetSubscriptionAttributes": lambda asking, root, arn: asking.client(
        "sns"
    ).get_subscription_attributes(SubscriptionArn=_subscription(root)),
    "sns:Unsubscribe": lambda asking, root, arn: asking.client("sns").unsubscribe(
        SubscriptionArn=_subscription(root)
    ),
    "sns:CheckIfPhoneNumberIsOptedOut": _opted_out,
    "sns:Publish": _publish,
    "ses:SendEmail": lambda asking, root, arn: asking.client("sesv2").send_email(
        FromEmailAddress=SENDER, Destination={"ToAddresses": ["probe@budget.example"]}, Content=LETTER
    ),
    "ses:SendRawEmail": lambda asking, root, arn: asking.client("ses").send_raw_email(
        Source=SENDER, RawMessage={"Data": RAW}
    ),
    "ses:GetAccount": lambda asking, root, arn: asking.client("sesv2").get_account(),
    "lambda:InvokeFunction": _invoke,
    "logs:CreateLogStream": _create_stream,
    "logs:PutLogEvents": _put_events,
}

# What nobody but an operator may do.
FORBIDDEN: dict[str, Probe] = {
    "dynamodb:DeleteTable": lambda asking, root, arn: asking.client("dynamodb").delete_table(
        TableName=NAMES.table("users")
    ),
    "dynamodb:CreateTable": lambda asking, root, arn: asking.client("dynamodb").create_table(
        TableName="another",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    ),
    "s3:PutBucketPolicy": lambda asking, root, arn: asking.client("s3").put_bucket_policy(
        Bucket=NAMES.bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": []})
    ),
    "s3:DeleteBucket": lambda asking, root, arn: asking.client("s3").delete_bucket(Bucket=NAMES.bucket),
    "s3:PutObject elsewhere": lambda asking, root, arn: asking.client("s3").put_object(
        Bucket=NAMES.bucket, Key="elsewhere/file", Body=b"x"
    ),
    "sqs:DeleteQueue": lambda asking, root, arn: asking.client("sqs").delete_queue(
        QueueUrl=_url(root, ARNS.queue("work-queue"))
    ),
    "sqs:ReceiveMessage of dead letters": lambda asking, root, arn: asking.client("sqs").receive_message(
        QueueUrl=_url(root, f"{ARNS.queue('work-queue')}-dlq"), WaitTimeSeconds=0
    ),
    "sns:DeleteTopic": lambda asking, root, arn: asking.client("sns").delete_topic(TopicArn=ARNS.topic()),
    "iam:PutRolePolicy": lambda asking, root, arn: asking.client("iam").put_role_policy(
        RoleName=NAMES.web_role, PolicyName="more", PolicyDocument="{}"
    ),
    "lambda:UpdateFunctionCode": lambda asking, root, arn: asking.client("lambda").update_function_code(
        FunctionName=NAMES.function("report-generator-function"), ZipFile=b"x"
    ),
    "logs:DeleteLogGroup": lambda asking, root, arn: asking.client("logs").delete_log_group(
        logGroupName=_group(ARNS.log_group("budget-alert-function"))
    ),
}
