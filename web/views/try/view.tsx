/** The view "Try it": a picture, what the network sees of it, and what each run says. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { formatPercent, THIN } from "../../../src/experiment/results_numbers.ts";
import { template, TEMPLATE_NAMES, type TemplateName } from "../../../src/data/picture/templates.ts";
import { Icon } from "../../parts/icons.tsx";
import { StateMessage } from "../../parts/state_message.tsx";
import { ViewHead } from "../../parts/view_head.tsx";
import { openDevice } from "../../state/lab.ts";
import { hrefOf } from "../../state/route.ts";
import { Answers } from "./answers.tsx";
import { Pad } from "./pad.tsx";
import { Pixels } from "./pixels.tsx";
import {
  answers,
  ask,
  asked,
  data,
  input,
  origin,
  problem,
  readData,
  seen,
  showPhoto,
  showTemplate,
  wantedData,
} from "./state.ts";
import { Nearest, Twelve } from "./strips.tsx";
import { compared, findTwelve, searching } from "./twelve.ts";
import "./try.css";

/** Weights change while a run trains: its answers are asked for again so often. */
const AGAIN_MS = 1000;
/** Side of a silhouette's small picture. */
const SILHOUETTE = 84;

const QUESTION = "What do they say about your picture?";

export function TryView() {
  const wanted = wantedData.value;
  useEffect(() => void readData(), [wanted]);
  if (wanted === undefined) return <Empty />;
  return (
    <div class="try">
      <ViewHead title={QUESTION} lead={introOf(data.value?.kind)} />
      {problem.value && (
        <StateMessage tone="bad" small heading={sentence(problem.value.message)} body={problem.value.hint} />
      )}
      {data.value && <Bench />}
    </div>
  );
}

