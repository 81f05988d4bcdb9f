import t from 'tap';
import { runInput, type RunDraft } from '../../../../src/console/web/pages/tasks/run-input.ts';

const draft: RunDraft = {
  cluster: 'default',
  taskDefinition: 'web:1',
  count: '2',
  launchType: '',
  subnets: '',
  securityGroups: '',
  assignsPublicIp: false,
  group: '',
  overrides: [{ name: 'app', command: '', environment: '' }],
  tags: [],
};

t.test('what is left empty is not asked for', (t) => {
  t.same(runInput(draft), { cluster: 'default', taskDefinition: 'web:1', count: 2 });
  t.end();
});

t.test('overrides, network and tags are asked for as they were written', (t) => {
  t.same(
    runInput({
      ...draft,
      launchType: 'FARGATE',
      subnets: 'subnet-1, subnet-2',
      securityGroups: 'sg-1',
      assignsPublicIp: true,
      group: 'g',
      overrides: [{ name: 'app', command: '["echo", "a b"]', environment: 'A=1\n\nB=x=y\nC' }],
      tags: [{ key: 'k', value: 'v' }],
    }),
    {
      ...{ cluster: 'default', taskDefinition: 'web:1', count: 2, launchType: 'FARGATE', group: 'g' },
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: ['subnet-1', 'subnet-2'],
          securityGroups: ['sg-1'],
          assignPublicIp: 'ENABLED',
        },
      },
      overrides: {
        containerOverrides: [
          {
            name: 'app',
            command: ['echo', 'a b'],
            environment: [
              { name: 'A', value: '1' },
              { name: 'B', value: 'x=y' },
              { name: 'C', value: '' },
            ],
          },
        ],
      },
      tags: [{ key: 'k', value: 'v' }],
    },
  );
  t.end();
});

t.test('a command that is no list of strings is told before anything is asked', (t) => {
  for (const command of ['echo', '"echo"', '[1]', '{}'])
    t.throws(
      () => runInput({ ...draft, overrides: [{ name: 'app', command, environment: '' }] }),
      /JSON list/,
    );
  t.end();
});
