import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { ECS } from '@aws-sdk/client-ecs';
import type { Scope } from './scope.ts';

/** A type of the SDK as it goes over the wire: times are epoch seconds in ECS, milliseconds in Logs. */
export type Wire<T> = T extends Date
  ? number
  : T extends readonly (infer Item)[]
    ? Wire<Item>[]
    : T extends object
      ? { [Key in keyof T]: Wire<T[Key]> }
      : T;

type Actions<Client> = {
  [Key in keyof Client & string as Capitalize<Key>]: Client[Key] extends (
    input: infer Input,
    options: never,
    done: (error: never, output?: infer Output) => void,
  ) => void
    ? { input: Wire<Input>; output: Wire<Output> }
    : never;
};

export type Services = { ecs: Actions<ECS>; logs: Actions<CloudWatchLogs> };
export type Service = keyof Services;
export type Input<S extends Service, A extends keyof Services[S]> = Services[S][A] extends { input: infer I }
  ? I
  : never;
export type Output<S extends Service, A extends keyof Services[S]> = Services[S][A] extends {
  output: infer O;
}
  ? O
  : never;

const TARGETS: Readonly<Record<Service, string>> = {
  ecs: 'AmazonEC2ContainerServiceV20141113',
  logs: 'Logs_20140328',
};

/** What AWS's API answered instead of a result, in its words; or that nothing answered. */
export class AwsCallError extends Error {
  /** e.g. `ClusterContainsTasksException`. */
  readonly code: string;
  /** Of HTTP; 0 when there was no answer. */
  readonly status: number;

  constructor(code: string, message: string, status: number) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
  }
}

/** Calls an action of the AWS API and returns its answer. Throws AwsCallError. */
export async function callAws<S extends Service, A extends keyof Services[S] & string>(
  scope: Scope,
  service: S,
  action: A,
  input: Input<S, A>,
  signal?: AbortSignal,
): Promise<Output<S, A>> {
  const response = await sendAws(scope, service, action, input, signal);
  return (await response.json()) as Output<S, A>;
}

/** As callAws, with the body still to be read: StartLiveTail's is an event stream. */
export function sendAws(
  { account, region }: Scope,
  service: Service,
  action: string,
  input: unknown,
  signal?: AbortSignal,
): Promise<Response> {
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '');
  return send('/', {
    method: 'POST',
    body: JSON.stringify(input),
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `${TARGETS[service]}.${action}`,
      // Signatures are not verified; account and region are read from the scope. See src/gateway/caller.ts.
      authorization: `AWS4-HMAC-SHA256 Credential=${account}/${day}/${region}/${service}/aws4_request, SignedHeaders=host, Signature=none`,
    },
    ...(signal && { signal }),
  });
}

/** Asks one of the sidecar's own routes below `/_ecsidecar/api/`, or with a body tells it; returns its JSON. */
export async function askSidecar(path: string, body?: unknown, signal?: AbortSignal): Promise<unknown> {
  const post = {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  };
  const response = await send(`/_ecsidecar/api/${path}`, {
    ...(body !== undefined && post),
    ...(signal && { signal }),
  });
  return response.json();
}

async function send(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new AwsCallError('NoAnswer', 'The sidecar does not answer. Is it running?', 0);
  }
  if (response.ok) return response;
  const text = await response.text();
  let answer: { __type?: unknown; message?: unknown; Message?: unknown } = {};
  try {
    answer = JSON.parse(text) as typeof answer;
  } catch {
    // What came is no JSON: a proxy's page, or nothing.
  }
  const message = answer.message ?? answer.Message;
  throw new AwsCallError(
    typeof answer.__type === 'string' ? (answer.__type.split('#').at(-1) ?? '') : `HTTP ${response.status}`,
    typeof message === 'string' ? message : response.statusText,
    response.status,
  );
}

/** A time of ECS's answers (epoch seconds) as a Date. */
export const dateOf = (epochSeconds: number): Date => new Date(epochSeconds * 1000);
