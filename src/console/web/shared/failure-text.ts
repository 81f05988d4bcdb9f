import { AwsCallError } from '../aws/call.ts';

/** An error for a form: AWS's code and words, where it is AWS's. */
export const failureText = (error: Error): string =>
  error instanceof AwsCallError ? `${error.code}: ${error.message}` : error.message;
