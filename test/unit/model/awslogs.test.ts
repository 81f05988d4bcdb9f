import t from 'tap';
import { taskArn } from '../../../src/model/arn.ts';
import { prepareTaskLogs } from '../../../src/model/awslogs.ts';
import type { LogGroup, LogStream } from '../../../src/model/log-event.ts';
import { ExecutorError, type LogStore, type TaskSpec } from '../../../src/model/ports.ts';

const scope = { account: '123456789012', region: 'eu-west-1' };
const id = '0123456789abcdef0123456789abcdef';
const createdAt = new Date(0);

/** Keeps names only, as `account/region/group` and `group/stream`. */
const createFake = (groups: readonly string[] = [], streams: readonly string[] = []) => {
  const made = { groups: [...groups], streams: [...streams] };
  const group = (where: typeof scope, name: string): LogGroup => ({
    id: 1,
    scope: where,
    name,
    createdAt,
    storedBytes: 0,
    tags: {},
  });
  const stream = (name: string): LogStream => ({ id: 1, groupId: 1, name, createdAt });
  const key = (where: typeof scope, name: string) => `${where.account}/${where.region}/${name}`;
  const logs: Pick<LogStore, 'getGroup' | 'createGroup' | 'getStream' | 'createStream'> = {
    getGroup: (where, name) => (made.groups.includes(key(where, name)) ? group(where, name) : undefined),
    createGroup(where, name) {
      if (made.groups.includes(key(where, name))) throw new Error('made twice');
      made.groups.push(key(where, name));
      return group(where, name);
    },
    getStream: (of, name) => (made.streams.includes(`${of.name}/${name}`) ? stream(name) : undefined),
    createStream(of, name) {
      if (made.streams.includes(`${of.name}/${name}`)) throw new Error('made twice');
      made.streams.push(`${of.name}/${name}`);
      return stream(name);
    },
  };
  return { made, logs };
};

const spec = (options: Record<string, string>, logDriver: 'awslogs' | 'json-file' = 'awslogs'): TaskSpec => ({
  task: {
    scope,
    arn: taskArn(scope, 'c', id),
    id,
    clusterName: 'c',
    family: 'f',
    revision: 1,
  } as unknown as TaskSpec['task'],
  definition: { containerDefinitions: [{ name: 'app', logConfiguration: { logDriver, options } }] },
});

const GROUP = '123456789012/eu-west-1/g';

t.test('group and stream are there before the containers start, however often it is made sure', (t) => {
  const { made, logs } = createFake();
  const options = { 'awslogs-group': 'g', 'awslogs-stream-prefix': 'p', 'awslogs-create-group': 'true' };
  prepareTaskLogs(logs, spec(options));
  prepareTaskLogs(logs, spec(options));
  t.same(made, { groups: [GROUP], streams: [`g/p/app/${id}`] });
  t.end();
});

t.test('a group that exists needs no awslogs-create-group', (t) => {
  const { made, logs } = createFake([GROUP]);
  prepareTaskLogs(logs, spec({ 'awslogs-group': 'g', 'awslogs-stream-prefix': 'p' }));
  t.same(made.streams, [`g/p/app/${id}`]);
  t.end();
});

t.test('a missing group without awslogs-create-group keeps the container from starting', (t) => {
  for (const create of [{}, { 'awslogs-create-group': 'false' }]) {
    const { made, logs } = createFake();
    t.throws(
      () => {
        prepareTaskLogs(logs, spec({ 'awslogs-group': 'g', 'awslogs-stream-prefix': 'p', ...create }));
      },
      new ExecutorError(
        'cannotInitialize',
        'failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist.',
        { container: 'app' },
      ),
    );
    t.same(made, { groups: [], streams: [] });
  }
  t.end();
});

t.test('without a prefix the stream is named after a container that is not made yet', (t) => {
  // Source: ECS developer guide, awslogs-stream-prefix.
  const { made, logs } = createFake();
  prepareTaskLogs(logs, spec({ 'awslogs-group': 'g', 'awslogs-create-group': 'true' }));
  t.same(made, { groups: [GROUP], streams: [] });
  t.end();
});

t.test('the group is in the region of awslogs-region', (t) => {
  // Source: ECS developer guide, awslogs-region: the region that the awslogs driver sends to.
  const { made, logs } = createFake();
  const options = { 'awslogs-group': 'g', 'awslogs-create-group': 'true', 'awslogs-region': 'us-west-2' };
  prepareTaskLogs(logs, spec(options));
  t.same(made.groups, ['123456789012/us-west-2/g']);
  t.end();
});

t.test('other log drivers need nothing', (t) => {
  const { made, logs } = createFake();
  prepareTaskLogs(logs, spec({ 'awslogs-group': 'g' }, 'json-file'));
  t.same(made, { groups: [], streams: [] });
  t.end();
});
