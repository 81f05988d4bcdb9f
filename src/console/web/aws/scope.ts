import { createContext, useContext } from 'react';

/** The namespace that all calls of the page go to. */
export type Scope = { readonly account: string; readonly region: string };

/** Source: src/model/caller.ts. */
const DEFAULT: Scope = { account: '000000000000', region: 'us-east-1' };

const KEY = 'ecsidecar.scope';

/** The scope that was chosen last in this browser. */
export function storedScope(): Scope {
  try {
    const { account, region } = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Scope>;
    return {
      account: account !== undefined && isAccount(account) ? account : DEFAULT.account,
      region: region !== undefined && isRegion(region) ? region : DEFAULT.region,
    };
  } catch {
    return DEFAULT;
  }
}

export const storeScope = (scope: Scope): void => {
  localStorage.setItem(KEY, JSON.stringify(scope));
};

/** The scope that an address names by `?region=`, and by `&account=` where it is not the default one. */
export function scopeIn(search: string): Scope | undefined {
  const params = new URLSearchParams(search);
  const region = params.get('region') ?? '';
  const account = params.get('account') ?? DEFAULT.account;
  return isRegion(region) && isAccount(account) ? { account, region } : undefined;
}

/** The same search with this scope. */
export function withScope(search: string, { account, region }: Scope): string {
  const params = new URLSearchParams(search);
  params.set('region', region);
  if (account === DEFAULT.account) params.delete('account');
  else params.set('account', account);
  return `?${params.toString()}`;
}

export const isAccount = (text: string): boolean => /^\d{12}$/.test(text);

/** Source: requireRegion in src/gateway/caller.ts. */
export const isRegion = (text: string): boolean =>
  text.length <= 32 && /^[a-z]{2,}(-[a-z]+)+-\d+$/.test(text);

export const ScopeContext = createContext<{
  readonly scope: Scope;
  readonly choose: (scope: Scope) => void;
}>({ scope: DEFAULT, choose: () => undefined });

export const useScope = () => useContext(ScopeContext);

/** Regions to choose from; any other may be typed. Source: AWS General Reference, regional endpoints. */
export const REGIONS = [
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'af-south-1',
  'ap-east-1',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-south-2',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ca-central-1',
  'ca-west-1',
  'eu-central-1',
  'eu-central-2',
  'eu-north-1',
  'eu-south-1',
  'eu-south-2',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'il-central-1',
  'me-central-1',
  'me-south-1',
  'mx-central-1',
  'sa-east-1',
] as const;
