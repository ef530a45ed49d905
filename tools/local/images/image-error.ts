/** A reason why an image cannot be built here. Its message is for the user: `Dockerfile:7: COPY dist ./: dist does not exist`. */
export class ImageError extends Error {
  override readonly name = 'ImageError';
}
