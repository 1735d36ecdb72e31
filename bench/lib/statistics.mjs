/** The value below which `fraction` of the samples lie, interpolated. */
export function quantile(samples, fraction) {
  const sorted = [...samples].sort((a, b) => a - b)
  const position = (sorted.length - 1) * fraction
  const below = Math.floor(position)
  const above = Math.min(below + 1, sorted.length - 1)
  return sorted[below] + (sorted[above] - sorted[below]) * (position - below)
}

export const median = samples => quantile(samples, 0.5)

/** Median and quartiles: a machine with other work on it has outliers, on one side. */
export function summary(samples) {
  return { median: median(samples), low: quantile(samples, 0.25), high: quantile(samples, 0.75) }
}
