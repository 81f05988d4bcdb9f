import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FilterLogEventsCommand, ResourceNotFoundException } from '@aws-sdk/client-cloudwatch-logs';
import type { RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { until } from './poll.ts';
import { register, type TestSidecar } from './sidecar.ts';

/** A folder of the host that is mounted, with its first program. */
export async function codeFolder(program: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-code-'));
  // When all is over: a container that is reloaded after its test would have the engine make the folder again.
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  await writeFile(join(folder, 'program.sh'), program);
  return folder;
}

/** A program that says a word, with something that tells its runs apart, and stays until it is told to end. */
export const says = (word: string): string =>
  `echo ${word}-$(cat /proc/sys/kernel/random/uuid)\ntrap "exit 0" TERM\nwhile :; do sleep 0.1; done\n`;

/** Options of the awslogs driver by which a container's output is found in a group. */
export const inGroup = (group: string) =>
  ({
    logDriver: 'awslogs',
    options: {
      'awslogs-create-group': 'true',
      'awslogs-group': group,
      'awslogs-region': 'us-east-1',
      'awslogs-stream-prefix': 'p',
    },
  }) as const;

type Program = {
  readonly labels?: Record<string, string>;
  readonly readOnly?: boolean;
  readonly portMappings?: { containerPort: number; hostPort?: number }[];
  readonly more?: Partial<RegisterTaskDefinitionCommandInput>;
};

/** What tests of reloads do with a sidecar. */
export function reloading(sidecar: TestSidecar) {
  /** Registers a task that runs the program of a mounted folder, with its output in a group of its own. */
  const registerProgram = (
    family: string,
    folder: string,
    { labels = {}, readOnly = false, portMappings = [], more = {} }: Program = {},
  ): Promise<string> =>
    register(
      sidecar,
      family,
      [
        {
          name: 'app',
          command: ['sh', '/code/program.sh'],
          dockerLabels: labels,
          portMappings,
          mountPoints: [{ sourceVolume: 'code', containerPath: '/code', readOnly }],
          logConfiguration: inGroup(family),
        },
      ],
      { ...more, volumes: [{ name: 'code', host: { sourcePath: folder } }] },
    );

  /** Waits until a folder was begun to be watched so many times. */
  const untilWatched = async (folder: string, count = 1): Promise<void> => {
    await until(`${folder} is watched`, () =>
      Promise.resolve(sidecar.output().split(`watching ${folder}`).length > count),
    );
  };

  const lines = async (group: string): Promise<string[]> => {
    try {
      const { events = [] } = await sidecar.logs.send(new FilterLogEventsCommand({ logGroupName: group }));
      return events.map(({ message = '' }) => message);
    } catch (error) {
      // It is made when the task starts.
      if (error instanceof ResourceNotFoundException) return [];
      throw error;
    }
  };

  /** Waits until so many lines that begin with a word are there; returns all lines. */
  const untilSaid = (group: string, word: string, count = 1): Promise<string[]> =>
    until(`${group} says ${word} ${count} times`, async () => {
      const all = await lines(group);
      return all.filter((line) => line.startsWith(word)).length >= count && all;
    });

  return { registerProgram, untilWatched, lines, untilSaid };
}
