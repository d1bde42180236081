/**
 * The data sets that are known by name: what they hold, where their files come from, and by which sums the genuine ones
 * are told. A known name stands for that content only; any other data go by a name of their own (`data get --format`).
 */
import { closest } from "fastest-levenshtein";
import { UserError } from "../errors.ts";

/** The file formats that can be imported. */
export const FORMATS = ["idx", "cifar10", "cifar100", "tiny-imagenet", "image-folder", "csv"] as const;

/** How the files of a data set are laid out; `src/data/importers/` has a file for each. */
export type Format = typeof FORMATS[number];

/** Size and SHA-256 of a file. */
export interface FileSum {
  readonly bytes: number;
  readonly sha256: string;
}

/** A file to be downloaded. */
export interface RemoteFile extends FileSum {
  readonly file: string;
  /** Where it is, tried in turn. */
  readonly urls: readonly string[];
  /** The same without gzip, which decides where packed copies differ in gzip's header. */
  readonly unpacked?: FileSum;
}

/** A known data set. */
export interface DatasetEntry {
  readonly name: string;
  readonly title: string;
  /** [channels, rows, columns] of an image. */
  readonly shape: readonly [number, number, number];
  readonly classes: number;
  /** The names of the classes, where the files do not give them. */
  readonly classNames?: readonly string[];
  /** Images of the training part. */
  readonly train: number;
  /** Images of the test part. */
  readonly test: number;
  /** In the repository, or to be fetched. */
  readonly origin: "embedded" | "download";
  /** Empty for an embedded set: its manifest lists them. */
  readonly files: readonly RemoteFile[];
  readonly format: Format;
  readonly licence: string;
  /** What to cite. */
  readonly cite?: string;
  /** The paper's constants a channel, for pixels on the scale 0 to 1 (`data.normalise=paper`). */
  readonly normalise?: { readonly mean: readonly number[]; readonly std: readonly number[] };
}

const CLOTHES = [
  "T-shirt/top",
  "Trouser",
  "Pullover",
  "Dress",
  "Coat",
  "Sandal",
  "Shirt",
  "Sneaker",
  "Bag",
  "Ankle boot",
] as const;
const DIGITS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;
const FASHION_CITE = "Xiao, Rasul, Vollgraf: Fashion-MNIST, 2017, arXiv:1708.07747";
const CIFAR_CITE = "Krizhevsky: Learning Multiple Layers of Features from Tiny Images, technical report, 2009";

/** The four files of a set in MNIST's layout; their sizes without gzip are the same for each such set. */
function idxFiles(bases: readonly string[], sums: readonly (readonly [number, string, string])[]): RemoteFile[] {
  const parts = [["train-images-idx3-ubyte", 47040016], ["train-labels-idx1-ubyte", 60008]] as const;
  const tests = [["t10k-images-idx3-ubyte", 7840016], ["t10k-labels-idx1-ubyte", 10008]] as const;
  return [...parts, ...tests].map(([name, unpacked], i) => {
    const [bytes, sha256, unpackedSha256] = sums[i], file = `${name}.gz`;
    const urls = bases.map((base) => base + file);
    return { file, urls, bytes, sha256, unpacked: { bytes: unpacked, sha256: unpackedSha256 } };
  });
}

function archive(url: string, bytes: number, sha256: string): RemoteFile {
  return { file: url.slice(url.lastIndexOf("/") + 1), urls: [url], bytes, sha256 };
}

