import type { LoadBalancer, ServiceConnectService, ServiceRegistry } from '@aws-sdk/client-ecs';
import FormField from '@cloudscape-design/components/form-field';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Wire } from '../../aws/call.ts';
import { CheckField, choiceOf, fieldsOf, TextField, type FieldsProps } from '../../shared/fields.tsx';
import { RowsEditor, type RowPart } from '../../shared/rows-editor.tsx';
import { useDefinition } from '../launch/queries.ts';
import type { Draft } from './draft.ts';

type Balancer = Wire<LoadBalancer>;
type ConnectService = Wire<ServiceConnectService>;
type Registry = Wire<ServiceRegistry>;

const numberOf = (text: string): number | undefined => (text === '' ? undefined : Number(text));
const textOf = (value: number | string | undefined): string => String(value ?? '');

/** The containers, their ports and the names of ports that the chosen definition has. */
function usePorts(taskDefinition: string) {
  const containers = useDefinition(taskDefinition).data?.containerDefinitions ?? [];
  const portsOf = (container: string | undefined) =>
    containers.find(({ name }) => name === container)?.portMappings ?? [];
  return {
    containers: containers.flatMap(({ name }) => name ?? []).map(choiceOf),
    portsOf: (container: string | undefined) =>
      portsOf(container).map(({ containerPort }) => choiceOf(textOf(containerPort))),
    named: containers
      .flatMap(({ portMappings = [] }) => portMappings.flatMap(({ name }) => name ?? []))
      .map(choiceOf),
  };
}

type OfContainer = {
  readonly containerName?: string | undefined;
  readonly containerPort?: number | undefined;
};

/** Which container, and which port of it. */
const containerParts = <Row extends OfContainer>({
  containers,
  portsOf,
}: ReturnType<typeof usePorts>): readonly RowPart<Row>[] => [
  {
    label: 'Container',
    choices: () => containers,
    valueOf: ({ containerName }) => containerName ?? '',
    put: (old, containerName) => ({ ...old, containerName }),
  },
  {
    label: 'Port',
    choices: ({ containerName }) => portsOf(containerName),
    valueOf: ({ containerPort }) => textOf(containerPort),
    put: (old, text) => ({ ...old, containerPort: numberOf(text) }),
  },
];

/** Target groups that the tasks are registered in. */
export function LoadBalancerFields({ draft, set }: FieldsProps<Draft>) {
  const field = fieldsOf({ draft, set });
  const ports = usePorts(draft.taskDefinition);
  const isShifting = draft.deploymentStrategy !== 'ROLLING';
  const parts: readonly RowPart<Balancer>[] = [
    {
      label: 'Target group ARN',
      valueOf: ({ targetGroupArn, loadBalancerName }) => targetGroupArn ?? loadBalancerName ?? '',
      put: ({ loadBalancerName, ...old }, text) => ({
        ...old,
        ...(loadBalancerName === undefined ? { targetGroupArn: text } : { loadBalancerName: text }),
      }),
    },
    ...containerParts<Balancer>(ports),
    ...(isShifting
      ? [
          advanced('Alternate target group ARN', 'alternateTargetGroupArn'),
          advanced('Production listener rule ARN', 'productionListenerRule'),
          advanced('Test listener rule ARN', 'testListenerRule'),
          advanced('Role ARN', 'roleArn'),
        ]
      : []),
  ];
  return (
    <SpaceBetween size="m">
      <RowsEditor
        name="load balancer"
        rows={draft.loadBalancers}
        parts={parts}
        lines={
          isShifting
            ? [
                [2, 1, 1],
                [2, 2],
                [2, 2],
              ]
            : [[2, 1, 1]]
        }
        added={{ targetGroupArn: '', containerName: ports.containers[0]?.value ?? '' }}
        nameOf={(_, at) => String(at + 1)}
        empty="No load balancers"
        max={5}
        onChange={field('loadBalancers').onChange}
      />
      <TextField
        label="Health check grace period"
        description="Seconds after a task’s start in which its health is not looked at."
        placeholder="0"
        isNumber
        {...field('graceSeconds')}
      />
    </SpaceBetween>
  );
}

