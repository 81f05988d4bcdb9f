import * as sdk from '@aws-sdk/client-cloudformation';
import t from 'tap';
import { notBuilt, operations } from '../../../../src/apis/cloudformation/operations.ts';

t.test('every action of CloudFormation is built or said not to be', (t) => {
  const actions = Object.keys(sdk).flatMap((name) => /^([A-Z]\w+)Command$/.exec(name)?.[1] ?? []);
  t.strictSame([...Object.keys(operations), ...notBuilt].sort(), actions.sort());
  t.end();
});
