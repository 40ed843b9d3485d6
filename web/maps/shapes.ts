import type { Map as MapLibre } from 'maplibre-gl';
import { LEVELS, type Level } from '#base/words.ts';
import { BARS, SHAPES } from '../kit/ui/level-shapes.ts';
import type { Theme } from '../kit/theme.ts';

const PIXELS = 2;
const SIZE = 26;

const FILL: Record<Theme, Record<Level, [string, string]>> = {
  light: {
    1: ['#B00020', '#FFFFFF'],
    2: ['#F58A1F', '#1F1A00'],
    3: ['#FFE066', '#1F1A00'],
    4: ['#1756C7', '#FFFFFF'],
  },
  dark: {
    1: ['#FF4D6D', '#1A0006'],
    2: ['#FF922B', '#1F1A00'],
    3: ['#FFE066', '#1F1A00'],
    4: ['#6CB2FF', '#061425'],
  },
};

/** Draws the four level shapes once into the map's image table, in the colours of the ground. */
export function drawShapes(map: MapLibre, theme: Theme): void {
  for (const level of LEVELS) {
    const name = `level-${level}`;
    if (map.hasImage(name)) map.removeImage(name);
    map.addImage(name, draw(level, theme), { pixelRatio: PIXELS });
  }
}

function draw(level: Level, theme: Theme): ImageData {
  const canvas = document.createElement('canvas');
  canvas.width = SIZE * PIXELS;
  canvas.height = SIZE * PIXELS;
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('no 2d canvas');
  const [fill, ink] = FILL[theme][level];
  pen.scale((SIZE * PIXELS) / 26, (SIZE * PIXELS) / 26);
  pen.translate(1, 1);
  const shape = new Path2D(SHAPES[level]);
  pen.fillStyle = fill;
  pen.strokeStyle = theme === 'dark' ? '#07101C' : '#FFFFFF';
  pen.lineWidth = 2;
  pen.stroke(shape);
  pen.fill(shape);
  pen.strokeStyle = ink;
  pen.lineCap = 'round';
  pen.stroke(new Path2D(BARS[level]));
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}
