import type { Operation, RequestContext } from '../../model/ports.ts';
import type { DiscoveryOperationType, DiscoveryStore } from '../../model/service-discovery.ts';

/** What Cloud Map needs of the rest. */
export type DiscoveryDependencies = {
  readonly discovery: DiscoveryStore;
  readonly now: () => Date;
  /** A fresh uuid. */
  readonly newId: () => string;
};

export type DiscoveryContext = DiscoveryDependencies & RequestContext;
export type DiscoveryAction<Input, Output> = Operation<Input, Output, DiscoveryDependencies>;

/** So many letters and digits out of a fresh uuid, as Cloud Map's ids have them; at most 24. */
export const idLetters = (uuid: string, length: number): string =>
  BigInt(`0x${uuid.replaceAll('-', '')}`)
    .toString(36)
    .padStart(length, '0')
    .slice(-length);

/** Records what was just done; the answer is its id. Call inside the transaction that does it. */
export function recordOperation(
  { discovery, caller, now, newId }: DiscoveryContext,
  type: DiscoveryOperationType,
  targets: Readonly<Partial<Record<'NAMESPACE' | 'SERVICE' | 'INSTANCE', string>>>,
): { OperationId: string } {
  const { account, region } = caller;
  const id = `${newId().replaceAll('-', '')}-${idLetters(newId(), 8)}`;
  discovery.addOperation({ scope: { account, region }, id, type, targets, createdAt: now() });
  return { OperationId: id };
}
