import { AwsError } from './aws-error.ts';
import type { RequestContext } from './ports.ts';

/** What an in-process call is made with; the caller says in whose account and region. */
export type CallContext = Pick<RequestContext, 'caller' | 'signal'>;

/**
 * How one part calls an AWS action without HTTP. Actions and their inputs are those of the AWS SDK (`ecs`,
 * `CreateService`); so is the output, with `Date`s. An API of ours is asked in the process, with the same check of its
 * input as the gateway's; any other goes to the upstream.
 */
export interface AwsCalls {
  /**
   * Throws what the action throws: an AwsError in the service's words; NotServedError when neither we nor an upstream
   * serve the action.
   */
  call(
    service: string,
    action: string,
    input: Readonly<Record<string, unknown>>,
    context: CallContext,
  ): Promise<Readonly<Record<string, unknown>>>;
  /** The same at the upstream, where there is one, also for services that are ours. */
  readonly callUpstream?: AwsCalls['call'];
}

/** Nobody serves this action: it is none of ours, and there is no upstream. */
export class NotServedError extends Error {
  constructor(service: string, action: string) {
    super(
      `ecsidecar does not serve ${service}:${action}. Set UPSTREAM_ENDPOINT_URL to an endpoint that does.`,
    );
    this.name = 'NotServedError';
  }
}

/** Whether nobody serves what was called: there is no upstream, or it answers that it does not know it. */
export const isUnserved = (error: unknown): boolean =>
  error instanceof NotServedError ||
  (error instanceof AwsError &&
    (error.status === 501 || /^(NotImplemented|UnknownOperation|UnknownService)/.test(error.code)));

/** For what is decided without any other API. */
export const NO_CALLS: AwsCalls = {
  call: (service, action) => Promise.reject(new NotServedError(service, action)),
};
