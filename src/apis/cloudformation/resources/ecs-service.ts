import { isDeepStrictEqual } from 'node:util';
import type { Deployment, Service } from '@aws-sdk/client-ecs';
import { serviceArn } from '../../../model/arn.ts';
import { AwsError } from '../../../model/aws-error.ts';
import type { JsonMap } from '../../../model/stack.ts';
import {
  alreadyExists,
  generatedName,
  HandlerError,
  isAbsent,
  textOf,
  type Outcome,
  type ResourceContext,
  type ResourceHandler,
} from './handler.ts';
import { withoutLacking } from './ecs-service-lacks.ts';
import { describeFailure } from './ecs-service-failure.ts';
import { changeTags, ecsTags } from './tags.ts';
import type { ToApi } from './to-api.ts';

/** How often a deployment is looked at; the calls stay in the process. */
const POLL_MS = 200;
/** Source: how long CloudFormation waits for a service to become steady. */
const STABILIZATION_MS = 3 * 60 * 60_000;
/**
 * Without a circuit breaker CloudFormation waits three hours for a service whose tasks only fail. Here it gives up after
 * this many failures while none runs: nobody waits three hours at his own machine.
 */
const HOPELESS_FAILURES = 5;

const CREATE_ONLY = ['Cluster', 'LaunchType', 'Role', 'SchedulingStrategy', 'ServiceName'];

/** Members that UpdateService takes and that begin no deployment of themselves when they did not change. */
const UNSENT = ['Tags', ...CREATE_ONLY, 'DeploymentController'];

/** `AWS::ECS::Service`: `Ref` is its ARN. It is complete when its deployment is. */
export const ecsService = (toApi: ToApi): ResourceHandler => ({
  serviceName: 'AmazonECS',
  isTagged: true,
  createOnly: CREATE_ONLY,
  nameOf(context) {
    const { scope, properties } = context;
    const name = textOf(properties, 'ServiceName') ?? generatedName(context);
    return serviceArn(scope, clusterOf(properties), name);
  },
  async create(asked) {
    const { note, properties } = withoutLacking(asked.properties);
    const context = { ...asked, properties };
    const { physicalId = '', token, data, call } = context;
    const { cluster, name } = partsOf(physicalId);
    const attributes = { Name: name, ServiceArn: physicalId };
    if (data['isMade'] !== true) {
      const input = toApi('ecs', 'CreateServiceRequest', properties);
      // Source: CloudFormation user guide, AWS::ECS::Service.DesiredCount: 1 for a new REPLICA service.
      const isDaemon = textOf(properties, 'SchedulingStrategy') === 'DAEMON';
      await call('ecs', 'CreateService', {
        ...(!isDaemon && { desiredCount: 1 }),
        ...input,
        cluster,
        serviceName: name,
        clientToken: token,
        tags: ecsTags(context),
      }).catch((error: unknown) => {
        // ECS's words for a service of this name that another request made.
        throw error instanceof AwsError && error.message.includes('not idempotent')
          ? alreadyExists(context)
          : error;
      });
      return { kind: 'again', afterMs: POLL_MS, data: { isMade: true } };
    }
    const service = await describe(context);
    return noted(note, await settle(context, service, primaryOf(service), attributes));
  },
  async update(asked) {
    const { note, properties } = withoutLacking(asked.properties);
    const context = { ...asked, properties };
    const { physicalId = '', data, call } = context;
    const { properties: before } = withoutLacking(asked.before ?? {});
    const { cluster, name } = partsOf(physicalId);
    const attributes = { Name: name, ServiceArn: physicalId };
    if (data['isMade'] !== true) {
      // Given again, most members begin a new deployment: what did not change is not sent.
      const changed = Object.entries(properties).filter(
        ([member, value]) => !UNSENT.includes(member) && !isDeepStrictEqual(before[member], value),
      );
      const { taskDefinition, ...input } = toApi('ecs', 'UpdateServiceRequest', Object.fromEntries(changed));
      // A circuit breaker has gone back to it already: given again, its tasks would be replaced once more.
      const isThere = taskDefinition === primaryOf(await describe(context))?.taskDefinition;
      const answer = (await call('ecs', 'UpdateService', {
        ...input,
        ...(taskDefinition !== undefined && !isThere && { taskDefinition }),
        ...removed(properties, before),
        cluster,
        service: name,
      })) as { service?: Service };
      await changeTags(context, physicalId);
      const deployment = answer.service && primaryOf(answer.service)?.id;
      return {
        kind: 'again',
        afterMs: POLL_MS,
        data: { isMade: true, ...(deployment !== undefined && { deployment }) },
      };
    }
    const service = await describe(context);
    const deployment = service.deployments?.find(({ id }) => id === data['deployment']);
    return noted(note, await settle(context, service, deployment, attributes));
  },
  async read({ physicalId = '', properties, call }) {
    const { cluster, name } = partsOf(physicalId);
    const found = await call('ecs', 'DescribeServices', { cluster, services: [name] });
    const [service] = found['services'] as Service[];
    if (service?.status !== 'ACTIVE') return undefined;
    const definition = service.taskDefinition ?? '';
    // A template may name a family, with its revision or without.
    const asked = textOf(properties, 'TaskDefinition') ?? '';
    const revision = asked.startsWith('arn:') ? definition : definition.replace(/^.*\//, '');
    return {
      ServiceName: service.serviceName ?? '',
      DesiredCount: service.desiredCount ?? 0,
      TaskDefinition: asked.includes(':') ? revision : revision.replace(/:\d+$/, ''),
      EnableExecuteCommand: service.enableExecuteCommand ?? false,
    };
  },
  async remove({ physicalId = '', call }) {
    const { cluster, name } = partsOf(physicalId);
    const found = await call('ecs', 'DescribeServices', { cluster, services: [name] }).catch(noneIfAbsent);
    const [service] = (found?.['services'] as Service[] | undefined) ?? [];
    if (!service || service.status === 'INACTIVE') return 'done';
    if (service.status === 'ACTIVE')
      await call('ecs', 'DeleteService', { cluster, service: name, force: true });
    return { afterMs: POLL_MS };
  },
});

const noted = (note: string | undefined, outcome: Outcome): Outcome =>
  outcome.kind === 'done' && note !== undefined ? { ...outcome, note } : outcome;

/** Whether the service has come to what was asked. Throws HandlerError where it will not. */
async function settle(
  context: ResourceContext,
  service: Service,
  deployment: Deployment | undefined,
  attributes: JsonMap,
): Promise<Outcome> {
  const { properties, physicalId = '', now, startedAt } = context;
  const done: Outcome = { kind: 'done', physicalId, attributes };
  const controller = (properties['DeploymentController'] as JsonMap | undefined)?.['Type'] ?? 'ECS';
  // Their deployments are made by others, after the stack.
  if (controller !== 'ECS') return done;
  // Source: CloudFormation's words in events, as users quote them.
  if (deployment?.rolloutState === 'FAILED' || (!deployment && primaryOf(service)))
    throw new HandlerError(
      "Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'.",
      'GeneralServiceException',
      await describeFailure(context, partsOf(physicalId)),
    );
  if (deployment?.rolloutState === 'COMPLETED') return done;
  const hasBreaker = service.deploymentConfiguration?.deploymentCircuitBreaker?.enable === true;
  const isHopeless =
    !hasBreaker && (deployment?.failedTasks ?? 0) >= HOPELESS_FAILURES && deployment?.runningCount === 0;
  if (isHopeless || now.getTime() - startedAt.getTime() > STABILIZATION_MS)
    throw new HandlerError(
      'Exceeded attempts to wait',
      'NotStabilized',
      await describeFailure(context, partsOf(physicalId)),
    );
  return { kind: 'again', afterMs: POLL_MS };
}

/** Members that are not wanted any more go back to what they are when nobody says anything. */
const removed = (properties: JsonMap, before: JsonMap): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(DEFAULTS)
      .filter(([name]) => properties[name] === undefined && before[name] !== undefined)
      .map(([, [member, value]]) => [member, value]),
  );

