import type { Api } from '../../src/model/api.ts';
import { AwsError } from '../../src/model/aws-error.ts';
import type { Caller } from '../../src/model/caller.ts';
import { createInputCheck } from '../../src/gateway/validate.ts';
import { CALLER } from './ecs-api.ts';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a function of whatever it takes
type Operations = Readonly<Record<string, (...parameters: any) => unknown>>;

/** Calls the actions of an API as the gateway does, typed by its table of operations. */
export type ApiCaller<O extends Operations> = {
  readonly call: <N extends keyof O & string>(
    action: N,
    input: Parameters<O[N]>[1],
    caller?: Caller,
  ) => Promise<Awaited<ReturnType<O[N]>>>;
  /** The error of a call that must fail, as `code: message`; an error that is not AWS's, or none, is thrown. */
  readonly refusal: (action: keyof O & string, input: object, caller?: Caller) => Promise<string>;
};

export function createCaller<O extends Operations>(api: Api): ApiCaller<O> {
  const check = createInputCheck();
  const { signal } = new AbortController();
  const run = async (action: string, input: object, caller: Caller): Promise<unknown> =>
    api.actions[action]?.({ caller, signal }, check(api, action, structuredClone(input)));
  return {
    call: (action, input, caller = CALLER) => run(action, input, caller) as never,
    refusal: (action, input, caller = CALLER) => refusalOf(action, run(action, input, caller)),
  };
}

/** The error of work that must be refused, as `code: message`; an error that is not AWS's, or none, is thrown. */
export async function refusalOf(action: string, work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof AwsError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error(`${action} was not refused`);
}
