import { createLru } from '../../lib/lru.ts';
import type { ServiceArn, ServiceDeploymentArn, ServiceRevisionArn } from '../../model/arn.ts';
import type { ServiceStore } from '../../model/ports.ts';
import type {
  Deployment,
  Service,
  ServiceDeployment,
  ServiceEvent,
  ServiceRevision,
} from '../../model/service.ts';
import type { Database } from '../database.ts';
import { integer, readDocument, reviveDates, text } from './document.ts';

export const serviceTables = `
  CREATE TABLE service (
    arn TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL, region TEXT NOT NULL, cluster TEXT NOT NULL, name TEXT NOT NULL,
    status TEXT NOT NULL, launch_type TEXT NOT NULL, scheduling_strategy TEXT NOT NULL,
    document TEXT NOT NULL
  ) STRICT;
  CREATE INDEX service_by_name ON service (account, region, cluster, status, name);
  CREATE INDEX service_unfinished ON service (arn) WHERE status <> 'INACTIVE';
  CREATE INDEX service_counted ON service (account, region, cluster, launch_type, status) WHERE status <> 'INACTIVE';
  CREATE TABLE service_event (
    sequence INTEGER PRIMARY KEY, service_arn TEXT NOT NULL,
    id TEXT NOT NULL, created_at INTEGER NOT NULL, message TEXT NOT NULL
  ) STRICT;
  CREATE INDEX service_event_by_service ON service_event (service_arn, sequence);
  CREATE TABLE service_deployment (
    arn TEXT NOT NULL PRIMARY KEY, service_arn TEXT NOT NULL,
    status TEXT NOT NULL, created_at INTEGER NOT NULL, document TEXT NOT NULL
  ) STRICT;
  CREATE INDEX service_deployment_by_service ON service_deployment (service_arn, created_at, arn);
  CREATE TABLE service_revision (
    arn TEXT NOT NULL PRIMARY KEY, service_arn TEXT NOT NULL, document TEXT NOT NULL
  ) STRICT;
`;

/** Source: ECS API reference, Service.events: up to 100. */
const KEPT_EVENTS = 100;
const CACHED_SERVICES = 2000;

export type CachedServiceStore = ServiceStore & {
  /** After a transaction that failed: what was put in it may be in the cache. */
  forgetCached(): void;
};

