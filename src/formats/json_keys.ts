/**
 * Finds a key that a JSON object gives twice: `JSON.parse` silently keeps the last one, and a file that says two things
 * about one tensor is broken.
 */

/**
 * The first key that occurs twice in one object of `text`, at any depth; `undefined` when there is none.
 * `text` must be JSON that `JSON.parse` has accepted: only then can strings and braces be told apart this simply.
 */
export function duplicateJsonKey(text: string): string | undefined {
  const open: Set<string>[] = [];
  let lastString = "";
  for (const [token] of text.matchAll(/"(?:[^"\\]+|\\.)*"|[{}:]/g)) {
    if (token === "{") open.push(new Set());
    else if (token === "}") open.pop();
    else if (token !== ":") lastString = token;
    else {
      // Two spellings of one key ("a" and "\u0061") are the same key.
      const key = JSON.parse(lastString) as string;
      const keys = open[open.length - 1];
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return undefined;
}
