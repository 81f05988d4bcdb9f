import { isDeepStrictEqual } from 'node:util';
import type {
  DescribeStackDriftDetectionStatusInput,
  DescribeStackDriftDetectionStatusOutput,
  DescribeStackResourceDriftsInput,
  DescribeStackResourceDriftsOutput,
  DetectStackDriftInput,
  DetectStackDriftOutput,
  DetectStackResourceDriftInput,
  DetectStackResourceDriftOutput,
  StackResourceDrift,
} from '@aws-sdk/client-cloudformation';
import { AwsError } from '../../../model/aws-error.ts';
import { NotServedError } from '../../../model/local-apis.ts';
import type { Json, JsonMap, ResourceDrift, Stack, StackResource } from '../../../model/stack.ts';
import type { CloudFormationContext, CloudFormationOperation } from '../dependencies.ts';
import { isAbsent } from '../resources/handler.ts';
import { validationError } from '../template/errors.ts';
import { pageAfter } from './describe-stacks.ts';
import { findStack } from './find-stack.ts';
import { currentOf } from './resources.ts';

/** Looks at once: nothing here takes as long as on AWS. The answer of a detection is kept with its stack. */
export const detectStackDrift: CloudFormationOperation<
  DetectStackDriftInput,
  DetectStackDriftOutput
> = async (context, { StackName, LogicalResourceIds: asked = [] }) => {
  const { store, now, newId } = context;
  const stack = findStack(context, StackName);
  const rows = currentOf(context, stack).filter(
    ({ logicalId }) => asked.length === 0 || asked.includes(logicalId),
  );
  const found = await Promise.all(rows.map((row) => detect(context, stack, row)));
  const detectionId = newId();
  const resources = found.filter((one) => one !== undefined);
  store.put({ ...(store.get(stack.id) ?? stack), drift: { detectionId, at: now(), resources } });
  return { StackDriftDetectionId: detectionId };
};

export const describeStackDriftDetectionStatus: CloudFormationOperation<
  DescribeStackDriftDetectionStatusInput,
  DescribeStackDriftDetectionStatusOutput
> = ({ store, caller }, { StackDriftDetectionId = '' }) => {
  const stack = store.list(caller).find(({ drift }) => drift?.detectionId === StackDriftDetectionId);
  // The wording is ours.
  if (!stack?.drift) throw validationError(`Drift detection id ${StackDriftDetectionId} does not exist`);
  const drifted = stack.drift.resources.filter(isDrifted).length;
  return {
    StackId: stack.id,
    StackDriftDetectionId,
    StackDriftStatus: drifted > 0 ? 'DRIFTED' : 'IN_SYNC',
    DetectionStatus: 'DETECTION_COMPLETE',
    DriftedStackResourceCount: drifted,
    Timestamp: stack.drift.at,
  };
};

/** Of the last detection; what it did not look at is left out, as on AWS. */
export const describeStackResourceDrifts: CloudFormationOperation<
  DescribeStackResourceDriftsInput,
  DescribeStackResourceDriftsOutput
> = (context, { StackName, StackResourceDriftStatusFilters: asked = [], NextToken, MaxResults }) => {
  const stack = findStack(context, StackName);
  const { drift } = stack;
  const found = (drift?.resources ?? [])
    .filter(({ status }) => asked.length === 0 || (asked as readonly string[]).includes(status))
    .map((one) => ({ ...one, id: one.logicalId }));
  const { items, nextToken } = pageAfter(found, NextToken, 'DescribeStackResourceDrifts', MaxResults);
  return {
    StackResourceDrifts: items.map((one) => driftShape(stack, one, drift?.at)),
    ...(nextToken !== undefined && { NextToken: nextToken }),
  };
};

/** Of one resource; nothing is kept. */
export const detectStackResourceDrift: CloudFormationOperation<
  DetectStackResourceDriftInput,
  DetectStackResourceDriftOutput
> = async (context, { StackName, LogicalResourceId = '' }) => {
  const stack = findStack(context, StackName);
  const row = currentOf(context, stack).find(({ logicalId }) => logicalId === LogicalResourceId);
  if (!row) throw validationError(`Resource ${LogicalResourceId} does not exist for stack ${stack.name}`);
  const found = await detect(context, stack, row);
  // The wording is ours.
  if (!found) throw validationError(`Drift detection is not supported for resource type ${row.type}`);
  return { StackResourceDrift: driftShape(stack, found, context.now()) };
};

const isDrifted = ({ status }: ResourceDrift): boolean => status !== 'IN_SYNC';

const driftShape = (stack: Stack, drift: ResourceDrift, at: Date | undefined): StackResourceDrift => ({
  StackId: stack.id,
  LogicalResourceId: drift.logicalId,
  PhysicalResourceId: drift.physicalId,
  ResourceType: drift.type,
  ExpectedProperties: JSON.stringify(drift.expected),
  ...(drift.actual && { ActualProperties: JSON.stringify(drift.actual) }),
  PropertyDifferences: drift.actual ? differences(drift.expected, drift.actual) : [],
  StackResourceDriftStatus: drift.status,
  Timestamp: at,
});

/** How a resource is against how its stack made it; undefined for types that cannot be read back. */
async function detect(
  { calls, caller, signal, handlers }: CloudFormationContext,
  { scope }: Stack,
  { type, logicalId, physicalId = '', properties }: StackResource,
): Promise<ResourceDrift | undefined> {
  const { read } = handlers.of(type);
  if (!read || physicalId === '') return undefined;
  let actual: JsonMap | undefined;
  try {
    actual = await read({
      scope,
      physicalId,
      properties,
      call: (service, action, input) => calls.call(service, action, input, { caller, signal }),
    });
  } catch (error) {
    if (error instanceof NotServedError) return undefined;
    if (!(error instanceof AwsError && isAbsent(error))) throw error;
  }
  const expected = Object.fromEntries(
    Object.entries(properties).filter(
      // What a secret or a parameter held when it was made is not kept.
      ([name, value]) => actual && name in actual && !JSON.stringify(value).includes('{{resolve:'),
    ),
  );
  const base = { logicalId, physicalId, type, expected };
  if (!actual) return { ...base, expected: properties, status: 'DELETED' };
  const isSame = differences(expected, actual).length === 0;
  return { ...base, actual, status: isSame ? 'IN_SYNC' : 'MODIFIED' };
}

/** Of the properties that the template gives: what it leaves out may be anything, as on AWS. */
function differences(
  expected: JsonMap,
  actual: JsonMap,
): NonNullable<StackResourceDrift['PropertyDifferences']> {
  return Object.entries(expected).flatMap(([name, value]) => {
    const found = actual[name];
    if (isDeepStrictEqual(asText(value), asText(found ?? ''))) return [];
    return [
      {
        PropertyPath: `/${name}`,
        ExpectedValue: shown(value),
        ActualValue: shown(found ?? ''),
        DifferenceType: found === undefined || found === '' ? ('REMOVE' as const) : ('NOT_EQUAL' as const),
      },
    ];
  });
}

/** Numbers and booleans count as their texts, as templates have them. */
function asText(value: Json): unknown {
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return (value as readonly Json[]).map(asText);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, asText(item)]));
}

const shown = (value: Json): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));
