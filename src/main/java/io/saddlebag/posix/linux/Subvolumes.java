package io.saddlebag.posix.linux;

import com.sun.jna.Memory;
import io.saddlebag.posix.Errno;
import io.saddlebag.posix.PosixException;
import io.saddlebag.posix.RawPath;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The ioctls of Btrfs (linux/btrfs.h). Every struct is 4096 bytes. Thread-safe. */
final class Subvolumes {
    private static final int STRUCT = 4096;

    // btrfs_ioctl_vol_args_v2: s64 fd, u64 transid, u64 flags, 32 bytes, char name[4040]
    private static final int V2_FLAGS = 16;
    private static final int V2_NAME = 56;

    // btrfs_ioctl_vol_args: s64 fd, char name[4088]
    private static final int V1_NAME = 8;

    // btrfs_ioctl_get_subvol_rootref_args: u64 min_treeid, {u64 treeid, u64 dirid}[255], u8 num_items
    private static final int REFERENCES = 8;
    private static final int REFERENCE = 16;
    private static final int REFERENCE_COUNT = 4088;

    // btrfs_ioctl_ino_lookup_user_args: u64 dirid, u64 treeid, char name[256], char path[3824]
    private static final int LOOKUP_NAME = 16;
    private static final int LOOKUP_NAME_LENGTH = 256;
    private static final int LOOKUP_PATH = 272;
    private static final int LOOKUP_PATH_LENGTH = 3824;

    private final Calls calls;

    Subvolumes(Calls calls) {
        this.calls = calls;
    }

    void create(Path path) throws PosixException {
        inFolderOf(path, (folder, name) -> {
            try (Memory arguments = struct()) {
                put(arguments, V2_NAME, name);
                return calls.ioctl(
                        "BTRFS_IOC_SUBVOL_CREATE_V2", path, folder, LibC.BTRFS_IOC_SUBVOL_CREATE_V2, arguments);
            }
        });
    }

    void snapshot(Path subvolume, Path target) throws PosixException {
        calls.openFolder(
                subvolume,
                source -> inFolderOf(target, (folder, name) -> {
                    try (Memory arguments = struct()) {
                        arguments.setLong(0, source);
                        arguments.setLong(V2_FLAGS, LibC.BTRFS_SUBVOL_RDONLY);
                        put(arguments, V2_NAME, name);
                        return calls.ioctl(
                                "BTRFS_IOC_SNAP_CREATE_V2",
                                subvolume,
                                folder,
                                LibC.BTRFS_IOC_SNAP_CREATE_V2,
                                arguments);
                    }
                }));
    }

    void delete(Path path) throws PosixException {
        inFolderOf(path, (folder, name) -> {
            try (Memory arguments = struct()) {
                put(arguments, V1_NAME, name);
                return calls.ioctl("BTRFS_IOC_SNAP_DESTROY", path, folder, LibC.BTRFS_IOC_SNAP_DESTROY, arguments);
            }
        });
    }

    List<Path> nested(Path subvolume, int limit) throws PosixException {
        return calls.openFolder(subvolume, fd -> {
            List<Path> nested = new ArrayList<>();
            try (Memory references = struct()) {
                boolean more = true;
                while (more && nested.size() < limit) {
                    more = references(subvolume, fd, references);
                    int count = references.getByte(REFERENCE_COUNT) & 0xFF;
                    for (int i = 0; i < count && nested.size() < limit; i++) {
                        long at = REFERENCES + (long) i * REFERENCE;
                        long tree = references.getLong(at);
                        nested.add(place(subvolume, fd, tree, references.getLong(at + 8)));
                        references.setLong(0, tree + 1);
                    }
                }
            }
            return nested;
        });
    }

    /** @return whether there are more than fit into the struct */
    private boolean references(Path subvolume, int fd, Memory references) throws PosixException {
        try {
            calls.ioctl("BTRFS_IOC_GET_SUBVOL_ROOTREF", subvolume, fd, LibC.BTRFS_IOC_GET_SUBVOL_ROOTREF, references);
            return false;
        } catch (PosixException e) {
            if (e.errno() == Errno.EOVERFLOW) {
                return true;
            }
            throw e;
        }
    }

    private Path place(Path subvolume, int fd, long tree, long folder) throws PosixException {
        try (Memory lookup = struct()) {
            lookup.setLong(0, folder);
            lookup.setLong(8, tree);
            calls.ioctl("BTRFS_IOC_INO_LOOKUP_USER", subvolume, fd, LibC.BTRFS_IOC_INO_LOOKUP_USER, lookup);
            Path below = RawPath.of(text(lookup, LOOKUP_PATH, LOOKUP_PATH_LENGTH));
            return subvolume.resolve(below).resolve(RawPath.of(text(lookup, LOOKUP_NAME, LOOKUP_NAME_LENGTH)));
        }
    }

    private interface Child {
        int in(int folder, byte[] name) throws PosixException;
    }

    private int inFolderOf(Path path, Child child) throws PosixException {
        Path absolute = path.toAbsolutePath();
        Path parent = absolute.getParent();
        Path name = absolute.getFileName();
        if (parent == null || name == null) {
            throw new IllegalArgumentException("a subvolume has a name: " + path);
        }
        byte[] raw = RawPath.bytes(name);
        return calls.openFolder(parent, folder -> child.in(folder, raw));
    }

    private static Memory struct() {
        Memory memory = new Memory(STRUCT);
        memory.clear();
        return memory;
    }

    private static void put(Memory struct, int at, byte[] name) {
        struct.write(at, name, 0, name.length);
    }

    private static byte[] text(Memory struct, int at, int length) {
        byte[] bytes = struct.getByteArray(at, length);
        int end = 0;
        while (end < length && bytes[end] != 0) {
            end++;
        }
        return Arrays.copyOf(bytes, end);
    }
}