function Empty() {
  return (
    <div class="try">
      <ViewHead title={QUESTION} />
      <StateMessage
        heading="No network yet"
        body="Train one, or open a run."
        actions={[
          { label: "Train both", href: hrefOf("train"), primary: true },
          { label: "Open a run", href: hrefOf("results") },
        ]}
      />
    </div>
  );
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function introOf(kind: string | undefined): string {
  if (kind === "clothes") {
    return "These networks know small grey photographs of clothes, not sketches. A wrong answer here is expected.";
  }
  if (kind === "digits") return "Draw a digit. It is cut out, scaled and centred as the training images were.";
  return "These networks know the images of their data set. A photograph of something else gets an answer too, a wrong one.";
}

function Bench() {
  useEffect(() => void openDevice(), []);
  const facts = data.value!, { kind, shape } = facts, from = origin.value;
  const names = asked.value.map(({ id }) => id).join();
  // networks disagree otherwise when there are more of them, and when they have ended
  const trained = [...answers.value.values()].filter(({ steps }) => steps > 0).length;
  const ended = asked.value.filter(({ phase }) => phase.value === "finished").length;
  useEffect(() => void findTwelve(), [facts.name, names, ended]);
  useEffect(() => {
    if (trained > 1 && !compared.peek()) void findTwelve();
  }, [trained > 1]);
  useEffect(() => {
    const timer = setInterval(() => {
      const training = asked.peek().some(({ phase }) => phase.peek() === "running");
      if (training && !document.hidden) ask();
    }, AGAIN_MS);
    ask();
    return () => clearInterval(timer);
  }, [names]);
  usePasted();
  return (
    <>
      <div class="stages">
        <section class="panel stage first" aria-label="Your input">
          <h2>Your input</h2>
          <p class="field-note">{originWords()}</p>
          {from.kind === "photo" && kind !== "other" && <Photo />}
          {kind === "other" ? <Own /> : <Pad />}
          <Sources />
        </section>
        <section class="panel stage" aria-label="What the network sees">
          <h2>What the network sees</h2>
          <p class="field-note">
            {shape[2]}×{shape[1]} pixels{shape[0] === 1 ? ", grey" : ""}.
          </p>
          {input.value
            ? (
              <Pixels
                image={input.value}
                shape={shape}
                label={`What the network sees: ${shape[2]} by ${shape[1]} pixels`}
              />
            )
            : <p class="stage-empty">{searching.value === undefined ? "Draw something" : "Choosing a test image"}</p>}
          {seen.value && !seen.value.blank && (
            <p
              class={seen.value.unlike ? "stage-warning" : "field-note"}
              role={seen.value.unlike ? "status" : undefined}
            >
              {seen.value.unlike && <Icon name="warn" />}
              {seen.value.unlike
                ? "This looks unlike the training images; answers are guesses."
                : `Ink: ${
                  formatPercent(seen.value.ink, 0)
                }${THIN}% of the frame. Then the run's own mean and deviation.`}
            </p>
          )}
        </section>
        <section class="panel stage" aria-label="Answers">
          <h2>Answers</h2>
          <p class="field-note">The three likeliest classes of each run.</p>
          <Answers />
        </section>
        <Nearest />
      </div>
      <Twelve />
    </>
  );
}

function originWords(): string {
  const from = origin.value, classes = data.value!.classes;
  if (from.kind === "test") return `Test image ${from.index}: ${classes[from.label]}. Erase, or paint on it.`;
  if (from.kind === "template") return `Silhouette: ${from.name}. Paint on it.`;
  if (from.kind === "photo") {
    const { blank, inverted } = from.photo;
    if (blank) return `${from.name}: nothing stands out from its background.`;
    if (data.value!.kind === "other") return `${from.name}: the square in its middle.`;
    return `${from.name}: grey, trimmed${inverted ? ", inverted since its background is light" : ""}.`;
  }
  return data.value!.kind === "digits"
    ? "White ink on black."
    : data.value!.kind === "clothes"
    ? "Begin with a test image, a silhouette or a photograph."
    : "Begin with a test image or a photograph.";
}

/** The picture of a data set that cannot be painted. */
function Own() {
  const { shape } = data.value!;
  return input.value
    ? <Pixels smooth image={input.value} shape={shape} label="Your input" />
    : <p class="stage-empty">Choose a test image</p>;
}

/** A photograph as it came. */
function Photo() {
  const canvas = useRef<HTMLCanvasElement>(null), from = origin.value;
  const photo = from.kind === "photo" ? from.photo : undefined;
  useEffect(() => {
    if (!photo) return;
    const { width, height, rgba } = photo.shown;
    canvas.current!.getContext("2d")!.putImageData(
      new ImageData(rgba as Uint8ClampedArray<ArrayBuffer>, width, height),
      0,
      0,
    );
  }, [photo]);
  if (!photo) return null;
  const { width, height } = photo.shown;
  return <canvas ref={canvas} class="photo" width={width} height={height} role="img" aria-label="Your photograph" />;
}

/** Silhouettes and photographs. */
function Sources() {
  const file = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  return (
    <div
      class={over ? "sources over" : "sources"}
      onDragOver={(event) => {
        event.preventDefault();
        event.stopPropagation();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        const [dropped] = event.dataTransfer?.files ?? [];
        setOver(false);
        if (!dropped?.type.startsWith("image/")) return;
        event.preventDefault();
        event.stopPropagation();
        void showPhoto(dropped);
      }}
    >
      {data.value!.kind === "clothes" && (
        <div class="silhouettes" role="group" aria-label="Silhouettes">
          {TEMPLATE_NAMES.map((name) => (
            <button
              key={name}
              type="button"
              class="thumb"
              onClick={() => showTemplate(name)}
            >
              <Silhouette name={name} />
              <span class="clip" title={name}>{name}</span>
            </button>
          ))}
        </div>
      )}
      <div class="source-row">
        <button type="button" class="button" onClick={() => file.current!.click()}>
          <Icon name="open" /> Photograph
        </button>
        <span class="field-note">Drop one here, paste it, or choose a file. It stays in this browser.</span>
        <input
          ref={file}
          type="file"
          accept="image/*"
          class="hidden-text"
          tabIndex={-1}
          aria-label="Choose a photograph"
          onChange={(event) => {
            const [chosen] = event.currentTarget.files ?? [];
            if (chosen) void showPhoto(chosen);
            event.currentTarget.value = "";
          }}
        />
      </div>
    </div>
  );
}

/** A silhouette in small; its name stands beside it. */
function Silhouette({ name }: { readonly name: TemplateName }) {
  const image = useMemo(() => template(name, SILHOUETTE).data, [name]);
  return <Pixels smooth image={image} shape={[1, SILHOUETTE, SILHOUETTE]} />;
}

/** A picture that is pasted anywhere in the view. */
function usePasted(): void {
  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      const item = [...event.clipboardData?.items ?? []].find(({ type }) => type.startsWith("image/"));
      const file = item?.getAsFile();
      if (!file) return;
      event.preventDefault();
      void showPhoto(file);
    };
    document.addEventListener("paste", paste);
    return () => document.removeEventListener("paste", paste);
  }, []);
}
