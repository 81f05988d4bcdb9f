import t from 'tap';
import { CALLER, createTestApi } from '../../../../support/ecs-api.ts';

const ROOT = 'arn:aws:iam::123456789012:root';

t.test('a setting is answered as ECS has it, and listed for its principal alone', (t) => {
  const api = createTestApi();
  const setting = {
    name: 'containerInsights',
    value: 'enabled',
    principalArn: CALLER.principalArn,
    type: 'user',
  };
  t.strictSame(api.call('PutAccountSetting', { name: 'containerInsights', value: 'enabled' }), { setting });
  t.strictSame(api.call('ListAccountSettings', {}), { settings: [setting] });
  t.strictSame(api.call('ListAccountSettings', { principalArn: ROOT }), { settings: [] });
  t.end();
});

t.test('effective settings: one’s own, else the account’s, else AWS’s', (t) => {
  const api = createTestApi();
  const effective = (name: 'containerInsights' | 'taskLongArnFormat') =>
    api.call('ListAccountSettings', { name, effectiveSettings: true }).settings?.[0]?.value;
  t.equal(effective('containerInsights'), 'disabled');
  t.equal(effective('taskLongArnFormat'), 'enabled');
  t.match(api.call('PutAccountSettingDefault', { name: 'containerInsights', value: 'enabled' }).setting, {
    principalArn: ROOT,
  });
  t.equal(effective('containerInsights'), 'enabled');
  api.call('PutAccountSetting', { name: 'containerInsights', value: 'enhanced' });
  t.equal(effective('containerInsights'), 'enhanced');
  t.match(api.call('DeleteAccountSetting', { name: 'containerInsights' }).setting, {
    name: 'containerInsights',
    value: 'enabled',
    principalArn: CALLER.principalArn,
  });
  t.equal(effective('containerInsights'), 'enabled');
  t.end();
});

t.test('all eleven effective settings come in pages of ten (ECS API reference)', (t) => {
  const api = createTestApi();
  const first = api.call('ListAccountSettings', { effectiveSettings: true });
  t.equal(first.settings?.length, 10);
  const second = api.call('ListAccountSettings', { effectiveSettings: true, nextToken: first.nextToken });
  t.equal(new Set([...(first.settings ?? []), ...(second.settings ?? [])].map(({ name }) => name)).size, 11);
  t.equal(second.nextToken, undefined);
  t.match(api.refusal('ListAccountSettings', { maxResults: 11 }), { code: 'InvalidParameterException' });
  t.end();
});

t.test('an unknown name, a wrong value and what only AWS changes are refused', (t) => {
  const api = createTestApi();
  t.match(api.refusal('PutAccountSetting', { name: 'nope', value: 'enabled' }), {
    code: 'InvalidParameterException',
    // Source: ECS's words, recorded through another emulator.
    message:
      /^unknown should be one of \[serviceLongArnFormat,taskLongArnFormat,containerInstanceLongArnFormat,/,
  });
  t.match(api.refusal('PutAccountSetting', { name: 'toString', value: 'enabled' }), {
    message: /^unknown should/,
  });
  t.equal(
    api.refusal('PutAccountSetting', { name: 'fargateTaskRetirementWaitPeriod', value: '8' }).message,
    'value should be one of [0,7,14]',
  );
  t.match(api.refusal('PutAccountSetting', { name: 'containerInsights' }), {
    message: 'value can not be blank.',
  });
  t.match(api.refusal('PutAccountSetting', { name: 'guardDutyActivate', value: 'on' }), {
    code: 'InvalidParameterException',
  });
  t.match(api.refusal('ListAccountSettings', { value: 'enabled' }), { code: 'InvalidParameterException' });
  t.strictSame(api.call('ListAccountSettings', {}).settings, []);
  t.end();
});

t.test('settings of one account and region are no other’s', (t) => {
  const api = createTestApi();
  api.call('PutAccountSettingDefault', { name: 'containerInsights', value: 'enabled' });
  const other = { ...CALLER, region: 'us-east-1' };
  t.equal(
    api.call('ListAccountSettings', { name: 'containerInsights', effectiveSettings: true }, other)
      .settings?.[0]?.value,
    'disabled',
  );
  t.end();
});
