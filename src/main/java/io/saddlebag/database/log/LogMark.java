package io.saddlebag.database.log;

/**
 * Something in the log that isn't there twice.
 *
 * @param end the position behind it
 * @param pageBytes of the log's pages, each of which begins with a header
 */
public record LogMark(long end, int pageBytes) {}
