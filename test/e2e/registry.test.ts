import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeTaskDefinitionCommand, StopTaskCommand, type Task } from '@aws-sdk/client-ecs';
import t from 'tap';
import { leaksIn, leaksInFolder } from '../support/leaks.ts';
import { authsOf, LOGIN, makeImage, REGISTRY_PROGRAM, startRegistry } from '../support/registry.ts';
import {
  describeTask,
  register,
  runTask,
  startSidecar,
  untilStatus,
  type TestSidecar,
} from '../support/sidecar.ts';
import { secretArn } from '../support/upstream.ts';

const executionRoleArn = 'arn:aws:iam::000000000000:role/execution';
const WRONG = { username: LOGIN.username, password: 'canary-that-is-wrong' };
const command = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'];

t.test(
  'private registries',
  { skip: REGISTRY_PROGRAM === undefined && 'there is no docker-registry' },
  async (t) => {
    const registry = await startRegistry(REGISTRY_PROGRAM ?? '');
    const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-docker-config-'));
    const config = join(folder, 'config.json');
    const secrets = join(folder, 'secrets.yaml');
    await mkdir(join(folder, 'bin'));
    const bothWays = {
      right: LOGIN,
      wrong: WRONG,
      nameless: { password: 'canary-alone' },
      text: 'canary-text',
    };
    await writeFile(secrets, JSON.stringify({ secrets: bothWays }));
    const helper = (output: string): string => `#!/bin/sh\ncat >/dev/null\necho '${output}'\n`;
    await writeFile(
      join(folder, 'bin/docker-credential-right'),
      helper(JSON.stringify({ Username: LOGIN.username, Secret: LOGIN.password })),
    );
    await writeFile(join(folder, 'bin/docker-credential-broken'), helper('canary-of-a-helper'));
    await chmod(join(folder, 'bin/docker-credential-right'), 0o755);
    await chmod(join(folder, 'bin/docker-credential-broken'), 0o755);
    const environment = {
      DOCKER_CONFIG: folder,
      ECS_SECRETS_FILE: secrets,
      PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
    };
    const sidecar = await startSidecar(environment);
    /** Another one, whose DOCKER_CONFIG is the file itself. */
    const always = await startSidecar({
      ...environment,
      DOCKER_CONFIG: config,
      ECS_IMAGE_PULL_BEHAVIOR: 'always',
    });
    const asEcs = await startSidecar({ ...environment, ECS_IMAGE_PULL_BEHAVIOR: 'default' });
    const all = [sidecar, always, asEcs];
    const known: { of: TestSidecar; taskArn: string; definition: string }[] = [];
    t.teardown(async () => {
      await Promise.all(all.map((one) => one.remove()));
      // A tag that moved leaves an image without one.
      const left = await sidecar.docker.listImages({ filters: { reference: [`${registry.host}/*`] } });
      await Promise.all(left.map(({ Id }) => sidecar.docker.getImage(Id).remove({ force: true })));
      await registry.remove();
      await rm(folder, { recursive: true });
    });

    const configure = (settings: object): Promise<void> => writeFile(config, JSON.stringify(settings));

    /** An image of its own that only the registry has. */
    const pushed = async (name: string, label = name): Promise<string> => {
      const local = `ecsidecar-test/${name}`;
      await makeImage(sidecar.docker, local, label);
      const image = await registry.push(local, name);
      await sidecar.docker.getImage(local).remove();
      return image;
    };

    const start = async (
      of: TestSidecar,
      family: string,
      image: string,
      credentials?: string,
    ): Promise<string> => {
      const repositoryCredentials = credentials && {
        repositoryCredentials: { credentialsParameter: secretArn(credentials) },
      };
      const definition = await register(
        of,
        family,
        [{ name: 'app', image, command, ...repositoryCredentials }],
        { executionRoleArn },
      );
      const { taskArn } = await runTask(of, definition);
      known.push({ of, taskArn, definition });
      return taskArn;
    };

    const stop = async (of: TestSidecar, taskArn: string): Promise<void> => {
      await of.ecs.send(new StopTaskCommand({ task: taskArn }));
      await untilStatus(of, taskArn, 'STOPPED');
    };

    const runs = async (
      of: TestSidecar,
      family: string,
      image: string,
      credentials?: string,
    ): Promise<void> => {
      const taskArn = await start(of, family, image, credentials);
      await untilStatus(of, taskArn, 'RUNNING');
      await stop(of, taskArn);
    };

    const stoppedReason = async (
      of: TestSidecar,
      family: string,
      image: string,
      credentials?: string,
    ): Promise<Task> => untilStatus(of, await start(of, family, image, credentials), 'STOPPED');

    const refused = {
      stopCode: 'TaskFailedToStart',
      stoppedReason: 'CannotPullContainerError: unauthorized: authentication required',
    };

    await t.test(
      'a password in the config.json of DOCKER_CONFIG; many tasks of one image share one pull',
      async (t) => {
        await configure(authsOf(registry.host, LOGIN));
        const image = await pushed('many:1');
        const tasks = await Promise.all(Array.from({ length: 6 }, () => start(sidecar, 'many', image)));
        for (const taskArn of tasks) await untilStatus(sidecar, taskArn, 'RUNNING');
        t.equal(registry.manifestRequests('many:1'), 1);
        t.match(
          sidecar.output(),
          new RegExp(`pulling ${image}"[^]*pulled ${image} in \\d+\\.\\d s: \\d+\\.\\d MB`),
        );
        await Promise.all(tasks.map((taskArn) => stop(sidecar, taskArn)));
      },
    );

    await t.test('DOCKER_CONFIG as the file itself', async () => {
      await runs(always, 'file-form', await pushed('file-form:1'));
    });

    await t.test(
      'a credential helper; one that prints no answer stops the task, and its output is told nobody',
      async (t) => {
        await configure({ credHelpers: { [registry.host]: 'right' } });
        await runs(sidecar, 'helper', await pushed('helper:1'));
        await configure({ credsStore: 'right' });
        await runs(sidecar, 'store', await pushed('store:1'));
        await configure({ credHelpers: { [registry.host]: 'broken' } });
        const task = await stoppedReason(sidecar, 'broken-helper', await pushed('broken-helper:1'));
        t.equal(
          task.stoppedReason,
          'CannotPullContainerError: docker-credential-broken printed no valid JSON',
        );
      },
    );

    await t.test("a wrong password stops the task with the registry's words", async (t) => {
      await configure(authsOf(registry.host, WRONG));
      t.match(await stoppedReason(sidecar, 'wrong', await pushed('wrong:1')), refused);
    });

    await t.test('repositoryCredentials count before what Docker knows', async (t) => {
      await configure(authsOf(registry.host, WRONG));
      await runs(sidecar, 'secret', await pushed('secret:1'), 'right');
      await configure(authsOf(registry.host, LOGIN));
      t.match(await stoppedReason(sidecar, 'wrong-secret', await pushed('wrong-secret:1'), 'wrong'), refused);
      for (const [name, words] of [
        [
          'missing',
          /unable to retrieve secret from asm: .*failed to fetch secret arn:\S+:missing-AbCdEf from secrets manager: /,
        ],
        [
          'nameless',
          /unable to retrieve secret from asm: .*: asm fetching username: AuthorizationData is malformed, empty field$/,
        ],
        [
          'text',
          /unable to retrieve secret from asm: .*: asm fetching authorization data: unable to unmarshal secret value, invalid schema$/,
        ],
      ] as const) {
        const { stoppedReason: reason } = await stoppedReason(
          sidecar,
          `${name}-secret`,
          `${registry.host}/x:1`,
          name,
        );
        t.match(
          reason,
          /^ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: /,
          name,
        );
        t.match(reason, words, name);
      }
    });

    await t.test('a pull with the right password is no pull for those with a wrong one', async (t) => {
      const image = await pushed('shared:1');
      const right = await Promise.all([1, 2].map(() => start(always, 'shared-right', image, 'right')));
      t.match(await stoppedReason(always, 'shared-wrong', image, 'wrong'), refused);
      for (const taskArn of right) await untilStatus(always, taskArn, 'RUNNING');
      await Promise.all(right.map((taskArn) => stop(always, taskArn)));
    });

    await t.test(
      'always and default pull a tag that moved; without the registry default alone goes on',
      async (t) => {
        await configure(authsOf(registry.host, LOGIN));
        const labelOf = async (of: TestSidecar, taskArn: string): Promise<string | undefined> => {
          const { containers } = await untilStatus(of, taskArn, 'RUNNING');
          const { Config } = await of.docker.getContainer(containers?.[0]?.runtimeId ?? '').inspect();
          await stop(of, taskArn);
          return Config.Labels['test'];
        };
        const image = await pushed('moving:1', 'first');
        t.equal(await labelOf(sidecar, await start(sidecar, 'moving', image)), 'first');
        await pushed('moving:1', 'second');
        t.equal(await labelOf(sidecar, await start(sidecar, 'moving', image)), 'first', 'prefer-cached');
        t.equal(await labelOf(always, await start(always, 'moving', image)), 'second');
        await pushed('moving:1', 'third');
        t.equal(await labelOf(asEcs, await start(asEcs, 'moving', image)), 'third');
        await registry.stop();
        t.match(
          (await stoppedReason(always, 'moving', image)).stoppedReason,
          /^CannotPullContainerError: .*connection refused/,
        );
        t.equal(await labelOf(asEcs, await start(asEcs, 'moving', image)), 'third');
        await registry.start();
      },
    );

    await t.test('no credential is in any log, file or answer, or on any container', async (t) => {
      const secrets = [
        'canary',
        Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64').slice(0, 16),
      ];
      // The search itself: a leak of each kind is found.
      const leaky = await mkdtemp(join(tmpdir(), 'ecsidecar-leak-'));
      t.teardown(() => rm(leaky, { recursive: true, force: true }));
      await mkdir(join(leaky, 'projects'));
      for (const secret of secrets) {
        const file = join(leaky, 'projects', secret);
        await writeFile(file, Buffer.from(`\0\xff${secret}-text`, 'latin1'));
        t.equal(leaksIn('a text', `before ${secret} after`, secrets).length, 1);
        t.match(await leaksInFolder(leaky, [secret]), [`${file} has ${secret}`]);
      }

      t.ok(known.length > 10);
      const leaks: string[] = [];
      for (const one of all)
        leaks.push(
          ...leaksIn('the log', one.output(), secrets),
          ...(await leaksInFolder(one.dataDir, secrets)),
        );
      for (const { of, taskArn, definition } of known) {
        const described = await of.ecs.send(
          new DescribeTaskDefinitionCommand({ taskDefinition: definition }),
        );
        leaks.push(
          ...leaksIn(taskArn, JSON.stringify(await describeTask(of, taskArn)), secrets),
          ...leaksIn(definition, JSON.stringify(described), secrets),
        );
      }
      t.strictSame(leaks, []);
    });
  },
);
