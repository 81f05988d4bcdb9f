import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { pino } from 'pino';
import t from 'tap';
import { createImages, type Images, type PullBehavior } from '../../../../src/executors/compose/images.ts';

const ECR = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
const never = new AbortController().signal;
const plain = (image: string) => ({ image, platform: undefined, credentials: undefined });
const canary = { username: 'canary-user', password: 'canary-password' };

const refused = { name: 'ExecutorError', message: 'manifest unknown' };

type Auth = { username: string; password: string };
type Asked = { image: string; auth: Auth | undefined };

/** An engine that has images and whose registry has others; `refuse` is what the registry says instead. */
function fakeEngine({ here = [], away = [] }: { here?: string[]; away?: string[] }) {
  const present = new Set(here);
  const asked: Asked[] = [];
  const engine = {
    asked,
    refuse: undefined as string | undefined,
    /** Pulls wait for it. */
    gate: Promise.resolve(),
    docker: {
      getImage: (image: string) => ({
        inspect: () =>
          present.has(image)
            ? Promise.resolve({ Id: `id of ${image}`, RepoDigests: [`${image}@sha256:1`], Size: 2_000_000 })
            : Promise.reject(Object.assign(new Error('no such image'), { statusCode: 404 })),
      }),
      pull: async (image: string, { authconfig }: { authconfig?: Auth }) => {
        asked.push({ image, auth: authconfig });
        await engine.gate;
        const error = engine.refuse ?? (away.includes(image) ? undefined : 'manifest unknown');
        if (error === undefined) present.add(image);
        return Readable.from([`${JSON.stringify(error === undefined ? { status: 'ok' } : { error })}\n`]);
      },
    } as unknown as Docker,
  };
  return engine;
}

function imagesOf(
  engine: ReturnType<typeof fakeEngine>,
  behavior: PullBehavior,
  pulled = new Set<string>(),
): { images: Images; log: () => string } {
  const lines: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) });
  const environment = { DOCKER_CONFIG: t.testdir() };
  return {
    images: createImages({
      docker: engine.docker,
      environment,
      behavior,
      pulled,
      locate: () => undefined,
      logger,
    }),
    log: () => lines.join(''),
  };
}

// Source: ECS agent, imagePullRequired and handleEventError; ECS developer guide, container image pull behavior.
const PULLS = [
  { behavior: 'default', isHere: 'pulls again', fails: 'uses what is here' },
  { behavior: 'always', isHere: 'pulls again', fails: 'fails' },
  { behavior: 'once', isHere: 'pulls', fails: 'fails' },
  { behavior: 'prefer-cached', isHere: 'does not pull', fails: 'does not pull' },
] as const;

