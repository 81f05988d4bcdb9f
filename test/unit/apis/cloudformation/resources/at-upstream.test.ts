import { test } from 'tap';
import { createHandlers } from '../../../../../src/apis/cloudformation/resources/registry.ts';
import type { Outcome, ResourceContext } from '../../../../../src/apis/cloudformation/resources/handler.ts';
import { AwsError } from '../../../../../src/model/aws-error.ts';
import type { JsonMap } from '../../../../../src/model/stack.ts';
import { resourceContext } from './context.ts';

type Answer = (input: Readonly<Record<string, unknown>>) => object;

const refuse =
  (code: string, message = code, status = 400): Answer =>
  () => {
    throw new AwsError(code, message, { status });
  };
const absent = refuse('ValidationError', 'Stack with id x does not exist');
const notThere = refuse('UnknownError', 'The upstream answered with status 500.', 500);

const atUpstream = () =>
  createHandlers({
    adopt: () => undefined,
    facts: () => () => undefined,
    hasUpstream: true,
    signals: { baseUrl: () => '', of: () => [], isForMachines: () => false },
  });

/** An upstream with these actions; those that it lacks have no answer of AWS. */
const upstreamOf = (actions: Record<string, Answer>) => {
  const asked: string[] = [];
  return {
    asked,
    actions,
    call: (_service: string, action: string, input: Readonly<Record<string, unknown>>) => {
      asked.push(action);
      return new Promise<Readonly<Record<string, unknown>>>((resolve) => {
        resolve((actions[action] ?? notThere)(input) as Record<string, unknown>);
      });
    },
  };
};

const contextOf = (
  type: string,
  callUpstream: ResourceContext['call'],
  more: Partial<ResourceContext> = {},
): ResourceContext =>
  resourceContext({ type, logicalId: 'It', physicalId: undefined, callUpstream, ...more });

/** Runs a creation to its end, with what it keeps from run to run. */
async function create(
  handlers: ReturnType<typeof createHandlers>,
  context: ResourceContext,
): Promise<{ outcome: Extract<Outcome, { kind: 'done' }>; kept: JsonMap[] }> {
  const kept: JsonMap[] = [];
  let next = context;
  for (let runs = 0; runs < 20; runs += 1) {
    const outcome = await handlers.of(context.type).create(next);
    if (outcome.kind === 'done') return { outcome, kept };
    if (outcome.kind === 'replace') throw new Error('a creation replaces nothing');
    if (outcome.kept) kept.push(outcome.kept);
    const { physicalId = next.physicalId, data = {} } = outcome;
    next = { ...next, physicalId, data, kept: outcome.kept ?? next.kept, isRetry: true };
  }
  throw new Error('it does not end');
}

const stackActions = (outputs: Record<string, string>): Record<string, Answer> => {
  const actions: Record<string, Answer> = { DescribeStacks: absent };
  actions['CreateStack'] = () => {
    const Outputs = Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
    actions['DescribeStacks'] = () => ({ Stacks: [{ StackStatus: 'CREATE_COMPLETE', Outputs }] });
    return {};
  };
  actions['DeleteStack'] = () => {
    actions['DescribeStacks'] = absent;
    return {};
  };
  return actions;
};

test('an upstream without Cloud Control makes it by a stack, which is asked first once the type is known', async (t) => {
  const upstream = upstreamOf(stackActions({ Ref: 'vpc-1' }));
  const handlers = atUpstream();
  const first = await create(handlers, contextOf('AWS::EC2::VPC', upstream.call));
  t.match(first.outcome, { physicalId: 'vpc-1', kept: { way: 'stack' } });
  t.match(first.outcome.note, /^Made at UPSTREAM_ENDPOINT_URL by its stack ecsidecar-demo-It-\w{12}\.$/);
  t.strictSame(first.kept, [{ way: 'cloudControl' }, { way: 'stack' }], 'the way is saved before it is gone');
  upstream.actions['DescribeStacks'] = absent;
  await create(handlers, contextOf('AWS::EC2::VPC', upstream.call));
  t.equal(upstream.asked.filter((action) => action === 'CreateResource').length, 1);
});

test('an upstream that leaves a type out makes nothing of it: it is recorded, with a note', async (t) => {
  const upstream = upstreamOf(stackActions({ Ref: 'None' }));
  const { outcome } = await create(atUpstream(), contextOf('AWS::EC2::VPC', upstream.call));
  t.match(outcome, {
    physicalId: /^vpc-0[0-9a-f]{16}$/,
    note: 'Recorded only by ecsidecar: the upstream makes no AWS::EC2::VPC.',
  });
  t.equal(outcome.kept, undefined);
  t.ok(upstream.asked.includes('DeleteStack'), 'its empty stack is deleted');
});

