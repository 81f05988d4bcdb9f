import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useScope, withScope } from '../../aws/scope.ts';
import { Copyable } from '../../shared/copyable.tsx';
import { RouterLink } from '../../shared/router-link.tsx';
import { Status } from '../../shared/status.tsx';
import { addressOfLines } from '../logs/addresses.ts';
import type { ContainerDetails, Port, TaskDetails } from './queries.ts';

const KINDS = {
  defined: undefined,
  pause: 'holds the network that the containers share',
  override: 'of an override file',
} as const;

export function ContainersTab({ details }: { readonly details: TaskDetails }) {
  return (
    <SpaceBetween size="m">
      {details.containers.map((container) => (
        <Container
          key={`${container.kind} ${container.name}`}
          header={
            <Header variant="h2" description={KINDS[container.kind]}>
              {container.name}
            </Header>
          }
        >
          <ContainerFacts container={container} />
        </Container>
      ))}
    </SpaceBetween>
  );
}

function ContainerFacts({ container }: { readonly container: ContainerDetails }) {
  const { dockerId, dockerName, exitCode, reason, imageDigest, healthLog = [], labels = {} } = container;
  return (
    <SpaceBetween size="m">
      <KeyValuePairs
        columns={4}
        items={[
          { label: 'Status', value: <Status status={container.lastStatus} /> },
          {
            label: 'Health',
            value: container.healthStatus === 'UNKNOWN' ? '–' : <Status status={container.healthStatus} />,
          },
          { label: 'Exit code', value: exitCode ?? '–' },
          { label: 'Reason', value: reason ?? '–' },
          { label: 'Image', value: container.image ?? '–' },
          {
            label: 'Image digest',
            value: imageDigest === undefined ? '–' : <Copyable text={imageDigest} what="digest" />,
          },
          { label: 'Command', value: wordsOf(container) || 'that of the image' },
          { label: 'Ports', value: <Ports ports={container.ports ?? []} /> },
          { label: 'Restarts', value: container.restartCount ?? 0 },
          {
            label: 'Docker name',
            value: dockerName === undefined ? '–' : <Copyable text={dockerName} what="name" />,
          },
          {
            label: 'Docker id',
            value: dockerId === undefined ? '–' : <Copyable text={dockerId.slice(0, 12)} what="id" />,
          },
          { label: 'Essential', value: container.essential === true ? 'yes' : 'no' },
          { label: 'Logs', value: <LogLink logs={container.logs} /> },
        ]}
      />
      {healthLog.length > 0 && (
        <ExpandableSection headerText={`Last health checks (${healthLog.length})`}>
          <ul>
            {healthLog.map(({ startedAt, exitCode: code, output }) => (
              <li key={startedAt}>
                {new Date(startedAt).toLocaleTimeString()}: exit code {code}
                <Box variant="pre">{output}</Box>
              </li>
            ))}
          </ul>
        </ExpandableSection>
      )}
      {Object.keys(labels).length > 0 && (
        <ExpandableSection headerText="Docker labels">
          <ul>
            {Object.entries(labels).map(([name, value]) => (
              <li key={name}>
                {name} = {value}
              </li>
            ))}
          </ul>
        </ExpandableSection>
      )}
    </SpaceBetween>
  );
}

/** As a shell would take it, for people to read. */
const wordsOf = ({ entryPoint = [], command = [] }: ContainerDetails): string =>
  [...entryPoint, ...command]
    .map((word) => (/^[\w./:=@%+,-]+$/.test(word) ? word : JSON.stringify(word)))
    .join(' ');

function Ports({ ports }: { readonly ports: readonly Port[] }) {
  if (ports.length === 0) return '–';
  return (
    <ul>
      {ports.map(({ containerPort, hostPort, protocol, url }) => (
        <li key={`${hostPort}/${protocol}`}>
          {url === undefined ? (
            `${hostPort}/${protocol}`
          ) : (
            <Link href={url} external externalIconAriaLabel="opens in a new tab">
              {url}
            </Link>
          )}{' '}
          → {containerPort}
        </li>
      ))}
    </ul>
  );
}

function LogLink({ logs }: { readonly logs: ContainerDetails['logs'] }) {
  const { scope } = useScope();
  if (logs === undefined) return '–';
  const [path = '', search = ''] = addressOfLines(logs.group, [logs.stream]).split('?');
  // The driver may write to another region's.
  return (
    <RouterLink to={path + withScope(search, { ...scope, region: logs.region })}>{logs.group}</RouterLink>
  );
}
