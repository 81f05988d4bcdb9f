import { CreateClusterCommand, CreateServiceCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import t from 'tap';
import type { Change } from '../../../src/model/console-ports.ts';
import { until } from '../../support/poll.ts';
import { readFrames } from '../../support/server-sent-events.ts';
import { register, startSidecar, untilStatus } from '../../support/sidecar.ts';

const sidecar = await startSidecar({ ECS_DOCKER_FLAGS: '-l private=word-of-an-option' });
t.teardown(() => sidecar.remove());
const api = `${sidecar.url}/_ecsidecar/api`;
const arnStart = 'arn:aws:ecs:us-east-1:000000000000:';

const readJson = async <T>(path: string): Promise<T> => {
  const answer = await fetch(`${api}${path}`);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
};

t.test('what clients create is told within a second', async (t) => {
  const reader = await readFrames(`${api}/changes`);
  const told = (kind: Change['kind'], arn: string): Promise<unknown> =>
    until(
      `${kind} ${arn}`,
      () =>
        reader.frames.some(({ event, data }) => {
          const change = data as Change;
          return event === 'change' && change.kind === kind && change.arn === arn;
        }),
      1000,
    );
  await sidecar.ecs.send(new CreateClusterCommand({ clusterName: 'shop' }));
  await told('cluster', `${arnStart}cluster/shop`);
  const definition = await register(sidecar, 'told', [{ command: ['sleep', '600'] }]);
  await told('taskDefinition', definition);
  const { tasks } = await sidecar.ecs.send(new RunTaskCommand({ cluster: 'shop', taskDefinition: 'told' }));
  const arn = tasks?.[0]?.taskArn ?? '';
  await told('task', arn);
  await sidecar.ecs.send(
    new CreateServiceCommand({
      cluster: 'shop',
      serviceName: 'web',
      taskDefinition: 'told',
      desiredCount: 1,
    }),
  );
  await told('service', `${arnStart}service/shop/web`);
  await untilStatus(sidecar, arn, 'RUNNING');
  t.notOk(reader.frames.some(({ event }) => event === 'reset'));
  reader.close();
});

t.test('info tells where everything is, and no value of an option', async (t) => {
  const info = await readJson<Record<string, unknown>>('/info');
  t.match(info, { dataDir: sidecar.dataDir, endpoint: sidecar.url, health: { executor: 'docker' } });
  t.ok((info['options'] as string[]).includes('MAIN_DOCKER_NETWORK'));
  t.notMatch(JSON.stringify(info), 'word-of-an-option');
  const doctor = await readJson<{ ok: boolean; findings: { what: string; ok: boolean }[] }>('/doctor');
  t.match(
    doctor.findings.map(({ what }) => what),
    ['settings', 'engine', 'compose', 'network', 'credentials', 'port', 'data folder'],
  );
  t.equal(doctor.ok, true, JSON.stringify(doctor));
});
