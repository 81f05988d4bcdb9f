import { isDeepStrictEqual } from 'node:util';
import type { Scope } from '../../../model/caller.ts';
import type { Json, JsonMap } from '../../../model/stack.ts';
import type { TypeFacts } from '../template/check-types.ts';
import type { AccountFacts } from '../template/rules.ts';
import { atUpstream } from './at-upstream.ts';
import { bucketDeployment } from './bucket-deployment.ts';
import { awsCalls, cfnJson, ecrAutoDeleteImages, logRetention } from './custom.ts';
import { crossRegionReader, crossRegionWriter } from './cross-region.ts';
import { ecsCluster, ecsClusterCapacityProviders } from './ecs-cluster.ts';
import { ecsService } from './ecs-service.ts';
import { ecsTaskDefinition } from './ecs-task-definition.ts';
import { HandlerError, type ResourceHandler } from './handler.ts';
import { nestedStack, type Adopt } from './nested-stack.ts';
import { createKnownTypes, kindOf, type KnownTypes } from './known-types.ts';
import { isCustomType, recordedHandler } from './recorded.ts';
import { RECORDED_TYPES, REFUSED_TYPES } from './recorded-types.ts';
import { ecsCapacityProvider, ecsPrimaryTaskSet, ecsTaskSet } from './ecs-capacity.ts';
import { logGroup, logStream } from './logs.ts';
import { scalableTarget, scalingPolicy } from './scaling.ts';
import { secretAttachment } from './secret-attachment.ts';
import { secret, ssmParameter } from './secrets.ts';
import { bucketName, ecrRepository, s3AutoDeleteObjects, s3Bucket } from './storage.ts';
import { discoveryInstance, discoveryNamespace, discoveryService } from './service-discovery.ts';
import { standIn } from './stand-in.ts';
import { createToApi } from './to-api.ts';
import { waitCondition, waitConditionHandle, type Signals } from './wait-condition.ts';

/** The handler of each type. */
export type Handlers = TypeFacts & {
  /** Types that something is made for. */
  readonly acting: readonly string[];
  readonly of: (type: string) => ResourceHandler;
  /** The properties or attributes that tell one resource of a type from all others; empty where nothing does. */
  readonly identifiersOf: (type: string) => readonly string[];
  readonly needsReplacement: (type: string, before: JsonMap, after: JsonMap) => boolean;
};

/**
 * Types that no upstream is asked for: what they belong to is here alone, or they are the engine's own. Functions of
 * custom resources would answer to the stack that they are in.
 */
const HERE = /^(?:AWS::(?:ApplicationAutoScaling|CDK|CloudFormation|ECS|Logs)|Custom)::/;

/** What handlers need of the engine that makes them run. */
export type Engine = {
  /** Says that a nested stack belongs to the one around it. */
  readonly adopt: Adopt;
  /** What the stacks of an account and region tell of the resources that they made. */
  readonly facts: (scope: Scope) => AccountFacts;
  /** Whether resources that only need to be there are made at an upstream. */
  readonly hasUpstream: boolean;
  readonly signals: Signals;
};

/** For who only asks which types there are. */
const NO_ENGINE: Engine = {
  adopt: () => undefined,
  facts: () => () => undefined,
  hasUpstream: false,
  signals: { baseUrl: () => '', of: () => [], isForMachines: () => false },
};

