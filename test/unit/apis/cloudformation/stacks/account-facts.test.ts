import t from 'tap';
import { createHandlers } from '../../../../../src/apis/cloudformation/resources/registry.ts';
import { accountFacts } from '../../../../../src/apis/cloudformation/stacks/account-facts.ts';
import type { Stack, StackResource } from '../../../../../src/model/stack.ts';
import { createStackStore, cloudFormationMigrations } from '../../../../../src/store/cloudformation/store.ts';
import { openDatabase } from '../../../../../src/store/database.ts';

const scope = { account: '000000000000', region: 'us-east-1' };
const stack: Stack = {
  scope,
  id: 'arn:aws:cloudformation:us-east-1:000000000000:stack/net/1',
  name: 'net',
  status: 'CREATE_COMPLETE',
  createdAt: new Date(0),
  outputs: [],
  imports: [],
  unfinished: [],
  disableRollback: false,
  terminationProtection: false,
};
const row = (
  logicalId: string,
  more: Pick<StackResource, 'type' | 'physicalId' | 'properties'> & Partial<StackResource>,
): StackResource => ({
  stackId: stack.id,
  logicalId,
  generation: logicalId,
  isCurrent: true,
  dependsOn: [],
  deletionPolicy: 'Delete',
  updateReplacePolicy: 'Delete',
  attributes: {},
  status: 'CREATE_COMPLETE',
  updatedAt: new Date(0),
  createdIn: 'operation',
  ...more,
});

t.test('stacks tell of what they made: properties, attributes, tags', (t) => {
  const store = createStackStore(openDatabase(':memory:', [cloudFormationMigrations]));
  store.put(stack);
  store.putResource(
    row('Subnet', {
      type: 'AWS::EC2::Subnet',
      physicalId: 'subnet-1',
      properties: { VpcId: 'vpc-1', Tags: [{ Key: 'Department', Value: 'IT' }] },
    }),
  );
  store.putResource(
    row('Vpc', {
      type: 'AWS::EC2::VPC',
      physicalId: 'vpc-1',
      properties: {},
      attributes: { DefaultSecurityGroup: 'sg-1' },
    }),
  );
  store.putResource(
    row('Gone', {
      type: 'AWS::EC2::VPC',
      physicalId: 'vpc-2',
      properties: { CidrBlock: '10.0.0.0/16' },
      status: 'DELETE_COMPLETE',
    }),
  );
  const facts = accountFacts({ store, handlers: createHandlers() }, scope);
  t.same(facts('subnet-1', 'VpcId'), ['vpc-1']);
  t.same(facts('subnet-1', 'Tags.Department'), ['IT']);
  t.same(facts('subnet-1', 'Tags.Other'), []);
  t.same(facts('vpc-1', 'DefaultSecurityGroup'), ['sg-1']);
  t.match(facts('subnet-1', 'AvailabilityZone'), [/./], 'what stands in for it');
  t.equal(facts('vpc-2', 'CidrBlock'), undefined, 'it is gone');
  t.equal(facts('vpc-3', 'CidrBlock'), undefined);
  t.equal(
    accountFacts({ store, handlers: createHandlers() }, { ...scope, region: 'eu-west-1' })('vpc-1', 'x'),
    undefined,
  );
  t.end();
});
