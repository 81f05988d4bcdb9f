import { createHash } from 'node:crypto';
import { bindActions, type Api } from '../../model/api.ts';
import { AwsError } from '../../model/aws-error.ts';
import type { Operation } from '../../model/ports.ts';
import type { StackStore } from '../../model/stack.ts';
import { zonesOf } from '../../model/zones.ts';
import { filtered, itemsOf, type Filters, type IdList } from './filters.ts';
import { networkOf, type Network } from './network.ts';
import { ec2Head } from './wire.ts';

export type Ec2Dependencies = { readonly stacks: Pick<StackStore, 'listLive' | 'resources'> };

/** Outputs are as they stand in EC2's XML, whose names are not the SDK's; lists are lists. */
type Ec2Operation<Input> = Operation<Filters & Input, Readonly<Record<string, unknown>>, Ec2Dependencies>;

/** Source: EC2 user guide: `use1-az1` is a zone of us-east-1. */
const zoneId = (region: string, index: number): string => {
  const [land = '', ...rest] = region.split('-');
  const place = rest.map((word) =>
    /^\d+$/.test(word)
      ? word
      : word.replace(/^(north|south|east|west|central)(east|west)?$/, (_all, one: string, two = '') =>
          [one, String(two)].map((part) => part.slice(0, 1)).join(''),
        ),
  );
  return `${land}${place.join('')}-az${index + 1}`;
};

const describeAvailabilityZones: Ec2Operation<{ ZoneName?: IdList }> = ({ caller }, input) => {
  const { region } = caller;
  const asked = itemsOf(input.ZoneName);
  const zones = zonesOf(region).map((name, index) => ({ name, id: zoneId(region, index), tags: [] }));
  const wrong = asked.find((name) => !zones.some((zone) => zone.name === name));
  if (wrong !== undefined)
    throw new AwsError('InvalidParameterValue', `Invalid availability zone: [${wrong}]`);
  const found = filtered(zones, input, {
    'zone-name': ({ name }) => name,
    'zone-id': ({ id }) => id,
    'region-name': () => region,
    state: () => 'available',
    'opt-in-status': () => 'opt-in-not-required',
    'zone-type': () => 'availability-zone',
  });
  return {
    availabilityZoneInfo: found
      .filter(({ name }) => asked.length === 0 || asked.includes(name))
      .map(({ name, id }) => ({
        zoneName: name,
        zoneId: id,
        zoneState: 'available',
        regionName: region,
        groupName: region,
        networkBorderGroup: region,
        optInStatus: 'opt-in-not-required',
        zoneType: 'availability-zone',
        messageSet: [],
      })),
  };
};

/** Those with the ids that are asked for; all where none is. Throws for one that is not there, as EC2 does. */
function withIds<Item extends { readonly id: string }>(
  items: readonly Item[],
  list: IdList,
  { code, noun }: { readonly code: string; readonly noun: string },
): readonly Item[] {
  const ids = itemsOf(list);
  const gone = ids.find((id) => !items.some((item) => item.id === id));
  if (gone !== undefined) throw new AwsError(code, `The ${noun} '${gone}' does not exist`);
  return ids.length === 0 ? items : items.filter(({ id }) => ids.includes(id));
}

const tagSet = (tags: Network['vpcs'][number]['tags']): unknown =>
  tags.map(({ Key, Value }) => ({ key: Key, value: Value }));

const describeVpcs: Ec2Operation<{ VpcId?: IdList }> = ({ stacks, caller }, input) => {
  const noun = { code: 'InvalidVpcID.NotFound', noun: 'vpc ID' };
  const vpcs = withIds(networkOf(stacks, caller).vpcs, input.VpcId, noun);
  const found = filtered(vpcs, input, {
    'vpc-id': ({ id }) => id,
    cidr: ({ cidr }) => cidr,
    isDefault: ({ isDefault }) => String(isDefault),
    'is-default': ({ isDefault }) => String(isDefault),
    'owner-id': () => caller.account,
    state: () => 'available',
  });
  return {
    vpcSet: found.map(({ id, cidr, isDefault, tags }) => ({
      vpcId: id,
      ownerId: caller.account,
      state: 'available',
      cidrBlock: cidr,
      cidrBlockAssociationSet: [{ cidrBlock: cidr, cidrBlockState: { state: 'associated' } }],
      instanceTenancy: 'default',
      isDefault,
      tagSet: tagSet(tags),
    })),
  };
};

const describeSubnets: Ec2Operation<{ SubnetId?: IdList }> = ({ stacks, caller }, input) => {
  const noun = { code: 'InvalidSubnetID.NotFound', noun: 'subnet ID' };
  const subnets = withIds(networkOf(stacks, caller).subnets, input.SubnetId, noun);
  const found = filtered(subnets, input, {
    'subnet-id': ({ id }) => id,
    'vpc-id': ({ vpcId }) => vpcId,
    'cidr-block': ({ cidr }) => cidr,
    'availability-zone': ({ zone }) => zone,
    'default-for-az': ({ isDefault }) => String(isDefault),
    'map-public-ip-on-launch': ({ isPublic }) => String(isPublic),
    'owner-id': () => caller.account,
    state: () => 'available',
  });
  return {
    subnetSet: found.map(({ id, vpcId, cidr, zone, isPublic, isDefault, tags }) => ({
      subnetId: id,
      subnetArn: `arn:aws:ec2:${caller.region}:${caller.account}:subnet/${id}`,
      vpcId,
      ownerId: caller.account,
      state: 'available',
      cidrBlock: cidr,
      availableIpAddressCount: 2 ** (32 - Number(cidr.split('/')[1] ?? 24)) - 5,
      availabilityZone: zone,
      availabilityZoneId: zoneId(caller.region, zonesOf(caller.region).indexOf(zone)),
      defaultForAz: isDefault,
      mapPublicIpOnLaunch: isPublic,
      tagSet: tagSet(tags),
    })),
  };
};