test('so is a type of which its CloudFormation says that there is none', async (t) => {
  const words = 'Template format error: Unrecognized resource types: [AWS::EC2::VPC]';
  const upstream = upstreamOf({ ...stackActions({}), CreateStack: refuse('ValidationError', words) });
  const { outcome } = await create(atUpstream(), contextOf('AWS::EC2::VPC', upstream.call));
  t.match(outcome.note, /^Recorded only/);
});

test('what its CloudFormation refuses fails in its words', async (t) => {
  const upstream = upstreamOf({
    ...stackActions({}),
    CreateStack: refuse('ValidationError', 'no such CIDR'),
  });
  await t.rejects(create(atUpstream(), contextOf('AWS::EC2::VPC', upstream.call)), {
    name: 'UnresolvedError',
    message: 'no such CIDR',
  });
});

test('an attribute that breaks the upstream is not asked for again, and taken from the table', async (t) => {
  const actions = stackActions({ Ref: 'vpc-1' });
  const make = actions['CreateStack'];
  const templates: string[] = [];
  actions['CreateStack'] = (input) => {
    templates.push(String(input['TemplateBody']));
    make?.(input);
    if (String(input['TemplateBody']).includes('Fn::GetAtt')) actions['DescribeStacks'] = notThere;
    return {};
  };
  const upstream = upstreamOf(actions);
  const context = contextOf('AWS::EC2::VPC', upstream.call, {
    reads: ['DefaultSecurityGroup'],
    properties: { CidrBlock: '10.0.0.0/16' },
  });
  const { outcome } = await create(atUpstream(), context);
  t.match(outcome, { physicalId: 'vpc-1', attributes: { DefaultSecurityGroup: /^sg-0/ } });
  t.equal(templates.length, 2);
});

test('a list among the attributes is a list again', async (t) => {
  const key = `At${Buffer.from('NameServers').toString('hex')}`;
  const upstream = upstreamOf(stackActions({ Ref: 'Z1', [key]: 'ns-1,ns-2' }));
  const context = contextOf('AWS::Route53::HostedZone', upstream.call, { reads: ['NameServers'] });
  const { outcome } = await create(atUpstream(), context);
  t.strictSame(outcome.attributes, { NameServers: ['ns-1', 'ns-2'] });
});

test('by Cloud Control, Ref is the part of the identifier that CloudFormation takes', async (t) => {
  const event = { RequestToken: 'r', Identifier: '1.2.3.4|eipalloc-1', OperationStatus: 'SUCCESS' };
  const upstream = upstreamOf({
    CreateResource: () => ({ ProgressEvent: event }),
    GetResourceRequestStatus: () => ({ ProgressEvent: event }),
    GetResource: () => ({
      ResourceDescription: { Properties: '{"PublicIp":"1.2.3.4","AllocationId":"eipalloc-1"}' },
    }),
  });
  const context = contextOf('AWS::EC2::EIP', upstream.call, { reads: ['AllocationId'] });
  const { outcome } = await create(atUpstream(), context);
  t.match(outcome, {
    physicalId: '1.2.3.4',
    attributes: { AllocationId: 'eipalloc-1' },
    kept: { way: 'cloudControl', identifier: '1.2.3.4|eipalloc-1' },
  });
});

test('what was there before is not deleted with a creation that failed for it', async (t) => {
  const event = { RequestToken: 'r', Identifier: 'q', OperationStatus: 'FAILED', ErrorCode: 'AlreadyExists' };
  const upstream = upstreamOf({ GetResourceRequestStatus: () => ({ ProgressEvent: event }) });
  const { remove } = atUpstream().of('AWS::SQS::Queue');
  const kept = { way: 'cloudControl', request: 'r' };
  t.equal(await remove(contextOf('AWS::SQS::Queue', upstream.call, { kept })), 'done');
  t.strictSame(upstream.asked, ['GetResourceRequestStatus']);
});

test('what belongs to what is here alone, and what is there since a time without an upstream, stays here', async (t) => {
  const upstream = upstreamOf({});
  const handlers = atUpstream();
  for (const type of ['AWS::Logs::MetricFilter', 'AWS::CDK::Metadata', 'Custom::Thing'])
    t.match(await handlers.of(type).create(contextOf(type, upstream.call)), { kind: 'done' });
  const old = contextOf('AWS::EC2::VPC', upstream.call, { physicalId: 'vpc-old' });
  t.equal(await handlers.of('AWS::EC2::VPC').remove(old), 'done');
  t.strictSame(upstream.asked, []);
});
