import { AwsError, InvalidParameterException } from '../../model/aws-error.ts';
import { violationWords } from '../../model/violation.ts';

/** A log group, or another resource, that is not there. */
export class ResourceNotFoundException extends AwsError {
  constructor(message: string) {
    super('ResourceNotFoundException', message);
  }
}

/** Source: LocalStack's recordings of CloudWatch Logs. */
export const groupNotFound = (): AwsError =>
  new ResourceNotFoundException('The specified log group does not exist.');

/** Source: LocalStack's recordings of CloudWatch Logs. */
export const streamNotFound = (): AwsError =>
  new ResourceNotFoundException('The specified log stream does not exist.');

/** Source: LocalStack's recordings of CloudWatch Logs; this one has no full stop. */
export const alreadyExists = (kind: 'group' | 'stream'): AwsError =>
  new AwsError('ResourceAlreadyExistsException', `The specified log ${kind} already exists`);

/** Source: LocalStack's recordings of CloudWatch Logs. */
export const invalidToken = (): AwsError =>
  new InvalidParameterException('The specified nextToken is invalid.');

/** A value outside the service's model. Source: LocalStack's recordings of CloudWatch Logs, limit of GetLogEvents. */
export const violation = (shown: string, path: string, rule: string): AwsError =>
  new InvalidParameterException(violationWords(shown, path, rule));

/** The same for a value that is told. */
export const constraintFailed = (value: unknown, path: string, rule: string): AwsError =>
  violation(`'${String(value)}'`, path, rule);
