import fc from 'fast-check';
import t from 'tap';
import { environmentOf, environmentText } from '../../../../src/console/web/shared/environment.ts';
import {
  parsed,
  portsOf,
  portsText,
  withValue,
} from '../../../../src/console/web/pages/task-definitions/draft.ts';

t.test('the form changes its member alone and leaves the rest of the text', async (t) => {
  const text = '{\n  "family": "a",\n  "volumes": [ { "name": "v" } ]\n}\n';
  t.equal(
    withValue(text, ['family'], 'b"<x>'),
    '{\n  "family": "b\\"<x>",\n  "volumes": [ { "name": "v" } ]\n}\n',
  );
  t.same(parsed(withValue(text, ['volumes'], undefined)), { family: 'a' });
  t.same(parsed(withValue('{}', ['containerDefinitions', 0, 'image'], 'i')), {
    containerDefinitions: [{ image: 'i' }],
  });
});

t.test('what is no object is no definition', async (t) => {
  for (const text of ['', '[]', '1', 'null', '{']) t.equal(parsed(text), undefined, text);
});

t.test('ports', async (t) => {
  t.same(portsOf('80, 8080:81 53/udp'), [
    { containerPort: 80 },
    { containerPort: 81, hostPort: 8080 },
    { containerPort: 53, protocol: 'udp' },
  ]);
  t.same(portsOf(' '), []);
  for (const text of ['http', '80/sctp', '1:2:3', '-1']) t.equal(portsOf(text), undefined, text);
});

t.test('ports and environments are the same after being typed', async (t) => {
  const port = fc.integer({ min: 1, max: 65_535 });
  const mapping = fc.record(
    { containerPort: port, hostPort: port, protocol: fc.constantFrom('tcp' as const, 'udp' as const) },
    { requiredKeys: ['containerPort'] },
  );
  const name = fc.stringMatching(/^[^\n=]*[^\s=][^\n=]*$/);
  const value = fc.stringMatching(/^[^\n]*$/);
  fc.assert(
    fc.property(fc.array(mapping), (ports) => {
      t.strictSame(
        portsOf(portsText(ports)),
        ports.map((given) => ({ ...given })),
      );
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.record({ name, value })), (environment) => {
      t.strictSame(
        environmentOf(environmentText(environment)),
        environment.map((given) => ({ ...given })),
      );
    }),
  );
});
