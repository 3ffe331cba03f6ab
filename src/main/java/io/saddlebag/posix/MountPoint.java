package io.saddlebag.posix;

import java.nio.file.Path;

/**
 * A line of the kernel's table of mounts (proc(5), mountinfo).
 *
 * @param id of this mount; two mounts of one file system differ
 * @param deviceNumber {@code major:minor} of the file system, the same for all its mounts and subvolumes
 * @param root the folder of the file system that is seen at {@code path}; {@code /} unless a part is mounted
 * @param fileSystem type, e.g. {@code xfs}
 * @param source what is mounted, e.g. {@code /dev/loop0}
 */
public record MountPoint(int id, String deviceNumber, Path root, Path path, String fileSystem, String source) {}
