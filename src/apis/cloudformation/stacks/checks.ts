import { AwsError } from '../../../model/aws-error.ts';
import type { Stack, StackStatus, StackTag } from '../../../model/stack.ts';
import { violationWords } from '../../../model/violation.ts';
import { validationError } from '../template/errors.ts';
import { missingCapabilities, summarizeTemplate } from '../template/summary.ts';
import type { Template } from '../template/types.ts';

/** Source: CloudFormation API reference, CreateStack.StackName, and its words for a value that does not match. */
export function checkStackName(name: string): void {
  if (!/^[a-zA-Z][-a-zA-Z0-9]*$/.test(name))
    throw constraint(
      name,
      'stackName',
      'Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*',
    );
  if (name.length > 128)
    throw constraint(name, 'stackName', 'Member must have length less than or equal to 128');
}

export const constraint = (value: string, path: string, rule: string): AwsError =>
  validationError(violationWords(`'${value}'`, path, rule));

/** Source: CloudFormation's words, InsufficientCapabilitiesException. */
export function checkCapabilities(template: Template, given: readonly string[] = []): void {
  const missing = missingCapabilities(summarizeTemplate(template), given);
  if (missing.length > 0)
    throw new AwsError(
      'InsufficientCapabilitiesException',
      `Requires capabilities : [${missing.join(', ')}]`,
    );
}

export function checkTags(
  tags: readonly { Key?: string | undefined; Value?: string | undefined }[] = [],
): StackTag[] {
  if (tags.length > 50) throw validationError('Number of tags exceeds the limit of 50');
  return tags.map(({ Key = '', Value = '' }) => {
    if (Key.startsWith('aws:'))
      throw validationError("You cannot use the reserved prefix 'aws:' in tag keys");
    return { Key, Value };
  });
}

/** What an update may begin from. Source: CloudFormation user guide, stack status codes. */
const UPDATABLE: readonly StackStatus[] = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'];
/** The same where the rollback was disabled. */
const UPDATABLE_AFTER_FAILURE: readonly StackStatus[] = ['CREATE_FAILED', 'UPDATE_FAILED'];

export function checkUpdatable({ id, status }: Stack): void {
  if (UPDATABLE.includes(status) || UPDATABLE_AFTER_FAILURE.includes(status)) return;
  throw validationError(`Stack:${id} is in ${status} state and can not be updated.`);
}
