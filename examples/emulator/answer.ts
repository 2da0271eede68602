/**
 * What an operation comes to: the library's own results, and refusals of what it does not decide.
 */

export type Answer<T = object> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: { readonly code: string; readonly message: string } };

export function refuse(code: string, message: string): Answer<never> {
  return { ok: false, fault: { code, message } };
}
