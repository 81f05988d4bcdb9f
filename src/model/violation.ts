import type { Api } from './api.ts';
import type { AwsError } from './aws-error.ts';

/**
 * The words that AWS's services share for a value outside their model.
 * `shown`: the value as an answer shows it, e.g. `'x'` or `null`.
 */
export const violationWords = (shown: string, path: string, rule: string): string =>
  `1 validation error detected: Value ${shown} at '${path}' failed to satisfy constraint: ${rule}`;

/** Throws `refuse` in these words for a number that is given and lies outside its bounds. */
export function checkRange(
  refuse: (shown: string, path: string, rule: string) => AwsError,
  path: string,
  value: number | undefined,
  min: number,
  max: number,
): void {
  if (value === undefined) return;
  const rule = (bound: string): AwsError => refuse(`'${value}'`, path, `Member must have value ${bound}`);
  if (!(value >= min)) throw rule(`greater than or equal to ${min}`);
  if (value > max) throw rule(`less than or equal to ${max}`);
}

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
