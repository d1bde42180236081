/** The command line's entry: `bin/startsparse.mjs` starts this file under Deno. A stand-in until the commands are here. */
console.error(`startsparse: no such command yet: ${Deno.args.join(" ")}`);
Deno.exit(1);
