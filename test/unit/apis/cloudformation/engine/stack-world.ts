import { deepEqual, equal, ok } from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { Logger } from 'pino';
import {
  planCleanup,
  planDeletion,
  planUpdateRollback,
} from '../../../../../src/apis/cloudformation/engine/plan-back.ts';
import { planForward } from '../../../../../src/apis/cloudformation/engine/plan-forward.ts';
import {
  type BusyStack,
  isGone,
  type PlanContext,
  type StackPlan,
} from '../../../../../src/apis/cloudformation/engine/plan.ts';
import { createResourceRunner } from '../../../../../src/apis/cloudformation/engine/run-resource.ts';
import { wantedOf } from '../../../../../src/apis/cloudformation/engine/wanted.ts';
import {
  HandlerError,
  type Outcome,
  type ResourceHandler,
} from '../../../../../src/apis/cloudformation/resources/handler.ts';
import { prepareVersion } from '../../../../../src/apis/cloudformation/stacks/version.ts';
import type {
  JsonMap,
  Stack,
  StackOperation,
  StackResource,
  StackStatus,
  StackVersion,
} from '../../../../../src/model/stack.ts';

export type TestTemplate = readonly {
  readonly id: string;
  /** A change of it makes a new resource. */
  readonly name: string;
  readonly size: number;
  readonly needs: readonly string[];
  readonly deletionPolicy: string;
  readonly updateReplacePolicy: string;
}[];

/** What becomes of a step: what it is to do is done before or after the sidecar's death, or is not done at all. */
export type Happening = 'ok' | 'fail' | 'fails half-way' | 'again' | 'dies before' | 'dies after';
export const happenings = fc.constantFrom<Happening[]>(
  'ok',
  'ok',
  'ok',
  'fail',
  'fails half-way',
  'again',
  'dies before',
  'dies after',
);

const bodyOf = (template: TestTemplate): string =>
  JSON.stringify({
    Resources: Object.fromEntries(
      template.map(({ id, name, size, needs, deletionPolicy, updateReplacePolicy }) => [
        id,
        {
          // Some have an id before they are made, some get it by that.
          Type: id === 'B' || id === 'D' ? 'T::Is::Numbered' : 'T::Is::Named',
          DeletionPolicy: deletionPolicy,
          UpdateReplacePolicy: updateReplacePolicy,
          Properties: { Name: name, Size: size, Needs: needs.map((need) => ({ Ref: need })) },
        },
      ]),
    ),
  });

type World = Map<string, { readonly logicalId: string; readonly properties: JsonMap }>;

