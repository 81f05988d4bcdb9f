import { AwsError } from '../../../model/aws-error.ts';
import { NotServedError } from '../../../model/local-apis.ts';
import type { Outcome, ResourceContext, ResourceHandler } from './handler.ts';

/**
 * One of the ways in which an upstream makes resources of any type. Whatever they keep is in `kept`, and saved with the
 * resource before anything else is done. `unserved`: the upstream makes none of this type so, and nothing is there.
 */
export type UpstreamWay = {
  readonly create: (context: ResourceContext) => Promise<Outcome | 'unserved'>;
  readonly update: (context: ResourceContext) => Promise<Outcome>;
  readonly remove: ResourceHandler['remove'];
};

/** Whether an error says that the upstream has no such service, action or type. */
export const isUnserved = (error: unknown): boolean =>
  error instanceof NotServedError ||
  (error instanceof AwsError && (UNSERVED_CODES.has(error.code) || [404, 405, 501].includes(error.status)));

/** Those of Cloud Control; those of gateways and emulators; no error of AWS at all. */
const UNSERVED_CODES = new Set([
  'UnsupportedActionException',
  'TypeNotFoundException',
  'UnknownOperationException',
  'UnknownService',
  'InvalidAction',
  'NotImplemented',
  'UnknownError',
]);
