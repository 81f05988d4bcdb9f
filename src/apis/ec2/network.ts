import { createHash } from 'node:crypto';
import type { Scope } from '../../model/caller.ts';
import type { JsonMap, StackResource, StackStore, StackTag } from '../../model/stack.ts';
import { zonesOf } from '../../model/zones.ts';

export type Vpc = {
  readonly id: string;
  readonly cidr: string;
  readonly isDefault: boolean;
  readonly tags: readonly StackTag[];
};
export type Subnet = {
  readonly id: string;
  readonly vpcId: string;
  readonly cidr: string;
  readonly zone: string;
  readonly isPublic: boolean;
  readonly isDefault: boolean;
  readonly tags: readonly StackTag[];
};
export type RouteTable = {
  readonly id: string;
  readonly vpcId: string;
  readonly isMain: boolean;
  readonly subnetIds: readonly string[];
  /** Destinations with the id of what they lead to. */
  readonly routes: readonly { readonly cidr: string; readonly target: string }[];
  readonly tags: readonly StackTag[];
};
export type SecurityGroup = {
  readonly id: string;
  readonly name: string;
  readonly vpcId: string;
  readonly description: string;
  readonly tags: readonly StackTag[];
};
export type Network = {
  readonly vpcs: readonly Vpc[];
  readonly subnets: readonly Subnet[];
  readonly routeTables: readonly RouteTable[];
  readonly securityGroups: readonly SecurityGroup[];
};

/** The region's default VPC, and what its stacks have recorded. */
export function networkOf(stacks: Pick<StackStore, 'listLive' | 'resources'>, scope: Scope): Network {
  const recorded = ofStacks(stacks, scope);
  const standard = defaultNetwork(scope);
  return {
    vpcs: [...standard.vpcs, ...recorded.vpcs],
    subnets: [...standard.subnets, ...recorded.subnets],
    routeTables: [...standard.routeTables, ...recorded.routeTables],
    securityGroups: [...standard.securityGroups, ...recorded.securityGroups],
  };
}

/** A part of a VPC has the same id whenever it is asked for. */
const idFor = (prefix: string, text: string): string =>
  `${prefix}-0${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;

/** Source: VPC user guide, default VPCs: a public subnet of /20 in each zone, all behind one internet gateway. */
function defaultNetwork({ account, region }: Scope): Network {
  const name = `${account} ${region}`;
  const vpcId = idFor('vpc', name);
  const subnets = zonesOf(region).map((zone, index) => ({
    id: idFor('subnet', `${account} ${zone}`),
    vpcId,
    cidr: `172.31.${index * 16}.0/20`,
    zone,
    isPublic: true,
    isDefault: true,
    tags: [],
  }));
  return {
    vpcs: [{ id: vpcId, cidr: '172.31.0.0/16', isDefault: true, tags: [] }],
    subnets,
    routeTables: [
      {
        id: idFor('rtb', name),
        vpcId,
        isMain: true,
        subnetIds: [],
        routes: [
          { cidr: '172.31.0.0/16', target: 'local' },
          { cidr: '0.0.0.0/0', target: idFor('igw', name) },
        ],
        tags: [],
      },
    ],
    securityGroups: [defaultGroup(vpcId, idFor('sg', name))],
  };
}

const defaultGroup = (vpcId: string, id: string): SecurityGroup => ({
  id,
  name: 'default',
  vpcId,
  description: 'default VPC security group',
  tags: [],
});

type Recorded = StackResource & { readonly physicalId: string };

function ofStacks(stacks: Pick<StackStore, 'listLive' | 'resources'>, scope: Scope): Network {
  const rows = stacks
    .listLive(scope)
    .flatMap(({ id }) => stacks.resources(id))
    .filter(
      (row): row is Recorded =>
        row.type.startsWith('AWS::EC2::') &&
        row.physicalId !== undefined &&
        /^(CREATE|UPDATE)_COMPLETE$/.test(row.status),
    );
  const of = (type: string): Recorded[] => rows.filter((row) => row.type === `AWS::EC2::${type}`);
  const routes = of('Route');
  const associations = of('SubnetRouteTableAssociation');
  const vpcs = of('VPC');
  return {
    vpcs: vpcs.map((row) => ({
      id: row.physicalId,
      cidr: text(row.properties, 'CidrBlock'),
      isDefault: false,
      tags: tagsOf(row),
    })),
    subnets: of('Subnet').map((row) => ({
      id: row.physicalId,
      vpcId: text(row.properties, 'VpcId'),
      cidr: text(row.properties, 'CidrBlock'),
      zone: text(row.properties, 'AvailabilityZone') || `${scope.region}a`,
      isPublic: text(row.properties, 'MapPublicIpOnLaunch') === 'true',
      isDefault: false,
      tags: tagsOf(row),
    })),
    routeTables: of('RouteTable').map((row) => ({
      id: row.physicalId,
      vpcId: text(row.properties, 'VpcId'),
      isMain: false,
      subnetIds: associations
        .filter(({ properties }) => text(properties, 'RouteTableId') === row.physicalId)
        .map(({ properties }) => text(properties, 'SubnetId')),
      routes: routes
        .filter(({ properties }) => text(properties, 'RouteTableId') === row.physicalId)
        .map(({ properties }) => ({
          cidr: text(properties, 'DestinationCidrBlock'),
          target: text(properties, 'GatewayId') || text(properties, 'NatGatewayId'),
        })),
      tags: tagsOf(row),
    })),
    securityGroups: [
      ...vpcs.map(({ physicalId, attributes }) =>
        defaultGroup(physicalId, text(attributes, 'DefaultSecurityGroup')),
      ),
      ...of('SecurityGroup').map((row) => ({
        id: row.physicalId,
        name: text(row.properties, 'GroupName') || row.logicalId,
        vpcId: text(row.properties, 'VpcId'),
        description: text(row.properties, 'GroupDescription'),
        tags: tagsOf(row),
      })),
    ],
  };
}

const text = (properties: JsonMap, name: string): string => {
  const value = properties[name];
  return value === undefined || typeof value === 'object' ? '' : String(value);
};

/** Its own before the stack's. */
function tagsOf({ properties, tags = [] }: StackResource): readonly StackTag[] {
  const own = (Array.isArray(properties['Tags']) ? properties['Tags'] : []) as readonly StackTag[];
  return [...own, ...tags.filter(({ Key }) => !own.some((one) => one.Key === Key))];
}
