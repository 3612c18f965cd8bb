import { toCsv, type CellValue } from '../../ui/index.ts';
import { pathOf, ticks, valueAt, type Box, type Curve } from './dvhPlot.ts';

export interface ChartText {
  readonly xLabel: string;
  readonly yLabel: string;
  /** Lines under the chart: patient, structures, dose, end caps, engine, time. */
  readonly notes: readonly string[];
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const MARGIN = { left: 64, right: 200, top: 24, bottom: 56 };

/** The chart as a document of its own, dark on white, with its legend: what is printed is read on paper. */
export function chartSvg(
  curves: readonly Curve[],
  box: Box,
  text: ChartText,
  width = 1100,
  height = 640,
): string {
  const noteHeight = text.notes.length * 16 + 8;
  const w = width - MARGIN.left - MARGIN.right;
  const h = height - MARGIN.top - MARGIN.bottom - noteHeight;
  const px = (value: number): number => ((value - box.x.from) / (box.x.to - box.x.from)) * w;
  const py = (value: number): number => h - ((value - box.y.from) / (box.y.to - box.y.from)) * h;
  const font = 'font-family="Inter, DejaVu Sans, sans-serif"';
  const lines: string[] = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<clipPath id="plot"><rect width="${w}" height="${h}"/></clipPath>`,
    `<g transform="translate(${MARGIN.left} ${MARGIN.top})" ${font} font-size="12" fill="#444c56">`,
  ];
  for (const value of ticks(box.x, 10))
    lines.push(
      `<path d="M${px(value).toFixed(1)} 0V${h}" stroke="#dde1e5"/>`,
      `<text x="${px(value).toFixed(1)}" y="${h + 18}" text-anchor="middle">${value}</text>`,
    );
  for (const value of ticks(box.y, 8))
    lines.push(
      `<path d="M0 ${py(value).toFixed(1)}H${w}" stroke="#dde1e5"/>`,
      `<text x="-8" y="${(py(value) + 4).toFixed(1)}" text-anchor="end">${value}</text>`,
    );
  lines.push(`<path d="M0 0V${h}H${w}" fill="none" stroke="#79828d"/>`);
  lines.push(`<g clip-path="url(#plot)" fill="none" stroke-width="1.8" stroke-linejoin="round">`);
  for (const curve of curves) lines.push(`<path d="${pathOf(curve, box, w, h)}" stroke="${curve.colour}"/>`);
  lines.push('</g>');
  lines.push(`<text x="${w / 2}" y="${h + 42}" text-anchor="middle">${escaped(text.xLabel)}</text>`);
  lines.push(
    `<text transform="translate(-46 ${h / 2}) rotate(-90)" text-anchor="middle">${escaped(text.yLabel)}</text>`,
  );
  curves.forEach((curve, index) => {
    const y = 6 + index * 18;
    lines.push(
      `<path d="M${w + 16} ${y}h18" stroke="${curve.colour}" stroke-width="3"/>`,
      `<text x="${w + 42}" y="${y + 4}" fill="#191c20">${escaped(curve.name)}</text>`,
    );
  });
  text.notes.forEach((note, index) =>
    lines.push(
      `<text x="0" y="${h + MARGIN.bottom + 8 + index * 16}" font-size="11">${escaped(note)}</text>`,
    ),
  );
  return [...lines, '</g></svg>'].join('\n');
}

/** A picture of the chart at twice its size, for slides and print. */
export async function chartPng(svg: string, width = 1100, height = 640): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = width * 2;
    canvas.height = height * 2;
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) =>
      canvas.toBlob(
        (blob) => (blob ? resolve(blob) : reject(new Error('no picture of the chart'))),
        'image/png',
      ),
    );
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Dose in the first column, one column per structure, after the lines that say what it is. */
export function chartCsv(
  curves: readonly Curve[],
  doseUnit: string,
  volumeUnit: string,
  notes: readonly string[],
  stepDose: number,
): string {
  const end = Math.max(0, ...curves.map((curve) => curve.x[curve.x.length - 1] ?? 0));
  const head: CellValue[] = [`Dose [${doseUnit}]`, ...curves.map((curve) => `${curve.name} [${volumeUnit}]`)];
  const rows: CellValue[][] = [];
  for (let index = 0; index * stepDose <= end + 1e-9; index += 1) {
    const dose = Number((index * stepDose).toFixed(4));
    rows.push([dose, ...curves.map((curve) => Number(valueAt(curve, dose).toFixed(5)))]);
  }
  return toCsv([...notes.map((note) => [note]), head, ...rows]);
}
