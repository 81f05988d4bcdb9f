import t from 'tap';
import { parse } from 'yaml';
import { lastText } from '../../../../src/executors/compose/render-last.ts';
import { renderTask } from '../../../../src/executors/compose/render.ts';
import { sampleContext, sampleDefinition, sampleTask } from '../../../support/rendering.ts';

t.test('the last file has what the sidecar needs of each container, and labels for what was added', (t) => {
  const [task, context] = [sampleTask(), sampleContext()];
  const definition = sampleDefinition({
    dockerLabels: { mine: '1' },
    environment: [{ name: 'A', value: 'b' }],
  });
  const project = renderTask(task, definition, context);
  const text = lastText({ project, task, context, extras: ['db'], projectDirectory: '/over/$rides' });
  t.equal(
    text,
    `# Made by ecsidecar and merged last: what it needs to know and drive the containers of the task.

services:
  db:
    labels:
      com.amazonaws.ecs.cluster: mycluster
      com.amazonaws.ecs.container-name: "~override~db"
      com.amazonaws.ecs.task-arn: "arn:aws:ecs:us-east-1:000000000000:task/mycluster/0123456789abcdef0123456789abcdef"
      com.amazonaws.ecs.task-definition-family: myfamily
      com.amazonaws.ecs.task-definition-version: "3"
      ecsidecar.essential: "false"
      ecsidecar.id: my-sidecar
  server:
    container_name: ecs-myfamily-3-server-0123456789ab
    deploy:
      replicas: 1
      restart_policy:
        condition: none
    labels:
      com.amazonaws.ecs.cluster: mycluster
      com.amazonaws.ecs.container-name: server
      com.amazonaws.ecs.task-arn: "arn:aws:ecs:us-east-1:000000000000:task/mycluster/0123456789abcdef0123456789abcdef"
      com.amazonaws.ecs.task-definition-family: myfamily
      com.amazonaws.ecs.task-definition-version: "3"
      ecsidecar.essential: "true"
      ecsidecar.id: my-sidecar
    restart: "no"
    scale: 1
    profiles: !reset null
x-project-directory: "/over/$$rides"
`,
  );
  const images = new Map([
    ['db', 'local/db:1'],
    ['server', 'local/app:1'],
  ]);
  const withImages = lastText({ project, task, context, extras: ['db'], images, projectDirectory: '/o' });
  t.match(parse(withImages.replace('!reset', '')), {
    services: { db: { image: 'local/db:1' }, server: { image: 'local/app:1' } },
  });
  t.end();
});
