import type { DeleteAccountSettingRequest, DeleteAccountSettingResponse } from '@aws-sdk/client-ecs';
import type { EcsOperation } from '../dependencies.ts';
import { effectiveSetting, settingShape } from './effective.ts';
import { accountSetting } from './rules.ts';

/** Forgets a principal's own setting and answers the value that holds for it then. */
export const deleteAccountSetting: EcsOperation<DeleteAccountSettingRequest, DeleteAccountSettingResponse> = (
  context,
  input,
) => {
  const { store, caller } = context;
  const { name } = accountSetting(input.name);
  const principalArn = input.principalArn ?? caller.principalArn;
  store.settings.delete(caller, name, principalArn);
  return { setting: settingShape(name, effectiveSetting(context, name, principalArn), principalArn) };
};
