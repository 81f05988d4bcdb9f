import type { PutAccountSettingRequest, PutAccountSettingResponse } from '@aws-sdk/client-ecs';
import type { EcsOperation } from '../dependencies.ts';
import { settingShape } from './effective.ts';
import { accountSetting, checkValue } from './rules.ts';

/** Saves a setting for one principal, the caller when none is named. */
export const putAccountSetting: EcsOperation<PutAccountSettingRequest, PutAccountSettingResponse> = (
  { store, caller },
  { name, value, principalArn = caller.principalArn },
) => {
  const setting = settingShape(accountSetting(name).name, checkValue(name, value), principalArn);
  store.settings.put(caller, setting);
  return { setting };
};
