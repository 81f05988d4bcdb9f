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

export const attachedElsewhere = (stage: string, id: string): AwsError =>
  invalidParameter(
    `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${id}, so you must explicitly reference that version in RemoveFromVersionId.`,
  );

/** The wording is ours. */
export const notAttached = (stage: string, id: string): AwsError =>
  invalidParameter(`Staging label ${stage} is not attached to version ${id}.`);

/** The wording is ours. */
export const invalidNextToken = (): AwsError => new AwsError('InvalidNextTokenException', 'Invalid token.');

/** A value outside the service's model. */
export const violation = (shown: string, path: string, rule: string): AwsError =>
  new AwsError('ValidationException', violationWords(shown, path, rule));
