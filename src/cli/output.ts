/**
 * Where the command line writes. Text for people goes to stdout; under `--json` stdout belongs to the data alone and
 * people read stderr. Colours are off where NO_COLOR says so and where nobody looks.
 */
import pc from "picocolors";

/** The colours of a terminal, or functions that leave text as it is. */
export type Colours = ReturnType<typeof pc.createColors>;

/** The two streams of a command. */
export interface Output {
  /** Whether people read on a terminal: bars may be drawn. */
  readonly isTerminal: boolean;
  /** Characters a line may have. */
  readonly columns: number;
  readonly colours: Colours;
  /** Characters a line on stderr may have; no bound where it is no terminal. */
  readonly errorColumns: number;
  /** Colours for stderr, which may be a terminal where stdout is not. */
  readonly errorColours: Colours;
  /** Raw stream of the text for people, for the progress bars. */
  readonly stream: "stdout" | "stderr";
  /** A line for people. */
  say(line?: string): void;
  /** Something gone wrong, or something to look at while data goes to stdout: a line on stderr. */
  complain(line: string): void;
  /** The command's data, as it is. */
  data(text: string): void;
}

/** Width that lines are broken at where there is no terminal. */
const PLAIN_COLUMNS = 80;

/** The streams of this process. `json` gives stdout to the data; `plain` draws no bars even on a terminal. */
export function openOutput(options: { json?: boolean; plain?: boolean } = {}): Output {
  const stream = options.json ? "stderr" : "stdout";
  const isTerminal = !options.plain && Deno[stream].isTerminal() && Deno.env.get("TERM") !== "dumb";
  return {
    isTerminal,
    get columns() {
      return isTerminal ? terminalColumns() : PLAIN_COLUMNS;
    },
    errorColumns: Deno.stderr.isTerminal() ? terminalColumns() : Infinity,
    colours: pc.createColors(hasColours(stream)),
    errorColours: pc.createColors(hasColours("stderr")),
    stream,
    say: (line = "") => write(stream, `${line}\n`),
    complain: (line) => write("stderr", `${line}\n`),
    data: (text) => write("stdout", text.endsWith("\n") ? text : `${text}\n`),
  };
}

/** A value as JSON for machines, spread out since people look at it too. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2) + "\n";
}

/** https://no-color.org: set and not empty means no colours. */
function hasColours(stream: "stdout" | "stderr"): boolean {
  return !Deno.env.get("NO_COLOR") && Deno.env.get("TERM") !== "dumb" && Deno[stream].isTerminal();
}

function terminalColumns(): number {
  try {
    return Deno.consoleSize().columns || PLAIN_COLUMNS;
  } catch {
    return PLAIN_COLUMNS;
  }
}

function write(stream: "stdout" | "stderr", text: string): void {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let written = 0; written < bytes.length;) written += Deno[stream].writeSync(bytes.subarray(written));
  } catch (error) {
    // Whoever read it has gone (`startsparse presets | head -1`): as any program of a pipe, end without a word.
    if (error instanceof Deno.errors.BrokenPipe) Deno.exit(141);
    throw error;
  }
}

/** Whether DEBUG asks for more than the ordinary: its lines and bars that are redrawn in place do not go together. */
export function debugging(): boolean {
  const debug = Deno.env.get("DEBUG");
  return debug !== undefined && debug !== "" && debug !== "0";
}
