/**
 * A real Slurm cluster for tests, all of it on this machine's loopback: munge, slurmctld and some nodes, each with ports,
 * keys and folders of its own, so that several do not meet. It needs root and Debian's packages, which it installs where
 * that is possible.
 */

/** Slurm's programs by Debian package. */
const PACKAGES = { slurmctld: "slurmctld", slurmd: "slurmd", sbatch: "slurm-client", munged: "munge" };

/** A cluster that runs. */
export interface Cluster {
  /** What Slurm's commands need to find it. */
  readonly env: Record<string, string>;
  /** Runs one of Slurm's commands. */
  ask(command: string, ...args: string[]): Promise<string>;
  /** Kills a node, counted from 1, with all that runs on it, and lets the controller know. */
  killNode(node: number): Promise<void>;
  stop(): Promise<void>;
}

async function output(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const ended = await new Deno.Command(command, { args: [...args], env, stdin: "null" }).output();
  const text = new TextDecoder().decode(ended.stdout).trim();
  if (ended.code === 0) return text;
  throw new Error(`${command} ${args.join(" ")}: ${text} ${new TextDecoder().decode(ended.stderr).trim()}`);
}

async function has(command: string): Promise<boolean> {
  const ended = await new Deno.Command("sh", {
    args: ["-c", `PATH="$PATH:/usr/sbin:/sbin" command -v ${command}`],
    stdout: "null",
    stderr: "null",
  }).output();
  return ended.code === 0;
}

/** Why there can be no cluster on this machine; undefined where there can, after installing what is missing. */
export async function whyNoCluster(): Promise<string | undefined> {
  if (Deno.build.os !== "linux") return `Slurm's daemons are for Linux, this is ${Deno.build.os}`;
  if (Deno.uid() !== 0) return "Slurm's daemons are started by root only";
  const missing = async () => {
    const found = await Promise.all(Object.keys(PACKAGES).map(has));
    return Object.values(PACKAGES).filter((_, i) => !found[i]);
  };
  const packages = await missing();
  if (packages.length === 0) return undefined;
  if (!(await has("apt-get"))) return `not installed: ${packages.join(", ")}, and there is no apt-get`;
  const install = "apt-get update -qq && apt-get install -y -qq --no-install-recommends " + packages.join(" ");
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await new Deno.Command("timeout", { args: ["180", "sh", "-c", install], env, stdout: "null", stderr: "null" })
    .output();
  const still = await missing();
  return still.length === 0 ? undefined : `cannot be installed: ${still.join(", ")}`;
}

function freePorts(count: number): number[] {
  const listeners = Array.from({ length: count }, () => Deno.listen({ hostname: "127.0.0.1", port: 0 }));
  const ports = listeners.map(({ addr }) => addr.port);
  for (const listener of listeners) listener.close();
  return ports;
}

