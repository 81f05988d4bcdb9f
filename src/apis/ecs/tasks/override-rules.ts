import type { ContainerDefinition, ContainerOverride, TaskOverride } from '@aws-sdk/client-ecs';
import { AwsError, ClientException, InvalidParameterException } from '../../../model/aws-error.ts';
import { effectiveDefinition } from '../../../model/effective-definition.ts';
import { parseCpuUnits, parseMemoryMib } from '../../../model/sizes.ts';
import type { AwsTaskDefinition } from '../../../model/task-definition.ts';
import { fargateSizeProblem } from '../task-definitions/fargate-sizes.ts';
import {
  containerSizeProblem,
  cpuSumProblem,
  taskCpuProblem,
  taskMemoryProblem,
} from '../task-definitions/rules/resources.ts';
import { devicesProblem } from '../task-definitions/rules/devices.ts';
import { firstDuplicate } from '../task-definitions/rules/rule.ts';
import { environmentFilesProblem, secretNamesProblem } from '../task-definitions/rules/secrets.ts';
import { ephemeralStorageProblem, isRole } from '../task-definitions/rules/task.ts';

/** Source: ECS API reference, RunTask.overrides. */
const MAX_LENGTH = 8192;

/** Overrides must fit the definition, and what comes of both must be a task that ECS would register. */
export function checkOverrides(
  definition: AwsTaskDefinition,
  overrides: TaskOverride,
  onFargate: boolean,
): void {
  const problem =
    namesProblem(definition, overrides) ??
    taskProblem(overrides, onFargate) ??
    effectiveProblem(definition, overrides, onFargate);
  if (problem instanceof AwsError) throw problem;
  if (problem !== undefined) throw new InvalidParameterException(problem);
}

function namesProblem(
  { containerDefinitions = [] }: AwsTaskDefinition,
  overrides: TaskOverride,
): string | undefined {
  // Source: ECS's words, recorded in public code and issues.
  if (JSON.stringify(overrides).length > MAX_LENGTH) {
    return `Container Overrides length must be at most ${MAX_LENGTH}`;
  }
  const names = (overrides.containerOverrides ?? []).map(({ name = '' }) => name);
  const unknown = names.find((name) => !containerDefinitions.some((container) => container.name === name));
  // Source: ECS's words, recorded in GitHub issues.
  if (unknown !== undefined)
    return `Override for container named ${unknown} is not a container in the TaskDefinition.`;
  // What ECS makes of two is not known; one of them would be ignored. The wording is ours.
  const twice = firstDuplicate(names);
  return twice === undefined ? undefined : `There are several overrides for container named ${twice}.`;
}

/** What is said of the task as a whole. */
function taskProblem(overrides: TaskOverride, onFargate: boolean): string | undefined {
  const { cpu, memory, taskRoleArn, executionRoleArn, ephemeralStorage } = overrides;
  const sizeProblem = taskCpuProblem(cpu) ?? taskMemoryProblem(memory);
  if (sizeProblem !== undefined) return sizeProblem;
  // Source: ECS's words at registration.
  if (!isRole(taskRoleArn) || !isRole(executionRoleArn)) return 'Role is not valid';
  // Source: ECS's words at registration, September 2026.
  if (ephemeralStorage && !onFargate)
    return 'Tasks using the EC2 launch type do not support EphemeralStorage.';
  // AWS takes no definition with accelerators that could be overridden. The wording follows ECS's at registration.
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- it is still in AWS's model.
  if (overrides.inferenceAcceleratorOverrides?.length)
    return "Unsupported field 'inferenceAcceleratorOverrides'.";
  return ephemeralStorageProblem(ephemeralStorage);
}

/** What is wrong with the containers as they would run. */
function effectiveProblem(
  registered: AwsTaskDefinition,
  overrides: TaskOverride,
  onFargate: boolean,
): AwsError | string | undefined {
  const definition = effectiveDefinition(registered, overrides);
  const { cpu = '', memory = '', containerDefinitions = [] } = definition;
  const isResized = overrides.cpu !== undefined || overrides.memory !== undefined;
  if (onFargate && isResized) {
    const problem = fargateSizeProblem(
      parseCpuUnits(cpu) ?? 0,
      parseMemoryMib(memory) ?? 0,
      definition.runtimePlatform?.operatingSystemFamily,
    );
    if (problem !== undefined) return problem;
  }
  for (const container of containerDefinitions) {
    const override = overrides.containerOverrides?.find(({ name }) => name === container.name) ?? {};
    const problem = containerProblem(container, override, definition, onFargate);
    if (problem !== undefined) return problem;
  }
  return cpuSumProblem(definition);
}

function containerProblem(
  container: ContainerDefinition,
  override: ContainerOverride,
  definition: AwsTaskDefinition,
  onFargate: boolean,
): AwsError | string | undefined {
  // Source: ECS's words at registration, which speak of "new or existing environment variables".
  const secretProblem = override.environment && secretNamesProblem(container);
  if (secretProblem !== undefined) return new ClientException(secretProblem);
  return (
    environmentFilesProblem(override.environmentFiles) ??
    (override.resourceRequirements && devicesProblem(container, onFargate)) ??
    containerSizeProblem(container, definition)
  );
}