/** A service that was read is the same object until it is put again (or was long not asked for). */
export function createServiceStore(database: Database): CachedServiceStore {
  const cache = createLru<ServiceArn, Service>(CACHED_SERVICES);
  const select = database.prepare('SELECT document FROM service WHERE arn = ?');
  const upsert = database.prepare(`
    INSERT INTO service (arn, account, region, cluster, name, status, launch_type, scheduling_strategy, document)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (arn) DO UPDATE SET status = excluded.status, launch_type = excluded.launch_type,
      scheduling_strategy = excluded.scheduling_strategy, document = excluded.document
  `);
  const selectActive = database.prepare(`
    SELECT arn FROM service
    WHERE account = ? AND region = ? AND cluster = ? AND status = 'ACTIVE' AND name > ?
      AND (? = '' OR launch_type = ?) AND (? = '' OR scheduling_strategy = ?)
    ORDER BY name LIMIT ?
  `);
  const selectUnfinished = database.prepare(
    `SELECT arn FROM service WHERE status <> 'INACTIVE' ORDER BY arn`,
  );
  const selectCounts = database.prepare(`
    SELECT launch_type, status, count(*) AS services FROM service
    WHERE account = ? AND region = ? AND cluster = ? AND status <> 'INACTIVE' GROUP BY launch_type, status
  `);
  const insertEvent = database.prepare(
    'INSERT INTO service_event (service_arn, id, created_at, message) VALUES (?, ?, ?, ?)',
  );
  const selectEvents = database.prepare(
    'SELECT id, created_at, message FROM service_event WHERE service_arn = ? ORDER BY sequence DESC LIMIT ?',
  );
  const removeOldEvents = database.prepare(`
    DELETE FROM service_event WHERE service_arn = ? AND sequence <= (
      SELECT sequence FROM service_event WHERE service_arn = ? ORDER BY sequence DESC LIMIT 1 OFFSET ?
    )
  `);
  const removeEvents = database.prepare('DELETE FROM service_event WHERE service_arn = ?');
  const selectDeployment = database.prepare('SELECT document FROM service_deployment WHERE arn = ?');
  const selectDeployments = database.prepare(
    'SELECT document FROM service_deployment WHERE service_arn = ? ORDER BY created_at DESC, arn DESC',
  );
  const upsertDeployment = database.prepare(`
    INSERT INTO service_deployment (arn, service_arn, status, created_at, document) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (arn) DO UPDATE SET status = excluded.status, document = excluded.document
  `);
  const selectRevision = database.prepare('SELECT service_arn, document FROM service_revision WHERE arn = ?');
  const upsertRevision = database.prepare(
    'INSERT OR REPLACE INTO service_revision (arn, service_arn, document) VALUES (?, ?, ?)',
  );

  const get = (arn: ServiceArn): Service | undefined => {
    const cached = cache.get(arn);
    if (cached) return cached;
    const row = select.get(arn);
    if (!row) return undefined;
    const service = readService(text(row, 'document'));
    cache.set(arn, service);
    return service;
  };

  return {
    get,
    put(service) {
      const { arn, scope, clusterName, name, status, schedulingStrategy } = service;
      const launchType = service.deployments[0]?.revision.launchType ?? '';
      const before = get(arn);
      upsert.run(
        arn,
        scope.account,
        scope.region,
        clusterName,
        name,
        status,
        launchType,
        schedulingStrategy,
        JSON.stringify(service),
      );
      cache.set(arn, service);
      const known = new Set(before?.deployments.map(({ record }) => record));
      for (const { record } of service.deployments) {
        if (record && !known.has(record)) putDeployment(record);
      }
      if (service.rollingBack && service.rollingBack !== before?.rollingBack)
        putDeployment(service.rollingBack);

      function putDeployment(record: ServiceDeployment): void {
        upsertDeployment.run(
          record.arn,
          arn,
          record.status,
          record.createdAt.getTime(),
          JSON.stringify(record),
        );
      }
    },
    listActive: (
      { account, region },
      { clusterName, launchType = '', schedulingStrategy = '' },
      { after = '', limit },
    ) =>
      selectActive
        .all(
          account,
          region,
          clusterName,
          after,
          launchType,
          launchType,
          schedulingStrategy,
          schedulingStrategy,
          limit,
        )
        .map((row) => text(row, 'arn') as ServiceArn),
    listUnfinished: () => selectUnfinished.all().map((row) => text(row, 'arn') as ServiceArn),
    counts: ({ account, region }, clusterName) =>
      selectCounts.all(account, region, clusterName).map((row) => ({
        launchType: text(row, 'launch_type'),
        status: text(row, 'status') as Service['status'],
        services: integer(row, 'services'),
      })),
    addEvents(arn, events) {
      if (events.length === 0) return;
      for (const { id, createdAt, message } of events) insertEvent.run(arn, id, createdAt.getTime(), message);
      removeOldEvents.run(arn, arn, KEPT_EVENTS);
    },
    events: (arn) =>
      selectEvents.all(arn, KEPT_EVENTS).map((row): ServiceEvent => ({
        id: text(row, 'id'),
        createdAt: new Date(integer(row, 'created_at')),
        message: text(row, 'message'),
      })),
    deleteEvents(arn) {
      removeEvents.run(arn);
    },
    getDeployment(arn: ServiceDeploymentArn) {
      const row = selectDeployment.get(arn);
      return row && readRecord(JSON.parse(text(row, 'document')) as ServiceDeployment);
    },
    listDeployments: (arn) =>
      selectDeployments
        .all(arn)
        .map((row) => readRecord(JSON.parse(text(row, 'document')) as ServiceDeployment)),
    getRevision(arn: ServiceRevisionArn) {
      const row = selectRevision.get(arn);
      if (!row) return undefined;
      const revision = readDocument(text(row, 'document'), ['createdAt']) as ServiceRevision;
      return { serviceArn: text(row, 'service_arn') as ServiceArn, revision };
    },
    putRevision(serviceArn, revision) {
      upsertRevision.run(revision.arn, serviceArn, JSON.stringify(revision));
    },
    forgetCached() {
      cache.clear();
    },
  };
}

/** Members are named one by one: within a user's own maps a string may look like a date. */
function readService(json: string): Service {
  const service = readDocument(json, ['createdAt', 'steadySince']) as Service;
  return {
    ...service,
    deployments: service.deployments.map(readDeployment),
    ...(service.completedRevision && {
      completedRevision: reviveDates(service.completedRevision, ['createdAt']),
    }),
    ...(service.rollingBack && { rollingBack: readRecord(service.rollingBack) }),
  };
}

const readDeployment = (deployment: Deployment): Deployment => ({
  ...reviveDates(deployment, ['createdAt', 'updatedAt', 'notBefore']),
  revision: reviveDates(deployment.revision, ['createdAt']),
  ...(deployment.unplaced && { unplaced: reviveDates(deployment.unplaced, ['toldAt', 'nextAt']) }),
  ...(deployment.taskSet && { taskSet: reviveDates(deployment.taskSet, ['stabilityAt']) }),
  ...(deployment.record && { record: readRecord(deployment.record) }),
});

const readRecord = (record: ServiceDeployment): ServiceDeployment => ({
  ...reviveDates(record, ['createdAt', 'startedAt', 'finishedAt', 'stoppedAt', 'updatedAt']),
  ...(record.lifecycle && {
    lifecycle: {
      ...reviveDates(record.lifecycle, ['enteredAt']),
      hooks: record.lifecycle.hooks.map((hook) => reviveDates(hook, ['expiresAt'])),
    },
  }),
  ...(record.rollback && { rollback: reviveDates(record.rollback, ['startedAt']) }),
});
