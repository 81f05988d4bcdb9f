import t from 'tap';
import { createKnownTypes } from '../../../../../src/apis/cloudformation/resources/known-types.ts';
import { recordedHandler } from '../../../../../src/apis/cloudformation/resources/recorded.ts';
import { createHandlers, type Engine } from '../../../../../src/apis/cloudformation/resources/registry.ts';
import { signalUrl } from '../../../../../src/apis/cloudformation/signals/signal-url.ts';
import type { JsonMap, StackSignal } from '../../../../../src/model/stack.ts';
import { resourceContext } from './context.ts';

const url = signalUrl('http://10.0.0.1:4566', {
  stackId: 'arn:aws:cloudformation:us-east-1:000000000000:stack/demo/uuid',
  logicalId: 'Handle',
  generation: 'of-the-handle',
});
const signal = (uniqueId: string, more: Partial<StackSignal> = {}): StackSignal => ({
  target: '',
  uniqueId,
  status: 'SUCCESS',
  data: `data of ${uniqueId}`,
  reason: '',
  ...more,
});
const failure = signal('b', { status: 'FAILURE', reason: 'no disk' });

type Case = {
  readonly signals?: Readonly<Record<string, readonly StackSignal[]>>;
  readonly properties?: JsonMap;
  readonly creationPolicy?: JsonMap;
  readonly nowMs?: number;
  readonly isForMachines?: boolean;
};
const create = async ({ signals = {}, isForMachines = false, nowMs = 0, ...rest }: Case) => {
  const engine: Engine = {
    adopt: () => undefined,
    facts: () => () => undefined,
    hasUpstream: false,
    signals: {
      baseUrl: () => 'http://10.0.0.1:4566',
      of: (generation) => signals[generation] ?? [],
      isForMachines: (_stack, asked) => isForMachines && asked === url,
    },
  };
  const handler = createHandlers(engine).of('AWS::CloudFormation::WaitCondition');
  const context = resourceContext({ ...rest, now: new Date(nowMs) });
  return Promise.resolve()
    .then(() => handler.create(context))
    .catch((error: unknown) => (error as Error).message);
};
const byHandle = { Handle: url, Timeout: '90' };

t.test('a wait condition', async (t) => {
  const cases: readonly (readonly [name: string, given: Case, wanted: unknown])[] = [
    ['waits for a signal, looking each minute', { properties: byHandle }, { kind: 'again', afterMs: 60_000 }],
    [
      'and no longer than it may',
      { properties: byHandle, nowMs: 80_000 },
      { kind: 'again', afterMs: 10_000 },
    ],
    [
      'that is late has timed out',
      { properties: byHandle, nowMs: 90_000 },
      'WaitCondition timed out. Received 0 conditions when expecting 1',
    ],
    [
      'is complete with its signal, whose data it gives',
      { properties: byHandle, signals: { 'of-the-handle': [signal('a')] } },
      { kind: 'done', physicalId: 'thing', attributes: { Data: '{"a":"data of a"}' } },
    ],
    [
      'may want more of them',
      { properties: { ...byHandle, Count: 2 }, signals: { 'of-the-handle': [signal('a')] }, nowMs: 90_000 },
      'WaitCondition timed out. Received 1 conditions when expecting 2',
    ],
    [
      'fails with the reason of a failure',
      { properties: { ...byHandle, Count: 3 }, signals: { 'of-the-handle': [signal('a'), failure] } },
      "WaitCondition received failed message: 'no disk' for uniqueId: b",
    ],
    [
      'does not wait for machines that do not run here',
      { properties: byHandle, isForMachines: true },
      { kind: 'done', note: 'ecsidecar waits for no signal: no machine runs here that would send one.' },
    ],
    [
      'by a creation policy waits five minutes for one signal',
      { creationPolicy: {}, nowMs: 299_000 },
      { kind: 'again', afterMs: 1000 },
    ],
    [
      'by a creation policy counts its own signals',
      {
        creationPolicy: { ResourceSignal: { Count: '2', Timeout: 'PT1H2M3S' } },
        signals: { generation: [signal('a')] },
        nowMs: 3_723_000,
      },
      'Failed to receive 1 resource signal(s) within the specified duration',
    ],
    [
      'by a creation policy is complete with them',
      { creationPolicy: { ResourceSignal: {} }, signals: { generation: [signal('a')] } },
      { kind: 'done' },
    ],
    [
      'by a creation policy fails with the first failure',
      { creationPolicy: { ResourceSignal: {} }, signals: { generation: [failure] } },
      'Received FAILURE signal with UniqueId b',
    ],
    ['needs a handle', {}, 'Property Handle cannot be empty.'],
    ['needs a time limit', { properties: { Handle: url } }, 'Property Timeout cannot be empty.'],
    [
      'takes no other URL for a handle',
      { properties: { Handle: 'http://localhost/x', Timeout: 1 } },
      'Handle must be the Ref of an AWS::CloudFormation::WaitConditionHandle.',
    ],
    [
      'takes no duration of another form',
      { creationPolicy: { ResourceSignal: { Timeout: '5 minutes' } } },
      'The Timeout 5 minutes of a CreationPolicy must be like PT1H30M10S.',
    ],
  ];
  for (const [name, given, wanted] of cases) t.match(await create(given), wanted, name);
});

t.test('what is recorded only says that its creation policy is not waited for', async (t) => {
  const create = recordedHandler('AWS::AutoScaling::AutoScalingGroup', createKnownTypes())?.create;
  const outcome = await create?.(resourceContext({ creationPolicy: { ResourceSignal: { Count: 2 } } }));
  t.match(outcome, { kind: 'done', note: / ecsidecar waits for no signal\.$/ });
});
