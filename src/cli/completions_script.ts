/** The text of the completion scripts: tables that both shells read alike, and a function for each of the two. */
import type { CompletedCommand, CompletionTable, Source } from "./completions_table.ts";

/** The script for bash 3.2 and newer. */
export function bashScript(table: CompletionTable): string {
  return `# bash completion of startsparse; made by: startsparse completions bash
${tables(table)}
_startsparse() {
  local line="\${COMP_LINE:0:COMP_POINT}" current='' expects='' path='' place=0 word item list reply key
  local commands options takes
  local -a words found
  read -ra words <<< "$line"
  # The last word is being typed, unless a space follows it. COMP_WORDS is of no use: it is cut at each "=".
  if [[ "$line" != *[[:space:]] && \${#words[@]} -gt 0 ]]; then
    current="\${words[\${#words[@]}-1]}"
    unset "words[\${#words[@]}-1]"
  fi
  __startsparse_command ''
  for word in "\${words[@]:1}"; do
    if [[ -n "$expects" ]]; then
      expects=''
    elif [[ "$word" == -* ]]; then
      [[ " $takes " == *" $word "* ]] && expects="$word"
    elif [[ $place -eq 0 && " $commands " == *" $word "* ]]; then
      path="\${path:+$path }$word"
      __startsparse_command "$path"
    else
      place=$((place + 1))
    fi
  done

  COMPREPLY=()
  if [[ -n "$expects" ]]; then
    __startsparse_value "$path" "$expects"
  elif [[ "$current" == --*=* ]]; then
    key="\${current%%=*}"
    current="\${current#*=}"
    __startsparse_value "$path" "$key"
  elif [[ "$current" == -* ]]; then
    list="$options"
  else
    __startsparse_argument "$path" "$place"
    if [[ "$current" == *=* ]]; then
      [[ " $list " == *' @settings '* ]] || return
      key="\${current%%=*}"
      current="\${current#*=}"
      __startsparse_setting "$key"
    elif [[ $place -eq 0 ]]; then
      list="$commands $list"
    fi
  fi

  for item in $list; do
    case "$item" in
      @files)
        # Every file of the folder is no answer to the question for a preset.
        [[ -z "$current" && "$list" == *@presets* ]] && continue
        compopt -o filenames 2> /dev/null
        while IFS= read -r reply; do COMPREPLY+=("$reply"); done < <(compgen -f -- "$current")
        ;;
      @settings)
        found=($(compgen -W "$__startsparse_settings" -- "$current"))
        [[ -n "$current" ]] && found+=($(compgen -W "$__startsparse_short_settings" -- "$current"))
        for reply in "\${found[@]}"; do COMPREPLY+=("$reply="); done
        ;;
      @presets) COMPREPLY+=($(compgen -W "$__startsparse_presets" -- "$current")) ;;
      @datasets)
        COMPREPLY+=($(compgen -W "$__startsparse_datasets" -- "$current"))
        for reply in "$__startsparse_dataset_folder"/*/; do
          reply="\${reply%/}"
          reply="\${reply##*/}"
          [[ "$reply" != '*' && "$reply" == "$current"* && " $__startsparse_datasets " != *" $reply "* ]] &&
            COMPREPLY+=("$reply")
        done
        ;;
      "$current"*) COMPREPLY+=("$item") ;;
    esac
  done
  # A key waits for its value: no space behind it. Where "=" breaks no word, the key is part of what is replaced.
  [[ \${#COMPREPLY[@]} -gt 0 && "\${COMPREPLY[0]}" == *= ]] && compopt -o nospace 2> /dev/null
  if [[ -n "$key" && "$COMP_WORDBREAKS" != *=* ]]; then COMPREPLY=("\${COMPREPLY[@]/#/$key=}"); fi
  return 0
}
complete -F _startsparse startsparse
`;
}

