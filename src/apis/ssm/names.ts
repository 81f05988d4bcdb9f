import { parseArn } from '../../model/arn.ts';
import { AwsError } from '../../model/aws-error.ts';
import type { Scope } from '../../model/caller.ts';
import { validation, violation } from './errors.ts';

/** Source: SSM API reference, PutParameter. */
const MAX_LEVELS = 15;
const MAX_NAME_LENGTH = 1011;

/** `arn:aws:ssm:region:account:parameter/name`; a leading slash of the name is the one after `parameter`. */
export const parameterArn = ({ account, region }: Scope, name: string): string =>
  `arn:aws:ssm:${region}:${account}:parameter${name.startsWith('/') ? '' : '/'}${name}`;

/** What a request names: a parameter, of which `selector` is a version's number or label. */
export type Named = { readonly name: string; readonly alternative?: string; readonly selector?: string };

/** Reads a name or an ARN, with `:version` or `:label` after it. An ARN does not tell whether a name without levels begins with a slash. */
export function parseName(text: string): Named {
  const arn = parseArn(text);
  const path = arn?.service === 'ssm' && arn.resourceType === 'parameter' ? arn.resource : undefined;
  const [name = '', selector] = (path ?? text).split(':');
  const chosen = selector === undefined ? {} : { selector };
  if (path === undefined) return { name, ...chosen };
  return name.includes('/') ? { name: `/${name}`, ...chosen } : { name, alternative: `/${name}`, ...chosen };
}

/** Refuses what is no name for a new parameter. Source: SSM's words, as moto and LocalStack have them. */
export function checkNewName(name: string): void {
  if (name === '') throw violation("''", 'name', 'Member must have length greater than or equal to 1');
  if (name.length > MAX_NAME_LENGTH)
    throw validation(
      `Parameter name: can't be longer than ${MAX_NAME_LENGTH} characters, its ARN's beginning included.`,
    );
  const plain = name.replace(/^\//, '');
  if (/^aws(?![\w.-])/i.test(plain))
    throw new AwsError('AccessDeniedException', `No access to reserved parameter name: ${name}.`);
  if (/^ssm/i.test(plain) || /^aws/i.test(plain))
    throw validation(
      `Parameter name: can't be prefixed with "aws" or "ssm" (case-insensitive). ${LEVELS_RULE}`,
    );
  if (name.includes('/') && !name.startsWith('/'))
    throw validation('Parameter name must be a fully qualified name.');
  if (!/^\/?[\w.-]+(\/[\w.-]+)*$/.test(name))
    throw validation(`Parameter name: ${LEVELS_RULE.replace(/^If f/, 'f')}`);
  if (plain.split('/').length > MAX_LEVELS)
    throw new AwsError(
      'HierarchyLevelLimitExceededException',
      `A hierarchy can have a maximum of ${MAX_LEVELS} levels. For more information, see Requirements and constraints for parameter names in the AWS Systems Manager User Guide.`,
    );
}

const LEVELS_RULE =
  'If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_';
