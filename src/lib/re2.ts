import { createRequire } from 'node:module';
import type * as Re2js from 're2js';
import { once } from './once.ts';

/** RE2: patterns that are matched in time linear in the text, whatever they are. Most runs need none, so it is loaded when asked for. */
export const re2 = once(() => createRequire(import.meta.url)('re2js') as typeof Re2js);