/** The script for zsh: for \`source\`, and as a file \`_startsparse\` in a folder of \`fpath\`. */
export function zshScript(table: CompletionTable): string {
  return `#compdef startsparse
# zsh completion of startsparse; made by: startsparse completions zsh
${tables(table)}
_startsparse() {
  local current="$PREFIX" expects='' path_='' place=0 word item list reply key
  local commands options takes
  local -a found
  __startsparse_command ''
  for word in "\${(@)words[2,CURRENT-1]}"; do
    if [[ -n "$expects" ]]; then
      expects=''
    elif [[ "$word" == -* ]]; then
      [[ " $takes " == *" $word "* ]] && expects="$word"
    elif [[ $place -eq 0 && " $commands " == *" $word "* ]]; then
      path_="\${path_:+$path_ }$word"
      __startsparse_command "$path_"
    else
      place=$((place + 1))
    fi
  done

  if [[ -n "$expects" ]]; then
    __startsparse_value "$path_" "$expects"
  elif [[ "$current" == --*=* ]]; then
    key="\${current%%=*}"
    compset -P '*='
    __startsparse_value "$path_" "$key"
  elif [[ "$current" == -* ]]; then
    list="$options"
  else
    __startsparse_argument "$path_" "$place"
    if [[ "$current" == *=* ]]; then
      [[ " $list " == *' @settings '* ]] || return 1
      key="\${current%%=*}"
      compset -P '*='
      __startsparse_setting "$key"
    elif [[ $place -eq 0 ]]; then
      list="$commands $list"
    fi
  fi

  for item in \${=list}; do
    case "$item" in
      @files) [[ -n "$current" || "$list" != *@presets* ]] && _files ;;
      @settings)
        found=(\${=__startsparse_settings})
        [[ -n "$current" ]] && found+=(\${=__startsparse_short_settings})
        compadd -S '=' -- $found
        ;;
      @presets) compadd -- \${=__startsparse_presets} ;;
      @datasets) compadd -- \${=__startsparse_datasets} "$__startsparse_dataset_folder"/*(N/:t) ;;
      *) compadd -- "$item" ;;
    esac
  done
}
if [[ "$\{funcstack[1]}" == _startsparse ]]; then
  _startsparse "$@"
else
  compdef _startsparse startsparse
fi
`.replace("$\\{", "${");
}

/** Variables and functions that both shells understand: they set `list`, `commands`, `options` and `takes`. */
function tables(table: CompletionTable): string {
  const { commands, presets, datasets, datasetFolder, settings, shortSettings } = table;
  const values = commands.flatMap(({ path, values }) =>
    Object.entries(values).filter(([, source]) => source.length > 0).map(([option, source]) =>
      choose([`${path}:${option}`], `list=${quote(source)}`)
    )
  );
  const taken = commands.flatMap((command) => argumentCases(command));
  return `__startsparse_presets=${quote(presets)}
__startsparse_datasets=${quote(datasets)}
__startsparse_dataset_folder=${quoteText(datasetFolder)}
__startsparse_settings=${quote([...settings.keys()])}
__startsparse_short_settings=${quote([...shortSettings.keys()])}

# What can follow a command: more words, options, and those of them that a value follows.
__startsparse_command() {
  commands='' options='' takes=''
  case "$1" in
${commands.map(commandCase).join("\n")}
  esac
}

# What the value of an option can be.
__startsparse_value() {
  list=''
  case "$1:$2" in
${values.join("\n")}
  esac
}

# What an argument of a command can be, by its place from 0 on.
__startsparse_argument() {
  list=''
  case "$1:$2" in
${taken.join("\n")}
  esac
}

# What a setting can be.
__startsparse_setting() {
  list=''
  case "$1" in
${settingCases(settings, shortSettings).join("\n")}
  esac
}
`;
}

function commandCase({ path, commands, options, values }: CompletedCommand): string {
  const parts = [`commands=${quote(commands)}`, `options=${quote(options)}`, `takes=${quote(Object.keys(values))}`];
  return choose([path], parts.join(" "));
}

function argumentCases({ path, arguments: taken, variadic }: CompletedCommand): string[] {
  return taken.flatMap((source, place) => {
    if (source.length === 0) return [];
    const all = variadic && place === taken.length - 1;
    return [`    ${quoteText(`${path}:`)}${all ? "*" : place}) list=${quote(source)} ;;`];
  });
}

/** Keys that take the same words share a line. */
function settingCases(...maps: ReadonlyMap<string, Source>[]): string[] {
  const byWords = new Map<string, string[]>();
  for (const map of maps) {
    for (const [key, source] of map) {
      if (source.length === 0) continue;
      const words = quote(source), keys = byWords.get(words);
      if (!keys) byWords.set(words, [key]);
      else if (!keys.includes(key)) keys.push(key);
    }
  }
  return [...byWords].map(([words, keys]) => choose(keys, `list=${words}`));
}

function choose(patterns: readonly string[], then: string): string {
  return `    ${patterns.map(quoteText).join(" | ")}) ${then} ;;`;
}

/** Words with spaces between them, in quotes; a word that is more than one could not be told apart and is left out. */
function quote(words: readonly string[]): string {
  return quoteText(words.filter((word) => /^[\w@./+-]+$/.test(word)).join(" "));
}

function quoteText(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
