import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import t from 'tap';
import { CONTAINER, createTestApi, FARGATE_DEFINITION } from './ecs-api.ts';

export type Case = {
  readonly rule: string;
  /** `2026`: ECS's words of September 2026. `issues`: ECS's words in public issues and logs. `ours`: ECS's are not known. */
  readonly source: '2026' | 'issues' | 'ours' | 'emulator';
  readonly input: RegisterTaskDefinitionRequest;
  readonly message: string;
};

export const one = (
  container: Partial<ContainerDefinition>,
  task: Partial<RegisterTaskDefinitionRequest> = {},
): RegisterTaskDefinitionRequest => ({
  family: 'f',
  containerDefinitions: [{ ...CONTAINER, ...container }],
  ...task,
});

export const two = (first: Partial<ContainerDefinition>, second: Partial<ContainerDefinition>) => ({
  family: 'f',
  containerDefinitions: [
    { ...CONTAINER, ...first },
    { ...CONTAINER, name: 'db', ...second },
  ],
});

export const fargate = (
  task: Partial<RegisterTaskDefinitionRequest>,
  container: Partial<ContainerDefinition> = {},
) =>
  ({
    ...FARGATE_DEFINITION,
    containerDefinitions: [{ name: 'app', image: 'busybox', ...container }],
    ...task,
  }) as RegisterTaskDefinitionRequest;

export const awslogs = (options: Record<string, string>) => ({
  logConfiguration: { logDriver: 'awslogs' as const, options },
});
export const check = (limits: object) => ({ healthCheck: { command: ['CMD', 'true'], ...limits } });

/** A test for each case: refused with its message, and nothing is saved. */
export function testRefusals(cases: readonly Case[]): void {
  for (const { rule, source, input, message } of cases) {
    t.test(`refused, ${rule} (words: ${source})`, (t) => {
      const api = createTestApi();
      t.match(api.refusal('RegisterTaskDefinition', input), { code: 'ClientException', message });
      t.strictSame(api.call('ListTaskDefinitions', {}).taskDefinitionArns, [], 'nothing is saved');
      t.end();
    });
  }
}
