import { once } from '../lib/once.ts';
import type { AwsError } from './aws-error.ts';
import type { RequestContext } from './ports.ts';
import type { RestAnswer, RestRequest, RestWire } from './rest.ts';

/** An action bound to its dependencies: what the gateway calls. Output is in our terms (`Date`s); the wire form is the gateway's. */
export type BoundAction = (context: RequestContext, input: unknown) => unknown;

/** What an action is called with. The request's signal is made only when it is asked for: most actions never do. */
export const withContext = <Dependencies>(
  dependencies: Dependencies,
  context: RequestContext,
): Dependencies & RequestContext => ({
  ...dependencies,
  caller: context.caller,
  get signal() {
    return context.signal;
  },
});

/**
 * Actions bound to what they need, by their names. The gateway checked their input against the action's schema: this is the
 * parse boundary.
 */
export const bindActions = (
  operations: Readonly<Record<string, unknown>>,
  dependencies: object,
): Readonly<Record<string, BoundAction>> =>
  Object.fromEntries(
    Object.entries(operations).map(([name, operation]): [string, BoundAction] => [
      name,
      (context, input) =>
        (operation as (context: unknown, input: unknown) => unknown)(
          withContext(dependencies, context),
          input,
        ),
    ]),
  );

/** By what requests are known to be an API's own. Apart from its code, so that this may be loaded with the first of them. */
export type ApiHead = {
  /** Name in credential scopes, e.g. `ecs`. */
  readonly service: string;
  readonly wire:
    | {
        readonly protocol: 'awsJson';
        /** Before the dot of `X-Amz-Target`. */
        readonly targetPrefix: string;
        /** How dates are sent: ECS epoch seconds, Logs milliseconds. */
        readonly timestamps: 'epochSeconds' | 'epochMilliseconds';
      }
    | {
        readonly protocol: 'query';
        /** EC2's answers have another form than those of all others. */
        readonly dialect?: 'ec2';
        readonly version: string;
        readonly xmlNamespace: string;
      }
    | RestWire;
};

/** One AWS API as the gateway serves it; each folder of `apis/` makes one. */
export type Api = ApiHead & {
  /** What answers an API of the wire `rest`. Throws AwsError, which is answered in S3's XML. */
  readonly serve?: (context: RequestContext, request: RestRequest) => Promise<RestAnswer>;
  /** By action name; an action that AWS has and we have not is there too and throws. */
  readonly actions: Readonly<Record<string, BoundAction>>;
  /** Name of the file in `schemas/` whose `definitions` has `<Action>Request`; none: input is not checked. */
  readonly schema?: string;
  /** The service's words for a required member that is missing. `path` as AWS writes it: `containerDefinitions[0].name`. */
  readonly missingMember: (action: string, path: string) => AwsError;
  /** The service's words for a value outside its enumeration. */
  readonly invalidEnum: (
    action: string,
    path: string,
    value: unknown,
    allowed: readonly string[],
  ) => AwsError;
  /** The service's words for a value outside its minimum, maximum, length or pattern. */
  readonly invalidValue: (action: string, path: string, value: unknown, rule: string) => AwsError;
};

/** An API by what requests are known to be its own, and its code, which may be loaded when it is first asked for. */
export type ServedApi = ApiHead & { readonly load: () => Promise<Api> };

/** An API whose code is loaded already. */
export const served = (api: Api): ServedApi => ({
  service: api.service,
  wire: api.wire,
  load: () => Promise.resolve(api),
});

/** An API whose code is loaded when it is first asked for: most runs need few of them. */
export const onDemand = ({ service, wire }: ApiHead, load: () => Promise<Api>): ServedApi => ({
  service,
  wire,
  load: once(load),
});

/** An answer that is an event stream (`application/vnd.amazon.eventstream`), e.g. StartLiveTail's. */
export class EventStream {
  readonly events: AsyncIterable<{ readonly type: string; readonly payload: unknown }>;
  constructor(events: EventStream['events']) {
    this.events = events;
  }
}
