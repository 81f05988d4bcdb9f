import type { Parameter } from '@aws-sdk/client-cloudformation';
import { evaluate } from '../../src/apis/cloudformation/template/evaluate.ts';
import { resolveParameters } from '../../src/apis/cloudformation/template/parameters.ts';
import { parseTemplate } from '../../src/apis/cloudformation/template/parse.ts';
import { prepareTemplate } from '../../src/apis/cloudformation/template/prepare.ts';
import { readTemplate } from '../../src/apis/cloudformation/template/read-template.ts';
import type { ParameterDeclaration, Template } from '../../src/apis/cloudformation/template/types.ts';
import { ROUTER } from './firelens.ts';
import { IDLE } from './networking.ts';
import { IMAGE } from './sidecar.ts';

type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json };
type JsonMap = { readonly [key: string]: Json };

const isMap = (value: Json | undefined): value is JsonMap =>
  typeof value === 'object' && !Array.isArray(value);

/**
 * A template of others as it can run on any machine: containers have a local image and idle, those that others wait to
 * see ended end well at once, health checks pass, a FireLens router takes what it is sent, files of assets are not asked
 * for, and the architecture is this machine's. An engine may not raise its own limits, as one in a container, so none are
 * asked for. All else is as it was.
 */
export function templateWithStandIns(text: string, routerImage: string = IMAGE): string {
  const template = readTemplate(text);
  const awaited = new Set<string>();
  walk(template, ({ ContainerName: name, Condition: condition }) => {
    if (typeof name === 'string' && (condition === 'SUCCESS' || condition === 'COMPLETE')) awaited.add(name);
    return undefined;
  });
  const standIn = (container: JsonMap): JsonMap | undefined => {
    if (container['Image'] === undefined || container['Name'] === undefined) return undefined;
    const {
      EntryPoint: _point,
      EnvironmentFiles: _files,
      HealthCheck: check,
      FirelensConfiguration: router,
      Ulimits: _limits,
      ...rest
    } = container;
    const isAwaited = typeof rest['Name'] === 'string' && awaited.has(rest['Name']);
    return {
      ...rest,
      ...(isMap(check) && { HealthCheck: { ...check, Command: ['CMD-SHELL', 'true'] } }),
      ...(isMap(router)
        ? {
            FirelensConfiguration: { Type: router['Type'] ?? 'fluentbit' },
            Image: routerImage,
            Command: ROUTER,
          }
        : { Image: IMAGE, Command: isAwaited ? ['true'] : IDLE }),
    };
  };
  const definition = (resource: JsonMap): JsonMap | undefined => {
    const { Type: type, Properties: properties } = resource;
    if (type !== 'AWS::ECS::TaskDefinition' || !isMap(properties)) return undefined;
    const { RuntimePlatform: _platform, ContainerDefinitions: containers = [], ...rest } = properties;
    return {
      ...resource,
      Properties: { ...rest, ContainerDefinitions: walk(containers, standIn) },
    };
  };
  return JSON.stringify(walk(template, definition));
}

/** A value with each map in it that `change` changes, which is then not looked into. */
function walk(value: Json, change: (map: JsonMap) => JsonMap | undefined): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => walk(item, change));
  if (!isMap(value)) return value;
  return (
    change(value) ?? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, change)]))
  );
}

/** Names of the things that `surroundingsTemplate` makes; templates are given them where they ask for one. */
export type Surroundings = {
  readonly cluster: string;
  readonly namespace: string;
  readonly provider: string;
  readonly secret: string;
  readonly taskDefinition: string;
};

