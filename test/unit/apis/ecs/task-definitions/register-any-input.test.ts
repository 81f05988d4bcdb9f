import fc from 'fast-check';
import t from 'tap';
import { createTestApi } from '../../../../support/ecs-api.ts';

/** At most two members of a record. */
const few = <T extends object>(record: fc.Arbitrary<T>): fc.Arbitrary<Partial<T>> =>
  fc.tuple(record, fc.array(fc.nat(), { maxLength: 2 })).map(([members, picks]) => {
    const entries = Object.entries(members);
    return Object.fromEntries(
      picks.flatMap((pick) => entries.slice(pick % (entries.length + 1)).slice(0, 1)),
    ) as Partial<T>;
  });

t.test('RegisterTaskDefinition throws nothing but errors of AWS, whatever the values', (t) => {
  const text = fc.oneof(
    fc.constantFrom(
      '',
      'a',
      'app',
      'FARGATE',
      'awsvpc',
      '256',
      '1 vcpu',
      '2GB',
      'arn:aws:s3:::b/k',
      'x'.repeat(300),
    ),
    fc.string({ unit: 'binary', maxLength: 8 }),
  );
  const number = fc.oneof(fc.integer(), fc.constantFrom(0, -1, 80, 256, 65_536));
  const optional: { requiredKeys: [] } = { requiredKeys: [] };
  const container = fc.record(
    {
      name: text,
      image: text,
      cpu: number,
      memory: number,
      memoryReservation: number,
      essential: fc.boolean(),
      links: fc.array(text, { maxLength: 2 }),
      portMappings: fc.array(
        fc.record(
          { containerPort: number, hostPort: number, protocol: text, name: text, containerPortRange: text },
          optional,
        ),
        { maxLength: 2 },
      ),
      environment: fc.array(fc.record({ name: text, value: text }, optional), { maxLength: 2 }),
      environmentFiles: fc.array(fc.record({ value: text, type: text }, optional), { maxLength: 2 }),
      mountPoints: fc.array(fc.record({ sourceVolume: text, containerPath: text }, optional), {
        maxLength: 2,
      }),
      secrets: fc.array(fc.record({ name: text, valueFrom: text }, optional), { maxLength: 2 }),
      dependsOn: fc.array(fc.record({ containerName: text, condition: text }, optional), { maxLength: 2 }),
      healthCheck: fc.record(
        { command: fc.array(text), interval: number, timeout: number, retries: number, startPeriod: number },
        optional,
      ),
      logConfiguration: fc.record({ logDriver: text, options: fc.dictionary(text, text) }, optional),
      firelensConfiguration: fc.record({ type: text }, optional),
      restartPolicy: fc.record(
        { enabled: fc.boolean(), ignoredExitCodes: fc.array(number), restartAttemptPeriod: number },
        optional,
      ),
      linuxParameters: fc.record(
        {
          capabilities: fc.record({ add: fc.array(text), drop: fc.array(text) }, optional),
          tmpfs: fc.array(fc.record({}, optional)),
        },
        optional,
      ),
      startTimeout: number,
      stopTimeout: number,
      hostname: text,
      dnsServers: fc.array(text),
      extraHosts: fc.array(fc.record({ hostname: text, ipAddress: text }, optional)),
      privileged: fc.boolean(),
      dockerLabels: fc.dictionary(text, text),
    },
    optional,
  );
  const request = fc.record(
    {
      family: text,
      containerDefinitions: fc.array(container, { maxLength: 3 }),
      taskRoleArn: text,
      executionRoleArn: text,
      networkMode: text,
      requiresCompatibilities: fc.array(text, { maxLength: 2 }),
      cpu: text,
      memory: text,
      volumes: fc.array(
        fc.record(
          {
            name: text,
            host: fc.record({ sourcePath: text }, optional),
            efsVolumeConfiguration: fc.record({ fileSystemId: text }, optional),
          },
          optional,
        ),
        { maxLength: 2 },
      ),
      placementConstraints: fc.array(fc.record({ type: text }, optional), { maxLength: 2 }),
      ephemeralStorage: fc.record({ sizeInGiB: number }, optional),
      runtimePlatform: fc.record({ cpuArchitecture: text, operatingSystemFamily: text }, optional),
      pidMode: text,
      ipcMode: text,
      tags: fc.array(fc.record({ key: text, value: text }, optional), { maxLength: 3 }),
    },
    optional,
  );
  const api = createTestApi();
  let accepted = 0;
  const run = (input: object): void => {
    try {
      // `refusal` throws whatever is not an AwsError.
      api.refusal('RegisterTaskDefinition', input);
    } catch (error) {
      if (!(error instanceof Error) || error.message !== 'RegisterTaskDefinition was not refused')
        throw error;
      accepted += 1;
    }
  };
  fc.assert(fc.property(request, run), { numRuns: 1000 });
  // Most of the wild ones fail early: so also definitions that are well formed but for a few members.
  const nearly = fc.tuple(few(request), few(container), few(container)).map(([task, first, second]) => ({
    family: 'f',
    ...task,
    containerDefinitions: [
      { ...first, name: 'app', image: 'busybox', memory: 64 },
      { ...second, name: 'db', image: 'busybox', memory: 64 },
    ],
  }));
  fc.assert(fc.property(nearly, run), { numRuns: 2000 });
  t.ok(accepted > 20, `some are accepted (${accepted}), so that the later steps are reached too`);
  t.end();
});
