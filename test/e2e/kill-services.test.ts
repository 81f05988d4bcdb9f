import { randomInt } from 'node:crypto';
import {
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeServicesCommand,
  ListTasksCommand,
  type Service,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import t from 'tap';
import { aws } from '../support/clients.ts';
import { until } from '../support/poll.ts';
import { register, startSidecar } from '../support/sidecar.ts';

/** How often the sidecar is killed; `npm run test:soak` asks for 100. */
const KILLS = Number(process.env['KILLS'] ?? 12);
/** As many tasks as two cores can follow. */
const MAX_COUNT = 2;
/** Source: ECS API reference, Service.events: the newest 100. */
const KEPT_EVENTS = 100;

type Wish = { readonly desiredCount: number; readonly taskDefinition: string };

t.test(
  `${KILLS} times kill -9 during updates, scaling and deletes: every service gets where it would have`,
  async (t) => {
    const sidecar = await startSidecar();
    t.teardown(() => sidecar.remove());
    await aws(sidecar, 'ecs', 'create-cluster');
    const command = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'];
    const definitions = [
      await register(sidecar, 'first', [{ name: 'app', command }]),
      await register(sidecar, 'second', [{ name: 'app', command }]),
    ];
    const aWish = (): Wish => ({
      desiredCount: randomInt(MAX_COUNT + 1),
      taskDefinition: definitions[randomInt(definitions.length)]!,
    });

    /** Asks until it is done; `doneBefore` is the error that tells so, when an answer was lost with a kill. */
    const ask = async (what: string, request: () => Promise<unknown>, doneBefore?: string): Promise<void> => {
      await until(what, () =>
        request().then(
          () => true,
          (error: unknown) => error instanceof Error && error.name === doneBefore,
        ),
      );
    };
    const describe = async (serviceName: string): Promise<Service | undefined> => {
      const { services } = await sidecar.ecs.send(new DescribeServicesCommand({ services: [serviceName] }));
      return services?.[0];
    };
    const create = async (serviceName: string, wish: Wish): Promise<void> => {
      await ask(`${serviceName} is made`, () =>
        sidecar.ecs.send(new CreateServiceCommand({ serviceName, ...wish })),
      );
    };

    const over = new AbortController();
    const isOver = (): boolean => over.signal.aborted;
    const wishes = new Map<string, Wish>();
    const changes = async (serviceName: string): Promise<void> => {
      wishes.set(serviceName, aWish());
      await create(serviceName, wishes.get(serviceName)!);
      while (!isOver()) {
        const wish = aWish();
        wishes.set(serviceName, wish);
        await ask(`${serviceName} is updated`, () =>
          sidecar.ecs.send(new UpdateServiceCommand({ service: serviceName, ...wish })),
        );
        await new Promise((resolve) => setTimeout(resolve, randomInt(2500)));
      }
    };
    const comesAndGoes = async (serviceName: string): Promise<void> => {
      for (;;) {
        const wish = aWish();
        wishes.set(serviceName, wish);
        await create(serviceName, wish);
        await new Promise((resolve) => setTimeout(resolve, randomInt(1500)));
        // It ends on a service that is there: what was deleted last would never be as it was wished for.
        if (isOver()) return;
        await ask(
          `${serviceName} is deleted`,
          () => sidecar.ecs.send(new DeleteServiceCommand({ service: serviceName, force: true })),
          'ServiceNotActiveException',
        );
        await until(`${serviceName} is INACTIVE`, () =>
          describe(serviceName).then(
            (service) => service?.status === 'INACTIVE',
            () => false,
          ),
        );
      }
    };
    const loads = [changes('a'), changes('b'), comesAndGoes('c')];
    for (let kill = 0; kill < KILLS; kill++) {
      // Any moment: between the save and the first step, in a Compose process, in the middle of a rolling update.
      await new Promise((resolve) => setTimeout(resolve, randomInt(1500)));
      await sidecar.kill();
      await sidecar.restart();
    }
    over.abort();
    await Promise.all(loads);

    for (const [name, wish] of wishes) {
      const service = await until(
        `${name} is as it was last wished for`,
        async () => {
          const now = await describe(name);
          const [deployment, ...older] = now?.deployments ?? [];
          return older.length === 0 && deployment?.rolloutState === 'COMPLETED' && now;
        },
        120_000,
      );
      t.match(service, { status: 'ACTIVE', ...wish, runningCount: wish.desiredCount, pendingCount: 0 }, name);
      const events = service.events ?? [];
      t.equal(new Set(events.map(({ id }) => id)).size, events.length);
      // The service that comes and goes has only the events of its last life.
      if (events.length === KEPT_EVENTS || name === 'c') continue;
      const told = events.flatMap(({ message = '' }) =>
        message.includes('has started')
          ? [...message.matchAll(/\(task ([0-9a-f]{32})\)/g)].map(([, id]) => id)
          : [],
      );
      const listed = await Promise.all(
        (['RUNNING', 'STOPPED'] as const).map((desiredStatus) =>
          sidecar.ecs.send(new ListTasksCommand({ serviceName: name, desiredStatus })),
        ),
      );
      const made = listed.flatMap(({ taskArns = [] }) => taskArns.map((arn) => arn.split('/')[2]));
      t.same(told.sort(), made.sort(), 'every task that was made was told, once, and no other');
    }
    const running = await until('all that was stopped is gone', async () => {
      const containers = await sidecar.docker.listContainers({
        all: true,
        filters: { label: [sidecar.label] },
      });
      const wanted = [...wishes.values()].reduce((sum, { desiredCount }) => sum + desiredCount, 0);
      return containers.length === wanted && containers;
    });
    t.ok(running.every(({ State }) => State === 'running'));
    t.equal(await sidecar.stop(), 0);
    t.same(await sidecar.docker.listContainers({ all: true, filters: { label: [sidecar.label] } }), []);
  },
);
