import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import { useState } from 'react';
import { useParams, useSearchParams } from 'react-router';
import { Page } from '../../shared/page.tsx';
import { Failure, Loading } from '../../shared/states.tsx';
import { addressOfGroup } from './addresses.ts';
import type { LogLine } from './line-buffer.ts';
import { LineList, timeOf } from './line-list.tsx';
import { useLogStreams } from './queries.ts';
import { MAX_LINES, useLogLines, type LogQuestion } from './use-log-lines.ts';

const MINUTE_MS = 60_000;
/** Before the newest line. */
const RANGES = [
  { value: '15', label: 'Last 15 minutes' },
  { value: '60', label: 'Last hour' },
  { value: '1440', label: 'Last day' },
  { value: 'all', label: 'All' },
] as const;

export function Component() {
  const { group = '' } = useParams();
  const [search, setSearch] = useSearchParams();
  const streams = search.getAll('stream');
  const [attempt, setAttempt] = useState(0);
  const question = useQuestion(group, streams, search);
  const { lines, dropped, isReading, hasMore, error } = useLogLines(question && { ...question, attempt });
  const [paused, setPaused] = useState<readonly LogLine[]>();
  const [isWrapped, setWrapped] = useState(false);
  const [isFollowing, setFollowing] = useState(search.get('from') === null);
  const shown = paused ?? lines;

  const change = (name: string, value: string | undefined): void => {
    setPaused(undefined);
    setFollowing(name !== 'from');
    setSearch(
      (current) => {
        const next = new URLSearchParams(current);
        if (name !== 'pattern') for (const other of ['range', 'from']) next.delete(other);
        if (value === undefined || value === '') next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  };
  return (
    <Page
      title={streams.length === 1 ? (streams[0] ?? '') : group}
      crumbs={[
        { text: 'Log groups', to: '/logs' },
        { text: group, to: addressOfGroup(group) },
      ]}
      actions={
        <SpaceBetween direction="horizontal" size="xs" alignItems="center">
          <Toggle
            checked={isWrapped}
            onChange={({ detail }) => {
              setWrapped(detail.checked);
            }}
          >
            Wrap lines
          </Toggle>
          <Button
            iconName="download"
            disabled={shown.length === 0}
            onClick={() => {
              download(group, shown);
            }}
          >
            Download
          </Button>
          <Button
            iconName={paused ? 'play' : 'pause'}
            onClick={() => {
              setPaused(paused ? undefined : lines);
            }}
          >
            {paused ? 'Resume' : 'Pause'}
          </Button>
        </SpaceBetween>
      }
    >
      <SpaceBetween size="s">
        <Controls key={search.toString()} search={search} change={change} />
        {error && (
          <Failure
            error={error}
            onRetry={() => {
              setAttempt(attempt + 1);
            }}
          />
        )}
        {hasMore && (
          <Alert
            type="info"
            action={
              <Button
                onClick={() => {
                  change('from', new Date(lines.at(-1)?.timestampMs ?? 0).toISOString());
                }}
              >
                Go on from there
              </Button>
            }
          >
            These are the first {MAX_LINES.toLocaleString('en')} lines; there are more.
          </Alert>
        )}
        {shown.length === 0 && !error ? (
          isReading ? (
            <Loading />
          ) : (
            <Box textAlign="center" padding="xxl">
              No lines here yet. New ones appear as they are written.
            </Box>
          )
        ) : (
          <LineList
            lines={shown}
            showsStreams={streams.length !== 1}
            isWrapped={isWrapped}
            isFollowing={isFollowing && !paused}
            onFollow={setFollowing}
          />
        )}
        <Box color="text-body-secondary" fontSize="body-s">
          <span data-testid="line-count">{counted(shown.length)}</span>
          {dropped > 0 && ` (the newest; ${dropped.toLocaleString('en')} older ones are not shown)`}
          {paused && `, paused; ${counted(lines.length - paused.length + dropped)} more since`}
          {isReading && ', reading…'}
        </Box>
      </SpaceBetween>
    </Page>
  );
}

/** What to read; undefined until it is known when the newest line was. */
function useQuestion(
  group: string,
  streams: readonly string[],
  search: URLSearchParams,
): LogQuestion | undefined {
  const known = useLogStreams(group);
  const from = Date.parse(search.get('from') ?? '');
  const range = search.get('range') ?? '15';
  const pattern = search.get('pattern') ?? '';
  const newest = known.data
    ?.filter(({ logStreamName = '' }) => streams.length === 0 || streams.includes(logStreamName))
    .map(({ lastEventTimestamp = 0 }) => lastEventTimestamp);
  // Once: new lines do not move what is shown.
  const [newestMs, setNewestMs] = useState<number>();
  if (newestMs === undefined && newest) setNewestMs(Math.max(0, ...newest));
  if (known.error) return { group, streams, pattern, fromMs: 0, isFromThere: false };
  if (newestMs === undefined) return undefined;
  if (!Number.isNaN(from)) return { group, streams, pattern, fromMs: from, isFromThere: true };
  const fromMs = range === 'all' ? 0 : Math.max(0, newestMs - Number(range) * MINUTE_MS);
  return { group, streams, pattern, fromMs: Number.isNaN(fromMs) ? 0 : fromMs, isFromThere: false };
}

function Controls({
  search,
  change,
}: {
  readonly search: URLSearchParams;
  readonly change: (name: string, value: string | undefined) => void;
}) {
  const [pattern, setPattern] = useState(search.get('pattern') ?? '');
  const from = search.get('from');
  const [time, setTime] = useState(from === null ? '' : timeOf(Date.parse(from)).slice(0, 19));
  const jump = Date.parse(time.replace(' ', 'T'));
  const range = RANGES.find(({ value }) => value === (search.get('range') ?? '15')) ?? RANGES[0];
  return (
    <SpaceBetween direction="horizontal" size="m">
      <FormField label="Filter pattern" description={'e.g. error, "out of memory", { $.level = "error" }'}>
        <Input
          type="search"
          value={pattern}
          onChange={({ detail }) => {
            setPattern(detail.value);
            if (detail.value === '') change('pattern', undefined);
          }}
          onKeyDown={({ detail }) => {
            if (detail.key === 'Enter') change('pattern', pattern);
          }}
          placeholder="Enter applies it"
        />
      </FormField>
      <FormField label="Lines of" description="before the newest">
        <Select
          selectedOption={from === null ? range : { label: 'From a time' }}
          options={RANGES}
          onChange={({ detail }) => {
            change('range', detail.selectedOption.value);
          }}
        />
      </FormField>
      <FormField
        label="Jump to time"
        description="of this machine"
        {...(time !== '' && Number.isNaN(jump) && { errorText: 'Use YYYY-MM-DD HH:MM:SS.' })}
      >
        <Input
          value={time}
          placeholder="YYYY-MM-DD HH:MM:SS"
          onChange={({ detail }) => {
            setTime(detail.value);
          }}
          onKeyDown={({ detail }) => {
            if (detail.key === 'Enter' && !Number.isNaN(jump)) change('from', new Date(jump).toISOString());
          }}
        />
      </FormField>
    </SpaceBetween>
  );
}

const counted = (count: number): string => `${count.toLocaleString('en')} ${count === 1 ? 'line' : 'lines'}`;

function download(group: string, lines: readonly LogLine[]): void {
  const text = lines.map(
    ({ timestampMs, stream, text }) => `${new Date(timestampMs).toISOString()} ${stream} ${text}\n`,
  );
  const url = URL.createObjectURL(new Blob(text, { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${group.replace(/[^\w.-]+/g, '-').replace(/^-/, '')}.log`;
  link.click();
  URL.revokeObjectURL(url);
}
