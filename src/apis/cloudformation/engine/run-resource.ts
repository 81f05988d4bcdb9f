import type { Logger } from 'pino';
import { AwsError } from '../../../model/aws-error.ts';
import type { Caller } from '../../../model/caller.ts';
import type { AwsCalls } from '../../../model/local-apis.ts';
import { NotServedError } from '../../../model/local-apis.ts';
import type {
  JsonMap,
  ResourceStatus,
  ResourceWork,
  Stack,
  StackResource,
  StackStore,
} from '../../../model/stack.ts';
import {
  HandlerError,
  UnresolvedError,
  type Outcome,
  type ResourceContext,
  type ResourceHandler,
} from '../resources/handler.ts';
import { changedFrom } from './changed-from.ts';
import { resourceEvent, type NewEvent } from './events.ts';
import { isGone } from './plan.ts';

export type ResourceKey = {
  readonly stackId: string;
  readonly logicalId: string;
  readonly generation: string;
};

export type RunResourceOptions = {
  readonly store: StackStore;
  readonly calls: AwsCalls;
  readonly handlerOf: (type: string) => ResourceHandler;
  /** Puts the values of dynamic references in their places. Throws what the event says. */
  readonly resolve: (properties: JsonMap, stack: Stack, signal: AbortSignal) => Promise<JsonMap>;
  /** Saves events with their times and ids. */
  readonly tell: (events: readonly NewEvent[]) => void;
  /** See ResourceContext. */
  readonly isMarked: (service: string) => boolean;
  readonly now: () => Date;
  /** A fresh uuid. */
  readonly newId: () => string;
  readonly logger: Logger;
};

type Saved = StackResource & { readonly work: ResourceWork };

