import {
  CreatePrivateDnsNamespaceCommand,
  CreateServiceCommand as CreateRegistryCommand,
  DeleteServiceCommand as DeleteRegistryCommand,
  DiscoverInstancesCommand,
  GetOperationCommand,
  ListInstancesCommand,
  ListNamespacesCommand,
  ListServicesCommand,
  ServiceDiscoveryClient,
  type HttpInstanceSummary,
} from '@aws-sdk/client-servicediscovery';
import { CreateClusterCommand, DescribeTasksCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
import { UpdateServiceCommand, type Task } from '@aws-sdk/client-ecs';
import { CreateStackCommand, DeleteStackCommand, UpdateStackCommand } from '@aws-sdk/client-cloudformation';
import t from 'tap';
import { IDLE, lookInto, serve, VPC } from '../support/networking.ts';
import { until } from '../support/poll.ts';
import { createService, deleteService, untilStable } from '../support/services.ts';
import { credentials, IMAGE, register, startSidecar } from '../support/sidecar.ts';
import { cloudFormation, untilSettled } from '../support/stacks.ts';

const PORT = 8080;

const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());
const cloudMap = new ServiceDiscoveryClient({
  endpoint: sidecar.url,
  region: 'us-east-1',
  credentials,
  // Else DiscoverInstances goes to data-127.0.0.1.
  disableHostPrefix: true,
});
t.teardown(() => {
  cloudMap.destroy();
});
await sidecar.ecs.send(new CreateClusterCommand({}));
const { inside } = lookInto(sidecar);

const tasksOf = async (serviceName: string): Promise<Task[]> => {
  const { taskArns } = await sidecar.ecs.send(new ListTasksCommand({ serviceName }));
  if (!taskArns?.length) return [];
  const { tasks } = await sidecar.ecs.send(new DescribeTasksCommand({ tasks: taskArns }));
  return tasks ?? [];
};

const scale = (service: string, desiredCount: number) =>
  sidecar.ecs.send(new UpdateServiceCommand({ service, desiredCount }));

const discover = async (ServiceName: string): Promise<HttpInstanceSummary[]> => {
  const { Instances } = await cloudMap.send(
    new DiscoverInstancesCommand({ NamespaceName: 'shop.local', ServiceName }),
  );
  return Instances ?? [];
};

const idOf = ({ taskArn = '' }: Task): string => taskArn.slice(taskArn.lastIndexOf('/') + 1);
const addressOf = ({ Attributes }: HttpInstanceSummary): string => Attributes?.['AWS_INSTANCE_IPV4'] ?? '';

/** Waits until exactly the running tasks of a service, of which there are so many, are discovered. */
const untilDiscovered = (name: string, count: number): Promise<HttpInstanceSummary[]> =>
  until(`${name} is discovered ${count} times`, async () => {
    const instances = await discover(name);
    const tasks = (await tasksOf(name)).filter(({ lastStatus }) => lastStatus === 'RUNNING');
    const found = instances.map(({ InstanceId }) => InstanceId ?? '').sort();
    return tasks.length === count && found.join() === tasks.map(idOf).sort().join() && instances;
  });

/** Makes a Cloud Map service in the namespace; returns its id and ARN. */
async function makeRegistry(Name: string, Type: 'A' | 'SRV') {
  const DnsConfig = { DnsRecords: [{ Type, TTL: 10 }] };
  const { Service } = await cloudMap.send(
    new CreateRegistryCommand({ Name, NamespaceId: namespaceId, DnsConfig, HealthCheckCustomConfig: {} }),
  );
  return { id: Service?.Id ?? '', registryArn: Service?.Arn ?? '' };
}

const { OperationId } = await cloudMap.send(
  new CreatePrivateDnsNamespaceCommand({ Name: 'shop.local', Vpc: 'vpc-1' }),
);
const { Operation } = await cloudMap.send(new GetOperationCommand({ OperationId }));
const namespaceId = Operation?.Targets?.NAMESPACE ?? '';
const backend = await makeRegistry('backend', 'A');

