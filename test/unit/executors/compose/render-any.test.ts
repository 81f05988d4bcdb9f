import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import fc from 'fast-check';
import t from 'tap';
import { parse } from 'yaml';
import { CONTAINER_FIELDS, TASK_FIELDS, type Field } from '../../../../src/executors/compose/fields.ts';
import { composeText, renderTask, taskHead } from '../../../../src/executors/compose/render.ts';
import { effectiveDefinition } from '../../../../src/model/effective-definition.ts';
import type { AwsTaskDefinition } from '../../../../src/model/task-definition.ts';
import { planTask } from '../../../../src/scheduler/plan-task.ts';
import { anyDefinition, MADE_FIELDS } from '../../../support/any-definition.ts';
import { createTestApi } from '../../../support/ecs-api.ts';
import { sampleContext, sampleTask } from '../../../support/rendering.ts';
import { at, pulledTask, seen } from '../../../support/task-planning.ts';

const api = createTestApi();
const context = { ...sampleContext(), engineFolder: '/var/lib/docker' };
const task = sampleTask('any');

/** As RunTask would have it run. */
const registered = (input: Parameters<typeof api.call<'RegisterTaskDefinition'>>[1]): AwsTaskDefinition =>
  effectiveDefinition(api.call('RegisterTaskDefinition', input).taskDefinition ?? {}, {});

const textOf = (definition: AwsTaskDefinition): string =>
  composeText(renderTask(task, definition, context), taskHead(task, definition, context));

t.test('any definition that ECS takes renders to YAML that has its services', (t) => {
  fc.assert(
    fc.property(anyDefinition, (input) => {
      const { services } = parse(textOf(registered(input))) as { services: Record<string, unknown> };
      for (const name of ['app', 'db']) if (!services[name]) throw new Error(`${name} is missing`);
    }),
    { numRuns: 300 },
  );
  t.end();
});

/** Without these there is no container. */
const IDENTITY: ReadonlySet<string> = new Set(['name', 'image']);

/** Fields that the text does not show: the sidecar acts on them, and what shows it stands beside them. */
const PLANNED: Readonly<Record<string, string>> = {
  essential: 'below',
  restartPolicy: 'below',
  startTimeout: 'below',
  repositoryCredentials: 'e2e/registry.test.ts',
  versionConsistency: 'unit/executors/compose/task-images.test.ts',
};

t.test('no field is ignored: without it the text is another one', (t) => {
  const shown = new Set<string>();
  fc.assert(
    fc.property(anyDefinition, (input) => {
      const definition = registered(input);
      const text = textOf(definition);
      const given = input.containerDefinitions?.[0] ?? {};
      for (const field of Object.keys(given).filter((name) => !IDENTITY.has(name) && !(name in PLANNED))) {
        if (isWithoutEffect(field, given)) continue;
        if (textOf(withoutField(definition, field)) === text) throw new Error(`${field} changes nothing`);
        shown.add(field);
      }
      for (const field of Object.keys(input).filter((name) => MADE_FIELDS.task.has(name))) {
        const { [field as keyof AwsTaskDefinition]: _, ...others } = definition;
        if (textOf(others) === text) throw new Error(`${field} of the task changes nothing`);
        shown.add(field);
      }
    }),
    { numRuns: 300 },
  );
  const made = [...MADE_FIELDS.container, ...MADE_FIELDS.task];
  t.strictSame(
    made.filter((name) => !shown.has(name) && !IDENTITY.has(name) && !(name in PLANNED)),
    [],
    'each was there at some time',
  );
  t.end();
});

function withoutField(definition: AwsTaskDefinition, field: string): AwsTaskDefinition {
  const [{ [field as keyof ContainerDefinition]: _, ...app } = {}, ...others] =
    definition.containerDefinitions ?? [];
  return { ...definition, containerDefinitions: [app, ...others] };
}

/** Swappiness counts beside maxSwap alone. Source: ECS API reference, LinuxParameters. */
function isWithoutEffect(field: string, { linuxParameters = {} }: ContainerDefinition): boolean {
  const { swappiness: _, ...others } = linuxParameters;
  return field === 'linuxParameters' && Object.keys(others).length === 0;
}

t.test('the generator makes every field that acts, but for those of ports and of volumes', (t) => {
  const acting = (fields: Readonly<Record<string, Field>>): string[] =>
    Object.entries(fields).flatMap(([name, field]) => ('becomes' in field ? [name] : []));
  t.strictSame(
    acting(CONTAINER_FIELDS).filter((name) => !MADE_FIELDS.container.has(name)),
    [],
  );
  const DESCRIPTIVE = Object.entries<Field>(TASK_FIELDS).flatMap(([name, field]) =>
    'becomes' in field && field.becomes.startsWith('answered by') ? [name] : [],
  );
  const others = [
    'containerDefinitions',
    'family',
    'networkMode',
    'revision',
    'volumes',
    'placementConstraints',
  ];
  t.strictSame(
    acting(TASK_FIELDS).filter(
      (name) => !MADE_FIELDS.task.has(name) && !DESCRIPTIVE.includes(name) && !others.includes(name),
    ),
    [],
  );
  t.end();
});

t.test('fields that the text does not show change the plan', (t) => {
  const planOf = (app: ContainerDefinition, state: 'running' | 'exited') => {
    const containers: ContainerDefinition[] = [
      { name: 'app', image: 'i', ...app },
      { name: 'db', image: 'i', dependsOn: [{ containerName: 'app', condition: 'COMPLETE' }] },
      { name: 'other', image: 'i' },
    ];
    const observed = [
      seen('app', state, state === 'exited' ? { exitCode: 1, finishedAt: at(400) } : {}),
      seen('other', 'running'),
    ];
    const { step, wakeAt } = planTask(
      pulledTask(containers),
      { containerDefinitions: containers },
      observed,
      at(500),
    );
    return JSON.stringify([step, wakeAt]);
  };
  t.not(planOf({ essential: false }, 'exited'), planOf({}, 'exited'), 'essential');
  t.not(planOf({ restartPolicy: { enabled: true } }, 'exited'), planOf({}, 'exited'), 'restartPolicy');
  t.not(planOf({ startTimeout: 20 }, 'running'), planOf({}, 'running'), 'startTimeout');
  t.end();
});
