"""Runs a task that sees a folder of this machine, as LocalStack's guide does it, and prints what it read there."""

import os
import pathlib
import sys
import time

import boto3

endpoint = os.environ.get("ENDPOINT", "http://127.0.0.1:4566")
options = dict(
    endpoint_url=endpoint,
    region_name="us-east-1",
    aws_access_key_id="test",
    aws_secret_access_key="test",
)
ecs_client = boto3.client("ecs", **options)
logs_client = boto3.client("logs", **options)
host_path = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()

ecs_client.create_cluster()
ecs_client.register_task_definition(
    family="bind-mount",
    containerDefinitions=[
        {
            "name": "reader",
            "image": "busybox",
            "memory": 16,
            "command": ["cat", "/container/path/hello.txt"],
            "mountPoints": [
                {"containerPath": "/container/path", "sourceVolume": "test-volume"}
            ],
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-create-group": "true",
                    "awslogs-group": "bind-mount",
                    "awslogs-region": "us-east-1",
                    "awslogs-stream-prefix": "example",
                },
            },
        }
    ],
    volumes=[{"host": {"sourcePath": str(host_path)}, "name": "test-volume"}],
)
task = ecs_client.run_task(taskDefinition="bind-mount")["tasks"][0]["taskArn"]
ecs_client.get_waiter("tasks_stopped").wait(
    tasks=[task], WaiterConfig={"Delay": 1, "MaxAttempts": 60}
)
deadline = time.monotonic() + 10
while time.monotonic() < deadline:
    events = logs_client.filter_log_events(logGroupName="bind-mount")["events"]
    if events:
        print(events[-1]["message"])
        break
