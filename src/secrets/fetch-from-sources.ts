import type { AwsCalls } from '../model/local-apis.ts';
import type { ResolvedInputs, TaskSpec } from '../model/ports.ts';
import { createAwsSource } from './aws-source.ts';
import { createCallsSource } from './calls-source.ts';
import { fetchInputs } from './fetch-inputs.ts';
import { createLocalSource } from './local-source.ts';
import type { TaskInputsOptions } from './task-inputs.ts';

/** Source: ECS agent, s3DownloadTimeout. */
const FETCH_DEADLINE_MS = 30_000;

/** Fetches from local files, then from the upstream, or without one from what this sidecar itself stores; see `fetchInputs`. */
export function createFetch(
  { upstreamUrl, secretsFiles: paths, areSecretsFilesNamed: areRequired }: TaskInputsOptions,
  warn: (text: string) => void,
  calls: () => AwsCalls,
): (spec: TaskSpec, signal: AbortSignal) => Promise<ResolvedInputs> {
  const options = {
    local: paths.length > 0 ? createLocalSource({ paths, areRequired, warn }) : undefined,
    source: upstreamUrl === undefined ? createCallsSource(calls) : createAwsSource(upstreamUrl),
    hint:
      upstreamUrl !== undefined
        ? ''
        : ` (UPSTREAM_ENDPOINT_URL is not set, and it is not in ${paths.join(' or ')})`,
    deadlineMs: FETCH_DEADLINE_MS,
  };
  return (spec, signal) => fetchInputs(options, spec, signal);
}