const DEFAULTS: Readonly<Record<string, readonly [member: string, value: unknown]>> = {
  CapacityProviderStrategy: ['capacityProviderStrategy', []],
  EnableExecuteCommand: ['enableExecuteCommand', false],
  HealthCheckGracePeriodSeconds: ['healthCheckGracePeriodSeconds', 0],
  LoadBalancers: ['loadBalancers', []],
  PlacementConstraints: ['placementConstraints', []],
  PlacementStrategies: ['placementStrategy', []],
  PropagateTags: ['propagateTags', 'NONE'],
  ServiceConnectConfiguration: ['serviceConnectConfiguration', { enabled: false }],
  ServiceRegistries: ['serviceRegistries', []],
  VolumeConfigurations: ['volumeConfigurations', []],
};

async function describe({ physicalId = '', call }: ResourceContext): Promise<Service> {
  const { cluster, name } = partsOf(physicalId);
  const { services } = (await call('ecs', 'DescribeServices', { cluster, services: [name] })) as {
    services?: Service[];
  };
  const service = services?.[0];
  if (!service || service.status !== 'ACTIVE')
    throw new HandlerError(`Service ${physicalId} was deleted while the stack waited for it.`, 'NotFound');
  return service;
}

const primaryOf = ({ deployments = [] }: Service): Deployment | undefined =>
  deployments.find(({ status }) => status === 'PRIMARY');

const clusterOf = (properties: JsonMap): string =>
  (textOf(properties, 'Cluster') ?? 'default').replace(/^.*\//, '');

/** `arn:…:service/cluster/name`. */
function partsOf(arn: string): { cluster: string; name: string } {
  const [, cluster = '', name = ''] = arn.split('/');
  return { cluster, name };
}

function noneIfAbsent(error: unknown): undefined {
  if (!isAbsent(error)) throw error;
  return undefined;
}
