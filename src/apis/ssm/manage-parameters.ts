import type {
  DeleteParameterRequest,
  DeleteParametersRequest,
  DeleteParametersResult,
  DescribeParametersRequest,
  DescribeParametersResult,
  LabelParameterVersionRequest,
  LabelParameterVersionResult,
  UnlabelParameterVersionRequest,
  UnlabelParameterVersionResult,
} from '@aws-sdk/client-ssm';
import type { ParameterVersion } from '../../model/parameter.ts';
import type { Nothing } from '../../model/ports.ts';
import type { SsmContext, SsmOperation } from './dependencies.ts';
import { parameterNotFound, tooManyLabels, versionNotFound } from './errors.ts';
import { matchesFilters, toStringFilters } from './filters.ts';
import { find } from './get-parameters.ts';
import { pageOfNames } from './paging.ts';
import { metadataShape, newest } from './shape.ts';

/** Source: SSM API reference, DescribeParameters. */
const MAX_DESCRIBED = 50;
/** Source: SSM API reference, LabelParameterVersion. */
const MAX_LABELS = 10;

/** Deletes a parameter with all its versions. */
export const deleteParameter: SsmOperation<DeleteParameterRequest, Nothing> = (context, { Name = '' }) => {
  const parameter = find(context, Name);
  if (!parameter) throw parameterNotFound();
  context.parameters.delete(parameter);
  return {};
};

/** Deletes several; those that are not there are told, and are no error. */
export const deleteParameters: SsmOperation<DeleteParametersRequest, DeleteParametersResult> = (
  context,
  { Names = [] },
) => {
  const found = [...new Set(Names)].map((name) => [name, find(context, name)] as const);
  for (const [, parameter] of found) if (parameter) context.parameters.delete(parameter);
  return {
    DeletedParameters: found.flatMap(([name, parameter]) => (parameter ? [name] : [])),
    InvalidParameters: found.flatMap(([name, parameter]) => (parameter ? [] : [name])),
  };
};

/** What is known of parameters, without their values. */
export const describeParameters: SsmOperation<DescribeParametersRequest, DescribeParametersResult> = (
  { parameters, caller },
  input,
) => {
  const filters = [...(input.ParameterFilters ?? []), ...toStringFilters(input.Filters)];
  const found = parameters.list(caller).filter((one) => matchesFilters(one, filters));
  const { items, nextToken } = pageOfNames('DescribeParameters', found, input, MAX_DESCRIBED);
  return { Parameters: items.map(metadataShape), ...(nextToken !== undefined && { NextToken: nextToken }) };
};

/** Gives labels to a version, taking them from the others. Labels that are none are told, and are no error. */
export const labelParameterVersion: SsmOperation<
  LabelParameterVersionRequest,
  LabelParameterVersionResult
> = (context, { Name = '', ParameterVersion: wanted, Labels = [] }) => {
  // Source: SSM API reference, LabelParameterVersion.
  const isValid = (label: string): boolean => /^(?!\d|aws|ssm)[\w.-]{1,100}$/i.test(label);
  const labels = [...new Set(Labels.filter(isValid))];
  const { parameter, version } = findVersion(context, Name, wanted);
  const relabel = (one: ParameterVersion): ParameterVersion => {
    const others = one.labels.filter((label) => !labels.includes(label));
    if (one.version !== version) return { ...one, labels: others };
    if (others.length + labels.length > MAX_LABELS) throw tooManyLabels(MAX_LABELS);
    return { ...one, labels: [...others, ...labels] };
  };
  const [first, ...rest] = parameter.versions;
  context.parameters.put({ ...parameter, versions: [relabel(first), ...rest.map(relabel)] });
  return { InvalidLabels: Labels.filter((label) => !isValid(label)), ParameterVersion: version };
};

/** Takes labels from a version. */
export const unlabelParameterVersion: SsmOperation<
  UnlabelParameterVersionRequest,
  UnlabelParameterVersionResult
> = (context, { Name = '', ParameterVersion: wanted, Labels = [] }) => {
  const { parameter, version } = findVersion(context, Name, wanted);
  const had = parameter.versions.find((one) => one.version === version)?.labels ?? [];
  const unlabel = (one: ParameterVersion): ParameterVersion =>
    one.version === version ? { ...one, labels: one.labels.filter((label) => !Labels.includes(label)) } : one;
  const [first, ...rest] = parameter.versions;
  context.parameters.put({ ...parameter, versions: [unlabel(first), ...rest.map(unlabel)] });
  return {
    RemovedLabels: Labels.filter((label) => had.includes(label)),
    InvalidLabels: Labels.filter((label) => !had.includes(label)),
  };
};

function findVersion(context: SsmContext, name: string, wanted: number | undefined) {
  const parameter = find(context, name);
  if (!parameter) throw parameterNotFound();
  const version = wanted ?? newest(parameter).version;
  if (!parameter.versions.some((one) => one.version === version))
    throw versionNotFound(String(version), name);
  return { parameter, version };
}
