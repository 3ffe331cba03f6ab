package io.saddlebag.posix.linux;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.NativeLong;
import io.saddlebag.posix.Errno;
import io.saddlebag.posix.ImageMount;
import io.saddlebag.posix.LoopBacking;
import io.saddlebag.posix.MountPoint;
import io.saddlebag.posix.PosixException;
import io.saddlebag.posix.RawPath;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The table of mounts, and mounts through loop devices (loop(4)). Thread-safe. */
final class Mounts {
    private static final String TABLE = "/proc/self/mountinfo";
    private static final Path LOOP_CONTROL = Path.of("/dev/loop-control");
    private static final String DELETED = " (deleted)";

    /** Far above what the kernel's longest table of mounts (100,000) takes up. */
    private static final int TABLE_LIMIT = 64 << 20;

    /** Others take loop devices too: how often the next free one is asked for. */
    private static final int ATTEMPTS = 64;

    // loop_config: u32 fd, u32 block_size, loop_info64 (flags at 52, file name of 64 bytes at 56), u64[8]
    private static final int CONFIG = 304;
    private static final int CONFIG_FLAGS = 8 + 52;
    private static final int CONFIG_NAME = 8 + 56;
    private static final int CONFIG_NAME_LENGTH = 63;

    // btrfs_ioctl_vol_args: s64 fd, char name[4088]; xfs_growfs_data: u64 blocks, u32 percent
    private static final int GROW = 4096;
    private static final int GROW_BTRFS_NAME = 8;
    private static final int GROW_XFS_INODE_PERCENT = 25;

    private final Calls calls;

    Mounts(Calls calls) {
        this.calls = calls;
    }

    List<MountPoint> all() throws IOException {
        return entries().stream().map(Entry::mount).toList();
    }

    MountPoint of(Path path) throws IOException {
        Path real = path.toRealPath();
        MountPoint deepest = null;
        for (String line : lines(TABLE)) {
            MountPoint mount = parse(line);
            // the later of two mounts at one place hides the earlier
            if (mount != null
                    && real.startsWith(mount.path())
                    && (deepest == null
                            || mount.path().getNameCount() >= deepest.path().getNameCount())) {
                deepest = mount;
            }
        }
        if (deepest == null) {
            throw new IOException("no mount in " + TABLE + " holds " + real);
        }
        return deepest;
    }

    /** A mount, and whether nothing can be written to its file system through any mount. */
    record Entry(MountPoint mount, boolean readOnly) {}

