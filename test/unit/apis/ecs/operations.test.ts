import * as sdk from '@aws-sdk/client-ecs';
import t from 'tap';
import { createEcsApi, notBuilt, operations } from '../../../../src/apis/ecs/operations.ts';
import { AwsError } from '../../../../src/model/aws-error.ts';
import { NO_CALLS } from '../../../../src/model/local-apis.ts';
import { openDatabase } from '../../../../src/store/database.ts';
import { createEcsStore, ecsMigrations } from '../../../../src/store/ecs/store.ts';
import { CALLER, testHost } from '../../../support/ecs-api.ts';

const api = createEcsApi({
  store: createEcsStore(openDatabase(':memory:', [ecsMigrations])),
  wake: () => undefined,
  wakeService: () => undefined,
  host: testHost(),
  capacityChanged: () => undefined,
  calls: NO_CALLS,
  random: () => 0,
  now: () => new Date(0),
  newId: () => '00000000-0000-4000-8000-000000000000',
});

t.test('every action of ECS is known, and none that ECS has not', (t) => {
  const actions = Object.keys(sdk)
    .filter((name) => name.endsWith('Command') && !name.startsWith('$'))
    .map((name) => name.slice(0, -'Command'.length));
  t.equal(actions.length, 88);
  t.strictSame(Object.keys(api.actions).toSorted(), actions.toSorted());
  t.strictSame([...Object.keys(operations), ...notBuilt].toSorted(), actions.toSorted());
  t.end();
});

t.test('an action that is not built says so in an error of AWS’s form', (t) => {
  for (const action of notBuilt) {
    try {
      api.actions[action]?.({ caller: CALLER, signal: new AbortController().signal }, {});
      t.fail(`${action} answered`);
    } catch (error) {
      t.ok(error instanceof AwsError);
      t.match(error, {
        code: 'UnsupportedFeatureException',
        message: `ecsidecar does not implement ${action} yet.`,
        status: 400,
      });
    }
  }
  t.end();
});

t.test('schema errors are put in words of ECS', (t) => {
  const missing = [
    ['RegisterTaskDefinition', 'family', 'ClientException', 'Family can not be blank.'],
    ['RegisterTaskDefinition', 'containerDefinitions', 'ClientException', 'Container list cannot be empty.'],
    ['CreateService', 'taskDefinition', 'InvalidParameterException', 'TaskDefinition can not be blank.'],
    ['DescribeTasks', 'tasks', 'InvalidParameterException', 'Tasks cannot be empty.'],
  ] as const;
  for (const [action, path, code, message] of missing)
    t.match(api.missingMember(action, path), { code, message });

  const enums = [
    ['RunTask', 'launchType', 'InvalidParameterException', 'launch type should be one of [EC2,FARGATE]'],
    [
      'CreateService',
      'schedulingStrategy',
      'InvalidParameterException',
      'Scheduling strategy should be one of [EC2,FARGATE]',
    ],
    ['DescribeClusters', 'include[1]', 'InvalidParameterException', 'include should be one of [EC2,FARGATE]'],
    ['PutAccountSetting', 'name', 'InvalidParameterException', 'unknown should be one of [EC2,FARGATE]'],
    [
      'RegisterTaskDefinition',
      'networkMode',
      'ClientException',
      'network mode should be one of [EC2,FARGATE]',
    ],
  ] as const;
  for (const [action, path, code, message] of enums) {
    t.match(api.invalidEnum(action, path, 'x', ['EC2', 'FARGATE']), { code, message });
  }
  t.match(
    api.invalidValue('TagResource', 'tags[0].key', '#', 'Member must have length greater than or equal to 1'),
    {
      code: 'InvalidParameterException',
      message:
        "1 validation error detected: Value '#' at 'tags[0].key' failed to satisfy constraint: Member must have length greater than or equal to 1",
    },
  );
  t.end();
});
