import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import t from 'tap';
import { withImplicitDependencies } from '../../../src/model/firelens.ts';

const router: ContainerDefinition = { name: 'router', firelensConfiguration: { type: 'fluentbit' } };
const logConfiguration = { logDriver: 'awsfirelens' as const };
const waitsOf = (containers: ContainerDefinition[]) =>
  Object.fromEntries(
    (withImplicitDependencies({ containerDefinitions: containers }).containerDefinitions ?? []).map(
      ({ name = '', dependsOn = [] }) => [
        name,
        dependsOn.map(({ containerName = '', condition = '' }) => `${containerName} ${condition}`),
      ],
    ),
  );

// Source: ECS agent, addFirelensContainerDependency.
t.test('who logs through the router waits for its start, behind what else it waits for', async (t) => {
  const db = { containerName: 'db', condition: 'HEALTHY' as const };
  const containers = [{ name: 'app', logConfiguration, dependsOn: [db] }, { name: 'db' }, router];
  t.same(waitsOf(containers), { app: ['db HEALTHY', 'router START'], db: [], router: [] });
});

t.test('a dependency that is written down stays as it is', async (t) => {
  const dependsOn = [{ containerName: 'router', condition: 'HEALTHY' as const }];
  t.same(waitsOf([{ name: 'app', logConfiguration, dependsOn }, router])['app'], ['router HEALTHY']);
});

t.test('a router never waits for itself, and where it waits for others nothing is added', async (t) => {
  t.same(waitsOf([{ ...router, logConfiguration }]), { router: [] });
  const dependsOn = [{ containerName: 'app', condition: 'START' as const }];
  const waits = waitsOf([
    { name: 'app', logConfiguration },
    { ...router, dependsOn },
  ]);
  t.same(waits, { app: [], router: ['app START'] });
});

t.test('without a router a definition is the same object', async (t) => {
  const definition = { containerDefinitions: [{ name: 'app', logConfiguration }] };
  t.equal(withImplicitDependencies(definition), definition);
});
