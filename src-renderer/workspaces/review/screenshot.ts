/** A picture with lines under it that say what it shows: a screenshot must speak for itself later. */
export async function captioned(picture: Blob, lines: readonly string[]): Promise<Blob> {
  const image = await createImageBitmap(picture);
  const scale = window.devicePixelRatio || 1;
  const lineHeight = Math.round(18 * scale);
  const canvas = document.createElement('canvas');
  canvas.width = image.width;
  canvas.height = image.height + lineHeight * lines.length + Math.round(12 * scale);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no drawing surface');
  context.fillStyle = '#000000';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0);
  context.font = `${Math.round(12 * scale)}px "Inter Fluence", Inter, "DejaVu Sans", sans-serif`;
  context.fillStyle = '#e6e8eb';
  lines.forEach((line, index) =>
    context.fillText(line, Math.round(10 * scale), image.height + lineHeight * (index + 1)),
  );
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png'),
  );
}
