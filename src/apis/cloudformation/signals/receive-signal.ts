import { AwsError } from '../../../model/aws-error.ts';
import type { RestAnswer, RestRequest } from '../../../model/rest.ts';
import type { StackSignal, StackStore } from '../../../model/stack.ts';
import { isGone } from '../engine/plan.ts';
import { signalTarget } from './signal-url.ts';

/**
 * Keeps a signal that was PUT to a handle's URL. A `UniqueId` that came before is a repetition and changes nothing.
 * Throws AwsError: AccessDenied for the URL of no handle, InvalidRequest for what is no signal; on AWS S3 takes anything.
 */
export async function receiveSignal(
  { store, wake }: { readonly store: StackStore; readonly wake: (stackId: string) => void },
  request: RestRequest,
): Promise<RestAnswer> {
  const target = signalTarget(request.url);
  const row = target && store.resource(target.stackId, target.logicalId, target.generation);
  if (!row || isGone(row)) throw new AwsError('AccessDenied', 'Access Denied', { status: 403 });
  store.addSignal({ target: row.generation, ...readSignal((await request.bytes()).toString('utf8')) });
  wake(row.stackId);
  return { status: 200 };
}

/** Source: the user guide, "Wait condition signal JSON format". */
function readSignal(text: string): Omit<StackSignal, 'target'> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw invalid();
  }
  if (typeof body !== 'object' || body === null) throw invalid();
  const { Status: status, UniqueId: uniqueId, Data: data, Reason: reason } = body as Record<string, unknown>;
  if (status !== 'SUCCESS' && status !== 'FAILURE') throw invalid();
  if (typeof uniqueId !== 'string' || uniqueId === '') throw invalid();
  const plain = (value: unknown): string =>
    value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  return { status, uniqueId, data: plain(data), reason: plain(reason) };
}

/** The wording is ours. */
const invalid = (): AwsError =>
  new AwsError(
    'InvalidRequest',
    'A signal is a JSON object with a Status (SUCCESS or FAILURE), a UniqueId, a Data and a Reason.',
  );
