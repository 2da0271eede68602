/** The answer to an operation: a value, or a fault of the library's or of the emulator's own. */

export type Answer<T = object> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: { readonly code: string; readonly message: string } };

export function refuse(code: string, message: string): Answer<never> {
  return { ok: false, fault: { code, message } };
}
