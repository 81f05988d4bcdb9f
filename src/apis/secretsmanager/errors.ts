import { AwsError } from '../../model/aws-error.ts';
import { violationWords } from '../../model/violation.ts';

// Source of the words: answers of Secrets Manager, as LocalStack's recordings and moto have them.

export const secretNotFound = (): AwsError =>
  new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");

export const valueNotFound = (what: 'staging label' | 'VersionId', value: string): AwsError =>
  new AwsError(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for ${what}: ${value}`,
  );

export const invalidRequest = (message: string): AwsError => new AwsError('InvalidRequestException', message);
export const invalidParameter = (message: string): AwsError =>
  new AwsError('InvalidParameterException', message);

/** The wording is ours. */
export const invalidNextToken = (): AwsError => new AwsError('InvalidNextTokenException', 'Invalid token.');

/** A value outside the service's model. */
export const violation = (shown: string, path: string, rule: string): AwsError =>
  new AwsError('ValidationException', violationWords(shown, path, rule));
