import { AwsError } from '../../../model/aws-error.ts';

/** What CloudFormation refuses of a template, a parameter or a request: HTTP 400, code `ValidationError`. */
export const validationError = (message: string): AwsError => new AwsError('ValidationError', message);
