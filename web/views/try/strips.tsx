/** Strips of small pictures: test images to try, and the training images that are near. */
import { Pixels } from "./pixels.tsx";
import { data, near, showTest } from "./state.ts";
import { compared, findTwelve, searching, twelve } from "./twelve.ts";

/** Twelve test images, those first that the networks disagree about. */
export function Twelve() {
  const { shape, classes } = data.value!, looked = searching.value;
  const disagreed = twelve.value.filter((each) => each.disagreed).length;
  const words = looked !== undefined
    ? `Looking for images that the networks disagree about: ${looked} seen.`
    : !compared.value
    ? "With two trained networks, those come first that they disagree about."
    : disagreed > 0
    ? `The networks disagree about the first ${disagreed}.`
    : "The networks agree about all of these.";
  return (
    <section class="panel" aria-label="Test images">
      <div class="strip-head">
        <div>
          <h2>Test images</h2>
          <p class="field-note" role="status">{words}</p>
        </div>
        <button type="button" class="button" disabled={looked !== undefined} onClick={() => void findTwelve()}>
          Another twelve
        </button>
      </div>
      <ul class="thumbs">
        {twelve.value.map(({ index, label, image, disagreed }) => (
          <li key={index}>
            <button
              type="button"
              class={disagreed ? "thumb disagreed" : "thumb"}
              onClick={() => showTest(index, label, image)}
            >
              <Pixels image={image} shape={shape} label={`Test image ${index}`} />
              <span class="clip" title={classes[label]}>{classes[label]}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The training images that are nearest to the picture. */
export function Nearest() {
  const { shape, classes, train } = data.value!;
  if (near.value.length === 0) return null;
  return (
    <section class="panel nearest" aria-label="Nearest training images">
      <h2>Nearest training images</h2>
      <p class="field-note">
        Of{" "}
        {train.toLocaleString("en")}, pixel by pixel: the number is the root mean square difference, 0 is the same
        picture. The networks do not compare like this.
      </p>
      <ul class="thumbs">
        {near.value.map(({ index, label, image, distance }) => (
          <li key={index} class="thumb">
            <Pixels image={image} shape={shape} label={`Training image ${index}: ${classes[label]}`} />
            <span class="clip" title={classes[label]}>{classes[label]}</span>
            <span class="faint">{distance.toFixed(3)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
