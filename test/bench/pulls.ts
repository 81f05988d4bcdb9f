import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StopTaskCommand } from '@aws-sdk/client-ecs';
import { IDLE } from '../support/networking.ts';
import { authsOf, LOGIN, makeImage, REGISTRY_PROGRAM, startRegistry } from '../support/registry.ts';
import { register, runTask, startSidecar, untilStatus } from '../support/sidecar.ts';
import { ms, timed, type Figure } from './figures.ts';

const TASKS = 10;
const WHAT = `${TASKS} tasks of one image: pulls, and the time until all RUN`;

/** Tasks that want one image of a registry at once: how often it is pulled. */
export async function* benchPulls(): AsyncGenerator<Figure> {
  if (REGISTRY_PROGRAM === undefined) {
    yield { what: WHAT, value: 'ECSIDECAR_TEST_REGISTRY is not set' };
    return;
  }
  const registry = await startRegistry(REGISTRY_PROGRAM);
  const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-bench-'));
  await writeFile(join(folder, 'config.json'), JSON.stringify(authsOf(registry.host, LOGIN)));
  const sidecar = await startSidecar({ LOG_LEVEL: 'warn', DOCKER_CONFIG: folder });
  let image: string | undefined;
  try {
    await makeImage(sidecar.docker, 'ecsidecar-bench/pulls:1', 'bench');
    image = await registry.push('ecsidecar-bench/pulls:1', 'bench:1');
    await sidecar.docker.getImage('ecsidecar-bench/pulls:1').remove();
    const definition = await register(sidecar, 'bench-pulls', [{ name: 'app', image, command: IDLE }]);
    const arns: string[] = [];
    const took = await timed(async () => {
      const tasks = await Promise.all(Array.from({ length: TASKS }, () => runTask(sidecar, definition)));
      arns.push(...tasks.map(({ taskArn }) => taskArn));
      await Promise.all(arns.map((arn) => untilStatus(sidecar, arn, 'RUNNING')));
    });
    const pulls = registry.manifestRequests('bench:1');
    yield { what: WHAT, value: `${pulls}, ${ms(took)}`, ratio: pulls, budget: { atMost: 1 } };
    await Promise.all(arns.map((task) => sidecar.ecs.send(new StopTaskCommand({ task }))));
    await Promise.all(arns.map((arn) => untilStatus(sidecar, arn, 'STOPPED')));
  } finally {
    await sidecar.remove();
    if (image !== undefined) await sidecar.docker.getImage(image).remove({ force: true });
    await registry.remove();
    await rm(folder, { recursive: true });
  }
}
