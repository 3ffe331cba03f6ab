package io.saddlebag.recovery;

/**
 * One copy of one image.
 *
 * @param number among the copies of its image, 0 for the one that the backup wrote
 * @param place for people: volumes, or files of a pool
 */
public record StoredCopy(int number, Medium medium, String place) {}
