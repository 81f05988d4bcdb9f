import { referencesIn } from './references-in.ts';
import type { Dependencies } from './graph.ts';
import type { ResourceDeclaration } from './types.ts';

const ASSOCIATIONS = 'AWS::ECS::ClusterCapacityProviderAssociations';

/**
 * Dependencies with those that templates leave out and that time brings about on AWS: services by capacity providers come
 * after what gives their cluster its providers. The CDK's templates do not say so.
 */
export function withImpliedNeeds(
  dependencies: Dependencies,
  resources: ReadonlyMap<string, ResourceDeclaration>,
): Map<string, ReadonlySet<string>> {
  const implied = new Map(dependencies);
  const associations = [...resources].filter(([, { type }]) => type === ASSOCIATIONS);
  for (const [logicalId, { type, properties }] of resources) {
    if (type !== 'AWS::ECS::Service' || properties['LaunchType'] !== undefined) continue;
    const cluster = clusterOf(properties);
    const needs = associations
      .filter(([, association]) => cluster !== undefined && clusterOf(association.properties) === cluster)
      .map(([id]) => id)
      .filter((id) => !reaches(implied, id, logicalId));
    if (needs.length > 0) implied.set(logicalId, new Set([...(dependencies.get(logicalId) ?? []), ...needs]));
  }
  return implied;
}

/** What a resource's Cluster names: a logical id, else the text itself. */
function clusterOf(properties: ResourceDeclaration['properties']): string | undefined {
  const cluster = properties['Cluster'];
  if (typeof cluster === 'string') return `"${cluster}"`;
  if (cluster === undefined) return undefined;
  const [reference] = referencesIn(cluster);
  if (reference?.kind === 'ref') return reference.name;
  return reference?.kind === 'attribute' ? reference.logicalId : undefined;
}

/** Whether one thing needs another, by way of any others. */
function reaches(dependencies: Dependencies, from: string, to: string): boolean {
  const seen = new Set<string>();
  const visit = (name: string): boolean => {
    if (name === to) return true;
    if (seen.has(name)) return false;
    seen.add(name);
    return [...(dependencies.get(name) ?? [])].some(visit);
  };
  return visit(from);
}
