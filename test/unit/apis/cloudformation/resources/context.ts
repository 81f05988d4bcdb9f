import type { ResourceContext } from '../../../../../src/apis/cloudformation/resources/handler.ts';

const STACK_ID = 'arn:aws:cloudformation:us-east-1:000000000000:stack/demo/uuid';

/** What a handler is called with, as far as a test does not say otherwise. */
export const resourceContext = (more: Partial<ResourceContext> = {}): ResourceContext => ({
  scope: { account: '000000000000', region: 'us-east-1' },
  stackId: STACK_ID,
  stackName: 'demo',
  logicalId: 'Thing',
  type: 'AWS::Some::Thing',
  token: 'generation',
  physicalId: 'thing',
  properties: {},
  before: undefined,
  attributes: {},
  creationPolicy: undefined,
  data: {},
  kept: {},
  reads: [],
  isRetry: false,
  startedAt: new Date(0),
  now: new Date(0),
  tags: [],
  tagsBefore: [],
  isMarked: () => false,
  call: () => Promise.reject(new Error('nothing is to be called')),
  callIn: (region) => () => Promise.reject(new Error(`nothing is to be called in ${region}`)),
  callUpstream: () => Promise.reject(new Error('no upstream is to be called')),
  ...more,
});
