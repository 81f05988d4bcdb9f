import type { ServedApi } from '../model/api.ts';
import { NotServedError, type AwsCalls } from '../model/local-apis.ts';
import { callUpstream } from './call-upstream.ts';
import { createInputCheck } from './validate.ts';

export type LocalCallsOptions = {
  /** Asked at each call: the APIs may themselves call others. */
  readonly apis: () => readonly ServedApi[];
  readonly upstreamUrl?: string;
};

/** Calls of AWS actions within the process, checked as the gateway checks them, and of all others at the upstream. */
export function createLocalCalls({ apis, upstreamUrl }: LocalCallsOptions): AwsCalls {
  const check = createInputCheck();
  const ownApi = (service: string): ServedApi | undefined => apis().find((api) => api.service === service);
  return {
    async call(service, action, input, context) {
      const api = await ownApi(service)?.load();
      const run = api && Object.hasOwn(api.actions, action) ? api.actions[action] : undefined;
      // What is no value is not sent: only HTTP would have dropped it.
      if (api && run) {
        const sent: unknown = withoutUndefined(input);
        return ((await run(context, check(api, action, sent))) ?? {}) as Readonly<Record<string, unknown>>;
      }
      if (upstreamUrl === undefined) throw new NotServedError(service, action);
      return callUpstream(upstreamUrl, service, action, input, context);
    },
    ...(upstreamUrl !== undefined && {
      callUpstream: (service, action, input, context) =>
        callUpstream(upstreamUrl, service, action, input, context),
    }),
  };
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== 'object' || value === null) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutUndefined(member)]));
}
