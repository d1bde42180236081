/** `startsparse methods`: what happens to the mask over time; a method by name, with all of its settings. */
import { type MethodInfo, methodInfos, type SettingInfo } from "../experiment/method_list.ts";
import { jsonText, openOutput } from "./output.ts";
import { type ListOptions, printList } from "./lists.ts";
import { wrapText } from "./text.ts";

/** Lists the methods, or shows one of them. @returns the exit status */
export function methodsCommand(name: string | undefined, { json }: ListOptions): number {
  const output = openOutput(), all = methodInfos();
  const shown = name === undefined ? all : all.filter((info) => info.name === name);
  if (json) output.data(jsonText(name === undefined ? shown : shown[0]));
  else if (name !== undefined) showOne(shown[0]);
  else {
    const note = "The settings of one: startsparse methods NAME. " +
      "Choose one: startsparse run lab method=NAME mask.density=0.3; mask is the source, where training starts.";
    printList(output, shown, note);
  }
  return 0;
}

const CONFINED: Readonly<Record<MethodInfo["confined"], string>> = {
  always: "its masks stay inside the source",
  optional: "its masks stay inside the source, or leave it (method.confineToSource)",
  never: "its masks leave the source",
};

function showOne(info: MethodInfo): void {
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
