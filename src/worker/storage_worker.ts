/** The worker that keeps a page's files. */
import * as comlink from "comlink";
import { originStorage } from "../host/origin_handles.ts";
import { createPageHost } from "../host/page.ts";
import { keepErrors } from "./errors.ts";
import { Storage } from "./storage.ts";

keepErrors();
comlink.expose(new Storage(createPageHost({ files: "origin" }), originStorage()));
