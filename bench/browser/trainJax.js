/**
 * @file The training step of `bench/train.mjs` in jax-js: the same model, loss
 * and optimizer. An array passed on is used up; `.ref` keeps it.
 */

/** @typedef {{ pairs: number, queryLength: number, passageLength: number, config: Record<string, number | string> }} StepSizes */

/**
 * Least milliseconds of a step.
 *
 * @param {any} jax the module @jax-js/jax, which is not a dependency of ours
 * @param {StepSizes} sizes
 * @param {number} rounds
 */
export async function timeJaxStep(jax, sizes, rounds) {
  const { numpy: np, nn, jit, tree, valueAndGrad, blockUntilReady } = jax;
  const field = (/** @type {string} */ name) => Number(sizes.config[name]);
  const [width, layers] = [field("hidden_size"), field("num_hidden_layers")];
  const [heads, inner] = [field("num_attention_heads"), field("intermediate_size")];
  const size = width / heads;

  let seed = 1;
  const random = (/** @type {number[]} */ ...shape) => {
    const count = shape.reduce((product, axis) => product * axis, 1);
    const values = Float32Array.from({ length: count }, () => {
      seed = (seed * 16807) % 2147483647;
      return 0.1 * (seed / 2147483647 - 0.5);
    });
    return np.array(values).reshape(shape);
  };
  const linear = (/** @type {number} */ into, /** @type {number} */ out) => ({
    weight: random(into, out),
    bias: random(out),
  });
  const norm = () => ({ weight: np.ones([width]), bias: np.zeros([width]) });
  const tokens = sizes.pairs * (sizes.queryLength + sizes.passageLength);
  const initial = {
    // The rows of this batch's distinct tokens: no more of the table is trained.
    words: random(tokens, width),
    places: random(sizes.passageLength, width),
    norm: norm(),
    layers: Array.from({ length: layers }, () => ({
      projections: linear(width, 3 * width),
      output: linear(width, width),
      attentionNorm: norm(),
      expand: linear(width, inner),
      contract: linear(inner, width),
      norm: norm(),
    })),
  };

  const apply = (/** @type {any} */ x, /** @type {any} */ { weight, bias }) =>
    np.matmul(x, weight).add(bias);
  const normalize = (/** @type {any} */ x, /** @type {any} */ { weight, bias }) =>
    nn.standardize(x, -1, { epsilon: 1e-12 }).mul(weight).add(bias);

  const layer = (/** @type {any} */ x, /** @type {any} */ p, /** @type {number} */ length) => {
    const rows = sizes.pairs;
    const joined = apply(x.ref, p.projections).reshape([rows, length, 3, heads, size]);
    const [q, k, v] = np
      .split(joined, 3, 2)
      .map((/** @type {any} */ part) =>
        part.reshape([rows, length, heads, size]).transpose([0, 2, 1, 3]),
      );
    const logits = np.matmul(q, k.transpose([0, 1, 3, 2])).mul(1 / Math.sqrt(size));
    const mixed = np.matmul(nn.softmax(logits, -1), v).transpose([0, 2, 1, 3]);
    const attended = apply(mixed.reshape([rows * length, width]), p.output);
    const middle = normalize(x.add(attended), p.attentionNorm);
    const expanded = nn.gelu(apply(middle.ref, p.expand), { approximate: false });
    return normalize(middle.add(apply(expanded, p.contract)), p.norm);
  };

  const embed = (/** @type {any} */ p, /** @type {any} */ words, /** @type {number} */ length) => {
    const rows = sizes.pairs;
    const placed = words
      .reshape([rows, length, width])
      .add(p.places.slice([0, length]).reshape([1, length, width]));
    let x = normalize(placed.reshape([rows * length, width]), p.norm);
    for (const each of p.layers) x = layer(x, each, length);
    const pooled = x.reshape([rows, length, width]).mean(1);
    const squares = np.square(pooled.ref).sum(-1, { keepdims: true });
    return pooled.div(np.sqrt(squares));
  };

  const diagonal = (/** @type {any} */ logits) =>
    nn
      .logSoftmax(logits, -1)
      .mul(np.eye(sizes.pairs))
      .sum()
      .mul(-1 / sizes.pairs);

  const loss = (/** @type {any} */ p) => {
    const cut = sizes.pairs * sizes.queryLength;
    const { words, ...rest } = p;
    const queries = embed(tree.ref(rest), words.ref.slice([0, cut]), sizes.queryLength);
    const passages = embed(rest, words.slice([cut, tokens]), sizes.passageLength);
    const logits = np.matmul(queries, passages.transpose()).mul(10);
    return diagonal(logits.ref).add(diagonal(logits.transpose())).mul(0.5);
  };

  const step = jit((/** @type {any} */ p, /** @type {any} */ first, /** @type {any} */ second) => {
    const [value, gradients] = valueAndGrad(loss)(tree.ref(p));
    const norms = tree
      .leaves(tree.ref(gradients))
      .map((/** @type {any} */ g) => np.square(g).sum());
    const total = norms.reduce((/** @type {any} */ a, /** @type {any} */ b) => a.add(b));
    const factor = np.minimum(np.reciprocal(np.sqrt(total).add(1e-6)), 1);
    const scaled = tree.map((/** @type {any} */ g) => g.mul(factor.ref), gradients);
    factor.dispose();
    const m = tree.map(
      (/** @type {any} */ a, /** @type {any} */ g) => a.mul(0.9).add(g.mul(0.1)),
      first,
      tree.ref(scaled),
    );
    const v = tree.map(
      (/** @type {any} */ a, /** @type {any} */ g) => a.mul(0.999).add(np.square(g).mul(0.001)),
      second,
      scaled,
    );
    const next = tree.map(
      (/** @type {any} */ x, /** @type {any} */ a, /** @type {any} */ b) =>
        x.mul(1 - 1e-6).sub(a.mul(1e-4).div(np.sqrt(b).add(1e-8))),
      p,
      tree.ref(m),
      tree.ref(v),
    );
    return [value, next, m, v];
  });

  let state = [
    initial,
    tree.map((/** @type {any} */ x) => np.zerosLike(x), tree.ref(initial)),
    tree.map((/** @type {any} */ x) => np.zerosLike(x), tree.ref(initial)),
  ];
  const losses = [];
  let least = Infinity;
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now();
    const [value, ...next] = step(...state);
    state = next;
    losses.push(await value.jsAsync());
    await blockUntilReady(state);
    // The first compiles.
    if (round > 0) least = Math.min(least, performance.now() - start);
  }
  return { milliseconds: least, losses };
}
