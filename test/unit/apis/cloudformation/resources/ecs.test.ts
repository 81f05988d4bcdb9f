import t from 'tap';
import { withoutLacking } from '../../../../../src/apis/cloudformation/resources/ecs-service-lacks.ts';
import { createHandlers } from '../../../../../src/apis/cloudformation/resources/registry.ts';
import { AwsError } from '../../../../../src/model/aws-error.ts';
import { resourceContext } from './context.ts';

const handlers = createHandlers();

t.test('a port whose protocol a template calls http is registered as tcp', async (t) => {
  const sent: unknown[] = [];
  await handlers.of('AWS::ECS::TaskDefinition').create(
    resourceContext({
      properties: {
        ContainerDefinitions: [
          {
            Name: 'app',
            Image: 'app',
            PortMappings: [
              { ContainerPort: 80, Protocol: 'http' },
              { ContainerPort: 53, Protocol: 'udp' },
            ],
          },
        ],
      },
      call(_service, _action, input) {
        sent.push(input);
        return Promise.resolve({ taskDefinition: { taskDefinitionArn: 'arn' } });
      },
    }),
  );
  t.match(sent, [{ containerDefinitions: [{ portMappings: [{ protocol: 'tcp' }, { protocol: 'udp' }] }] }]);
});

t.test("a cluster's providers are taken away once the services that use them are gone", async (t) => {
  const inUse = new AwsError(
    'ResourceInUseException',
    'The specified capacity provider is in use and cannot be removed.',
  );
  const remove = (secondsLater: number, error?: Error) =>
    handlers.of('AWS::ECS::ClusterCapacityProviderAssociations').remove(
      resourceContext({
        now: new Date(secondsLater * 1000),
        call: () => (error ? Promise.reject(error) : Promise.resolve({})),
      }),
    );
  t.match(await remove(1, inUse), { afterMs: 300 });
  t.equal(await remove(2), 'done');
  await t.rejects(remove(600, inUse), { message: /in use/ });
});

t.test('a service loses what nothing here could do, and its event says so', (t) => {
  const { properties, note } = withoutLacking({
    Cluster: 'c',
    DeploymentController: { Type: 'CODE_DEPLOY' },
    DeploymentConfiguration: {
      Strategy: 'BLUE_GREEN',
      LifecycleHooks: [{ HookTargetArn: 'arn' }, { TargetType: 'PAUSE', LifecycleStages: ['POST_SCALE_UP'] }],
    },
  });
  t.same(properties, {
    Cluster: 'c',
    DeploymentConfiguration: {
      Strategy: 'BLUE_GREEN',
      LifecycleHooks: [{ TargetType: 'PAUSE', LifecycleStages: ['POST_SCALE_UP'] }],
    },
  });
  t.match(note, /CodeDeploy.*lifecycle hooks/);
  const whole = {
    DeploymentController: { Type: 'EXTERNAL' },
    DeploymentConfiguration: { MaximumPercent: 200 },
  };
  t.same(withoutLacking(whole), { properties: whole });
  t.end();
});

t.test('a capacity provider of Managed Instances is made in its cluster', async (t) => {
  const sent: unknown[] = [];
  await handlers.of('AWS::ECS::CapacityProvider').create(
    resourceContext({
      physicalId: 'managed',
      properties: {
        ClusterName: 'c',
        ManagedInstancesProvider: { InfrastructureRoleArn: 'arn:role' },
      },
      call(_service, _action, input) {
        sent.push(input);
        return Promise.resolve({});
      },
    }),
  );
  t.same(sent, [
    {
      cluster: 'c',
      name: 'managed',
      managedInstancesProvider: { infrastructureRoleArn: 'arn:role' },
      tags: (sent[0] as { tags: unknown }).tags,
    },
  ]);
});
