import type { ApiHead } from '../../model/api.ts';
import { isSignal } from './signals/signal-url.ts';

/** By what requests are known to be CloudFormation's. */
export const cloudFormationHead = {
  service: 'cloudformation',
  wire: {
    protocol: 'query',
    version: '2010-05-15',
    xmlNamespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
  },
} as const satisfies ApiHead;

/** The same of signals, which are PUT to the URL of a wait condition's handle. */
export const signalsHead = {
  service: 'cloudformation-waitcondition',
  wire: { protocol: 'rest', claims: ({ method, url }) => isSignal(method, url) },
} as const satisfies ApiHead;
