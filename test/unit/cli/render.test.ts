import t from 'tap';
import { parse } from 'yaml';
import { renderDefinition, type CheckTaskDefinition } from '../../../src/cli/render.ts';
import { ClientException } from '../../../src/model/aws-error.ts';

/** Takes all but what has no container, and fills in what marks it as checked. */
const check: CheckTaskDefinition = (input) =>
  input.containerDefinitions?.length === 0
    ? Promise.reject(new ClientException('Container list cannot be empty.'))
    : Promise.resolve({ ...input, revision: 1, runtimePlatform: { cpuArchitecture: 'X86_64' } });

const render = async (value: unknown, family?: string, environment: NodeJS.ProcessEnv = {}) => {
  const json = typeof value === 'string' ? value : JSON.stringify(value);
  const text = await renderDefinition(json, family === undefined ? {} : { family }, environment, check, () =>
    Promise.reject(new Error('nothing is merged here')),
  );
  return {
    text,
    project: parse(text) as {
      name: string;
      networks: unknown;
      services: Record<string, Record<string, unknown>>;
    },
  };
};

const definition = (family: string, others: object = {}) => ({
  family,
  containerDefinitions: [{ name: 'app', image: family, memory: 10 }],
  ...others,
});

t.test(
  'the input of register-task-definition is rendered, as checked, with a task id of zeros',
  async (t) => {
    const { text, project } = await render(definition('one'));
    t.equal(project.name, 'ecs-default-000000000000');
    t.match(project.services['app'], { image: 'one', container_name: 'ecs-one-1-app-000000000000' });
    t.match(text, '# Task definition: arn:aws:ecs:us-east-1:000000000000:task-definition/one:1\n');
    t.equal(project.services['app']?.['platform'], 'linux/amd64', 'what the check adds is there');
    t.equal((await render(definition('one'))).text, text, 'the same each time');
  },
);

t.test('the output of describe-task-definition is rendered with its revision', async (t) => {
  const { project } = await render({
    taskDefinition: definition('one', { revision: 7, status: 'ACTIVE' }),
    tags: [],
  });
  t.equal(project.services['app']?.['container_name'], 'ecs-one-7-app-000000000000');
});

t.test('a byte-order mark before the JSON is passed over', async (t) => {
  t.ok((await render(`\ufeff${JSON.stringify(definition('one'))}`)).project.services['app']);
});

t.test('of several definitions the family is chosen, of its revisions the newest', async (t) => {
  const several = [
    definition('one'),
    { taskDefinition: definition('two', { revision: 9 }) },
    { taskDefinition: definition('two', { revision: 10 }) },
    { taskDefinition: definition('two', { revision: 8 }) },
  ];
  t.equal((await render(several, 'one')).project.services['app']?.['image'], 'one');
  t.match((await render(several, 'two')).text, 'task-definition/two:10\n');
  await t.rejects(render(several), {
    message: 'several task definitions; choose one with --family: one, two',
  });
  await t.rejects(render(several, 'three'), { message: 'no family is called three; there is: one, two' });
  await t.rejects(render(definition('one'), 'three'), {
    message: 'no family is called three; there is: one',
  });
});

t.test('network and Docker flags come from the environment', async (t) => {
  const { project } = await render(definition('one'), undefined, {
    MAIN_DOCKER_NETWORK: 'mine',
    ECS_DOCKER_FLAGS: '-p 0:9229 -e FROM_OUTSIDE',
    FROM_OUTSIDE: 'x',
  });
  t.strictSame(project.networks, { default: { external: true, name: 'mine' } });
  t.match(project.services['app'], { ports: [{ target: 9229 }], environment: { FROM_OUTSIDE: 'x' } });
  await t.rejects(render(definition('one'), undefined, { ECS_DOCKER_FLAGS: '--gpus all' }), {
    message: 'ECS_DOCKER_FLAGS: unknown flag --gpus',
  });
});

t.test('what RegisterTaskDefinition refuses is refused in its words', async (t) => {
  await t.rejects(render({ family: 'one', containerDefinitions: [] }), {
    message: 'Container list cannot be empty.',
  });
});

t.test('what is no task definition is refused', async (t) => {
  await t.rejects(render('{"family": '), { message: /^not valid JSON: / });
  for (const value of [{}, [], null, 'null', '3', '"x"', [definition('one'), {}], { taskDefinition: null }]) {
    await t.rejects(render(value), { message: 'this is no task definition: it has no containerDefinitions' });
  }
});

t.test('a task of a service is rendered as one, and its override files are named', async (t) => {
  const folder = t.testdir({ 'one.yaml': '', mine: { 'web.yml': '' } });
  const json = JSON.stringify(definition('one'));
  const seen: unknown[] = [];
  const of = (service: string, more = {}): Promise<string> =>
    renderDefinition(
      json,
      { service, ...more },
      { ECS_COMPOSE_OVERRIDES: folder },
      check,
      (task, { family }, context, from) => {
        seen.push(task.clusterName, task.group, family, context.networkName, from);
        return Promise.resolve('merged');
      },
    );
  const text = await of('mine/web');
  t.match(
    text,
    `#   docker compose --project-directory ${folder} -f compose.yaml -f ${folder}/one.yaml -f ${folder}/mine/web.yml up\n`,
  );
  t.match(text, 'com.amazonaws.ecs.cluster: mine\n');
  t.equal(await of('mine/web', { merged: true }), 'merged');
  t.strictSame(seen, ['mine', 'service:web', 'one', 'ecsidecar', folder]);
  for (const service of ['web', '/web', 'mine/'])
    await t.rejects(of(service), { message: `--service is "${service}"; it must be <cluster>/<service>` });
});