const advanced = (
  label: string,
  member: 'alternateTargetGroupArn' | 'productionListenerRule' | 'roleArn' | 'testListenerRule',
): RowPart<Balancer> => ({
  label,
  valueOf: ({ advancedConfiguration }) => advancedConfiguration?.[member] ?? '',
  put: ({ advancedConfiguration, ...old }, text) => ({
    ...old,
    advancedConfiguration: { ...advancedConfiguration, [member]: text || undefined },
  }),
});

/** Names by which the tasks of a namespace find each other. */
export function ConnectFields({ draft, set }: FieldsProps<Draft>) {
  const field = fieldsOf({ draft, set });
  const { named } = usePorts(draft.taskDefinition);
  const { connect } = draft;
  const change = (changed: Partial<Draft['connect']>): void => {
    set({ connect: { ...connect, ...changed } });
  };
  return (
    <SpaceBetween size="m">
      <CheckField
        label="Use Service Connect"
        value={connect.enabled ?? false}
        onChange={(enabled) => {
          change({ enabled });
        }}
      />
      {connect.enabled && (
        <SpaceBetween size="m">
          <TextField
            label="Namespace"
            description="Name or ARN of a Cloud Map namespace; empty for the cluster’s own."
            value={connect.namespace ?? ''}
            onChange={(namespace) => {
              change({ namespace });
            }}
          />
          <FormField
            stretch
            label="Services"
            description="Ports that others reach, by the names that they have in the task definition. A service that only calls others has none."
          >
            <RowsEditor
              name="service"
              rows={draft.connectServices}
              parts={[{ ...PORT_NAME, choices: () => named }, ...CONNECT_PARTS]}
              added={{ portName: named[0]?.value ?? '' }}
              nameOf={({ portName }) => portName ?? ''}
              empty="Client side only"
              onChange={field('connectServices').onChange}
            />
          </FormField>
        </SpaceBetween>
      )}
    </SpaceBetween>
  );
}

const PORT_NAME: RowPart<ConnectService> = {
  label: 'Port name',
  valueOf: ({ portName }) => portName ?? '',
  put: (old, portName) => ({ ...old, portName }),
};

const CONNECT_PARTS: readonly RowPart<ConnectService>[] = [
  {
    label: 'Discovery name',
    valueOf: ({ discoveryName }) => discoveryName ?? '',
    put: ({ discoveryName: _, ...old }, text) => ({ ...old, ...(text !== '' && { discoveryName: text }) }),
  },
  {
    label: 'DNS name',
    valueOf: ({ clientAliases }) => clientAliases?.[0]?.dnsName ?? '',
    put: (old, text) => withAlias(old, { dnsName: text || undefined }),
  },
  {
    label: 'Port',
    isNumber: true,
    valueOf: ({ clientAliases }) => textOf(clientAliases?.[0]?.port),
    put: (old, text) => withAlias(old, { port: numberOf(text) }),
  },
];

/** A service has one alias, or none. Source: ECS API reference, ServiceConnectService.clientAliases. */
function withAlias(
  { clientAliases, ...old }: ConnectService,
  changed: { readonly dnsName?: string | undefined } | { readonly port: number | undefined },
): ConnectService {
  const alias = { port: undefined, ...clientAliases?.[0], ...changed };
  return alias.port === undefined && !alias.dnsName ? old : { ...old, clientAliases: [alias] };
}

/** Services of Cloud Map that the tasks are registered in. */
export function RegistryFields({ draft, set }: FieldsProps<Draft>) {
  const ports = usePorts(draft.taskDefinition);
  return (
    <RowsEditor
      name="registry"
      rows={draft.registries}
      parts={[REGISTRY_ARN, ...containerParts<Registry>(ports)]}
      lines={[[2, 1, 1]]}
      added={{ registryArn: '' }}
      nameOf={({ registryArn }) => registryArn ?? ''}
      empty="No service discovery"
      max={1}
      onChange={fieldsOf({ draft, set })('registries').onChange}
    />
  );
}

const REGISTRY_ARN: RowPart<Registry> = {
  label: 'Service ARN',
  valueOf: ({ registryArn }) => registryArn ?? '',
  put: (old, registryArn) => ({ ...old, registryArn }),
};
