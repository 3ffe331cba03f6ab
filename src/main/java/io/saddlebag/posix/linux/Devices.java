package io.saddlebag.posix.linux;

import com.sun.jna.Memory;
import io.saddlebag.posix.DeviceClaim;
import io.saddlebag.posix.DeviceUse;
import io.saddlebag.posix.PosixException;
import io.saddlebag.posix.RawPath;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Who uses which block device, from the kernel's tables of mounts, devices and swap. Thread-safe. */
final class Devices {
    private static final String DEVICES = "/sys/dev/block/";
    private static final File BLOCK = new File("/sys/block");
    private static final String SWAPS = "/proc/swaps";

    private final Calls calls;
    private final Mounts mounts;

    Devices(Calls calls, Mounts mounts) {
        this.calls = calls;
        this.mounts = mounts;
    }

    DeviceClaim claim(Path device) throws PosixException {
        byte[] raw = Calls.raw(device);
        // without O_CREAT, O_EXCL asks the kernel whether anybody has claimed the device
        int flags = LibC.O_RDONLY | LibC.O_EXCL | LibC.O_NONBLOCK | LibC.O_CLOEXEC;
        int fd = calls.call("open", device, () -> calls.file.open(raw, flags, 0));
        AtomicBoolean held = new AtomicBoolean(true);
        return () -> {
            if (held.getAndSet(false)) {
                calls.close(fd);
            }
        };
    }

    List<DeviceUse> usesOf(Path deviceOrFile) throws IOException {
        Path real = deviceOrFile.toRealPath();
        try (Memory status = new Memory(LibC.STATX_LENGTH)) {
            calls.call(
                    "statx",
                    real,
                    () -> calls.c.statx(LibC.AT_FDCWD, Calls.raw(real), 0, LibC.STATX_TYPE_AND_INODE, status));
            List<DeviceUse> uses = new ArrayList<>();
            int type = status.getShort(LibC.STATX_MODE_AT) & LibC.S_IFMT;
            if (type == LibC.S_IFBLK) {
                addDevice(
                        status.getInt(LibC.STATX_DEVICE_MAJOR_AT) + ":" + status.getInt(LibC.STATX_DEVICE_MINOR_AT),
                        uses);
            } else if (type == LibC.S_IFREG) {
                addLoops(real, uses);
                addSwap(real, uses);
            }
            return uses;
        }
    }

    /** With its partitions. */
    private void addDevice(String number, List<DeviceUse> uses) throws IOException {
        File device = new File(DEVICES + number);
        Path node = nodeOf(device);
        for (Mounts.Entry entry : mounts.entries()) {
            boolean same = entry.mount().deviceNumber().equals(number)
                    // some file systems, such as Btrfs, are mounted under a number that is no device's
                    || isNode(entry.mount().source(), node);
            if (same) {
                uses.add(new DeviceUse(
                        entry.readOnly() ? DeviceUse.Kind.MOUNTED_READ_ONLY : DeviceUse.Kind.MOUNTED,
                        entry.mount().path().toString()));
            }
        }
        for (String holder : names(new File(device, "holders"))) {
            uses.add(new DeviceUse(DeviceUse.Kind.HELD, "/dev/" + holder));
        }
        addSwap(node, uses);
        for (String part : names(device)) {
            File dev = new File(new File(device, part), "dev");
            if (new File(new File(device, part), "partition").exists() && dev.exists()) {
                addDevice(Mounts.lines(dev.getPath()).get(0), uses);
            }
        }
    }

    /** {@code /dev/} and the kernel's name of the device. */
    private static Path nodeOf(File device) throws IOException {
        return Path.of("/dev", device.getCanonicalFile().getName().replace('!', '/'));
    }

    private static boolean isNode(String source, Path node) throws IOException {
        File file = new File(source);
        return source.startsWith("/dev/")
                && file.exists()
                && file.toPath().toRealPath().equals(node);
    }

    private void addLoops(Path file, List<DeviceUse> uses) throws IOException {
        for (String name : names(BLOCK)) {
            File loop = new File(new File(BLOCK, name), "loop");
            File backing = new File(loop, "backing_file");
            if (backing.exists()
                    && RawPath.of(Mounts.lines(backing.getPath()).get(0).getBytes(StandardCharsets.ISO_8859_1))
                            .equals(file)) {
                int before = uses.size();
                addDevice(Mounts.lines(BLOCK + "/" + name + "/dev").get(0), uses);
                if (uses.size() == before) {
                    uses.add(new DeviceUse(DeviceUse.Kind.ATTACHED, "/dev/" + name));
                }
            }
        }
    }

    /** {@code /dev/sda2 partition 8388604 0 -2}; blanks in names are written in octal. */
    private static void addSwap(Path path, List<DeviceUse> uses) throws IOException {
        if (!new File(SWAPS).exists()) {
            return;
        }
        for (String line : Mounts.lines(SWAPS)) {
            String first = line.split("[ \t]", 2)[0];
            if (RawPath.of(Mounts.unescape(first)).equals(path)) {
                uses.add(new DeviceUse(DeviceUse.Kind.SWAP, path.toString()));
            }
        }
    }

    private static List<String> names(File folder) {
        String[] names = folder.list();
        return names == null ? List.of() : List.of(names);
    }
}
