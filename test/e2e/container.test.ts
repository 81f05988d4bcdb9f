import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Docker from 'dockerode';
import t from 'tap';
import { aws, awsJson } from '../support/clients.ts';
import { NODE_IMAGE } from '../support/examples.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/poll.ts';
import { authsOf, LOGIN, makeImage, REGISTRY_PROGRAM, startRegistry } from '../support/registry.ts';
import { IMAGE } from '../support/sidecar.ts';

const run = promisify(execFile);
const docker = new Docker();
const SIDECAR_IMAGE = 'ecsidecar-test/ecsidecar:latest';
const project = `ecsidecar-test-${randomBytes(4).toString('hex')}`;
const env = {
  ...process.env,
  ECSIDECAR_IMAGE: SIDECAR_IMAGE,
  // It is to stay when the container is started again.
  ECSIDECAR_PORT: String(await freePort()),
  LOG_LEVEL: 'debug',
};
const compose = (...args: string[]) => run('docker', ['compose', '-p', project, ...args], { env });

t.test(
  'the sidecar as a Compose service',
  { skip: NODE_IMAGE === undefined && 'there is no image with Node to build on' },
  async (t) => {
    await t.test('the image is built from the Dockerfile, small enough', async (t) => {
      const args = ['build', '--build-arg', `NODE_IMAGE=${NODE_IMAGE ?? ''}`, '-t', SIDECAR_IMAGE, '.'];
      await run('docker', args, { env: { ...env, DOCKER_BUILDKIT: '0' }, maxBuffer: 2 ** 26 });
      const sizes = await Promise.all(
        [SIDECAR_IMAGE, NODE_IMAGE ?? ''].map((image) => docker.getImage(image).inspect()),
      );
      t.ok((sizes[0]?.Size ?? 0) - (sizes[1]?.Size ?? 0) < 150e6);
    });

    t.teardown(() => compose('down', '--volumes', '--timeout', '20'));
    await compose('up', '--detach', '--no-build');
    const { stdout: published } = await compose('port', 'ecsidecar', '4566');
    t.match(published, /^127\.0\.0\.1:\d+\n$/, 'on this machine alone');
    const url = `http://${published.trim()}`;
    const container = docker.getContainer((await compose('ps', '-q', 'ecsidecar')).stdout.trim());
    await until('it is healthy', async () => (await container.inspect()).State.Health?.Status === 'healthy');
    const client = {
      clientEnvironment: {
        ...process.env,
        AWS_ENDPOINT_URL: url,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_DEFAULT_REGION: 'us-east-1',
        AWS_PAGER: '',
        ENDPOINT: url,
      },
      url,
    };
    const network = `${project}_default`;
    const sidecarLog = async (): Promise<string> => {
      const { stdout, stderr } = await compose('logs', '--no-color', 'ecsidecar');
      return stdout + stderr;
    };

    const runTask = async (family: string, container: object, volumes: object[] = []): Promise<string> => {
      const logConfiguration = {
        logDriver: 'awslogs',
        options: {
          'awslogs-create-group': 'true',
          'awslogs-group': family,
          'awslogs-stream-prefix': 'p',
          'awslogs-region': 'us-east-1',
        },
      };
      const definition = {
        family,
        containerDefinitions: [
          { name: 'app', image: IMAGE, memory: 32, stopTimeout: 2, logConfiguration, ...container },
        ],
        volumes,
      };
      await aws(client, 'ecs', 'register-task-definition', '--cli-input-json', JSON.stringify(definition));
      const { tasks } = await awsJson<{ tasks: { taskArn: string }[] }>(
        client,
        ...['ecs', 'run-task', '--task-definition', family],
      );
      const arn = tasks[0]?.taskArn ?? '';
      await aws(client, 'ecs', 'wait', 'tasks-running', '--tasks', arn);
      return arn;
    };
    const said = async (group: string): Promise<string[]> =>
      await awsJson<string[]>(
        client,
        ...['logs', 'filter-log-events', '--log-group-name', group, '--query', 'events[].message'],
      );

    await t.test('docker pushes to ECR in the container, and a task runs what was pushed', async (t) => {
      const { repository } = await awsJson<{ repository: { repositoryUri: string } }>(
        client,
        ...['ecr', 'create-repository', '--repository-name', 'pushed'],
      );
      const host = `localhost:${env.ECSIDECAR_PORT}`;
      t.equal(repository.repositoryUri, `${host}/000000000000.dkr.ecr.us-east-1/pushed`);
      const image = `${repository.repositoryUri}:v1`;
      const folder = await mkdtemp(join(tmpdir(), `${project}-login-`));
      t.teardown(async () => {
        await run('docker', ['rmi', '-f', image]).catch(() => undefined);
        await rm(folder, { recursive: true });
      });
      const password = (await aws(client, 'ecr', 'get-login-password')).trim();
      const login = { env: { ...process.env, DOCKER_CONFIG: folder } };
      await run('docker', ['login', '-u', 'AWS', '-p', password, host], login);
      await run('docker', ['tag', IMAGE, image]);
      await run('docker', ['push', image], login);
      await run('docker', ['rmi', image]);
      const name = '000000000000.dkr.ecr.us-east-1.amazonaws.com/pushed:v1';
      const arn = await runTask('pushed', { image: name, command: ['sh', '-c', 'echo ran; sleep 300'] });
      await until('it ran', async () => (await said('pushed')).includes('ran'));
      await aws(client, 'ecs', 'stop-task', '--task', arn);
    });

    await t.test(
      'register, run, logs and stop from the host; tasks share its network and reach it',
      async (t) => {
        await aws(client, 'ecs', 'create-cluster');
        const command = [
          'sh',
          '-c',
          'echo "$AWS_ENDPOINT_URL"; wget -q -O - "$AWS_ENDPOINT_URL/_ecsidecar/health"; echo; trap "exit 0" TERM; while :; do sleep 0.1; done',
        ];
        const arn = await runTask('myfamily', { command });
        const lines = await until('it says what it found', async () => {
          const all = await said('myfamily');
          return all.length >= 2 && all;
        });
        t.equal(lines[0], `http://${project}-ecsidecar-1:4566`);
        t.match(lines[1], '"executor":"docker"');
        const [task] = await docker.listContainers({
          filters: { label: [`com.amazonaws.ecs.task-arn=${arn}`] },
        });
        t.same(Object.keys(task?.NetworkSettings.Networks ?? {}), [network]);
        await aws(client, 'ecs', 'stop-task', '--task', arn);
        await aws(client, 'ecs', 'wait', 'tasks-stopped', '--tasks', arn);
      },
    );

    await t.test('another container calls it by its service name; a foreign name is refused', async (t) => {
      const health = (name: string) =>
        run('docker', [
          ...['run', '--rm', '--network', network, IMAGE],
          ...['wget', '-q', '-O', '-', `http://${name}:4566/_ecsidecar/health`],
        ]);
      t.match((await health('ecsidecar')).stdout, '"executor":"docker"');
      // fetch sends no Host of another's choice.
      const answer = await new Promise<string>((resolve, reject) => {
        get(`${url}/_ecsidecar/health`, { headers: { host: 'evil.example' } }, (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          response.once('end', () => {
            resolve(text);
          });
        }).once('error', reject);
      });
      t.match(answer, /AccessDeniedException/);
    });

    await t.test(
      'it reloads on a save although it cannot see the folder, and its projects are readable',
      async (t) => {
        const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-code-'));
        t.teardown(() => rm(folder, { recursive: true }));
        const program = (word: string) => `echo ${word}\ntrap "exit 0" TERM\nwhile :; do sleep 0.1; done\n`;
        await writeFile(join(folder, 'program.sh'), program('one'));
        const mount = { sourceVolume: 'code', containerPath: '/code' };
        const arn = await runTask('reloaded', { command: ['sh', '/code/program.sh'], mountPoints: [mount] }, [
          { name: 'code', host: { sourcePath: folder } },
        ]);
        await until('it is watched', async () => (await sidecarLog()).includes(`watching ${folder}`));
        await writeFile(join(folder, 'program.sh'), program('two'));
        await until('the new one runs', async () => (await said('reloaded')).includes('two'));
        t.ok((await said('reloaded')).includes('[ecsidecar] reload (restart): /code/program.sh changed'));

        const { stdout } = await compose(
          ...['exec', '--user', '12345', 'ecsidecar', 'sh', '-c'],
          'cat /var/lib/ecsidecar/projects/*/*/*/*/*/compose.yaml',
        );
        t.match(stdout, 'Task definition: arn:aws:ecs:us-east-1:000000000000:task-definition/reloaded:1');

        const untilWatchers = (count: number) =>
          until(`${count} watch`, async () => {
            const watchers = await docker.listContainers({
              all: true,
              filters: { label: ['ecsidecar.watcher'], network: ['none'] },
            });
            const own = watchers.filter(({ Mounts }) => Mounts.some(({ Source }) => Source === folder));
            return own.length === count;
          });
        await untilWatchers(1);
        await container.kill();
        await untilWatchers(0);
        await compose('start');
        await untilWatchers(1);
        await until(
          'it is watched again',
          async () => (await sidecarLog()).split(`watching ${folder}`).length > 2,
        );
        await writeFile(join(folder, 'program.sh'), program('three'));
        await until('the third one runs', async () => (await said('reloaded')).includes('three'));
        await aws(client, 'ecs', 'stop-task', '--task', arn);
        await aws(client, 'ecs', 'wait', 'tasks-stopped', '--tasks', arn);
        await untilWatchers(0);
      },
    );

    await t.test('file systems are volumes of the engine, which the next task finds', async (t) => {
      const volumes = [
        { name: 'efs', efsVolumeConfiguration: { fileSystemId: `fs-${project}`, rootDirectory: '/a' } },
      ];
      const mountPoints = [{ sourceVolume: 'efs', containerPath: '/efs' }];
      const command = ['sh', '-c', 'echo "[$(cat /efs/* 2>/dev/null)]"; echo kept > /efs/a; exec sleep 1000'];
      const file = {
        filters: { label: [`ecsidecar.file-system=fs-${project}`] },
      };
      t.teardown(async () => {
        for (const { Name } of (await docker.listVolumes(file)).Volumes)
          await docker.getVolume(Name).remove();
      });
      for (const expected of [['[]'], ['[]', '[kept]']]) {
        const arn = await runTask('efs', { command, mountPoints }, volumes);
        await until('it says what it found', async () => (await said('efs')).length === expected.length);
        t.same(
          (await said('efs')).map((line) => line.trim()),
          expected,
        );
        await aws(client, 'ecs', 'stop-task', '--task', arn);
        await aws(client, 'ecs', 'wait', 'tasks-stopped', '--tasks', arn);
      }
      t.match((await docker.listVolumes(file)).Volumes, [{ Name: /^ecsidecar-[0-9a-f]{8}-efs-fs-/ }]);
    });

    await t.test('the example of a stack: a task calls a service by its name', async (t) => {
      const port = String(await freePort());
      const stack = (...args: string[]) =>
        run(
          'docker',
          ['compose', '-p', `${project}-stack`, '-f', 'examples/sidecar-compose/compose.yaml', ...args],
          {
            env: { ...env, ECSIDECAR_PORT: port, BUSYBOX_IMAGE: IMAGE },
          },
        );
      t.teardown(() => stack('down', '--volumes', '--timeout', '20'));
      await stack('up', '--detach', '--no-build', '--wait');
      const url = `http://127.0.0.1:${port}`;
      const own = { url, clientEnvironment: { ...client.clientEnvironment, AWS_ENDPOINT_URL: url } };
      await aws(own, 'ecs', 'create-cluster');
      const definition = 'file://examples/sidecar-compose/task_definition.json';
      await aws(own, 'ecs', 'register-task-definition', '--cli-input-json', definition);
      const arn = await awsJson<string>(
        own,
        ...['ecs', 'run-task', '--task-definition', 'caller', '--query', 'tasks[0].taskArn'],
      );
      await aws(own, 'ecs', 'wait', 'tasks-stopped', '--tasks', arn);
      const said = await awsJson<string[]>(
        own,
        ...['logs', 'filter-log-events', '--log-group-name', 'caller', '--query', 'events[].message'],
      );
      t.same(said, ['hello from the stack']);
    });

    await t.test(
      "the example of a private registry: Docker's config.json, mounted, has the password",
      { skip: REGISTRY_PROGRAM === undefined && 'there is no docker-registry' },
      async (t) => {
        const registry = await startRegistry(REGISTRY_PROGRAM ?? '');
        t.teardown(() => registry.remove());
        const local = `${project}:1`;
        await makeImage(docker, local, project);
        const image = await registry.push(local, 'team/app:1');
        await docker.getImage(local).remove();
        const home = await mkdtemp(join(tmpdir(), 'ecsidecar-home-'));
        t.teardown(() => rm(home, { recursive: true }));
        const configFile = join(home, '.docker/config.json');
        await mkdir(join(home, '.docker'));
        // As docker login leaves it: for its user alone.
        await writeFile(configFile, JSON.stringify(authsOf(registry.host, LOGIN)), { mode: 0o600 });
        const port = String(await freePort());
        const example = 'examples/private-registry';
        const stack = (...args: string[]) =>
          run(
            'docker',
            [
              ...['--config', process.env['DOCKER_CONFIG'] || join(homedir(), '.docker')],
              ...['compose', '-p', `${project}-private`, '-f', `${example}/compose.yaml`, ...args],
            ],
            { env: { ...env, ECSIDECAR_PORT: port, HOME: home } },
          );
        t.teardown(async () => {
          await stack('down', '--volumes', '--timeout', '20');
          await docker.getImage(image).remove();
        });
        await stack('up', '--detach', '--no-build', '--wait');
        const url = `http://127.0.0.1:${port}`;
        const own = { url, clientEnvironment: { ...client.clientEnvironment, AWS_ENDPOINT_URL: url } };
        await aws(own, 'ecs', 'create-cluster');
        const definition = await readFile(`${example}/task_definition.json`, 'utf8');
        t.match(definition, '"image": "registry.example.com/team/app:1"');
        const input = definition.replace('registry.example.com/team/app:1', image);
        await aws(own, 'ecs', 'register-task-definition', '--cli-input-json', input);
        const runPrivate = async (): Promise<string> => {
          const asked = ['ecs', 'run-task', '--task-definition', 'private', '--query', 'tasks[0].taskArn'];
          const arn = await awsJson<string>(own, ...asked);
          await aws(own, 'ecs', 'wait', 'tasks-stopped', '--tasks', arn);
          const told = ['ecs', 'describe-tasks', '--tasks', arn, '--query', 'tasks[0].stoppedReason'];
          return awsJson<string>(own, ...told);
        };
        t.equal(await runPrivate(), 'Essential container in task exited');
        const said = ['logs', 'filter-log-events', '--log-group-name', 'private'];
        t.same(await awsJson(own, ...said, '--query', 'events[].message'), ['pulled and started']);

        // Written in place: a mount of one file is of that very file.
        await writeFile(configFile, JSON.stringify(authsOf(registry.host, { ...LOGIN, password: 'wrong' })));
        await docker.getImage(image).remove({ force: true });
        t.equal(await runPrivate(), 'CannotPullContainerError: unauthorized: authentication required');
        const { stdout, stderr } = await stack('logs', '--no-color');
        t.notMatch(stdout + stderr, LOGIN.password);
        await writeFile(configFile, JSON.stringify(authsOf(registry.host, LOGIN)));
        t.equal(await runPrivate(), 'Essential container in task exited', 'a later login counts at once');
      },
    );

    await t.test('it goes with its tasks', async (t) => {
      await runTask('last', { command: ['sleep', '1000'] });
      await compose('down', '--timeout', '20');
      t.same(await docker.listContainers({ all: true, filters: { network: [network] } }), []);
      t.same(
        await docker.listContainers({
          all: true,
          filters: { label: ['com.amazonaws.ecs.task-definition-family=last'] },
        }),
        [],
      );
    });
  },
);
