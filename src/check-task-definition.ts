import { randomUUID } from 'node:crypto';
import type { RegisterTaskDefinitionRequest, RegisterTaskDefinitionResponse } from '@aws-sdk/client-ecs';
import { ServerException } from './model/aws-error.ts';
import { DEFAULT_ACCOUNT, DEFAULT_REGION } from './model/caller.ts';
import { UNKNOWN_HOST } from './model/container-instance.ts';
import { NO_CALLS } from './model/local-apis.ts';
import type { AwsTaskDefinition } from './model/task-definition.ts';
import { openDatabase } from './store/database.ts';
import { createEcsStore, ecsMigrations } from './store/ecs/store.ts';

/**
 * A task definition as RegisterTaskDefinition would answer it, with its defaults, by its own rules; nothing is kept.
 * Throws its AwsError.
 */
export async function checkTaskDefinition(input: RegisterTaskDefinitionRequest): Promise<AwsTaskDefinition> {
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
    const [{ createEcsApi }, { createInputCheck }] = await Promise.all([
      import('./apis/ecs/operations.ts'),
      import('./gateway/validate.ts'),
    ]);
    const api = createEcsApi(dependencies);
    const action = 'RegisterTaskDefinition';
    const checked = createInputCheck()(api, action, input);
    const context = { caller, signal: new AbortController().signal };
    const { taskDefinition } = api.actions[action]?.(context, checked) as RegisterTaskDefinitionResponse;
    if (!taskDefinition) throw new ServerException('The task definition was not registered.');
    return taskDefinition;
  } finally {
    database.close();
  }
}
