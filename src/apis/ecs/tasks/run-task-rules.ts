import type { NetworkConfiguration, RunTaskRequest } from '@aws-sdk/client-ecs';
import type { AwsTaskDefinition } from '../../../model/task-definition.ts';
import { atMost } from '../limits.ts';
import { checkPlacement } from '../placement-rules.ts';
import { checkTags } from '../tag-rules.ts';
import { refuse } from '../refuse.ts';

/** What can be told from the request alone. */
export function checkRequest(input: RunTaskRequest): void {
  const { count = 1, startedBy = '', clientToken = '' } = input;
  // Source: ECS API reference, RunTask.count. The wording is ours.
  if (!Number.isInteger(count) || count < 1 || count > 10) refuse('count should be between 1 and 10.');
  // Source: ECS's words, recorded in GitHub issues when the limit was 36; ECS API reference, RunTask.startedBy: 128.
  if (startedBy.length > 128) refuse('startedBy longer than 128.');
  // Source: ECS API reference, RunTask.startedBy and .clientToken. The wording is ours.
  if (!/^[a-zA-Z0-9\-_/]*$/.test(startedBy)) refuse('startedBy contains invalid characters.');
  if (!/^[\x21-\x7e]{0,64}$/.test(clientToken)) refuse('clientToken must have up to 64 ASCII characters.');
  // Source: ECS's words on CreateService, September 2026.
  if (input.launchType && input.capacityProviderStrategy?.length) {
    refuse(
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    );
  }
  // Source: ECS API reference, RunTask.propagateTags: only services propagate their tags. The wording is ours.
  if (input.propagateTags === 'SERVICE') refuse('propagateTags should be one of [TASK_DEFINITION,NONE]');
  checkPlacement(input.placementConstraints, input.placementStrategy);
  checkTags(input.tags);
}

/** Source: ECS's words, September 2026 and GitHub issues; ECS API reference, AwsVpcConfiguration: 16 and 5. */
export function checkNetwork(definition: AwsTaskDefinition, network: NetworkConfiguration | undefined): void {
  const vpc = network?.awsvpcConfiguration;
  if (definition.networkMode !== 'awsvpc') {
    if (vpc) refuse('Network Configuration is not valid for the given networkMode of this task definition.');
    return;
  }
  if (!vpc) {
    refuse("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
    return;
  }
  if (!vpc.subnets?.length) refuse('subnets can not be empty.');
  atMost('subnets', vpc.subnets, 16);
  atMost('securityGroups', vpc.securityGroups, 5);
}

/** Source: ECS's words, recorded in GitHub issues; ECS API reference, RunTask.volumeConfigurations: at most one. */
export function checkVolumes(
  { volumes = [] }: AwsTaskDefinition,
  configurations: readonly { readonly name: string | undefined }[] = [],
): void {
  atMost('volumeConfigurations', configurations, 1);
  const isMatched = ({ name }: { readonly name: string | undefined }): boolean =>
    volumes.some((volume) => volume.configuredAtLaunch && volume.name === name);
  if (!configurations.every(isMatched))
    refuse(
      'Volume configuration provided but no matching configuredAtLaunch volume found in task definition.',
    );
}
