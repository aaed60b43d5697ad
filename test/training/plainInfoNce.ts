/** One-way InfoNCE by its definition, in plain loops and 64 bits; `similarities[query][passage]`. */
export function plainInfoNce(
  similarities: number[][],
  items: readonly number[],
  temperature: number,
): number {
  const losses = similarities.map((row, query) => {
    const counted = row.filter(
      (_, passage) => passage === query || items[passage] !== items[query],
    );
    const sum = counted.reduce((total, value) => total + Math.exp(value / temperature), 0);
    return Math.log(sum) - row[query]! / temperature;
  });
  return losses.reduce((total, loss) => total + loss, 0) / losses.length;
}

export function transpose(matrix: number[][]): number[][] {
  return matrix.map((_, row) => matrix.map((values) => values[row]!));
}
