import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { DescribeServicesCommand, ListServicesCommand } from '@aws-sdk/client-ecs';
import t from 'tap';
import { aws, AWS, awsJson, failure } from '../support/clients.ts';
import { until } from '../support/poll.ts';
import { startSidecar } from '../support/sidecar.ts';
import { anotherSecond, cloudFormation, serviceTemplate, untilSettled } from '../support/stacks.ts';

const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());
const client = cloudFormation(sidecar);
t.teardown(() => {
  client.destroy();
});
const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-templates-'));
t.teardown(() => rm(folder, { recursive: true, force: true }));
const BREAKER = { DeploymentConfiguration: { DeploymentCircuitBreaker: { Enable: true, Rollback: true } } };

// Source: what internal/service/cloudformation/stack.go of terraform-provider-aws sends and looks for.
t.test("the calls of Terraform's aws_cloudformation_stack, in their order", async (t) => {
  const StackName = 'terraform';
  const TemplateBody = serviceTemplate(['sleep', '1000'], { service: BREAKER });
  const { StackId } = await client.send(
    new CreateStackCommand({
      StackName,
      TemplateBody,
      ClientRequestToken: 'terraform-1',
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      OnFailure: 'DELETE',
      TimeoutInMinutes: 10,
      StackPolicyBody:
        '{"Statement":[{"Effect":"Allow","Action":"Update:*","Principal":"*","Resource":"*"}]}',
      Tags: [{ Key: 'made', Value: 'by terraform' }],
    }),
  );
  const made = await untilSettled(client, StackId ?? '');
  t.match(made, {
    StackStatus: 'CREATE_COMPLETE',
    Capabilities: ['CAPABILITY_NAMED_IAM'],
    TimeoutInMinutes: 10,
    DisableRollback: false,
    Tags: [{ Key: 'made', Value: 'by terraform' }],
  });
  const { TemplateBody: kept } = await client.send(
    new GetTemplateCommand({ StackName: StackId, TemplateStage: 'Original' }),
  );
  t.equal(kept, TemplateBody, 'the template as it was given: a plan is empty');

  const update = (body: string, ClientRequestToken: string) =>
    client.send(
      new UpdateStackCommand({
        StackName: StackId,
        TemplateBody: body,
        ClientRequestToken,
        Capabilities: ['CAPABILITY_NAMED_IAM'],
        Tags: [{ Key: 'made', Value: 'by terraform' }],
      }),
    );
  t.equal(await failure(update(TemplateBody, 'terraform-2')), 'No updates are to be performed.');
  await update(serviceTemplate(['sh', '-c', 'echo no disk; exit 4'], { service: BREAKER }), 'terraform-3');
  t.equal((await untilSettled(client, StackId ?? '')).StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
  const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: StackId }));
  const reasons = StackEvents.filter(
    ({ ClientRequestToken, ResourceStatus = '' }) =>
      ClientRequestToken === 'terraform-3' && /_FAILED$|^UPDATE_ROLLBACK_IN_PROGRESS$/.test(ResourceStatus),
  ).map(({ ResourceStatusReason }) => ResourceStatusReason);
  t.match(reasons.join('\n'), /Container app exited with code 4/);

  await client.send(new DeleteStackCommand({ StackName: StackId, ClientRequestToken: 'terraform-4' }));
  t.equal(
    (await untilSettled(client, StackId ?? '')).StackStatus,
    'DELETE_COMPLETE',
    'by its id it is there',
  );
  t.equal(
    await failure(client.send(new DescribeStacksCommand({ StackName }))),
    `Stack with id ${StackName} does not exist`,
  );
});

t.test('OnFailure DELETE: the stack is gone, its id tells why', async (t) => {
  const { StackId = '' } = await client.send(
    new CreateStackCommand({
      StackName: 'ill',
      TemplateBody: serviceTemplate(['sh', '-c', 'exit 5'], { service: BREAKER }),
      OnFailure: 'DELETE',
      ClientRequestToken: 'ill-1',
    }),
  );
  t.equal((await untilSettled(client, StackId)).StackStatus, 'DELETE_COMPLETE');
  const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: StackId }));
  const told = StackEvents.find(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED');
  t.match(told?.ResourceStatusReason, 'Container app exited with code 5.');
  t.equal(told?.ClientRequestToken, 'ill-1');
});

/** The AWS CLI with its exit code and words. */
const cli = (...args: string[]): Promise<{ code: number; output: string }> =>
  new Promise((resolve) => {
    execFile(
      AWS,
      ['--endpoint-url', sidecar.url, 'cloudformation', ...args],
      { env: sidecar.clientEnvironment },
      (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr });
      },
    );
  });

