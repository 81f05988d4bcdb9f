import fc from 'fast-check';
import t from 'tap';
import { compileFilterPattern } from '../../../../../src/apis/logs/filter-pattern/compile.ts';

/** Which of the messages a pattern matches. */
const matching = (pattern: string, messages: readonly string[]): string[] =>
  messages.filter(compileFilterPattern(pattern));

/** The messages of the user guide's examples. */
const ERRORS = [
  '[ERROR 400] BAD REQUEST',
  '[ERROR 401] UNAUTHORIZED REQUEST',
  '[ERROR 419] MISSING ARGUMENTS',
  '[ERROR 420] INVALID ARGUMENTS',
];

t.test('an empty pattern matches all', (t) => {
  t.same(matching('', ERRORS), ERRORS);
  t.same(matching('   ', ERRORS), ERRORS);
  t.same(matching('""', ERRORS), ERRORS);
  t.end();
});

t.test('terms, as the user guide has them', (t) => {
  t.same(matching('ERROR', ERRORS), ERRORS);
  t.same(matching('error', ERRORS), [], 'in their case');
  t.same(matching('ERROR ARGUMENTS', ERRORS), ERRORS.slice(2), 'all of several');
  t.same(matching('?REQUEST ?INVALID', ERRORS), [ERRORS[0], ERRORS[1], ERRORS[3]], 'any of several');
  t.same(matching('ERROR -400', ERRORS), ERRORS.slice(1), 'but not');
  t.same(matching('-REQUEST', ERRORS), ERRORS.slice(2));
  t.same(matching('"INVALID ARGUMENTS"', ERRORS), [ERRORS[3]], 'a phrase');
  t.same(matching('-"BAD REQUEST" REQUEST', ERRORS), [ERRORS[1]]);
  t.same(matching('?INVALID MISSING', ERRORS), [ERRORS[2]], 'optional terms have no effect beside others');
  t.same(matching('"a \\"b\\" \\\\"', ['a "b" \\', 'a b']), ['a "b" \\']);
  t.same(matching('naïve', ['a naïve one', 'naive']), ['a naïve one']);
  t.end();
});

t.test('regular expressions, as the user guide has them', (t) => {
  t.same(matching('%AUTHORIZED%', [...ERRORS, 'AUTHORIZED']), [ERRORS[1], 'AUTHORIZED']);
  t.same(matching('%^.ERROR%', ERRORS), ERRORS);
  t.same(matching('%4[01]\\d%', ERRORS), ERRORS.slice(0, 3));
  t.same(matching('%colou?r%', ['color', 'colour', 'colr']), ['color', 'colour']);
  t.same(matching('%10\\.10\\.0\\.1%', ['10.10.0.1', '10x10.0.1']), ['10.10.0.1']);
  t.same(matching('%\\x28a\\x29%', ['(a)', 'a']), ['(a)']);
  t.same(matching('ERROR %4\\d{2}.% -MISSING', ERRORS), [ERRORS[0], ERRORS[1], ERRORS[3]]);
  t.end();
});

const JSON_EVENT = JSON.stringify({
  eventType: 'UpdateTrail',
  sourceIPAddress: '111.111.111.111',
  arrayKey: ['value', 'another value'],
  objectList: [{ name: 'a', id: 1 }, { id: 2 }],
  SomeObject: null,
  ThisFlag: true,
  bandwidth: 5.5,
  'user.name': 'dotted',
  numberAsText: '404',
});

t.test('JSON selectors', (t) => {
  const holds = (condition: string): boolean => compileFilterPattern(`{ ${condition} }`)(JSON_EVENT);
  for (const condition of [
    '$.eventType = "UpdateTrail"',
    '$.eventType = UpdateTrail',
    '$.eventType = "Upd*Tr*l"',
    '$.eventType = %^Update%',
    '$.eventType != NoTrail',
    '$.eventType != %x%',
    '$.sourceIPAddress != 123.123.*',
    '$.sourceIPAddress = 111.111.*',
    '$.arrayKey[0] = "value"',
    '$.arrayKey[*] = "another value"',
    '$.objectList[1].id = 2',
    '$.objectList[*].id = 2',
    '$.SomeObject IS NULL',
    '$.SomeOtherObject NOT EXISTS',
    '$.ThisFlag IS TRUE',
    '$.bandwidth = 5.5',
    '$.bandwidth > 5 && $.bandwidth <= 5.5',
    '$.bandwidth >= 5.5e0',
    '$.bandwidth < 6',
    '$.bandwidth != 6',
    "$.['user.name'] = dotted",
    '$.numberAsText = 404',
    '$.numberAsText = "4*"',
    '($.eventType = x || $.ThisFlag IS TRUE) && $.bandwidth = 5*',
    '$.eventType = UpdateTrail || $.eventType = x && $.bandwidth = 9',
  ])
    t.ok(holds(condition), condition);
  for (const condition of [
    '$.eventType = "updatetrail"',
    '$.eventType = "Update"',
    '$.eventType > 5',
    '$.missing = 1',
    '$.missing != 1',
    '$.missing IS NULL',
    '$.SomeObject NOT EXISTS',
    '$.ThisFlag IS FALSE',
    '$.ThisFlag = true',
    '$.arrayKey = "value"',
    '$.arrayKey[2] = "value"',
    '$.bandwidth = "5.5"',
    '($.eventType = UpdateTrail || $.eventType = x) && $.bandwidth = 9',
    '$.constructor IS NULL',
    '$.__proto__.x NOT EXISTS && $.eventType = x',
  ])
    t.notOk(holds(condition), condition);
  const matches = compileFilterPattern('{ $.a NOT EXISTS }');
  t.notOk(matches('no JSON'));
  t.notOk(matches('{ "b": 1'));
  t.ok(matches('  {"b": 1}'));
  t.ok(compileFilterPattern('{$.a.b-c_d=1&&$.n<=-1.5e-3}')('{"a":{"b-c_d":1},"n":-2}'), 'without spaces');
  t.end();
});

