import t from 'tap';
import { planStops, printStops } from '../../../src/scheduler/plan-stop.ts';

const definition = {
  containerDefinitions: [
    { name: 'db', stopTimeout: 60 },
    { name: 'cache' },
    {
      name: 'app',
      stopTimeout: 5,
      dependsOn: [
        { containerName: 'db', condition: 'HEALTHY' as const },
        { containerName: 'cache', condition: 'START' as const },
      ],
    },
    { name: 'proxy', stopTimeout: 2, links: ['app'] },
  ],
};

t.test('dependents are stopped before what they depend on, each with its own time', (t) => {
  const cases: readonly [string[], number | undefined, string][] = [
    [
      ['db', 'cache', 'app', 'proxy'],
      undefined,
      'proxy within 2 s; app within 5 s after proxy; db within 60 s after app; cache within 30 s after app',
    ],
    [['db', 'cache'], undefined, 'db within 60 s; cache within 30 s'],
    [['db', 'proxy'], undefined, 'db within 60 s; proxy within 2 s'],
    [['app', 'proxy'], 5, 'proxy within 2 s; app within 2 s after proxy'],
    [['db', 'app', 'proxy'], 1, 'proxy within 1 s; app within 1 s after proxy; db within 1 s after app'],
    [['db', 'cache'], 5, 'db within 5 s; cache within 5 s'],
    [[], undefined, ''],
  ];
  for (const [running, graceSeconds, stops] of cases)
    t.equal(printStops(planStops(running, definition, graceSeconds)), stops);
  t.end();
});

t.test('containers that wait for each other are stopped all the same', (t) => {
  const circle = {
    containerDefinitions: [
      { name: 'a', links: ['b'] },
      { name: 'b', links: ['a'] },
    ],
  };
  t.equal(printStops(planStops(['a', 'b'], circle, undefined)), 'a within 30 s; b within 30 s');
  t.end();
});
