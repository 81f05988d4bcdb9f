import t from 'tap';
import { changesOf, createInput, draftOf, EMPTY } from '../../../../src/console/web/pages/services/draft.ts';
import { previousDefinition } from '../../../../src/console/web/pages/services/previous.ts';

t.test('a new service asks for no more than was chosen', (t) => {
  const draft = { ...EMPTY, name: 'web', taskDefinition: 'web:3' };
  const plain = { cluster: 'default', serviceName: 'web', taskDefinition: 'web:3', desiredCount: 1 };
  t.same(createInput(draft, false), plain);
  t.same(createInput({ ...draft, compute: 'FARGATE' }, false), { ...plain, launchType: 'FARGATE' });
  const strategy = [{ capacityProvider: 'spot', base: 0, weight: 1 }];
  t.same(createInput({ ...draft, compute: 'EC2', strategy }, false), { ...plain, launchType: 'EC2' });
  t.same(createInput({ ...draft, compute: 'strategy', strategy }, false), {
    ...plain,
    capacityProviderStrategy: strategy,
  });
  t.same(createInput({ ...draft, breaks: true }, false), {
    ...plain,
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } },
  });
  const typed = {
    ...draft,
    subnets: ' subnet-1,subnet-2 ',
    securityGroups: 'sg-1 sg-2',
    assignsPublicIp: true,
  };
  t.same(createInput(typed, false), plain, 'no network outside of awsvpc');
  t.same(createInput(typed, true), {
    ...plain,
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: ['subnet-1', 'subnet-2'],
        securityGroups: ['sg-1', 'sg-2'],
        assignPublicIp: 'ENABLED',
      },
    },
  });
  for (const desiredCount of ['', '1.5', '-1', '1e3'])
    t.throws(() => createInput({ ...draft, desiredCount }, false), /whole number/, desiredCount);
  t.end();
});

t.test('an update says only what differs', (t) => {
  const before = draftOf({
    taskDefinition: 'arn:aws:ecs:us-east-1:000000000000:task-definition/web:3',
    desiredCount: 2,
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
  });
  t.equal(changesOf(before, before), undefined);
  t.equal(changesOf(before, { ...before, tags: [{ key: 'a', value: 'b' }] }), undefined, 'tags are apart');
  t.same(changesOf(before, { ...before, desiredCount: '0' }), { desiredCount: 0 });
  t.same(changesOf(before, { ...before, taskDefinition: 'web:4' }), { taskDefinition: 'web:4' });
  t.same(changesOf(before, { ...before, forces: true }), { forceNewDeployment: true });
  t.same(changesOf(before, { ...before, breaks: false }), {
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: false, rollback: false } },
  });
  t.end();
});

t.test('the revision before is what was complete last and is not the present one', (t) => {
  const of = (status: 'IN_PROGRESS' | 'ROLLBACK_SUCCESSFUL' | 'SUCCESSFUL', taskDefinition?: string) => ({
    status,
    taskDefinition,
  });
  t.equal(previousDefinition('web:1', []), undefined);
  t.equal(previousDefinition('web:1', [of('SUCCESSFUL', 'web:1')]), undefined);
  t.equal(
    previousDefinition('web:2', [
      of('ROLLBACK_SUCCESSFUL', 'web:3'),
      of('SUCCESSFUL', 'web:2'),
      of('SUCCESSFUL'),
      of('SUCCESSFUL', 'web:1'),
      of('SUCCESSFUL', 'web:0'),
    ]),
    'web:1',
  );
  t.equal(previousDefinition('web:3', [of('IN_PROGRESS', 'web:3'), of('SUCCESSFUL', 'web:2')]), 'web:2');
  t.end();
});
