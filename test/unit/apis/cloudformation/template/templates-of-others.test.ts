import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { evaluate } from '../../../../../src/apis/cloudformation/template/evaluate.ts';
import { planChanges } from '../../../../../src/apis/cloudformation/template/plan-changes.ts';
import { made, planned, prepare } from './helpers.ts';

/** A folder of templates that others wrote, `*.json`, `*.yaml`; they are no part of the project. */
const folder = process.env['ECSIDECAR_TEMPLATES'];

t.test('templates of others are taken, ordered and evaluated', { skip: folder === undefined }, async (t) => {
  for (const file of readdirSync(folder ?? '.').filter((name) => /\.template\.(?:json|ya?ml)$/.test(name))) {
    const prepared = await prepare(readFileSync(join(folder ?? '.', file), 'utf8'));
    t.ok(prepared.resources.size > 0, file);
    const seen = new Set<string>();
    for (const [id, resource] of prepared.resources) {
      for (const need of prepared.dependencies.get(id) ?? [])
        t.ok(seen.has(need), `${file}: ${need} before ${id}`);
      seen.add(id);
      for (const surroundings of [made, planned]) {
        const { value } = evaluate(resource.properties, prepared, surroundings);
        t.notMatch(JSON.stringify(value), /\{"(?:Ref|Fn::[A-Za-z]+)":[^}]*\}/, `${file}: ${id}`);
      }
    }
    const deployed = new Map(
      [...prepared.resources].map(([id, declaration]) => [
        id,
        { declaration, properties: evaluate(declaration.properties, prepared, made) },
      ]),
    );
    t.same(planChanges(prepared, deployed, made, () => 'Never').changes, [], `${file}: nothing changes`);
  }
});
