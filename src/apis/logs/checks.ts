import { constraintFailed } from './errors.ts';

const MAX_NAME_LENGTH = 512;

/** Refuses what is no log group name. Source: CreateLogGroup, API reference: 1 to 512 of `._/#-`, letters, digits. */
export function checkGroupName(name: string, path = 'logGroupName'): void {
  checkText(name, path, { min: 1, max: MAX_NAME_LENGTH, pattern: '[\\.\\-_/#A-Za-z0-9]+' });
}

/** Refuses what is no log stream name. Source: CreateLogStream, API reference: 1 to 512 characters but `:` and `*`. */
export function checkStreamName(name: string, path = 'logStreamName'): void {
  checkText(name, path, { min: 1, max: MAX_NAME_LENGTH, pattern: '[^:*]*' });
}

/** Refuses a number out of its bounds. */
export function checkRange(
  value: number | undefined,
  path: string,
  { min, max }: { min: number; max?: number },
): void {
  if (value === undefined) return;
  if (value < min)
    throw constraintFailed(value, path, `Member must have value greater than or equal to ${min}`);
  if (max !== undefined && value > max)
    throw constraintFailed(value, path, `Member must have value less than or equal to ${max}`);
}

/** Refuses a text of the wrong length, or that the pattern does not match as a whole. */
export function checkText(
  value: string | undefined,
  path: string,
  { min = 0, max, pattern }: { min?: number; max: number; pattern?: string },
): void {
  if (value === undefined) return;
  checkLength(value, path, { min, max });
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`, 'u').test(value))
    throw constraintFailed(value, path, `Member must satisfy regular expression pattern: ${pattern}`);
}

/** Refuses a text or list of the wrong length. */
export function checkLength(
  value: string | readonly unknown[] | undefined,
  path: string,
  { min = 0, max }: { min?: number; max: number },
): void {
  if (value === undefined) return;
  const shown = typeof value === 'string' ? value : `[${value.map(String).join(', ')}]`;
  if (value.length < min)
    throw constraintFailed(shown, path, `Member must have length greater than or equal to ${min}`);
  if (value.length > max)
    throw constraintFailed(shown, path, `Member must have length less than or equal to ${max}`);
}
