/**
 * Makes `resource-types.json`: what `Ref` and `Fn::GetAtt` give of every resource type that CloudFormation has, from AWS's
 * service specification as the CDK publishes it. `npm run schemas` writes the file; a unit test compares it with what the
 * installed specification gives.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { loadAwsServiceSpec } from '@aws-cdk/aws-service-spec';
import type { KnownType, ValueKind } from '../src/apis/cloudformation/resources/known-types.ts';

/** Types of transforms, which are gone before anything is made. */
const OF_TRANSFORMS = /^AWS::Serverless::/;

/**
 * Types whose properties `Fn::GetAtt` gives as well. Source: cfn-lint, which measured it against AWS.
 */
const WITH_PROPERTIES: readonly string[] = [
  'AWS::Amplify::Branch',
  'AWS::Amplify::Domain',
  'AWS::AppSync::DomainName',
  'AWS::AppSync::FunctionConfiguration',
  'AWS::AppSync::Resolver',
  'AWS::AutoScaling::AutoScalingGroup',
  'AWS::Backup::BackupSelection',
  'AWS::Backup::BackupVault',
  'AWS::Backup::LogicallyAirGappedBackupVault',
  'AWS::CodeArtifact::Domain',
  'AWS::CodeArtifact::Repository',
  'AWS::EC2::CapacityReservation',
  'AWS::EC2::Instance',
  'AWS::EC2::SecurityGroup',
  'AWS::EC2::Subnet',
  'AWS::EC2::VPC',
  'AWS::EFS::MountTarget',
  'AWS::EKS::Nodegroup',
  'AWS::ElastiCache::ReplicationGroup',
  'AWS::ElasticLoadBalancingV2::LoadBalancer',
  'AWS::Events::EventBus',
  'AWS::Grafana::Workspace',
  'AWS::Neptune::DBCluster',
  'AWS::RDS::DBInstance',
  'AWS::RDS::DBParameterGroup',
  'AWS::RedshiftServerless::Workgroup',
  'AWS::Route53Resolver::ResolverRule',
  'AWS::Route53Resolver::ResolverRuleAssociation',
  'AWS::S3::AccessPoint',
  'AWS::SageMaker::MonitoringSchedule',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
  'AWS::SSM::Parameter',
  'AWS::StepFunctions::Activity',
];

/** The same of single properties. Source: cfn-lint. */
const GIVEN_PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  'AWS::AppMesh::GatewayRoute': ['GatewayRouteName', 'MeshName', 'MeshOwner', 'VirtualGatewayName'],
  'AWS::AppMesh::Mesh': ['MeshName'],
  'AWS::AppMesh::Route': ['MeshName', 'MeshOwner', 'RouteName', 'VirtualRouterName'],
  'AWS::AppMesh::VirtualGateway': ['MeshName', 'MeshOwner', 'VirtualGatewayName'],
  'AWS::AppMesh::VirtualNode': ['MeshName', 'MeshOwner', 'VirtualNodeName'],
  'AWS::AppMesh::VirtualRouter': ['MeshName', 'MeshOwner', 'VirtualRouterName'],
  'AWS::AppMesh::VirtualService': ['MeshName', 'MeshOwner', 'VirtualServiceName'],
  'AWS::AppSync::DataSource': ['Name'],
  'AWS::Cloud9::EnvironmentEC2': ['Name'],
  'AWS::CloudWatch::InsightRule': ['RuleName'],
  'AWS::DocDB::DBCluster': ['Port'],
  'AWS::Kinesis::StreamConsumer': ['ConsumerName', 'StreamARN'],
  'AWS::MediaLive::Input': ['Destinations', 'Sources'],
  'AWS::Route53Resolver::ResolverEndpoint': ['Direction', 'Name'],
  'AWS::SageMaker::Endpoint': ['EndpointName'],
  'AWS::SageMaker::EndpointConfig': ['EndpointConfigName'],
  'AWS::SageMaker::Model': ['ModelName'],
  'AWS::SageMaker::NotebookInstance': ['NotebookInstanceName'],
  'AWS::ServiceDiscovery::Service': ['Name'],
  'AWS::Transfer::User': ['ServerId', 'UserName'],
};

type Valued = Readonly<Record<string, { readonly type: { readonly type: string } }>>;

/** The properties of a type that are attributes too. */
function givenProperties(type: string, properties: Valued): Valued {
  const isGiven = WITH_PROPERTIES.includes(type)
    ? () => true
    : (name: string) => GIVEN_PROPERTIES[type]?.includes(name) === true;
  return Object.fromEntries(Object.entries(properties).filter(([name]) => isGiven(name)));
}

/** The text of the file: a type a line, so that changes can be reviewed. The same for the same specification. */
export async function printResourceTypes(): Promise<string> {
  const database = await loadAwsServiceSpec();
  const lines = database
    .all('resource')
    .filter(({ cloudFormationType: type }) => type.startsWith('AWS::') && !OF_TRANSFORMS.test(type))
    .map((resource): readonly [string, KnownType] => {
      const { cloudFormationType: type, primaryIdentifier = [], cfnRefIdentifier } = resource;
      const given: Valued = { ...givenProperties(type, resource.properties), ...resource.attributes };
      const attributes = Object.entries(given).sort(([a], [b]) => compare(a, b));
      const ofKind = (kind: ValueKind): readonly string[] =>
        attributes.filter(([, attribute]) => kindOf(attribute.type) === kind).map(([name]) => name);
      const kinds = (['text', 'number', 'flag', 'list', 'map'] as const)
        .map((kind) => [kind, ofKind(kind)] as const)
        .filter(([, names]) => names.length > 0);
      const id = cfnRefIdentifier ?? refOf(primaryIdentifier, resource.attributes);
      const identifier = primaryIdentifier.map(nameOf);
      const known: KnownType = {
        id,
        ...(identifier.join('|') !== id.join('|') && { identifier }),
        ...(resource.arnTemplate !== undefined && { arn: resource.arnTemplate }),
        ...(Object.fromEntries(kinds) as { readonly [Kind in ValueKind]?: readonly string[] }),
      };
      return [type, known];
    })
    .sort(([a], [b]) => compare(a, b))
    .map(([type, known]) => `${JSON.stringify(type)}: ${JSON.stringify(known)}`);
  return `{\n"$comment": ${JSON.stringify(`Generated by schemas/resource-types.ts from @aws-cdk/aws-service-spec ${version()}.`)},\n"types": {\n${lines.join(',\n')}\n}\n}\n`;
}

function version(): string {
  const require = createRequire(import.meta.url);
  const main = require.resolve('@aws-cdk/aws-service-spec');
  return (require(join(main, '../../package.json')) as { version: string }).version;
}

/** The name of `/properties/Name`. */
const nameOf = (path: string): string => path.replace(/^.*\//, '');

/** What the service gives itself identifies alone, also where its handlers want to be told more. */
function refOf(identifier: readonly string[], attributes: Readonly<Record<string, unknown>>): string[] {
  const names = identifier.map(nameOf);
  const own = names.find((name) => Object.hasOwn(attributes, name));
  return own === undefined ? names : [own];
}

function kindOf({ type }: { readonly type: string }): ValueKind {
  switch (type) {
    case 'number':
    case 'integer':
      return 'number';
    case 'boolean':
      return 'flag';
    case 'array':
      return 'list';
    case 'map':
    case 'json':
    case 'ref':
      return 'map';
    default:
      return 'text';
  }
}

/** By code unit: the same on every machine. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