    List<Entry> entries() throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (String line : lines(TABLE)) {
            MountPoint mount = parse(line);
            if (mount != null) {
                // the last field is the file system's own options; those of one mount of it say less
                String options = line.substring(line.lastIndexOf(' ') + 1);
                entries.add(new Entry(mount, List.of(options.split(",")).contains("ro")));
            }
        }
        return entries;
    }

    /** {@code 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue} */
    static @Nullable MountPoint parse(String line) {
        String[] fields = line.split(" ", -1);
        int separator = 6;
        while (separator < fields.length && !fields[separator].equals("-")) {
            separator++;
        }
        if (separator + 2 >= fields.length) {
            return null;
        }
        return new MountPoint(
                Integer.parseInt(fields[0]),
                fields[2],
                RawPath.of(unescape(fields[3])),
                RawPath.of(unescape(fields[4])),
                fields[separator + 1],
                new String(unescape(fields[separator + 2]), StandardCharsets.UTF_8));
    }

    /** Blanks and such are written as a backslash and three octal digits. */
    static byte[] unescape(String field) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(field.length());
        for (int i = 0; i < field.length(); i++) {
            if (field.charAt(i) == '\\' && i + 3 < field.length()) {
                bytes.write(Integer.parseInt(field, i + 1, i + 4, 8));
                i += 3;
            } else {
                bytes.write(field.charAt(i));
            }
        }
        return bytes.toByteArray();
    }

    Optional<LoopBacking> backing(MountPoint mount) throws IOException {
        String loop = "/sys/dev/block/" + mount.deviceNumber() + "/loop/";
        if (!new File(loop + "backing_file").exists()) {
            return Optional.empty();
        }
        String file = lines(loop + "backing_file").get(0);
        if (file.endsWith(DELETED)) {
            return Optional.empty();
        }
        long offset = Long.parseLong(lines(loop + "offset").get(0));
        return Optional.of(new LoopBacking(RawPath.of(file.getBytes(StandardCharsets.ISO_8859_1)), offset));
    }

    /** Of a file that the kernel writes while it is read; each byte becomes a character. */
    static List<String> lines(String file) throws IOException {
        try (FileInputStream in = new FileInputStream(file)) {
            byte[] bytes = in.readNBytes(TABLE_LIMIT);
            return List.of(new String(bytes, StandardCharsets.ISO_8859_1).split("\n", -1));
        }
    }

    void mountImage(ImageMount mount) throws IOException {
        boolean readOnly = mount.access() == ImageMount.Access.READ_ONLY;
        calls.open(mount.image(), readOnly ? LibC.O_RDONLY : LibC.O_RDWR, image -> {
            for (int attempt = 1; ; attempt++) {
                try {
                    return mountThroughNextLoop(mount, image, readOnly);
                } catch (PosixException e) {
                    // EBUSY: another took this device between the question and the answer
                    if (e.errno() != Errno.EBUSY || !e.call().contains("LOOP") || attempt == ATTEMPTS) {
                        throw e;
                    }
                }
            }
        });
    }

    private int mountThroughNextLoop(ImageMount mount, int image, boolean readOnly) throws PosixException {
        Path device = nextLoop();
        int mode = readOnly ? LibC.O_RDONLY : LibC.O_RDWR;
        // held open until it is mounted: it clears itself when its last user leaves
        return calls.open(device, mode, loop -> {
            configure(mount, image, loop, readOnly);
            long flags = LibC.MS_NOSUID | LibC.MS_NODEV | (readOnly ? LibC.MS_RDONLY : 0);
            return calls.call(
                    "mount -t " + mount.fileSystem() + " -o " + mount.options(),
                    mount.image(),
                    () -> calls.c.mount(
                            Calls.raw(device),
                            Calls.raw(mount.target()),
                            mount.fileSystem(),
                            new NativeLong(flags),
                            mount.options().isEmpty() ? null : mount.options()));
        });
    }

    private Path nextLoop() throws PosixException {
        int number = calls.open(
                LOOP_CONTROL,
                LibC.O_RDWR,
                fd -> calls.ioctl("LOOP_CTL_GET_FREE", LOOP_CONTROL, fd, LibC.LOOP_CTL_GET_FREE));
        Path device = Path.of("/dev/loop" + number);
        if (!device.toFile().exists()) {
            // in a container /dev is no devtmpfs, and nobody else makes the node
            makeNode(device, number);
        }
        return device;
    }

    private void makeNode(Path device, int number) throws PosixException {
        try {
            calls.c.syscall(
                    new NativeLong(LibC.SYS_MKNODAT),
                    LibC.AT_FDCWD,
                    Calls.raw(device),
                    LibC.S_IFBLK | 0600,
                    DeviceNumbers.encode(LibC.LOOP_MAJOR, number));
        } catch (LastErrorException e) {
            if (Errno.of(e.getErrorCode()) != Errno.EEXIST) {
                PosixException failure = new PosixException("mknod", device.toString(), e.getErrorCode());
                failure.initCause(e);
                throw failure;
            }
        }
    }

    private void configure(ImageMount mount, int image, int loop, boolean readOnly) throws PosixException {
        byte[] name = RawPath.bytes(mount.image());
        try (Memory config = new Memory(CONFIG)) {
            config.clear();
            config.setInt(0, image);
            config.setInt(CONFIG_FLAGS, LibC.LO_FLAGS_AUTOCLEAR | (readOnly ? LibC.LO_FLAGS_READ_ONLY : 0));
            config.write(CONFIG_NAME, name, 0, Math.min(name.length, CONFIG_NAME_LENGTH));
            calls.ioctl("LOOP_CONFIGURE", mount.image(), loop, LibC.LOOP_CONFIGURE, config);
        }
    }

    void grow(Path mountPoint, long lengthBytes) throws IOException {
        String type = of(mountPoint).fileSystem();
        long blocks = lengthBytes / blockSize(mountPoint);
        calls.openFolder(mountPoint, fd -> {
            try (Memory argument = new Memory(GROW)) {
                argument.clear();
                switch (type) {
                    case "btrfs" -> {
                        argument.setString(GROW_BTRFS_NAME, "max");
                        return calls.ioctl("BTRFS_IOC_RESIZE", mountPoint, fd, LibC.BTRFS_IOC_RESIZE, argument);
                    }
                    case "xfs" -> {
                        argument.setLong(0, blocks);
                        argument.setInt(Long.BYTES, GROW_XFS_INODE_PERCENT);
                        return calls.ioctl("XFS_IOC_FSGROWFSDATA", mountPoint, fd, LibC.XFS_IOC_FSGROWFSDATA, argument);
                    }
                    default ->
                        throw new IllegalArgumentException("can grow btrfs and xfs, not " + type + " at " + mountPoint);
                }
            }
        });
    }

    private long blockSize(Path path) throws PosixException {
        try (Memory status = new Memory(LibC.STATFS_LENGTH)) {
            calls.call("statfs", path, () -> calls.c.statfs(Calls.raw(path), status));
            return status.getLong(LibC.STATFS_BLOCK_SIZE_AT);
        }
    }
}
