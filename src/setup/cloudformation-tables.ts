import { createKnownTypes } from '../apis/cloudformation/resources/known-types.ts';
import { RECORDED_TYPES, REFUSED_TYPES } from '../apis/cloudformation/resources/recorded-types.ts';
import { createHandlers } from '../apis/cloudformation/resources/registry.ts';
import { notBuilt, operations } from '../apis/cloudformation/operations.ts';
import { PSEUDO_PARAMETERS } from '../apis/cloudformation/template/functions/references.ts';
import {
  CONDITION_FUNCTIONS,
  EXTENSIONS,
  RULE_FUNCTIONS,
  VALUE_FUNCTIONS,
} from '../apis/cloudformation/template/functions/table.ts';

/** The resource types and the functions that CloudFormation has here. Markdown. */
export function cloudFormationTables(): string {
  const { acting } = createHandlers();
  const recorded = Object.keys(RECORDED_TYPES).filter((type) => !acting.includes(type));
  const ofSpecification = createKnownTypes()
    .names()
    .filter((type) => ![...acting, ...recorded, ...Object.keys(REFUSED_TYPES)].includes(type));
  return [
    `${acting.length} resource types act, ${recorded.length} are recorded only: they have a stable physical id and the attributes that templates read, and the stack's events say what is not there. So are the ${ofSpecification.length} further types of AWS's resource specification, with ids and attributes of the form that their names tell, and custom resources. Types of others fail their stack, and so do those without which it would not be the app that its template describes: ${Object.keys(REFUSED_TYPES).join(', ')}.`,
    '',
    `| | types that act |`,
    '|---|---|',
    ...byService(acting),
    '',
    '<details>',
    '<summary>Types that are recorded only, with what templates read of them written here</summary>',
    '',
    '| | types |',
    '|---|---|',
    ...byService(recorded),
    '',
    '</details>',
    '',
    `${Object.keys(operations).length} of ${Object.keys(operations).length + notBuilt.length} actions of CloudFormation are built.`,
    '',
    '| | actions |',
    '|---|---|',
    `| built | ${Object.keys(operations).sort().join(', ')} |`,
    `| not built | ${notBuilt.join(', ')} |`,
    '',
    '| | functions |',
    '|---|---|',
    ...functionRows(),
  ].join('\n');
}

/** A row for each service: `| ECS | Cluster, Service |`. */
function byService(types: readonly string[]): string[] {
  const services = new Map<string, string[]>();
  for (const type of [...types].sort()) {
    const [owner = '', ...rest] = type.split('::');
    const [service, name] =
      owner === 'AWS' ? [rest[0] ?? '', rest.slice(1).join('::')] : [owner, rest.join('::')];
    services.set(service, [...(services.get(service) ?? []), name]);
  }
  return [...services].map(([service, names]) => `| ${service} | ${names.join(', ')} |`);
}

function functionRows(): string[] {
  const values = [...VALUE_FUNCTIONS.keys()].filter((name) => !EXTENSIONS.includes(name));
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['values', values],
    ['conditions and rules', ['Condition', ...CONDITION_FUNCTIONS]],
    ['rules', RULE_FUNCTIONS],
    ['with `AWS::LanguageExtensions`', ['Fn::ForEach', ...EXTENSIONS, 'DefaultValue of Fn::FindInMap']],
    ['transforms', ['AWS::Include', 'AWS::LanguageExtensions']],
    ['pseudo parameters', PSEUDO_PARAMETERS],
    ['dynamic references', ['resolve:ssm', 'resolve:ssm-secure', 'resolve:secretsmanager']],
  ];
  return rows.map(([place, names]) => `| ${place} | ${names.map((name) => `\`${name}\``).join(', ')} |`);
}