const describeRouteTables: Ec2Operation<{ RouteTableId?: IdList }> = ({ stacks, caller }, input) => {
  const noun = { code: 'InvalidRouteTableID.NotFound', noun: 'routeTable ID' };
  const tables = withIds(networkOf(stacks, caller).routeTables, input.RouteTableId, noun);
  const found = filtered(tables, input, {
    'route-table-id': ({ id }) => id,
    'vpc-id': ({ vpcId }) => vpcId,
    'association.subnet-id': ({ subnetIds }) => subnetIds,
    'association.main': ({ isMain }) => String(isMain),
  });
  return {
    routeTableSet: found.map(({ id, vpcId, isMain, subnetIds, routes, tags }) => ({
      routeTableId: id,
      vpcId,
      ownerId: caller.account,
      associationSet: [...(isMain ? [undefined] : []), ...subnetIds].map((subnetId) => ({
        routeTableId: id,
        main: subnetId === undefined,
        ...(subnetId !== undefined && { subnetId }),
        associationState: { state: 'associated' },
      })),
      routeSet: routes.map(({ cidr, target }) => ({
        destinationCidrBlock: cidr,
        [target.startsWith('nat-') ? 'natGatewayId' : 'gatewayId']: target,
        state: 'active',
      })),
      tagSet: tagSet(tags),
    })),
  };
};

const describeSecurityGroups: Ec2Operation<{ GroupId?: IdList; GroupName?: IdList }> = (
  { stacks, caller },
  input,
) => {
  const noun = { code: 'InvalidGroup.NotFound', noun: 'security group' };
  const groups = withIds(networkOf(stacks, caller).securityGroups, input.GroupId, noun);
  const names = itemsOf(input.GroupName);
  const found = filtered(groups, input, {
    'group-id': ({ id }) => id,
    'group-name': ({ name }) => name,
    'vpc-id': ({ vpcId }) => vpcId,
    description: ({ description }) => description,
    'owner-id': () => caller.account,
  });
  return {
    securityGroupInfo: found
      .filter(({ name }) => names.length === 0 || names.includes(name))
      .map(({ id, name, vpcId, description, tags }) => ({
        groupId: id,
        groupName: name,
        vpcId,
        ownerId: caller.account,
        groupDescription: description,
        ipPermissions: [],
        // Source: VPC user guide: unless told otherwise a group lets everything out.
        ipPermissionsEgress: [
          { ipProtocol: '-1', ipRanges: [{ cidrIp: '0.0.0.0/0' }], groups: [], prefixListIds: [] },
        ],
        tagSet: tagSet(tags),
      })),
  };
};

/** There are none. */
const describeVpnGateways: Ec2Operation<unknown> = () => ({ vpnGatewaySet: [] });

/** One that answers to what is asked for: templates need an image's id, and no machine is started from it. */
const describeImages: Ec2Operation<{ ImageId?: IdList }> = ({ caller }, input) => {
  const values = Object.values(input.Filter ?? {}).flatMap(({ Name, Value = {} }) =>
    Name === 'name' ? Object.values(Value) : [],
  );
  const name = (values[0] ?? 'image').replaceAll('*', 'x');
  const digest = createHash('sha256').update(`${caller.region} ${name}`).digest('hex');
  return {
    imagesSet: [
      {
        imageId: itemsOf(input.ImageId)[0] ?? `ami-0${digest.slice(0, 16)}`,
        imageState: 'available',
        imageOwnerId: '137112412989',
        isPublic: true,
        architecture: 'x86_64',
        imageType: 'machine',
        name,
        creationDate: '2025-01-01T00:00:00.000Z',
        rootDeviceType: 'ebs',
        virtualizationType: 'hvm',
        tagSet: [],
      },
    ],
  };
};

/** Every action that is built, by its AWS name. */
const operations = {
  DescribeAvailabilityZones: describeAvailabilityZones,
  DescribeVpcs: describeVpcs,
  DescribeSubnets: describeSubnets,
  DescribeRouteTables: describeRouteTables,
  DescribeSecurityGroups: describeSecurityGroups,
  DescribeVpnGateways: describeVpnGateways,
  DescribeImages: describeImages,
} as const;

const refuse = (_action: string, path: string): AwsError =>
  new AwsError('InvalidParameterValue', `The value at ${path} is not valid.`);

/** What the CDK looks up of a network before it synthesises; served where there is no upstream. */
export function createEc2Api(dependencies: Ec2Dependencies): Api {
  return {
    ...ec2Head,
    actions: bindActions(operations, dependencies),
    missingMember: refuse,
    invalidEnum: refuse,
    invalidValue: refuse,
  };
}
