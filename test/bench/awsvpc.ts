import { StopTaskCommand } from '@aws-sdk/client-ecs';
import { IDLE, VPC } from '../support/networking.ts';
import { register, runTask, startSidecar, untilStatus } from '../support/sidecar.ts';
import { median, ms, timed, type Figure } from './figures.ts';

const ROUNDS = 12;
/** What a network of its own may cost a task at its start. */
const BUDGET_MS = 100;

/** RunTask to RUNNING of one task with awsvpc against the same with bridge, in turns. */
export async function* benchAwsvpc(): AsyncGenerator<Figure> {
  const sidecar = await startSidecar({ LOG_LEVEL: 'warn' });
  try {
    const containers = [{ name: 'app', command: IDLE, portMappings: [{ containerPort: 24_695 }] }];
    const bridge = await register(sidecar, 'bench-bridge', containers);
    const awsvpc = await register(sidecar, 'bench-awsvpc', containers, { networkMode: 'awsvpc' });
    const start = async (definition: string, more: Partial<typeof VPC>): Promise<number> => {
      let arn = '';
      const took = await timed(async () => {
        arn = (await runTask(sidecar, definition, more)).taskArn;
        await untilStatus(sidecar, arn, 'RUNNING');
      });
      await sidecar.ecs.send(new StopTaskCommand({ task: arn }));
      await untilStatus(sidecar, arn, 'STOPPED');
      return took;
    };
    const plain: number[] = [];
    const shared: number[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const [one, other] = [await start(bridge, {}), await start(awsvpc, VPC)];
      // The first round makes the image of the pause container.
      if (round === 0) continue;
      plain.push(one);
      shared.push(other);
    }
    const more = median(shared) - median(plain);
    yield {
      what: 'awsvpc start against bridge start, and what it takes more (ms)',
      value: `${ms(median(shared))} against ${ms(median(plain))}`,
      ratio: more,
      budget: { atMost: BUDGET_MS },
    };
  } finally {
    await sidecar.remove();
  }
}
