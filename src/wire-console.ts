import { VARIABLES, VERSION, type Config } from './config.ts';
import { examine } from './examine.ts';
import { DEFAULT_ACCOUNT, DEFAULT_REGION, type Scope } from './model/caller.ts';
import type { ConsolePorts } from './model/console-ports.ts';
import type { openStores } from './store/open.ts';

export type ConsoleParts = {
  readonly config: Config;
  readonly environment: NodeJS.ProcessEnv;
  readonly stores: ReturnType<typeof openStores>;
  /** Of the API, once it listens. */
  readonly url: URL;
  /** What the health routes answer. */
  readonly health: () => unknown;
};

/** What the Resource Browser reads from. This file is loaded when somebody opens it. */
export function wireConsole({ config, environment, stores, url, health }: ConsoleParts): ConsolePorts {
  const { upstreamUrl } = config;
  const listen = { ...config.listen, port: Number(url.port || '80') };
  return {
    changes: stores.changes,
    info: () => ({
      version: VERSION,
      defaultScope: DEFAULT_SCOPE,
      scopes: withDefault(stores.scopes()),
      dataDir: config.dataDir,
      endpoint: url.origin,
      health: health(),
      ...(upstreamUrl !== undefined && { upstreamUrl }),
      options: VARIABLES.flatMap(([name]) => (environment[name]?.trim() ? [name] : [])),
    }),
    // The port that it has, where it was to take a free one.
    examine: () => examine({ ...config, listen }, environment),
  };
}

const DEFAULT_SCOPE: Scope = { account: DEFAULT_ACCOUNT, region: DEFAULT_REGION };

const withDefault = (scopes: readonly Scope[]): readonly Scope[] =>
  scopes.some(({ account, region }) => account === DEFAULT_ACCOUNT && region === DEFAULT_REGION)
    ? scopes
    : [DEFAULT_SCOPE, ...scopes];
