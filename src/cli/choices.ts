/** Options and arguments that take one word of a list: checked as they are read, completed, and listed in the help. */
import { Argument, InvalidArgumentError, Option } from "commander";
import { closest } from "fastest-levenshtein";

/** Refuses a word that is not in the list, naming the nearest one and the list. */
function oneOf(names: readonly string[]): (word: string) => string {
  return (word) => {
    if (names.includes(word)) return word;
    throw new InvalidArgumentError(`Did you mean ${closest(word, [...names])}? It is one of ${names.join(", ")}.`);
  };
}

/** An option whose value is one of `names`. */
export function choiceOption(flags: string, description: string, names: readonly string[]): Option {
  const option = new Option(flags, description).argParser(oneOf(names));
  option.argChoices = [...names];
  return option;
}

/** An argument that is one of `names`. */
export function choiceArgument(name: string, description: string, names: readonly string[]): Argument {
  const argument = new Argument(name, description).argParser(oneOf(names));
  argument.argChoices = [...names];
  return argument;
}

/** Reads a number. */
export function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw new InvalidArgumentError(`Expected a number.`);
}

/** Reads a whole number from 0 on. */
export function parseWhole(text: string): number {
  const value = parseNumber(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError("Expected a whole number from 0 on.");
}

/** Reads whole numbers with commas between them, in brackets or not: 8,4 or [8, 4]. */
export function parseList(text: string): number[] {
  const parts = text.replace(/^\[(.*)\]$/, "$1").split(",");
  const values = parts.map((part) => part.trim() === "" ? NaN : Number(part));
  if (values.every((value) => Number.isSafeInteger(value) && value >= 1)) return values;
  throw new InvalidArgumentError("Expected whole numbers from 1 on with commas between them.");
}

/** Reads numbers with commas between them: 0.5,0.1. */
export function parseNumbers(text: string): number[] {
  return text.split(",").map(parseNumber);
}

/** Reads the two sides of a block: 8,4, also 8x4. */
export function parseBlock(text: string): [number, number] {
  const sides = /^\s*\[?\s*(\d+)\s*[,x×]\s*(\d+)\s*\]?\s*$/.exec(text)?.slice(1).map(Number);
  if (sides?.every((side) => Number.isSafeInteger(side) && side >= 1)) return [sides[0], sides[1]];
  throw new InvalidArgumentError("Expected output and input channels with a comma between them, such as 8,4.");
}
