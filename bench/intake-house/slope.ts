/** Least-squares slope per minute over the second half of (seconds, value) points. */
export function steadySlope(points: readonly (readonly [number, number])[]): number {
  const half = points.slice(Math.floor(points.length / 2));
  const n = half.length;
  if (n < 2) return 0;
  const meanX = half.reduce((sum, [x]) => sum + x, 0) / n;
  const meanY = half.reduce((sum, [, y]) => sum + y, 0) / n;
  const spread = half.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const joint = half.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return spread === 0 ? 0 : (joint / spread) * 60;
}
