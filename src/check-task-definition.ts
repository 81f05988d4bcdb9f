import { randomUUID } from 'node:crypto';
import type { RegisterTaskDefinitionRequest, RegisterTaskDefinitionResponse } from '@aws-sdk/client-ecs';
import type { CheckInput } from './gateway/validate.ts';
import { ServerException } from './model/aws-error.ts';
import { DEFAULT_ACCOUNT, DEFAULT_REGION } from './model/caller.ts';
import { UNKNOWN_HOST } from './model/container-instance.ts';
import { NO_CALLS } from './model/local-apis.ts';
import type { AwsTaskDefinition } from './model/task-definition.ts';
import { openDatabase } from './store/database.ts';
import { createEcsStore, ecsMigrations } from './store/ecs/store.ts';

/**
 * Makes what answers a task definition as RegisterTaskDefinition would, with its defaults, by its own rules; nothing is
 * kept. It rejects with its AwsError. The schemas are compiled once for all that it is asked: a page asks while somebody
 * types.
 */
export function createDefinitionCheck(): (
  input: RegisterTaskDefinitionRequest,
) => Promise<AwsTaskDefinition> {
  let check: CheckInput | undefined;
  return async (input) => {
    check ??= (await import('./gateway/validate.ts')).createInputCheck();
    return registered(input, check);
  };
}

async function registered(
  input: RegisterTaskDefinitionRequest,
  check: CheckInput,
): Promise<AwsTaskDefinition> {
  const database = openDatabase(':memory:', [ecsMigrations]);
  try {
    const dependencies = {
      store: createEcsStore(database),
      wake: (): void => undefined,
      wakeService: (): void => undefined,
      host: UNKNOWN_HOST,
      capacityChanged: (): void => undefined,
      calls: NO_CALLS,
      random: Math.random,
      now: () => new Date(0),
      newId: randomUUID,
    };
    const caller = {
      account: DEFAULT_ACCOUNT,
      region: DEFAULT_REGION,
      principalArn: `arn:aws:iam::${DEFAULT_ACCOUNT}:root`,
    };
    const { createEcsApi } = await import('./apis/ecs/operations.ts');
    const api = createEcsApi(dependencies);
    const action = 'RegisterTaskDefinition';
    const checked = check(api, action, input);
    const context = { caller, signal: new AbortController().signal };
    const { taskDefinition } = api.actions[action]?.(context, checked) as RegisterTaskDefinitionResponse;
    if (!taskDefinition) throw new ServerException('The task definition was not registered.');
    return taskDefinition;
  } finally {
    database.close();
  }
}
