import t from 'tap';
import {
  evaluateProperties,
  unversionedNames,
} from '../../../../../src/apis/cloudformation/template/pins.ts';
import { made, prepare } from './helpers.ts';

t.test('only references without a version are to be pinned, with what functions make of them', async (t) => {
  const prepared = await prepare({
    Parameters: { Env: { Type: 'String', Default: 'dev' } },
    Resources: {
      A: {
        Type: 'T::A::A',
        Properties: {
          Plain: '{{resolve:ssm:/a}}',
          Within: ['x-{{resolve:ssm:/a}}-{{resolve:ssm:/b:3}}'],
          Made: { 'Fn::Sub': '{{resolve:ssm:/${Env}/c}}' },
          Secure: '{{resolve:ssm-secure:/a}}',
          Unknown: '{{resolve:ssm:/unknown}}',
          Arn: '{{resolve:ssm:arn:aws:ssm:us-east-1:123456789012:parameter/d}}',
        },
      },
    },
  });
  const declaration = prepared.resources.get('A');
  if (!declaration) throw new Error('it is not there');
  const arn = 'arn:aws:ssm:us-east-1:123456789012:parameter/d';
  t.same(unversionedNames(evaluateProperties(declaration, prepared, made).value), [
    '/a',
    '/a',
    '/dev/c',
    '/unknown',
    arn,
  ]);
  const pins = { '/a': 7, '/dev/c': 2, [arn]: 1 };
  t.same(evaluateProperties(declaration, { ...prepared, pins }, made).value, {
    Plain: '{{resolve:ssm:/a:7}}',
    Within: ['x-{{resolve:ssm:/a:7}}-{{resolve:ssm:/b:3}}'],
    Made: '{{resolve:ssm:/dev/c:2}}',
    Secure: '{{resolve:ssm-secure:/a}}',
    Unknown: '{{resolve:ssm:/unknown}}',
    Arn: `{{resolve:ssm:${arn}:1}}`,
  });
});
