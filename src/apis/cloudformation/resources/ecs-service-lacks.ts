import type { Json, JsonMap } from '../../../model/stack.ts';
import { textOf } from './handler.ts';

/**
 * A service's properties without what nothing here could do, so that its tasks run all the same, and a plain word about
 * each in the event of its completion.
 */
export function withoutLacking(properties: JsonMap): {
  readonly properties: JsonMap;
  readonly note?: string;
} {
  const { DeploymentController: controller, DeploymentConfiguration: configuration, ...rest } = properties;
  const isCodeDeploys = isMap(controller) && textOf(controller, 'Type') === 'CODE_DEPLOY';
  const hooks = isMap(configuration) ? configuration['LifecycleHooks'] : undefined;
  const listed = Array.isArray(hooks) ? (hooks as readonly Json[]) : [];
  const kept = listed.filter((hook) => isMap(hook) && (textOf(hook, 'TargetType') ?? LAMBDA) !== LAMBDA);
  const notes = [
    ...(isCodeDeploys ? ['CodeDeploy is not here, so ECS itself makes its deployments.'] : []),
    ...(kept.length < listed.length ? ['No function runs here, so its lifecycle hooks do not.'] : []),
  ];
  return {
    properties: {
      ...rest,
      ...(controller !== undefined && !isCodeDeploys && { DeploymentController: controller }),
      ...(configuration !== undefined && {
        DeploymentConfiguration:
          isMap(configuration) && kept.length < listed.length
            ? { ...configuration, LifecycleHooks: kept }
            : configuration,
      }),
    },
    ...(notes.length > 0 && { note: notes.join(' ') }),
  };
}

const LAMBDA = 'AWS_LAMBDA';

const isMap = (value: Json | undefined): value is JsonMap =>
  typeof value === 'object' && !Array.isArray(value);