t.test('aws cloudformation deploy: capabilities, parameters, empty change sets, a failure', async (t) => {
  const file = join(folder, 'app.yaml');
  const template = (command: string): string => `
Description: an app
Parameters:
  Seconds: { Type: Number, Default: 1000 }
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] } }
  Cluster: { Type: AWS::ECS::Cluster }
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - Name: app
          Image: busybox:latest
          Memory: 32
          StopTimeout: 2
          Command: [sh, -c, !Sub '${command}']
  Service:
    Type: AWS::ECS::Service
    Properties:
      Cluster: !Ref Cluster
      TaskDefinition: !Ref Task
      DesiredCount: 1
      DeploymentConfiguration: { DeploymentCircuitBreaker: { Enable: true, Rollback: true } }
Outputs:
  Name: { Value: !GetAtt Service.Name, Export: { Name: the-service } }
`;
  await writeFile(file, template('exec sleep ${Seconds}'));
  const deploy = async (...more: string[]) => {
    await anotherSecond();
    return cli('deploy', '--template-file', file, '--stack-name', 'app', ...more);
  };
  const IAM = ['--capabilities', 'CAPABILITY_IAM'];
  const refused = await deploy();
  t.equal(refused.code, 254);
  t.match(refused.output, '(InsufficientCapabilitiesException)');
  t.match(refused.output, 'Requires capabilities : [CAPABILITY_IAM]');
  const made = await deploy(...IAM, '--parameter-overrides', 'Seconds=1001');
  t.equal(made.code, 0, made.output);
  t.match(made.output, 'Successfully created/updated stack - app');
  const [stack] = (
    await awsJson<{ Stacks: { Parameters: object[] }[] }>(sidecar, 'cloudformation', 'describe-stacks')
  ).Stacks;
  t.strictSame(stack?.Parameters, [{ ParameterKey: 'Seconds', ParameterValue: '1001' }]);
  // A parameter that is not overridden keeps its value.
  const same = await deploy(...IAM, '--no-fail-on-empty-changeset');
  t.equal(same.code, 0);
  t.match(same.output, 'No changes to deploy. Stack app is up to date');
  t.equal((await deploy(...IAM, '--fail-on-empty-changeset')).code, 255);

  await writeFile(file, template('echo no config; exit 6'));
  const failed = await deploy(...IAM);
  t.equal(failed.code, 255);
  t.match(failed.output, 'Failed to create/update the stack.');
  t.equal(
    await awsJson<string>(sidecar, 'cloudformation', 'describe-stacks', '--query', 'Stacks[0].StackStatus'),
    'UPDATE_ROLLBACK_COMPLETE',
  );

  t.match(await awsJson(sidecar, 'cloudformation', 'list-exports'), { Exports: [{ Name: 'the-service' }] });
  t.match(
    await awsJson(sidecar, 'cloudformation', 'validate-template', '--template-body', `file://${file}`),
    {
      Description: 'an app',
      Capabilities: ['CAPABILITY_IAM'],
      Parameters: [{ ParameterKey: 'Seconds', DefaultValue: '1000', NoEcho: false }],
    },
  );
  t.match(await awsJson(sidecar, 'cloudformation', 'get-template-summary', '--stack-name', 'app'), {
    ResourceTypes: ['AWS::IAM::Role', 'AWS::ECS::Cluster', 'AWS::ECS::TaskDefinition', 'AWS::ECS::Service'],
  });
  await aws(sidecar, 'cloudformation', 'delete-stack', '--stack-name', 'app');
  await aws(sidecar, 'cloudformation', 'wait', 'stack-delete-complete', '--stack-name', 'app');
});

t.test(
  'an update without a circuit breaker that cannot start goes back to what ran, with its count',
  async (t) => {
    const StackName = 'stubborn';
    await client.send(
      new CreateStackCommand({ StackName, TemplateBody: serviceTemplate(['sleep', '1002']) }),
    );
    t.equal((await untilSettled(client, StackName)).StackStatus, 'CREATE_COMPLETE');
    const bad = serviceTemplate(['false'], { desiredCount: 2 });
    await client.send(new UpdateStackCommand({ StackName, TemplateBody: bad }));
    t.equal((await untilSettled(client, StackName)).StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
    const containers = () => sidecar.docker.listContainers({ filters: { label: [sidecar.label] } });
    await until('the one task of before', async () => {
      const found = await containers();
      return found.length === 1 && found[0]?.Command === 'sleep 1002';
    });
    const { serviceArns: [service = ''] = [] } = await sidecar.ecs.send(
      new ListServicesCommand({ cluster: await clusterOf(StackName) }),
    );
    const { services } = await sidecar.ecs.send(
      new DescribeServicesCommand({ cluster: service.split('/')[1], services: [service] }),
    );
    t.match(services, [{ desiredCount: 1, deployments: [{ rolloutState: 'COMPLETED' }] }]);
    t.equal(services?.[0]?.deployments?.length, 1);
  },
);

async function clusterOf(StackName: string): Promise<string> {
  const { StackResourceDetail } = await client.send(
    new DescribeStackResourceCommand({ StackName, LogicalResourceId: 'Cluster' }),
  );
  return StackResourceDetail?.PhysicalResourceId ?? '';
}
