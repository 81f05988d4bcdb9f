import { test } from 'tap';
import { queryAnswer } from '../../../src/gateway/answers.ts';
import { parseForm } from '../../../src/gateway/query-form.ts';

test('a form is read as structures, lists in the order of their numbers, and maps', (t) => {
  const form = new URLSearchParams(
    'Action=A&Tags.member.10.Key=b&Tags.member.2.Key=a&Capabilities.member.1=X&Empty=&S.Inner=v&M.entry.1.key=k&M.entry.1.value=w',
  );
  t.strictSame(parseForm(form), {
    Action: 'A',
    Tags: [{ Key: 'a' }, { Key: 'b' }],
    Capabilities: ['X'],
    Empty: '',
    S: { Inner: 'v' },
    M: { k: 'w' },
  });
  t.end();
});

test('names of a form never reach the prototype', (t) => {
  const read = parseForm([['__proto__.polluted', 'x']]);
  t.equal(({} as Record<string, unknown>)['polluted'], undefined);
  t.strictSame(Object.keys(read), ['__proto__']);
  t.end();
});

test('answers have lists of members, ISO times, and escaped texts', async (t) => {
  const output = { At: new Date(0), L: [{ A: '<&>' }, { A: true }], None: [], No: undefined };
  const { body } = await queryAnswer('Do', output, { xmlNamespace: 'urn:x' }, 'id');
  t.match(String(body), '<At>1970-01-01T00:00:00.000Z</At>');
  t.match(String(body), '<L><member><A>&lt;&amp;&gt;</A></member><member><A>true</A></member></L>');
  t.match(String(body), /<None>.*<\/None>|<None\/>/);
  t.notMatch(String(body), '<No>');
  const ec2 = await queryAnswer('Do', output, { xmlNamespace: 'urn:x', dialect: 'ec2' }, 'id');
  t.match(String(ec2.body), '<DoResponse xmlns="urn:x"><requestId>id</requestId><At>');
  t.match(String(ec2.body), '<L><item><A>');
});
