import fc from 'fast-check';
import t from 'tap';
import { parse } from 'yaml';
import {
  composeVariables,
  firelensText,
  secretLogOptions,
  secretVariables,
  variableName,
  variableOf,
} from '../../../../src/executors/compose/interpolation.ts';
import { composeText, notActedOn, renderTask, taskHead } from '../../../../src/executors/compose/render.ts';
import type { ContainerInputs, ResolvedInputs } from '../../../../src/model/ports.ts';
import { sampleContext, sampleDefinition, sampleTask } from '../../../support/rendering.ts';

const found = (inputs: Partial<Record<keyof ContainerInputs, Record<string, string>>>): ResolvedInputs =>
  new Map([
    [
      'server',
      {
        secrets: new Map(Object.entries(inputs.secrets ?? {})),
        fileVariables: new Map(Object.entries(inputs.fileVariables ?? {})),
        logOptions: new Map(Object.entries(inputs.logOptions ?? {})),
      },
    ],
  ]);

const environmentOf = (
  container: Parameters<typeof sampleDefinition>[0],
  inputs?: ResolvedInputs,
  flags = '',
): unknown => {
  const [task, definition, context] = [sampleTask(), sampleDefinition(container), sampleContext(flags)];
  const text = composeText(
    renderTask(task, definition, context, inputs),
    taskHead(task, definition, context),
  );
  return (parse(text) as { services: { server: { environment?: unknown } } }).services.server.environment;
};

t.test('a variable of Compose is named after container and name, and differs for every other two', (t) => {
  t.equal(variableName('ENV', 'app', 'DB_PASSWORD'), 'ECSIDECAR_ENV_app__DB_PASSWORD');
  t.equal(variableName('LOG', 'app', 'splunk-token'), 'ECSIDECAR_LOG_app__splunk_token__99cbfc3b3208006e');
  const part = fc.stringMatching(/^[ab_\-.]{0,4}$/);
  fc.assert(
    fc.property(fc.tuple(part, part), fc.tuple(part, part), (one, other) => {
      const name = variableName('ENV', ...one);
      return (
        /^[A-Za-z0-9_]+$/.test(name) &&
        (name === variableName('ENV', ...other)) === (one.join('\0') === other.join('\0'))
      );
    }),
  );
  t.end();
});

t.test('the Compose file names what a secret is filled in from, and never its value', (t) => {
  const container = { secrets: [{ name: 'DB', valueFrom: '/db' }] };
  const inputs = found({ secrets: { DB: 'canary' }, fileVariables: { LEVEL: 'canary' } });
  t.same(environmentOf(container, inputs), {
    DB: '${ECSIDECAR_ENV_server__DB}',
    LEVEL: '${ECSIDECAR_ENV_server__LEVEL}',
  });
  t.same(composeVariables(inputs), {
    ECSIDECAR_ENV_server__DB: 'canary',
    ECSIDECAR_ENV_server__LEVEL: 'canary',
  });
  t.end();
});

t.test('a project that is only to be looked at has the variables of its secrets', (t) => {
  t.same(environmentOf({ secrets: [{ name: 'DB', valueFrom: '/db' }] }), {
    DB: '${ECSIDECAR_ENV_server__DB}',
  });
  t.end();
});

t.test('no text of a definition becomes a variable of Compose', (t) => {
  const value = '${ECSIDECAR_ENV_server__DB}';
  t.same(environmentOf({ environment: [{ name: 'COPY', value }] }), { COPY: `$${value}` });
  t.end();
});

// Source: ECS agent, MergeEnvironmentVariablesFromEnvfiles and PopulateSecrets; ECS developer guide, environment files.
t.test(
  'a secret counts over the definition, and that over environment files; Docker flags count over all',
  (t) => {
    const container = {
      environment: ['A', 'B', 'D'].map((name) => ({ name, value: 'plain' })),
      secrets: ['A', 'C', 'D'].map((name) => ({ name, valueFrom: '/x' })),
    };
    const inputs = found({
      secrets: { A: 'secret', C: 'secret', D: 'secret' },
      fileVariables: { B: 'file', C: 'file' },
    });
    t.same(environmentOf(container, inputs, '-e D=flag'), {
      A: '${ECSIDECAR_ENV_server__A}',
      B: 'plain',
      C: '${ECSIDECAR_ENV_server__C}',
      D: 'flag',
    });
    t.equal(composeVariables(inputs)['ECSIDECAR_ENV_server__C'], 'secret');
    t.end();
  },
);

t.test('options of a log driver are filled in like variables', (t) => {
  const secretOptions = [{ name: 'token', valueFrom: '/token' }];
  const options = secretLogOptions({
    name: 'server',
    logConfiguration: { logDriver: 'splunk', secretOptions },
  });
  t.equal(variableOf(options['token']), 'ECSIDECAR_LOG_server__token');
  t.same(composeVariables(found({ logOptions: { token: 'x' } })), { ECSIDECAR_LOG_server__token: 'x' });
  t.same(secretVariables({ name: 'server' }), {});
  t.end();
});

t.test('a configuration without text is a line, for Compose would make a folder of it', (t) => {
  const [server] = found({}).values();
  for (const [firelensConfig, given] of [
    ['', '\n'],
    ['x', 'x'],
  ] as const)
    t.same(composeVariables(new Map([['server', { ...server!, firelensConfig }]])), {
      [variableOf(firelensText({ name: 'server' })) ?? '']: given,
    });
  t.end();
});

t.test('the head of the file says which variables it takes from the environment', (t) => {
  const definition = sampleDefinition({
    secrets: [{ name: 'DB', valueFrom: '/db' }],
    environmentFiles: [{ type: 's3', value: 'arn:aws:s3:::bucket/app.env' }],
  });
  const [task, context] = [sampleTask(), sampleContext()];
  const head = composeText(renderTask(task, definition, context), taskHead(task, definition, context)).split(
    '\nname:',
  )[0];
  t.match(
    head,
    `#   docker network create mynetwork    (if it is absent)
#   export ECSIDECAR_ENV_server__DB=…
#   docker compose up

# Environment files, whose variables are set at the start of a task:
#   server: arn:aws:s3:::bucket/app.env
`,
  );
  t.end();
});

t.test('secret options are said to do nothing where the output is read from the engine', (t) => {
  const unbuilt = (logDriver: 'awslogs' | 'splunk') =>
    notActedOn(
      sampleDefinition({
        logConfiguration: {
          logDriver,
          options: { 'awslogs-group': 'g' },
          secretOptions: [{ name: 'token', valueFrom: '/token' }],
        },
      }),
    );
  t.same(unbuilt('awslogs'), ['containerDefinitions[server].logConfiguration.secretOptions.token']);
  t.same(unbuilt('splunk'), []);
  t.end();
});