await createService(sidecar, 'client', await register(sidecar, 'client', [{ name: 'app', command: IDLE }]));
const container = { name: 'app', command: serve(PORT, 'answer'), portMappings: [{ containerPort: PORT }] };
await createService(
  sidecar,
  'backend',
  await register(sidecar, 'backend', [container], { networkMode: 'awsvpc' }),
  { ...VPC, serviceRegistries: [{ registryArn: backend.registryArn }] },
);
await untilStable(sidecar, 'client');
const [client] = await tasksOf('client');

const fromClient = (...command: string[]): Promise<string> => inside(client ?? {}, 'app', ...command);

/** What the name stands for inside the client's container. */
const lookUp = async (name: string): Promise<string[]> => {
  const printed = await fromClient('sh', '-c', 'nslookup "$0" 2>&1 || true', name);
  const [, ...answers] = printed.split(/Name:/);
  return [...new Set(answers.flatMap((one) => /Address(?: \d+)?:\s*([\d.]+)/.exec(one)?.[1] ?? []))].sort();
};

t.test(
  'a service is discovered and reached by the name of its registry from another container',
  async (t) => {
    const [instance] = await untilDiscovered('backend', 1);
    t.match(instance, {
      NamespaceName: 'shop.local',
      ServiceName: 'backend',
      HealthStatus: 'HEALTHY',
      Attributes: {
        ECS_SERVICE_NAME: 'backend',
        ECS_CLUSTER_NAME: 'default',
        ECS_TASK_DEFINITION_FAMILY: 'backend',
        REGION: 'us-east-1',
        AVAILABILITY_ZONE: 'us-east-1a',
        AWS_INIT_HEALTH_STATUS: 'HEALTHY',
      },
    });
    t.same(await lookUp('backend.shop.local'), [addressOf(instance ?? {})]);
    t.equal(await fromClient('nc', 'backend.shop.local', String(PORT)), 'answer');
    t.same(await lookUp('client.shop.local'), [], 'a service without a registry has no name there');
  },
);

t.test('scaling changes what is discovered, and what the name stands for', async (t) => {
  await scale('backend', 2);
  const instances = await untilDiscovered('backend', 2);
  t.same(await lookUp('backend.shop.local'), instances.map(addressOf).sort());
  await scale('backend', 1);
  const [left] = await untilDiscovered('backend', 1);
  await until('the name stands for it alone', async () => {
    const found = await lookUp('backend.shop.local');
    return found.join() === addressOf(left ?? {});
  });
});

t.test('after kill -9 what died meanwhile is registered no more, and its replacement is', async (t) => {
  const [before] = await untilDiscovered('backend', 1);
  await sidecar.kill();
  const found = await sidecar.docker.listContainers({
    filters: { label: [sidecar.label, 'com.amazonaws.ecs.task-definition-family=backend'] },
  });
  t.ok(found.length > 0);
  await Promise.all(found.map(({ Id }) => sidecar.docker.getContainer(Id).remove({ force: true })));
  await sidecar.restart();
  const [after] = await until('another task is discovered', async () => {
    const instances = await discover('backend');
    return instances.length === 1 && instances[0]?.InstanceId !== before?.InstanceId && instances;
  });
  t.match((await tasksOf('backend')).map(idOf), [after?.InstanceId]);
  t.equal(await fromClient('nc', 'backend.shop.local', String(PORT)), 'answer');
});

t.test('with SRV a bridge task is registered where its machine has its port', async (t) => {
  const { registryArn } = await makeRegistry('bridged', 'SRV');
  const serviceRegistries = [{ registryArn, containerName: 'app', containerPort: PORT }];
  await createService(sidecar, 'bridged', await register(sidecar, 'bridged', [container]), {
    serviceRegistries,
  });
  const [instance] = await untilDiscovered('bridged', 1);
  const { AWS_INSTANCE_IPV4: address = '', AWS_INSTANCE_PORT: port = '' } = instance?.Attributes ?? {};
  t.equal(await fromClient('nc', address, port), 'answer');
  t.equal(await fromClient('nc', 'bridged.shop.local', String(PORT)), 'answer');
  await deleteService(sidecar, 'bridged');
  t.same(await discover('bridged'), []);
});