/** What templates take for granted, which their readers have made before. */
export const SURROUNDINGS = JSON.stringify({
  Resources: {
    Cluster: { Type: 'AWS::ECS::Cluster', Properties: { ClusterName: 'surroundings' } },
    Group: {
      Type: 'AWS::AutoScaling::AutoScalingGroup',
      Properties: { MinSize: '0', MaxSize: '0', AvailabilityZones: { 'Fn::GetAZs': '' } },
    },
    Provider: {
      Type: 'AWS::ECS::CapacityProvider',
      Properties: {
        AutoScalingGroupProvider: {
          AutoScalingGroupArn: { Ref: 'Group' },
          ManagedScaling: { Status: 'ENABLED' },
        },
      },
    },
    Providers: {
      Type: 'AWS::ECS::ClusterCapacityProviderAssociations',
      Properties: {
        Cluster: { Ref: 'Cluster' },
        CapacityProviders: ['FARGATE', 'FARGATE_SPOT', { Ref: 'Provider' }],
        DefaultCapacityProviderStrategy: [],
      },
    },
    Default: { Type: 'AWS::ECS::Cluster', Properties: { ClusterName: 'default' } },
    Logs: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'of-others' } },
    Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
    Namespace: {
      Type: 'AWS::ServiceDiscovery::PrivateDnsNamespace',
      Properties: { Name: 'of-others.local', Vpc: { Ref: 'Vpc' } },
    },
    Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { SecretString: '{"password":"secret"}' } },
    Task: {
      Type: 'AWS::ECS::TaskDefinition',
      Properties: {
        Family: 'of-others',
        NetworkMode: 'awsvpc',
        RequiresCompatibilities: ['EC2', 'FARGATE'],
        Cpu: '256',
        Memory: '512',
        ContainerDefinitions: [{ Name: 'app', Image: IMAGE, Memory: 32, Command: IDLE }],
      },
    },
  },
  Outputs: {
    cluster: { Value: { Ref: 'Cluster' } },
    namespace: { Value: { Ref: 'Namespace' } },
    provider: { Value: { Ref: 'Provider' } },
    secret: { Value: { Ref: 'Secret' } },
    taskDefinition: { Value: { Ref: 'Task' } },
  },
});

/** A value for each parameter that has no default, plausible by its type, its name and its constraints. */
export function parametersFor({ parameters, resources }: Template, there: Surroundings): Parameter[] {
  // A cluster of its own is not to have the name of one that is there.
  const makesCluster = [...resources.values()].some(({ type }) => type === 'AWS::ECS::Cluster');
  const given = makesCluster ? { ...there, cluster: 'of-its-own' } : there;
  return [...parameters].flatMap(([name, declaration]) => {
    const { defaultValue } = declaration;
    // A default that its own constraints refuse is there to be replaced.
    if (defaultValue !== undefined && fits(declaration, defaultValue)) return [];
    return [{ ParameterKey: name, ParameterValue: valueFor(name, declaration, given) }];
  });
}

function valueFor(name: string, declaration: ParameterDeclaration, there: Surroundings): string {
  const { type, allowedValues, minValue } = declaration;
  if (allowedValues) return allowedValues[0] ?? '';
  if (type === 'Number' || type === 'List<Number>') {
    const named = candidatesFor(name, 'Number', there).find((text) => /^\d+$/.test(text));
    return named ?? String(minValue ?? 1);
  }
  const candidates = [...candidatesFor(name, type, there), ...ANY_TEXT];
  return candidates.find((candidate) => fits(declaration, candidate)) ?? candidates[0] ?? '';
}

const ANY_TEXT = [
  'of-others',
  'ofothers',
  'Others12345',
  '1234',
  '10.0.0.0/16',
  'a@example.com',
  'example.com',
];

/** By what a name or a type says: the first pattern that it has decides. */
function candidatesFor(name: string, type: string, there: Surroundings): readonly string[] {
  if (type.startsWith('AWS::SSM::Parameter::Value')) return ['/aws/service/of-others'];
  const isList = /^List<|CommaDelimitedList/.test(type);
  const words = `${type.replace(/^.*::(\w+)::(\w+)>?$/, '$1$2')} ${name}`;
  const found = NAMED.find(([pattern]) => pattern.test(words))?.[1](there);
  return found === undefined ? [] : [isList ? `${found},${found}2,${found}3` : found];
}

