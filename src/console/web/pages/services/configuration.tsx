import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import { Copyable } from '../../shared/copyable.tsx';
import type { Service } from './queries.ts';

/** How a service's tasks are made, placed and replaced. */
export function Configuration({ service }: { readonly service: Service }) {
  return (
    <SpaceBetween size="l">
      <Group title="Deployments" items={deploymentItems(service)} />
      <Group title="Tasks" items={taskItems(service)} />
      <Group title="Network" items={networkItems(service)} />
    </SpaceBetween>
  );
}

type Item = { readonly label: string; readonly value: ReactNode };

function Group({ title, items }: { readonly title: string; readonly items: readonly Item[] }) {
  return (
    <Container header={<Header variant="h2">{title}</Header>}>
      <KeyValuePairs columns={4} items={items} />
    </Container>
  );
}

function deploymentItems({ deploymentConfiguration, deploymentController }: Service): Item[] {
  const breaker = deploymentConfiguration?.deploymentCircuitBreaker;
  const { minimumHealthyPercent, maximumPercent, strategy = 'ROLLING' } = deploymentConfiguration ?? {};
  const { bakeTimeInMinutes, linearConfiguration, canaryConfiguration } = deploymentConfiguration ?? {};
  return [
    { label: 'Controller', value: deploymentController?.type ?? 'ECS' },
    { label: 'Strategy', value: strategy },
    ...(strategy === 'ROLLING' ? [] : [{ label: 'Bake time', value: minutes(bakeTimeInMinutes) }]),
    ...(linearConfiguration
      ? [
          {
            label: 'Steps',
            value: `${percent(linearConfiguration.stepPercent)} each ${minutes(linearConfiguration.stepBakeTimeInMinutes)}`,
          },
        ]
      : []),
    ...(canaryConfiguration
      ? [
          {
            label: 'Canary',
            value: `${percent(canaryConfiguration.canaryPercent)} for ${minutes(canaryConfiguration.canaryBakeTimeInMinutes)}`,
          },
        ]
      : []),
    { label: 'Minimum healthy', value: percent(minimumHealthyPercent) },
    { label: 'Maximum', value: percent(maximumPercent) },
    { label: 'Circuit breaker', value: onOff(breaker?.enable) },
    { label: 'Rollback on failures', value: onOff(breaker?.rollback) },
  ];
}

function taskItems(service: Service): Item[] {
  return [
    { label: 'Scheduling strategy', value: service.schedulingStrategy ?? '–' },
    {
      label: 'Capacity provider strategy',
      value: listOf(
        service.capacityProviderStrategy,
        ({ capacityProvider = '', base = 0, weight = 0 }) =>
          `${capacityProvider} (base ${base}, weight ${weight})`,
      ),
    },
    { label: 'Platform version', value: service.platformVersion ?? '–' },
    {
      label: 'Placement strategy',
      value: listOf(service.placementStrategy, ({ type = '', field }) =>
        field === undefined ? type : `${type} (${field})`,
      ),
    },
    {
      label: 'Placement constraints',
      value: listOf(service.placementConstraints, ({ type = '', expression }) =>
        expression === undefined ? type : `${type} (${expression})`,
      ),
    },
    { label: 'Health check grace period', value: `${service.healthCheckGracePeriodSeconds ?? 0} s` },
    { label: 'Tags are propagated from', value: service.propagateTags ?? '–' },
    { label: 'ECS Exec', value: onOff(service.enableExecuteCommand) },
    { label: 'Role', value: service.roleArn === undefined ? '–' : <Copyable text={service.roleArn} /> },
    {
      label: 'Created by',
      value: service.createdBy === undefined ? '–' : <Copyable text={service.createdBy} />,
    },
  ];
}

function networkItems({
  networkConfiguration,
  loadBalancers,
  serviceRegistries,
  deployments,
}: Service): Item[] {
  const connect = deployments?.[0]?.serviceConnectConfiguration;
  const awsvpc = networkConfiguration?.awsvpcConfiguration;
  return [
    { label: 'Subnets', value: listOf(awsvpc?.subnets, (id) => id) },
    { label: 'Security groups', value: listOf(awsvpc?.securityGroups, (id) => id) },
    { label: 'Public IP address', value: awsvpc?.assignPublicIp ?? '–' },
    {
      label: 'Load balancers',
      value: listOf(
        loadBalancers,
        ({ targetGroupArn, loadBalancerName, containerName = '', containerPort = 0 }) =>
          `${targetGroupArn ?? loadBalancerName ?? ''} → ${containerName}:${containerPort}`,
      ),
    },
    {
      label: 'Service Connect',
      value: connect?.enabled === true ? (connect.namespace ?? 'on') : 'off',
    },
    ...(connect?.services?.length
      ? [
          {
            label: 'Service Connect services',
            value: listOf(connect.services, ({ portName = '', discoveryName = portName, clientAliases }) => {
              const [alias] = clientAliases ?? [];
              return alias ? `${portName} → ${alias.dnsName ?? discoveryName}:${alias.port ?? ''}` : portName;
            }),
          },
        ]
      : []),
    {
      label: 'Service registries',
      value: serviceRegistries?.length
        ? serviceRegistries.map(({ registryArn = '' }) => <Copyable key={registryArn} text={registryArn} />)
        : '–',
    },
  ];
}

const minutes = (value: number | undefined): string => (value === undefined ? '–' : `${value} min`);

const percent = (value: number | undefined): string => (value === undefined ? '–' : `${value} %`);

const onOff = (is: boolean | undefined): string => (is === true ? 'on' : 'off');

const listOf = <T,>(items: readonly T[] | undefined, textOf: (item: T) => string): string =>
  items?.map(textOf).join(', ') || '–';
