import {
  DescribeClustersCommand,
  DescribeTaskDefinitionCommand,
  type Cluster,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import t from 'tap';
import { startBrowser } from '../../support/browser.ts';
import { startSidecar } from '../../support/sidecar.ts';

/** The eight actions of the Resource Browser, in the words of LocalStack's guide to ECS, one after the other in one window. */
const sidecar = await startSidecar();
t.teardown(() => sidecar.remove());
const browser = await startBrowser(sidecar);
t.teardown(() => browser.close());

const cluster = async (name: string): Promise<Cluster | undefined> =>
  (await sidecar.ecs.send(new DescribeClustersCommand({ clusters: [name], include: ['SETTINGS'] })))
    .clusters?.[0];
const definition = async (name: string): Promise<TaskDefinition | undefined> =>
  (await sidecar.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: name }))).taskDefinition;

t.test(
  'the guide’s eight actions of the Resource Browser',
  browser.watched(async (t) => {
    // ECS refuses what is half typed.
    const page = await browser.open('/', { refusals: true });
    const area = (name: string): Promise<void> =>
      page.getByRole('navigation', { name: 'Side navigation' }).getByRole('link', { name }).click();
    const button = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();
    const removeSelected = async (name: string, verb: string): Promise<void> => {
      await page.getByRole('checkbox', { name: `Select ${name}` }).check({ force: true });
      await button('Actions');
      await page.getByRole('menuitem', { name: 'Remove selected' }).click();
      await page.getByRole('dialog').getByRole('button', { name: verb }).click();
    };

    t.comment('Create Cluster');
    await area('Clusters');
    await button('Create cluster');
    await page.getByLabel('Cluster name').fill('guided');
    await button('Create cluster');
    await page.getByText('The cluster guided was created.').waitFor();
    t.equal((await cluster('guided'))?.status, 'ACTIVE');

    t.comment('View Cluster Details');
    await area('Clusters');
    await page.getByRole('link', { name: 'guided' }).click();
    await page.getByText('arn:aws:ecs:us-east-1:000000000000:cluster/guided').waitFor();
    await page.getByRole('main').getByText('ACTIVE').first().waitFor();

    t.comment('Edit Cluster');
    await button('Edit cluster');
    await page.getByRole('button', { name: 'Container Insights' }).click();
    await page.getByRole('option', { name: 'enabled' }).click();
    await button('Save changes');
    await page.getByText('The cluster guided was updated.').waitFor();
    t.same((await cluster('guided'))?.settings, [{ name: 'containerInsights', value: 'enabled' }]);

    t.comment('Register Task Definition');
    await area('Task definitions');
    await button('Register task definition');
    await page.getByLabel('Family').fill('guided');
    await page.getByLabel('Image').fill('nginx:alpine');
    await button('Register');
    await page.getByText('guided:1 was registered.').waitFor();

    t.comment('View Task Definition Details');
    await area('Task definitions');
    await page.getByRole('link', { name: 'guided:1' }).click();
    await page.getByText('arn:aws:ecs:us-east-1:000000000000:task-definition/guided:1').waitFor();
    await page.getByRole('gridcell', { name: 'nginx:alpine' }).waitFor();

    t.comment('Edit Task Definition: what is registered stays as it is, so it is a new revision');
    await button('New revision');
    await page.getByLabel('Image').fill('nginx:mainline');
    await button('Register');
    await page.getByText('guided:2 was registered.').waitFor();
    t.equal((await definition('guided'))?.containerDefinitions?.[0]?.image, 'nginx:mainline');

    t.comment('Delete Task Definition');
    await area('Task definitions');
    await removeSelected('guided', 'Remove');
    await page.getByText('2 revisions deleted.').waitFor();
    await page.getByRole('row', { name: /guided INACTIVE/ }).waitFor();
    for (const revision of ['guided:1', 'guided:2'])
      t.equal((await definition(revision))?.status, 'DELETE_IN_PROGRESS');

    t.comment('Delete Cluster');
    await area('Clusters');
    await removeSelected('guided', 'Delete');
    await page.getByText('The cluster guided was deleted.').waitFor();
    await page.getByRole('link', { name: 'guided' }).waitFor({ state: 'detached' });
    t.equal((await cluster('guided'))?.status, 'INACTIVE');
  }),
);
