/** The notation of validation-cases.json: long texts and lists are written short. */

/** Expands `{a x 3}` to `aaa` and `{a x 3, }` to `a, a, a`. */
export function expandText(text: string): string {
  return text.replace(/\{([^{}]+) x (\d+)(, )?\}/g, (_, part: string, count: string, comma = '') =>
    Array(Number(count)).fill(part).join(comma),
  );
}

/** Expands the texts of a request, `$bytes` and `$times`. */
export function expandRequest(value: unknown): unknown {
  if (typeof value === 'string') return expandText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(expandRequest);
  if ('$bytes' in value) return new Uint8Array(value.$bytes as number);
  if ('$times' in value && 'entry' in value) {
    return Array(value.$times).fill(expandRequest(value.entry));
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, expandRequest(member)]),
  );
}

/** Returns a message without the values of Data and of lists, as the service has since 2022. */
export function omitData(message: string): string {
  return message.replace(/Value '(?:java\.nio\.HeapByteBuffer)?\[[^']*' at '/g, "Value at '");
}
