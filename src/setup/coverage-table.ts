import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { notBuilt, operations } from '../apis/ecs/operations.ts';
import { cloudFormationTables } from './cloudformation-tables.ts';
import { fieldsTable } from './fields-table.ts';

const README = new URL('../../README.md', import.meta.url);
const PLACES = {
  coverage: /(?<=<!-- coverage:start -->\n)[^]*?(?=<!-- coverage:end -->)/,
  cloudformation: /(?<=<!-- cloudformation:start -->\n)[^]*?(?=<!-- cloudformation:end -->)/,
  fields: /(?<=<!-- fields:start -->\n)[^]*?(?=<!-- fields:end -->)/,
} as const;

/** Rows of the table: an action belongs to the first whose pattern its name matches. */
const RESOURCES: readonly (readonly [name: string, actions: RegExp])[] = [
  ['Express Mode', /ExpressGateway/],
  ['Gateways', /Gateway/],
  ['Daemons', /Daemon/],
  ['Clusters', /Cluster/],
  ['Task definitions', /TaskDefinition/],
  ['Tags', /Tag|Untag/],
  ['Account settings', /AccountSetting/],
  ['Attributes', /Attributes$/],
  ['Task sets', /TaskSet/],
  ['Services', /Service/],
  ['Capacity providers', /CapacityProvider/],
  ['Container instances and their agent', /ContainerInstance|ContainerAgent|PollEndpoint|^Submit/],
  ['Tasks', /Task|ExecuteCommand/],
  ['Other', /./],
];

/**
 * The README with its tables as the code has them now: the registry of actions, the fields of a task
 * definition, and the resource types and functions of CloudFormation.
 * Throws when it has no place for one.
 */
export async function withCoverageTable(readme: string): Promise<string> {
  const tables = {
    coverage: coverageTable(Object.keys(operations), notBuilt),
    cloudformation: cloudFormationTables(),
    fields: fieldsTable(),
  };
  const text = Object.entries(PLACES).reduce((made, [name, place]) => {
    if (!place.test(made)) throw new Error(`README.md has lost its ${name}:start and ${name}:end comments`);
    return made.replace(place, () => `\n${tables[name as keyof typeof tables]}\n`);
  }, readme);
  return format(text, { ...(await resolveConfig(README)), parser: 'markdown' });
}

/** A table of actions by resource. */
export function coverageTable(built: readonly string[], missing: readonly string[]): string {
  const rows = RESOURCES.map(([name, pattern]) => {
    const isMine = (action: string): boolean =>
      RESOURCES.find(([, other]) => other.test(action))?.[1] === pattern;
    return [name, list(built.filter(isMine)), list(missing.filter(isMine))] as const;
  }).filter(([, ...cells]) => cells.some((cell) => cell !== '–'));
  return [
    `${built.length} of ${built.length + missing.length} actions are built.`,
    '',
    '| | built | not built yet |',
    '|---|---|---|',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n');
}

const list = (actions: readonly string[]): string => [...actions].sort().join(', ') || '–';

if (import.meta.main) writeFileSync(README, await withCoverageTable(readFileSync(README, 'utf8')));
