package io.saddlebag.catalog;

/**
 * That an object wasn't read as promised when it was backed up (D4).
 *
 * @param path as in {@link ObjectEntry}; the backup has no object of that path when it could not be opened
 * @param what one word: {@code shrank}, {@code grew}, {@code unreadable}, {@code vanished}, {@code unopened}, {@code reserved}
 * @param detail for people; empty where only the image told of it, after a rebuild
 */
public record ObjectFlag(String path, String what, String detail) {}
