import type { Api } from './api.ts';
import type { AwsError } from './aws-error.ts';

/**
 * The words that AWS's services share for a value outside their model.
 * `shown`: the value as an answer shows it, e.g. `'x'` or `null`.
 */
export const violationWords = (shown: string, path: string, rule: string): string =>
  `1 validation error detected: Value ${shown} at '${path}' failed to satisfy constraint: ${rule}`;

/** `StackName` → `stackName`: how services whose members begin with capitals name them in refusals. */
export const lowerFirst = (path: string): string => path.charAt(0).toLowerCase() + path.slice(1);

/** The refusals of an API whose service has the shared words; `refuse` makes its error of them. */
export const sharedRefusals = (
  refuse: (shown: string, path: string, rule: string) => AwsError,
  show = (value: unknown): string => `'${String(value)}'`,
): Pick<Api, 'missingMember' | 'invalidEnum' | 'invalidValue'> => ({
  missingMember: (_action, path) => refuse('null', path, 'Member must not be null'),
  invalidEnum: (_action, path, value, allowed) =>
    refuse(show(value), path, `Member must satisfy enum value set: [${allowed.join(', ')}]`),
  invalidValue: (_action, path, value, rule) => refuse(show(value), path, rule),
});