const ENTRIES: readonly DatasetEntry[] = [
  {
    name: "fashion-mnist-10k",
    title: "Fashion-MNIST, the first 1,000 training and 200 test images of each class",
    shape: [1, 28, 28],
    classes: 10,
    classNames: CLOTHES,
    train: 10000,
    test: 2000,
    origin: "embedded",
    files: [],
    format: "idx",
    licence: "MIT, Copyright (c) 2017 Zalando SE, https://tech.zalando.com",
    cite: FASHION_CITE,
  },
  {
    name: "fashion-mnist",
    title: "Fashion-MNIST",
    shape: [1, 28, 28],
    classes: 10,
    classNames: CLOTHES,
    train: 60000,
    test: 10000,
    origin: "download",
    files: idxFiles([
      "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
      "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    ], [
      [
        26421880,
        "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
      ],
      [
        29515,
        "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
      ],
      [
        4422102,
        "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
      ],
      [
        5148,
        "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
      ],
    ]),
    format: "idx",
    licence: "MIT, Copyright (c) 2017 Zalando SE, https://tech.zalando.com",
    cite: FASHION_CITE,
  },
  {
    name: "mnist",
    title: "MNIST, handwritten digits",
    shape: [1, 28, 28],
    classes: 10,
    classNames: DIGITS,
    train: 60000,
    test: 10000,
    origin: "download",
    files: idxFiles([
      "https://ossci-datasets.s3.amazonaws.com/mnist/",
      "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ], [
      [
        9912422,
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
      ],
      [
        28881,
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
      ],
      [
        1648877,
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
      ],
      [
        4542,
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
      ],
    ]),
    format: "idx",
    licence: "none stated with the files; often given as CC BY-SA 3.0",
    cite: "LeCun, Bottou, Bengio, Haffner: Gradient-based learning applied to document recognition, Proc. IEEE, 1998",
    normalise: { mean: [0.1307], std: [0.3081] },
  },
  {
    name: "cifar10",
    title: "CIFAR-10",
    shape: [3, 32, 32],
    classes: 10,
    classNames: ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
    train: 50000,
    test: 10000,
    origin: "download",
    files: [archive(
      "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
      170052171,
      "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
    )],
    format: "cifar10",
    licence: "none stated",
    cite: CIFAR_CITE,
    normalise: { mean: [0.4914, 0.4822, 0.4465], std: [0.2023, 0.1994, 0.2010] },
  },
  {
    name: "cifar100",
    title: "CIFAR-100, fine labels",
    shape: [3, 32, 32],
    classes: 100,
    train: 50000,
    test: 10000,
    origin: "download",
    files: [archive(
      "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz",
      168513733,
      "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec",
    )],
    format: "cifar100",
    licence: "none stated",
    cite: CIFAR_CITE,
    normalise: { mean: [0.50707516, 0.48654887, 0.44091784], std: [0.26733429, 0.25643846, 0.27615047] },
  },
  {
    name: "tiny-imagenet",
    title: "Tiny ImageNet, tested on its validation part (the test part has no labels)",
    shape: [3, 64, 64],
    classes: 200,
    train: 100000,
    test: 10000,
    origin: "download",
    files: [archive(
      "http://cs231n.stanford.edu/tiny-imagenet-200.zip",
      248100043,
      "6198c8ae015e2b3e007c7841da39ec069199b9aa3bfa943a462022fe5e43c821",
    )],
    format: "tiny-imagenet",
    licence: "ImageNet's terms: research and education, not commercial",
    cite: "Le, Yang: Tiny ImageNet Visual Recognition Challenge, 2015; Deng et al.: ImageNet, CVPR 2009",
    // The paper resizes it to 224×224 and takes ImageNet's constants.
    normalise: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  },
];

/** The known data sets by name. */
export const DATASETS: Readonly<Record<string, DatasetEntry>> = Object.fromEntries(
  ENTRIES.map((entry) => [entry.name, entry]),
);

/** The known names, in the order in which they are listed. */
export function datasetNames(): readonly string[] {
  return ENTRIES.map(({ name }) => name);
}

/** The entry of a known name; `undefined` for any other. */
export function knownDataset(name: string): DatasetEntry | undefined {
  return Object.hasOwn(DATASETS, name) ? DATASETS[name] : undefined;
}

/**
 * The error for a name that is neither known nor imported.
 * @param imported the names of the imported sets, which may have been meant as well
 */
export function unknownDataset(name: string, imported: readonly string[] = []): UserError {
  const names = [...datasetNames(), ...imported];
  return new UserError(`unknown data set "${name}": did you mean "${closest(name, names)}"?`, {
    hint: `Known data sets: ${datasetNames().join(", ")}. Imported: ${imported.join(", ") || "none"}. ` +
      `Data of your own: startsparse data get ${isDatasetName(name) ? name : "NAME"} --from FILE --format FORMAT`,
  });
}

/** Whether `name` can be that of a data set: it becomes a folder's. Lower case, since some disks know no other. */
export function isDatasetName(name: string): boolean {
  return /^[a-z0-9][a-z0-9._-]{0,63}$/.test(name);
}

/** @throws UserError when `name` cannot be that of a data set */
export function checkDatasetName(name: string): void {
  if (isDatasetName(name)) return;
  throw new UserError(`"${name}" cannot be the name of a data set`, {
    hint: "Use at most 64 lower-case letters, digits, dots, underscores and dashes, beginning with a letter or digit.",
  });
}
