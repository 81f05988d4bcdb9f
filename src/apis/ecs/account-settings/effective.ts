import type { Setting } from '@aws-sdk/client-ecs';
import type { Scope } from '../../../model/caller.ts';
import type { EcsContext } from '../dependencies.ts';
import { ACCOUNT_SETTINGS, accountSetting } from './rules.ts';

/** The principal under which the account's defaults are kept. Source: ECS API reference, PutAccountSettingDefault. */
export const rootOf = ({ account }: Scope): string => `arn:aws:iam::${account}:root`;

/** The value that holds for a principal: its own, else the account's default, else AWS's. */
export function effectiveSetting(context: EcsContext, name: string, principalArn: string): string {
  return effectiveOf(context.store.settings.list(context.caller), context.caller, name, principalArn);
}

/** Every setting with the value that holds for a principal. */
export function effectiveSettings({ store, caller }: EcsContext, principalArn: string): Setting[] {
  const saved = store.settings.list(caller);
  return Object.keys(ACCOUNT_SETTINGS).map((name) =>
    settingShape(name, effectiveOf(saved, caller, name, principalArn), principalArn),
  );
}

function effectiveOf(saved: readonly Setting[], scope: Scope, name: string, principalArn: string): string {
  const valueOf = (principal: string): string | undefined =>
    saved.find((setting) => setting.name === name && setting.principalArn === principal)?.value;
  return valueOf(principalArn) ?? valueOf(rootOf(scope)) ?? accountSetting(name).initial;
}

/** A setting as ECS answers it. */
export const settingShape = (name: string, value: string, principalArn: string): Setting => ({
  name: name as NonNullable<Setting['name']>,
  value,
  principalArn,
  type: name === 'guardDutyActivate' ? 'aws_managed' : 'user',
});
