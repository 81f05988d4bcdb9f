import type { ParametersFilter, ParameterStringFilter } from '@aws-sdk/client-ssm';
import { AwsError } from '../../model/aws-error.ts';
import type { Parameter } from '../../model/parameter.ts';
import { newest } from './shape.ts';

/** Whether a parameter lies in this level of the hierarchy, or in any below it. */
export function isBelow(name: string, path: string, isRecursive: boolean): boolean {
  const level = path.endsWith('/') ? path : `${path}/`;
  const full = name.startsWith('/') ? name : `/${name}`;
  return full.startsWith(level) && (isRecursive || !full.slice(level.length).includes('/'));
}

/** All filters must match; of a filter's values, one. Throws AwsError for what is no filter. */
export function matchesFilters(
  parameter: Parameter,
  filters: readonly ParameterStringFilter[] = [],
): boolean {
  return filters.every((filter) => matches(parameter, filter));
}

function matches(
  parameter: Parameter,
  { Key: key = '', Option: option, Values: values = [] }: ParameterStringFilter,
): boolean {
  const version = newest(parameter);
  if (key === 'Path') {
    const isRecursive = option === 'Recursive';
    return values.some((path) => isBelow(parameter.name, path, isRecursive));
  }
  if (key.startsWith('tag:')) {
    const tag = key.slice('tag:'.length);
    const value = Object.hasOwn(parameter.tags, tag) ? parameter.tags[tag] : undefined;
    return value !== undefined && (values.length === 0 || values.includes(value));
  }
  const texts: Readonly<Record<string, readonly string[]>> = {
    Name: [parameter.name],
    Type: [version.type],
    KeyId: version.keyId === undefined ? [] : [version.keyId],
    Tier: [version.tier],
    DataType: [version.dataType],
    Label: version.labels,
  };
  const found = Object.hasOwn(texts, key) ? texts[key] : undefined;
  // Source: SSM's words, as moto has them.
  if (!found) throw new AwsError('InvalidFilterKey', `The specified filter key ${key} is not valid.`);
  const isLike = compare(option);
  return values.some((value) => found.some((text) => isLike(text, value, key === 'Name')));
}

function compare(option: string | undefined): (text: string, value: string, isName: boolean) => boolean {
  const plain = (text: string, isName: boolean): string => (isName ? text.replace(/^\//, '') : text);
  switch (option ?? 'Equals') {
    case 'Equals':
      return (text, value, isName) => plain(text, isName) === plain(value, isName);
    case 'BeginsWith':
      return (text, value, isName) => plain(text, isName).startsWith(plain(value, isName));
    case 'Contains':
      return (text, value) => text.includes(value);
    default:
      throw new AwsError(
        'InvalidFilterOption',
        `The following filter option is not valid: ${String(option)}. Valid options include: [BeginsWith, Equals].`,
      );
  }
}

/** The older form of filters. */
export const toStringFilters = (filters: readonly ParametersFilter[] = []): ParameterStringFilter[] =>
  filters.map(({ Key, Values }) => ({ Key, Option: Key === 'Name' ? 'BeginsWith' : 'Equals', Values }));
