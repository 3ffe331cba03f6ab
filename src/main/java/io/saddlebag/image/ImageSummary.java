package io.saddlebag.image;

/**
 * What an image holds.
 *
 * @param members objects of the source, without the image's own members and sockets
 * @param files how many of them are files
 * @param dataBytes sum of the files' lengths, holes not counted
 * @param streamBytes length of the tar stream
 */
public record ImageSummary(long members, long files, long dataBytes, long streamBytes) {}