/** A stack in a world where anything may happen, with what really is in it. */
export function stackWorld({
  happenings: script,
  order,
  logger,
}: {
  readonly happenings: Happening[];
  readonly order: fc.Stream<number>;
  readonly logger: Logger;
}) {
  const world: World = new Map();
  /** What is to be left, by its policy. */
  const kept = new Set<string>();
  let stack: Stack | undefined;
  const rows = new Map<string, StackResource>();
  const keyOf = ({ logicalId, generation }: StackResource): string => `${logicalId} ${generation}`;
  let counter = 0;
  const newId = (): string => `id${(counter += 1)}`;
  const now = (): Date => new Date(0);
  let death = new AbortController();

  const happening = (): Happening => script.shift() ?? 'ok';
  const die = (): never => {
    death.abort();
    throw new Error('dead');
  };
  const refuse = (): never => {
    throw new HandlerError('refused');
  };

  const handlerOf = (type: string): ResourceHandler => ({
    createOnly: ['Name'],
    ...(type.endsWith('Named') && { nameOf: ({ logicalId, token }) => `${logicalId}-${token}` }),
    create({ logicalId, token, properties }): Promise<Outcome> {
      const physicalId = `${logicalId}-${token}`;
      // What it needs is there before it, and is what it refers to.
      for (const need of properties['Needs'] as readonly string[])
        ok(world.has(need), `${logicalId} needs ${need}`);
      const make = (): void => void world.set(physicalId, { logicalId, properties });
      // What was made once is found, by the token.
      const happens = world.has(physicalId) && !type.endsWith('Named') ? 'ok' : happening();
      switch (happens) {
        case 'ok':
          make();
          return Promise.resolve({ kind: 'done', physicalId });
        case 'again':
          make();
          return Promise.resolve({ kind: 'again', afterMs: 1, physicalId });
        case 'fails half-way':
          // Only what has an id already can be found again.
          if (type.endsWith('Named')) make();
          return refuse();
        case 'fail':
          return refuse();
        case 'dies before':
          return die();
        case 'dies after':
          make();
          return die();
      }
    },
    update({ logicalId, physicalId = '', properties, before = {} }): Promise<Outcome> {
      const there = world.get(physicalId);
      ok(there, `${physicalId} is updated`);
      // Like a service: what did not change is not asked for again.
      const changed = Object.entries(properties).filter(
        ([name, value]) => !isDeepStrictEqual(before[name], value),
      );
      const change = (): void =>
        void world.set(physicalId, {
          logicalId,
          properties: { ...there.properties, ...Object.fromEntries(changed) },
        });
      switch (happening()) {
        case 'ok':
          change();
          return Promise.resolve({ kind: 'done', physicalId });
        case 'again':
          change();
          return Promise.resolve({ kind: 'again', afterMs: 1 });
        case 'fails half-way':
          change();
          return refuse();
        case 'fail':
          return refuse();
        case 'dies before':
          return die();
        case 'dies after':
          change();
          return die();
      }
    },
    remove({ physicalId = '' }) {
      const user = [...world].find(
        ([id, { properties }]) =>
          !kept.has(id) && (properties['Needs'] as readonly string[]).includes(physicalId),
      );
      ok(!user, `${physicalId} is deleted before ${user?.[0] ?? ''}`);
      switch (happening()) {
        case 'ok':
        case 'fails half-way':
          world.delete(physicalId);
          return Promise.resolve('done');
        case 'again':
          return Promise.resolve({ afterMs: 1 });
        case 'fail':
          return refuse();
        case 'dies before':
          return die();
        case 'dies after':
          world.delete(physicalId);
          return die();
      }
    },
  });

  const theStack = (): Stack => {
    if (!stack) throw new Error('there is no stack');
    return stack;
  };
  const store = {
    get: theStack,
    listLive: () => [],
    put: (next: Stack) => void (stack = next),
    resources: () => [...rows.values()],
    resource: (_: string, logicalId: string, generation: string) => rows.get(`${logicalId} ${generation}`),
    putResource: (row: StackResource) => void rows.set(keyOf(row), row),
    deleteResource: (row: StackResource) => void rows.delete(keyOf(row)),
    transaction: <T>(run: () => T): T => run(),
  };
  const runStep = createResourceRunner({
    store: store as unknown as Parameters<typeof createResourceRunner>[0]['store'],
    calls: { call: refuse },
    handlerOf,
    isMarked: () => true,
    resolve: (properties) => Promise.resolve(properties),
    // What an update's cleanup cannot delete is left, as CloudFormation leaves it.
    tell: (events) => {
      for (const { status, physicalId } of events)
        if (
          theStack().status.endsWith('CLEANUP_IN_PROGRESS') &&
          status === 'DELETE_FAILED' &&
          world.has(physicalId)
        )
          kept.add(physicalId);
    },
    now,
    newId,
    logger,
  });

  const plan = (busy: BusyStack): StackPlan | undefined => {
    const context: PlanContext = {
      now: now(),
      newId,
      needsReplacement: (_, before, after) => before['Name'] !== after['Name'],
    };
    const all = [...rows.values()];
    switch (busy.status) {
      case 'CREATE_IN_PROGRESS':
      case 'UPDATE_IN_PROGRESS': {
        const target = busy.operation.target;
        if (!target) throw new Error('there is no target');
        return planForward(
          busy,
          all,
          wantedOf({ store, handlerOf }, busy, prepareVersion(busy, target), all),
          context,
        );
      }
      case 'ROLLBACK_IN_PROGRESS':
      case 'DELETE_IN_PROGRESS':
        return planDeletion(busy, all, context);
      case 'UPDATE_ROLLBACK_IN_PROGRESS':
        return planUpdateRollback(busy, all, context);
      case 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS':
      case 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS':
        return planCleanup(busy, all, context);
      default:
        return undefined;
    }
  };

  /** Takes steps in any order until the operation has ended. */
  const run = async (): Promise<void> => {
    for (let steps = 0; ; steps += 1) {
      ok(steps < 1000, `it ends; the stack is ${theStack().status}`);
      const { operation } = theStack();
      if (!operation) return;
      const next = plan({ ...theStack(), operation });
      if (next && (next.stack.status !== theStack().status || next.rows.length + next.dropped.length > 0)) {
        for (const row of next.dropped) rows.delete(keyOf(row));
        for (const row of next.rows) {
          rows.set(keyOf(row), row);
        }
        for (const { status, physicalId } of next.events)
          if (status === 'DELETE_SKIPPED' && world.has(physicalId)) kept.add(physicalId);
        stack = next.stack;
        continue;
      }
      const working = [...rows.values()].filter(({ work }) => work);
      const row = working[(order.next().value as number) % working.length];
      ok(row, `something is under way; the stack is ${theStack().status}`);
      death = new AbortController();
      await runStep(row, death.signal);
    }
  };

  const start = async (
    status: StackStatus,
    more: Pick<StackOperation, 'kind' | 'onFailure'> & { target?: StackVersion },
  ): Promise<void> => {
    stack = { ...theStack(), status, operation: { ...more, id: newId(), skipped: [], startedAt: now() } };
    await run();
  };
  const versionOf = (template: TestTemplate): StackVersion => ({
    templateBody: bodyOf(template),
    parameters: [],
    tags: [],
    capabilities: [],
    notificationArns: [],
  });
  const current = (): StackResource[] => [...rows.values()].filter((row) => row.isCurrent && !isGone(row));

  return {
    stack: theStack,
    rows: () => [...rows.values()],
    async create(template: TestTemplate, onFailure: StackOperation['onFailure'] = 'ROLLBACK'): Promise<void> {
      stack = {
        scope: { account: '123456789012', region: 'eu-central-1' },
        id: 'arn',
        name: 'demo',
        status: 'CREATE_IN_PROGRESS',
        createdAt: now(),
        unfinished: [],
        outputs: [],
        imports: [],
        disableRollback: false,
        terminationProtection: false,
      };
      await start('CREATE_IN_PROGRESS', {
        kind: 'CREATE',
        onFailure,
        target: versionOf(template),
      });
    },
    update: (template: TestTemplate, onFailure: StackOperation['onFailure'] = 'ROLLBACK') =>
      start('UPDATE_IN_PROGRESS', { kind: 'UPDATE', onFailure, target: versionOf(template) }),
    /** RollbackStack, of a creation that failed. */
    rollBackCreation: () => start('ROLLBACK_IN_PROGRESS', { kind: 'ROLLBACK', onFailure: 'DO_NOTHING' }),
    /** RollbackStack of an update that failed, or ContinueUpdateRollback. */
    rollBackUpdate: () => start('UPDATE_ROLLBACK_IN_PROGRESS', { kind: 'ROLLBACK', onFailure: 'DO_NOTHING' }),
    remove: () => start('DELETE_IN_PROGRESS', { kind: 'DELETE', onFailure: 'DO_NOTHING' }),
    /** What is there, by physical id. */
    snapshot: () =>
      new Map(current().map(({ physicalId = '' }) => [physicalId, world.get(physicalId)?.properties])),
    isAsBefore(before: ReadonlyMap<string, unknown>): void {
      deepEqual(
        new Map(current().map(({ physicalId = '' }) => [physicalId, world.get(physicalId)?.properties])),
        before,
      );
    },
    isAsTheTemplateSays(template: TestTemplate): void {
      deepEqual(
        current()
          .map(({ logicalId }) => logicalId)
          .sort(),
        template.map(({ id }) => id),
      );
      const physical = new Map(current().map(({ logicalId, physicalId }) => [logicalId, physicalId]));
      for (const { id, name, size, needs } of template) {
        const found = world.get(physical.get(id) ?? '');
        deepEqual(found?.properties, {
          Name: name,
          Size: size,
          Needs: needs.map((need) => physical.get(need)),
        });
      }
      // Nothing else is left, but what its policy keeps.
      for (const [physicalId, { logicalId }] of world)
        if (!kept.has(physicalId)) equal(physical.get(logicalId), physicalId, `${physicalId} is left`);
    },
    isEmpty(): void {
      deepEqual(
        [...world.keys()].filter((physicalId) => !kept.has(physicalId)),
        [],
      );
      for (const physicalId of kept) ok(world.has(physicalId), `${physicalId} is kept`);
    },
  };
}
