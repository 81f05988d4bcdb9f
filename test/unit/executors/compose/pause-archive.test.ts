import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { PAUSE_IMAGE, pauseArchive } from '../../../../src/executors/compose/pause-archive.ts';
import { PAUSE_ARCHITECTURES, pauseProgram } from '../../../../src/executors/compose/pause-program.ts';

const CODE_AT = 64 + 56;

t.test('the program is an ELF file of one segment, for each machine', (t) => {
  for (const [architecture, machine] of [
    ['amd64', 62],
    ['arm64', 183],
  ] as const) {
    const file = pauseProgram(architecture);
    t.equal(file.toString('latin1', 0, 4), '\x7fELF');
    t.same([...file.subarray(4, 7)], [2, 1, 1], '64 bit, little-endian');
    t.equal(file.readUInt16LE(16), 2, 'executable');
    t.equal(file.readUInt16LE(18), machine);
    t.equal(file.readBigUInt64LE(24), 0x40_0000n + BigInt(CODE_AT), 'it starts at its code');
    t.equal(file.readUInt32LE(64), 1, 'to be loaded');
    t.equal(file.readUInt32LE(68), 5, 'to read and execute');
    t.equal(file.readBigUInt64LE(64 + 32), BigInt(file.length), 'the segment is the file');
    // Its data: SIG_IGN as the action of SIGCHLD, then SIGINT and SIGTERM as a set.
    t.equal(file.readBigUInt64LE(file.length - 40), 1n);
    t.equal(file.readBigUInt64LE(file.length - 8), 0x4002n);
  }
  t.end();
});

t.test('the code calls the kernel four times and names its data', (t) => {
  const amd64 = pauseProgram('amd64');
  const moves = (opcode: number): number[] =>
    [...amd64.entries()]
      .filter(([at, byte]) => byte === opcode && at >= CODE_AT && at < amd64.length - 40)
      .map(([at]) => amd64.readUInt32LE(at + 1));
  t.same(moves(0xb8), [13, 14, 128, 231], 'rt_sigaction, rt_sigprocmask, rt_sigtimedwait, exit_group');
  const data = 0x40_0000 + amd64.length;
  t.same(moves(0xbe), [data - 40, data - 8, 0]);
  const arm64 = pauseProgram('arm64');
  const words = Array.from({ length: (arm64.length - CODE_AT - 40) / 4 }, (_, index) =>
    arm64.readUInt32LE(CODE_AT + index * 4),
  );
  // `movz x8, #n` is the number of the call.
  const calls = words
    .filter((word) => (word & 0xffe0_001f) >>> 0 === 0xd280_0008)
    .map((word) => (word >>> 5) & 0xffff);
  t.same(calls, [134, 135, 137, 94]);
  t.equal(words.filter((word) => word === 0xd400_0001).length, 4);
  const named = [...words.entries()]
    .filter(([, word]) => (word & 0x9f00_0000) >>> 0 === 0x1000_0000)
    .map(([index, word]) => index * 4 + (((word >>> 5) & 0x7_ffff) << 2) + ((word >>> 29) & 3));
  const code = words.length * 4;
  t.same(named, [code, code + 32, code + 32]);
  t.end();
});

t.test('the archive of the image holds the one program', async (t) => {
  t.match(PAUSE_IMAGE, /^ecsidecar\/pause:[0-9a-f]{12}$/);
  const folder = await mkdtemp(join(tmpdir(), 'ecsidecar-pause-'));
  t.teardown(() => rm(folder, { recursive: true }));
  for (const architecture of PAUSE_ARCHITECTURES) {
    const archive = join(folder, architecture);
    await writeFile(archive, pauseArchive(architecture));
    const { stdout } = await promisify(execFile)('tar', ['-xOf', archive], { encoding: 'buffer' });
    t.same(stdout, pauseProgram(architecture));
    const { stdout: listed } = await promisify(execFile)('tar', ['-tvf', archive]);
    t.match(listed, /^-rwxr-xr-x .* pause\n$/);
  }
});
