import { InvalidArgumentError } from 'commander';

/** @returns the parser of an option whose value is a number in a range. One that need not be whole can be a fraction: `1/60` */
export function number(from: number, to: number, whole = false): (text: string) => number {
  return (text) => {
    const [dividend = '', divisor = '1', ...others] = whole ? [text] : text.split('/');
    const value = Number(dividend) / Number(divisor);
    const isNumber = others.length === 0 && [dividend, divisor].every((part) => part.trim() !== '');
    if (!isNumber || !(value >= from && value <= to) || (whole && !Number.isInteger(value))) {
      throw new InvalidArgumentError(`Fix: use a ${whole ? 'whole ' : ''}number from ${from} to ${to}.`);
    }
    return value;
  };
}
