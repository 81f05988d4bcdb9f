import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DescribeTasksCommand, RunTaskCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import { register, startSidecar, untilStatus, type TestSidecar } from '../support/sidecar.ts';
import { until } from '../support/poll.ts';
import { median, ms, timed, type Figure } from './figures.ts';
import { residentMb } from './start.ts';

const run = promisify(execFile);
const ROUNDS = 12;
const MANY = 20;
/** As many Compose processes as the sidecar lets go at a time on two cores. */
const PARALLEL = 4;

/** RunTask's answer, one task and twenty tasks to RUNNING, memory a task. */
export async function* benchTasks(): AsyncGenerator<Figure> {
  const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-bench-'));
  const sidecar = await startSidecar({ LOG_LEVEL: 'warn' });
  try {
    const command = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'];
    const definition = await register(sidecar, 'bench', [{ name: 'app', command }]);
    const file = await aloneCompose(sidecar, definition, folder);
    const answers: number[] = [];
    const ours: number[] = [];
    const compose: number[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      let arn = '';
      const took = await timed(async () => {
        const answer = await timed(async () => {
          const { tasks } = await sidecar.ecs.send(new RunTaskCommand({ taskDefinition: definition }));
          arn = tasks![0]!.taskArn!;
        });
        if (round > 0) answers.push(answer);
        await running(sidecar, [arn]);
      });
      await stop(sidecar, [arn]);
      const up = await timed(() =>
        run('docker', ['compose', '-p', 'ecsidecar-bench', '-f', file, 'up', '-d']),
      );
      await run('docker', ['compose', '-p', 'ecsidecar-bench', '-f', file, 'down', '-t', '5']);
      if (round === 0) continue;
      ours.push(took);
      compose.push(up);
    }
    yield {
      what: 'RunTask answer',
      value: ms(median(answers)),
      ratio: median(answers),
      budget: { atMost: 10 },
    };
    yield {
      what: 'RunTask → RUNNING against docker compose up -d of the same file',
      value: `${ms(median(ours))} against ${ms(median(compose))}`,
      ratio: median(ours) / median(compose),
      budget: { atMost: 1.15 },
    };
    yield* benchMany(sidecar, definition, file);
  } finally {
    await sidecar.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

async function* benchMany(sidecar: TestSidecar, definition: string, file: string): AsyncGenerator<Figure> {
  const pid = sidecar.process().pid!;
  const ours: number[] = [];
  const loop: number[] = [];
  const growthKb: number[] = [];
  for (let round = 0; round < 3; round++) {
    const before = await residentMb(pid);
    let arns: string[] = [];
    ours.push(
      await timed(async () => {
        const answers = await Promise.all(
          [MANY / 2, MANY / 2].map((count) =>
            sidecar.ecs.send(new RunTaskCommand({ taskDefinition: definition, count })),
          ),
        );
        arns = answers.flatMap(({ tasks = [] }) => tasks.map(({ taskArn }) => taskArn!));
        await running(sidecar, arns);
      }),
    );
    growthKb.push((((await residentMb(pid)) - before) * 1000) / MANY);
    await stop(sidecar, arns);
    const names = Array.from({ length: MANY }, (_, index) => `ecsidecar-bench-${index}`);
    const each = (what: string) =>
      run('sh', [
        '-c',
        `printf '%s\\n' ${names.join(' ')} | xargs -P ${PARALLEL} -I NAME docker compose -p NAME -f ${file} ${what}`,
      ]);
    loop.push(await timed(() => each('up -d')));
    await each('down -t 5');
  }
  yield {
    what: `${MANY} tasks → all RUNNING against ${MANY} × docker compose up -d, ${PARALLEL} at a time`,
    value: `${ms(median(ours))} against ${ms(median(loop))}`,
    ratio: median(ours) / median(loop),
    budget: { atMost: 1.2 },
  };
  // The first round also grows what is never given back, such as compiled code.
  yield {
    what: 'resident memory, growth per running task (kB)',
    value: `${Math.round(median(growthKb))} kB`,
    ratio: median(growthKb),
    budget: { atMost: 200 },
  };
}

/** The generated Compose file of one task, without the fixed name of its container, so that it can run many times. */
async function aloneCompose(sidecar: TestSidecar, definition: string, folder: string): Promise<string> {
  const { tasks } = await sidecar.ecs.send(new RunTaskCommand({ taskDefinition: definition }));
  const arn = tasks![0]!.taskArn!;
  await untilStatus(sidecar, arn, 'RUNNING');
  const id = arn.split('/')[2]!;
  const path = join(
    sidecar.dataDir,
    'projects/000000000000/us-east-1/default/standalone',
    id,
    'compose.yaml',
  );
  const text = await readFile(path, 'utf8');
  await stop(sidecar, [arn]);
  const file = join(folder, 'compose.yaml');
  await writeFile(file, text.replace(/^\s*container_name:.*\n/m, '').replace(/^\s*ecsidecar\.id:.*\n/m, ''));
  return file;
}

const running = (sidecar: TestSidecar, arns: readonly string[]): Promise<unknown> =>
  untilAll(sidecar, arns, 'RUNNING');

async function stop(sidecar: TestSidecar, arns: readonly string[]): Promise<void> {
  await Promise.all(arns.map((task) => sidecar.ecs.send(new StopTaskCommand({ task }))));
  await untilAll(sidecar, arns, 'STOPPED');
}

function untilAll(sidecar: TestSidecar, arns: readonly string[], status: string): Promise<unknown> {
  return until(
    `all ${status}`,
    async () => {
      const { tasks = [] } = await sidecar.ecs.send(new DescribeTasksCommand({ tasks: [...arns] }));
      return tasks.every(({ lastStatus }) => lastStatus === status);
    },
    120_000,
  );
}
