import type {
  GetParameterHistoryRequest,
  GetParameterHistoryResult,
  GetParameterRequest,
  GetParameterResult,
  GetParametersByPathRequest,
  GetParametersByPathResult,
  GetParametersRequest,
  GetParametersResult,
  Parameter as AwsParameter,
} from '@aws-sdk/client-ssm';
import type { Parameter, ParameterVersion } from '../../model/parameter.ts';
import type { SsmContext, SsmOperation } from './dependencies.ts';
import { checkRange } from '../../model/violation.ts';
import { invalidNextToken, parameterNotFound, validation, versionNotFound, violation } from './errors.ts';
import { isBelow, matchesFilters } from './filters.ts';
import { parseName } from './names.ts';
import { pageOfNames } from './paging.ts';
import { publicParameter } from './public-parameters.ts';
import { historyShape, newest, parameterShape } from './shape.ts';

/** Source: SSM API reference, GetParameters and GetParametersByPath. */
const MAX_NAMES = 10;
const MAX_BY_PATH = 10;
const MAX_HISTORY = 50;

/** One parameter, by name or ARN, at its newest version or the one that `:version` or `:label` names. */
export const getParameter: SsmOperation<GetParameterRequest, GetParameterResult> = (
  context,
  { Name: text = '', WithDecryption: isDecrypted = false },
) => {
  const found = look(context, text, isDecrypted);
  if (found === 'noParameter') throw parameterNotFound();
  if (found === 'noVersion') {
    const { name, selector = '' } = parseName(text);
    throw versionNotFound(selector, name);
  }
  return { Parameter: found };
};

/** Several parameters; those that are not there are told, and are no error. */
export const getParameters: SsmOperation<GetParametersRequest, GetParametersResult> = (
  context,
  { Names: names = [], WithDecryption: isDecrypted = false },
) => {
  if (names.length > MAX_NAMES)
    throw violation(
      `'[${names.join(', ')}]'`,
      'names',
      `Member must have length less than or equal to ${MAX_NAMES}`,
    );
  const found = [...new Set(names)].map((name) => [name, look(context, name, isDecrypted)] as const);
  return {
    Parameters: found.flatMap(([, one]) => (typeof one === 'string' ? [] : [one])),
    InvalidParameters: found.flatMap(([name, one]) => (typeof one === 'string' ? [name] : [])),
  };
};

/** The parameters of one level of a hierarchy, or of all below it. */
export const getParametersByPath: SsmOperation<GetParametersByPathRequest, GetParametersByPathResult> = (
  context,
  input,
) => {
  const { Path: path = '', Recursive: isRecursive = false, WithDecryption: isDecrypted = false } = input;
  // Source: SSM's words, as LocalStack has them.
  if (!path.startsWith('/') || !/^[\w./-]*$/.test(path))
    throw validation(
      `The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward slash "/". It can't be prefixed with \\"aws\\" or \\"ssm\\" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.`,
    );
  const { parameters, caller } = context;
  const found = parameters
    .list(caller)
    .filter((one) => isBelow(one.name, path, isRecursive) && matchesFilters(one, input.ParameterFilters));
  const { items, nextToken } = pageOfNames('GetParametersByPath', found, input, MAX_BY_PATH);
  return {
    Parameters: items.map((one) => parameterShape(one, newest(one), { isDecrypted })),
    ...(nextToken !== undefined && { NextToken: nextToken }),
  };
};

/** All versions of a parameter that are kept, the oldest first. */
export const getParameterHistory: SsmOperation<GetParameterHistoryRequest, GetParameterHistoryResult> = (
  context,
  { Name: text = '', WithDecryption: isDecrypted = false, MaxResults: limit = MAX_HISTORY, NextToken = '0' },
) => {
  const parameter = find(context, text);
  if (!parameter) throw parameterNotFound();
  checkRange(violation, 'maxResults', limit, 1, MAX_HISTORY);
  if (!/^\d{1,9}$/.test(NextToken)) throw invalidNextToken();
  const from = Number(NextToken);
  const rest = parameter.versions.filter(({ version }) => version > from);
  const shown = rest.slice(0, limit);
  return {
    Parameters: shown.map((version) => historyShape(parameter, version, isDecrypted)),
    ...(rest.length > shown.length && { NextToken: String(shown.at(-1)?.version) }),
  };
};

/** The parameter that a name or ARN means, in the caller's account and region. */
export function find({ parameters, caller }: SsmContext, text: string): Parameter | undefined {
  const { name, alternative } = parseName(text);
  return (
    parameters.get(caller, name) ??
    (alternative === undefined ? undefined : parameters.get(caller, alternative))
  );
}

function look(
  context: SsmContext,
  text: string,
  isDecrypted: boolean,
): AwsParameter | 'noParameter' | 'noVersion' {
  const { selector } = parseName(text);
  const parameter = find(context, text);
  if (!parameter) return publicParameter(context.caller, text, context.now()) ?? 'noParameter';
  const version = selector === undefined ? newest(parameter) : selected(parameter, selector);
  return version ? parameterShape(parameter, version, { isDecrypted, selector }) : 'noVersion';
}

const selected = ({ versions }: Parameter, selector: string): ParameterVersion | undefined =>
  versions.find(({ version, labels }) => String(version) === selector || labels.includes(selector));
