import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateClusterCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  TagResourceCommand,
  type RegisterTaskDefinitionRequest,
} from '@aws-sdk/client-ecs';
import type { Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { goTo, startBrowser } from '../../support/browser.ts';
import { failure } from '../../support/clients.ts';
import { definitionStrings, FULL_DEFINITIONS, withText } from '../../support/definition-strings.ts';
import { until } from '../../support/poll.ts';
import { credentials, register, runTask, startSidecar, untilStatus } from '../../support/sidecar.ts';

const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());
const browser = await startBrowser(sidecar);
t.teardown(() => browser.close());

/** Would be two elements, and an error of a script that knows no `hit`. */
const marked = (at: number | string): string => `<script>hit(${at})</script><img src=x onerror=hit(${at})>`;
const SCRIPT = marked('a');

/** Those that are no choice of given words, and in which ECS takes no such text: names, references, sizes, its languages. */
const REFUSED = [
  'containerDefinitions.[].dependsOn.[].containerName',
  'containerDefinitions.[].links.[]',
  'containerDefinitions.[].linuxParameters.capabilities.add.[]',
  'containerDefinitions.[].linuxParameters.capabilities.drop.[]',
  'containerDefinitions.[].mountPoints.[].sourceVolume',
  'containerDefinitions.[].name',
  'containerDefinitions.[].portMappings.[].containerPortRange',
  'containerDefinitions.[].portMappings.[].name',
  'containerDefinitions.[].resourceRequirements.[].value',
  'containerDefinitions.[].volumesFrom.[].sourceContainer',
  'cpu',
  'family',
  // Of the past: ECS takes none of them.
  'inferenceAccelerators.[].deviceName',
  'inferenceAccelerators.[].deviceType',
  'memory',
  'placementConstraints.[].expression',
  'proxyConfiguration.containerName',
  'tags.[].key',
  'tags.[].value',
  'volumes.[].name',
];

/** The definitions with a script in every string that ECS takes it in, by their families. */
const hostile = new Map(FULL_DEFINITIONS.map((definition) => [definition.family ?? '', definition]));
/** What stands in each field, by the family that has it. */
const texts: { readonly family: string; readonly text: string }[] = [];

t.test(
  'a script is taken as text in every string field where ECS takes it, and refused in its words in the others',
  async (t) => {
    // Elsewhere: each attempt that is taken is a revision.
    const ecs = new ECSClient({ endpoint: sidecar.url, region: 'eu-west-1', credentials });
    t.teardown(() => {
      ecs.destroy();
    });
    const refusalOf = (definition: RegisterTaskDefinitionRequest): Promise<string | undefined> =>
      ecs.send(new RegisterTaskDefinitionCommand(definition)).then(
        () => undefined,
        (error: unknown) => String(error),
      );
    for (const definition of FULL_DEFINITIONS)
      t.equal(await refusalOf(definition), undefined, String(definition.family));
    const fields = definitionStrings();
    t.ok(fields.length > 90, 'the schema is read');
    const refused: string[] = [];
    for (const [at, field] of fields.entries()) {
      const path = field.path.join('.');
      const text = marked(at);
      // Alone, or behind what makes it a path or an ARN.
      const variants = [() => text, (old: string) => old + text].flatMap((textFor) =>
        [...hostile.values()].flatMap((definition) => withText(definition, field, textFor)),
      );
      const taken: RegisterTaskDefinitionRequest[] = [];
      for (const variant of variants) {
        const refusal = await refusalOf(variant);
        if (refusal === undefined) taken.push(variant);
        else t.match(refusal, /^(ClientException|InvalidParameterException): /, path);
      }
      // Rather one that can be run: what cannot has no Compose file.
      const previews = await Promise.all(taken.map(previewOf));
      const chosen = taken.find((_, index) => previews[index] !== undefined) ?? taken[0];
      const isTaken = chosen !== undefined;
      if (isTaken) {
        const family = chosen.family ?? '';
        hostile.set(family, chosen);
        texts.push({ family, text });
      }
      if (field.isChoice) t.notOk(isTaken, `${path} is one of some words`);
      else if (!isTaken) refused.push(path);
    }
    t.same(refused, REFUSED);
    t.equal(texts.length + refused.length + fields.filter(({ isChoice }) => isChoice).length, fields.length);
    t.comment(
      `${fields.length} string fields: a script is in ${texts.length}, refused in ${refused.length}, the others are choices`,
    );
  },
);

/** Nothing of a text became an element, in the document or in the shadow roots of editors. */
async function madeNothing(t: Test, page: Page, where: string): Promise<void> {
  t.equal(await page.locator('img[src="x"], script:not([src])').count(), 0, `${where}: no element`);
  t.notMatch(await page.title(), /^(hit|run)/, where);
}

type Scroller = { readonly clientHeight: number; readonly scrollHeight: number; scrollTop: number };

