"""A CDK app whose container sees a folder of this machine: LocalStack's guide, with a service around it."""

import os

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs

app = cdk.App()
# This synthesizer needs no `cdk bootstrap`; the others work too, after one.
stack = cdk.Stack(app, "BindMountPython", synthesizer=cdk.LegacyStackSynthesizer())

task_definition = ecs.TaskDefinition(
    stack,
    "Task",
    compatibility=ecs.Compatibility.EC2,
    network_mode=ecs.NetworkMode.BRIDGE,
    volumes=[
        ecs.Volume(
            name="test-volume",
            host=ecs.Host(source_path=os.path.abspath(os.environ.get("SITE", "site"))),
        )
    ],
)
container = task_definition.add_container(
    "web",
    image=ecs.ContainerImage.from_registry("busybox:latest"),
    memory_limit_mib=32,
    command=["httpd", "-f", "-v", "-p", "8080", "-h", "/container/path"],
    port_mappings=[ecs.PortMapping(container_port=8080)],
    stop_timeout=cdk.Duration.seconds(2),
    logging=ecs.LogDrivers.aws_logs(
        stream_prefix="web",
        log_group=logs.LogGroup(stack, "Log", removal_policy=cdk.RemovalPolicy.DESTROY),
    ),
)
container.add_mount_points(
    ecs.MountPoint(
        container_path="/container/path",
        source_volume="test-volume",
        read_only=True,
    )
)

# Tasks run on this machine: the L1 constructs need neither a VPC nor a group of machines around them.
cluster = ecs.CfnCluster(stack, "Cluster")
ecs.CfnService(
    stack,
    "Service",
    cluster=cluster.ref,
    task_definition=task_definition.task_definition_arn,
    desired_count=1,
    deployment_configuration=ecs.CfnService.DeploymentConfigurationProperty(
        deployment_circuit_breaker=ecs.CfnService.DeploymentCircuitBreakerProperty(enable=True, rollback=True)
    ),
)

app.synth()
