import {
  QueryClient,
  type Query,
  useMutation,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from '@tanstack/react-query';
import { useNotices } from '../layout/notices.ts';
import {
  askSidecar,
  AwsCallError,
  callAws,
  type Input,
  type Output,
  type Service,
  type Services,
} from './call.ts';
import type { Kind } from './changes.ts';
import { useScope, type Scope } from './scope.ts';

/** The API in the chosen account and region; its calls end when nobody waits for them any more. */
export type Aws = {
  readonly ecs: <A extends keyof Services['ecs']>(
    action: A,
    input: Input<'ecs', A>,
  ) => Promise<Output<'ecs', A>>;
  readonly logs: <A extends keyof Services['logs']>(
    action: A,
    input: Input<'logs', A>,
  ) => Promise<Output<'logs', A>>;
  /** JSON of `/_ecsidecar/api/<path>`, which a body is sent to. */
  readonly sidecar: (path: string, body?: unknown) => Promise<unknown>;
};

/**
 * Asks the API and keeps the answer until something of these kinds changes. `key` names what is asked for, and holds
 * all that `ask` depends on besides account and region.
 */
export function useAws<T>(
  kinds: readonly Kind[],
  key: readonly (string | number | boolean | undefined)[],
  ask: (aws: Aws) => Promise<T>,
  isEnabled = true,
): UseQueryResult<T> {
  const { scope } = useScope();
  return useQuery({
    queryKey: [kinds, scope.account, scope.region, ...key],
    queryFn: ({ signal }) => ask(awsOf(scope, signal)),
    enabled: isEnabled,
  });
}

/**
 * Refetches what is on the page and hangs on the kinds that it is called with. What is on its way already is not cut off,
 * or changes that come faster than answers would let none through: it is asked for again when it is there.
 */
export function createRefetch(client: QueryClient): (changed: ReadonlySet<Kind> | 'all') => void {
  const isAgain = new WeakSet<Query>();
  const refetch = (query: Query): void => {
    if (query.state.fetchStatus === 'idle') {
      void client.invalidateQueries({ queryKey: query.queryKey, exact: true });
    } else if (!isAgain.has(query)) {
      isAgain.add(query);
      void query.promise
        ?.catch(() => undefined)
        .then(() => {
          isAgain.delete(query);
          void client.invalidateQueries({ queryKey: query.queryKey, exact: true });
        });
    }
  };
  return (changed) => {
    client
      .getQueryCache()
      .findAll({
        predicate: ({ queryKey: [kinds] }) =>
          changed === 'all' || (Array.isArray(kinds) && kinds.some((kind) => changed.has(kind as Kind))),
      })
      .forEach(refetch);
  };
}

/**
 * An action that changes something. What it says when it is done (`done`), or AWS's refusal, is shown above the page.
 * `mutateAsync` rejects with AwsCallError.
 */
export function useAction<S extends Service, A extends keyof Services[S] & string>(
  service: S,
  action: A,
  done: (input: Input<S, A>, output: Output<S, A>) => string,
) {
  const { scope } = useScope();
  return useChange((input: Input<S, A>) => callAws(scope, service, action, input), done);
}

/**
 * As useAction, for what takes more than one call. `showsFailure` false: the page itself says what was refused, for
 * example a form below its fields.
 */
export function useWork<I, O>(
  work: (aws: Aws, input: I) => Promise<O>,
  done: (input: I, output: O) => string,
  options?: { readonly showsFailure?: boolean },
) {
  const { scope } = useScope();
  return useChange((input: I) => work(awsOf(scope), input), done, options);
}

function useChange<I, O>(
  mutationFn: (input: I) => Promise<O>,
  done: (input: I, output: O) => string,
  { showsFailure = true }: { readonly showsFailure?: boolean } = {},
) {
  const notices = useNotices();
  const client = useQueryClient();
  return useMutation<O, Error, I>({
    mutationFn,
    onSuccess: (output, input) => {
      notices.success(done(input, output));
    },
    onError: (error) => {
      if (showsFailure) notices.failure(error);
    },
    // Of work in several calls some may have been done.
    onSettled: () => {
      void client.invalidateQueries();
    },
  });
}

const awsOf = (scope: Scope, signal?: AbortSignal): Aws => ({
  ecs: (action, input) => callAws(scope, 'ecs', action, input, signal),
  logs: (action, input) => callAws(scope, 'logs', action, input, signal),
  sidecar: (path, body) => askSidecar(path, body, signal),
});

/** All pages of a list. */
export async function allPages<Page extends { nextToken?: string | undefined }, Item>(
  ask: (nextToken: string | undefined) => Promise<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  let token: string | undefined;
  do {
    const page = await ask(token);
    items.push(...(itemsOf(page) ?? []));
    token = page.nextToken;
  } while (token !== undefined);
  return items;
}

/** Describes many things in as many calls as the limit of one needs. */
export async function inBatches<Name, Item>(
  names: readonly Name[],
  size: number,
  ask: (batch: Name[]) => Promise<readonly Item[] | undefined>,
): Promise<Item[]> {
  const batches: Name[][] = [];
  for (let at = 0; at < names.length; at += size) batches.push(names.slice(at, at + size));
  const answers = await Promise.all(batches.map(ask));
  return answers.flatMap((answer) => answer ?? []);
}

export const createQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        // A browser cuts its requests when Docker adds a network interface (ERR_NETWORK_CHANGED).
        retry: (count, error) => (!(error instanceof AwsCallError) || error.status === 0) && count < 3,
        retryDelay: (count) => 200 * 2 ** count,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        // The sidecar is there also when the machine is not on the internet.
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