/** Scrolls through code, of which the document has only what is in sight, until all of these texts were seen. */
async function seenInCode(page: Page, label: string, wanted: readonly string[]): Promise<void> {
  const box = page.getByTestId(label);
  const missing = new Set(wanted);
  let top = 0;
  await until(`all texts are in ${label}`, async () => {
    const shown = await box.getByRole('textbox').innerText();
    for (const text of missing) if (shown.includes(text)) missing.delete(text);
    top = await box.evaluate((element, from) => {
      const scroller = element as unknown as Scroller;
      const isAtEnd = from + scroller.clientHeight >= scroller.scrollHeight;
      scroller.scrollTop = isAtEnd ? 0 : from + scroller.clientHeight / 2;
      return scroller.scrollTop;
    }, top);
    return missing.size === 0;
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}; not seen: ${[...missing].join(', ')}`);
  });
}

/** The Compose file of a definition; undefined where there is none of it. */
async function previewOf(definition: RegisterTaskDefinitionRequest): Promise<string | undefined> {
  const answer = await fetch(`${sidecar.url}/_ecsidecar/api/preview`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(definition),
  });
  return answer.ok ? ((await answer.json()) as { compose: string }).compose : undefined;
}

const tab = (page: Page, name: string | RegExp): Promise<void> => page.getByRole('tab', { name }).click();

for (const { family = '' } of FULL_DEFINITIONS) {
  t.test(
    `the scripts of ${family} are text in its details, its JSON, its Compose file, its form and its differences`,
    browser.watched(async (t) => {
      const own = texts.filter((one) => one.family === family).map(({ text }) => text);
      const definition = hostile.get(family);
      if (!definition) throw new Error('the fields were not tried');
      await sidecar.ecs.send(new RegisterTaskDefinitionCommand(definition));
      const page = await browser.open(`/task-definitions/${family}/1`, { refusals: true });
      await page.getByRole('tab', { name: 'Containers', selected: true }).waitFor();
      await madeNothing(t, page, 'containers');
      await tab(page, 'Volumes');
      await page.getByText('hit(').first().waitFor();
      await madeNothing(t, page, 'volumes');
      await tab(page, 'JSON');
      await seenInCode(page, 'Task definition', own);
      await madeNothing(t, page, 'JSON');
      await tab(page, 'Compose file');
      const preview = await previewOf(definition);
      await page.getByRole('button', { name: /^(Copy Compose file|Try again)$/ }).waitFor();
      if (preview !== undefined) {
        const written = own.filter((text) => preview.includes(text));
        t.ok(family !== 'full' || written.length > 20, 'most become a part of it');
        await seenInCode(page, 'Compose file', written);
      }
      t.equal(preview === undefined, family === 'full-windows', 'only Windows has no Compose file here');
      await madeNothing(t, page, 'Compose file');

      await page.getByRole('button', { name: 'New revision' }).click();
      await page.getByLabel('Image').first().waitFor();
      await madeNothing(t, page, 'form');
      await tab(page, 'JSON');
      await seenInCode(page, 'Task definition', own);
      // Against an empty one each line is a difference.
      await page.getByTestId('Task definition').getByRole('textbox').fill('{}');
      await tab(page, /^Changes to/);
      const changes = page.getByTestId(`Changes to ${family}:1`);
      await changes.locator('.cm-deletedChunk').first().waitFor();
      const deleted = (await changes.locator('.cm-deletedChunk').allTextContents()).join('\n');
      t.same(
        own.filter((text) => !deleted.includes(text)),
        [],
        'all are in the differences',
      );
      await madeNothing(t, page, 'differences');
      await goTo(page, `${sidecar.url}/_ecsidecar/task-definitions`);
      await page.getByRole('link', { name: family, exact: true }).waitFor();
    }),
  );
}

t.test(
  'a refusal that repeats a script is text',
  browser.watched(async (t) => {
    const page = await browser.open('/task-definitions/~register', { refusals: true });
    await tab(page, 'JSON');
    const containers = [
      {
        name: 'app',
        image: 'busybox',
        memory: 16,
        mountPoints: [{ sourceVolume: SCRIPT, containerPath: '/a' }],
      },
    ];
    const text = JSON.stringify({ family: 'f', containerDefinitions: containers });
    await page.getByTestId('Task definition').getByRole('textbox').fill(text);
    const refusal = page.getByText(`Unknown volume '${SCRIPT}'.`);
    await refusal.waitFor();
    await page.getByRole('button', { name: 'Register', exact: true }).click();
    await refusal.nth(1).waitFor();
    await madeNothing(t, page, 'refusals');
  }),
);

t.test(
  'a task run from scripts: its variables, labels, command, lines, checks and reasons are text',
  browser.watched(async (t) => {
    const logConfiguration = {
      logDriver: 'awslogs' as const,
      options: {
        'awslogs-group': 'markup',
        'awslogs-region': 'us-east-1',
        'awslogs-stream-prefix': 'of',
        'awslogs-create-group': 'true',
      },
    };
    await register(sidecar, 'run', [
      {
        name: 'app',
        entryPoint: ['sh', '-c', 'echo "$TEXT"; sleep 600', marked('command')],
        environment: [
          { name: 'TEXT', value: marked('value') },
          { name: '<script>hit()</script>', value: 'of a name' },
        ],
        dockerLabels: { [marked('label')]: marked('label value') },
        healthCheck: { command: ['CMD-SHELL', 'echo "$TEXT"'], interval: 5 },
        logConfiguration,
      },
      { name: 'broken', essential: false, command: [marked('reason')] },
    ]);
    const { taskArn } = await runTask(sidecar, 'run', { group: marked('group') });
    await untilStatus(sidecar, taskArn, 'RUNNING');
    const [, cluster = '', id = ''] = taskArn.split('/');
    const page = await browser.open(`/tasks/${cluster}/${id}`);
    const shows = async (where: string, ...wanted: readonly string[]): Promise<void> => {
      for (const text of wanted) await page.getByText(text).first().waitFor();
      await madeNothing(t, page, where);
    };
    await page.getByRole('button', { name: 'Docker labels' }).first().click();
    await page.getByRole('button', { name: /^Last health checks/ }).click();
    await shows('containers', ...['group', 'command', 'label value', 'label', 'reason', 'value'].map(marked));
    await tab(page, 'Environment');
    await shows('environment', marked('value'), '<script>hit()</script>');
    await tab(page, 'Compose file');
    await seenInCode(page, 'compose.yaml', ['value', 'command', 'label value', 'reason'].map(marked));
    await madeNothing(t, page, 'Compose file');
    await tab(page, 'Time line');
    await shows('time line', 'Container started: app');

    await goTo(page, `${sidecar.url}/_ecsidecar/logs/markup/events?range=all`);
    await shows('lines', marked('value'));
    await page.getByLabel('Filter pattern').fill(`"${SCRIPT}"`);
    await page.keyboard.press('Enter');
    await shows('no lines', 'No lines here yet.');

    await sidecar.ecs.send(new StopTaskCommand({ task: taskArn, reason: marked('stop') }));
    await untilStatus(sidecar, taskArn, 'STOPPED');
    for (const path of [`/tasks/${cluster}/${id}`, '/tasks', `/clusters/${cluster}?tab=tasks`, '/activity']) {
      await goTo(page, `${sidecar.url}/_ecsidecar${path}`);
      await shows(path, marked('stop'));
    }
    await page
      .getByRole('button', { name: /^ECS Task State Change/ })
      .first()
      .click();
    await page.getByRole('dialog').getByText(marked('group')).first().waitFor();
    await madeNothing(t, page, 'an event');
  }),
);

t.test(
  'scripts of clusters and log streams are text; their tags and names take none',
  browser.watched(async (t) => {
    const { cluster } = await sidecar.ecs.send(
      new CreateClusterCommand({
        clusterName: 'markup',
        serviceConnectDefaults: { namespace: marked('namespace') },
        configuration: {
          executeCommandConfiguration: {
            logging: 'OVERRIDE',
            logConfiguration: { cloudWatchLogGroupName: marked('group') },
          },
        },
      }),
    );
    const stream = { logGroupName: 'by-hand', logStreamName: marked('stream') };
    await sidecar.logs.send(new CreateLogGroupCommand(stream));
    await sidecar.logs.send(new CreateLogStreamCommand(stream));
    const logEvents = [{ timestamp: Date.now(), message: JSON.stringify({ text: SCRIPT }) }];
    await sidecar.logs.send(new PutLogEventsCommand({ ...stream, logEvents }));
    const tags = [{ key: 'team', value: SCRIPT }];
    const refusals = [
      sidecar.ecs.send(new TagResourceCommand({ resourceArn: cluster?.clusterArn, tags })),
      sidecar.ecs.send(new CreateClusterCommand({ clusterName: SCRIPT })),
      sidecar.ecs.send(new RunTaskCommand({ taskDefinition: 'run', startedBy: SCRIPT })),
      sidecar.ecs.send(new RunTaskCommand({ taskDefinition: 'run', tags })),
      sidecar.logs.send(new CreateLogGroupCommand({ logGroupName: SCRIPT })),
    ];
    t.same(
      (await Promise.all(refusals.map(failure))).filter((words) => words === ''),
      [],
    );
    const page = await browser.open('/clusters/markup?tab=settings');
    for (const text of ['namespace', 'group'].map(marked)) await page.getByText(text).waitFor();
    await madeNothing(t, page, 'a cluster');
    await goTo(page, `${sidecar.url}/_ecsidecar/logs/by-hand`);
    await page.getByRole('link', { name: marked('stream') }).click();
    await page.getByText(JSON.stringify({ text: SCRIPT })).waitFor();
    await page.getByRole('heading', { name: marked('stream') }).waitFor();
    await madeNothing(t, page, 'a stream');
    t.ok((await page.title()).startsWith(marked('stream')));
  }),
);

t.test('a script that became part of the page would be noticed', async (t) => {
  const words = await failure(
    browser.watched(async (t) => {
      const page = await browser.open('/clusters');
      await page.evaluate(`document.body.insertAdjacentHTML('beforeend', ${JSON.stringify(SCRIPT)})`);
      t.equal(await page.locator('img[src="x"], script:not([src])').count(), 2);
      throw new Error('the end');
    })(t),
  );
  t.match(words, /Content.Security.Policy/);
});
