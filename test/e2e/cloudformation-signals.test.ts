import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackResourceCommand,
  SignalResourceCommand,
} from '@aws-sdk/client-cloudformation';
import t from 'tap';
import { until } from '../support/poll.ts';
import { startSidecar } from '../support/sidecar.ts';
import { cloudFormation, eventsOf, serviceTemplate, untilSettled } from '../support/stacks.ts';

const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());
const client = cloudFormation(sidecar);
t.teardown(() => {
  client.destroy();
});

const waiting = (count: number): object => ({
  Handle: { Type: 'AWS::CloudFormation::WaitConditionHandle' },
  Wait: {
    Type: 'AWS::CloudFormation::WaitCondition',
    Properties: { Handle: { Ref: 'Handle' }, Timeout: 600, Count: count },
  },
});
const data = { Data: { Value: { 'Fn::GetAtt': ['Wait', 'Data'] } } };

const begun = (StackName: string, logicalId: string): Promise<unknown> =>
  until(`${logicalId} is waited for`, async () =>
    (await eventsOf(client, StackName)).find(
      (event) => event === `${logicalId}: CREATE_IN_PROGRESS (Resource creation Initiated)`,
    ),
  );
const handleOf = async (StackName: string): Promise<string> => {
  const asked = new DescribeStackResourceCommand({ StackName, LogicalResourceId: 'Handle' });
  return (await client.send(asked)).StackResourceDetail?.PhysicalResourceId ?? '';
};

/** busybox has no client that can PUT. */
const PUT = `u=\${SIGNAL_URL#http://} h=\${u%%/*} b='{"Status":"SUCCESS","UniqueId":"task","Data":"from the task"}'
printf 'PUT /%s HTTP/1.0\\r\\nHost: %s\\r\\nContent-Length: %s\\r\\n\\r\\n%s' "\${u#*/}" "$h" "\${#b}" "$b" | nc "\${h%:*}" "\${h#*:}"
exec sleep 1000`;

t.test(
  'a task and a program of the host signal one wait condition; a death in between loses nothing',
  async (t) => {
    const StackName = 'signals';
    const template = JSON.parse(
      serviceTemplate(['sh', '-c', PUT], { resources: waiting(2), outputs: data }),
    ) as { Resources: { Task: { Properties: { ContainerDefinitions: object[] } } } };
    Object.assign(template.Resources.Task.Properties.ContainerDefinitions[0] ?? {}, {
      Environment: [{ Name: 'SIGNAL_URL', Value: { Ref: 'Handle' } }],
    });
    await client.send(new CreateStackCommand({ StackName, TemplateBody: JSON.stringify(template) }));
    await until('the service is there', async () =>
      (await eventsOf(client, StackName)).find((event) => event === 'Service: CREATE_COMPLETE'),
    );
    await sidecar.kill();
    await sidecar.restart();
    // Who listens where it did before is found at the address that the handle has.
    const url = new URL(await handleOf(StackName));
    url.host = new URL(sidecar.url).host;
    const body = JSON.stringify({ Status: 'SUCCESS', UniqueId: 'host', Data: 'from the host', Reason: '' });
    t.equal((await fetch(url, { method: 'PUT', body })).status, 200);
    t.equal((await fetch(`${url.href}0`, { method: 'PUT', body })).status, 403);
    const stack = await untilSettled(client, StackName);
    t.equal(stack.StackStatus, 'CREATE_COMPLETE');
    const [output] = (stack.Outputs ?? []).filter(({ OutputKey }) => OutputKey === 'Data');
    t.strictSame(JSON.parse(output?.OutputValue ?? ''), { task: 'from the task', host: 'from the host' });
    await client.send(new DeleteStackCommand({ StackName }));
    await untilSettled(client, stack.StackId ?? '');
  },
);

t.test('SignalResource completes a creation policy, and a failure rolls the stack back', async (t) => {
  const TemplateBody = JSON.stringify({
    Resources: {
      Wait: {
        Type: 'AWS::CloudFormation::WaitCondition',
        CreationPolicy: { ResourceSignal: { Count: 1, Timeout: 'PT10M' } },
      },
    },
  });
  const signal = (StackName: string, Status: 'SUCCESS' | 'FAILURE'): Promise<unknown> =>
    client.send(new SignalResourceCommand({ StackName, LogicalResourceId: 'Wait', UniqueId: 'i-1', Status }));
  await client.send(new CreateStackCommand({ StackName: 'well', TemplateBody }));
  await begun('well', 'Wait');
  await signal('well', 'SUCCESS');
  const { StackId, StackStatus } = await untilSettled(client, 'well');
  t.equal(StackStatus, 'CREATE_COMPLETE');
  t.ok(
    (await eventsOf(client, 'well')).includes(
      'Wait: CREATE_IN_PROGRESS (Received SUCCESS signal with UniqueId i-1)',
    ),
  );
  await t.rejects(signal('well', 'SUCCESS'), {
    name: 'ValidationError',
    message: `Stack ${StackId ?? ''} is in CREATE_COMPLETE state and cannot be signaled`,
  });
  await client.send(new CreateStackCommand({ StackName: 'ill', TemplateBody }));
  await begun('ill', 'Wait');
  await signal('ill', 'FAILURE');
  t.equal((await untilSettled(client, 'ill')).StackStatus, 'ROLLBACK_COMPLETE');
  t.ok(
    (await eventsOf(client, 'ill')).includes(
      'Wait: CREATE_FAILED (Received FAILURE signal with UniqueId i-1)',
    ),
  );
});