const ACCESS = [
  '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 200 1534',
  '127.0.0.1 Prod frank [10/Oct/2000:13:35:22 -0700] "GET /test/page1.html HTTP/1.0" 404 5324',
  '10.0.0.9 Dev ann [10/Oct/2000:13:50:35 -0700] "GET /x HTTP/1.0" 500 9',
];
const FIELDS = 'ip, user, username, timestamp, request';

t.test('space-delimited selectors, as the user guide has them', (t) => {
  t.same(matching(`[${FIELDS}, status_code, bytes]`, ACCESS), ACCESS);
  t.same(matching(`[${FIELDS}, status_code = 4*, bytes]`, ACCESS), [ACCESS[1]]);
  t.same(matching(`[${FIELDS} =*.html*, status_code = 4*, bytes]`, ACCESS), [ACCESS[1]]);
  t.same(matching(`[${FIELDS}, status_code = 404 || status_code = 500, bytes > 10]`, ACCESS), [ACCESS[1]]);
  t.same(matching('[ip=%127\\.0\\.0\\.[1-9]%, user, username, ...]', ACCESS), ACCESS.slice(0, 2));
  t.same(matching('[..., request =*.html*, status_code = 4*, bytes]', ACCESS), [ACCESS[1]]);
  t.same(matching('[ip = 10.*, ..., bytes < 10]', ACCESS), [ACCESS[2]]);
  t.same(matching('[..., (bytes >= 9 && bytes <= 1534)]', ACCESS), [ACCESS[0], ACCESS[2]]);
  t.same(matching('[w1!=ERROR&&w1!=WARN, w2]', ['ERROR a', 'WARN b', 'INFO c']), ['INFO c']);
  t.same(matching('[w1="a b"]', ['"a b"', '[a b]', 'a b c']), ['"a b"', '[a b]']);
  t.same(matching('[a, b, c]', ['1 2', '1 2 3']), ['1 2 3'], 'too few words');
  t.same(
    matching('[timestamp=*Z, request_id="*-*", event]', ['2026Z\ta-b\tany words {"at": "the end"}']).length,
    1,
    'the last field has the rest',
  );
  t.same(matching('[..., s != 404, b]', ACCESS), [ACCESS[0], ACCESS[2]]);
  t.end();
});

t.test('what cannot be read is refused as CloudWatch Logs does it', (t) => {
  for (const pattern of [
    'error:',
    '- a',
    'a"b"',
    '"open',
    '%open',
    '%a(b)%',
    '%something!%',
    '%[%',
    '%\\q%',
    '%a{2000}%',
    '{ }',
    '{ $.a }',
    '{ $ = 1 }',
    '{ $.a = }',
    '{ $.a = 1 && }',
    '{ ($.a = 1 }',
    '{ $.a > x }',
    '{ $.a = %x% && $.b = %y% && $.c = %z% }',
    '{ $.a > %x% }',
    '{ $.a = 1 } }',
    '[]',
    '[a',
    '[a = 1 && b = 2]',
    '[..., a, ...]',
    '[a = ]',
  ])
    t.throws(
      () => compileFilterPattern(pattern),
      { code: 'InvalidParameterException', message: 'Invalid filter pattern' },
      pattern,
    );
  t.throws(() => compileFilterPattern('{ $.a = 1'), {
    message: "If a filter pattern starts with '{' it must end with '}'",
  });
  t.throws(() => compileFilterPattern('a'.repeat(1025)), {
    message: /at 'filterPattern' .* less than or equal to 1024/,
  });
  t.end();
});

t.test('any text is either compiled or refused in AWS words, and no pattern holds up the process', (t) => {
  const part = fc.constantFrom(
    ...[
      '$.a',
      '[',
      ']',
      '{',
      '}',
      '(',
      ')',
      '=',
      '!=',
      '>',
      '&&',
      '||',
      '"x"',
      '%a*%',
      '...',
      ',',
      'w',
      '-',
      '?',
      ' ',
      '4*',
      '\\',
    ],
  );
  const pattern = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(part, { maxLength: 12 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(pattern, fc.string(), (text, message) => {
      try {
        return typeof compileFilterPattern(text)(message) === 'boolean';
      } catch (error) {
        return (error as { code?: string }).code === 'InvalidParameterException';
      }
    }),
    { numRuns: 2000 },
  );
  const hostile = compileFilterPattern(`%${'a*'.repeat(200)}b%`);
  t.notOk(hostile('a'.repeat(2000)));
  t.end();
});

t.test('a quoted term finds just what String.includes finds', (t) => {
  const quote = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string(), fc.string(), (term, before, after) =>
      compileFilterPattern(quote(term))(before + term + after),
    ),
  );
  fc.assert(
    fc.property(
      fc.string({ minLength: 1 }),
      fc.string(),
      (term, message) => compileFilterPattern(quote(term))(message) === message.includes(term),
    ),
  );
  t.end();
});

t.test('a text with * matches what the same regular expression matches', (t) => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 1, maxLength: 8 });
  const value = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 });
  fc.assert(
    fc.property(letters, value, (pattern, text) => {
      const expected = new RegExp(`^${pattern.replace(/\*+/g, '.*')}$`).test(text);
      return compileFilterPattern(`{ $.v = "${pattern}" }`)(JSON.stringify({ v: text })) === expected;
    }),
    { numRuns: 2000 },
  );
  t.end();
});
