/** By what requests are known to be CloudFormation's; apart from its code, which is loaded when the first one comes. */
export const cloudFormationWire = {
  protocol: 'query',
  version: '2010-05-15',
  xmlNamespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
} as const;
