import fc from 'fast-check';
import t from 'tap';
import { piecesOf } from '../../../../src/console/web/pages/tasks/highlight.ts';
import { runInput, type RunDraft } from '../../../../src/console/web/pages/tasks/run-input.ts';

t.test('a coloured line is the same text', (t) => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      (line) =>
        piecesOf(line)
          .map(({ text }) => text)
          .join('') === line,
    ),
  );
  t.end();
});

t.test('keys, strings, numbers and comments are told apart', (t) => {
  const kinds = (line: string): string =>
    piecesOf(line)
      .filter(({ text }) => text.trim() !== '')
      .map(({ text, kind }) => `${kind}(${text})`)
      .join(' ');
  for (const [line, wanted] of [
    ['# To run it by hand', 'comment(# To run it by hand)'],
    ['  image: busybox', 'key(image:) string(busybox)'],
    ['  "a b": "x: y # z"', 'key("a b":) string("x: y # z")'],
    ['    - 80', 'plain(    - ) literal(80)'],
    ['    - "<script>"', 'plain(    - ) string("<script>")'],
    ['services:', 'key(services:)'],
    ['  init: true', 'key(init:) literal(true)'],
    ['  "port": 9229,', 'key("port":) literal(9229) plain(,)'],
  ] as const)
    t.equal(kinds(line), wanted);
  t.end();
});

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
