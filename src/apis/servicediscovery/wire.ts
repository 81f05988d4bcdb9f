/** By what requests are known to be Cloud Map's; apart from its code, which is loaded when the first one comes. */
export const discoveryWire = {
  service: 'servicediscovery',
  wire: { protocol: 'awsJson', targetPrefix: 'Route53AutoNaming_v20170314', timestamps: 'epochSeconds' },
} as const;
