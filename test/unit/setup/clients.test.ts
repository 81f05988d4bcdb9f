import t from 'tap';
import { isAwsCliV2 } from '../../../src/setup/clients.mjs';

t.test('only the second version of the AWS CLI is one that the tests can use', (t) => {
  t.ok(isAwsCliV2('aws-cli/2.9.19 Python/3.11.2 Linux/6.1 source/x86_64.debian.12 prompt/off\n'));
  t.notOk(isAwsCliV2('aws-cli/1.45.11 md/Botocore#1.43.11 ua/2.1 os/linux lang/python#3.11.7\n'));
  t.notOk(isAwsCliV2('pyenv: aws: command not found\n'));
  t.end();
});
