import t from 'tap';
import { createEc2Api } from '../../../../src/apis/ec2/operations.ts';
import { AwsError } from '../../../../src/model/aws-error.ts';
import type { Stack, StackResource } from '../../../../src/model/stack.ts';

const caller = { account: '123456789012', region: 'eu-west-1', principalArn: '' };
const row = (logicalId: string, type: string, properties: object, more: object = {}): StackResource =>
  ({
    logicalId,
    type: `AWS::EC2::${type}`,
    physicalId: logicalId,
    properties,
    attributes: { DefaultSecurityGroup: 'sg-of-vpc' },
    status: 'CREATE_COMPLETE',
    ...more,
  }) as unknown as StackResource;
const rows = [
  row('vpc-mine', 'VPC', { CidrBlock: '10.1.0.0/16', Tags: [{ Key: 'Name', Value: 'Net/Vpc' }] }),
  row('vpc-gone', 'VPC', { CidrBlock: '10.2.0.0/16' }, { status: 'DELETE_COMPLETE' }),
  row('subnet-1', 'Subnet', {
    VpcId: 'vpc-mine',
    CidrBlock: '10.1.0.0/24',
    AvailabilityZone: 'eu-west-1b',
    MapPublicIpOnLaunch: true,
  }),
  row('rtb-1', 'RouteTable', { VpcId: 'vpc-mine' }),
  row('route', 'Route', { RouteTableId: 'rtb-1', DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-1' }),
  row('assoc', 'SubnetRouteTableAssociation', { RouteTableId: 'rtb-1', SubnetId: 'subnet-1' }),
  row('sg-1', 'SecurityGroup', { GroupDescription: 'web', VpcId: 'vpc-mine' }),
];
const api = createEc2Api({
  stacks: {
    listLive: ({ region }) =>
      region === 'eu-west-1' ? [{ id: 's', status: 'CREATE_COMPLETE' } as Stack] : [],
    resources: () => rows,
  },
});
const { signal } = new AbortController();
const call = (action: string, input: object = {}, region = caller.region): Record<string, never[]> =>
  api.actions[action]!({ caller: { ...caller, region }, signal }, input) as Record<string, never[]>;
const by = (Name: string, ...values: string[]) => ({
  Filter: { 1: { Name, Value: Object.fromEntries(values.map((value, index) => [index + 1, value])) } },
});
const refusal = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof AwsError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'not refused';
};

t.test('a region has zones, with their ids', (t) => {
  const zones = (region: string): unknown =>
    call('DescribeAvailabilityZones', {}, region)['availabilityZoneInfo']!.map(
      ({ zoneName, zoneId }) => `${String(zoneName)} ${String(zoneId)}`,
    );
  t.strictSame(zones('us-east-1'), ['us-east-1a use1-az1', 'us-east-1b use1-az2', 'us-east-1c use1-az3']);
  t.match(zones('ap-northeast-2'), ['ap-northeast-2a apne2-az1']);
  t.match(zones('eu-central-1'), ['eu-central-1a euc1-az1']);
  t.equal(
    refusal(() => call('DescribeAvailabilityZones', { ZoneName: { 1: 'mars-1a' } })),
    'InvalidParameterValue: Invalid availability zone: [mars-1a]',
  );
  t.end();
});

t.test('every account and region has a default VPC with a public subnet in each zone', (t) => {
  const [vpc, ...others] = call('DescribeVpcs', by('isDefault', 'true'))['vpcSet'] as unknown as {
    readonly vpcId: string;
    readonly cidrBlock: string;
  }[];
  t.strictSame(others, []);
  t.equal(vpc?.cidrBlock, '172.31.0.0/16');
  t.not(vpc?.vpcId, (call('DescribeVpcs', {}, 'us-east-1')['vpcSet']![0] as never)['vpcId']);
  const inVpc = by('vpc-id', vpc?.vpcId ?? '');
  t.match(call('DescribeSubnets', inVpc)['subnetSet'], [
    {
      cidrBlock: '172.31.0.0/20',
      availabilityZone: 'eu-west-1a',
      mapPublicIpOnLaunch: true,
      defaultForAz: true,
    },
    { cidrBlock: '172.31.16.0/20', availabilityZone: 'eu-west-1b' },
    { cidrBlock: '172.31.32.0/20', availabilityZone: 'eu-west-1c' },
  ]);
  t.match(call('DescribeRouteTables', inVpc)['routeTableSet'], [
    { associationSet: [{ main: true }], routeSet: [{ gatewayId: 'local' }, { gatewayId: /^igw-/ }] },
  ]);
  t.match(call('DescribeSecurityGroups', inVpc)['securityGroupInfo'], [{ groupName: 'default' }]);
  t.strictSame(call('DescribeVpnGateways'), { vpnGatewaySet: [] });
  t.end();
});

t.test('what stacks have recorded is found by tags, names and ids until it is deleted', (t) => {
  t.match(call('DescribeVpcs', by('tag:Name', 'Net/V*'))['vpcSet'], [
    { vpcId: 'vpc-mine', isDefault: false },
  ]);
  t.match(call('DescribeVpcs', by('tag:Name', 'Net?Vpc'))['vpcSet'], [{ vpcId: 'vpc-mine' }]);
  t.strictSame(call('DescribeVpcs', by('tag:Name', 'Net.Vpc'))['vpcSet'], []);
  t.strictSame(call('DescribeVpcs', by('cidr', '10.2.0.0/16'))['vpcSet'], []);
  const inVpc = by('vpc-id', 'vpc-mine');
  t.match(call('DescribeSubnets', inVpc)['subnetSet'], [
    { subnetId: 'subnet-1', availabilityZoneId: 'euw1-az2', availableIpAddressCount: 251 },
  ]);
  t.match(call('DescribeRouteTables', inVpc)['routeTableSet'], [
    { associationSet: [{ main: false, subnetId: 'subnet-1' }], routeSet: [{ gatewayId: 'igw-1' }] },
  ]);
  t.match(call('DescribeSecurityGroups', inVpc)['securityGroupInfo'], [
    { groupId: 'sg-of-vpc', groupName: 'default' },
    { groupId: 'sg-1', groupName: 'sg-1', groupDescription: 'web' },
  ]);
  t.equal(
    refusal(() => call('DescribeVpcs', { VpcId: { 1: 'vpc-gone' } })),
    "InvalidVpcID.NotFound: The vpc ID 'vpc-gone' does not exist",
  );
  t.equal(
    refusal(() => call('DescribeSubnets', by('colour', 'red'))),
    "InvalidParameterValue: The filter 'colour' is invalid",
  );
  t.end();
});
