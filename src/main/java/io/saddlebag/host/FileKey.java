package io.saddlebag.host;

/** Which file it is, whatever its names: two names with one key are hard links. Unique while the file exists. */
public record FileKey(long device, long inode) {}