/** Starts a cluster of so many nodes, named n1, n2 and so on. */
export async function startCluster(nodes: number): Promise<Cluster> {
  const folder = await Deno.makeTempDir({ prefix: "startsparse-slurm-" });
  const path = `${Deno.env.get("PATH")}:/usr/sbin:/sbin`;
  const env = { SLURM_CONF: `${folder}/slurm.conf`, PATH: path };
  const host = Deno.hostname().split(".")[0], [control, ...ports] = freePorts(nodes + 1);
  const socket = `${folder}/munge.socket`;
  for (const name of ["state", "log"]) await Deno.mkdir(`${folder}/${name}`);
  await Deno.chmod(folder, 0o755);
  await Deno.writeFile(`${folder}/munge.key`, crypto.getRandomValues(new Uint8Array(1024)), { mode: 0o400 });
  const files = ["key", "pid", "seed", "log"].map((name) => `--${name}-file=${folder}/munge.${name}`);
  await output("munged", ["--force", `--socket=${socket}`, ...files], env);
  const lines = [
    "ClusterName=test",
    `SlurmctldHost=${host}(127.0.0.1)`,
    `SlurmctldPort=${control}`,
    "SlurmUser=root",
    "SlurmdUser=root",
    "AuthType=auth/munge",
    `AuthInfo=socket=${socket}`,
    "ProctrackType=proctrack/linuxproc",
    "TaskPlugin=task/none",
    "SchedulerType=sched/backfill",
    "SchedulerParameters=batch_sched_delay=1,sched_interval=2",
    "SelectType=select/cons_tres",
    "SelectTypeParameters=CR_Core",
    `StateSaveLocation=${folder}/state`,
    `SlurmdSpoolDir=${folder}/spool-%n`,
    `SlurmctldPidFile=${folder}/slurmctld.pid`,
    `SlurmdPidFile=${folder}/slurmd-%n.pid`,
    `SlurmctldLogFile=${folder}/log/slurmctld.log`,
    `SlurmdLogFile=${folder}/log/slurmd-%n.log`,
    "ReturnToService=2",
    "SlurmdTimeout=30",
    "KillWait=5",
    "MailProg=/bin/true",
    ...ports.map((port, i) =>
      `NodeName=n${i + 1} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${port} CPUs=1 RealMemory=2000 State=UNKNOWN`
    ),
    "PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE OverTimeLimit=0 State=UP",
  ];
  await Deno.writeTextFile(env.SLURM_CONF, lines.join("\n") + "\n");
  const ask = (command: string, ...args: string[]) => output(command, args, env);
  const pidOf = async (name: string) => Number((await Deno.readTextFile(`${folder}/${name}.pid`)).trim());
  const stop = async () => {
    // jobs outlive the daemon of their node
    await ask("scancel", "--full", "--signal=KILL", "--user=root").catch(() => {});
    await ask("scancel", "--user=root").catch(() => {});
    for (const name of [...ports.map((_, i) => `slurmd-n${i + 1}`), "slurmctld", "munge"]) {
      try {
        Deno.kill(await pidOf(name), "SIGTERM");
      } catch {
        // never started, or killed by the test
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
    // what a killed node had begun, and what did not end when it was asked to
    kill(processesWith([env.SLURM_CONF]));
    await Deno.remove(folder, { recursive: true }).catch(() => {});
  };
  try {
    await ask("slurmctld");
    for (const i of ports.keys()) await ask("slurmd", "-N", `n${i + 1}`);
    for (let tries = 0;; tries++) {
      const states = await ask("sinfo", "-h", "-N", "-o", "%T").catch(() => "");
      if (states.split("\n").filter((state) => state === "idle").length === nodes) break;
      if (tries > 60) throw new Error(`the cluster's nodes are not idle but ${states}`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const killNode = async (node: number) => {
    // Jobs are no children of the node's daemon; they name the node in their environment. What started them goes first, or
    // it would tell the controller how they ended, which a dead node cannot.
    const jobs = processesWith([env.SLURM_CONF, `SLURMD_NODENAME=n${node}\0`]);
    kill([await pidOf(`slurmd-n${node}`), ...new Set(jobs.map(stepOf).filter((pid) => pid > 1)), ...jobs]);
    await ask("scontrol", "update", `nodename=n${node}`, "state=down", "reason=killed");
  };
  return { env, ask, killNode, stop };
}

/** Processes that have all of these words in their environment. */
function processesWith(words: readonly string[]): number[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter((pid) => {
    if (!Number.isInteger(pid)) return false;
    try {
      const environment = Deno.readTextFileSync(`/proc/${pid}/environ`) + "\0";
      return words.every((word) => environment.includes(word));
    } catch {
      return false; // gone, or none of ours
    }
  });
}

/** The slurmstepd that a job's process was started by; 0 for a process below that. */
function stepOf(pid: number): number {
  try {
    const parent = Number(/^PPid:\s*(\d+)/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`))?.[1]);
    return Deno.readTextFileSync(`/proc/${parent}/comm`).startsWith("slurmstepd") ? parent : 0;
  } catch {
    return 0;
  }
}

function kill(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      Deno.kill(pid, "SIGKILL");
    } catch {
      // gone by itself
    }
  }
}