/** Takes one step with a resource that has work; returns after how long it has to be taken again, if at all. */
export function createResourceRunner(options: RunResourceOptions) {
  const { store, handlerOf, now } = options;

  const read = ({ stackId, logicalId, generation }: ResourceKey): Saved | undefined => {
    const row = store.resource(stackId, logicalId, generation);
    return row?.work ? { ...row, work: row.work } : undefined;
  };

  const contextOf = async (stack: Stack, row: Saved, signal: AbortSignal): Promise<ResourceContext> => {
    const { scope } = stack;
    const caller: Caller = {
      ...scope,
      principalArn: `arn:aws:iam::${scope.account}:root`,
      isCloudFormation: true,
    };
    // A deletion needs no values, and what they came from may be gone.
    const isDeletion = row.work.action === 'delete';
    return {
      scope,
      stackId: stack.id,
      stackName: stack.name,
      logicalId: row.logicalId,
      type: row.type,
      token: row.generation,
      physicalId: row.physicalId,
      properties: isDeletion ? row.properties : await options.resolve(row.properties, stack, signal),
      ...changedFrom(row),
      attributes: row.attributes,
      creationPolicy: row.creationPolicy,
      data: row.work.data,
      kept: row.kept ?? {},
      reads: row.reads ?? [],
      isRetry: row.work.wasRun,
      startedAt: row.work.startedAt,
      now: now(),
      tags: row.tags ?? (stack.operation?.target ?? stack.version)?.tags ?? [],
      isMarked: options.isMarked,
      call: (service, action, input) => options.calls.call(service, action, input, { caller, signal }),
      callIn: (region) => (service, action, input) =>
        options.calls.call(service, action, input, { caller: { ...caller, region }, signal }),
      callUpstream: (service, action, input) => {
        if (!options.calls.callUpstream) throw new NotServedError(service, action);
        return options.calls.callUpstream(service, action, input, { caller, signal });
      },
    };
  };

  /** Saves how a step ended. */
  const end = (stack: Stack, row: Saved, change: Partial<StackResource>, events: NewEvent[]): void => {
    const { work, statusReason: _before, ...rest } = row;
    const phase = { create: 'CREATE', update: 'UPDATE', delete: 'DELETE' } as const;
    // What replaces another is an update of its logical id.
    const verb = work.action === 'create' && row.status.startsWith('UPDATE') ? 'UPDATE' : phase[work.action];
    const isFailed = change.failedIn !== undefined;
    const status: ResourceStatus = `${verb}_${isFailed ? 'FAILED' : 'COMPLETE'}`;
    const failedCreation = isFailed && work.action === 'create' ? 'CREATE_FAILED' : status;
    const saved: StackResource = { ...rest, status: failedCreation, updatedAt: now(), ...change };
    // Something that was never there is not told to be gone.
    const isSilent = work.action === 'delete' && row.physicalId === undefined;
    store.transaction(() => {
      store.putResource(saved);
      options.tell([...events, ...(isSilent ? [] : [resourceEvent(stack, { ...saved, status })])]);
    });
  };

  const initiated = (stack: Stack, row: Saved, physicalId: string): NewEvent[] =>
    row.work.isInitiated || row.work.action !== 'create'
      ? []
      : [resourceEvent(stack, { ...row, physicalId, statusReason: 'Resource creation Initiated' })];

  const fail = (stack: Stack, row: Saved, reason: string): void => {
    end(stack, row, { failedIn: row.work.operationId, statusReason: reason }, []);
  };

  /**
   * A death may have come between what was made and the saving of its id. Creation, which makes nothing twice, is asked
   * again then, so that what is there can be deleted.
   */
  const findWhatWasMade = async (stack: Stack, row: Saved, signal: AbortSignal): Promise<Saved> => {
    const { action, wasRun } = row.work;
    if (action !== 'create' || !wasRun || row.physicalId !== undefined) return row;
    try {
      const outcome = await handlerOf(row.type).create(await contextOf(stack, row, signal));
      return outcome.kind === 'replace' ? row : withFound(row, outcome);
    } catch {
      return row;
    }
  };

  /** Leaves a resource as it was before its update; the next plan makes another in its place. */
  const askForAnother = ({ work, ...row }: Saved): void => {
    const { before } = row;
    const properties = before?.operationId === work.operationId ? before.properties : row.properties;
    store.putResource({
      ...row,
      properties,
      status: 'UPDATE_COMPLETE',
      updatedAt: now(),
      replaceIn: work.operationId,
    });
  };

  return async (key: ResourceKey, signal: AbortSignal): Promise<{ retryAfterMs: number } | undefined> => {
    let row = read(key);
    const stack = store.get(key.stackId);
    if (!row || !stack) return undefined;
    if (row.work.isCancelled && row.work.action !== 'delete') {
      const verb = row.work.action === 'create' ? 'creation' : 'update';
      const found = await findWhatWasMade(stack, row, signal);
      if (signal.aborted) return undefined;
      fail(stack, found, `Resource ${verb} cancelled`);
      return undefined;
    }
    const handler = handlerOf(row.type);
    let outcome: Outcome | undefined;
    try {
      const context = await contextOf(stack, row, signal);
      const physicalId =
        row.physicalId ?? (row.work.action === 'create' ? handler.nameOf?.(context) : undefined);
      checkName(row, physicalId, store);
      const begun: Saved = {
        ...row,
        ...(physicalId !== undefined && { physicalId }),
        work: { ...row.work, wasRun: true },
      };
      if (!row.work.wasRun) store.putResource(begun);
      outcome = await take(handler, { ...context, physicalId }, row.work.action);
    } catch (error) {
      if (signal.aborted) return undefined;
      row = read(key) ?? row;
      const text = reasonOf(error, handler, row.type, options.newId());
      // What nobody serves is not there, nor is what can have no such name: its creation was refused for it.
      if (row.work.action === 'delete' && (error instanceof NotServedError || refusesName(error))) {
        end(stack, row, { doneIn: row.work.operationId }, []);
        return undefined;
      }
      if (text === undefined)
        options.logger.error({ err: error, resource: row.logicalId, stack: stack.name }, 'a resource failed');
      const isMade = row.work.action !== 'create' || !isOfOthers(error);
      fail(stack, isMade ? row : withoutPhysicalId(row), text ?? 'Internal Failure');
      return undefined;
    }
    // It may have been cancelled in the meantime: that is seen by the next run.
    row = read(key) ?? row;
    if (outcome.kind === 'again') {
      const { physicalId = row.physicalId } = outcome;
      const events = physicalId === undefined ? [] : initiated(stack, row, physicalId);
      const next: StackResource = {
        ...withFound(row, outcome),
        work: {
          ...row.work,
          ...(outcome.data && { data: outcome.data }),
          isInitiated: row.work.isInitiated || events.length > 0,
        },
      };
      store.transaction(() => {
        store.putResource(next);
        options.tell(events);
      });
      return { retryAfterMs: next.work?.isCancelled ? 1 : outcome.afterMs };
    }
    if (outcome.kind === 'replace') {
      if (stack.status === 'UPDATE_IN_PROGRESS') askForAnother(row);
      else fail(stack, row, 'Resource cannot be changed back in place');
      return undefined;
    }
    const { physicalId, attributes = row.attributes, note, kept } = outcome;
    const { kept: _before, ...rest } = row;
    end(
      stack,
      { ...rest, ...(kept && { kept }) },
      {
        ...(physicalId !== '' && { physicalId }),
        attributes,
        doneIn: row.work.operationId,
        ...(note !== undefined && { statusReason: note }),
      },
      initiated(stack, row, physicalId),
    );
    return undefined;
  };
}