t.test('a registry goes once its service is gone, and nothing stays registered', async (t) => {
  const Id = backend.id;
  await t.rejects(cloudMap.send(new DeleteRegistryCommand({ Id })), { name: 'ResourceInUse' });
  await deleteService(sidecar, 'backend');
  t.same((await cloudMap.send(new ListInstancesCommand({ ServiceId: Id }))).Instances, []);
  await cloudMap.send(new DeleteRegistryCommand({ Id }));
});

const stackTemplate = (description: string): string =>
  JSON.stringify({
    Resources: {
      Cluster: { Type: 'AWS::ECS::Cluster', Properties: { ClusterName: 'stacked' } },
      Namespace: {
        Type: 'AWS::ServiceDiscovery::PrivateDnsNamespace',
        Properties: { Name: 'stack.local', Vpc: 'vpc-1', Description: description },
      },
      Registry: {
        Type: 'AWS::ServiceDiscovery::Service',
        Properties: {
          Name: 'api',
          DnsConfig: { NamespaceId: { Ref: 'Namespace' }, DnsRecords: [{ Type: 'A', TTL: '60' }] },
          HealthCheckCustomConfig: { FailureThreshold: 1 },
        },
      },
      Task: {
        Type: 'AWS::ECS::TaskDefinition',
        Properties: {
          NetworkMode: 'awsvpc',
          ContainerDefinitions: [
            { Name: 'app', Image: IMAGE, Memory: '32', StopTimeout: 2, Command: serve(PORT, 'stacked') },
          ],
        },
      },
      Service: {
        Type: 'AWS::ECS::Service',
        Properties: {
          Cluster: { Ref: 'Cluster' },
          TaskDefinition: { Ref: 'Task' },
          DesiredCount: 1,
          NetworkConfiguration: { AwsvpcConfiguration: { Subnets: ['subnet-1'] } },
          ServiceRegistries: [{ RegistryArn: { 'Fn::GetAtt': ['Registry', 'Arn'] } }],
        },
      },
    },
    Outputs: { Zone: { Value: { 'Fn::GetAtt': ['Namespace', 'HostedZoneId'] } } },
  });

t.test(
  'a stack makes namespace, registry and service, changes them in place and leaves nothing',
  async (t) => {
    const stacks = cloudFormation(sidecar);
    t.teardown(() => {
      stacks.destroy();
    });
    const StackName = 'discovered';
    await stacks.send(new CreateStackCommand({ StackName, TemplateBody: stackTemplate('first') }));
    const made = await untilSettled(stacks, StackName);
    t.equal(made.StackStatus, 'CREATE_COMPLETE', made.StackStatusReason ?? '');
    t.match(made.Outputs?.[0]?.OutputValue, /^Z[A-Z0-9]+$/);
    t.equal(await fromClient('nc', 'api.stack.local', String(PORT)), 'stacked');
    const described = async () => {
      const { Namespaces = [] } = await cloudMap.send(new ListNamespacesCommand({}));
      return Namespaces.filter(({ Name }) => Name === 'stack.local').map(({ Description }) => Description);
    };
    t.same(await described(), ['first']);
    await stacks.send(new UpdateStackCommand({ StackName, TemplateBody: stackTemplate('second') }));
    t.equal((await untilSettled(stacks, StackName)).StackStatus, 'UPDATE_COMPLETE');
    t.same(await described(), ['second']);
    await stacks.send(new DeleteStackCommand({ StackName }));
    const deleted = await untilSettled(stacks, made.StackId ?? '');
    t.equal(deleted.StackStatus, 'DELETE_COMPLETE', deleted.StackStatusReason ?? '');
    t.same(await described(), []);
    const { Services = [] } = await cloudMap.send(new ListServicesCommand({}));
    t.notOk(Services.some(({ Name }) => Name === 'api'));
  },
);
