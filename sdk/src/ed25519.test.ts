import { describe, expect, it } from "vitest";
import { isWeakPublicKey } from "./ed25519.ts";

// The curve by the book, with integers: cryptographic libraries differ in which of these keys they refuse, and so do versions of Node.
const P = 2n ** 255n - 19n;
/** The order of the base point. The curve has eight times as many points. */
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const mod = (a: bigint): bigint => ((a % P) + P) % P;

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n, square = mod(square * square)) {
    if (rest & 1n) result = mod(result * square);
  }
  return result;
}

const inverse = (a: bigint): bigint => power(a, P - 2n);
const D = mod(-121665n * inverse(121666n));

/** Projective coordinates of a point. */
type Point = readonly [x: bigint, y: bigint, z: bigint];
const NEUTRAL: Point = [0n, 1n, 1n];

/** −x² + y² = 1 + dx²y². @returns undefined where no point has this ordinate */
function pointAt(y: bigint): Point | undefined {
  const square = mod((y * y - 1n) * inverse(mod(D * y * y + 1n)));
  const root = power(square, (P + 3n) / 8n);
  const other = mod(root * power(2n, (P - 1n) / 4n));
  const x = [root, other].find((candidate) => mod(candidate * candidate) === square);
  return x === undefined ? undefined : [x, y, 1n];
}

function add([x1, y1, z1]: Point, [x2, y2, z2]: Point): Point {
  const z = mod(z1 * z2);
  const [x, y] = [mod(x1 * x2), mod(y1 * y2)];
  const e = mod(D * x * y);
  const [f, g] = [mod(z * z - e), mod(z * z + e)];
  return [mod(z * f * ((x1 + y1) * (x2 + y2) - x - y)), mod(z * g * (x + y)), mod(f * g)];
}

function multiply(point: Point, times: bigint): Point {
  let result = NEUTRAL;
  for (let double = point, rest = times; rest > 0n; rest >>= 1n, double = add(double, double)) {
    if (rest & 1n) result = add(result, double);
  }
  return result;
}

const isNeutral = ([x, y, z]: Point): boolean => x === 0n && y === z;
const ordinateOf = ([, y, z]: Point): bigint => mod(y * inverse(z));

/** Both keys of an ordinate: the sign of the abscissa is their highest bit. */
function keysOf(ordinate: bigint): Uint8Array[] {
  return [0n, 1n].map((sign) => {
    const hex = (ordinate | (sign << 255n)).toString(16).padStart(64, "0");
    return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)).reverse();
  });
}

/** Points with the ordinates 2, 3, 4 …, where there is one. */
const points = Array.from({ length: 120 }, (_, index) => pointAt(BigInt(index + 2))).filter(
  (point) => point !== undefined,
);

describe("a weak public key", () => {
  it("is each one whose point is of small order: for those, anybody can make signatures", () => {
    // L times any point is one of the eight whose order divides eight; enough points lead to all of them.
    const ordinates = new Set(points.map((point) => ordinateOf(multiply(point, L))));
    expect(ordinates.size).toBe(5);
    for (const ordinate of ordinates) {
      const point = pointAt(ordinate);
      expect(point && isNeutral(multiply(point, 8n))).toBe(true);
      for (const key of keysOf(ordinate)) expect(isWeakPublicKey(key), ordinate.toString(16)).toBe(true);
    }
  });

  it("is each one whose ordinate is not reduced", () => {
    for (let ordinate = P; ordinate < 2n ** 255n; ordinate++) {
      for (const key of keysOf(ordinate)) expect(isWeakPublicKey(key), ordinate.toString(16)).toBe(true);
    }
  });

  it("is no other one", () => {
    expect(points.length).toBeGreaterThan(40);
    for (const point of points) {
      expect(isNeutral(multiply(point, 8n))).toBe(false);
      for (const key of [...keysOf(ordinateOf(point)), ...keysOf(P - ordinateOf(point))]) {
        expect(isWeakPublicKey(key)).toBe(false);
      }
    }
  });
});
