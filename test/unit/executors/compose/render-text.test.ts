import fc from 'fast-check';
import t from 'tap';
import { parse } from 'yaml';
import { composeText, notActedOn, renderTask, taskHead } from '../../../../src/executors/compose/render.ts';
import type { AwsTaskDefinition } from '../../../../src/model/task-definition.ts';
import { sampleContext, sampleDefinition, sampleTask, TASK_ID } from '../../../support/rendering.ts';

const text = (definition: AwsTaskDefinition, flags = ''): string => {
  const [task, context] = [sampleTask(), sampleContext(flags)];
  return composeText(renderTask(task, definition, context), taskHead(task, definition, context));
};

t.test('the head names definition, task, how to run it by hand, and what is not acted on', (t) => {
  const head = text(sampleDefinition({ portMappings: [{ appProtocol: 'http2' }] })).split('\nname:')[0];
  t.equal(
    head,
    `# Task definition: arn:aws:ecs:us-east-1:000000000000:task-definition/myfamily:3
# Task:            arn:aws:ecs:us-east-1:000000000000:task/mycluster/${TASK_ID}

# Made by ecsidecar, which writes this file anew when it needs it: changes are lost.
# To run it by hand, in this folder:
#   docker network create mynetwork    (if it is absent)
#   docker compose up

# Accepted and not acted on:
#   containerDefinitions[server].portMappings.appProtocol: it tells Service Connect’s proxy how to read the traffic, and there is none
`,
  );
  t.end();
});

t.test('keys are sorted and the same task gives the same text, in whatever order its members come', (t) => {
  const environment = [
    { name: 'B', value: '2' },
    { name: 'A', value: '1' },
  ];
  const one = text(sampleDefinition({ environment, cpu: 5 }));
  const other = text({
    containerDefinitions: [
      { cpu: 5, environment: environment.toReversed(), memory: 10, image: 'busybox', name: 'server' },
    ],
    family: 'myfamily',
  });
  t.equal(one, other);
  const keys = [...(one.split('\nservices:')[1] ?? '').matchAll(/^ {4}(\w+):/gm)].map(([, key]) => key);
  t.strictSame(keys, keys.toSorted());
  t.end();
});

t.test('what YAML or Compose could take for something else is quoted, the rest is plain', (t) => {
  const rendered = text(
    sampleDefinition({ command: ['yes', '1e3', '0777', '~', '$X', '-c', '<<', 'a: b', 'busybox', 'a/b.c'] }),
  );
  t.match(
    rendered,
    `    command:
      - "yes"
      - "1e3"
      - "0777"
      - "~"
      - "$$X"
      - "-c"
      - "<<"
      - "a: b"
      - busybox
      - a/b.c
`,
  );
  t.end();
});

t.test(
  'characters that end a line or are forbidden in YAML are escaped, half a surrogate pair is replaced',
  (t) => {
    const rendered = text(
      sampleDefinition({ command: ['\u0085\u2028\u2029\ufeff\u007f\u009f\uffff\t\n', '\ud800', '😀'] }),
    );
    t.match(rendered, String.raw`- "\u0085\u2028\u2029\ufeff\u007f\u009f\uffff\t\n"`);
    t.match(rendered, '- "\ufffd"');
    t.match(rendered, '- "😀"');
    t.end();
  },
);

t.test('every string comes back from YAML as it was, but for the doubled $', (t) => {
  const string = fc.string({ unit: 'grapheme' });
  fc.assert(
    fc.property(
      fc.array(string, { minLength: 1 }),
      fc.dictionary(
        string.filter((name) => /[^\r\n\0]/.test(name)),
        string,
      ),
      (command, labels) => {
        const noNul = (one: string): boolean => !one.includes('\0');
        fc.pre(command.every(noNul) && Object.entries(labels).flat().every(noNul));
        const file = parse(text(sampleDefinition({ command, dockerLabels: labels }))) as {
          services: { server: { command: string[]; labels: Record<string, string> } };
        };
        const undouble = (one: string): string => one.replaceAll('$$', '$');
        t.strictSame(file.services.server.command.map(undouble), command);
        for (const [name, value] of Object.entries(labels)) {
          t.equal(undouble(file.services.server.labels[name] ?? ''), value);
        }
      },
    ),
  );
  t.end();
});

t.test('no name breaks out of a comment', (t) => {
  const rendered = text(
    sampleDefinition({
      dockerLabels: { 'ecsidecar.a\nservices: {}': 'x' },
      logConfiguration: {
        logDriver: 'awslogs',
        options: { 'awslogs-group': 'g\nname: evil', 'awslogs-stream-prefix': 'p\u0085x\u2028y' },
      },
    }),
  );
  t.match(
    rendered,
    '# awslogs: ecsidecar reads this output into group g\ufffdname: evil, stream p\ufffdx\ufffdy/server/',
  );
  t.match(rendered, 'dockerLabels.ecsidecar.a\ufffdservices: {}');
  t.end();
});

t.test('what is accepted and not acted on is named, empty members are not', (t) => {
  t.strictSame(
    notActedOn({
      family: 'f',
      revision: 1,
      status: 'ACTIVE',
      requiresCompatibilities: ['EC2'],
      registeredAt: new Date(0),
      placementConstraints: [],
      volumes: [{ name: 'a', host: { sourcePath: '/a' } }],
      containerDefinitions: [
        { name: 'app', image: 'i', environment: [], volumesFrom: [], interactive: false },
        { name: 'side', image: 'i', dockerLabels: { mine: 'x', 'ecsidecar.id': 'y' } },
      ],
    }),
    ['containerDefinitions[side].dockerLabels.ecsidecar.id'],
  );
  t.strictSame(notActedOn({ newMember: 'of tomorrow' } as AwsTaskDefinition), ['newMember']);
  t.end();
});
