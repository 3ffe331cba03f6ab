package io.saddlebag.blockmap;

import io.saddlebag.disk.ClusterSet;
import io.saddlebag.filesystem.FileSystemType;

/**
 * What of a disk is used.
 *
 * @param unitBytes what the file system gives to files in one piece: a block or cluster
 * @param units that the file system has
 * @param usedUnits how many of them are not free
 * @param clusters those of the disk in which anything is used, and those with anything outside of the file system's units
 */
public record BlockMap(FileSystemType type, int unitBytes, long units, long usedUnits, ClusterSet clusters) {}
