/**
 * Writes the bytes of a module as text.
 *
 * A byte below 64 is one printable character, `-` to `l`, but `m` in place of the backslash. A
 * character `*`, `+` or `,` before it adds 64, 128 or 192. After gzip, this takes three quarters of
 * what hexadecimal digits take, and base64 takes twice as much as those, because it hides repeated
 * bytes.
 *
 * @module
 */

/** Returns the text from which `src/batch/kernel.ts` reads the bytes. */
export function encodeModule(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => {
    const character = String.fromCharCode((byte & 63) + 45).replace('\\', 'm');
    return byte < 64 ? character : String.fromCharCode((byte >> 6) + 41) + character;
  }).join('');
}
