import { pino } from 'pino';
import t from 'tap';
import { ExecutorError, type ImagePin, type TaskSpec } from '../../../../src/model/ports.ts';
import type { Images } from '../../../../src/executors/compose/images.ts';
import { createTaskImages } from '../../../../src/executors/compose/task-images.ts';
import { sampleDefinition, sampleTask } from '../../../support/rendering.ts';

const never = new AbortController().signal;
const wanted = { image: 'r/app:1', platform: undefined, credentials: undefined };

/** An engine whose tags move; `away` is what the registry has. */
function world({ isOfService = true } = {}) {
  const here = new Map<string, ImagePin>();
  const away = new Map<string, ImagePin>();
  const pulled: string[] = [];
  const pins = new Map<string, ImagePin>();
  const log: string[] = [];
  const images: Images = {
    ensure: ({ image }) => {
      if (here.has(image)) return Promise.resolve();
      pulled.push(image);
      const found = away.get(image);
      if (!found) return Promise.reject(new ExecutorError('cannotPull', 'manifest unknown'));
      here.set(image, found).set(found.imageId, found);
      return Promise.resolve();
    },
    localName: (image) => Promise.resolve(image.replace(/^ecr\//, '')),
    identify: (image) => Promise.resolve(here.get(image)),
    digest: (imageId) => imageId,
  };
  const taskImages = createTaskImages({
    images,
    pins: {
      get: (_task, container) => {
        const pin = pins.get(container);
        return { mayPin: isOfService, ...(isOfService && pin && { pin }) };
      },
      put: (_task, container, pin) => void pins.set(container, pin),
    },
    logger: pino({ level: 'trace' }, { write: (line: string) => log.push(line) }),
  });
  const container = (more: object = {}) => ({ name: 'app', image: 'r/app:1', ...more });
  const spec = (more: object = {}): TaskSpec => ({
    task: sampleTask(),
    definition: { ...sampleDefinition(), containerDefinitions: [container(more)] },
  });
  return {
    here,
    standIns: (merged: Record<string, { image?: string }>) =>
      taskImages.standIns(spec({ image: 'ecr/app:1' }), new Map(Object.entries(merged)), never),
    away,
    pulled,
    pins,
    log,
    /** What a task gets: the name in its Compose file. */
    run: async (more: object = {}): Promise<string | undefined> => {
      await taskImages.ensure(spec(more), container(more), wanted, never);
      const { definition } = await taskImages.named(spec(more), never);
      return definition.containerDefinitions?.[0]?.image;
    },
    tag: (pin: ImagePin): void => {
      here.set('r/app:1', pin).set(pin.imageId, pin);
    },
    ensureOther: () => taskImages.ensure(spec(), container(), { ...wanted, image: 'other:1' }, never),
    renew: () => taskImages.renew(spec(), 'app', never),
  };
}

const first: ImagePin = { imageId: 'sha256:1', reference: 'r/app@sha256:a' };
const second: ImagePin = { imageId: 'sha256:2' };

t.test(
  'tasks of a service keep to the image of the first; the file says the tag while it means that',
  async (t) => {
    const { run, tag, pins } = world();
    tag(first);
    t.equal(await run(), 'r/app:1');
    t.same(pins.get('app'), first);
    t.equal(await run(), 'r/app:1');
    tag(second);
    t.equal(await run(), 'sha256:1');
    t.same(pins.get('app'), first);
  },
);

t.test('versionConsistency disabled, and a task of no service: what the tag means now', async (t) => {
  for (const { isOfService, more } of [
    { isOfService: true, more: { versionConsistency: 'disabled' } },
    { isOfService: false, more: {} },
  ]) {
    const { run, tag, pins } = world({ isOfService });
    tag(first);
    await run(more);
    tag(second);
    t.equal(await run(more), 'r/app:1');
    t.equal(pins.size, 0);
  }
});

t.test(
  'an image that is gone is pulled again by its digest; without one, what the tag means counts for all',
  async (t) => {
    const { run, tag, pins, here, away, pulled, log } = world();
    tag(first);
    await run();
    tag(second);
    here.delete('sha256:1');
    away.set('r/app@sha256:a', first);
    t.equal(await run(), 'sha256:1');
    t.same(pulled, ['r/app@sha256:a']);
    here.delete('sha256:1');
    here.delete('r/app@sha256:a');
    away.clear();
    t.equal(await run(), 'r/app:1');
    t.same(pins.get('app'), second);
    t.match(log.join(), 'the image of the first task of this deployment, sha256:1, is gone');
  },
);

t.test('a container that is made anew takes the tag as it is, and so do the tasks after it', async (t) => {
  const { run, tag, renew } = world();
  tag(first);
  await renew();
  await run();
  tag(second);
  await renew();
  t.equal(await run(), 'r/app:1');
});

t.test("an image of a user's own Compose file is no image of the service's", async (t) => {
  const { ensureOther, away, pins, pulled } = world();
  away.set('other:1', first);
  await ensureOther();
  t.same(pulled, ['other:1']);
  t.equal(pins.size, 0);
});

t.test(
  'an image of an override has the name under which it is here; the definition’s own is named apart',
  async (t) => {
    const { standIns } = world();
    const found = await standIns({
      app: { image: 'ecr/app:1' },
      db: { image: 'ecr/db:1' },
      job: {},
      web: { image: 'web' },
    });
    t.same([...found], [['db', 'db:1']]);
  },
);
