import { cpus, totalmem } from 'node:os';
import Docker from 'dockerode';
import { benchAwsvpc } from './awsvpc.ts';
import { benchCdk } from './cdk.ts';
import { benchLogs } from './logs.ts';
import { benchPage } from './page.ts';
import { benchPulls } from './pulls.ts';
import { benchReads } from './reads.ts';
import { benchReload } from './reload.ts';
import { benchServices } from './services.ts';
import { benchStart } from './start.ts';
import { benchTasks } from './tasks.ts';
import { benchWatching } from './watching.ts';
import { print, type Figure } from './figures.ts';

const BENCHES: Readonly<Record<string, () => AsyncGenerator<Figure>>> = {
  start: benchStart,
  tasks: benchTasks,
  awsvpc: benchAwsvpc,
  pulls: benchPulls,
  reads: benchReads,
  logs: benchLogs,
  services: benchServices,
  reload: benchReload,
  watching: benchWatching,
  page: benchPage,
  cdk: benchCdk,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  process.stderr.write(
    `no such bench: ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}\n`,
  );
  process.exit(1);
}
const { Version } = (await new Docker().version()) as { Version: string };
const processor = cpus()[0]?.model ?? 'unknown';
process.stdout.write(
  `${cpus().length} × ${processor}, ${Math.round(totalmem() / 2 ** 30)} GiB, Docker ${Version}, Node ${process.versions.node}\n` +
    `${'what'.padEnd(62)}  ${'measured'.padEnd(34)}  ratio  budget\n`,
);
for (const [name, bench] of Object.entries(BENCHES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for await (const figure of bench()) print(figure);
}
