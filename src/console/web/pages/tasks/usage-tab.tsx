import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import LineChart from '@cloudscape-design/components/line-chart';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useState } from 'react';
import { Empty } from '../../shared/states.tsx';

/** As `/_ecsidecar/api/tasks/<arn>/stats` tells it; see TaskUsage in src/model/console-ports.ts. */
type Usage = {
  readonly atMs: number;
  readonly containers: readonly {
    readonly name: string;
    readonly cpuPercent?: number;
    readonly memoryBytes: number;
    readonly memoryLimitBytes: number;
    readonly receivedBytes: number;
    readonly sentBytes: number;
    readonly readBytes: number;
    readonly writtenBytes: number;
  }[];
};

/** Two minutes are shown. */
const SHOWN = 120;
const MIB = 1024 * 1024;

/** What each container uses, as it is told each second while this is on the page. */
export function UsageTab({ arn, isStopped }: { readonly arn: string; readonly isStopped: boolean }) {
  const usages = useUsages(arn, isStopped);
  const last = usages.at(-1);
  if (isStopped && !last) return <Empty title="The task has stopped">What it used is not kept.</Empty>;
  return (
    <SpaceBetween size="m">
      <Container header={<Header variant="h2">CPU</Header>}>
        <Plot usages={usages} label="CPU" unit="% of a core" valueOf={({ cpuPercent }) => cpuPercent} />
      </Container>
      <Container header={<Header variant="h2">Memory</Header>}>
        <Plot usages={usages} label="Memory" unit="MiB" valueOf={({ memoryBytes }) => memoryBytes / MIB} />
      </Container>
      {last && (
        <Container header={<Header variant="h2">Now</Header>}>
          <ul>
            {last.containers.map((one) => (
              <li key={one.name}>
                {one.name}: {(one.cpuPercent ?? 0).toFixed(1)} % of a core, {mib(one.memoryBytes)} of{' '}
                {mib(one.memoryLimitBytes)}; network {mib(one.receivedBytes)} in, {mib(one.sentBytes)} out;
                disks {mib(one.readBytes)} read, {mib(one.writtenBytes)} written
              </li>
            ))}
          </ul>
        </Container>
      )}
    </SpaceBetween>
  );
}

const mib = (bytes: number): string => `${(bytes / MIB).toFixed(1)} MiB`;

function Plot({
  usages,
  label,
  unit,
  valueOf,
}: {
  readonly usages: readonly Usage[];
  readonly label: string;
  readonly unit: string;
  readonly valueOf: (one: Usage['containers'][number]) => number | undefined;
}) {
  const names = [...new Set(usages.flatMap(({ containers }) => containers.map(({ name }) => name)))].sort();
  const series = names.map((title) => ({
    title,
    type: 'line' as const,
    data: usages.flatMap(({ atMs, containers }) => {
      const y = containers.filter(({ name }) => name === title).map(valueOf)[0];
      return y === undefined ? [] : [{ x: new Date(atMs), y }];
    }),
  }));
  // From nothing up, and never flat: a task that idles is not to look busy.
  const highest = Math.max(1, ...series.flatMap(({ data }) => data.map(({ y }) => y * 1.1)));
  return (
    <LineChart
      series={series}
      xScaleType="time"
      yDomain={[0, highest]}
      height={200}
      hideFilter
      xTitle="Time"
      yTitle={unit}
      ariaLabel={label}
      i18nStrings={{
        xTickFormatter: (at) => at.toLocaleTimeString(),
        yTickFormatter: (value) => value.toFixed(value < 10 ? 1 : 0),
      }}
      // Of one moment there is no line, and its axis has nothing to go by.
      statusType={usages.length < 2 ? 'loading' : 'finished'}
      loadingText="Waiting for the first two seconds"
      empty={<Box textAlign="center">Nothing was measured</Box>}
    />
  );
}

function useUsages(arn: string, isStopped: boolean): readonly Usage[] {
  const [usages, setUsages] = useState<readonly Usage[]>([]);
  useEffect(() => {
    if (isStopped) return undefined;
    const source = new EventSource(`/_ecsidecar/api/tasks/${encodeURIComponent(arn)}/stats`);
    source.addEventListener('usage', ({ data }: MessageEvent<string>) => {
      const usage = JSON.parse(data) as Usage;
      setUsages((before) => [...before, usage].slice(-SHOWN));
    });
    source.addEventListener('end', () => {
      source.close();
    });
    return () => {
      source.close();
    };
  }, [arn, isStopped]);
  return usages;
}
