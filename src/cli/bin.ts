#!/usr/bin/env node
import module from 'node:module';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 13)) {
  process.stderr.write(`ecsidecar needs Node 22.13 or newer; this is ${process.versions.node}.\n`);
  process.exit(1);
}
// Compiled code is kept between runs: it halves the time to the first answer.
module.enableCompileCache();
const { main } = await import('./commands.ts');
process.exitCode = await main(process.argv);
