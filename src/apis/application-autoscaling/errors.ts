import { AwsError } from '../../model/aws-error.ts';
import { violationWords } from '../../model/violation.ts';

export const validationError = (message: string): AwsError => new AwsError('ValidationException', message);

/** A value outside the service's model, in the words that AWS's services share. */
export const violation = (shown: string, path: string, rule: string): AwsError =>
  validationError(violationWords(shown, path, rule));

/** Source: Application Auto Scaling's words, as public reports quote them. */
export const noTarget = (resourceId: string): AwsError =>
  new AwsError(
    'ObjectNotFoundException',
    `No scalable target registered for service namespace: ecs, resource ID: ${resourceId}, scalable dimension: ecs:service:DesiredCount`,
  );

export const notFound = (what: string, name: string, resourceId: string): AwsError =>
  new AwsError(
    'ObjectNotFoundException',
    `No ${what} found for service namespace: ecs, resource ID: ${resourceId}, scalable dimension: ecs:service:DesiredCount, name: ${name}`,
  );
