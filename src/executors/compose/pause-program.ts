/** Machines for which there is a program, in the engine's words. */
export const PAUSE_ARCHITECTURES = ['amd64', 'arm64'] as const;
export type PauseArchitecture = (typeof PAUSE_ARCHITECTURES)[number];

/** Where the file lies in memory. */
const BASE = 0x40_0000;
const ELF_HEADER_BYTES = 64;
const PROGRAM_HEADER_BYTES = 56;
const CODE_AT = ELF_HEADER_BYTES + PROGRAM_HEADER_BYTES;
/** The kernel's `struct sigaction`: handler, flags, restorer, mask; 8 bytes each on both machines. */
const ACTION_BYTES = 32;
const SET_BYTES = 8;

const SIG_IGN = 1n;
const SIGCHLD = 17;
/** SIGINT (2) and SIGTERM (15) as a set of signals: signal n is bit n - 1. */
const END_SIGNALS = (1n << 1n) | (1n << 14n);

/** Source: Linux, include/uapi/linux/elf-em.h. */
const MACHINES = { amd64: 62, arm64: 183 } as const;

/**
 * The program of the pause container: a static ELF file for Linux of some 250 bytes, so that no registry and no compiler
 * is needed. It waits for SIGTERM or SIGINT and then ends with 0. As the first process of a task's processes it has
 * SIGCHLD ignored, by which the kernel itself does away with those that end and whose parents are gone.
 *
 *     rt_sigaction(SIGCHLD, {SIG_IGN}, NULL, 8)
 *     rt_sigprocmask(SIG_BLOCK, {SIGINT, SIGTERM}, NULL, 8)
 *     while (rt_sigtimedwait({SIGINT, SIGTERM}, NULL, NULL, 8) < 0) {}
 *     exit_group(0)
 *
 * The signals are blocked since a first process never gets one that it has no handler for, but may wait for it.
 * Source: elf(5), sigaction(2), sigwaitinfo(2), pid_namespaces(7).
 */
export function pauseProgram(architecture: PauseArchitecture): Buffer {
  const code = architecture === 'amd64' ? amd64Code() : arm64Code();
  const size = CODE_AT + code.length + ACTION_BYTES + SET_BYTES;
  const file = Buffer.alloc(size);
  file.write('\x7fELF', 'latin1');
  // 64 bit, little-endian, version 1.
  file.set([2, 1, 1], 4);
  file.writeUInt16LE(2, 16); // ET_EXEC
  file.writeUInt16LE(MACHINES[architecture], 18);
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(BigInt(BASE + CODE_AT), 24); // where it starts
  file.writeBigUInt64LE(BigInt(ELF_HEADER_BYTES), 32); // where the program headers are
  file.writeUInt16LE(ELF_HEADER_BYTES, 52);
  file.writeUInt16LE(PROGRAM_HEADER_BYTES, 54);
  file.writeUInt16LE(1, 56);
  file.writeUInt16LE(64, 58); // size of a section header; there is none

  // The whole file as one segment to read and execute.
  const header = file.subarray(ELF_HEADER_BYTES);
  header.writeUInt32LE(1, 0); // PT_LOAD
  header.writeUInt32LE(5, 4); // PF_R | PF_X
  header.writeBigUInt64LE(BigInt(BASE), 16);
  header.writeBigUInt64LE(BigInt(BASE), 24);
  header.writeBigUInt64LE(BigInt(size), 32);
  header.writeBigUInt64LE(BigInt(size), 40);
  header.writeBigUInt64LE(0x1_0000n, 48); // the largest pages of either machine

  file.set(code, CODE_AT);
  const dataAt = CODE_AT + code.length;
  file.writeBigUInt64LE(SIG_IGN, dataAt);
  file.writeBigUInt64LE(END_SIGNALS, dataAt + ACTION_BYTES);
  return file;
}

/** Source: Intel 64 manual, volume 2; Linux, arch/x86/entry/syscalls/syscall_64.tbl. */
function amd64Code(): Buffer {
  const imm32 = (value: number): number[] =>
    [value, value >> 8, value >> 16, value >> 24].map((v) => v & 0xff);
  const instructions = (actionAt: number, setAt: number): number[] => {
    const eax = (value: number): number[] => [0xb8, ...imm32(value)];
    const edi = (value: number): number[] => [0xbf, ...imm32(value)];
    const esi = (value: number): number[] => [0xbe, ...imm32(value)];
    const r10d = (value: number): number[] => [0x41, 0xba, ...imm32(value)];
    const edxZero = [0x31, 0xd2];
    const syscall = [0x0f, 0x05];
    const wait = [...eax(128), ...edi(setAt), ...esi(0), ...edxZero, ...r10d(SET_BYTES), ...syscall];
    const testEax = [0x85, 0xc0];
    const jumpIfNegative = [0x78, -(wait.length + testEax.length + 2) & 0xff];
    return [
      ...[...eax(13), ...edi(SIGCHLD), ...esi(actionAt), ...edxZero, ...r10d(SET_BYTES), ...syscall],
      ...[...eax(14), ...edi(0), ...esi(setAt), ...edxZero, ...r10d(SET_BYTES), ...syscall],
      ...[...wait, ...testEax, ...jumpIfNegative],
      ...[...eax(231), ...edi(0), ...syscall],
    ];
  };
  const { length } = instructions(0, 0);
  const actionAt = BASE + CODE_AT + length;
  return Buffer.from(instructions(actionAt, actionAt + ACTION_BYTES));
}

/** Source: Arm architecture reference manual, A64 instructions; Linux, include/uapi/asm-generic/unistd.h. */
function arm64Code(): Buffer {
  const instructions = (length: number): number[] => {
    const move = (register: number, value: number): number => 0xd280_0000 | (value << 5) | register;
    /** The address of the data `offset` bytes after the code, as the instruction at `index` names it. */
    const address = (register: number, offset: number, index: number): number => {
      const distance = length + offset - index * 4;
      return 0x1000_0000 | ((distance & 3) << 29) | ((distance >> 2) << 5) | register;
    };
    const syscall = 0xd400_0001;
    const [x0, x1, x2, x3, x8] = [0, 1, 2, 3, 8];
    const jumpIfNegative = (register: number, by: number): number =>
      0xb7f8_0000 | ((by & 0x3fff) << 5) | register;
    return [
      ...[move(x8, 134), move(x0, SIGCHLD), address(x1, 0, 2), move(x2, 0), move(x3, SET_BYTES), syscall],
      ...[
        move(x8, 135),
        move(x0, 0),
        address(x1, ACTION_BYTES, 8),
        move(x2, 0),
        move(x3, SET_BYTES),
        syscall,
      ],
      ...[
        move(x8, 137),
        address(x0, ACTION_BYTES, 13),
        move(x1, 0),
        move(x2, 0),
        move(x3, SET_BYTES),
        syscall,
      ],
      jumpIfNegative(x0, -6),
      ...[move(x8, 94), move(x0, 0), syscall],
    ];
  };
  const length = instructions(0).length * 4;
  const code = Buffer.alloc(length);
  for (const [index, word] of instructions(length).entries()) code.writeUInt32LE(word >>> 0, index * 4);
  return code;
}
