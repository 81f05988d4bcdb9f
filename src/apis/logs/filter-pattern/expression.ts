import type { Scanner } from './scanner.ts';

/** Reads `a && (b || c)` with `&&` before `||`; `readCondition` takes one condition. Parentheses are taken here. */
export function readExpression<Subject>(
  scanner: Scanner,
  readCondition: (scanner: Scanner) => (subject: Subject) => boolean,
): (subject: Subject) => boolean {
  type Test = (subject: Subject) => boolean;
  const either = (): Test => {
    const tests = [both()];
    while (scanner.take('||')) tests.push(both());
    return (subject) => tests.some((test) => test(subject));
  };
  const both = (): Test => {
    const tests = [one()];
    while (scanner.take('&&')) tests.push(one());
    return (subject) => tests.every((test) => test(subject));
  };
  const one = (): Test => {
    if (!scanner.take('(')) return readCondition(scanner);
    const inner = either();
    scanner.expect(')');
    return inner;
  };
  return either();
}
