import t from 'tap';
import { AwsError } from '../../../src/model/aws-error.ts';
import { lowerFirst, sharedRefusals, violationWords } from '../../../src/model/violation.ts';

const refuse = (shown: string, path: string, rule: string): AwsError =>
  new AwsError('ValidationException', violationWords(shown, lowerFirst(path), rule));
const START = '1 validation error detected: Value';

// Source: the words that AWS's services share, recorded of CloudWatch Logs, Systems Manager and CloudFormation.
t.test(
  'what is missing, not of an enumeration, or outside its bounds is refused in the words that services share',
  (t) => {
    const refusals = sharedRefusals(refuse);
    t.equal(
      refusals.missingMember('PutParameter', 'Name').message,
      `${START} null at 'name' failed to satisfy constraint: Member must not be null`,
    );
    t.equal(
      refusals.invalidEnum('PutParameter', 'Type', 'Text', ['String', 'StringList']).message,
      `${START} 'Text' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [String, StringList]`,
    );
    t.equal(
      refusals.invalidValue('GetParameters', 'Names', 0, 'Member must have length greater than or equal to 1')
        .message,
      `${START} '0' at 'names' failed to satisfy constraint: Member must have length greater than or equal to 1`,
    );
    t.end();
  },
);

t.test('a value that may be a secret is not repeated', (t) => {
  const { invalidEnum, invalidValue } = sharedRefusals(refuse, () => 'given');
  for (const { message } of [
    invalidEnum('PutSecretValue', 'SecretString', 'hunter2', ['a']),
    invalidValue('PutSecretValue', 'SecretString', 'hunter2', 'rule'),
  ]) {
    t.match(message, `${START} given at 'secretString'`);
    t.notMatch(message, 'hunter2');
  }
  t.end();
});
