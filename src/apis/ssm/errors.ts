import { AwsError } from '../../model/aws-error.ts';
import { violationWords } from '../../model/violation.ts';

export const validation = (message: string): AwsError => new AwsError('ValidationException', message);

/** A value outside the service's model, in the words that AWS's services share. */
export const violation = (shown: string, path: string, rule: string): AwsError =>
  validation(violationWords(shown, path, rule));

/** Source: SSM's answers: this one has no text. */
export const parameterNotFound = (): AwsError => new AwsError('ParameterNotFound', '');

/** Source: SSM's words, as moto has them. */
export const versionNotFound = (version: string, name: string): AwsError =>
  new AwsError(
    'ParameterVersionNotFound',
    `Systems Manager could not find version ${version} of ${name}. Verify the version and try again.`,
  );

/** Source: SSM's words, as moto has them. */
export const invalidNextToken = (): AwsError =>
  new AwsError('InvalidNextToken', 'The specified token is not valid.');

/** Source: SSM's words, as moto has them. */
export const tooManyLabels = (max: number): AwsError =>
  new AwsError(
    'ParameterVersionLabelLimitExceeded',
    `A parameter version can have maximum ${max} labels.Move one or more labels to another version and try again.`,
  );

/** Source: SSM's words, as LocalStack has them. */
export const invalidResourceId = (): AwsError =>
  new AwsError(
    'InvalidResourceId',
    'The resource ID is not valid. Verify that you entered the correct ID and try again.',
  );
