import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { StopTaskCommand } from '@aws-sdk/client-ecs';
import t from 'tap';
import { aws } from '../support/clients.ts';
import { until } from '../support/poll.ts';
import { register, runTask, startSidecar, untilStatus } from '../support/sidecar.ts';

const logConfiguration = (group: string) => ({
  logDriver: 'awslogs' as const,
  options: {
    'awslogs-create-group': 'true',
    'awslogs-group': group,
    'awslogs-stream-prefix': 'p',
    'awslogs-region': 'us-east-1',
  },
});

/** Calls the endpoint that it is told of, as an SDK would. */
const CALL =
  'echo "$AWS_ENDPOINT_URL $AWS_REGION $AWS_DEFAULT_REGION $AWS_ACCESS_KEY_ID"; wget -q -O - "$AWS_ENDPOINT_URL/_ecsidecar/health"';

t.test('a task calls the sidecar on the host at the address that it is given', async (t) => {
  const sidecar = await startSidecar();
  t.teardown(() => sidecar.remove());
  await aws(sidecar, 'ecs', 'create-cluster');
  const said = async (group: string) => {
    const { events = [] } = await sidecar.logs.send(new FilterLogEventsCommand({ logGroupName: group }));
    return events.map(({ message = '' }) => message);
  };
  const run = async (family: string, container: object, more: object = {}) => {
    const definition = await register(
      sidecar,
      family,
      [
        {
          name: 'app',
          command: ['sh', '-c', CALL],
          logConfiguration: logConfiguration(family),
          ...container,
        },
      ],
      more,
    );
    const { taskArn } = await runTask(sidecar, definition);
    await untilStatus(sidecar, taskArn, 'STOPPED');
    return await said(family);
  };
  const port = new URL(sidecar.url).port;
  const called = await run('caller', {});
  t.equal(called[0], `http://host.docker.internal:${port} us-east-1 us-east-1 test`);
  t.match(called[1], '"executor":"docker"');
  const onHost = await run('host', {}, { networkMode: 'host' });
  t.equal(onHost[0], `http://127.0.0.1:${port} us-east-1 us-east-1 test`);
  t.match(onHost[1], '"executor":"docker"');
  t.ok((await run('none', {}, { networkMode: 'none' })).includes('   '), 'nothing leads there');
  const own = await run('own', {
    environment: [
      { name: 'AWS_ENDPOINT_URL', value: `http://host.docker.internal:${port}/` },
      { name: 'AWS_REGION', value: 'eu-west-1' },
    ],
  });
  t.equal(own[0], `http://host.docker.internal:${port}/ eu-west-1 us-east-1 test`);
});

t.test('ECS_DISABLE_AWS_ENDPOINT_URL: tasks are told nothing', async (t) => {
  const sidecar = await startSidecar({ ECS_DISABLE_AWS_ENDPOINT_URL: '1' });
  t.teardown(() => sidecar.remove());
  await aws(sidecar, 'ecs', 'create-cluster');
  const definition = await register(sidecar, 'plain', [{ name: 'app', command: ['sleep', '1000'] }]);
  const { taskArn } = await runTask(sidecar, definition);
  await untilStatus(sidecar, taskArn, 'RUNNING');
  const [container] = await until('its container', async () => {
    const all = await sidecar.docker.listContainers({ filters: { label: [sidecar.label] } });
    return all.length > 0 && all;
  });
  const { Config: config, HostConfig: host } = await sidecar.docker
    .getContainer(container?.Id ?? '')
    .inspect();
  t.notOk(config.Env.some((variable) => variable.startsWith('AWS_')));
  t.notOk((host.ExtraHosts as string[] | null)?.length);
  await sidecar.ecs.send(new StopTaskCommand({ task: taskArn }));
});