/** With what an unfinished step has found out. */
const withFound = (
  row: Saved,
  { physicalId, kept }: { readonly physicalId?: string; readonly kept?: JsonMap },
): Saved => ({ ...row, ...(physicalId !== undefined && { physicalId }), ...(kept && { kept }) });

/** Whether what was to be made was there already: no rollback may delete it. */
const isOfOthers = (error: unknown): boolean =>
  (error instanceof AwsError && /Exist|AlreadyOwned/.test(error.code) && !/NotExist/.test(error.code)) ||
  (error instanceof HandlerError && error.code === 'AlreadyExists');

const refusesName = (error: unknown): boolean =>
  error instanceof AwsError &&
  error.status < 500 &&
  /failed to satisfy constraint|invalid characters| must match \^|^Invalid (name|identifier|parameter at)|bucket is not valid/i.test(
    error.message,
  );

const withoutPhysicalId = ({ physicalId: _ofOthers, ...row }: Saved): Saved => row;

/** Source: CloudFormation's words. Two resources of one name cannot be there at a time, as a replacement needs it. */
function checkName(
  { work, stackId, logicalId, replaces }: Saved,
  physicalId: string | undefined,
  store: Pick<StackStore, 'resource'>,
): void {
  if (work.action !== 'create' || replaces === undefined) return;
  const replaced = store.resource(stackId, logicalId, replaces);
  if (!replaced || isGone(replaced)) return;
  if (physicalId === undefined || replaced.physicalId !== physicalId) return;
  throw new UnresolvedError(
    `CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename ${physicalId.replace(/^.*\//, '')} and update the stack again.`,
  );
}

async function take(
  handler: ResourceHandler,
  context: ResourceContext,
  action: ResourceWork['action'],
): Promise<Outcome> {
  const { physicalId = '', attributes } = context;
  switch (action) {
    case 'create':
      return handler.create(context);
    case 'update':
      return handler.update ? handler.update(context) : { kind: 'done', physicalId, attributes };
    case 'delete': {
      const removed = physicalId === '' ? 'done' : await handler.remove(context);
      return removed === 'done' ? { kind: 'done', physicalId, attributes } : { kind: 'again', ...removed };
    }
  }
}

/** In the words of CloudFormation's own handlers; undefined for what is no error of a service. */
function reasonOf(
  error: unknown,
  { serviceName }: ResourceHandler,
  type: string,
  token: string,
): string | undefined {
  if (error instanceof UnresolvedError) return error.message;
  if (error instanceof HandlerError) {
    const text = handlerMessage(error.message, token, error.code);
    return error.detail === undefined ? text : `${text} ${error.detail}`;
  }
  if (error instanceof NotServedError) return `Resource handler returned message: "${error.message}"`;
  if (!(error instanceof AwsError)) return undefined;
  const service = serviceName ?? type.split('::')[1] ?? 'AWS';
  const text = `${error.message} (Service: ${service}, Status Code: ${error.status}, Request ID: ${token})`;
  const code = /NotFound|NoSuch/.test(error.code)
    ? 'NotFound'
    : /Exists|InUse/.test(error.code)
      ? 'AlreadyExists'
      : error.status >= 500
        ? 'GeneralServiceException'
        : 'InvalidRequest';
  return handlerMessage(text, token, code);
}

/** Source: events of CloudFormation's resource handlers. */
const handlerMessage = (message: string, token: string, code: string): string =>
  `Resource handler returned message: "${message}" (RequestToken: ${token}, HandlerErrorCode: ${code})`;