for (const { behavior, isHere, fails } of PULLS) {
  t.test(
    `${behavior}: with an image that is here it ${isHere}; when the registry refuses it ${fails}`,
    async (t) => {
      const engine = fakeEngine({ here: ['app:1'], away: ['app:1'] });
      const { images } = imagesOf(engine, behavior);
      await images.ensure(plain('app:1'), never);
      await images.ensure(plain('app:1'), never);
      t.equal(engine.asked.length, { 'pulls again': 2, pulls: 1, 'does not pull': 0 }[isHere]);

      const broken = fakeEngine({ here: ['app:1'] });
      const other = imagesOf(broken, behavior);
      const work = other.images.ensure(plain('app:1'), never);
      if (fails === 'fails') await t.rejects(work, refused);
      else await work;
      t.equal(
        /app:1 is not pulled, the local app:1 is used: manifest unknown/.test(other.log()),
        fails === 'uses what is here',
      );
    },
  );

  t.test(`${behavior}: what is not here is pulled, and its log says how large it is`, async (t) => {
    const engine = fakeEngine({ away: ['app:1'] });
    const { images, log } = imagesOf(engine, behavior);
    await images.ensure(plain('app:1'), never);
    t.equal(engine.asked.length, 1);
    t.match(log(), /pulling app:1"[^]*pulled app:1 in \d+\.\d s: 2\.0 MB/);
    t.equal(images.digest('id of app:1'), 'sha256:1');
    await t.rejects(images.ensure(plain('none:1'), never), refused);
  });

  t.test(`${behavior}: a digest that is here is never asked for`, async (t) => {
    const image = `app@sha256:${'0'.repeat(64)}`;
    const engine = fakeEngine({ here: [image] });
    await imagesOf(engine, behavior).images.ensure(plain(image), never);
    t.equal(engine.asked.length, 0);
  });
}

// Source: ECS agent, whose image states are kept over its restarts; ECS developer guide: "or if the cached image was removed".
t.test('once: what an earlier run pulled is not pulled again, unless it is gone', async (t) => {
  const engine = fakeEngine({ here: ['app:1'], away: ['app:1', 'app:2'] });
  const { images } = imagesOf(engine, 'once', new Set(['app:1', 'app:2']));
  await images.ensure(plain('app:1'), never);
  t.equal(engine.asked.length, 0);
  await images.ensure(plain('app:2'), never);
  t.equal(engine.asked.length, 1);
});

t.test('those who want one image share a pull, but for those with other credentials', async (t) => {
  const engine = fakeEngine({ away: ['app:1'] });
  let open = (): void => undefined;
  engine.gate = new Promise((resolve) => (open = resolve));
  const { images } = imagesOf(engine, 'prefer-cached');
  const other = { ...canary, password: 'other' };
  const all = [canary, canary, other, canary, other].map((credentials) =>
    images.ensure({ ...plain('app:1'), credentials }, never),
  );
  await new Promise((resolve) => setImmediate(resolve));
  open();
  await Promise.all(all);
  t.same(
    engine.asked.map(({ auth }) => auth?.password),
    ['canary-password', 'other'],
  );
});

t.test('what a registry repeats of the credentials is hidden, in its words and in the log', async (t) => {
  const engine = fakeEngine({});
  const sent = Buffer.from(`${canary.username}:${canary.password}`).toString('base64');
  engine.refuse = `denied: ${canary.password} (Basic ${sent})`;
  const { images, log } = imagesOf(engine, 'default');
  const error = await images.ensure({ ...plain('r.example.com/app:1'), credentials: canary }, never).then(
    () => undefined,
    (reason: unknown) => reason as Error,
  );
  t.equal(error?.message, 'denied: *** (Basic ***)');
  t.equal(error?.cause, undefined);
  t.notMatch(log(), /canary-password/);
  t.match(engine.asked[0]?.auth, { ...canary, serveraddress: 'r.example.com' });
});

t.test('ECR: a local image of the repository and tag stands in', async (t) => {
  const image = `${ECR}/team/app:1`;
  const engine = fakeEngine({ here: ['team/app:1'] });
  for (const behavior of ['default', 'prefer-cached'] as const) {
    const { images, log } = imagesOf(engine, behavior);
    await images.ensure(plain(image), never);
    t.equal(engine.asked.length, 0, 'without credentials ECR is not asked');
    t.match(log(), 'the local team/app:1 is used: there are no credentials');
    t.equal(await images.localName(image, never), 'team/app:1');
    t.equal(await images.localName('team/other:1', never), 'team/other:1');
    engine.asked.length = 0;
    await images.ensure({ ...plain(image), credentials: canary }, never);
    t.equal(engine.asked.splice(0).length, 1, 'with credentials it is asked first');
    t.match(log(), 'the local team/app:1 is used: manifest unknown');
    await t.rejects(images.ensure(plain(`${ECR}/team/app:2`), never), refused, 'another tag');
    engine.asked.length = 0;
  }
  for (const behavior of ['always', 'once'] as const) {
    const { images } = imagesOf(engine, behavior);
    await t.rejects(images.ensure(plain(image), never), refused, behavior);
    t.equal(await images.localName(image, never), image);
  }
});

t.test('ECR: an image of the full name comes first', async (t) => {
  const image = `${ECR}/app:1`;
  const { images } = imagesOf(fakeEngine({ here: [image, 'app:1'] }), 'prefer-cached');
  await images.ensure(plain(image), never);
  t.equal(await images.localName(image, never), image);
});
