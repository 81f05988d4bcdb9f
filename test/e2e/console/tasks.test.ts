import { CreateClusterCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
import t from 'tap';
import { startBrowser, testPages } from '../../support/browser.ts';
import { describeTask, register, runTask, startSidecar, untilStatus } from '../../support/sidecar.ts';

const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());
const browser = await startBrowser(sidecar);
t.teardown(() => browser.close());

const SCRIPT = '<script>document.title = "run"</script>';
const pathOf = (arn: string): string => `/tasks/${arn.split('/').slice(1).join('/')}`;

t.test(
  'a task is run in the page with an override, seen by the API, and stopped in the page with a reason',
  browser.watched(async (t) => {
    await register(sidecar, 'worker', [{ name: 'app', command: ['false'] }]);
    const page = await browser.open('/tasks');
    await page.getByText('No tasks').waitFor();
    await page.getByRole('button', { name: 'Run task' }).click();
    await page.getByRole('button', { name: /Task definition/ }).click();
    await page.getByRole('option', { name: 'worker:1' }).click();
    await page.getByLabel('Command').fill('["sleep", "600"]');
    await page.getByLabel('Environment', { exact: true }).fill(`TEXT=${SCRIPT}`);
    await page.getByRole('button', { name: 'Run task' }).click();
    await page.waitForURL(/\/tasks\/default\/[0-9a-f]{32}/);
    const arn = `arn:aws:ecs:us-east-1:000000000000:task/default/${new URL(page.url()).pathname.split('/').at(-1) ?? ''}`;
    const task = await untilStatus(sidecar, arn, 'RUNNING');
    t.same(task.overrides?.containerOverrides?.[0], {
      name: 'app',
      command: ['sleep', '600'],
      environment: [{ name: 'TEXT', value: SCRIPT }],
    });
    await page.getByRole('button', { name: 'Stop' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill(SCRIPT);
    await dialog.getByRole('button', { name: 'Stop' }).click();
    await untilStatus(sidecar, arn, 'STOPPED');
    await page.getByText('Stopped: UserInitiated').waitFor();
    t.equal(await page.getByText(SCRIPT).first().innerText(), SCRIPT);
    t.match((await describeTask(sidecar, arn)).stoppedReason, SCRIPT);
    t.notMatch(await page.title(), 'run');
  }),
);

t.test(
  'a task is run by a strategy, with placement and all overrides; what is refused is said in AWS’s words',
  browser.watched(async (t) => {
    await sidecar.ecs.send(
      new CreateClusterCommand({ clusterName: 'spot', capacityProviders: ['FARGATE_SPOT'] }),
    );
    await register(sidecar, 'inner', [{ name: 'app', command: ['sleep', '600'] }], {
      networkMode: 'awsvpc',
      requiresCompatibilities: ['EC2', 'FARGATE'],
      cpu: '256',
      memory: '512',
    });
    const page = await browser.open('/tasks/run?cluster=spot&definition=inner:1', { refusals: true });
    const choose = async (field: RegExp, option: string): Promise<void> => {
      await page.locator('form').getByRole('button', { name: field }).click();
      await page.getByRole('option', { name: option, exact: true }).click();
    };
    const submit = () => page.getByRole('button', { name: 'Run task' }).click();
    await choose(/^Launch type/, 'EC2');
    await page.getByLabel('Subnets').fill('subnet-1');
    await page.getByRole('spinbutton', { name: 'CPU' }).fill('128');
    await page.getByLabel('Memory limit').fill('256');
    await page.getByLabel('Memory reservation').fill('64');
    await page.getByRole('button', { name: /Overrides of the task/ }).click();
    await page.getByLabel('Task CPU').fill('512');
    await page.getByLabel('Task memory').fill('1 GB');
    await page.getByLabel('Task role').fill('arn:aws:iam::000000000000:role/by-page');
    await page.getByRole('button', { name: /^Placement/ }).click();
    await page.getByRole('button', { name: 'Add constraint' }).click();
    await choose(/^Placement constraints Constraint/, 'memberOf');
    await page.getByLabel('Expression').fill('attribute:ecs.os-type == windows');
    await page.getByRole('button', { name: /^More/ }).click();
    await page.getByLabel('Group', { exact: true }).fill('batch');
    await page.getByLabel('Started by').fill('me/1');
    await page.getByLabel('Enable ECS Exec').check({ force: true });
    await submit();
    await page.getByRole('main').getByText('MemberOf placement constraint unsatisfied').first().waitFor();
    await page.getByRole('button', { name: 'Remove constraint memberOf' }).click();
    await choose(/^Launch type/, 'Capacity provider strategy');
    await page.getByRole('button', { name: 'Add provider' }).click();
    await submit();
    await page.waitForURL(/\/tasks\/spot\/[0-9a-f]{32}/);
    const { taskArns = [] } = await sidecar.ecs.send(new ListTasksCommand({ cluster: 'spot' }));
    const task = await describeTask(sidecar, taskArns[0] ?? '');
    t.match(task, {
      capacityProviderName: 'FARGATE_SPOT',
      group: 'batch',
      startedBy: 'me/1',
      enableExecuteCommand: true,
      overrides: {
        cpu: '512',
        memory: '1024',
        taskRoleArn: 'arn:aws:iam::000000000000:role/by-page',
        containerOverrides: [{ name: 'app', cpu: 128, memory: 256, memoryReservation: 64 }],
      },
    });
  }),
);

t.test(
  'a failing image and its reason are found with three clicks',
  browser.watched(async (t) => {
    await register(sidecar, 'broken', [{ image: 'localhost:1/missing:1' }]);
    const { taskArn } = await runTask(sidecar, 'broken');
    await untilStatus(sidecar, taskArn, 'STOPPED');
    const page = await browser.open('/');
    await page.getByRole('link', { name: 'Tasks', exact: true }).click();
    await page.getByRole('link', { name: taskArn.split('/').at(-1) ?? '' }).click();
    await page.getByText('Stopped: TaskFailedToStart').waitFor();
    t.match(
      await page
        .getByText(/CannotPullContainerError/)
        .first()
        .innerText(),
      'connection refused',
    );
  }),
);

t.test(
  'a running task shows its file, its variables as text, and what it uses',
  browser.watched(async (t) => {
    await register(sidecar, 'shown', [
      {
        name: 'app',
        command: ['sleep', '600'],
        environment: [
          { name: 'TEXT', value: SCRIPT },
          { name: 'DB_PASSWORD', value: 'not-to-be-seen' },
        ],
        portMappings: [{ containerPort: 80 }],
      },
    ]);
    const { taskArn } = await runTask(sidecar, 'shown', { tags: [{ key: 'team', value: 'blue' }] });
    const running = await untilStatus(sidecar, taskArn, 'RUNNING');
    const page = await browser.open(pathOf(taskArn));
    const port = running.containers?.[0]?.networkBindings?.[0]?.hostPort ?? 0;
    const link = page.getByRole('link', { name: `http://127.0.0.1:${port}` });
    await link.waitFor();
    const tab = (name: string): Promise<void> => page.getByRole('tab', { name }).click();
    await tab('Environment');
    await page.getByRole('row', { name: /^TEXT/ }).getByText(SCRIPT).waitFor();
    await page
      .getByRole('row', { name: /^DB_PASSWORD/ })
      .getByText('hidden')
      .waitFor();
    t.equal(await page.getByText('not-to-be-seen').count(), 0);
    await tab('Compose file');
    const file = page.getByTestId('compose.yaml').getByRole('textbox');
    await file.waitFor();
    t.match(await file.innerText(), JSON.stringify(SCRIPT));
    await tab('Time line');
    await page.getByText('Container started: app').waitFor();
    await tab('CPU and memory');
    await page.getByText(/app: .* % of a core/).waitFor();
    await tab('Tags');
    await page.getByText('blue').waitFor();
    await page.reload();
    await page.getByRole('tab', { name: 'Tags', selected: true }).waitFor();
    t.notMatch(await page.title(), /^run/);
  }),
);

for (const theme of ['light', 'dark'] as const) {
  t.test(
    `lists, forms and tasks are accessible, ${theme}`,
    browser.watched(async (t) => {
      const { taskArns } = await sidecar.ecs.send(new ListTasksCommand({ family: 'shown' }));
      const arn = taskArns?.[0] ?? '';
      const page = await browser.open('/tasks', { theme });
      await testPages(t, page, sidecar, theme, [
        ['tasks', '/tasks', arn.split('/').at(-1) ?? ''],
        ['tasks-run', '/tasks/run', 'Run task'],
        ['task-containers', pathOf(arn), 'Docker name'],
        ['task-environment', `${pathOf(arn)}?tab=environment`, 'DB_PASSWORD'],
        ['task-mounts', `${pathOf(arn)}?tab=mounts`, 'No mounts'],
        ['task-compose', `${pathOf(arn)}?tab=compose`, 'Run it by hand'],
        ['task-time-line', `${pathOf(arn)}?tab=time-line`, 'Container started'],
        ['task-reloads', `${pathOf(arn)}?tab=reloads`, 'No reloads'],
        ['task-debug', `${pathOf(arn)}?tab=debug`, 'No debugger port'],
        ['task-usage', `${pathOf(arn)}?tab=usage`, 'of a core'],
        ['task-tags', `${pathOf(arn)}?tab=tags`, 'team'],
      ]);
    }),
  );
}
