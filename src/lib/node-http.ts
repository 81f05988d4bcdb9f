import type * as NodeHttp from 'node:http';

/**
 * Node's own HTTP. Never `import`ed: that reads every export of the module, and one of them (`WebSocket`) loads undici,
 * which is 25 ms of a start and 4 MB that nothing here needs.
 */
export const nodeHttp = (): typeof NodeHttp => process.getBuiltinModule('node:http');
