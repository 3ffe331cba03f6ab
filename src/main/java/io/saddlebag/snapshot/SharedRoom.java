package io.saddlebag.snapshot;

/**
 * Room that views of a source take as it changes, and that the source itself writes to: when it is full, the source can't write
 * any more.
 *
 * @param place for people: where a file system is mounted, or a pool's name
 * @param freeBytes what may still be written
 * @param sizeBytes of all of it
 */
public record SharedRoom(String place, long freeBytes, long sizeBytes) {}
