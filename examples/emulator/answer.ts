/** The answer to an operation: a value, or a fault from the library or from the emulator itself. */

export type Answer<T = object> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: { readonly code: string; readonly message: string } };

export function refuse(code: string, message: string): Answer<never> {
  return { ok: false, fault: { code, message } };
}
