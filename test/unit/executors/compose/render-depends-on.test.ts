import t from 'tap';
import { renderDependsOn } from '../../../../src/executors/compose/render-depends-on.ts';

const containers = ['db', 'migrate', 'cache', 'files'].map((name) => ({ name }));

t.test("conditions are said in Compose's words, as near as it has them", (t) => {
  const depends = renderDependsOn(
    {
      dependsOn: [
        { containerName: 'db', condition: 'HEALTHY' },
        { containerName: 'migrate', condition: 'COMPLETE' },
      ],
      links: ['cache:c'],
      volumesFrom: [{ sourceContainer: 'files' }],
    },
    containers,
  );
  t.same(depends.depends_on, {
    db: { condition: 'service_healthy' },
    migrate: { condition: 'service_completed_successfully', required: false },
    cache: { condition: 'service_started' },
    files: { condition: 'service_started' },
  });
  t.same(renderDependsOn({}, containers), {});
  t.same(renderDependsOn({ links: ['nobody'] }, containers), {}, 'Compose takes no unknown service');
  t.end();
});

t.test('of several conditions for one container the one counts that is met last', (t) => {
  const conditions = ['SUCCESS', 'START', 'HEALTHY', 'COMPLETE'] as const;
  const dependsOn = conditions.map((condition) => ({ containerName: 'db', condition }));
  t.same(renderDependsOn({ dependsOn, links: ['db'] }, containers).depends_on, {
    db: { condition: 'service_completed_successfully' },
  });
  t.same(renderDependsOn({ dependsOn: dependsOn.slice(1, 3), links: ['db'] }, containers).depends_on, {
    db: { condition: 'service_healthy' },
  });
  t.end();
});