/** The handlers of all types. */
export function createHandlers({ adopt, facts, hasUpstream, signals }: Engine = NO_ENGINE): Handlers {
  const toApi = createToApi();
  const knownTypes = createKnownTypes();
  const recorded = (type: string): ResourceHandler => recordedHandler(type, knownTypes) ?? unknownType(type);
  const acting: Readonly<Record<string, ResourceHandler>> = {
    'AWS::ApplicationAutoScaling::ScalableTarget': scalableTarget(toApi),
    'AWS::ApplicationAutoScaling::ScalingPolicy': scalingPolicy(toApi),
    'AWS::CloudFormation::Stack': nestedStack(adopt),
    'AWS::CloudFormation::WaitCondition': waitCondition(signals),
    'AWS::CloudFormation::WaitConditionHandle': waitConditionHandle(signals),
    'AWS::ECR::Repository': ecrRepository,
    'AWS::ECS::CapacityProvider': ecsCapacityProvider(toApi),
    'AWS::ECS::Cluster': ecsCluster(toApi),
    'AWS::ECS::ClusterCapacityProviderAssociations': ecsClusterCapacityProviders(toApi),
    'AWS::ECS::PrimaryTaskSet': ecsPrimaryTaskSet,
    'AWS::ECS::Service': ecsService(toApi),
    'AWS::ECS::TaskDefinition': ecsTaskDefinition(toApi),
    'AWS::ECS::TaskSet': ecsTaskSet(toApi),
    'AWS::Logs::LogGroup': logGroup,
    'AWS::Logs::LogStream': logStream,
    'AWS::S3::Bucket': s3Bucket,
    'AWS::SSM::Parameter': ssmParameter,
    'AWS::SecretsManager::Secret': secret(toApi),
    'AWS::SecretsManager::SecretTargetAttachment': secretAttachment(facts),
    'AWS::ServiceDiscovery::HttpNamespace': discoveryNamespace(toApi, 'HttpNamespace'),
    'AWS::ServiceDiscovery::Instance': discoveryInstance(),
    'AWS::ServiceDiscovery::PrivateDnsNamespace': discoveryNamespace(toApi, 'PrivateDnsNamespace'),
    'AWS::ServiceDiscovery::PublicDnsNamespace': discoveryNamespace(toApi, 'PublicDnsNamespace'),
    'AWS::ServiceDiscovery::Service': discoveryService(toApi),
    'Custom::AWS': awsCalls(recorded('Custom::AWS')),
    'Custom::AWSCDKCfnJson': cfnJson((text) => JSON.parse(text) as Json),
    'Custom::AWSCDKCfnJsonStringify': cfnJson((_text, value) => JSON.stringify(value)),
    'Custom::CDKBucketDeployment': bucketDeployment(recorded('Custom::CDKBucketDeployment')),
    'Custom::CrossRegionExportReader': crossRegionReader,
    'Custom::CrossRegionExportWriter': crossRegionWriter,
    'Custom::ECRAutoDeleteImages': ecrAutoDeleteImages,
    'Custom::LogRetention': logRetention,
    'Custom::S3AutoDeleteObjects': s3AutoDeleteObjects,
  };
  const unserved = new Set<string>();
  const local = (type: string): ResourceHandler => {
    const own = Object.hasOwn(acting, type) ? acting[type] : undefined;
    return own ? withKnownAttributes(own, type, knownTypes) : recorded(type);
  };
  const isMadeAtUpstream = (type: string): boolean => hasUpstream && !HERE.test(type);
  const of = (type: string): ResourceHandler => {
    const handler = local(type);
    if (!isMadeAtUpstream(type)) return handler;
    // With all of its settings, which S3's own actions here are not given.
    if (type === 'AWS::S3::Bucket')
      return atUpstream(handler, unserved, (context) => ({
        ...context.properties,
        BucketName: bucketName(context),
      }));
    return Object.hasOwn(acting, type) ? handler : atUpstream(handler, unserved);
  };
  return {
    acting: Object.keys(acting),
    of,
    refusalOf(type) {
      if (isMadeAtUpstream(type)) return undefined;
      const reason = Object.hasOwn(REFUSED_TYPES, type) ? REFUSED_TYPES[type] : undefined;
      if (reason !== undefined) return { reason };
      const isThere = Object.hasOwn(acting, type) || recordedHandler(type, knownTypes) !== undefined;
      return isThere ? undefined : 'unknown';
    },
    identifiersOf(type) {
      const known = knownTypes.of(type);
      return known?.identifier ?? known?.id ?? [];
    },
    hasAttribute: (type, attribute) => hasAttribute(type, attribute, knownTypes),
    needsReplacement: (type, before, after) =>
      of(type).createOnly.some((name) => !isDeepStrictEqual(before[name], after[name])),
  };
}

/** What its handler does not tell of its attributes is stood in for, as those of recorded types are. */
const withKnownAttributes = (handler: ResourceHandler, type: string, types: KnownTypes): ResourceHandler => ({
  ...handler,
  attributeOf(context, asked) {
    const own = handler.attributeOf?.(context, asked);
    if (own !== undefined) return own;
    const known = types.of(type);
    const kind = known && kindOf(known, asked);
    return kind && standIn(kind, asked, known, context);
  },
});

function hasAttribute(type: string, attribute: string, types: KnownTypes): boolean {
  const known = types.of(type);
  // What a custom resource answers nobody knows, nor what an upstream has that the specification lacks.
  if (!known || isCustomType(type)) return true;
  const { attributes = {} } = Object.hasOwn(RECORDED_TYPES, type) ? (RECORDED_TYPES[type] ?? {}) : {};
  return (
    kindOf(known, attribute) !== undefined ||
    Object.hasOwn(attributes, attribute) ||
    (type === 'AWS::CloudFormation::Stack' && attribute.startsWith('Outputs.'))
  );
}

/** A type that is not in the table: it may be what the app cannot work without, so it is not pretended to be there. */
const unknownType = (type: string): ResourceHandler => ({
  createOnly: [],
  create: () => {
    const reason = Object.hasOwn(REFUSED_TYPES, type) ? REFUSED_TYPES[type] : undefined;
    throw new HandlerError(
      reason === undefined
        ? `ecsidecar does not know the resource type ${type}. Leave it out with a condition.`
        : `ecsidecar does not make the resource type ${type}: ${reason} Leave it out with a condition.`,
      'InvalidRequest',
    );
  },
  remove: () => Promise.resolve('done'),
});
