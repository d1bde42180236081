/** The worker for what takes the processor and no GPU: densities, figures, images. */
import * as comlink from "comlink";
import { createPageHost } from "../host/page.ts";
import { Cpu } from "./cpu.ts";
import { keepErrors } from "./errors.ts";

keepErrors();
comlink.expose(new Cpu(createPageHost({ files: "origin", servedSets: true })));
