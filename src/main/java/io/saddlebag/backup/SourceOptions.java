package io.saddlebag.backup;

import io.saddlebag.image.Compression;

/** How a source becomes an image. */
public record SourceOptions(Compression compression) {}