const arn = (rest: string): string => `arn:aws:${rest}`;
const NAMED: readonly (readonly [RegExp, (there: Surroundings) => string])[] = [
  [/S3VersionKey/, () => 'key||version'],
  [/ArtifactHash/i, () => 'abcdef'],
  [/capacity_?provider/i, ({ provider }) => provider],
  [/cidr/i, () => '10.0.0.0/16'],
  [/vpc/i, () => 'vpc-0123456789abcdef0'],
  [/subnet/i, () => 'subnet-0123456789abcdef0'],
  [/security_?group/i, () => 'sg-0123456789abcdef0'],
  [/secret.*arn|arn.*secret|secret/i, ({ secret }) => secret],
  [/log_?group/i, () => 'of-others'],
  [/cpu/i, () => '256'],
  [/memory/i, () => '512'],
  [/cluster/i, ({ cluster }) => cluster],
  [/namespace.*(id|arn)?$/i, ({ namespace }) => namespace],
  [/task_?def/i, ({ taskDefinition }) => taskDefinition],
  [
    /target_?group/i,
    () => arn('elasticloadbalancing:us-east-1:000000000000:targetgroup/of-others/0123456789abcdef'),
  ],
  [
    /listener/i,
    () =>
      arn(
        'elasticloadbalancing:us-east-1:000000000000:listener/app/of-others/0123456789abcdef/0123456789abcdef',
      ),
  ],
  [/certificate/i, () => arn('acm:us-east-1:000000000000:certificate/01234567-89ab-cdef-0123-456789abcdef')],
  [/role.*arn|arn.*role|role$/i, () => arn('iam::000000000000:role/of-others')],
  [/hosted_?zone/i, () => 'Z0123456789ABCDEF'],
  [/availability_?zone/i, () => 'us-east-1a'],
  [/image/i, () => IMAGE],
  [/arn/i, () => arn('sns:us-east-1:000000000000:of-others')],
  [/email|notification/i, () => 'a@example.com'],
  [/domain|host|dns/i, () => 'example.com'],
  [/password/i, () => 'Others12345'],
  [/port/i, () => '80'],
  [/count|size|number/i, () => '1'],
  [/url/i, () => 'https://example.com/of-others'],
];

function fits(declaration: ParameterDeclaration, value: string): boolean {
  const { type, allowedPattern, allowedValues, minLength = 0, maxLength = Infinity } = declaration;
  const items = /^List<|CommaDelimitedList/.test(type) ? value.split(',') : [value];
  return (
    value.length >= minLength &&
    value.length <= maxLength &&
    (!allowedValues || items.every((item) => allowedValues.includes(item.trim()))) &&
    (allowedPattern === undefined ||
      items.every((item) => new RegExp(`^(?:${allowedPattern})$`).test(item.trim())))
  );
}

/** A template of a stack with all that another template imports; undefined when it imports nothing. */
export async function exportsFor(
  text: string,
  parameters: readonly Parameter[],
  there: Surroundings,
): Promise<string | undefined> {
  const template = parseTemplate(text);
  const resolved = await resolveParameters(template, {
    given: parameters,
    previous: new Map(),
    ssmParameter: () => Promise.resolve({ value: 'of-others', type: 'String' }),
  });
  const prepared = prepareTemplate(template, resolved, {
    accountId: '000000000000',
    region: 'us-east-1',
    partition: 'aws',
    urlSuffix: 'amazonaws.com',
    stackId:
      'arn:aws:cloudformation:us-east-1:000000000000:stack/of-others/00000000-0000-0000-0000-000000000000',
    stackName: 'of-others',
    notificationArns: [],
  });
  const imported = new Set<string>();
  const surroundings = {
    refOf: () => ({ kind: 'notYetKnown' }) as const,
    attributeOf: () => ({ kind: 'notYetKnown' }) as const,
    exportOf(name: string) {
      imported.add(name);
      return { kind: 'notYetKnown' } as const;
    },
    stackOutputOf: () => ({ kind: 'notYetKnown' }) as const,
    availabilityZonesOf: () => ['us-east-1a', 'us-east-1b', 'us-east-1c'],
  };
  for (const { properties } of prepared.resources.values()) evaluate(properties, prepared, surroundings);
  for (const { value } of prepared.outputs.values()) evaluate(value, prepared, surroundings);
  if (imported.size === 0) return undefined;
  const outputs = [...imported].map((name, index) => {
    const isList = /(subnet|zone|group)s$/i.test(name);
    const value =
      NAMED.find(([pattern]) => pattern.test(name))?.[1](there) ?? (/name$/i.test(name) ? 'of-others' : '1');
    return [
      `Out${index}`,
      { Value: isList ? `${value},${value}2,${value}3` : value, Export: { Name: name } },
    ] as const;
  });
  return JSON.stringify({
    Resources: { Handle: { Type: 'AWS::CloudFormation::WaitConditionHandle' } },
    Outputs: Object.fromEntries(outputs),
  });
}
