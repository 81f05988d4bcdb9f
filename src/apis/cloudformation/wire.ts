import type { RestAnswer, RestRequest, RestWire } from '../../model/rest.ts';
import { isSignal } from './signals/signal-url.ts';

/** By what requests are known to be CloudFormation's; apart from its code, which is loaded when the first one comes. */
export const cloudFormationWire = {
  protocol: 'query',
  version: '2010-05-15',
  xmlNamespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
} as const;

/** The same of signals, which are PUT to the URL of a wait condition's handle. */
export const signalWire = (receive: (request: RestRequest) => Promise<RestAnswer>): RestWire => ({
  protocol: 'rest',
  claims: ({ method, url }) => isSignal(method, url),
  serve: (_context, request) => receive(request),
});
