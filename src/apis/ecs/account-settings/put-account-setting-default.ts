import type { PutAccountSettingDefaultRequest, PutAccountSettingDefaultResponse } from '@aws-sdk/client-ecs';
import type { EcsOperation } from '../dependencies.ts';
import { rootOf, settingShape } from './effective.ts';
import { accountSetting, checkValue } from './rules.ts';

/** Saves a setting for every principal of the account that has none of its own. */
export const putAccountSettingDefault: EcsOperation<
  PutAccountSettingDefaultRequest,
  PutAccountSettingDefaultResponse
> = ({ store, caller }, { name, value }) => {
  const setting = settingShape(accountSetting(name).name, checkValue(name, value), rootOf(caller));
  store.settings.put(caller, setting);
  return { setting };
};
