package io.saddlebag.database.log;

/**
 * Which server it is, and where it stands.
 *
 * @param system the number that its cluster got when it was made; copies and standbys have the same
 * @param timeline that it writes, or as a standby applies
 * @param position so far its log is durable there
 * @param segmentBytes of the files that the log is cut into
 */
public record ServerIdentity(String system, long timeline, long position, long segmentBytes) {}
