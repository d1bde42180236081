/** `startsparse methods`: methods and scores, or one of them by name with all of its settings. */
import {
  type MethodInfo,
  methodInfos,
  type ScoreInfo,
  scoreInfos,
  type SettingInfo,
} from "../experiment/method_list.ts";
import { jsonText, openOutput } from "./output.ts";
import { type ListOptions, printList } from "./lists.ts";
import { wrapText } from "./text.ts";

/** Lists methods and scores, or shows one of them. @returns the exit status */
export function methodsCommand(name: string | undefined, { json }: ListOptions): number {
  const output = openOutput(), methods = methodInfos(), scores = scoreInfos(), all = [...methods, ...scores];
  const one = all.find((info) => info.name === name);
  if (json) output.data(jsonText(one ?? all));
  else if (one) showOne(one);
  else {
    printList(output, methods, "Methods: what happens to the mask during training (method=NAME).");
    output.say();
    printList(output, scores, "Scores: how the source is pruned before training (score=NAME), if at all.");
    output.say();
    const note =
      "The settings of one: startsparse methods NAME. Training starts from the source, which the section mask " +
      "describes: startsparse run lab mask.density=0.3 method=gmp method.density=0.05.";
    for (const line of wrapText(note, output.columns)) output.say(output.colours.dim(line));
  }
  return 0;
}

const CONFINED: Readonly<Record<MethodInfo["confined"], string>> = {
  always: "its masks stay inside the source",
  optional: "its masks stay inside the source, or leave it (method.confineToSource)",
  never: "its masks leave the source",
};

function showOne(info: MethodInfo | ScoreInfo): void {
  const { say, columns, colours } = openOutput();
  const paragraph = (text: string, indent = "") => {
    for (const line of wrapText(text, columns, indent)) say(line);
  };
  say(colours.bold(info.name));
  paragraph(`${info.description} (${info.from})`);
  say();
  paragraph(`starts from  ${info.source}; ${CONFINED[info.confined]}`, "             ");
  paragraph(`ends at      ${info.target}`, "             ");
  paragraph(`storage      ${info.packed ? "dense or packed" : "dense only"}`);
  if (info.kind === "score") paragraph(`needs        ${info.images ? "training images" : "no data"}`);
  say();
  if (info.settings.length === 0) say("It has no settings of its own.");
  for (const setting of info.settings) {
    say([colours.bold(setting.key), ...defaultWords(setting)].join("  "));
    for (const line of wrapText(`${setting.description} (${setting.type})`, columns - 2)) say(`  ${line}`);
  }
}

function defaultWords(setting: SettingInfo): string[] {
  return setting.default === null ? [] : [`default ${JSON.stringify(setting.default)}`];
}
