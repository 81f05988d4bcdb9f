import { AwsError } from '../../model/aws-error.ts';
import { checkRange, violationWords } from '../../model/violation.ts';

const violation = (shown: string, path: string, rule: string): AwsError =>
  new AwsError('ValidationError', violationWords(shown, path, rule));

/** Refuses a member that is missing, of the wrong length, or that the pattern does not match as a whole. */
export function checkText(
  path: string,
  value: string | undefined,
  { min, max, pattern }: { min: number; max: number; pattern?: string },
): asserts value is string {
  if (value === undefined) throw violation('null', path, 'Member must not be null');
  if (value.length < min)
    throw violation(`'${value}'`, path, `Member must have length greater than or equal to ${min}`);
  if (value.length > max)
    throw violation(`'${value}'`, path, `Member must have length less than or equal to ${max}`);
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`).test(value))
    throw violation(`'${value}'`, path, `Member must satisfy regular expression pattern: ${pattern}`);
}

/** Seconds of a form's DurationSeconds, which is a text there. */
export function checkDuration(
  value: number | string | undefined,
  { fallback, max }: { fallback: number; max: number },
): number {
  const seconds = value === undefined ? fallback : Number(value);
  checkRange(violation, 'durationSeconds', seconds, 900, max);
  return seconds;
}
