#!/usr/bin/env node
// Plain JavaScript: an entry in TypeScript would load the type stripper (10 MB) before the compile cache is on.
import module from 'node:module';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 16)) {
  process.stderr.write(`ecsidecar needs Node 22.16 or newer; this is ${process.versions.node}.\n`);
  process.exit(1);
}
// Compiled (and, in a clone, type-stripped) code is kept between runs.
module.enableCompileCache();
const { main } = await import('./commands.ts');
process.exitCode = await main(process.argv);
