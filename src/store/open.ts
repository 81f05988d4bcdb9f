import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventContext } from '../model/ecs-event.ts';
import { createScalingStore, scalingMigrations } from './application-autoscaling/store.ts';
import { cloudFormationMigrations, createStackStore } from './cloudformation/store.ts';
import { openDatabase } from './database.ts';
import { createChanges } from './changes.ts';
import { documentMigrations } from './documents.ts';
import { createEcrStore } from './ecr/store.ts';
import { createEventStore } from './ecs/events.ts';
import { recordEvents } from './ecs/record-events.ts';
import { createEcsStore, ecsMigrations } from './ecs/store.ts';
import { createLogStore, logMigrations } from './logs/store.ts';
import { createPulledImages } from './pulled-images.ts';
import { createS3Store, s3Migrations } from './s3/store.ts';
import { createSecretStore } from './secretsmanager/store.ts';
import { createRegistrationStore } from './servicediscovery/registrations.ts';
import { createDiscoveryStore, discoveryMigrations } from './servicediscovery/store.ts';
import { createParameterStore } from './ssm/store.ts';
import { listScopes } from './scopes.ts';
import { tellEcsChanges, tellLogChanges, tellStackChanges } from './tell-changes.ts';

/** Makes the data folder and returns its id, which marks every Docker object made from it. Throws an Error that says what to do. */
export function openDataFolder(dataDir: string): string {
  const idFile = join(dataDir, 'id');
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o755 });
    try {
      const id = readFileSync(idFile, 'utf8').trim();
      if (/^[0-9a-f-]{36}$/.test(id)) return id;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
    const id = randomUUID();
    writeFileSync(idFile, `${id}\n`);
    return id;
  } catch (error) {
    throw new Error(
      `The data folder ${dataDir} cannot be written: ${messageOf(error)}. Set ECSIDECAR_DATA_DIR to a folder of yours.`,
      { cause: error },
    );
  }
}

/** Opens the databases of a data folder. Throws an Error that says what to do. */
export function openStores(dataDir: string, logsMaxBytes: number, recording: EventContext) {
  try {
    const stateFile = openDatabase(join(dataDir, 'state.db'), [
      ecsMigrations,
      scalingMigrations,
      s3Migrations,
      discoveryMigrations,
      documentMigrations,
    ]);
    const logsFile = openDatabase(join(dataDir, 'logs.db'), [logMigrations]);
    const secretsFile = openDatabase(privateFile(join(dataDir, 'secrets.db')), [
      documentMigrations,
      // Parameters with NoEcho are in them.
      cloudFormationMigrations,
    ]);
    const changes = createChanges();
    const store = tellEcsChanges(createEcsStore(stateFile), changes);
    const events = createEventStore(stateFile);
    return {
      /** For what happens by itself, and for users' requests: both are recorded, not quite alike. */
      store: recordEvents(store, { ...recording, events, isByUser: false }),
      userStore: recordEvents(store, { ...recording, events, isByUser: true }),
      events,
      scaling: createScalingStore(stateFile),
      stacks: tellStackChanges(createStackStore(secretsFile), changes),
      logs: tellLogChanges(createLogStore(logsFile, { maxBytes: logsMaxBytes, now: recording.now }), changes),
      /** What of all this is saved, for who shows it. */
      changes,
      /** Every account and region that has something in it, in their order. */
      scopes: () => listScopes({ state: stateFile, logs: logsFile, stacks: secretsFile }),
      parameters: createParameterStore(secretsFile),
      secrets: createSecretStore(secretsFile),
      ecr: createEcrStore(stateFile),
      pulledImages: createPulledImages(stateFile),
      discovery: createDiscoveryStore(stateFile),
      registrations: createRegistrationStore(stateFile),
      s3: createS3Store(stateFile, join(dataDir, 's3')),
      close(): void {
        stateFile.close();
        logsFile.close();
        secretsFile.close();
      },
    };
  } catch (error) {
    const text = messageOf(error);
    throw new Error(
      text.includes('locked')
        ? `Another ecsidecar uses the data folder ${dataDir}. Stop it, or set ECSIDECAR_DATA_DIR to another folder.`
        : `The database in ${dataDir} cannot be opened: ${text}.`,
      { cause: error },
    );
  }
}

/** Makes a file that its owner alone may read, before anything is in it. SQLite gives its journals the same mode. */
function privateFile(path: string): string {
  writeFileSync(path, '', { flag: 'a', mode: 0o600 });
  chmodSync(path, 0o600);
  return path;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
